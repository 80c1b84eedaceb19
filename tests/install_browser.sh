#!/bin/sh
# Installs headless Chromium for the map tests where it is missing and we may: root on a Debian-like system.
set -eu
if command -v chromium >/dev/null 2>&1 && command -v chromedriver >/dev/null 2>&1; then
  exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing chromium for the map tests"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -qqy --no-install-recommends chromium chromium-driver >/dev/null
  exit 0
fi
echo "chromium and chromedriver not found: the browser tests will be skipped (install them, or run as root on Debian)"
[ "${CI:-}" = "" ] || exit 1
