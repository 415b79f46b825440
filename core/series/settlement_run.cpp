#include "core/series/settlement_run.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace fw {
namespace {

/// Cells within reach of a place.
Mask reach_of(const Grid& grid, const SettlementRules& rules) {
  Mask mask(grid.rows, grid.cols);
  const double reach = rules.reach_m / cell_side_m(grid);
  for (int r = 0; r < grid.rows; ++r)
    for (int c = 0; c < grid.cols; ++c)
      mask.cell[mask.at(r, c)] =
          rules.places.empty() || std::any_of(rules.places.begin(), rules.places.end(), [&](const ReportedSite& p) {
            return std::hypot(p.row - r, p.col - c) <= reach;
          });
  return mask;
}

SiteSettings settings_of(const SettlementRules& rules) { return {rules.max_unobserved_share, rules.border}; }

void step(SettlementHistory& history, const SiteObservation& seen, const std::string& since, const std::string& day,
          const std::vector<double>& areas, const SettlementRules& rules) {
  SiteUpdate update = track_sites(std::move(history.map), seen, areas, settings_of(rules));
  history.map = std::move(update.map);
  history.dates.push_back({since, day, std::move(update.sites)});
}

/// Sites that are known keep their unseen cells while objects are cleaned, so that a cloud makes none of them small.
SiteObservation cleaned(Mask settlement, Mask observed, const SiteMap& known, const std::vector<double>& areas,
                        double cell_m, const SettlementRules& rules) {
  for (size_t i = 0; i < settlement.size(); ++i)
    if (!observed.cell[i]) settlement.cell[i] = !known.site.empty() && known.site[i] != 0;
  const int radius = static_cast<int>(std::lround(0.5 * rules.gap_m / cell_m));
  return {remove_small_objects(close_gaps(settlement, radius), areas, rules.min_ha), std::move(observed)};
}

/// What was built to each end, and where that could be seen. The planes, which are large, end with it.
std::vector<SiteObservation> built_to_ends(BreakPlanes breaks, const Mask& assessed, const Grid& grid,
                                           const std::vector<double>& areas, const SettlementRules& rules) {
  const GroundBreaks planes{grid.rows,
                            grid.cols,
                            breaks.date.data(),
                            breaks.ndvi_change.data(),
                            breaks.brightness_change.data(),
                            breaks.assessed.data()};
  CampGrowthSettings growth;
  growth.cell_m = cell_side_m(grid);
  growth.reach_m = rules.places.empty() ? growth.cell_m * (grid.rows + grid.cols) : rules.reach_m;
  growth.gap_m = rules.gap_m;
  growth.min_ha = rules.min_ha;
  growth.border = rules.border;
  const auto places =
      rules.places.empty() ? std::vector<ReportedSite>{{grid.rows / 2.0, grid.cols / 2.0}} : rules.places;
  std::vector<SiteObservation> ends;
  for (size_t e = 0; e < breaks.ends.size(); ++e) {
    CampGrowth built = measure_camp_growth(planes, places, {breaks.ends[e]}, areas, growth);
    SiteObservation& seen = ends.emplace_back(SiteObservation{std::move(built.last), Mask(grid.rows, grid.cols)});
    seen.observed.cell = std::move(breaks.observed[e]);
    for (size_t i = 0; i < assessed.size(); ++i)
      seen.observed.cell[i] = built.assessed && assessed.cell[i] && seen.observed.cell[i];
  }
  return ends;
}

}  // namespace

SettlementHistory follow_built_up(BuiltUpScores scores, const std::vector<std::string>& days, SiteMap previous,
                                  const Grid& grid, const SettlementRules& rules) {
  FW_EXPECT(days.size() == 2 && scores.before.size() == grid.pixels() && scores.after.size() == grid.pixels(),
            "two dates on the grid");
  SettlementHistory history{std::move(previous), {}};
  const auto areas = row_areas_ha(grid);
  for (size_t date = 0; date < 2; ++date) {
    Mask settlement(grid.rows, grid.cols), observed = reach_of(grid, rules);
    std::vector<float>& score = date == 0 ? scores.before : scores.after;
    for (size_t i = 0; i < score.size(); ++i) {
      observed.cell[i] = observed.cell[i] && !is_nan(score[i]);
      settlement.cell[i] = observed.cell[i] && static_cast<double>(score[i]) > rules.threshold;
    }
    score = {};  // large, and not needed any more
    step(history, cleaned(std::move(settlement), std::move(observed), history.map, areas, cell_side_m(grid), rules),
         date == 0 ? "" : days[0], days[date], areas, rules);
  }
  return history;
}

