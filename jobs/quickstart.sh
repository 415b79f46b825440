#!/usr/bin/env bash
# From a fresh Debian 12 to risk maps: installs, builds, makes the sample region, runs the main job, says where the maps are.
set -euo pipefail
cd "$(dirname "$0")/.."
jobs/install-packages.sh
jobs/build.sh forewarn
[ -e sample_scenes/generated/truth/truth.json ] || build-release/bin/forewarn make-samples sample_scenes/generated
# Some of the sample's field reports are wrong on purpose: exit code 3 says that they were left out.
maps=$(build-release/bin/forewarn run config/examples/sample.toml -o out/sample --overwrite) || [ $? -eq 3 ]
echo
echo "Summary: $PWD/out/sample/publish/run_summary.txt"
echo "Open in QGIS: $PWD/out/sample/publish/*.gpkg and the risk maps:"
while read -r map; do echo "$(realpath "$map")"; done <<<"$maps"
