#include "core/evidence/text_signs.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/base/text.h"

namespace fw {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_latin(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool is_word(char c) { return is_digit(c) || is_latin(c) || static_cast<unsigned char>(c) >= 0x80; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

/// The code point at `at` and its length; invalid bytes stand for themselves.
std::pair<uint32_t, size_t> code_point(std::string_view s, size_t at) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(s[at + i]); };
  const unsigned char first = byte(0);
  const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
  if (length == 1 || at + length > s.size()) return {first, 1};
  uint32_t c = first & (0xFFU >> (length + 1));
  for (size_t i = 1; i < length; ++i) c = c << 6 | (byte(i) & 0x3FU);
  return {c, length};
}

// First digit (0) of each script that writes numbers in decimals.
constexpr std::array<uint32_t, 11> zeros = {0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66,
                                            0x0E50, 0x1040, 0x17E0, 0xFF10, 0x0ED0};

/// The ASCII sign for a code point; 0 to leave it out, -1 to keep it.
int plain(uint32_t c) {
  for (const uint32_t zero : zeros)
    if (c >= zero && c < zero + 10) return static_cast<int>('0' + (c - zero));
  if (c >= 0x1369 && c <= 0x1371) return static_cast<int>('1' + (c - 0x1369));  // Ethiopic 1-9
  if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xFE63 || c == 0xFF0D) return '-';
  if (c == 0xFF0B) return '+';
  if (c == 0xFF20 || c == 0xFE6B) return '@';
  if (c == 0x066B || c == 0xFF0E || c == 0x3002) return '.';
  if (c == 0x00A0 || c == 0x202F || c == 0x3000 || (c >= 0x2000 && c <= 0x200A)) return ' ';
  if ((c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF ||
      c == 0x061C)
    return 0;
  return -1;
}

}  // namespace

std::string plain_signs(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const auto [c, length] = code_point(text, at);
    const int sign = c < 0x80 ? -1 : plain(c);
    if (sign < 0) out.append(text.substr(at, length));
    if (sign > 0) out += static_cast<char>(sign);
    at += length;
  }
  return out;
}

bool has_plus_code(std::string_view s) {
  constexpr std::string_view alphabet = "23456789CFGHJMPQRVWX";
  const auto in_alphabet = [&](char c) { return alphabet.find(upper(c)) != std::string_view::npos; };
  for (size_t plus = s.find('+'); plus != std::string_view::npos; plus = s.find('+', plus + 1)) {
    size_t before = 0, after = 0;
    while (before < plus && in_alphabet(s[plus - 1 - before])) ++before;
    while (plus + 1 + after < s.size() && in_alphabet(s[plus + 1 + after])) ++after;
    const bool ends = (before == plus || !is_word(s[plus - 1 - before])) &&
                      (plus + 1 + after == s.size() || !is_word(s[plus + 1 + after]));
    const std::string_view word = s.substr(plus - before, before + 1 + after);
    const bool letters = std::any_of(word.begin(), word.end(), is_latin);  // 45+23 is a sum
    if (ends && (before == 4 || before == 6 || before == 8) && after >= 2 && after <= 7 && letters) return true;
  }
  return false;
}

bool has_mgrs(std::string_view s) {
  for (size_t i = 0; i < s.size(); ++i) {
    if (!is_digit(s[i]) || (i > 0 && is_word(s[i - 1]))) continue;
    size_t at = i, zone = 0;
    while (at < s.size() && is_digit(s[at]) && at - i < 3) zone = 10 * zone + static_cast<size_t>(s[at++] - '0');
    if (zone < 1 || zone > 60 || at - i > 2) continue;
    const auto skip = [&] {
      while (at < s.size() && s[at] == ' ') ++at;
    };
    const auto letter = [&] { return at < s.size() && is_latin(s[at]) && upper(s[at]) != 'I' && upper(s[at]) != 'O'; };
    if (!letter() || upper(s[at]) < 'C' || upper(s[at]) > 'X') continue;
    ++at;
    skip();
    if (!letter()) continue;
    ++at;
    if (!letter()) continue;
    ++at;
    size_t digits = 0;
    for (; at < s.size() && (is_digit(s[at]) || s[at] == ' '); ++at) digits += is_digit(s[at]);
    if ((digits == 4 || digits == 6 || digits == 8 || digits == 10) && (at == s.size() || !is_word(s[at]))) return true;
  }
  return false;
}

bool has_degrees(std::string_view s) {
  const std::string small = lower(s);
  for (size_t i = 0; i < s.size(); ++i) {
    if (!is_digit(s[i])) continue;
    const char before = i == 0 ? ' ' : s[i - 1];
    if (is_digit(before) || before == '.') continue;
    size_t end = i, groups = 0, decimals = 0;
    bool point = false, short_groups = true;
    while (end < s.size()) {  // up to three groups: degrees, minutes, seconds
      size_t length = 0;
      for (; end < s.size() &&
             (is_digit(s[end]) || (s[end] == '.' && !point && end + 1 < s.size() && is_digit(s[end + 1])));
           ++end) {
        point |= s[end] == '.';
        decimals += point && s[end] != '.';
        length += !point;
      }
      if (length == 0) break;
      short_groups &= length <= 3;
      ++groups;
      size_t next = end;
      while (next < s.size() && (s[next] == ' ' || s[next] == '\'' || s[next] == '"' || s[next] == ':')) ++next;
      if (groups == 3 || next == end || next >= s.size() || !is_digit(s[next])) break;
      end = next;
    }
    const std::string_view rest = std::string_view(small).substr(end);
    if (rest.substr(0, 2) == "\xC2\xB0" || rest.substr(0, 2) == "\xC2\xBA" || rest.substr(0, 4) == " deg" ||
        rest.substr(0, 3) == "deg")
      return true;
    if (!short_groups || (groups < 2 && decimals < 3)) continue;
    size_t at = end;
    while (at < s.size() && (s[at] == ' ' || s[at] == '\'' || s[at] == '"')) ++at;
    const auto compass = [&](size_t p) {
      return p < s.size() && std::string_view("NSEW").find(s[p]) != std::string_view::npos &&
             (p + 1 == s.size() || !is_word(s[p + 1])) && (p == 0 || !is_latin(s[p - 1]));
    };
    if (compass(at) || (i > 0 && compass(i - 1)) || (i > 1 && s[i - 1] == ' ' && compass(i - 2))) return true;
    if (i > 0 && std::string_view("NSEW").find(s[i - 1]) != std::string_view::npos && (i == 1 || !is_word(s[i - 2])))
      return true;
    i = end - 1;
  }
  return false;
}

bool has_identity_number(std::string_view s) {
  constexpr size_t shortest = 9, fewest_digits = 5, longest = 40;
  for (size_t i = 0; i < s.size();) {
    if (!is_digit(s[i]) && !is_latin(s[i])) {
      ++i;
      continue;
    }
    size_t end = i, digits = 0, letters = 0, signs = 0;
    for (; end < s.size() && (is_digit(s[end]) || is_latin(s[end]) || s[end] == '-' || s[end] == '/'); ++end) {
      digits += is_digit(s[end]);
      letters += is_latin(s[end]);
      signs += is_digit(s[end]) || is_latin(s[end]);
    }
    if (signs >= shortest && signs <= longest && digits >= fewest_digits && letters > 0) return true;
    i = std::max(end, i + 1);
  }
  return false;
}

}  // namespace fw
