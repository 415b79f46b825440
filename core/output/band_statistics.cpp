#include "core/output/band_statistics.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/text.h"
#include "core/output/block_layout.h"

namespace fw {
namespace {

constexpr size_t lanes = 16;

template <class T>
T sum_of(const T (&lane)[lanes]) {
  T total = 0;
  for (const T v : lane) total += v;
  return total;
}

/// body(k, value) for every value; the k-th of each `lanes` values has lane k.
template <class Body>
void for_each_lane(const float* values, size_t n, const Body& body) {
  size_t i = 0;
  for (; i + lanes <= n; i += lanes)
    for (size_t k = 0; k < lanes; ++k) body(k, values[i + k]);
  for (size_t k = 0; i + k < n; ++k) body(k, values[i + k]);
}

}  // namespace

/// Chan, Golub, LeVeque 1979.
void Moments::merge(const Moments& o) {
  if (o.n == 0) return;
  min = n == 0 ? o.min : std::min(min, o.min);
  max = n == 0 ? o.max : std::max(max, o.max);
  const double total = n + o.n, delta = o.mean - mean;
  m2 += o.m2 + delta * delta * n * o.n / total;
  mean += delta * o.n / total;
  n = total;
}

Moments moments_of(const float* values, size_t n) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  double sum[lanes] = {}, squares[lanes] = {};
  uint32_t count[lanes] = {};
  float low[lanes], high[lanes];
  std::fill_n(low, lanes, infinity);
  std::fill_n(high, lanes, -infinity);
  for_each_lane(values, n, [&](size_t k, float v) {
    const bool valid = v == v;
    count[k] += valid ? 1 : 0;
    sum[k] += static_cast<double>(valid ? v : 0.0F);
    low[k] = v < low[k] ? v : low[k];
    high[k] = v > high[k] ? v : high[k];
  });
  Moments m;
  m.n = sum_of(count);
  if (m.n == 0) return m;
  m.mean = sum_of(sum) / m.n;
  for_each_lane(values, n, [&](size_t k, float v) {
    const double distance = v == v ? static_cast<double>(v) - m.mean : 0.0;
    squares[k] += distance * distance;
  });
  m.m2 = sum_of(squares);
  m.min = *std::min_element(low, low + lanes);
  m.max = *std::max_element(high, high + lanes);
  return m;
}

Moments moments_of(float value, size_t n) {
  // A finite sum is exact: 24 bits of mantissa as often as 2^24 are 48 of 53.
  if (std::isinf(value)) return moments_of(std::vector<float>(n, value).data(), n);
  if (std::isnan(value)) return {};
  return {static_cast<double>(n), 0.0 + static_cast<double>(value), 0, value, value};
}

std::vector<Window> statistics_parts(const Grid& grid) { return tiles(grid, stored_block); }

BandStatistics statistics_of(const Moments& all, uint64_t pixels) {
  BandStatistics s;
  s.pixels = pixels;
  s.valid = static_cast<uint64_t>(all.n);
  s.min = static_cast<double>(all.min);
  s.max = static_cast<double>(all.max);
  s.mean = all.mean;
  s.std = all.n > 0 ? std::sqrt(all.m2 / all.n) : 0;
  return s;
}

std::vector<std::pair<std::string, std::string>> BandStatistics::metadata() const {
  std::vector<std::pair<std::string, std::string>> items;
  if (valid > 0)
    items = {{"STATISTICS_MINIMUM", format_number(min)},
             {"STATISTICS_MAXIMUM", format_number(max)},
             {"STATISTICS_MEAN", format_number(mean)},
             {"STATISTICS_STDDEV", format_number(std)}};
  items.emplace_back("STATISTICS_VALID_PERCENT",
                     format_number(pixels ? 100.0 * static_cast<double>(valid) / static_cast<double>(pixels) : 0));
  return items;
}

namespace {

BandStatistics count_classes(const StagedPixels& pixels, int band, const std::vector<Window>& parts) {
  std::vector<std::array<uint32_t, 256>> counts(parts.size());
  tbb::parallel_for(size_t{0}, parts.size(), [&](size_t i) {
    if (const auto one = pixels.uniform<uint8_t>(band, parts[i])) {
      counts[i][*one] += static_cast<uint32_t>(parts[i].pixels());
      return;
    }
    thread_local std::vector<uint8_t> values;
    values.resize(parts[i].pixels());
    pixels.read(band, parts[i], values.data());
    for (const uint8_t v : values) ++counts[i][v];
  });
  BandStatistics s;
  for (const auto& part : counts)
    for (size_t v = 0; v < 256; ++v) s.counts[v] += part[v];
  s.pixels = pixels.grid().pixels();
  s.valid = s.pixels - s.counts[pixels.nodata()];
  return s;
}

}  // namespace

BandStatistics compute_statistics(const StagedPixels& pixels, int band) {
  const auto parts = statistics_parts(pixels.grid());
  if (pixels.type() == StagedPixels::Type::byte) return count_classes(pixels, band, parts);
  std::vector<Moments> moments(parts.size());
  tbb::parallel_for(size_t{0}, parts.size(), [&](size_t i) {
    if (const auto one = pixels.uniform<float>(band, parts[i])) {
      moments[i] = moments_of(*one, parts[i].pixels());
      return;
    }
    thread_local std::vector<float> values;
    values.resize(parts[i].pixels());
    pixels.read(band, parts[i], values.data());
    moments[i] = moments_of(values.data(), values.size());
  });
  Moments all;
  for (const Moments& part : moments) all.merge(part);
  return statistics_of(all, pixels.grid().pixels());
}

}  // namespace fw
