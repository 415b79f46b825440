#!/bin/bash
# 'forewarn update' with one new dekad against the full run, on archives of 5, 10 and 20 years of rain: one table.
# usage: tests/bench/update.sh FOREWARN DIR [SIZE]   (SIZE: pixels a side, default 1024; needs python3 with GDAL)
# Scenes are 4 bytes a pixel to a tenth of a mm, DEFLATE, about 2 MB each at 1024. Measure on a quiet machine: two cores need about
# 5 minutes and 6 GB of disk. Time of update: median of 5, each from the same state, archives by turns. The full run reads the archive from
# the page cache, where the run before it left it, which is to its advantage. Nothing is deleted between updates: for minutes
# after it, ext4 looks for an inode that nobody gave back, a millisecond a file. Everything published is compared;
# a difference ends with exit 1. The layer is drought with its published rules.
set -euo pipefail
program=$(realpath "$1")
source=$(realpath "$(dirname "$0")/../..")
dir=$(realpath -m "$2")
size=${3:-1024}
mkdir -p "$dir"
cd "$dir"

/usr/bin/python3 "$source/tests/bench/make_rain.py" "$size"
/usr/bin/python3 - "$size" <<'PY'
import sys
size = int(sys.argv[1])
east, south = 38 + size * 0.01, 8 - size * 0.01
box = f'[[[38,{south}],[{east},{south}],[{east},8],[38,8],[38,{south}]]]'
open("units.geojson", "w").write('{"type":"FeatureCollection","features":[{"type":"Feature","properties":'
    '{"PCODE":"A","NAME":"A"},"geometry":{"type":"Polygon","coordinates":%s}}]}' % box)
PY

config() {  # file, years, last day
  cat > "$1" <<TOML
name = "bench"
cadence = "dekad"
min_years = 4
from = "2024-01-01"
to = "$3"
reference = ["$((2024 - $2))-01-01", "2023-12-31"]
layers = ["bench"]
indicators = ["rain", "rain_pct", "rain3_z"]
[region]
name = "bench"
iso3 = "xxx"
crs = "EPSG:4326"
grid = { cell = [0.01, 0.01], origin = [38, 8], size = [$size, $size] }
[[region.admin]]
file = "units.geojson"
level = 1
pcode = "PCODE"
name = "NAME"
[[input]]
product = "chirps"
path = "archive$2"
TOML
}
rm -rf config
cp -r "$source/config" config
cp config/risk/drought.toml config/risk/bench.toml
TIMEFORMAT='%R %U %S'
# Wall and CPU seconds of a job, as "wall cpu".
measure() {
  { time "$program" "$@" --config-dir config -q >/dev/null 2>err.txt || echo $? > status.txt; } 2>time.txt
  if [ -e status.txt ] && [ "$(cat status.txt)" != 3 ]; then cat err.txt >&2; exit 1; fi
  rm -f status.txt
  awk '{ printf "%.2f %.2f\n", $1, $2 + $3 }' time.txt
}

printf '%d x %d pixels, %d cores, %s\n' "$size" "$size" "$(nproc)" "$("$program" --version)"
lengths=(5 10 20)
for years in "${lengths[@]}"; do
  rm -rf "out$years" "full$years" "state$years" "archive$years" "before$years" "update$years.txt"
  mkdir "archive$years" "before$years"
  for year in $(seq $((2024 - years)) 2024); do ln rain/chirps-v2.0.$year.*.tif "archive$years/"; done
  mv "archive$years/chirps-v2.0.2024.01.2.tif" "new$years.tif"
  config "first$years.toml" "$years" 2024-01-10
  config "next$years.toml" "$years" 2024-01-20
done
sleep 2.5  # files changed a moment ago are read again by the next scan
for years in "${lengths[@]}"; do
  measure run "first$years.toml" -o "out$years" --state "state$years" >/dev/null
  mv "new$years.tif" "archive$years/chirps-v2.0.2024.01.2.tif"
  cp -al "out$years" "state$years" "before$years/"
done
sync
rm -rf used
for turn in 1 2 3 4 5; do
  mkdir -p "used/$turn"
  for years in "${lengths[@]}"; do
    mv "out$years" "state$years" "used/$turn"
    cp -al "before$years"/* .
    measure update "next$years.toml" -o "out$years" --state "state$years" >> "update$years.txt"
  done
done

rm -rf used

printf '%5s %6s %9s %10s %8s %8s %6s %9s %5s\n' years scenes update_s update_cpu run_s run_cpu ratio cpu_ratio equal
for years in "${lengths[@]}"; do
  measure run "next$years.toml" -o "full$years" > run.txt
  equal=yes
  diff -rq "out$years" "full$years" >&2 || equal=no
  update=$(cut -d' ' -f1 "update$years.txt" | sort -n | sed -n 3p)
  update_cpu=$(cut -d' ' -f2 "update$years.txt" | sort -n | sed -n 3p)
  read -r run run_cpu < run.txt
  awk -v y="$years" -v n="$(ls "archive$years" | wc -l)" -v u="$update" -v uc="$update_cpu" -v r="$run" \
    -v rc="$run_cpu" -v e="$equal" \
    'BEGIN { printf "%5d %6d %9.2f %10.2f %8.2f %8.2f %6.1f %9.1f %5s\n", y, n, u, uc, r, rc, r / u, rc / uc, e }'
  rm -rf "before$years" "full$years" "state$years" "out$years"
done | tee table.txt
awk 'NR > 0 { lo = (lo == "" || $3 < lo) ? $3 : lo; hi = $3 > hi ? $3 : hi; ratio = $7; if ($9 != "yes") bad = 1 }
  END { printf "update: longest %.1f %% above the shortest (target 10 %%); run / update at 20 years: %.1f (target 20)\n",
        100 * (hi / lo - 1), ratio; exit bad }' table.txt
