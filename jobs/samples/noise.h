// Random numbers that depend on where they are asked for, not on what was asked before: the same on every machine.
#pragma once
#include <cstdint>

namespace fw::samples {

/// Numbers of one purpose. Only +, -, x, / on doubles: no library function that differs between machines.
class Noise {
 public:
  constexpr Noise(uint64_t seed, uint64_t stream) : key_(mix(seed * 0x9E3779B97F4A7C15ULL + mix(stream + 1))) {}
  /// 64 bits for a place (SplitMix64 finaliser over a counter; Steele et al. 2014).
  uint64_t bits(uint64_t a, uint64_t b = 0) const { return mix(key_ + mix(a + 0xD1B54A32D192ED03ULL * (b + 1))); }
  /// Uniform in [0, 1).
  double unit(uint64_t a, uint64_t b = 0) const { return static_cast<double>(bits(a, b) >> 11) * 0x1p-53; }
  /// Nearly normal, mean 0, standard deviation 1, within +-3.47: sum of four 16-bit uniforms.
  double normal(uint64_t a, uint64_t b = 0) const;
  /// Smooth field over pixels in [0, 1): random values on a lattice of `spacing` pixels, joined by a cubic.
  double field(int row, int col, int spacing, uint64_t layer = 0) const;

 private:
  static constexpr uint64_t mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  uint64_t key_;
};

}  // namespace fw::samples
