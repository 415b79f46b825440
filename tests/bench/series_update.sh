#!/bin/bash
# 'forewarn series --update' with one new dekad against the whole record, of 5, 10 and 20 years of rain: a break monitor over the
# last year, and smoothing of the last two that writes the last nine dekads. One table.
# usage: tests/bench/series_update.sh FOREWARN DIR [SIZE]   (as update.sh, whose scenes it takes where DIR has them)
# Time of update: median of 5, each from the same state, records by turns. What is published is compared; a difference ends with
# exit 1.
set -euo pipefail
program=$(realpath "$1")
source=$(realpath "$(dirname "$0")/../..")
dir=$(realpath -m "$2")
size=${3:-1024}
mkdir -p "$dir"
cd "$dir"
/usr/bin/python3 "$source/tests/bench/make_rain.py" "$size"
lengths=(5 10 20)
declare -A statistic=([breaks]='-s bfast --monitor-from 2023-01-01' [smooth]='-s whittaker --lambda 10 --last 72 --write-last 9')
TIMEFORMAT='%R %U %S'
# Wall and CPU seconds of a job on the scenes of so many years, as "wall cpu".
measure() {  # years, name, options
  local years=$1 name=$2
  shift 2
  # shellcheck disable=SC2086
  { time "$program" series -q -p chirps --cadence dekad ${statistic[$name]} --config-dir "$source/config" "$@" \
      "series$years" >/dev/null 2>err.txt || touch failed; } 2>time.txt
  if [ -e failed ]; then rm failed; cat err.txt >&2; exit 1; fi
  awk '{ printf "%.2f %.2f\n", $1, $2 + $3 }' time.txt
}

printf '%d x %d pixels, %d cores, %s\n' "$size" "$size" "$(nproc)" "$("$program" --version)"
for years in "${lengths[@]}"; do
  rm -rf "series$years" "new$years.tif"
  mkdir "series$years"
  for year in $(seq $((2024 - years)) 2024); do ln rain/chirps-v2.0.$year.*.tif "series$years/"; done
  mv "series$years/chirps-v2.0.2024.01.2.tif" "new$years.tif"
done
sleep 2.5  # files changed a moment ago are read again by the next scan
for years in "${lengths[@]}"; do
  for name in breaks smooth; do
    rm -rf "before-$name$years" "update-$name$years.txt"
    mkdir "before-$name$years"
    measure "$years" $name -o "before-$name$years/out" --state "before-$name$years/state" >/dev/null
  done
  mv "new$years.tif" "series$years/chirps-v2.0.2024.01.2.tif"
done
sync
for _ in 1 2 3 4 5; do
  for years in "${lengths[@]}"; do
    for name in breaks smooth; do
      rm -rf "now-$name$years"
      cp -al "before-$name$years" "now-$name$years"
      measure "$years" $name -o "now-$name$years/out" --state "now-$name$years/state" --update >> "update-$name$years.txt"
    done
  done
done

printf '%6s %5s %6s %9s %10s %8s %8s %6s %9s %5s\n' job years scenes update_s update_cpu run_s run_cpu ratio cpu_ratio equal
for name in breaks smooth; do
  for years in "${lengths[@]}"; do
    rm -rf full
    measure "$years" $name -o full > run.txt
    equal=yes
    diff -rq "now-$name$years/out" full >&2 || equal=no
    update=$(cut -d' ' -f1 "update-$name$years.txt" | sort -n | sed -n 3p)
    update_cpu=$(cut -d' ' -f2 "update-$name$years.txt" | sort -n | sed -n 3p)
    read -r run run_cpu < run.txt
    awk -v j="$name" -v y="$years" -v n="$(ls "series$years" | wc -l)" -v u="$update" -v uc="$update_cpu" -v r="$run" \
      -v rc="$run_cpu" -v e="$equal" \
      'BEGIN { printf "%6s %5d %6d %9.2f %10.2f %8.2f %8.2f %6.1f %9.1f %5s\n", j, y, n, u, uc, r, rc, r / u, rc / uc, e }'
    rm -rf "now-$name$years" "before-$name$years"
  done
done | tee table.txt
rm -rf full "${lengths[@]/#/series}"
awk '$10 != "yes" { bad = 1 } END { exit bad }' table.txt
