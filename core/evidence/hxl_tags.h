// HXL hashtags: "#adm2 +code +origin". https://hxlstandard.org/standard/1-1final/
#pragma once
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/csv.h"

namespace fw {

/// A hashtag without case, blanks and order of attributes.
struct HxlTag {
  std::string name;  ///< "#adm2"
  std::set<std::string> attributes;
  bool has(const char* attribute) const { return attributes.count(attribute) > 0; }
};

/// "#Adm2 +Code +origin" → {#adm2, {code, origin}}; the 2014 form "#adm2/fr" reads as +fr. Nothing when it is no
/// hashtag.
std::optional<HxlTag> parse_hxl_tag(std::string_view cell);
/// At least one cell, and every cell that is not blank is an HXL hashtag.
bool is_hashtag_row(const CsvRow& row);
/// Within the first 25 rows.
std::optional<size_t> find_hashtag_row(const std::vector<CsvRow>& table);

}  // namespace fw
