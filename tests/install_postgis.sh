#!/bin/sh
# Installs PostgreSQL with PostGIS for the tests of tables where they are missing and we may: root on a Debian-like system.
# No server is left running by this: the tests start one of their own in a temporary folder.
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
  # the package would otherwise make and start a server of the machine
  mkdir -p /etc/postgresql-common
  [ -e /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -qqy --no-install-recommends postgresql postgresql-postgis >/dev/null
  found && exit 0
fi
echo "PostgreSQL with PostGIS not found: the tests of tables will be skipped (install them, or run as root on Debian)"
[ "${CI:-}" = "" ] || exit 1
