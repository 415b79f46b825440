// Which admin units are in season when.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "core/series/indicator_table.h"
#include "jobs/run_config.h"

namespace fw {

class UnitSeasons {
 public:
  /// Units without a season of their own have that of the unit above them, or else the region's; none: always in
  /// season. Errors: ConfigError PCODE_UNKNOWN.
  UnitSeasons(const Region& region, const std::vector<AdminUnits>& levels);

  /// Does any unit have a season of its own?
  bool any() const { return !region_.unit_seasons.empty(); }
  bool holds(const std::string& pcode, Period period) const;
  /// Takes the values of seasonal indicators out of rows that are off season (reason not_in_season).
  void gate(const std::vector<Indicator>& indicators, IndicatorTable& table) const;
  /// The same for the pixels of a window, by the units of the finest level. Pixels of no unit follow the region.
  void gate(const Grid& grid, const Window& window, Period period, float* value, uint8_t* reason) const;

 private:
  Region region_;
  AdminUnits finest_;
  std::map<std::string, Season> own_;  ///< by p-code, units beneath those named included
};

}  // namespace fw
