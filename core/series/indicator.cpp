#include "core/series/indicator.h"

#include <algorithm>
#include <filesystem>
#include <tuple>

#include "core/base/config.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace fw {
namespace {

template <class Value>
Value choose(const ConfigNode& node, const char* key, const char* fallback,
             std::initializer_list<std::pair<const char*, Value>> options) {
  const std::string asked = node.text(key, fallback);
  std::vector<std::string> names;
  for (const auto& [name, value] : options) {
    if (asked == name) return value;
    names.emplace_back(name);
  }
  node.fail(key, "VALUE", "is '" + printable(asked, 40) + "'. One of: " + join(names, ", ") + ".");
}

}  // namespace

std::optional<CompositeMethod> composite_by_name(const std::string& name) {
  if (name == "max") return CompositeMethod::max;
  if (name == "median") return CompositeMethod::median;
  if (name == "mean") return CompositeMethod::mean;
  if (name == "sum") return CompositeMethod::sum;
  if (name == "last") return CompositeMethod::last;
  return {};
}

Indicator load_indicator(const std::string& config_dir, const std::string& id) {
  if (!is_safe_id(id)) throw ConfigError("ID_INVALID", "'" + printable(id) + "' is no name of an indicator.");
  const std::string file = config_dir + "/indicators/" + id + ".toml";
  if (!std::filesystem::exists(file))
    throw ConfigError("UNKNOWN_INDICATOR", "There is no indicator '" + printable(id) +
                                               "'. Known: " + join(list_indicators(config_dir), ", ") + ".");
  const ConfigNode node = ConfigNode::load(file);
  Indicator i;
  i.id = id;
  i.title = node.text("title");
  i.unit = node.text("unit");
  i.source = node.text("source");
  i.series = node.text("series");
  const auto composite = composite_by_name(node.text("composite", "max"));
  if (!composite) node.fail("composite", "VALUE", "must be one of max, median, mean, sum, last.");
  i.composite = *composite;
  i.window = static_cast<int>(node.integer("window_dekads", 1, max_window, 1));
  i.season_window = node.boolean("season_window", false);
  i.window_method =
      choose<RollingMethod>(node, "window_method", "mean",
                            {{"mean", RollingMethod::mean}, {"sum", RollingMethod::sum}, {"max", RollingMethod::max}});
  using Said = std::pair<Measure, Statistic>;
  const auto of = [](Statistic s) { return Said{Measure::statistic, s}; };
  const auto own = [](Measure m) { return Said{m, Statistic::value}; };
  std::tie(i.measure, i.statistic) = choose<Said>(node, "statistic", "value",
                                                  {{"value", of(Statistic::value)},
                                                   {"difference", of(Statistic::difference)},
                                                   {"percent_of_median", of(Statistic::percent_of_median)},
                                                   {"z", of(Statistic::z)},
                                                   {"vci", of(Statistic::vci)},
                                                   {"tci", of(Statistic::tci)},
                                                   {"spi", own(Measure::spi)},
                                                   {"detrended_z", own(Measure::detrended_z)},
                                                   {"season_active", own(Measure::season_active)},
                                                   {"season_senescent", own(Measure::season_senescent)}});
  const ConfigNode beyond = node.at("beyond");
  if (beyond.has("above") == beyond.has("below")) beyond.fail("VALUE", "needs either 'above' or 'below', one number.");
  i.above = beyond.has("above");
  i.threshold = beyond.number(i.above ? "above" : "below", -1e9, 1e9);
  beyond.done();
  i.clean_up = node.boolean("clean_up", false);
  i.min_object_ha = node.number("min_object_ha", 0, 1e4, 0.5);
  const auto range = node.numbers("range");
  if (range.size() != 2 || !(range[0] < range[1])) node.fail("range", "RANGE", "must be two rising numbers.");
  i.range_min = range[0];
  i.range_max = range[1];
  i.colours = node.strings("colours");
  i.seasonal = node.boolean("seasonal", false);
  i.gated = node.boolean("gated", false);
  if (i.season_window && (i.window != 1 || i.tells_season()))
    node.fail("season_window", "VALUE", "stands instead of window_dekads, and not where the season itself is told.");
  node.done();
  return i;
}

std::vector<std::string> list_indicators(const std::string& config_dir) {
  std::vector<std::string> ids;
  for (const auto& entry : std::filesystem::directory_iterator(config_dir + "/indicators"))
    if (entry.path().extension() == ".toml") ids.push_back(entry.path().stem().string());
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace fw
