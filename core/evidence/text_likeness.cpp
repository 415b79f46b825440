#include "core/evidence/text_likeness.h"

#include <algorithm>
#include <limits>

#include "core/base/text.h"

namespace fw {
namespace {

constexpr size_t shingle_bytes = 8;
constexpr size_t longest_printed = 4096;  // bytes of a text that are looked at: copies share their beginning

/// One step of splitmix64: spreads a number over all 64 bits.
uint64_t mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

bool separates(char c) {
  const auto u = static_cast<unsigned char>(c);
  return u < 0x80 && !(u >= '0' && u <= '9') && !(u >= 'a' && u <= 'z');
}

}  // namespace

std::string normal_text(std::string_view text) {
  std::string out;
  for (const char c : lower(std::string(text)))
    if (!separates(c))
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

TextPrint print_text(const std::string& normal) {
  TextPrint out;
  const std::string_view text = std::string_view(normal).substr(0, longest_printed);
  for (size_t i = 0; i + shingle_bytes <= text.size(); ++i) {
    uint64_t word = 0;
    for (size_t k = 0; k < shingle_bytes; ++k) word = word << 8 | static_cast<unsigned char>(text[i + k]);
    out.shingles.push_back(mix(word));
  }
  std::sort(out.shingles.begin(), out.shingles.end());
  out.shingles.erase(std::unique(out.shingles.begin(), out.shingles.end()), out.shingles.end());
  for (size_t b = 0; b < TextPrint::bands; ++b) {
    uint64_t band = b;
    for (size_t r = 0; r < TextPrint::rows; ++r) {
      const uint64_t seed = mix(b * TextPrint::rows + r);
      uint64_t least = std::numeric_limits<uint64_t>::max();
      for (const uint64_t s : out.shingles) least = std::min(least, mix(s ^ seed));
      band = mix(band ^ least);
    }
    out.band[b] = band;
  }
  return out;
}

double likeness_of(const TextPrint& a, const TextPrint& b) {
  size_t both = 0, i = 0, k = 0;
  while (i < a.shingles.size() && k < b.shingles.size()) {
    if (a.shingles[i] == b.shingles[k])
      ++both, ++i, ++k;
    else
      ++(a.shingles[i] < b.shingles[k] ? i : k);
  }
  const size_t either = a.shingles.size() + b.shingles.size() - both;
  return either == 0 ? 0 : static_cast<double>(both) / static_cast<double>(either);
}

}  // namespace fw
