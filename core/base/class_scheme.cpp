#include "core/base/class_scheme.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/base/config.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace fw {
namespace {

ClassEntry read_class(const ConfigNode& node, std::set<int>& seen) {
  ClassEntry entry;
  entry.value = static_cast<int>(node.integer("value", 0, 254));
  if (!seen.insert(entry.value).second) node.fail("value", "DUPLICATE", "is used by two classes. Give each its own.");
  entry.label = node.text("label");
  entry.meaning = node.text("meaning", "");
  entry.from_cuts = node.boolean("from_cuts", true);
  const std::string colour = node.text("colour");
  unsigned rgb = 0;
  bool good = colour.size() == 7 && colour[0] == '#';
  for (size_t i = 1; good && i < 7; ++i) {
    const char c = lower(colour.substr(i, 1))[0];
    good = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    rgb = rgb * 16 + static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
  }
  if (!good) node.fail("colour", "COLOUR", "is '" + printable(colour, 20) + "'. Write #RRGGBB.");
  entry.red = static_cast<uint8_t>(rgb >> 16);
  entry.green = static_cast<uint8_t>(rgb >> 8);
  entry.blue = static_cast<uint8_t>(rgb);
  node.done();
  return entry;
}

}  // namespace

int ClassScheme::classify(double v) const {
  if (std::isnan(v)) return not_assessed;
  const auto at = closed_left ? std::upper_bound(cuts.begin(), cuts.end(), v) : std::lower_bound(cuts.begin(), cuts.end(), v);
  return classes[static_cast<size_t>(at - cuts.begin())].value;
}

const ClassEntry* ClassScheme::find(int value) const {
  const auto at = std::find_if(classes.begin(), classes.end(), [&](const ClassEntry& c) { return c.value == value; });
  return at == classes.end() ? nullptr : &*at;
}

ClassScheme load_class_scheme(const std::string& config_dir, const std::string& id) {
  if (!is_safe_id(id)) throw ConfigError("ID_INVALID", "'" + printable(id) + "' is no name of a class scheme.");
  const ConfigNode node = ConfigNode::load(config_dir + "/classes/" + id + ".toml");
  ClassScheme scheme;
  scheme.id = id;
  scheme.title = node.text("title");
  scheme.source = node.text("source");
  scheme.unit = node.text("unit", "1");
  const std::string closed = node.text("closed", "left");
  if (closed != "left" && closed != "right") node.fail("closed", "VALUE", "must be \"left\" or \"right\".");
  scheme.closed_left = closed == "left";
  scheme.cuts = node.numbers("cuts");
  if (!std::is_sorted(scheme.cuts.begin(), scheme.cuts.end(), std::less_equal<>())) node.fail("cuts", "RANGE", "must rise strictly.");
  scheme.nodata = static_cast<int>(node.integer("nodata", 0, 255, 255));
  scheme.not_assessed = static_cast<int>(node.integer("not_assessed", 0, 254));
  scheme.not_in_season = static_cast<int>(node.integer("not_in_season", -1, 254, -1));
  std::set<int> seen{scheme.nodata};
  for (const auto& entry : node.list("class")) scheme.classes.push_back(read_class(entry, seen));
  std::stable_partition(scheme.classes.begin(), scheme.classes.end(), [](const ClassEntry& c) { return c.from_cuts; });
  const auto by_cuts = std::count_if(scheme.classes.begin(), scheme.classes.end(), [](const ClassEntry& c) { return c.from_cuts; });
  if (static_cast<size_t>(by_cuts) != scheme.cuts.size() + 1 && !(by_cuts == 0 && scheme.cuts.empty()))
    node.fail("cuts", "RANGE", std::to_string(scheme.cuts.size()) + " cut points make " + std::to_string(scheme.cuts.size() + 1) +
                                   " classes, but " + std::to_string(by_cuts) + " are given.");
  if (!scheme.find(scheme.not_assessed)) node.fail("not_assessed", "VALUE", "names no class of the scheme.");
  if (scheme.not_in_season >= 0 && !scheme.find(scheme.not_in_season)) node.fail("not_in_season", "VALUE", "names no class of the scheme.");
  node.done();
  return scheme;
}

}  // namespace fw
