#!/bin/sh
# Installs PostgreSQL with PostGIS for the tests of tables where they are missing and we may: root on a Debian-like system.
# The tests start a server of their own in a temporary folder; that of the machine, if the package makes one, is not used.
set -eu
found() {
  for folder in /usr/lib/postgresql/*/bin; do
    version=$(basename "$(dirname "$folder")")
    if [ -x "$folder/initdb" ] && [ -e "/usr/share/postgresql/$version/extension/postgis.control" ]; then
      return 0
    fi
  done
  share=$(pg_config --sharedir 2>/dev/null) && [ -e "$share/extension/postgis.control" ]
}
if found; then
  exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing PostgreSQL with PostGIS for the tests of tables"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -qqy --no-install-recommends postgresql postgresql-postgis >/dev/null
  found && exit 0
fi
echo "PostgreSQL with PostGIS not found: the tests of tables will be skipped (install them, or run as root on Debian)"
[ "${CI:-}" = "" ] || exit 1
