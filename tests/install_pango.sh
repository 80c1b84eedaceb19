#!/bin/sh
# Installs the libraries that WeasyPrint lays out text with, for the tests of the PDF, where they are missing and we may:
# root on a Debian-like system.
set -eu
if ldconfig -p 2>/dev/null | grep -q libpangoft2-1.0 && ldconfig -p 2>/dev/null | grep -q libharfbuzz-subset; then
  exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing Pango for the tests of the PDF"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -qqy --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 >/dev/null
  exit 0
fi
echo "Pango not found: the tests of the PDF will be skipped (install libpangoft2 and libharfbuzz-subset, or run as root on Debian)"
[ "${CI:-}" = "" ] || exit 1
