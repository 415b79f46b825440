#include "core/series/sites.h"

#include <algorithm>
#include <array>
#include <map>

#include "core/base/error.h"
#include "core/series/site_borders.h"

namespace fw {
namespace {

/// What has been added up of a site. Areas: of comparable cells before and after, and of all its cells now.
struct Sums {
  std::array<double, 3> area{};
  double unobserved = 0.0, all = 0.0;        // of the cells of both dates
  double row = 0.0, col = 0.0, cells = 0.0;  // for the centre
  uint32_t successor = 0;
  bool was_there = false, is_there = false;
};

/// A map whose last entry is found at once: neighbouring cells mostly ask for the same.
template <class Key, class Value>
class Table {
 public:
  Value& operator[](const Key& key) {
    if (!value_ || key_ != key) value_ = &entries[key], key_ = key;
    return *value_;
  }
  std::map<Key, Value> entries;

 private:
  Key key_{};
  Value* value_ = nullptr;
};
/// Hectares by what was met and the site met there.
using Shares = Table<std::pair<uint32_t, uint32_t>, double>;

/// Of each one that met any, the site with the largest share, of equal ones the lower id.
std::map<uint32_t, uint32_t> largest(const Shares& shares) {
  std::map<uint32_t, uint32_t> best;
  std::map<uint32_t, double> most;
  for (const auto& [met, ha] : shares.entries)
    if (double& before = most[met.first]; ha > before) before = ha, best[met.first] = met.second;
  return best;
}

SiteChange describe(uint32_t id, const Sums& s, AreasInDraws draws, const SiteSettings& settings) {
  SiteChange out;
  out.id = id;
  out.area_ha = s.area[2];
  out.before_ha = s.area[0];
  out.after_ha = s.area[1];
  out.growth_percent = growth_percent(s.area[0], s.area[1]);
  out.unobserved_share = s.all > 0.0 ? s.unobserved / s.all : 0.0;
  out.centre_row = s.row / s.cells;
  out.centre_col = s.col / s.cells;
  for (size_t d = 0; d < draws[1].size(); ++d) draws[1][d] -= draws[0][d];
  out.change_interval = middle_of(std::move(draws[1]), settings.border.level);
  out.area_interval = middle_of(std::move(draws[2]), settings.border.level);
  if (!s.is_there) out.merged_into = s.successor;
  if (out.unobserved_share > settings.max_unobserved_share)
    out.status = SiteStatus::unassessed;
  else if (!s.was_there)
    out.status = SiteStatus::appeared;
  else if (!s.is_there)
    out.status = SiteStatus::closed;
  else if (out.change_interval.low > 0.0)
    out.status = SiteStatus::expanded;
  else if (out.change_interval.high < 0.0)
    out.status = SiteStatus::contracted;
  else
    out.status = SiteStatus::no_significant_change;
  return out;
}

/// One step from date to date.
class Tracker {
 public:
  Tracker(const SiteMap& before, const SiteObservation& now, const std::vector<double>& row_area_ha,
          const SiteSettings& settings, const PlaneStore& store)
      : before_(before),
        now_(now),
        row_area_ha_(row_area_ha),
        settings_(settings),
        store_(store),
        rows_(now.settlement.rows()),
        cols_(now.settlement.cols()),
        objects_(cols_) {
    const bool starts = before.site.rows() == 0 && before.site.cols() == 0;
    if (starts) {
      before_.site = before_.former = Plane<uint32_t>(store, rows_, cols_);
      before_.known = Plane<uint8_t>(store, rows_, cols_);
    }
    FW_EXPECT(before_.site.rows() == rows_ && before_.site.cols() == cols_ && now.observed.rows() == rows_ &&
                  now.observed.cols() == cols_ && row_area_ha.size() == static_cast<size_t>(rows_),
              "all dates have the same cells");
    out_.map = {Plane<uint32_t>(store, rows_, cols_), Plane<uint32_t>(store, rows_, cols_),
                Plane<uint8_t>(store, rows_, cols_), before_.next_id};
    comparable_ = Plane<uint8_t>(store, rows_, cols_);
  }

  SiteUpdate run() {
    find_objects();
    name_objects();
    enter();
    draw();
    return std::move(out_);
  }

 private:
  size_t at(int r, int c) const { return static_cast<size_t>(r) * static_cast<size_t>(cols_) + static_cast<size_t>(c); }
  /// Cells seen to be settlement now.
  std::vector<uint8_t> shape(int row, int rows) const {
    std::vector<uint8_t> cells = now_.settlement.get(row, rows);
    const std::vector<uint8_t> observed = now_.observed.get(row, rows);
    for (size_t i = 0; i < cells.size(); ++i) cells[i] = cells[i] && observed[i];
    return cells;
  }

  void find_objects() {
    each_strip(store_, rows_, cols_, [&](int row, int rows) {
      const std::vector<uint8_t> cells = shape(row, rows);
      for (int r = 0; r < rows; ++r) objects_.add(cells.data() + at(r, 0));
    });
    objects_.finish();
  }

