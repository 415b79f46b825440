// Growth of camps from the date at which the ground changed for good.
#pragma once
#include <vector>

#include "core/series/area_interval.h"
#include "core/series/objects.h"

namespace fw {

/// Where people are reported, as a place in the grid.
struct ReportedSite {
  double row, col;
};

/// Planes of a window, [row][col], null where stated. A break counts as building where vegetation went down and
/// brightness or texture went up with it.
struct GroundBreaks {
  int rows = 0, cols = 0;
  const float* date = nullptr;         ///< of the first break (any unit that grows with time); NaN: none
  const float* ndvi_change = nullptr;  ///< after less before the break
  const float* brightness_change = nullptr;
  const uint8_t* assessed = nullptr;  ///< 0: the record was too short or too cloudy to find a break
};

struct CampGrowthSettings {
  double cell_m = 10.0;      ///< side of a cell, metres
  double reach_m = 15000.0;  ///< from the nearest reported site
  double gap_m = 30.0;       ///< gaps up to this width are part of the camp
  double min_ha = 0.5;
  double min_assessed_share = 0.8;  ///< of the cells within reach; below, nothing is said
  BorderBootstrap border;
};

/// The state at the end of a period.
struct CampExtent {
  double end;            ///< of the period, in the unit of the break dates
  double area_ha = 0.0;  ///< built since the record began
  double new_ha = 0.0;   ///< of it since the end before
  Interval interval;     ///< of area_ha, hectares
};

struct CampGrowth {
  bool assessed = false;
  double assessed_share = 0.0;      ///< of the cells within reach; 0 where none is
  std::vector<CampExtent> extents;  ///< one per end; empty where not assessed
  Mask last;                        ///< extent at the last end
};

/// Extents at each of `ends` (ascending): breaks up to then within reach of a reported site, gaps closed, small objects
/// removed; what was built stays built. row_area_ha as in track_sites.
/// Errors: std::logic_error where sizes differ, ends do not ascend or a setting is out of range.
CampGrowth measure_camp_growth(const GroundBreaks& breaks, const std::vector<ReportedSite>& sites,
                               const std::vector<double>& ends, const std::vector<double>& row_area_ha,
                               const CampGrowthSettings& settings);

}  // namespace fw
