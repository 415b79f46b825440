#include "core/output/band_statistics.h"

#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "core/output/block_layout.h"

namespace fw {
/// Chan, Golub, LeVeque 1979.
void StatisticsOfRows::Moments::merge(const Moments& o) {
  if (o.n == 0) return;
  const double total = n + o.n, delta = o.mean - mean;
  m2 += o.m2 + delta * delta * n * o.n / total;
  mean += delta * o.n / total;
  n = total;
}

void StatisticsOfRows::add(const float* values, size_t n) {
  pixels_ += n;
  Moments row;
  for (size_t i = 0; i < n; ++i) {
    if (std::isnan(values[i])) continue;
    const double d = values[i];
    if (all_.n + row.n == 0) min_ = max_ = d;
    min_ = std::min(min_, d);
    max_ = std::max(max_, d);
    row.n += 1;
    const double delta = d - row.mean;
    row.mean += delta / row.n;
    row.m2 += delta * (d - row.mean);
  }
  all_.merge(row);
}

BandStatistics StatisticsOfRows::finish() const {
  BandStatistics s;
  s.pixels = pixels_;
  s.valid = static_cast<uint64_t>(all_.n);
  s.min = min_;
  s.max = max_;
  s.mean = all_.mean;
  s.std = all_.n > 0 ? std::sqrt(all_.m2 / all_.n) : 0;
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

BandStatistics compute_statistics(const StagedPixels& pixels, int band) {
  const Grid& grid = pixels.grid();
  const auto cols = static_cast<size_t>(grid.cols);
  const bool is_class = pixels.type() == StagedPixels::Type::byte;
  const int strip = std::clamp((1 << 20) / grid.cols, 1, stored_block);
  BandStatistics s;
  StatisticsOfRows rows;
  std::vector<uint8_t> classes;
  std::vector<float> values;
  for (int r = 0; r < grid.rows; r += strip) {
    const Window w = {r, 0, std::min(strip, grid.rows - r), grid.cols};
    if (is_class) {
      classes.resize(w.pixels());
      pixels.read(band, w, classes.data());
      for (const uint8_t v : classes) ++s.counts[v];
    } else {
      values.resize(w.pixels());
      pixels.read(band, w, values.data());
      for (int k = 0; k < w.rows; ++k) rows.add(values.data() + static_cast<size_t>(k) * cols, cols);
    }
  }
  if (!is_class) return rows.finish();
  s.pixels = grid.pixels();
  s.valid = s.pixels - s.counts[pixels.nodata()];
  return s;
}

}  // namespace fw
