#include "jobs/samples/noise.h"

namespace fw::samples {

double Noise::normal(uint64_t a, uint64_t b) const {
  const uint64_t h = bits(a, b);
  const uint64_t sum = (h & 0xFFFF) + ((h >> 16) & 0xFFFF) + ((h >> 32) & 0xFFFF) + (h >> 48);
  constexpr double root_three = 1.7320508075688772;  // four uniforms of width 1 have variance 1/3
  return (static_cast<double>(sum) / 65535.0 - 2.0) * root_three;
}

double Noise::field(int row, int col, int spacing, uint64_t layer) const {
  const auto node = [&](int r, int c) {
    return unit(static_cast<uint64_t>(r) * 4096 + static_cast<uint64_t>(c), layer);
  };
  const int r = row / spacing, c = col / spacing;
  const auto smooth = [](double t) { return t * t * (3 - 2 * t); };
  const double v = smooth(static_cast<double>(row % spacing) / spacing),
               u = smooth(static_cast<double>(col % spacing) / spacing);
  const double top = node(r, c) + u * (node(r, c + 1) - node(r, c));
  const double bottom = node(r + 1, c) + u * (node(r + 1, c + 1) - node(r + 1, c));
  return top + v * (bottom - top);
}

}  // namespace fw::samples
