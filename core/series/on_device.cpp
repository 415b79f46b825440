#include "core/series/on_device.h"

#include "core/base/log.h"
#include "core/base/text.h"
#include "kernels/devices.h"

namespace fw {

void note_short_device(RunReport& report, const std::string& device, const std::string& instead) {
  report.add(
      {device, "device", "GPU_MEMORY", "too little memory for what was asked at once; " + instead, Verdict::noted});
  log_info(device + ": too little memory, " + instead);
}

void note_failed_device(RunReport& report, const ChosenDevice& chosen, const std::string& device,
                        const DeviceError& error) {
  if (chosen.devices) chosen.devices->give_up(device);
  report.add({device, "device", "GPU_FAILED", "its work was computed again elsewhere; " + printable(error.what(), 400),
              Verdict::noted});
  log_warning(device + " failed; its work is computed again elsewhere. " + printable(error.what(), 400),
              {{"stage", "device"}, {"code", "GPU_FAILED"}, {"item", device}});
}

ChosenDevice cpu_instead() { return {DeviceChoice::cpu, "cpu: no device is left"}; }

std::unique_ptr<Backend> make_backend_or_cpu(const ChosenDevice& chosen, RunReport& report) {
  if (chosen.device == DeviceChoice::cpu || (chosen.devices && chosen.devices->working() == 0))
    return make_backend(cpu_instead());
  try {
    return make_backend(chosen);
  } catch (const DeviceMemoryError&) {
    note_short_device(report, "devices", "a worker computes on the CPU");
  } catch (const DeviceError& e) {
    note_failed_device(report, chosen, "devices", e);
  }
  return make_backend(cpu_instead());
}

void BackendPool::run(const std::function<void(Backend&)>& work) {
  std::unique_ptr<Backend> backend;
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      backend = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (!backend) backend = make_backend_or_cpu(chosen_, report_);
  try {
    work(*backend);
  } catch (const DeviceError& e) {
    if (!backend->is_device()) throw;
    if (dynamic_cast<const DeviceMemoryError*>(&e))
      note_short_device(report_, backend->name(), "a piece of the work was computed on the CPU");
    else
      note_failed_device(report_, chosen_, backend->name(), e);
    backend.reset();
    work(*make_backend(cpu_instead()));
    return;
  }
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(backend));
}

int run_job_on(const ChosenDevice& chosen, RunReport& report, const std::function<int(const ChosenDevice&)>& work) {
  try {
    return work(chosen);
  } catch (const DeviceMemoryError&) {
    if (chosen.device == DeviceChoice::cpu) throw;
    note_short_device(report, "devices", "the job was computed on the CPU");
  } catch (const DeviceError& e) {
    if (chosen.device == DeviceChoice::cpu) throw;
    note_failed_device(report, chosen, "devices", e);
  }
  return work(cpu_instead());
}

}  // namespace fw
