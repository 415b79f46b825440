// From what: scenes, reports, observations, and what is learnt of food crises.
#include <algorithm>
#include <cmath>

#include "core/base/paths.h"
#include "core/base/text.h"
#include "core/risk/driver_spec.h"
#include "jobs/run_config_parts.h"

namespace fw {
namespace fs = std::filesystem;

void read_scene_inputs(const ConfigNode& root, RunConfig& config) {
  for (const auto& node : root.list("input")) {
    ScanInput input;
    input.product = node.text("product");
    input.paths = node.strings("path");
    if (input.paths.empty()) node.fail("path", "MISSING_KEY", "is missing: files or folders beneath the input root.");
    input.dates_csv = node.text("dates_csv", "");
    input.roles = texts_of(node, "roles");
    if (node.has("scale")) input.scale = node.number("scale", -1e9, 1e9);
    if (node.has("offset")) input.offset = node.number("offset", -1e9, 1e9);
    input.qa = node.text("qa", "");
    input.date = node.text("date", "");
    input.crs = node.has("crs") ? checked_crs(node.text("crs")) : "";
    input.unit = node.text("unit", "");
    node.done();
    config.inputs.push_back(std::move(input));
  }
  // The short form: scenes = ["folder"], product = "…".
  const auto scenes = root.strings("scenes");
  if (!scenes.empty()) {
    ScanInput input;
    input.product = root.text("product", "sentinel2-l2a");
    input.paths = scenes;
    config.inputs.push_back(std::move(input));
  }
  for (const auto& input : config.inputs)
    for (const auto& path : input.paths) resolve_beneath(config.input_root, path, true);
}

std::map<std::string, std::string> read_terms(const ConfigNode& parent, const char* key) {
  std::map<std::string, std::string> terms;
  const auto node = parent.find(key);
  if (!node) return terms;
  for (const char* field : {"consent", "sensitivity", "owner", "purpose", "retention"})
    if (node->has(field)) terms[field] = node->text(field);
  if (const auto at = terms.find("sensitivity"); at != terms.end() && !parse_sensitivity(at->second))
    node->fail("sensitivity", "VALUE", "must be one of low, moderate, high, severe.");
  if (const auto at = terms.find("consent"); at != terms.end() && at->second != "yes")
    node->fail("consent", "VALUE",
               "can only be \"yes\": everybody in the file agreed, or nobody is in it (published figures).");
  if (const auto at = terms.find("retention"); at != terms.end() && !keep_until(at->second, {2000, 1, 1}))
    node->fail("retention", "VALUE", "must be a day (2027-01-31) or a period (90 days, P6M).");
  node->done();
  return terms;
}

void read_reports(const ConfigNode& root, RunConfig& config) {
  for (const auto& node : root.list("reports")) {
    ReportInput input;
    input.path = node.text("path");
    resolve_beneath(config.input_root, input.path, true);
    input.format = node.text("format", "auto");
    input.columns = texts_of(node, "columns");
    input.defaults = read_terms(node, "defaults");
    input.form = node.text("form", "");
    if (!input.form.empty()) resolve_beneath(config.input_root, input.form, true);
    node.done();
    config.reports.push_back(std::move(input));
  }
  config.people = root.text("people", "");
  if (!config.people.empty()) resolve_beneath(config.input_root, config.people, true);
  config.registry = root.text("registry", "");
}

void read_observation_inputs(const ConfigNode& root, RunConfig& config) {
  for (const auto& node : root.list("observations")) {
    ObservationInput input;
    input.path = node.text("path");
    resolve_beneath(config.input_root, input.path, true);
    input.format = node.text("format", "auto");
    input.aliases = node.text("aliases", "");
    if (!input.aliases.empty() && !is_safe_id(input.aliases))
      node.fail("aliases", "ID_INVALID", "is the name of a file in config/aliases, without .toml.");
    input.columns = texts_of(node, "columns");
    node.done();
    config.observations.push_back(std::move(input));
  }
}

void read_food(const ConfigNode& root, RunConfig& config, const fs::path& folder) {
  const auto node = root.find("food");
  if (!node) return;
  FoodConfig food;
  food.drivers = node->text("drivers", food.drivers);
  food.history = node->strings("history");
  if (food.history.empty()) node->fail("history", "MISSING_KEY", "is missing: the [[observations]] that state phases.");
  for (const std::string& path : food.history)
    if (std::none_of(config.observations.begin(), config.observations.end(),
                     [&](const ObservationInput& input) { return input.path == path; }))
      node->fail("history", "VALUE", "names '" + printable(path, 80) + "', which is no path of [[observations]].");
  if (node->has("model")) food.model = resolve_beneath(folder, node->text("model"), true);
  for (const double year : node->numbers("leave_out")) {
    if (year < 1900 || year > 2200 || year != std::floor(year)) node->fail("leave_out", "RANGE", "must be years.");
    food.leave_out.insert(static_cast<int>(year));
  }
  node->done();
  load_drivers(config.config_dir.string(), food.drivers);
  config.food = std::move(food);
}

}  // namespace fw
