// The option --device, and what it chooses.
#pragma once
#include <string>

#include "kernels/backend.h"

namespace CLI {
class App;
}

namespace fw {

/// auto, cpu, cuda (all devices) or cuda:0,2 (these).
void add_device_option(CLI::App& app, std::string& device);
/// Chooses once per run, and says so in the log. name: as the option takes it. Errors: DeviceError.
ChosenDevice choose_named_device(const std::string& name);

}  // namespace fw
