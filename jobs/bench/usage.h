// What a stretch of work took: wall time, processor time, memory.
#pragma once
#include <cstddef>

namespace fw {

/// Seconds on a clock that only differences mean something of; of all threads of the program; of this thread.
double wall_seconds();
double cpu_seconds();
double thread_seconds();
/// Forgets the peak of memory so far, where the system allows it.
void reset_peak_memory();
/// Bytes resident at most since then.
size_t peak_memory();

}  // namespace fw
