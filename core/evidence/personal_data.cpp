#include "core/evidence/personal_data.h"

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/evidence/text_signs.h"

namespace fw {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) {
  return (c >= 'A' && c <= 'Z') || (static_cast<unsigned char>(c) >= 0xC3);
}  // or a letter beyond ASCII
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || is_upper(c) || static_cast<unsigned char>(c) >= 0x80; }
bool is_word(char c) { return is_letter(c) || is_digit(c); }

bool is_iso_date(std::string_view s) {
  return s.size() >= 10 && s[4] == '-' && s[7] == '-' && std::count_if(s.begin(), s.begin() + 10, is_digit) == 8;
}

/// A run of digits and what people write between them, with 7 to 15 digits.
bool has_phone(std::string_view s) {
  constexpr std::string_view between = " -()/.";
  for (size_t i = 0; i < s.size();) {
    if (!is_digit(s[i])) {
      ++i;
      continue;
    }
    if (is_iso_date(s.substr(i))) {
      i += 10;
      continue;
    }
    size_t digits = 0, end = i, shortest = 15, group = 0;
    for (; end < s.size() && (is_digit(s[end]) || between.find(s[end]) != std::string_view::npos); ++end) {
      if (is_digit(s[end])) {
        ++digits;
        ++group;
      } else if (group > 0) {
        shortest = std::min(shortest, group);
        group = 0;
      }
    }
    const bool international = i > 0 && s[i - 1] == '+';
    // Measurements with a point (12.5 3.1) have groups of one digit; numbers of people are shorter.
    if (digits >= 7 && digits <= 15 &&
        (shortest >= 2 || international || s.substr(i, end - i).find('.') == std::string_view::npos))
      return true;
    i = end;
  }
  return false;
}

bool has_mail(std::string_view s) {
  for (size_t at = s.find('@'); at != std::string_view::npos; at = s.find('@', at + 1)) {
    size_t end = at + 1;
    while (end < s.size() && (is_word(s[end]) || s[end] == '-' || s[end] == '.')) ++end;
    const std::string_view host = s.substr(at + 1, end - at - 1);
    if (at > 0 && is_word(s[at - 1]) && host.find('.', 1) != std::string_view::npos) return true;
  }
  return false;
}

/// Two numbers with three or more decimals within a few characters, or degrees and minutes.
bool has_coordinates(std::string_view s) {
  size_t last_end = std::string_view::npos;
  for (size_t i = 0; i < s.size(); ++i) {
    if (s.substr(i, 2) == "\xC2\xB0" && i > 0 && is_digit(s[i - 1])) return true;  // 14°
    if (s[i] != '.' || i == 0 || !is_digit(s[i - 1])) continue;
    size_t begin = i, end = i + 1;
    while (begin > 0 && is_digit(s[begin - 1])) --begin;
    while (end < s.size() && is_digit(s[end])) ++end;
    if (end - i - 1 < 3) continue;
    if (last_end != std::string_view::npos && begin - last_end <= 12) return true;
    last_end = end;
    i = end - 1;
  }
  return false;
}

/// A form of address, or words that introduce a person, followed by a capital letter.
bool has_name(std::string_view s) {
  constexpr std::array titles = {"mr",    "mrs",  "ms",    "miss", "dr",    "mme",     "mlle",    "sheikh", "imam",
                                 "chief", "haji", "ustaz", "sr",   "sra",   "ato",     "weyzero", "w/ro",   "mzee",
                                 "mama",  "baba", "malam", "abba", "elder", "el hadj", "prof"};
  constexpr std::array before = {"name is",     "named",   "call",       "contact",   "je m'appelle", "my name",
                                 "phone",       "ask for", "appeler",    "contacter", "llamar a",     "signed",
                                 "reported by", "told by", "jina langu", "jina lake"};
  const std::string small = lower(s);
  const auto capital_after = [&](size_t end) {
    size_t at = end;
    while (at < s.size() && (s[at] == ' ' || s[at] == '.' || s[at] == ':')) ++at;
    return at > end && at < s.size() && is_upper(s[at]);
  };
  const auto found = [&](std::string_view word) {
    for (size_t at = small.find(word); at != std::string::npos; at = small.find(word, at + 1))
      if ((at == 0 || !is_word(small[at - 1])) && capital_after(at + word.size())) return true;
    return false;
  };
  return std::any_of(titles.begin(), titles.end(), found) || std::any_of(before.begin(), before.end(), found);
}

}  // namespace

std::vector<std::string> find_personal_data(std::string_view given) {
  std::vector<std::string> found;
  const std::string text = plain_signs(given);
  if (has_phone(text)) found.emplace_back("a phone number");
  if (has_mail(text)) found.emplace_back("an e-mail address");
  if (has_coordinates(text) || has_degrees(text) || has_plus_code(text) || has_mgrs(text))
    found.emplace_back("coordinates");
  if (has_name(text)) found.emplace_back("a name");
  if (has_identity_number(text)) found.emplace_back("an identity number");
  return found;
}

}  // namespace fw
