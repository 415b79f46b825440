#include "jobs/method_files.h"

#include "core/base/sha256.h"
#include "core/risk/risk.h"

namespace fw {

std::map<std::string, std::string> method_files(const RunConfig& config, const std::string& step) {
  std::map<std::string, std::string> files;
  const auto add = [&](const std::string& folder, const std::string& name) {
    const std::string path = folder + "/" + name + ".toml";
    if (!files.count(path)) files[path] = sha256_of_file(config.config_dir / path);
  };
  const bool last = step == "risk" || step == "publish";
  if (last || step == "catalogue" || step == "indicators")
    for (const ScanInput& input : config.inputs) add("products", input.product);
  if (last || step == "indicators")
    for (const std::string& id : config.indicators) add("indicators", id);
  if ((last || step == "evidence") && !config.observations.empty()) {
    add("evidence", "observations");
    for (const ObservationInput& input : config.observations)
      if (!input.aliases.empty()) add("aliases", input.aliases);
  }
  if (!last) return files;
  for (const std::string& id : config.layers) {
    add("risk", id);
    add("classes", load_risk_layer(config.config_dir.string(), id).classes);
  }
  if (config.food) add("risk/drivers", config.food->drivers);
  return files;
}

}  // namespace fw
