// Pixels per second (pixel operations) and pixels x periods per second (series) of every operation on the CPU.
// For one core: taskset -c 0 kernels_bench
#include <benchmark/benchmark.h>

#include "../gpu/every_op.h"

int main(int argc, char** argv) {
  using namespace fw;
  benchmark::Initialize(&argc, argv);
  const auto cpu = make_backend({DeviceChoice::cpu, "cpu: benchmark"});
  const sample::Inputs inputs = sample::make_inputs(16384, 36);
  for (const sample::OpCase& op : sample::every_op()) {
    const sample::Prepared work = op.prepare(*cpu, inputs);
    benchmark::RegisterBenchmark(op.name.c_str(), [work](benchmark::State& state) {
      for (auto _ : state) work.launch();
      state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(work.items));
      state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(work.bytes));
    });
  }
  benchmark::AddCustomContext("backend", cpu->name());
  benchmark::RunSpecifiedBenchmarks();
}
