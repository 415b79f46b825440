#!/bin/bash
# Wall time of 'forewarn risk --weights' (all three layers) as a share of the full run, on the sample region.
# usage: tests/bench/weights.sh FOREWARN DIR [ROUNDS]   (default 3; the median counts. Measure on a quiet machine.)
set -euo pipefail
program=$(realpath "$1")
source=$(realpath "$(dirname "$0")/../..")
dir=$(realpath -m "$2")
rounds=${3:-3}
mkdir -p "$dir"
cd "$dir"
[ -d samples ] || "$program" make-samples samples >/dev/null
printf '[drought]\nrain3_z = 0.6\nwater_change = 0\n[famine]\nrain3_z = 0.4\n[displacement]\nrain3_z = 0.3\n' > bench.toml

seconds() {
  local begin=$EPOCHREALTIME status=0
  "$program" "$@" "$source/config/examples/sample.toml" --input-root samples -o out -q --overwrite >/dev/null 2>err.txt || status=$?
  if [ $status != 0 ] && [ $status != 3 ]; then cat err.txt >&2; exit 1; fi
  awk "BEGIN { printf \"%.3f\n\", $EPOCHREALTIME - $begin }"
}
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

for _ in $(seq "$rounds"); do
  seconds run >> full.new
  seconds risk --weights bench.toml >> weights.new
done
full=$(median < full.new) weights=$(median < weights.new)
rm full.new weights.new
printf 'full_s,weights_s,ratio\n%s,%s,%s\n' "$full" "$weights" "$(awk "BEGIN { printf \"%.3f\", $weights / $full }")"
