#!/bin/sh
# Installs LibreOffice Calc without a window for the tests of workbooks where it is missing and we may: root on a Debian-like system.
set -eu
if command -v soffice >/dev/null 2>&1; then
  exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing LibreOffice Calc for the tests of workbooks"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -qqy --no-install-recommends libreoffice-calc-nogui >/dev/null
  exit 0
fi
echo "soffice not found: the tests that recalculate workbooks will be skipped (install LibreOffice, or run as root on Debian)"
[ "${CI:-}" = "" ] || exit 1
