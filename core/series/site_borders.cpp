#include "core/series/site_borders.h"

#include <algorithm>
#include <memory>

namespace fw {
namespace {

/// A cell of a border: which of the three areas, place, site, and whether it lies inside.
struct BorderCell {
  size_t area;
  int row, col;
  uint32_t site;
  bool inside;
};

/// Borders of all sites. rows_over(row): all of the rows up to this one were taken.
template <class Take, class RowsOver>
void each_border_cell(const SitesOfDates& sites, const PlaneStore& store, const Take& take, const RowsOver& rows_over) {
  const int rows = sites.before.rows(), cols = sites.before.cols();
  each_strip(store, rows, cols, [&](int row, int n) {
    const int top = std::max(0, row - 1), bottom = std::min(rows, row + n + 1);
    const auto before = sites.before.get(top, bottom - top), after = sites.after.get(top, bottom - top);
    const auto comparable = sites.comparable.get(row, n);
    for (int r = row; r < row + n; ++r) {
      const uint8_t* usable = comparable.data() + static_cast<std::ptrdiff_t>(r - row) * cols;
      const auto around = [&](const std::vector<uint32_t>& plane) {
        const uint32_t* here = plane.data() + static_cast<std::ptrdiff_t>(r - top) * cols;
        return BorderRows{r > 0 ? here - cols : nullptr, here, r + 1 < rows ? here + cols : nullptr, cols};
      };
      find_borders(around(before), [&](int c, uint32_t site, bool inside) {
        if (usable[c]) take({0, r, c, site, inside});
      });
      find_borders(around(after), [&](int c, uint32_t site, bool inside) {
        if (usable[c]) take({1, r, c, site, inside});
        take({2, r, c, site, inside});
      });
      rows_over(r);
    }
  });
}

struct Border {
  std::array<BorderArea, 3> area;
  int last_row = -1;
};

/// A site whose border has begun.
struct Begun {
  std::array<std::vector<UncertainCell>, 3> cells;
  std::array<std::unique_ptr<AreaDraws>, 3> draws;
};

class SiteDraws {
 public:
  SiteDraws(const std::map<uint32_t, std::array<double, 3>>& area_ha, const std::vector<double>& row_area_ha, int cols,
            const BorderBootstrap& settings)
      : area_ha_(area_ha),
        row_area_ha_(row_area_ha),
        settings_(settings),
        blocks_across_(static_cast<uint64_t>((cols + settings.block_cells - 1) / settings.block_cells)) {
    for (const auto& [site, area] : area_ha) borders_[site];
  }
  void measure(const BorderCell& cell) {
    Border& border = borders_[cell.site];
    (cell.inside ? border.area[cell.area].inside_ha : border.area[cell.area].outside_ha) +=
        row_area_ha_[static_cast<size_t>(cell.row)];
    border.last_row = cell.row;
  }
  /// All borders are measured.
  void begin() {
    for (const auto& [site, border] : borders_) sites_at_[border.last_row].push_back(site);
  }
  void add(const BorderCell& cell) {
    const uint64_t block = static_cast<uint64_t>(cell.row / settings_.block_cells) * blocks_across_ +
                           static_cast<uint64_t>(cell.col / settings_.block_cells);
    begun_[cell.site].cells[cell.area].push_back(
        {row_area_ha_[static_cast<size_t>(cell.row)],
         border_probability(borders_[cell.site].area[cell.area], cell.inside, settings_), block});
  }
  /// Hands out the sites whose last row this is. Of others, long borders become draws where a row of blocks ends.
  template <class Take>
  void row_over(int row, const Take& take) {
    if (const auto over = sites_at_.find(row); over != sites_at_.end())
      for (const uint32_t site : over->second) {
        AreasInDraws areas;
        Begun& begun = begun_[site];
        for (size_t a = 0; a < areas.size(); ++a) areas[a] = draw(site, begun, a).take();
        begun_.erase(site);
        take(site, std::move(areas));
      }
    if ((row + 1) % settings_.block_cells != 0) return;
    for (auto& [site, begun] : begun_)
      for (size_t a = 0; a < begun.cells.size(); ++a)
        if (begun.draws[a] || begun.cells[a].size() >= many) draw(site, begun, a);
  }

 private:
  static constexpr size_t many = 1024;  ///< cells: some more memory than draws take
  AreaDraws& draw(uint32_t site, Begun& begun, size_t a) {
    if (!begun.draws[a])
      begun.draws[a] = std::make_unique<AreaDraws>(area_ha_.at(site)[a] - borders_[site].area[a].inside_ha, settings_,
                                                   uint64_t{site} * 2 + (a > 0));
    if (!begun.cells[a].empty()) begun.draws[a]->add(begun.cells[a]);
    return *begun.draws[a];
  }

  const std::map<uint32_t, std::array<double, 3>>& area_ha_;
  const std::vector<double>& row_area_ha_;
  const BorderBootstrap& settings_;
  uint64_t blocks_across_;
  std::map<uint32_t, Border> borders_;
  std::map<int, std::vector<uint32_t>> sites_at_;  ///< by their last row
  std::map<uint32_t, Begun> begun_;
};

}  // namespace

void draw_site_areas(const SitesOfDates& sites, const std::map<uint32_t, std::array<double, 3>>& area_ha,
                     const std::vector<double>& row_area_ha, const BorderBootstrap& settings, const PlaneStore& store,
                     const std::function<void(uint32_t, AreasInDraws)>& take) {
  SiteDraws draws(area_ha, row_area_ha, sites.before.cols(), settings);
  each_border_cell(
      sites, store, [&](const BorderCell& cell) { draws.measure(cell); }, [](int) {});
  draws.begin();
  draws.row_over(-1, take);  // sites that fill the grid
  each_border_cell(
      sites, store, [&](const BorderCell& cell) { draws.add(cell); }, [&](int row) { draws.row_over(row, take); });
}

}  // namespace fw
