#include "core/scene/scaling.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include "core/base/config.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace fw {
namespace {

constexpr int offset_since = 400;          // baseline 04.00, in operation since 2022-01-25
constexpr double offset_dn_since = -1000;  // ESA, Sentinel-2 Products Specification Document, BOA_ADD_OFFSET

double number_of(const std::string& source, std::string_view text, double lo, double hi) {
  const auto v = parse_number(trim(text));
  if (!v || *v < lo || *v > hi)
    throw InputError("SCALE_INVALID", source + " is '" + printable(text, 40) + "' (not a number from " +
                                          format_number(lo) + " to " + format_number(hi) + ").");
  return *v;
}

}  // namespace

void ScaleFacts::add_baseline(const std::string& source, std::string_view text) {
  static const Pattern form("^N?([0-9]{2})\\.?([0-9]{2})$");
  const auto match = form.search(trim(text));
  if (!match)
    throw InputError("OFFSET_UNRESOLVED",
                     source + " gives the baseline '" + printable(text, 40) + "' (not nn.nn). Correct the metadata.");
  baselines_.emplace_back(source,
                          static_cast<int>(*parse_integer(match->groups[1]) * 100 + *parse_integer(match->groups[2])));
}

void ScaleFacts::take_name(std::string_view name) {
  static const Pattern in_name("(?:^|_)(N[0-9]{4})(?:_|\\.|$)");
  if (const auto match = in_name.search(name)) add_baseline("the name", match->groups[1]);
}

void ScaleFacts::take_raster(const std::string& source, const std::map<std::string, std::string>& metadata) {
  for (const auto& [key, value] : metadata) {
    const std::string k = lower(key);
    if (k == "processing_baseline") add_baseline(source, value);
    if (k == "boa_add_offset")
      offsets_.emplace_back(source, number_of(source + ", BOA_ADD_OFFSET", value, -10000, 10000));
    if (k == "quantification_value" || k == "boa_quantification_value")
      quantifications_.push_back(number_of(source + ", QUANTIFICATION_VALUE", value, 1, 1e6));
    if (k == "boa_offset_applied" || k == "earthsearch:boa_offset_applied")
      applied_.emplace_back(source, lower(trim(value)) == "true" || trim(value) == "1");
  }
}

void ScaleFacts::take_xml(const std::string& source, std::string_view text) {
  pugi::xml_document document;  // pugixml knows no external entities and expands none of its own
  const auto parsed = document.load_buffer(text.data(), text.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!parsed)
    throw InputError("METADATA_SYNTAX", source + " is not XML (" + parsed.description() + " at byte " +
                                            std::to_string(parsed.offset) + ").");
  const auto value = [&](const char* path) { return std::string(document.select_node(path).node().child_value()); };
  if (const std::string b = value("//Product_Info/PROCESSING_BASELINE"); !b.empty()) add_baseline(source, b);
  if (const std::string q = value("//QUANTIFICATION_VALUES_LIST/BOA_QUANTIFICATION_VALUE"); !q.empty())
    quantifications_.push_back(number_of(source + ", BOA_QUANTIFICATION_VALUE", q, 1, 1e6));
  for (const auto& hit : document.select_nodes("//BOA_ADD_OFFSET_VALUES_LIST/BOA_ADD_OFFSET"))
    band_offsets_[hit.node().attribute("band_id").value()] =
        number_of(source + ", BOA_ADD_OFFSET", hit.node().child_value(), -10000, 10000);
}

void ScaleFacts::take_stac(const std::string& source, std::string_view text) {
  try {
    const auto item = parse_json_strict(text);
    if (!item.is_object() || item.value("type", "") != "Feature" || !item.contains("properties") ||
        !item["properties"].is_object())
      return;
    const auto& properties = item["properties"];
    if (properties.contains("s2:processing_baseline") && properties["s2:processing_baseline"].is_string())
      add_baseline(source, properties["s2:processing_baseline"].get<std::string>());
    if (properties.contains("earthsearch:boa_offset_applied") &&
        properties["earthsearch:boa_offset_applied"].is_boolean())
      applied_.emplace_back(source, properties["earthsearch:boa_offset_applied"].get<bool>());
  } catch (const nlohmann::json::exception& e) {
    throw InputError("METADATA_SYNTAX", source + ": " + printable(e.what()));
  }
}

