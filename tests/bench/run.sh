#!/bin/sh
# One table: the standard jobs beside the floors of decoding and encoding and beside every peer script that can run here, outputs
# compared; then how cost grows with dates and pixels. The workload is made in DIR when it is not there (2 minutes, 1.2 GB); what is
# cut from it (1.5 GB) is removed at the end. With 2 idle cores and seven peers it takes about a quarter of an hour.
# usage: tests/bench/run.sh DIR [--rounds 5] [--jobs A,BC,D1,D2,E,ABCD1] [--peers ref,numpy,...] [--no-growth] [--threads N]
# FOREWARN: the program (else build-release/bin or build/bin); BENCH_SHARED: the peers' folder (else ../shared/bench).
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
for program in "${FOREWARN:-}" "$root/build-release/bin/forewarn" "$root/build/bin/forewarn"; do
  [ -n "$program" ] && [ -x "$program" ] && break
done
[ -x "$program" ] || { echo "error: no forewarn program. Run jobs/build.sh, or set FOREWARN." >&2; exit 64; }
[ $# -ge 1 ] || { echo "usage: tests/bench/run.sh DIR [options; see the head of this file]" >&2; exit 64; }
exec /usr/bin/python3 "$root/tests/bench/standard.py" --program "$program" --shared "${BENCH_SHARED:-$root/../shared/bench}" "$@"