  void name_objects() {
    Shares shared, former;
    each_strip(store_, rows_, cols_, [&](int row, int rows) {
      const std::vector<uint8_t> cells = shape(row, rows);
      const auto site = before_.site.get(row, rows), once = before_.former.get(row, rows);
      for (int r = 0; r < rows; ++r)
        for (const auto& run : objects_.next(cells.data() + at(r, 0)))
          for (size_t i = at(r, run.begin); i < at(r, run.end); ++i) {
            const double ha = row_area_ha_[static_cast<size_t>(row + r)];
            if (site[i] != 0) shared[{run.object, site[i]}] += ha;
            if (once[i] != 0) former[{run.object, once[i]}] += ha;
          }
    });
    objects_.restart();
    const auto of_site = largest(shared), of_former = largest(former);
    id_.assign(size_t{objects_.count()} + 1, 0);
    for (uint32_t object = 1; object < id_.size(); ++object) {
      if (const auto is = of_site.find(object); is != of_site.end())
        id_[object] = is->second;
      else if (const auto was = of_former.find(object); was != of_former.end())
        id_[object] = was->second;
      else
        id_[object] = out_.map.next_id++;
    }
  }

  /// Enters what was observed.
  void enter() {
    Shares taken;
    each_strip(store_, rows_, cols_, [&](int row, int rows) {
      std::vector<uint8_t> cells = shape(row, rows), comparable = before_.known.get(row, rows);
      const std::vector<uint8_t> observed = now_.observed.get(row, rows);
      std::vector<uint8_t> known = comparable;
      const std::vector<uint32_t> was = before_.site.get(row, rows);
      std::vector<uint32_t> site = was, former = before_.former.get(row, rows);
      for (size_t i = 0; i < cells.size(); ++i) {
        comparable[i] = known[i] && observed[i];
        known[i] = known[i] || observed[i];
        site[i] = observed[i] ? 0 : was[i];
      }
      for (int r = 0; r < rows; ++r)
        for (const auto& run : objects_.next(cells.data() + at(r, 0)))
          for (size_t i = at(r, run.begin); i < at(r, run.end); ++i) site[i] = former[i] = id_[run.object];
      for (int r = 0; r < rows; ++r) add_up(row + r, &was[at(r, 0)], &site[at(r, 0)], &comparable[at(r, 0)], taken);
      out_.map.site.put(row, site);
      out_.map.former.put(row, former);
      out_.map.known.put(row, known);
      comparable_.put(row, comparable);
    });
    for (const auto& [lost, by] : largest(taken)) sums_[lost].successor = by;
  }

  void add_up(int row, const uint32_t* was, const uint32_t* is, const uint8_t* comparable, Shares& taken) {
    const double ha = row_area_ha_[static_cast<size_t>(row)];
    for (int c = 0; c < cols_; ++c) {
      if ((was[c] | is[c]) == 0) continue;
      for (const bool after : {false, true}) {
        const uint32_t site = after ? is[c] : was[c];
        if (site == 0) continue;
        Sums& s = sums_[site];
        (after ? s.is_there : s.was_there) = true;
        if (comparable[c]) s.area[after] += ha;
        if (after) s.area[2] += ha;
        if (after && was[c] == is[c]) continue;  // counted
        s.all += ha;
        s.unobserved += comparable[c] ? 0.0 : ha;
        s.row += row, s.col += c, s.cells += 1.0;
      }
      if (was[c] != 0 && is[c] != 0 && was[c] != is[c]) taken[{was[c], is[c]}] += ha;
    }
  }

  void draw() {
    std::map<uint32_t, std::array<double, 3>> area;
    for (const auto& [site, s] : sums_.entries) area[site] = s.area;
    std::map<uint32_t, SiteChange> sites;
    draw_site_areas({before_.site, out_.map.site, comparable_}, area, row_area_ha_, settings_.border, store_,
                    [&](uint32_t site, AreasInDraws draws) {
                      sites[site] = describe(site, sums_.entries[site], std::move(draws), settings_);
                    });
    for (auto& [site, change] : sites) out_.sites.push_back(change);
  }

  SiteMap before_;
  const SiteObservation& now_;
  const std::vector<double>& row_area_ha_;
  const SiteSettings& settings_;
  const PlaneStore& store_;
  int rows_, cols_;
  ObjectFinder objects_;
  std::vector<uint32_t> id_;   ///< by object
  Plane<uint8_t> comparable_;  ///< 1: both dates know the cell
  Table<uint32_t, Sums> sums_;
  SiteUpdate out_;
};

}  // namespace

std::string_view name_of(SiteStatus status) {
  switch (status) {
    case SiteStatus::appeared:
      return "new";
    case SiteStatus::expanded:
      return "expanded";
    case SiteStatus::contracted:
      return "contracted";
    case SiteStatus::no_significant_change:
      return "no significant change";
    case SiteStatus::closed:
      return "closed";
    default:
      return "unassessed";
  }
}

SiteUpdate track_sites(const SiteMap& before, const SiteObservation& now, const std::vector<double>& row_area_ha,
                       const SiteSettings& settings, const PlaneStore& store) {
  FW_EXPECT(settings.max_unobserved_share >= 0.0 && settings.max_unobserved_share <= 1.0, "a share lies within 0..1");
  check(settings.border);
  return Tracker(before, now, row_area_ha, settings, store).run();
}

}  // namespace fw
