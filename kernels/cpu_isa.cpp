#include "kernels/cpu_isa.h"

#include <cstdlib>
#include <string_view>

namespace fw {
namespace {

CpuIsa widest() {
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) return CpuIsa::v4;
  if (__builtin_cpu_supports("x86-64-v3")) return CpuIsa::v3;
#endif
  return CpuIsa::plain;
}

CpuIsa choose() {
  const CpuIsa best = widest();
  const char* asked = std::getenv("FOREWARN_ISA");
  for (const CpuIsa isa : {CpuIsa::plain, CpuIsa::v3, CpuIsa::v4})
    if (asked && std::string_view(asked) == name_of(isa) && isa <= best) return isa;
  return best;
}

}  // namespace

CpuIsa cpu_isa() {
  static const CpuIsa chosen = choose();
  return chosen;
}

const char* name_of(CpuIsa isa) { return isa == CpuIsa::v4 ? "v4" : isa == CpuIsa::v3 ? "v3" : "plain"; }

}  // namespace fw
