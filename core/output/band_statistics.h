// Statistics that go into the files: exact, over every pixel, in a fixed order.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/output/staged_pixels.h"

namespace fw {

struct BandStatistics {
  uint64_t pixels = 0, valid = 0;
  double min = 0, max = 0, mean = 0, std = 0;  ///< continuous; population standard deviation; 0 when nothing is valid
  std::array<uint64_t, 256> counts{};          ///< class rasters: pixels per value, no-data included

  /// STATISTICS_MINIMUM … STATISTICS_VALID_PERCENT as GDAL and QGIS read them; only VALID_PERCENT when nothing is
  /// valid.
  std::vector<std::pair<std::string, std::string>> metadata() const;
};

/// Gathers the statistics of a continuous band row by row. Sums of rows merge in the order they come, so the result
/// depends on nothing but the values.
class StatisticsOfRows {
 public:
  /// One row; NaN is no-data.
  void add(const float* values, size_t n);
  BandStatistics finish() const;

 private:
  struct Moments {
    double n = 0, mean = 0, m2 = 0;
    void merge(const Moments& o);
  };
  Moments all_;
  uint64_t pixels_ = 0;
  double min_ = 0, max_ = 0;
};

/// One band of the pixels.
BandStatistics compute_statistics(const StagedPixels& pixels, int band);

}  // namespace fw
