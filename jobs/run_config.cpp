#include "jobs/run_config.h"

#include <tbb/info.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/base/error.h"
#include "core/base/paths.h"
#include "core/base/text.h"
#include "core/output/cap.h"
#include "core/risk/driver_spec.h"
#include "core/risk/risk.h"

namespace fw {
namespace fs = std::filesystem;
namespace {

Date date_of(const ConfigNode& node, const char* key) {
  const std::string text = node.text(key);
  const auto t = parse_datetime(text);
  if (!t) node.fail(key, "DATE", "is '" + printable(text, 40) + "'. Write YYYY-MM-DD.");
  return t->date;
}

int dekad_of_year(const ConfigNode& node, const char* key) {
  const auto t = parse_datetime("2000-" + node.text(key));  // a leap year: 02-29 is allowed
  if (!t) node.fail(key, "DATE", "must be a day of the year, MM-DD.");
  return place_in_year(period_of(t->date, Cadence::dekad));
}

std::vector<double> fixed_numbers(const ConfigNode& node, const char* key, size_t count) {
  const auto v = node.numbers(key);
  if (v.size() != count) node.fail(key, "TYPE", "must be a list of " + std::to_string(count) + " numbers.");
  return v;
}

Grid read_grid(const ConfigNode& node, const std::string& crs) {
  Grid grid;
  grid.crs = crs;
  const auto cell = fixed_numbers(node, "cell", 2);
  if (!(cell[0] > 0) || !(cell[1] > 0))
    node.fail("cell", "RANGE", "must be two positive numbers (width and height of a cell in units of the CRS).");
  grid.dx = cell[0];
  grid.dy = cell[1];
  double rows = 0, cols = 0;
  if (node.has("extent")) {
    const auto e = fixed_numbers(node, "extent", 4);
    if (!(e[0] < e[2]) || !(e[1] < e[3]))
      node.fail("extent", "RANGE", "must be [west, south, east, north] with west < east and south < north.");
    grid.x0 = e[0];
    grid.y0 = e[3];
    cols = std::round((e[2] - e[0]) / cell[0]);
    rows = std::round((e[3] - e[1]) / cell[1]);
  } else {
    const auto origin = fixed_numbers(node, "origin", 2), size = fixed_numbers(node, "size", 2);
    grid.x0 = origin[0];
    grid.y0 = origin[1];
    rows = size[0];
    cols = size[1];
  }
  if (rows < 1 || cols < 1 || rows > 200000 || cols > 200000 || rows != std::floor(rows) || cols != std::floor(cols))
    node.fail("RANGE", "gives " + format_number(rows) + " x " + format_number(cols) +
                           " cells; 1 to 200000 whole ones are possible.");
  grid.rows = static_cast<int>(rows);
  grid.cols = static_cast<int>(cols);
  node.done();
  return grid;
}

/// Cuts the grid to the cells whose centres lie in the box (CRS of the grid).
void crop(Grid& grid, const ConfigNode& root) {
  const auto b = fixed_numbers(root, "bbox", 4);
  if (!(b[0] < b[2]) || !(b[1] < b[3]))
    root.fail("bbox", "RANGE", "must be [west, south, east, north] with west < east and south < north.");
  const auto first = [](double at) { return static_cast<int>(std::ceil(at - 0.5 - 1e-9)); };
  const int c0 = std::max(0, first((b[0] - grid.x0) / grid.dx)),
            c1 = std::min(grid.cols, first((b[2] - grid.x0) / grid.dx));
  const int r0 = std::max(0, first((grid.y0 - b[3]) / grid.dy)),
            r1 = std::min(grid.rows, first((grid.y0 - b[1]) / grid.dy));
  if (r0 >= r1 || c0 >= c1) root.fail("bbox", "RANGE", "does not touch the region's grid.");
  grid.x0 += c0 * grid.dx;
  grid.y0 -= r0 * grid.dy;
  grid.cols = c1 - c0;
  grid.rows = r1 - r0;
}

void read_scene_inputs(const ConfigNode& root, RunConfig& config) {
  for (const auto& node : root.list("input")) {
    ScanInput input;
    input.product = node.text("product");
    input.paths = node.strings("path");
    if (input.paths.empty()) node.fail("path", "MISSING_KEY", "is missing: files or folders beneath the input root.");
    input.dates_csv = node.text("dates_csv", "");
    if (const auto roles = node.find("roles"))
      for (const auto& key : roles->keys()) input.roles[key] = roles->text(key);
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

/// What an input, or the whole run, states for reports that do not say it themselves.
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
    if (const auto columns = node.find("columns"))
      for (const auto& key : columns->keys()) input.columns[key] = columns->text(key);
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
    if (const auto columns = node.find("columns"))
      for (const auto& key : columns->keys()) input.columns[key] = columns->text(key);
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

void read_analysis(const ConfigNode& root, RunConfig& config) {
  const std::string cadence = root.text("cadence", "dekad");
  if (cadence != "dekad" && cadence != "month") root.fail("cadence", "VALUE", "must be \"dekad\" or \"month\".");
  config.cadence = cadence == "dekad" ? Cadence::dekad : Cadence::month;
  config.from = date_of(root, "from");
  config.to = date_of(root, "to");
  if (config.to < config.from) root.fail("to", "RANGE", "lies before 'from'. Exchange them.");
  const auto reference = root.strings("reference");
  if (reference.size() != 2)
    root.fail("reference", "TYPE", "must be two dates: first and last day of the reference period.");
  const auto a = parse_datetime(reference[0]), b = parse_datetime(reference[1]);
  if (!a || !b || b->date < a->date) root.fail("reference", "DATE", "must be two dates YYYY-MM-DD, the earlier first.");
  config.reference_from = a->date;
  config.reference_to = b->date;
  config.min_years = static_cast<int>(root.integer("min_years", 2, 100, 5));
  config.std_floor = root.number("std_floor", 0, 1e6, 0.01);
  config.rasters = root.text("rasters", "last");
  if (config.rasters != "last" && config.rasters != "all" && config.rasters != "none")
    root.fail("rasters", "VALUE", "must be \"last\", \"all\" or \"none\".");
  config.cdi = root.text("cdi", "");
  if (!config.cdi.empty() && config.cdi != "2021" && config.cdi != "4")
    root.fail("cdi", "VALUE", "must be the version \"2021\" or \"4\".");
  if (!config.cdi.empty() && config.cadence != Cadence::dekad)
    root.fail("cdi", "VALUE", "needs cadence = \"dekad\": the indicator pairs dekads of soil and vegetation.");
}

/// Indicators that the CDI is made of: rain, soil, vegetation.
const std::vector<std::string> cdi_inputs = {"rain_spi1", "rain_spi3", "sm_z", "ndvi_z"};

/// Where anything is gated by the season of pixels, the run tells that season too.
void add_season(RunConfig& config) {
  bool wanted = config.region.phenology.has_value();
  for (const auto& id : config.indicators) {
    const Indicator i = load_indicator(config.config_dir.string(), id);
    wanted |= i.gated || i.season_window;
  }
  for (const char* id : {"season_active", "season_senescent"})
    if (wanted && std::find(config.indicators.begin(), config.indicators.end(), id) == config.indicators.end())
      config.indicators.push_back(id);
}

void read_methods(const ConfigNode& root, RunConfig& config) {
  const std::string dir = config.config_dir.string();
  config.layers = root.has("layers") ? root.strings("layers") : list_risk_layers(dir);
  std::vector<std::string> wanted;
  for (const auto& id : config.layers) {
    const RiskLayer layer = load_risk_layer(dir, id);
    for (const auto& factor : layer.factors) wanted.push_back(factor.indicator);
    for (const auto& rule : layer.rules)
      for (const auto& [input, indicator] : rule.inputs) wanted.push_back(indicator);
  }
  config.indicators = root.has("indicators") ? root.strings("indicators") : std::vector<std::string>();
  if (!config.cdi.empty()) wanted.insert(wanted.end(), cdi_inputs.begin(), cdi_inputs.end());
  for (const auto& id : wanted)
    if (std::find(config.indicators.begin(), config.indicators.end(), id) == config.indicators.end())
      config.indicators.push_back(id);
  for (const auto& id : config.indicators) load_indicator(dir, id);
  if (const auto node = root.find("series_product"))
    for (const auto& key : node->keys()) config.series_product[key] = node->text(key);
  if (const auto node = root.find("composites"))
    for (const auto& key : node->keys()) {
      const auto method = composite_by_name(node->text(key));
      if (!method) node->fail(key, "VALUE", "must be one of max, median, mean, sum, last.");
      config.composites[key] = *method;
    }
  config.water_index = root.text("water_index", "MNDWI");
  const std::vector<std::string> water = {"MNDWI", "NDWI", "AWEIsh", "AWEInsh"};
  if (std::find(water.begin(), water.end(), config.water_index) == water.end())
    root.fail("water_index", "VALUE", "must be one of " + join(water, ", ") + ".");
  if (const auto node = root.find("built_up")) {
    config.built_up.a0 = node->number("a0", -1e3, 1e3, config.built_up.a0);
    config.built_up.a_ndbi = node->number("a_ndbi", -1e3, 1e3, config.built_up.a_ndbi);
    config.built_up.a_ndvi = node->number("a_ndvi", -1e3, 1e3, config.built_up.a_ndvi);
    config.built_up.window_dekads =
        static_cast<int>(node->integer("window_dekads", 1, max_window, config.built_up.window_dekads));
    config.built_up.min_valid_dekads =
        static_cast<int>(node->integer("min_valid_dekads", 1, max_window, config.built_up.min_valid_dekads));
    node->done();
  }
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

namespace {

PhenologyRule read_phenology(const ConfigNode& node) {
  PhenologyRule rule;
  if (node.text("by") != "phenology")
    node.fail("by", "VALUE", "must be \"phenology\"; or declare the season with 'from' and 'to'.");
  rule.start = node.number("start", 0.01, 0.99, rule.start);
  rule.senescence = node.number("senescence", 0.01, 0.99, rule.senescence);
  rule.end = node.number("end", 0.01, 0.99, rule.end);
  if (rule.end > rule.senescence) node.fail("end", "RANGE", "must not be above 'senescence': leaves wither first.");
  rule.min_amplitude = node.number("min_amplitude", 0, 1e6, rule.min_amplitude);
  rule.smooth_dekads = static_cast<int>(node.integer("smooth_dekads", 1, 9, rule.smooth_dekads));
  rule.in_season_share = node.number("in_season_share", 0, 1, rule.in_season_share);
  return rule;
}

}  // namespace

Region read_region(const ConfigNode& node, const fs::path& input_root) {
  Region region;
  region.name = node.text("name");
  if (!is_safe_id(region.name)) node.fail("name", "ID_INVALID", "may hold letters, digits, '.', '_' and '-' only.");
  region.title = node.text("title", region.name);
  region.iso3 = lower(node.text("iso3"));
  if (region.iso3.size() != 3 || !is_safe_id(region.iso3))
    node.fail("iso3", "VALUE", "must be a three-letter country code.");
  const std::string crs = node.text("crs");
  region.grid = read_grid(node.at("grid"), checked_crs(crs));
  for (const auto& admin : node.list("admin")) {
    AdminUnits::Request request;
    request.root = input_root;
    request.file = resolve_beneath(input_root, admin.text("file"), true);
    request.layer = admin.text("layer", "");
    request.level = static_cast<int>(admin.integer("level", 0, 9));
    request.pcode_field = admin.text("pcode");
    request.name_field = admin.text("name", "");
    request.parent_field = admin.text("parent", "");
    admin.done();
    region.admin.push_back(std::move(request));
  }
  if (region.admin.empty())
    node.fail("admin", "MISSING_KEY", "is missing: at least one [[admin]] level with file, level and pcode.");
  if (const auto season = node.find("season")) {
    if (season->has("from") || season->has("to"))
      region.season = Season{dekad_of_year(*season, "from"), dekad_of_year(*season, "to")};
    else
      region.phenology = read_phenology(*season);
    season->done();
  }
  std::set<std::string> with_season;
  for (const auto& own : node.list("unit_season")) {
    region.unit_seasons.push_back({own.strings("pcodes"), {dekad_of_year(own, "from"), dekad_of_year(own, "to")}});
    if (region.unit_seasons.back().pcodes.empty()) own.fail("pcodes", "MISSING_KEY", "names no unit.");
    for (const std::string& pcode : region.unit_seasons.back().pcodes)
      if (!with_season.insert(pcode).second)
        own.fail("pcodes", "DUPLICATE", "names " + printable(pcode, 40) + ", which has a season already.");
    own.done();
  }
  node.done();
  return region;
}

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
  if (root.has("from") && root.has("to") && date_of(root, "to") < date_of(root, "from"))
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
