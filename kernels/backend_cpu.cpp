// The CPU. Threads by oneTBB where it is built in, else the calling thread alone.
#include "kernels/backend_impl.h"
#include "kernels/backends.h"
#include "kernels/cpu_device.h"

namespace fw {

std::string CpuDevice::name() {
#ifdef FW_WITH_TBB
  return "cpu (TBB)";
#else
  return "cpu (serial)";
#endif
}

std::unique_ptr<Backend> make_cpu_backend() { return std::make_unique<BackendImpl<CpuDevice>>(CpuDevice{}); }

}  // namespace fw
