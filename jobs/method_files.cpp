#include "jobs/method_files.h"

#include <set>

#include "core/base/sha256.h"
#include "core/risk/risk.h"

namespace fw {

std::map<std::string, std::string> method_files(const RunConfig& config) {
  std::map<std::string, std::string> files;
  const auto add = [&](const std::string& folder, const std::string& name) {
    const std::string path = folder + "/" + name + ".toml";
    if (!files.count(path)) files[path] = sha256_of_file(config.config_dir / path);
  };
  for (const ScanInput& input : config.inputs) add("products", input.product);
  for (const std::string& id : config.indicators) add("indicators", id);
  if (!config.observations.empty()) add("evidence", "observations");
  for (const ObservationInput& input : config.observations)
    if (!input.aliases.empty()) add("aliases", input.aliases);
  for (const std::string& id : config.layers) {
    add("risk", id);
    add("classes", load_risk_layer(config.config_dir.string(), id).classes);
  }
  if (config.food) add("risk/drivers", config.food->drivers);
  return files;
}

std::map<std::string, std::string> methods_of(const std::map<std::string, std::string>& files,
                                              const std::string& step) {
  static const std::map<std::string, std::set<std::string>> folders = {
      {"catalogue", {"products"}}, {"indicators", {"products", "indicators"}}, {"evidence", {"evidence", "aliases"}}};
  const auto some = folders.find(step);
  if (some == folders.end()) return files;
  std::map<std::string, std::string> of_step;
  for (const auto& [path, sha256] : files)
    if (some->second.count(path.substr(0, path.find('/')))) of_step[path] = sha256;
  return of_step;
}

}  // namespace fw
