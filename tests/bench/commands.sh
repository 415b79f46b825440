#!/bin/bash
# What users run, on the workload of the standard jobs: 'forewarn index' and 'forewarn series' beside the standard job that computes the
# same and writes plain Int16 or Float32 blocks without overviews, statistics, verification or hashes: one table.
# usage: tests/bench/commands.sh FOREWARN DIR    (DIR: made by tests/bench/run.sh, holds w2048; about 3 minutes and 3 GB there)
set -euo pipefail
program=$(realpath "$1")
dir=$(realpath "$2")
work=$(mktemp -d "$dir/.commands-XXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/all" "$work/year" "$work/first"
count=0
for file in "$dir"/w2048/S_??????.tif; do
  whole=$(basename "$file" .tif)15.tif  # the product reads whole dates from names
  ln "$file" "$work/all/$whole"
  [ $((count++)) -ge 12 ] || ln "$file" "$work/year/$whole"
  [ $count -gt 12 ] || ln "$file" "$work/first/"
done

row() {  # name, then the command; keeps the fastest of three
  local name=$1 best=
  shift
  for _ in 1 2 3; do
    rm -rf "$work/out"
    /usr/bin/time -f '%e %U %S %M' -o "$work/time" "$@" -q >/dev/null 2>"$work/err" || { cat "$work/err" >&2; exit 1; }
    best=$( (echo "$best"; cat "$work/time") | grep . | sort -n | head -1)
  done
  awk -v n="$name" '{ printf "%-52s %7.2f %7.2f %6.0f\n", n, $1, $2 + $3, $4 / 1024 }' <<<"$best"
}
given=(-p reflectance-tif --scale 0.0001 -o "$work/out")
printf '%d cores, %s, fastest of 3\n%-52s %7s %7s %6s\n' "$(nproc)" "$("$program" --version)" command 'wall s' 'CPU s' MiB
row 'bench standard A, 12 dates' "$program" bench standard "$work/first" --jobs A --no-floors -o "$work/out"
row 'index NDVI,MNDWI,NDBI, 12 dates (36 rasters)' "$program" index "${given[@]}" -i NDVI,MNDWI,NDBI "$work/year"
row 'bench standard D1, 60 dates' "$program" bench standard "$dir/w2048" --jobs D1 --no-floors -o "$work/out"
row 'series ols, 60 dates' "$program" series "${given[@]}" -i NDVI -s ols "$work/all"
row 'bench standard D2, 60 dates' "$program" bench standard "$dir/w2048" --jobs D2 --no-floors -o "$work/out"
row 'series mk,sen, 60 dates' "$program" series "${given[@]}" -i NDVI -s mk,sen "$work/all"
row 'series mean,std,min,max,ols,mk,sen,bfast, 60 dates' "$program" series "${given[@]}" -i NDVI -s mean,std,min,max,ols,mk,sen,bfast "$work/all"
