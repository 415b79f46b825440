// When two texts of strangers are one text, sent twice with small changes.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fw {

/// Lower case, blanks and ASCII punctuation as one space: what makes two texts the same.
std::string normal_text(std::string_view text);

/// The shingles of a text and their signature: texts that share a band of it may be alike.
/// Source: Broder 1997, On the resemblance and containment of documents (shingles, minhash).
struct TextPrint {
  static constexpr size_t bands = 12, rows = 3;
  std::vector<uint64_t> shingles;         ///< hashes of all runs of 8 bytes of the normal text, sorted, once each
  std::array<uint64_t, bands> band = {};  ///< equal in some band: with likeness 0.7 in 99 of 100 pairs
};
TextPrint print_text(const std::string& normal);

/// Share of the shingles that both have among those that either has (Jaccard), 0..1.
double likeness_of(const TextPrint& a, const TextPrint& b);

/// From here on a text is a copy of another.
inline constexpr double copy_likeness = 0.7;
/// Bytes of normal text below which only equal texts are copies: shorter ones are common phrases.
inline constexpr size_t shortest_copied_text = 20;

}  // namespace fw
