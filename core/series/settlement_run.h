// From scores or breaks to sites followed through the dates.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "core/series/settlement_map.h"
#include "core/series/site_table.h"

namespace fw {

struct SettlementRules {
  std::vector<ReportedSite> places;  ///< in the window's cells; empty: everywhere
  double reach_m = 15000;            ///< farther cells are not looked at
  double gap_m = 30, min_ha = 0.5;
  double threshold = 0.5;  ///< built-up score
  double max_unobserved_share = 0.2;
  BorderBootstrap border;
};

struct SettlementHistory {
  SiteMap map;                  ///< at the last date
  std::vector<SiteDate> dates;  ///< the last one is what happened lately
};

/// Where the score is above the threshold, gaps closed and small objects removed, at both dates. days: of the two
/// scores, ISO. previous: map of the run before, empty without one: then the first date assesses nothing. What is not
/// observed keeps what was known.
SettlementHistory follow_built_up(BuiltUpScores scores, const std::vector<std::string>& days, SiteMap previous,
                                  const Grid& grid, const SettlementRules& rules, const PlaneStore& store);

/// What was built up to each end. days: the first day watched, then the ends. Without a previous map nothing was there
/// at the first day (breaks show what changed since); what was built, and what the previous map holds, stays built.
/// An end at which too little around the places could be assessed is wholly unassessed.
SettlementHistory follow_breaks(const BreakPlanes& breaks, const std::vector<std::string>& days, SiteMap previous,
                                const Grid& grid, const SettlementRules& rules, const PlaneStore& store);

/// "3 sites: 1 new, 2 unassessed", at the last date; of the new ones also how many may be none.
std::string summary_of(const SettlementHistory& history);

/// Places of a CSV with the columns lat and lon (degrees), as rows and columns of the grid.
/// Errors: InputError PLACES (no such columns, no numbers), COORD_RANGE.
std::vector<ReportedSite> read_places(const std::filesystem::path& csv, const Grid& grid);

}  // namespace fw
