// The one table: admin unit × period × indicator, area-weighted. Accumulators add and merge exactly, in any order.
#pragma once
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/base/date.h"
#include "kernels/nodata.h"

namespace fw {

/// Sum that does not depend on the order of its terms: 2^-40 fixed point in 128 bits. A term of 2^60 and more (no-data
/// that a file does not declare) leaves no sum: its value is NaN.
class FixedSum {
 public:
  void add(double v) {
    const double units = v * 0x1p40;
    if (std::fabs(units) < 0x1p62)
      add_units(std::llrint(units));
    else
      add_units(std::fabs(units) < 0x1p100 ? static_cast<__int128>(std::nearbyint(units)) : none);
  }
  /// Units of 2^-40.
  void add_units(__int128 units) { units_ = units_ == none || units == none ? none : units_ + units; }
  void merge(const FixedSum& o) { add_units(o.units_); }
  double value() const;

 private:
  static constexpr __int128 none = static_cast<__int128>(1) << 126;
  __int128 units_ = 0;
};

/// Area-weighted statistics of one unit, period and indicator.
class ZonalAccumulator {
 public:
  /// area in km²; value NaN with its reason.
  void add(float value, Reason reason, double area_km2, double threshold, bool above);
  void merge(const ZonalAccumulator& o);
  /// Pixels that have a value, summed already: km², value × km², value² × km², km² beyond the threshold, extremes.
  void add_valid(uint64_t pixels, const FixedSum& area, const FixedSum& sum, const FixedSum& sum2,
                 const FixedSum& beyond, double low, double high);
  /// Pixels that have none.
  void add_without_value(Reason reason, uint64_t pixels, const FixedSum& area_km2);
  uint64_t pixels() const;
  uint64_t valid_pixels() const { return reason_pixels[0]; }
  double area_km2() const;        ///< all pixels of the unit
  double valid_fraction() const;  ///< area with a value / area that is not out of season
  double mean() const;            ///< weighted by area; NaN without a value
  double stddev() const;          ///< weighted population standard deviation
  double min() const { return min_; }
  double max() const { return max_; }
  double fraction_beyond() const;  ///< of the area with a value; NaN without one
  Reason main_reason()
      const;  ///< value where any pixel has one, else the reason that holds most area (ties: the higher number)

  uint64_t reason_pixels[reason_count] = {};

 private:
  FixedSum reason_area_[reason_count], sum_, sum2_, beyond_;
  double min_ = nan_f(), max_ = nan_f();
};

struct IndicatorRow {
  std::string pcode, name, indicator;
  int level = 0;
  Period period;
  double mean, stddev, min, max, area_km2, valid_fraction, fraction_beyond;  ///< NaN where there is none
  /// The statistic of the unit's mean: the series is averaged over the unit first, then compared with the unit's own
  /// record. For z it is the usual "unit z" and sharper than the mean of pixel z, in which noise of pixels does not
  /// average out.
  double of_mean = nan_f();
  double series_mean = nan_f();  ///< the unit's mean of the series itself (NDVI, mm in the window …)
  uint64_t pixels = 0, valid_pixels = 0;
  Reason reason = Reason::value;
};

struct IndicatorTable {
  std::vector<IndicatorRow> rows;  ///< by pcode, period, indicator
  /// nullptr when the table has no such row.
  const IndicatorRow* find(const std::string& pcode, Period period, const std::string& indicator) const;
  void sort();
};

/// CSV; `hxl`: a second row of hashtags. Empty cells are no-data, the reason stands beside them.
std::string indicator_csv(const IndicatorTable& table, bool hxl);
/// Errors: InputError TABLE_INVALID.
IndicatorTable load_indicator_table(const std::string& file);

}  // namespace fw
