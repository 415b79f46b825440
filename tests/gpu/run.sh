#!/bin/sh
# Builds the kernels alone in a temporary folder, runs gpu_check and the tests that could be built. Needs cmake and a C++20
# compiler; uses nvcc, ninja, GoogleTest and oneTBB where they are. Without a GPU it checks the CPU and says so.
# usage: tests/gpu/run.sh [cmake options, e.g. -DFW_CUDA_ARCHITECTURES=90-real]
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
export PATH="$PATH:/usr/local/cuda/bin"

if command -v nvidia-smi >/dev/null 2>&1 && nvidia-smi -L >/dev/null 2>&1; then
  nvidia-smi -L
  pixels=1000003
else
  echo "no GPU on this machine: only the CPU part is checked"
  pixels=100003
fi
command -v nvcc >/dev/null 2>&1 || echo "no CUDA compiler on this machine: the CUDA backend is not built"

generator=
command -v ninja >/dev/null 2>&1 && generator="-G Ninja"
# shellcheck disable=SC2086
cmake -S "$root/kernels" -B "$build" $generator -DCMAKE_BUILD_TYPE=Release "$@"
cmake --build "$build" --parallel "$(nproc)"
ctest --test-dir "$build" --output-on-failure
"$build/tests/gpu_check" "$pixels"
