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

/// Statistics of a part of a continuous band. Parts of the same pixels that merge in the same order give the same bits,
/// whatever computed them.
struct Moments {
  double n = 0, mean = 0, m2 = 0;  ///< m2: sum of squared distances to the mean
  float min = 0, max = 0;          ///< of what is valid
  void merge(const Moments& other);
};
/// NaN is no-data. Two passes: the mean, then the distances to it; sums in fixed lanes.
Moments moments_of(const float* values, size_t n);
/// The same of n times one value, at most 2^24 times.
Moments moments_of(float value, size_t n);

/// The parts that statistics are made of, in the order in which they merge: blocks, row by row.
std::vector<Window> statistics_parts(const Grid& grid);
/// A band of `pixels` pixels from its parts merged.
BandStatistics statistics_of(const Moments& all, uint64_t pixels);

/// One band of the pixels, on all threads.
BandStatistics compute_statistics(const StagedPixels& pixels, int band);

}  // namespace fw
