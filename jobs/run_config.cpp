#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/base/paths.h"
#include "core/base/text.h"
#include "core/output/cap.h"
#include "jobs/run_config_parts.h"

namespace fw {
namespace fs = std::filesystem;

Date date_at(const ConfigNode& node, const char* key) {
  const std::string text = node.text(key);
  const auto t = parse_datetime(text);
  if (!t) node.fail(key, "DATE", "is '" + printable(text, 40) + "'. Write YYYY-MM-DD.");
  return t->date;
}

std::vector<double> fixed_numbers(const ConfigNode& node, const char* key, size_t count) {
  const auto v = node.numbers(key);
  if (v.size() != count) node.fail(key, "TYPE", "must be a list of " + std::to_string(count) + " numbers.");
  return v;
}

std::map<std::string, std::string> texts_of(const ConfigNode& parent, const char* key) {
  std::map<std::string, std::string> texts;
  if (const auto node = parent.find(key))
    for (const auto& name : node->keys()) texts[name] = node->text(name);
  return texts;
}

namespace {

void read_privacy(const ConfigNode& root, RunConfig& config) {
  config.privacy.audience = root.text("audience", "internal");
  if (config.privacy.audience == "restricted") config.privacy.audience = "internal";
  if (const auto& a = config.privacy.audience; !parse_audience(a))
    root.fail("audience", "VALUE", "is '" + printable(a, 40) + "'. One of: internal, partner, public.");
  if (const auto node = root.find("privacy")) {
    if (!node->boolean("enabled", true)) node->fail("enabled", "PRIVACY_FLOOR", "cannot be switched off.");
    config.privacy.k = static_cast<int>(node->integer("k", -1000000, 1000000, privacy_floor_k));
    if (config.privacy.k < privacy_floor_k)
      node->fail("k", "PRIVACY_FLOOR",
                 "is " + std::to_string(config.privacy.k) + "; the floor is " + std::to_string(privacy_floor_k) +
                     " and cannot be lowered.");
    config.privacy.purpose = node->text("purpose", config.privacy.purpose);
    config.privacy.defaults = read_terms(*node, "defaults");
    node->done();
  }
}

void read_weights(const ConfigNode& root, RunConfig& config, RunReport& report) {
  const auto node = root.find("weights");
  double sum = 0;
  if (node) {
    for (const auto& key : node->keys()) {
      double w = 0;
      try {
        w = node->number(key, -HUGE_VAL, HUGE_VAL);
      } catch (const ConfigError& e) {
        throw ConfigError("WEIGHTS", e.what());
      }
      if (w < 0) node->fail(key, "WEIGHTS", "is negative. Weights are 0 or more.");
      config.layer_weights[key] = w;
      sum += w;
    }
    if (!(sum > 0)) node->fail("WEIGHTS", "are all 0. Give at least one layer a weight.");
    if (std::fabs(sum - 1) > 1e-9) {
      for (auto& [key, w] : config.layer_weights) w /= sum;
      report.add({config.name, "config", "WEIGHTS", "weights sum to " + format_number(sum) + " and were divided by it",
                  Verdict::noted});
    }
  }
}

void read_limits(const ConfigNode& root, RunConfig& config, const RunOverrides& overrides) {
  config.tile_size = static_cast<int>(root.integer("tile_size", 32, 8192, 256));
  config.threads = static_cast<int>(root.integer("threads", 0, 1024, 0));
  root.integer("cache_bytes", 0, 1LL << 40, 0);  // a synonym of memory that other tools write
  const auto memory = [](const std::string& text) -> std::optional<size_t> {
    const auto bytes = parse_bytes(text);
    if (!bytes || *bytes < (16LL << 20) || *bytes > (1LL << 46)) return {};
    return static_cast<size_t>(*bytes);
  };
  if (root.has("cache_bytes") && root.integer("cache_bytes", 0, 1LL << 40, 0) > 0)
    config.memory_bytes = static_cast<size_t>(root.integer("cache_bytes", 16LL << 20, 1LL << 40));
  if (root.has("memory")) {
    const auto bytes = memory(root.text("memory"));
    if (!bytes) root.fail("memory", "RANGE", "must be a size between 16MiB and 64TiB, as \"1GiB\".");
    config.memory_bytes = *bytes;
  }
  if (!overrides.memory.empty()) {
    const auto bytes = memory(overrides.memory);
    if (!bytes)
      throw ConfigError("RANGE", "--memory '" + printable(overrides.memory, 40) +
                                     "' must be a size between 16MiB and 64TiB, as 1GiB.");
    config.memory_bytes = *bytes;
  }
  if (overrides.tile_size > 0) config.tile_size = overrides.tile_size;
  if (overrides.threads >= 0) config.threads = overrides.threads;
  if (config.tile_size < 32 || config.tile_size > 8192)
    throw ConfigError("RANGE", "--tile-size must lie between 32 and 8192.");
}

void read_alerts(const ConfigNode& root, RunConfig& config) {
  const auto node = root.find("alerts");
  if (!node) return;
  config.alerts.alert_class = static_cast<int>(node->integer("class", 2, 5, config.alerts.alert_class));
  config.alerts.repeat_periods =
      static_cast<int>(node->integer("repeat_periods", 1, 360, config.alerts.repeat_periods));
  config.alert_sender = node->text("sender", config.alert_sender);
  if (config.alert_sender.empty() || cap_token(config.alert_sender) != config.alert_sender)
    node->fail("sender", "ID_INVALID", "may hold letters, digits, '.', '_', '-' and '@' only, as CAP asks.");
  config.alert_sender_name = node->text("sender_name", "");
  config.alert_contact = node->text("contact", "");
  node->done();
}

}  // namespace

RunConfig load_run_config(const std::string& file, const RunOverrides& overrides, RunReport& report) {
  const ConfigNode root = ConfigNode::load(file);
  RunConfig config;
  config.file = file;
  config.config_dir = config_dir(overrides.config_dir);
  config.name = root.text("name", fs::path(file).stem().string());
  if (!is_safe_id(config.name)) root.fail("name", "ID_INVALID", "may hold letters, digits, '.', '_' and '-' only.");
  config.title = root.text("title", config.name);
  const fs::path folder = fs::absolute(file).parent_path();
  const fs::path stated = folder / root.text("input_root", ".");
  config.input_root = fs::weakly_canonical(overrides.input_root.empty() ? stated : fs::path(overrides.input_root));
  for (const char* secret : {"signing_key", "key", "password", "token", "secret"})
    if (root.has(secret))
      root.fail(secret, "SECRET_IN_CONFIG", "has no place in a configuration. Give keys by file or environment.");

  // Whatever can be wrong without looking at data is looked at first, so that one mistake is named by its own code.
  read_limits(root, config, overrides);
  read_privacy(root, config);
  read_weights(root, config, report);
  config.threshold = root.number("threshold", 0, 1, 0.5);
  read_alerts(root, config);
  if (const auto crs = root.find("crs")) checked_crs(crs->as_text());
  if (root.has("output")) {
    config.output = root.text("output");
    resolve_beneath(fs::current_path(), *config.output, false);
  }
  if (root.has("state")) {
    config.state = root.text("state");
    resolve_beneath(fs::current_path(), *config.state, false);
  }
  if (root.has("bbox")) {
    const auto b = fixed_numbers(root, "bbox", 4);
    if (!(b[0] < b[2]) || !(b[1] < b[3]))
      root.fail("bbox", "RANGE", "must be [west, south, east, north] with west < east and south < north.");
  }
  if (root.has("from") && root.has("to") && date_at(root, "to") < date_at(root, "from"))
    root.fail("to", "RANGE", "lies before 'from'. Exchange them.");
  config.version = static_cast<int>(root.integer("version", 1, 99, 1));
  read_scene_inputs(root, config);
  read_reports(root, config);
  read_observation_inputs(root, config);
  read_food(root, config, folder);
  for (const char* later :
       {"region", "from", "to", "reference", "cadence", "min_years", "std_floor", "rasters", "cdi", "layers",
        "indicators", "series_product", "composites", "water_index", "built_up", "product"})
    (void)root.has(later);
  root.done();

  read_analysis(root, config);
  const ConfigNode region_node = root.at("region");
  std::string region_text;
  if (region_node.is_text()) {
    const std::string name = region_node.as_text();
    if (!is_safe_id(name))
      root.fail("region", "ID_INVALID", "'" + printable(name, 40) + "' is no name of a region in config/regions.");
    const fs::path of_region = config.config_dir / "regions" / (name + ".toml");
    if (!fs::exists(of_region)) {
      std::vector<std::string> known;
      std::error_code ignored;
      for (const auto& entry : fs::directory_iterator(of_region.parent_path(), ignored))
        known.push_back(entry.path().stem().string());
      std::sort(known.begin(), known.end());
      root.fail("region", "CONFIG_UNREADABLE",
                "'" + printable(name, 40) + "' is no file of config/regions. There are: " + join(known, ", ") + ".");
    }
    const ConfigNode node = ConfigNode::load(of_region.string());
    config.region = read_region(node, config.input_root);
    region_text = node.canonical();
  } else {
    config.region = read_region(region_node, config.input_root);
  }
  if (const auto crs = root.find("crs"); crs && checked_crs(crs->as_text()) != config.region.grid.crs)
    root.fail("crs", "CRS_INVALID",
              "differs from the CRS of the region, on whose grid everything is computed. Leave it out, or correct one "
              "of them.");
  if (root.has("bbox")) crop(config.region.grid, root);
  read_methods(root, config);
  add_season(config);
  if (config.food && config.food->leave_out.empty())
    for (int year = config.from.year; year <= config.to.year; ++year) config.food->leave_out.insert(year);
  if (config.inputs.empty())
    root.fail("input", "MISSING_KEY", "is missing: at least one [[input]] with product and path.");
  config.canonical = "{\"run\":" + root.canonical() + (region_text.empty() ? "" : ",\"region\":" + region_text) + "}";
  config.canonical_without_audience = config.canonical;
  if (!overrides.audience.empty()) {
    config.privacy.audience = overrides.audience;
    config.canonical.insert(config.canonical.size() - 1, ",\"audience\":\"" + overrides.audience + "\"");
  }
  return config;
}

SeriesPlan series_plan(const RunConfig& config, const fs::path& scratch_dir) {
  SeriesPlan plan;
  plan.grid = config.region.grid;
  plan.cadence = config.cadence;
  plan.analysis_from = period_of(config.from, config.cadence);
  plan.analysis_to = period_of(config.to, config.cadence);
  plan.reference_from = config.reference_from;
  plan.reference_to = config.reference_to;
  plan.min_years = config.min_years;
  plan.std_floor = config.std_floor;
  for (const auto& id : config.indicators) {
    plan.indicators.push_back(load_indicator(config.config_dir.string(), id));
    if (const auto asked = config.composites.find(plan.indicators.back().series); asked != config.composites.end())
      plan.indicators.back().composite = asked->second;
  }
  // Where units have seasons of their own the whole year is computed, and UnitSeasons takes out what is off season.
  if (config.region.unit_seasons.empty()) plan.season = config.region.season;
  if (config.region.phenology) plan.phenology = *config.region.phenology;
  plan.gate_by_phenology = config.region.phenology.has_value();
  plan.water_index = config.water_index;
  plan.built_up = config.built_up;
  plan.series_product = config.series_product;
  plan.tile_size = config.tile_size;
  plan.memory_bytes = config.memory_bytes;
  plan.threads = config.threads;
  plan.scratch_dir = scratch_dir;
  return plan;
}

std::string raster_stem(const RunConfig& config, const std::string& layer, Period period) {
  std::string id = layer;
  std::replace(id.begin(), id.end(), '_', '-');
  const std::string version = std::to_string(config.version);
  return config.region.iso3 + "_" + id + "_" + label(period) + "_v" + (version.size() < 2 ? "0" : "") + version;
}

}  // namespace fw
