#!/bin/sh
# Everything that needs a GPU, on a machine with nothing but CUDA, CMake and a C++20 compiler (ninja, GoogleTest and
# compute-sanitizer where they are): builds the kernels alone with a CPU backend of one core, compares every operation
# of CPU and GPU bit by bit, looks for memory errors and races, and prints the times as Markdown.
# usage: tests/gpu/run.sh [--build DIR] [--only STEPS] [cmake options, e.g. -DFW_CUDA_ARCHITECTURES=90-real]
#   --build DIR    where to build; kept, so that the next call builds nothing (else a temporary folder)
#   --only STEPS   of compare,tests,memcheck,racecheck,times, for a machine that is lent in short pieces
# Exit code: 0 all well on the GPU; 1 a check failed; 64 usage; 77 no GPU: built, and checked on the CPU alone.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
build= steps=compare,tests,memcheck,racecheck,times
usage() {
  sed -n 's/^# //; /^usage:/,/^Exit/p' "$0" >&2
  exit 64
}
while [ $# -gt 0 ]; do
  case $1 in
    --build) build=${2:-} ;;
    --only) steps=${2:-} ;;
    -D*) break ;;
    *) usage ;;
  esac
  [ -n "${2:-}" ] || usage
  shift 2
done
for step in $(echo "$steps" | tr , ' '); do
  case $step in compare | tests | memcheck | racecheck | times) ;; *) usage ;; esac
done
if [ -z "$build" ]; then
  build=$(mktemp -d)
  trap 'rm -rf "$build"' EXIT
fi
mkdir -p "$build"
asked() { case ,$steps, in *,$1,*) ;; *) return 1 ;; esac; }
export PATH="$PATH:/usr/local/cuda/bin"
failed=0
# Runs a step that was asked for: name, title, command.
check() {
  asked "$1" || return 0
  echo "## $2"
  shift 2
  begun=$(date +%s)
  "$@" || { echo "FAILED ($?): $*"; failed=1; }
  echo "($(($(date +%s) - begun)) s)"
}

gpu=no
if command -v nvidia-smi >/dev/null 2>&1 && nvidia-smi -L >/dev/null 2>&1; then gpu=yes; fi
echo "# Forewarn on a GPU, $(date -u +%Y-%m-%d)"
if [ $gpu = yes ]; then
  nvidia-smi --query-gpu=name,driver_version,memory.total,pcie.link.gen.max --format=csv,noheader
else
  echo "no GPU on this machine: nothing is measured"
fi
command -v nvcc >/dev/null 2>&1 && nvcc --version | tail -2 || echo "no CUDA compiler on this machine: the CUDA backend is not built"
[ -r /proc/cpuinfo ] && sed -n 's/^model name.*: /CPU: /p' /proc/cpuinfo | head -1

generator=
command -v ninja >/dev/null 2>&1 && generator="-G Ninja"
# shellcheck disable=SC2086
cmake -S "$root/kernels" -B "$build" $generator -DCMAKE_BUILD_TYPE=Release -DFW_WITH_TBB=OFF "$@" >"$build/cmake.log" 2>&1 &&
  cmake --build "$build" --parallel "$(nproc)" >"$build/build.log" 2>&1 &&
  cmake --build "$build" --parallel "$(nproc)" --target gpu_times >>"$build/build.log" 2>&1 || {
  echo "FAILED: the build"
  tail -40 "$build/cmake.log" "$build/build.log"
  exit 1
}

pixels=20011
[ $gpu = yes ] && pixels=1000003
check compare "Every operation, CPU against GPU ($pixels pixels)" "$build/tests/gpu_check" $pixels --no-timing
check tests "Tests" ctest --test-dir "$build" --output-on-failure
if [ $gpu = no ]; then
  "$build/tests/gpu_times"
  [ $? = 77 ] || failed=1
  [ $failed = 0 ] && exit 77
  exit 1
fi
check times "Times" "$build/tests/gpu_times"
for tool in memcheck racecheck; do
  asked $tool || continue
  if command -v compute-sanitizer >/dev/null 2>&1; then
    check $tool "compute-sanitizer $tool" compute-sanitizer --tool $tool --error-exitcode 1 "$build/tests/gpu_check" 2003 --no-timing
  else
    echo "compute-sanitizer is not installed: $tool was not run"
  fi
done
exit $failed
