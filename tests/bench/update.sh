#!/bin/bash
# Time of 'forewarn update' for one new dekad against the full run, on archives of 5, 10 and 20 years of rain.
# usage: tests/bench/update.sh FOREWARN DIR [SIZE]   (SIZE: pixels a side, default 512; needs python3 with GDAL)
# Measure on a quiet machine. Every published raster and table of the two ways is compared; differences end with exit 1.
set -euo pipefail
program=$(realpath "$1")
dir=$(realpath -m "$2")
size=${3:-512}
mkdir -p "$dir"
cd "$dir"

/usr/bin/python3 - "$size" <<'PY'
import os, sys
import numpy
from osgeo import gdal, osr
gdal.UseExceptions()
size = int(sys.argv[1])
srs = osr.SpatialReference()
srs.ImportFromEPSG(4326)
os.makedirs("rain", exist_ok=True)
for year in range(2004, 2025):
    for month in range(1, 13):
        for dekad in (1, 2, 3):
            name = f"rain/chirps-v2.0.{year}.{month:02d}.{dekad}.tif"
            if year == 2024 and (month, dekad) > (1, 2) or os.path.exists(name):
                continue
            values = numpy.random.default_rng(year * 100 + month * 3 + dekad).gamma(2, 20, (size, size)).astype("float32")
            tif = gdal.GetDriverByName("GTiff").Create(name, size, size, 1, gdal.GDT_Float32,
                                                       ["COMPRESS=DEFLATE", "TILED=YES"])
            tif.SetGeoTransform([38, 0.05, 0, 8, 0, -0.05])
            tif.SetProjection(srs.ExportToWkt())
            tif.GetRasterBand(1).SetNoDataValue(-9999)
            tif.GetRasterBand(1).WriteArray(values)
            tif = None
east, south = 38 + size * 0.05, 8 - size * 0.05
box = f'[[[38,{south}],[{east},{south}],[{east},8],[38,8],[38,{south}]]]'
open("units.geojson", "w").write('{"type":"FeatureCollection","features":[{"type":"Feature","properties":'
    '{"PCODE":"A","NAME":"A"},"geometry":{"type":"Polygon","coordinates":%s}}]}' % box)
PY

config() {  # years, last day
  cat > "config$1.toml" <<EOF
name = "bench"
cadence = "dekad"
from = "2024-01-01"
to = "$2"
reference = ["$((2024 - $1))-01-01", "2023-12-31"]
layers = ["drought"]
indicators = ["rain", "rain_pct", "rain3_z"]
[region]
name = "bench"
iso3 = "xxx"
crs = "EPSG:4326"
grid = { cell = [0.05, 0.05], origin = [38, 8], size = [$size, $size] }
[[region.admin]]
file = "units.geojson"
level = 1
pcode = "PCODE"
name = "NAME"
[[input]]
product = "chirps"
path = "archive$1"
EOF
}
seconds() {
  local begin=$EPOCHREALTIME status=0
  "$program" "$@" -q >/dev/null 2>err.txt || status=$?
  if [ $status != 0 ] && [ $status != 3 ]; then cat err.txt >&2; exit 1; fi
  awk "BEGIN { printf \"%.3f\", $EPOCHREALTIME - $begin }"
}

printf 'years,scenes,update_s,full_s,full_over_update\n'
for years in 5 10 20; do
  rm -rf "out$years" "full$years" "state$years" "archive$years"
  mkdir "archive$years"
  for year in $(seq $((2024 - years)) 2024); do ln rain/chirps-v2.0.$year.* "archive$years/"; done
  mv "archive$years/chirps-v2.0.2024.01.2.tif" "new$years.tif"
  config "$years" 2024-01-10
  seconds run "config$years.toml" -o "out$years" --state "state$years" >/dev/null
  mv "new$years.tif" "archive$years/chirps-v2.0.2024.01.2.tif"
  config "$years" 2024-01-20
  update=$(seconds update "config$years.toml" -o "out$years" --state "state$years")
  full=$(seconds run "config$years.toml" -o "full$years")
  diff -rq "out$years" "full$years" || exit 1
  echo "$years,$(ls "archive$years" | wc -l),$update,$full,$(awk "BEGIN { printf \"%.1f\", $full / $update }")"
done
