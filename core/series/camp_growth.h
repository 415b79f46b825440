// Growth of camps from the date at which the ground changed for good.
#pragma once
#include <vector>

#include "core/series/objects.h"

namespace fw {

/// Where people are reported, as a place in the grid.
struct ReportedSite {
  double row, col;
};

/// When the ground changed. A break counts as building where vegetation went down and brightness or texture went up
/// with it.
struct GroundBreaks {
  Plane<float> date;         ///< of the first break (any unit that grows with time); NaN: none
  Plane<float> ndvi_change;  ///< after less before the break
  Plane<float> brightness_change;
  Plane<uint8_t> assessed;  ///< 0: the record was too short or too cloudy to find a break
};

struct CampGrowthSettings {
  double cell_m = 10.0;      ///< side of a cell, metres
  double reach_m = 15000.0;  ///< from the nearest reported site
  double gap_m = 30.0;       ///< gaps up to this width are part of the camp
  double min_ha = 0.5;
  double min_assessed_share = 0.8;  ///< of the cells within reach; below, nothing is said
};

struct CampExtent {
  bool assessed = false;
  double assessed_share = 0.0;  ///< of the cells within reach; 0 where none is
  Plane<uint8_t> built;         ///< 1: built up to the end; all 0 where not assessed
};

/// What was built up to `end`: breaks until then within reach of a reported site, gaps closed, small objects removed.
/// row_area_ha as in track_sites. Errors: std::logic_error where sizes differ or a setting is out of range; OutputError
/// SCRATCH.
CampExtent find_camp_extent(const GroundBreaks& breaks, const std::vector<ReportedSite>& sites, double end,
                            const std::vector<double>& row_area_ha, const CampGrowthSettings& settings,
                            const PlaneStore& store);

}  // namespace fw