std::optional<int> ScaleFacts::agreed_baseline() const {
  for (const auto& [source, baseline] : baselines_) {
    if (baseline != baselines_.front().second)
      throw InputError("OFFSET_UNRESOLVED", "The processing baseline is " + std::to_string(baselines_.front().second) +
                                                " by " + baselines_.front().first + " and " + std::to_string(baseline) +
                                                " by " + source + ". Remove what is wrong.");
  }
  return baselines_.empty() ? std::nullopt : std::optional<int>(baselines_.front().second);
}

std::string ScaleFacts::baseline() const {
  const auto b = agreed_baseline();
  if (!b) return {};
  const std::string digits = std::to_string(10000 + *b);
  return digits.substr(1, 2) + "." + digits.substr(3, 2);
}

double ScaleFacts::offset_dn(const std::string& metadata_id) const {
  for (const auto& [source, yes] : applied_) {
    if (yes != applied_.front().second)
      throw InputError("OFFSET_UNRESOLVED", "Its files disagree whether the offset has been applied (" + source +
                                                "). Remove what is wrong.");
  }
  const auto baseline = agreed_baseline();
  if (!applied_.empty() && applied_.front().second) return 0;
  for (const auto& [source, offset] : offsets_) {
    if (offset != offsets_.front().second)
      throw InputError("OFFSET_UNRESOLVED",
                       "BOA_ADD_OFFSET differs between its files (" + source + "). Remove what is wrong.");
  }
  if (!offsets_.empty()) return offsets_.front().second;
  if (const auto it = band_offsets_.find(metadata_id); it != band_offsets_.end()) return it->second;
  if (baseline) return *baseline >= offset_since ? offset_dn_since : 0;
  throw InputError("OFFSET_UNRESOLVED",
                   "Neither the rasters, nor MTD_MSIL2A.xml, nor a STAC item, nor the name (N0400) says the processing "
                   "baseline (from 04.00 on "
                   "reflectance has an offset of -1000). Add the metadata, or state scale and offset of this input.");
}

double ScaleFacts::quantification(double fallback) const {
  for (const double q : quantifications_) {
    if (q != quantifications_.front())
      throw InputError("SCALE_INVALID", "QUANTIFICATION_VALUE differs between its files. Remove what is wrong.");
  }
  return quantifications_.empty() ? fallback : quantifications_.front();
}

namespace {

bool is_close(double a, double b) { return std::fabs(a - b) <= 1e-6 * std::max(std::fabs(a), std::fabs(b)); }

/// The product's scaling, unless the file declares another. The reciprocal of the scale is the same: MODIS files
/// declare a divisor.
Scaling agreed(const BandSpec& spec, const BandInfo& band, const Scaling& rule) {
  const bool declares = band.has_scale && !(band.scale == 1 && band.offset == 0);
  if (!declares || is_close(band.scale * rule.scale, 1)) return rule;
  if (is_close(band.scale, rule.scale) && is_close(band.offset, rule.offset)) return rule;
  throw InputError("SCALE_INVALID", "Band '" + printable(spec.role, 40) + "' declares value * " +
                                        format_number(band.scale) + " + " + format_number(band.offset) +
                                        ", the product says * " + format_number(rule.scale) + " + " +
                                        format_number(rule.offset) + ". State scale and offset of this input.");
}

}  // namespace

Scaling resolve_scaling(const Product& product, const BandSpec& spec, const BandInfo& band, const ScaleFacts& facts) {
  switch (product.scale_rule) {
    case ScaleRule::fixed:
      return agreed(spec, band, {spec.scale, spec.offset});
    case ScaleRule::from_file:
      if (band.has_scale) return {band.scale, band.offset};
      if (band.type.rfind("Float", 0) == 0) return {spec.scale, spec.offset};
      throw InputError("SCALE_UNRESOLVED", "Band '" + printable(spec.role, 40) + "' holds whole numbers (" + band.type +
                                               ") and declares no scale. State scale and offset of this input.");
    case ScaleRule::sentinel2_baseline: {
      const double q = facts.quantification(1 / spec.scale);
      return agreed(spec, band, {1 / q, facts.offset_dn(spec.metadata_id) / q});
    }
  }
  return {};
}

}  // namespace fw
