// Settlement sites from date to date: ids that stay, what happened to each, and how sure that is.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/series/area_interval.h"
#include "core/series/objects.h"

namespace fw {

/// The numbers are written into tables: never renumber.
enum class SiteStatus : uint8_t {
  appeared = 1,               ///< "new": there now, and seen not to be there before (or closed at an earlier date)
  expanded = 2,               ///< the interval of the change lies above 0
  contracted = 3,             ///< the interval of the change lies below 0
  no_significant_change = 4,  ///< the interval of the change holds 0
  closed = 5,                 ///< seen to be gone, or merged into another site
  unassessed = 6,             ///< too much of it was not observed at one date or the other
};
/// "new", "expanded", "contracted", "no significant change", "closed", "unassessed".
std::string_view name_of(SiteStatus status);

/// Which site each cell belongs to, as far as is known at a date. Start with an empty one.
struct SiteMap {
  Plane<uint32_t> site;    ///< 0 none; a cell not observed keeps what was known
  Plane<uint32_t> former;  ///< the last site that ever was there, 0 none: a site that comes back has its id
  Plane<uint8_t> known;    ///< 1 once it has been observed
  uint32_t next_id = 1;    ///< ids are never given twice
};

/// What one date shows: 0 or 1 of each cell.
struct SiteObservation {
  Plane<uint8_t> settlement;  ///< cleaned (clean_objects); cells not observed do not count
  Plane<uint8_t> observed;
};

struct SiteSettings {
  double max_unobserved_share = 0.2;  ///< of a site's area at both dates together, 0..1
  BorderBootstrap border;
};

/// One site between two dates. At the first date everything is unassessed: there is nothing to compare with.
struct SiteChange {
  uint32_t id = 0;
  SiteStatus status = SiteStatus::unassessed;
  double area_ha = 0.0;                       ///< of the site as it is known now; 0 where it is closed
  Interval area_interval;                     ///< hectares, of border.level
  double before_ha = 0.0, after_ha = 0.0;     ///< of the cells that both dates know: these compare
  Interval change_interval;                   ///< of after_ha - before_ha
  std::optional<double> growth_percent;       ///< of after_ha against before_ha; none where that is 0
  double unobserved_share = 0.0;              ///< of its area at both dates, what one of them does not know
  uint32_t merged_into = 0;                   ///< the site that took its place, 0 none
  double centre_row = 0.0, centre_col = 0.0;  ///< mean of its cells at both dates
};

struct SiteUpdate {
  SiteMap map;
  std::vector<SiteChange> sites;  ///< by id; every site of either date
};

/// Follows sites from one date to the next. An object takes the id of the site it shares most area with (of equal ones
/// the lower id); several objects may be parts of one site; a site whose area all went to another is closed and merged
/// into it. An object that meets no site takes that of a former site in its place, or a new id, in the order of first
/// cells. row_area_ha: area of a cell of each row, hectares.
/// The planes are gone through row by row; memory, beside a strip of each: some 600 bytes for each site, and for each
/// site in the strip its border or its draws. Errors: std::logic_error where sizes differ or a setting is out of range;
/// OutputError SCRATCH.
SiteUpdate track_sites(const SiteMap& before, const SiteObservation& now, const std::vector<double>& row_area_ha,
                       const SiteSettings& settings, const PlaneStore& store);

}  // namespace fw
