#include "core/evidence/hxl_tags.h"

#include <algorithm>

#include "core/base/text.h"

namespace fw {
namespace {

constexpr size_t rows_searched = 25;

bool is_word(std::string_view s) {
  return !s.empty() && s[0] >= 'a' && s[0] <= 'z' && std::all_of(s.begin(), s.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace

std::optional<HxlTag> parse_hxl_tag(std::string_view cell) {
  std::string text = lower(trim(cell));
  if (text.empty() || text[0] != '#') return {};
  std::replace(text.begin(), text.end(), '/', '+');
  const std::vector<std::string> parts = split(text.substr(1), '+');
  HxlTag tag{"#" + trim(parts[0]), {}};
  if (!is_word(tag.name.substr(1))) return {};
  for (size_t i = 1; i < parts.size(); ++i) {
    const std::string word = trim(parts[i]);
    if (!is_word(word)) return {};
    tag.attributes.insert(word);
  }
  return tag;
}

bool is_hashtag_row(const CsvRow& row) {
  size_t tags = 0;
  for (const std::string& cell : row.cells) {
    if (trim(cell).empty()) continue;
    if (!parse_hxl_tag(cell)) return false;
    ++tags;
  }
  return tags > 0;
}

std::optional<size_t> find_hashtag_row(const std::vector<CsvRow>& table) {
  for (size_t r = 0; r < std::min(rows_searched, table.size()); ++r)
    if (is_hashtag_row(table[r])) return r;
  return {};
}

}  // namespace fw
