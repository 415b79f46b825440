// What the pipeline keeps of the past, and takes from it again, so that a new period need not read the archive.
#pragma once
#include <cstdint>
#include <vector>

#include "core/series/plan.h"

namespace fw {

/// Which statistics of the reference the indicators of one series need (kernels/ops.h, PlaceStatistics).
struct ReferencePlanes {
  bool mean = false, squares = false, range = false, median = false;
  bool gamma = false;  ///< what an SPI is fitted with
  int years = 0;       ///< values of so many reference years themselves, for a line through them
  bool any() const { return mean || squares || range || median || gamma || years > 0; }
  void add(Statistic statistic);
  void add(const SeriesPlan& plan, const Indicator& indicator);
  bool operator==(const ReferencePlanes&) const = default;
};
/// Planes that the indicators on the series of indicator `unit_series` (RecordPlan::unit_series) need.
ReferencePlanes reference_planes(const SeriesPlan& plan, const RecordPlan& record, size_t unit_series);

/// Statistics of the reference of one place in the year in host memory, one entry per pixel or unit; planes that are
/// not needed are empty, `count` is always there.
struct PlaceValues {
  std::vector<uint8_t> count;
  std::vector<double> mean, squares;
  std::vector<float> low, high;
  std::vector<double> median;
  std::vector<double> shape, spread, p_zero;  ///< of StandardizedIndex
  std::vector<std::vector<float>> years;      ///< by year from the first of the reference on; NaN without a value
  void resize(size_t n, const ReferencePlanes& planes);
  /// As an operation takes it; null where a plane is empty.
  PlaceStatistics view();
};

/// Composites of the last periods and reference statistics of every place in the year. Series are named by the first
/// indicator that rests on them, base series by their place in RecordPlan::base. Called from several threads, each
/// window once. Errors: whatever reading or writing throws.
class SeriesStore {
 public:
  virtual ~SeriesStore() = default;
  /// True: references and earlier composites come from the store. False: everything is computed, and kept.
  virtual bool updating() const = 0;
  /// Last period that the store was made with (updating only).
  virtual Period last_stored() const = 0;
  virtual bool has_composite(size_t base, Period period) const = 0;
  virtual void load_composite(size_t base, Period period, const Window& window, float* value, uint8_t* reason) = 0;
  /// Is this composite to be handed over?
  virtual bool keeps_composite(size_t base, Period period) const = 0;
  virtual void keep_composite(size_t base, Period period, const Window& window, const float* value,
                              const uint8_t* reason) = 0;
  virtual void load_reference(size_t series, int place, const Window& window, const ReferencePlanes& wanted,
                              PlaceValues& values) = 0;
  virtual void keep_reference(size_t series, int place, const Window& window, const PlaceValues& values) = 0;
  /// The same for the means of the units of a level.
  virtual void load_units(size_t level, size_t series, int place, const ReferencePlanes& wanted,
                          PlaceValues& values) = 0;
  virtual void keep_units(size_t level, size_t series, int place, const PlaceValues& values) = 0;
  /// Means of the units in the years of the reference, [year][place][unit], NaN where none. `values` has its size.
  virtual void load_unit_years(size_t level, size_t series, std::vector<float>& values) = 0;
  virtual void keep_unit_years(size_t level, size_t series, const std::vector<float>& values) = 0;
};

}  // namespace fw
