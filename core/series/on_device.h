// What becomes of work whose device runs short of memory or fails: it goes on elsewhere, with a note in the report.
#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "kernels/backend.h"

namespace fw {

/// Notes GPU_MEMORY (stage "device"); `instead` says in words what is done: "computed in parts".
void note_short_device(RunReport& report, const std::string& device, const std::string& instead);
/// Notes GPU_FAILED and gives the device up for the rest of the run. device: Backend::name().
void note_failed_device(RunReport& report, const ChosenDevice& chosen, const std::string& device,
                        const DeviceError& error);

/// The CPU, as where a run on devices ends when none is left.
ChosenDevice cpu_instead();
/// A backend on a device that works, on the CPU where none is left (noted as GPU_FAILED when this call finds out).
std::unique_ptr<Backend> make_backend_or_cpu(const ChosenDevice& chosen, RunReport& report);

/// Backends for work that many threads do piece by piece: each is used by one thread at a time.
class BackendPool {
 public:
  BackendPool(const ChosenDevice& chosen, RunReport& report) : chosen_(chosen), report_(report) {}
  /// Calls work with a backend; once more with the CPU where a device failed or has too little memory. What work does
  /// besides computing it must do last: after its last call of the backend.
  void run(const std::function<void(Backend&)>& work);

 private:
  ChosenDevice chosen_;
  RunReport& report_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Backend>> idle_;
};

/// Calls work(device) for a whole job; once more with the CPU where a device failed or has too little memory. Work must
/// leave nothing behind that a second call would trip over (a Publication that was not finished leaves nothing).
int run_job_on(const ChosenDevice& chosen, RunReport& report, const std::function<int(const ChosenDevice&)>& work);

}  // namespace fw
