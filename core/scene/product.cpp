#include "core/scene/product.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "core/base/config.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/geo/grid.h"

namespace fw {
namespace {

constexpr double no_limit = std::numeric_limits<double>::max();

Pattern pattern(const ConfigNode& node, std::string_view key) {
  const std::string text = node.text(key, "");
  if (text.empty()) return {};
  try {
    return Pattern(text);
  } catch (const Error& e) {
    node.fail(key, e.code(), e.what());
  }
}

std::vector<Pattern> patterns(const ConfigNode& node, std::string_view key) {
  std::vector<Pattern> out;
  for (const auto& text : node.strings(key)) {
    try {
      out.emplace_back(text);
    } catch (const Error& e) {
      node.fail(key, e.code(), e.what());
    }
  }
  return out;
}

BandSpec read_band(const ConfigNode& node, bool is_qa) {
  BandSpec b;
  b.role = is_qa ? "qa" : node.text("role");
  if (!is_safe_id(b.role)) node.fail("role", "ROLE", "is '" + printable(b.role, 40) + "'. Use letters, digits and _.");
  b.file = pattern(node, "file");
  b.subdataset = node.text("subdataset", "");
  for (const auto& name : node.strings("description")) b.descriptions.push_back(lower(name));
  b.band = static_cast<int>(node.integer("band", 1, 100000, 0));
  b.metadata_id = node.text("metadata_id", "");
  b.optional = node.boolean("optional", false);
  if (node.has("fill")) b.fill = node.number("fill", -no_limit, no_limit);
  b.resampling = Resampling::nearest;
  if (is_qa) return b;
  b.scale = node.number("scale", -no_limit, no_limit, 1);
  b.offset = node.number("offset", -no_limit, no_limit, 0);
  if (b.scale == 0) node.fail("scale", "RANGE", "is 0, which makes every pixel equal. Correct it.");
  b.unit = node.text("unit", "1");
  const auto valid = node.numbers("valid");
  if (!valid.empty()) {
    if (valid.size() != 2 || valid[0] > valid[1]) node.fail("valid", "RANGE", "must be [lowest DN, highest DN].");
    b.valid_min = valid[0];
    b.valid_max = valid[1];
  }
  try {
    b.resampling = resampling_by_name(node.text("resampling", "bilinear"));
  } catch (const Error& e) {
    node.fail("resampling", e.code(), e.what());
  }
  return b;
}

MaskOutcome outcome(const ConfigNode& node) {
  const std::string text = node.text("outcome", "masked");
  if (text == "masked") return MaskOutcome::masked;
  if (text == "not_observed") return MaskOutcome::not_observed;
  node.fail("outcome", "QA_OUTCOME", "is '" + printable(text, 40) + "'. Use masked or not_observed.");
}

/// classes = [..]: values of a class band (0..31); bits = [..]: each set bit; shift, width, values: a field.
void read_rules(const ConfigNode& node, QaSpec& qa) {
  const auto add = [&](int shift, int width, uint32_t values) {
    qa.rules.push_back({static_cast<uint8_t>(shift), static_cast<uint8_t>(width), values, outcome(node)});
    qa.meanings.push_back(node.text("meaning", ""));
  };
  const auto mask_of = [&](const char* key, double top) {
    uint32_t mask = 0;
    for (const double v : node.numbers(key)) {
      if (v < 0 || v > top || v != static_cast<int>(v))
        node.fail(key, "RANGE", "holds " + format_number(v) + ", outside 0 .. " + format_number(top));
      mask |= 1u << static_cast<int>(v);
    }
    return mask;
  };
  const int forms = node.has("classes") + node.has("bits") + node.has("shift");
  if (forms != 1) node.fail("QA_RULE", "must say one of classes, bits, or shift with width and values.");
  if (node.has("classes")) add(0, 5, mask_of("classes", 31));
  if (node.has("bits")) {
    const uint32_t bits = mask_of("bits", 15);
    for (int b = 0; b < 16; ++b) {
      if (bits >> b & 1u) add(b, 1, 2u);
    }
  }
  if (node.has("shift")) {
    const int width = static_cast<int>(node.integer("width", 1, 5));
    add(static_cast<int>(node.integer("shift", 0, 15)), width, mask_of("values", (1 << width) - 1));
  }
  node.done();
}

QaSpec read_qa(const ConfigNode& node) {
  QaSpec qa;
  qa.band = read_band(node, true);
  for (const auto& rule : node.list("rule")) read_rules(rule, qa);
  if (qa.rules.empty()) node.fail("rule", "MISSING_KEY", "is missing. Say which values are masked.");
  if (qa.rules.size() > max_qa_rules)
    node.fail("rule", "RANGE",
              "gives " + std::to_string(qa.rules.size()) + " rules, more than " + std::to_string(max_qa_rules));
  node.done();
  return qa;
}

template <class T>
T choice(const ConfigNode& node, std::string_view key, const std::string& fallback,
         const std::vector<std::pair<std::string, T>>& known) {
  const std::string text = node.text(key, fallback);
  std::vector<std::string> names;
  for (const auto& [name, value] : known) {
    if (name == text) return value;
    names.push_back(name);
  }
  node.fail(key, "UNKNOWN_VALUE", "is '" + printable(text, 40) + "'. Known: " + join(names, ", ") + ".");
}

void check_sources(const ConfigNode& node, std::string_view key, const std::vector<std::string>& from,
                   const std::set<std::string>& known) {
  for (const auto& source : from) {
    if (!known.count(source) && source.rfind("metadata:", 0) != 0)
      node.fail(key, "UNKNOWN_VALUE",
                "holds '" + printable(source, 40) + "'. Known: " + join({known.begin(), known.end()}, ", ") +
                    ", metadata:KEY.");
  }
}

}  // namespace

const BandSpec* Product::band(const std::string& role) const {
  const auto it = std::find_if(bands.begin(), bands.end(), [&](const BandSpec& b) { return b.role == role; });
  return it == bands.end() ? nullptr : &*it;
}

Product load_product(const std::string& config_dir, const std::string& id) {
  if (!is_safe_id(id))
    throw ConfigError("PRODUCT_UNKNOWN", "'" + printable(id, 60) + "' is not a product id (letters, digits, - and _).");
  const std::filesystem::path file = std::filesystem::path(config_dir) / "products" / (id + ".toml");
  if (!std::filesystem::exists(file))
    throw ConfigError("PRODUCT_UNKNOWN",
                      "There is no product '" + id + "'. Known: " + join(list_products(config_dir), ", ") + ".");
  const ConfigNode node = ConfigNode::load(file.string());
  Product p;
  p.id = id;
  p.title = node.text("title");
  p.source = node.text("source");
  p.licence = node.text("licence");
  p.layout = choice<SceneLayout>(
      node, "layout", "single",
      {{"files", SceneLayout::files}, {"single", SceneLayout::single}, {"stack", SceneLayout::stack}});
  p.drivers = node.strings("drivers");
  for (const auto& driver : p.drivers) {
    static const std::set<std::string> known = {"GTiff", "JP2OpenJPEG", "HDF4", "HDF5", "netCDF"};
    if (!known.count(driver))
      node.fail("drivers", "DRIVER",
                "holds '" + printable(driver, 40) + "'. Known: " + join({known.begin(), known.end()}, ", ") + ".");
  }
  if (p.drivers.empty()) node.fail("drivers", "MISSING_KEY", "is missing. Name the formats, for example [\"GTiff\"].");
  p.file = pattern(node, "file");
  if (p.file.empty()) node.fail("file", "MISSING_KEY", "is missing. Give a regular expression on file names.");
  p.folder = pattern(node, "folder");
  p.scene = pattern(node, "scene");
  p.acquisition = pattern(node, "acquisition");
  p.acquisition_by_grid = node.boolean("acquisition_by_grid", false);
  p.metadata_files = patterns(node, "metadata_files");
  p.launch = node.text("launch", "");
  if (!p.launch.empty() && !parse_datetime(p.launch)) node.fail("launch", "DATE", "is not an ISO date.");
  p.crs = node.text("crs", "");
  if (!p.crs.empty() && p.crs.rfind("metadata:", 0) != 0) p.crs = checked_crs(p.crs);
  p.saturated_dn = node.number("saturated_dn", 0, no_limit, -1);
  if (const auto range = node.numbers("plausible"); !range.empty()) {
    if (range.size() != 2 || range[0] >= range[1]) node.fail("plausible", "RANGE", "must be [lowest, highest] value.");
    p.plausible = {range[0], range[1]};
  }
  p.max_bands = static_cast<int>(node.integer("max_bands", 1, 20000, 64));
  p.scale_rule = choice<ScaleRule>(node, "scale_rule", "fixed",
                                   {{"fixed", ScaleRule::fixed},
                                    {"from_file", ScaleRule::from_file},
                                    {"sentinel2_baseline", ScaleRule::sentinel2_baseline}});
  p.id_from = node.has("id_from") ? node.strings("id_from") : std::vector<std::string>{"name"};
  check_sources(node, "id_from", p.id_from, {"name"});
  const ConfigNode date = node.at("date");
  p.date_from = date.strings("from");
  check_sources(date, "from", p.date_from, {"name", "folder", "description", "csv", "netcdf-time"});
  p.date_patterns = patterns(date, "pattern");
  p.spans = date.boolean("spans", false);
  date.done();
  for (const auto& refuse : node.list("refuse")) {
    p.refused.push_back({pattern(refuse, "pattern"), refuse.text("code"), refuse.text("why")});
    refuse.done();
  }
  std::set<std::string> roles;
  for (const auto& band : node.list("band")) {
    p.bands.push_back(read_band(band, false));
    if (!roles.insert(p.bands.back().role).second)
      band.fail("role", "DUPLICATE", "is given twice. Give each band its own role.");
    band.done();
  }
  if (p.bands.empty()) node.fail("band", "MISSING_KEY", "is missing. Describe at least one band with [[band]].");
  if (const auto qa = node.find("qa")) p.qa = read_qa(*qa);
  node.done();
  return p;
}

std::vector<std::string> list_products(const std::string& config_dir) {
  std::vector<std::string> ids;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(config_dir) / "products", error)) {
    if (entry.path().extension() == ".toml") ids.push_back(entry.path().stem().string());
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace fw
