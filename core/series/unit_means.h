// Means of admin units over the whole record, and the statistics of those means: a unit against its own past.
#pragma once
#include <map>
#include <mutex>
#include <vector>

#include "core/series/plan.h"
#include "core/series/series_store.h"
#include "core/series/tile_zones.h"
#include "core/series/unit_reference.h"

namespace fw {

/// Sums of one series over the units of one tile or of all.
class UnitMeans {
 public:
  /// wanted: places of the record that are averaged; empty: all. The others have no mean.
  explicit UnitMeans(int periods, std::vector<int> wanted = {});
  /// value: [period][pixel], NaN is no-data.
  void add(const TileZones& zones, size_t series, const float* value);
  void merge(const UnitMeans& tile);  ///< thread-safe on the target
  /// Area-weighted mean per period; NaN where less than a quarter of the unit has a value.
  std::vector<float> means(size_t level, int32_t unit, size_t series) const;

 private:
  using Sums = TileZones::Sums;
  using Key = std::tuple<size_t, int32_t, size_t>;
  size_t periods_;
  std::vector<size_t> wanted_;
  std::map<Key, Sums> all_;
  std::mutex mutex_;
  void merge(const Key& key, const Sums& from);
};

/// Fills `of_mean` and `series_mean` of every row: the indicator's statistic on the unit's mean series, by the same
/// operation as pixels. store (may be null): keeps the statistics of the units' reference; in an update they come from
/// there. kept (may be null): the means in the reference years.
void add_statistics_of_means(const SeriesPlan& plan, const RecordPlan& record, const std::vector<AdminUnits>& levels,
                             const UnitMeans& means, IndicatorTable& table, SeriesStore* store = nullptr,
                             UnitReference* kept = nullptr);

}  // namespace fw
