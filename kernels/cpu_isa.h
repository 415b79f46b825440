// Which instruction set the loops over pixels use. Results do not depend on it; only time does.
#pragma once

namespace fw {

/// plain: that of the build (x86-64: SSE2). v3: x86-64-v3 (AVX2). v4: x86-64-v4 (AVX-512).
enum class CpuIsa { plain, v3, v4 };

/// The widest that this machine has, or the one that the environment variable FOREWARN_ISA names (plain, v3, v4), where
/// the machine has it. Decided once.
CpuIsa cpu_isa();
const char* name_of(CpuIsa isa);

}  // namespace fw
