#!/usr/bin/env bash
# Builds the release tree: jobs/build.sh [TARGET...]. Prints nothing but progress; the program is build-release/bin/forewarn.
set -euo pipefail
cd "$(dirname "$0")/.."
cmake --preset release >build-release.log 2>&1 || { cat build-release.log >&2; exit 75; }
grep -h '^-- kernels:' build-release.log >&2 || true
rm -f build-release.log
if [ -t 2 ]; then
  cmake --build build-release ${1:+--target "$@"} >&2
else
  # One line for every tenth of the work, and whatever went wrong.
  cmake --build build-release ${1:+--target "$@"} | awk '
    /FAILED|error:|warning:/ {print; fflush()}
    match($1, /^\[[0-9]+\/[0-9]+\]$/) {split(substr($1, 2, length($1) - 2), n, "/"); p = int(10 * n[1] / n[2]); if (p > last) {print "built " n[1] " of " n[2]; fflush(); last = p}}' >&2
  [ "${PIPESTATUS[0]}" -eq 0 ] || { echo "error: the build failed; run 'cmake --build build-release' to see why." >&2; exit 75; }
fi
