#include "jobs/device_option.h"

#include <CLI/CLI.hpp>

#include "core/base/log.h"

namespace fw {

void add_device_option(CLI::App& app, std::string& device) {
  app.add_option("--device", device,
                 "where pixels are computed: auto, cpu, cuda (all devices) or some of them, as cuda:0,2")
      ->check([](const std::string& text) {
        return parse_device(text) ? std::string() : "'" + text + "' is none of auto, cpu, cuda, cuda:0, cuda:0,1 …";
      })
      ->capture_default_str();
}

ChosenDevice choose_named_device(const std::string& name) {
  ChosenDevice chosen = choose_device(parse_device(name).value_or(DeviceRequest{}));
  log_info("device: " + chosen.why);
  return chosen;
}

}  // namespace fw