SettlementHistory follow_breaks(BreakPlanes breaks, const std::vector<std::string>& days, SiteMap previous,
                                const Grid& grid, const SettlementRules& rules) {
  FW_EXPECT(days.size() == breaks.ends.size() + 1 && breaks.date.size() == grid.pixels(), "a day for every end");
  SettlementHistory history{std::move(previous), {}};
  const auto areas = row_areas_ha(grid);
  Mask assessed = reach_of(grid, rules);
  for (size_t i = 0; i < assessed.size(); ++i) assessed.cell[i] = assessed.cell[i] && breaks.assessed[i];
  std::vector<SiteObservation> ends = built_to_ends(std::move(breaks), assessed, grid, areas, rules);
  if (history.map.site.empty())
    history.map = track_sites({}, {Mask(grid.rows, grid.cols), assessed}, areas, settings_of(rules)).map;
  for (size_t e = 0; e < ends.size(); ++e) {
    SiteObservation seen = std::move(ends[e]);
    for (size_t i = 0; i < assessed.size(); ++i)
      seen.settlement.cell[i] = seen.settlement.cell[i] || history.map.site[i] != 0;
    step(history, seen, days[e], days[e + 1], areas, rules);
  }
  return history;
}

std::string summary_of(const SettlementHistory& history) {
  std::map<SiteStatus, size_t> count;
  size_t doubtful = 0;
  for (const auto& site : history.dates.back().sites) {
    ++count[site.status];
    doubtful += site.status == SiteStatus::appeared && site.area_interval.low <= 0;
  }
  std::string text = std::to_string(history.dates.back().sites.size()) + " sites";
  for (const auto& [status, n] : count)
    text += (status == count.begin()->first ? ": " : ", ") + std::to_string(n) + " " + std::string(name_of(status)) +
            (status == SiteStatus::appeared && doubtful > 0
                 ? " (" + std::to_string(doubtful) + " perhaps none: the interval of the area holds 0)"
                 : "");
  return text;
}

std::vector<ReportedSite> read_places(const std::filesystem::path& csv, const Grid& grid) {
  const auto rows = parse_csv(read_file(csv.string()));
  const auto column = [&](const std::string& name) {
    for (size_t c = 0; !rows.empty() && c < rows[0].cells.size(); ++c)
      if (lower(trim(rows[0].cells[c])) == name) return c;
    throw InputError("PLACES",
                     csv.filename().string() + " has no column " + name + ". It needs lat and lon in degrees.");
  };
  const size_t lat_at = column("lat"), lon_at = column("lon");
  std::vector<ReportedSite> places;
  for (size_t r = 1; r < rows.size(); ++r) {
    const auto& cells = rows[r].cells;
    const auto number = [&](size_t at) { return at < cells.size() ? parse_number(trim(cells[at])) : std::nullopt; };
    const auto lat = number(lat_at), lon = number(lon_at);
    if (!lat || !lon)
      throw InputError(
          "PLACES", csv.filename().string() + ", line " + std::to_string(rows[r].line) + ": lat or lon is no number.");
    if (std::fabs(*lat) > 90 || std::fabs(*lon) > 180)
      throw InputError("COORD_RANGE", csv.filename().string() + ", line " + std::to_string(rows[r].line) +
                                          ": outside -90..90, -180..180. Exchanged?");
    ReportedSite place{};
    lonlat_pixel(grid, *lon, *lat, &place.row, &place.col);
    places.push_back(place);
  }
  if (places.empty()) throw InputError("PLACES", csv.filename().string() + " holds no place.");
  return places;
}

}  // namespace fw
