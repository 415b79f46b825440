#include "core/risk/driver_spec.h"

#include <array>
#include <set>

#include "core/base/config.h"
#include "core/base/text.h"

namespace fw {
namespace {

template <class Value, size_t count>
Value one_of(const ConfigNode& node, const char* key, const std::string& word,
             const std::array<std::pair<const char*, Value>, count>& known) {
  std::vector<std::string> words;
  for (const auto& [name, value] : known) {
    if (word == name) return value;
    words.emplace_back(name);
  }
  node.fail(key, "VALUE", "is '" + printable(word, 40) + "'. One of: " + join(words, ", ") + ".");
}

DriverStatistic read_statistic(const ConfigNode& node) {
  return one_of(
      node, "statistic", node.text("statistic"),
      std::array{std::pair{"z", DriverStatistic::z}, std::pair{"months_since_good", DriverStatistic::months_since_good},
                 std::pair{"alps", DriverStatistic::alps}, std::pair{"ipa", DriverStatistic::ipa},
                 std::pair{"last", DriverStatistic::last}, std::pair{"mean", DriverStatistic::mean},
                 std::pair{"log_sum", DriverStatistic::log_sum}});
}

DriverSource read_source(const ConfigNode& node) {
  DriverSource out;
  out.dataset = node.text("dataset");
  out.quantity = node.text("quantity");
  out.detail = node.text("detail", "");
  out.outlook = one_of(node, "outlook", node.text("outlook", "measured"),
                       std::array{std::pair{"measured", Outlook::measured}, std::pair{"current", Outlook::current}});
  out.statistic = read_statistic(node);
  out.months = static_cast<int>(node.integer("months", 1, 60));
  return out;
}

DriverSpec read_driver(const ConfigNode& node) {
  DriverSpec out;
  out.id = node.text("id");
  if (!is_safe_id(out.id)) node.fail("id", "ID_INVALID", "may hold letters, digits, '.', '_' and '-' only.");
  out.title = node.text("title");
  out.why = node.text("why");
  out.phrase = node.text("phrase", "");
  if (node.has("indicator")) out.indicator = node.text("indicator");
  if (node.has("dataset")) out.source = read_source(node);
  if (!out.indicator && !out.source)
    node.fail("dataset", "MISSING_KEY", "is missing: a driver is made of an indicator, a dataset, or both.");
  out.lag_days = static_cast<int>(node.integer("lag_days", 0, 730));
  out.sign = static_cast<int>(node.integer("sign", -1, 1, 1));
  if (out.sign == 0) node.fail("sign", "VALUE", "must be 1 (high is bad) or -1 (low is bad).");
  out.centre = node.number("centre", -1e9, 1e9, 0);
  out.scale = node.number("scale", 1e-9, 1e9, 1);
  node.done();
  return out;
}

}  // namespace

DriverList load_drivers(const std::string& config_dir, const std::string& id) {
  if (!is_safe_id(id))
    throw ConfigError("ID_INVALID", "'" + printable(id, 40) + "' is no name of a list in config/risk/drivers.");
  const ConfigNode root = ConfigNode::load(config_dir + "/risk/drivers/" + id + ".toml");
  DriverList out;
  out.id = id;
  out.title = root.text("title");
  out.source = root.text("source");
  std::set<std::string> seen;
  for (const ConfigNode& node : root.list("driver")) {
    out.drivers.push_back(read_driver(node));
    if (!seen.insert(out.drivers.back().id).second) node.fail("id", "DUPLICATE", "names another driver too.");
  }
  if (out.drivers.empty()) root.fail("driver", "MISSING_KEY", "is missing: at least one [[driver]].");
  root.done();
  return out;
}

}  // namespace fw
