// Sites of a run as a table, and the sites of the run before read back.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/date.h"
#include "core/geo/grid.h"
#include "core/series/sites.h"

namespace fw {

/// "S0007".
std::string site_name(uint32_t id);

/// What happened to the sites up to a date.
struct SiteDate {
  std::string since, date;  ///< ISO days; since may be empty: nothing to compare with
  std::vector<SiteChange> sites;
};

/// One row per date and site. Empty cells: no such number.
std::string site_csv(const std::vector<SiteDate>& dates, const Grid& grid, double level);

/// Layers of sites.gpkg that the next run reads: outlines of sites, and one shape of the area that was observed.
inline constexpr const char *site_layer = "sites", *observed_layer = "observed_area", *site_key = "shape_id",
                            *observed_key = "OBSERVED";

/// The map of sites that a GeoPackage of an earlier run holds, on this run's grid. A CSV is taken as the name of the
/// GeoPackage beside it, whose ids it also adds (so that ids of merged sites are never given again).
/// Errors: InputError PREVIOUS_SITES (not such a file; sites outside this grid), and those of AdminUnits::read.
SiteMap read_previous_sites(const std::filesystem::path& file, const Grid& grid, const PlaneStore& store);

}  // namespace fw
