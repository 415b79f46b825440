#!/bin/sh
# Opens a published folder in QGIS without a screen and checks what a GIS analyst would see. Not part of tests/run.sh: it needs QGIS
# (about 400 MB), which it installs by apt when missing.
# Usage: tests/slow/qgis/run.sh FOLDER [PICTURES]   (FOLDER holds manifest.json; PNGs of the layers go to PICTURES)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 1 ] || { echo "usage: $0 FOLDER [PICTURES]" >&2; exit 64; }
if ! /usr/bin/python3 -c 'import qgis.core' 2>/dev/null; then
  apt-get update -q && apt-get install -yq --no-install-recommends python3-qgis qgis-providers
fi
# QGIS writes .aux.xml beside what it opens: it gets a copy.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$1" "$work/layers"
mkdir -m 700 "$work/home"
QT_QPA_PLATFORM=offscreen XDG_RUNTIME_DIR="$work/home" HOME="$work/home" LC_ALL=C.UTF-8 \
  /usr/bin/python3 "$here/acceptance.py" "$work/layers" "${2:-$work}"
