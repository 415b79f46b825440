// When and how: periods, reference, layers and their indicators.
#include <algorithm>

#include "core/base/text.h"
#include "core/risk/risk.h"
#include "jobs/run_config_parts.h"

namespace fw {
namespace {

/// Indicators that the CDI is made of: rain, soil, vegetation.
const std::vector<std::string> cdi_inputs = {"rain_spi1", "rain_spi3", "sm_z", "ndvi_z"};

}  // namespace

void read_analysis(const ConfigNode& root, RunConfig& config) {
  const std::string cadence = root.text("cadence", "dekad");
  if (cadence != "dekad" && cadence != "month") root.fail("cadence", "VALUE", "must be \"dekad\" or \"month\".");
  config.cadence = cadence == "dekad" ? Cadence::dekad : Cadence::month;
  config.from = date_at(root, "from");
  config.to = date_at(root, "to");
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
  config.series_product = texts_of(root, "series_product");
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

}  // namespace fw
