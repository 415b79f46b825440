#include "core/series/settlement_run.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace fw {
namespace {

/// One way to follow sites on one grid.
class Follower {
 public:
  Follower(const Grid& grid, const SettlementRules& rules, SiteMap previous, const PlaneStore& store)
      : grid_(grid), rules_(rules), store_(store), areas_(row_areas_ha(grid)), history_{std::move(previous), {}} {}

  void step(const SiteObservation& seen, const std::string& since, const std::string& day) {
    SiteUpdate update = track_sites(history_.map, seen, areas_, {rules_.max_unobserved_share, rules_.border}, store_);
    history_.map = std::move(update.map);
    history_.dates.push_back({since, day, std::move(update.sites)});
  }
  /// What is known before the first step.
  void begin(const SiteObservation& seen) {
    if (history_.map.site.empty())
      history_.map = track_sites({}, seen, areas_, {rules_.max_unobserved_share, rules_.border}, store_).map;
  }

  /// A plane of what cell() makes of the bytes of cells within reach (0 elsewhere), rows(row, rows) giving its values.
  template <class Rows, class Cell>
  Plane<uint8_t> within_reach(const Rows& rows, const Cell& cell) const {
    const double reach = rules_.reach_m / cell_side_m(grid_);
    return make([&](int row, int n, uint8_t* out) {
      const auto values = rows(row, n);
      for (int r = row; r < row + n; ++r)
        for (int c = 0; c < grid_.cols; ++c) {
          const auto i = static_cast<size_t>(r - row) * static_cast<size_t>(grid_.cols) + static_cast<size_t>(c);
          out[i] = cell(values[i]) &&
                   (rules_.places.empty() ||
                    std::any_of(rules_.places.begin(), rules_.places.end(),
                                [&](const ReportedSite& p) { return std::hypot(p.row - r, p.col - c) <= reach; }));
        }
    });
  }
  Plane<uint8_t> make(const MaskRows& rows) const {
    Plane<uint8_t> plane(store_, grid_.rows, grid_.cols);
    each_strip(store_, grid_.rows, grid_.cols, [&](int row, int n) {
      std::vector<uint8_t> cells(static_cast<size_t>(n) * static_cast<size_t>(grid_.cols));
      rows(row, n, cells.data());
      plane.put(row, cells);
    });
    return plane;
  }
  /// Closed and without small objects. Sites that are known keep their unseen cells meanwhile, so that a cloud makes
  /// none of them small.
  Plane<uint8_t> cleaned(const MaskRows& settlement, const Plane<uint8_t>& observed) const {
    const int radius = static_cast<int>(std::lround(0.5 * rules_.gap_m / cell_side_m(grid_)));
    const auto with_unseen = [&](int row, int n, uint8_t* out) {
      settlement(row, n, out);
      const std::vector<uint8_t> seen = observed.get(row, n);
      const std::vector<uint32_t> site = known_sites(row, n);
      for (size_t i = 0; i < seen.size(); ++i)
        if (!seen[i]) out[i] = site[i] != 0;
    };
    return clean_objects(with_unseen, grid_.cols, radius, areas_, rules_.min_ha, store_);
  }
  std::vector<uint32_t> known_sites(int row, int n) const {
    if (history_.map.site.empty())
      return std::vector<uint32_t>(static_cast<size_t>(n) * static_cast<size_t>(grid_.cols));
    return history_.map.site.get(row, n);
  }

  const std::vector<double>& areas() const { return areas_; }
  SettlementHistory take() { return std::move(history_); }

 private:
  const Grid& grid_;
  const SettlementRules& rules_;
  const PlaneStore& store_;
  std::vector<double> areas_;
  SettlementHistory history_;
};

CampGrowthSettings growth_of(const SettlementRules& rules, const Grid& grid) {
  CampGrowthSettings growth;
  growth.cell_m = cell_side_m(grid);
  growth.reach_m = rules.places.empty() ? growth.cell_m * (grid.rows + grid.cols) : rules.reach_m;
  growth.gap_m = rules.gap_m;
  growth.min_ha = rules.min_ha;
  return growth;
}

}  // namespace

SettlementHistory follow_built_up(BuiltUpScores scores, const std::vector<std::string>& days, SiteMap previous,
                                  const Grid& grid, const SettlementRules& rules, const PlaneStore& store) {
  FW_EXPECT(days.size() == 2 && scores.before.size() == grid.pixels() && scores.after.size() == grid.pixels(),
            "two dates on the grid");
  Follower follower(grid, rules, std::move(previous), store);
  for (size_t date = 0; date < 2; ++date) {
    const Plane<float> score = std::exchange(date == 0 ? scores.before : scores.after, {});  // large, and used once
    const auto rows = [&](int row, int n) { return score.get(row, n); };
    SiteObservation seen;
    seen.observed = follower.within_reach(rows, [](float v) { return !is_nan(v); });
    seen.settlement = follower.cleaned(
        [&](int row, int n, uint8_t* out) {
          const std::vector<float> values = rows(row, n);
          for (size_t i = 0; i < values.size(); ++i) out[i] = static_cast<double>(values[i]) > rules.threshold;
        },
        seen.observed);
    follower.step(seen, date == 0 ? "" : days[0], days[date]);
  }
  return follower.take();
}

SettlementHistory follow_breaks(const BreakPlanes& planes, const std::vector<std::string>& days, SiteMap previous,
                                const Grid& grid, const SettlementRules& rules, const PlaneStore& store) {
  FW_EXPECT(days.size() == planes.ends.size() + 1 && planes.breaks.date.size() == grid.pixels(), "a day for every end");
  Follower follower(grid, rules, std::move(previous), store);
  const auto is_set = [](uint8_t v) { return v != 0; };
  const Plane<uint8_t> assessed =
      follower.within_reach([&](int row, int n) { return planes.breaks.assessed.get(row, n); }, is_set);
  follower.begin({Plane<uint8_t>(store, grid.rows, grid.cols), assessed});
  const CampGrowthSettings growth = growth_of(rules, grid);
  const auto places =
      rules.places.empty() ? std::vector<ReportedSite>{{grid.rows / 2.0, grid.cols / 2.0}} : rules.places;
  for (size_t e = 0; e < planes.ends.size(); ++e) {
    const CampExtent extent = find_camp_extent(planes.breaks, places, planes.ends[e], follower.areas(), growth, store);
    SiteObservation seen;
    seen.settlement = follower.make([&](int row, int n, uint8_t* out) {
      extent.built.get(row, n, out);
      const std::vector<uint32_t> site = follower.known_sites(row, n);
      for (size_t i = 0; i < site.size(); ++i) out[i] = out[i] || site[i] != 0;
    });
    seen.observed = follower.make([&](int row, int n, uint8_t* out) {
      planes.observed[e].get(row, n, out);
      const std::vector<uint8_t> known = assessed.get(row, n);
      for (size_t i = 0; i < known.size(); ++i) out[i] = extent.assessed && known[i] && out[i];
    });
    follower.step(seen, days[e], days[e + 1]);
  }
  return follower.take();
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
