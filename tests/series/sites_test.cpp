#include "core/series/sites.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <tuple>

#include "core/series/site_borders.h"
#include "tests/support.h"

namespace fw {
namespace {

constexpr int side = 40;

struct BorderCell {
  int row, col;
  uint32_t id;
  bool inside;
};
struct Box {
  int row, col, rows, cols;
};

using Cells = std::vector<uint8_t>;
Cells boxes(const std::vector<Box>& list, uint8_t value = 1, Cells cells = Cells(side * side)) {
  for (const Box& b : list)
    for (int r = b.row; r < b.row + b.rows; ++r)
      for (int c = b.col; c < b.col + b.cols; ++c) cells[static_cast<size_t>(r * side + c)] = value;
  return cells;
}
Cells everywhere() { return boxes({{0, 0, side, side}}); }
SiteObservation observation(const Cells& settlement, const Cells& observed, const PlaneStore& store = {}) {
  SiteObservation seen{{store, side, side}, {store, side, side}};
  seen.settlement.put(0, settlement);
  seen.observed.put(0, observed);
  return seen;
}
uint32_t site_at(const SiteMap& map, int row, int col) { return map.site.get(row, 1)[static_cast<size_t>(col)]; }
const std::vector<double> one_ha(side, 1.0);

SiteUpdate follow(const SiteMap& before, const std::vector<Box>& now, const std::vector<Box>& clouds = {}) {
  return track_sites(before, observation(boxes(now), boxes(clouds, 0, everywhere())), one_ha, {}, {});
}
const SiteChange& site(const SiteUpdate& update, uint32_t id) {
  const auto at =
      std::find_if(update.sites.begin(), update.sites.end(), [&](const SiteChange& s) { return s.id == id; });
  if (at == update.sites.end()) throw std::out_of_range("no such site");
  return *at;
}

TEST(TrackSites, TheFirstDateNamesSitesInTheOrderOfTheirFirstCellsAndAssessesNothing) {
  const SiteUpdate first = follow({}, {{20, 2, 5, 5}, {3, 30, 4, 4}});
  ASSERT_EQ(first.sites.size(), 2u);
  EXPECT_EQ(site_at(first.map, side - 1, side - 1), 0u);
  EXPECT_EQ(site_at(first.map, 3, 30), 1u);
  EXPECT_EQ(site_at(first.map, 20, 2), 2u);
  EXPECT_EQ(site(first, 2).status, SiteStatus::unassessed);
  EXPECT_EQ(site(first, 2).area_ha, 25.0);
  EXPECT_EQ(site(first, 2).centre_row, 22.0);
  EXPECT_EQ(site(first, 2).centre_col, 4.0);
  EXPECT_FALSE(site(first, 2).growth_percent.has_value());
}

TEST(TrackSites, IdsStayAndEachStatusIsGivenWhereItBelongs) {
  const SiteUpdate first = follow({}, {{2, 2, 6, 6}, {2, 20, 8, 8}, {20, 2, 8, 8}, {20, 20, 6, 6}});
  const SiteUpdate next = follow(first.map, {{2, 2, 12, 12}, {4, 22, 3, 3}, {20, 2, 8, 8}, {34, 34, 4, 4}});
  ASSERT_EQ(next.sites.size(), 5u);
  EXPECT_EQ(site(next, 1).status, SiteStatus::expanded);
  EXPECT_EQ(site(next, 2).status, SiteStatus::contracted);
  EXPECT_EQ(site(next, 3).status, SiteStatus::no_significant_change);
  EXPECT_EQ(site(next, 4).status, SiteStatus::closed);
  EXPECT_EQ(site(next, 5).status, SiteStatus::appeared);
  EXPECT_EQ(site(next, 4).area_ha, 0.0);
  EXPECT_EQ(site(next, 4).merged_into, 0u);
  EXPECT_NEAR(*site(next, 1).growth_percent, 300.0, 1e-9);
  EXPECT_NEAR(*site(next, 4).growth_percent, -100.0, 1e-9);
  EXPECT_EQ(name_of(site(next, 5).status), "new");
  EXPECT_EQ(name_of(site(next, 3).status), "no significant change");
}

TEST(TrackSites, AWobbleOfTheBorderIsNoSignificantChange) {
  const SiteUpdate first = follow({}, {{5, 5, 20, 20}});
  const SiteUpdate next = follow(first.map, {{5, 5, 20, 20}, {25, 5, 1, 6}});
  EXPECT_EQ(site(next, 1).status, SiteStatus::no_significant_change);
  EXPECT_EQ(site(next, 1).after_ha, 406.0);
  EXPECT_LT(site(next, 1).change_interval.low, 0.0);
  EXPECT_GT(site(next, 1).change_interval.high, 6.0);
}

TEST(TrackSites, CloudsLeaveASiteUnassessedAndItsGroundAsItWasKnown) {
  const SiteUpdate first = follow({}, {{5, 5, 10, 10}});
  const SiteUpdate clouded = follow(first.map, {}, {{5, 5, 5, 10}});  // half of it, the rest seems gone
  EXPECT_EQ(site(clouded, 1).status, SiteStatus::unassessed);
  EXPECT_EQ(site(clouded, 1).unobserved_share, 0.5);
  EXPECT_EQ(site(clouded, 1).area_ha, 50.0);  // what is not seen is still what it was
  const SiteUpdate clear = follow(clouded.map, {{5, 5, 10, 10}});
  EXPECT_EQ(site(clear, 1).status, SiteStatus::expanded);
  EXPECT_EQ(clear.sites.size(), 1u);
  const SiteUpdate few = follow(first.map, {{5, 5, 10, 10}}, {{5, 5, 1, 10}});
  EXPECT_EQ(site(few, 1).status, SiteStatus::no_significant_change);
  EXPECT_EQ(site(few, 1).before_ha, 90.0);  // only what both dates know is compared
  EXPECT_EQ(site(few, 1).after_ha, 90.0);
}

TEST(TrackSites, ASiteWhereNobodyLookedBeforeIsUnassessedNotNew) {
  const SiteUpdate first = follow({}, {}, {{0, 0, side, 20}});
  const SiteUpdate next = follow(first.map, {{5, 5, 6, 6}, {5, 30, 6, 6}});
  EXPECT_EQ(site(next, 1).status, SiteStatus::unassessed);
  EXPECT_EQ(site(next, 1).area_ha, 36.0);
  EXPECT_EQ(site(next, 2).status, SiteStatus::appeared);
}

TEST(TrackSites, AllCloudsChangeNothing) {
  const SiteUpdate first = follow({}, {{5, 5, 6, 6}});
  const SiteUpdate next = follow(first.map, {{20, 20, 6, 6}}, {{0, 0, side, side}});
  ASSERT_EQ(next.sites.size(), 1u);
  EXPECT_EQ(site(next, 1).status, SiteStatus::unassessed);
  EXPECT_EQ(site(next, 1).unobserved_share, 1.0);
  EXPECT_EQ(next.map.site.get(0, side), first.map.site.get(0, side));
}

TEST(TrackSites, PartsOfASplitSiteKeepOneId) {
  const SiteUpdate first = follow({}, {{5, 5, 6, 20}});
  const SiteUpdate next = follow(first.map, {{5, 5, 6, 8}, {5, 17, 6, 8}});
  ASSERT_EQ(next.sites.size(), 1u);
  EXPECT_EQ(site(next, 1).after_ha, 96.0);
}

TEST(TrackSites, AMergedSiteKeepsTheIdOfTheLargerShareAndTheOtherIsClosedIntoIt) {
  const SiteUpdate first = follow({}, {{5, 5, 4, 4}, {5, 12, 6, 6}});
  const SiteUpdate next = follow(first.map, {{5, 5, 6, 13}});
  ASSERT_EQ(next.sites.size(), 2u);
  EXPECT_EQ(site(next, 1).status, SiteStatus::closed);
  EXPECT_EQ(site(next, 1).merged_into, 2u);
  EXPECT_EQ(site(next, 2).status, SiteStatus::expanded);
}

TEST(TrackSites, ASiteThatComesBackHasItsIdAndAnIdIsNeverGivenTwice) {
  const SiteUpdate first = follow({}, {{5, 5, 6, 6}});
  const SiteUpdate gone = follow(first.map, {});
  EXPECT_EQ(site(gone, 1).status, SiteStatus::closed);
  const SiteUpdate back = follow(gone.map, {{7, 7, 6, 6}, {30, 30, 5, 5}});
  EXPECT_EQ(site(back, 1).status, SiteStatus::appeared);
  EXPECT_EQ(site(back, 2).status, SiteStatus::appeared);
  EXPECT_EQ(back.map.next_id, 3u);
}

// UNOSAT, Minawao camp, Cameroon: 5,220 shelters on 261 ha became 11,777 on 502 ha; it prints 126 % and 93 %.
TEST(TrackSites, OfStripsThatCutSitesIsThatOfTheWhole) {
  test::TempDir dir;
  /// Three dates of blots under clouds, the last ones mostly border.
  const auto history = [](const PlaneStore& store) {
    std::vector<std::string> said;
    SiteMap map;
    uint32_t state = 5;
    const auto next = [&](uint32_t below) { return ((state = state * 1664525U + 1013904223U) >> 16) % below; };
    BorderBootstrap border;
    border.draws = 100;
    border.block_cells = 3;
    for (int date = 0; date < 3; ++date) {
      std::vector<Box> blots, clouds;
      for (int k = 0; k < 60; ++k)
        blots.push_back({static_cast<int>(next(side - 6)), static_cast<int>(next(side - 6)),
                         static_cast<int>(1 + next(6)), static_cast<int>(1 + next(6))});
      for (int k = 0; k < 3; ++k)
        clouds.push_back({static_cast<int>(next(side - 8)), static_cast<int>(next(side - 8)), 8, 8});
      Cells settlement = boxes(blots);
      for (uint8_t& cell : settlement) cell = cell && next(10) > 0;
      const SiteUpdate update = track_sites(map, observation(settlement, boxes(clouds, 0, everywhere()), store), one_ha,
                                            {0.2, border}, store);
      map = update.map;
      std::string text;
      for (const auto& plane : {map.site.get(0, side), map.former.get(0, side)})
        for (const uint32_t id : plane) text += std::to_string(id) + ' ';
      for (const auto& s : update.sites)
        for (const double v : {static_cast<double>(s.id), static_cast<double>(s.status), s.area_ha, s.area_interval.low,
                               s.area_interval.high, s.change_interval.low, s.change_interval.high, s.unobserved_share,
                               static_cast<double>(s.merged_into), s.centre_row, s.centre_col})
          text += std::to_string(v) + ' ';
      said.push_back(text);
    }
    return said;
  };
  const auto whole = history({});
  for (const size_t strip : {1, 3 * side, 7 * side})
    for (const bool on_disk : {false, true})
      EXPECT_EQ(history({on_disk ? dir.path() : std::filesystem::path(), strip}), whole) << strip;
}

TEST(TrackSites, ALongBorderDrawnInPartsHasTheAreasOfOneDrawnAtOnce) {
  // A comb of 500 teeth: its 22000 border cells become draws row by row.
  constexpr int rows = 21, cols = 1999;
  std::vector<uint32_t> comb(rows * cols);
  for (size_t i = 0; i < comb.size(); ++i) comb[i] = i >= 20 * cols || i % cols % 4 == 1;
  Plane<uint32_t> none({}, rows, cols), after({}, rows, cols);
  Plane<uint8_t> comparable({}, rows, cols);
  after.put(0, comb);
  const double area = std::accumulate(comb.begin(), comb.end(), 0.0);
  std::vector<UncertainCell> cells;
  BorderArea border;
  const BorderBootstrap how;
  for (const bool measured : {false, true})
    for (int r = 0; r < rows; ++r) {
      const uint32_t* here = &comb[static_cast<size_t>(r * cols)];
      find_borders({r > 0 ? here - cols : nullptr, here, r + 1 < rows ? here + cols : nullptr, cols}, [&](int c,
                                                                                                          uint32_t,
                                                                                                          bool inside) {
        if (measured)
          cells.push_back({1.0, border_probability(border, inside, how), static_cast<uint64_t>(r / 4 * 500 + c / 4)});
        else
          (inside ? border.inside_ha : border.outside_ha) += 1;
      });
    }
  AreaDraws expected(area - border.inside_ha, how, 3);
  expected.add(cells);
  std::vector<double> drawn;
  draw_site_areas({none, after, comparable}, {{1, {0, 0, area}}}, std::vector<double>(rows, 1.0), how, {},
                  [&](uint32_t, AreasInDraws areas) { drawn = areas[2]; });
  EXPECT_EQ(drawn, expected.take());
}

TEST(TrackSites, GrowthOfMinawaoIsThatOfUnosat) {
  EXPECT_NEAR(*growth_percent(5220, 11777), 125.6, 0.05);
  const SiteUpdate first = follow({}, {{5, 5, 9, 29}});
  ASSERT_EQ(site(first, 1).area_ha, 261.0);
  const SiteUpdate next = follow(first.map, {{5, 5, 17, 29}, {22, 5, 1, 9}});
  EXPECT_EQ(site(next, 1).after_ha, 502.0);
  EXPECT_NEAR(*site(next, 1).growth_percent, 92.3, 0.05);
  EXPECT_EQ(site(next, 1).status, SiteStatus::expanded);
  EXPECT_LT(site(next, 1).area_interval.low, 502.0);
  EXPECT_GT(site(next, 1).area_interval.high, 502.0);
  EXPECT_LT(site(next, 1).area_interval.high - site(next, 1).area_interval.low, 60.0);
}

TEST(TrackSites, CellsOfDifferentRowsHaveTheirOwnArea) {
  std::vector<double> area(side);
  for (size_t r = 0; r < area.size(); ++r) area[r] = 0.01 * static_cast<double>(r);
  const SiteUpdate update = track_sites({}, observation(boxes({{10, 0, 2, 3}}), everywhere()), area, {}, {});
  EXPECT_NEAR(update.sites.at(0).area_ha, 3 * 0.10 + 3 * 0.11, 1e-12);
}

TEST(TrackSites, RefusesOtherSizesAndSettingsOutOfRange) {
  const SiteUpdate first = follow({}, {{5, 5, 6, 6}});
  EXPECT_THROW(track_sites(first.map, {{{}, 3, 3}, {{}, 3, 3}}, {1, 1, 1}, {}, {}), std::logic_error);
  SiteSettings settings;
  settings.max_unobserved_share = 1.5;
  EXPECT_THROW(track_sites({}, observation(everywhere(), everywhere()), one_ha, settings, {}), std::logic_error);
  settings = {};
  settings.border.draws = 1;
  EXPECT_THROW(track_sites({}, observation(everywhere(), everywhere()), one_ha, settings, {}), std::logic_error);
}

TEST(TrackSites, AnEmptyGridHasNoSites) { EXPECT_TRUE(track_sites({}, {}, {}, {}, {}).sites.empty()); }

/// Border cells of a map of one object.
std::vector<BorderCell> borders_of(const Cells& cells) {
  const std::vector<uint32_t> object(cells.begin(), cells.end());
  std::vector<BorderCell> out;
  for (int r = 0; r < side; ++r) {
    const uint32_t* here = &object[static_cast<size_t>(r * side)];
    find_borders({r > 0 ? here - side : nullptr, here, r + 1 < side ? here + side : nullptr, side},
                 [&](int c, uint32_t id, bool inside) {
                   out.push_back({r, c, id, inside});
                 });
  }
  return out;
}

TEST(BorderBootstrap, ExpectsTheMappedAreaAndCoversMoreAtAHigherLevel) {
  const auto border = borders_of(boxes({{5, 5, 20, 20}}));
  BorderArea area;
  for (const auto& cell : border) (cell.inside ? area.inside_ha : area.outside_ha) += 1;
  EXPECT_EQ(area.inside_ha, 76.0);
  EXPECT_EQ(area.outside_ha, 80.0);
  BorderBootstrap how;
  how.draws = 20000;
  /// The cells in calls that end with rows of blocks of 4 x 4, or all in one.
  const auto draw = [&](uint64_t stream, int rows_of_call = side) {
    AreaDraws draws(400.0 - area.inside_ha, how, stream);
    std::vector<UncertainCell> cells;
    for (size_t i = 0; i < border.size(); ++i) {
      const BorderCell& c = border[i];
      cells.push_back({1, border_probability(area, c.inside, how), static_cast<uint64_t>(c.row / 4 * 10 + c.col / 4)});
      if (i + 1 == border.size() || border[i + 1].row / rows_of_call != c.row / rows_of_call) draws.add(cells);
    }
    return draws.take();
  };
  const auto draws = draw(7);
  EXPECT_NEAR(std::accumulate(draws.begin(), draws.end(), 0.0) / 20000.0, 400.0, 0.3);
  const Interval wide = middle_of(draws, 0.99), narrow = middle_of(draws, 0.5);
  EXPECT_LT(wide.low, narrow.low);
  EXPECT_GT(wide.high, narrow.high);
  EXPECT_EQ(draw(7, 4), draws);
  EXPECT_EQ(draw(7, 8), draws);
  EXPECT_NE(draw(8), draws);
  how.inside_certainty = 1.0;
  const Interval sure = middle_of(draw(7), 0.95);
  EXPECT_EQ(sure.low, 400.0);
  EXPECT_EQ(sure.high, 400.0);
}

TEST(BorderBootstrap, AnObjectThatFillsTheWindowHasNoBorder) { EXPECT_TRUE(borders_of(everywhere()).empty()); }

TEST(BorderBootstrap, ACellBetweenTwoObjectsIsInTheRingOfTheLowerId) {
  const std::vector<uint32_t> row{0, 9, 0, 4, 4, 4, 0};
  std::vector<std::tuple<int, uint32_t, bool>> found;
  find_borders({nullptr, row.data(), nullptr, 7},
               [&](int c, uint32_t id, bool inside) { found.emplace_back(c, id, inside); });
  EXPECT_EQ(found, (std::vector<std::tuple<int, uint32_t, bool>>{
                       {0, 9, false}, {1, 9, true}, {2, 4, false}, {3, 4, true}, {5, 4, true}, {6, 4, false}}));
}

TEST(BorderBootstrap, PercentilesAreLinearBetweenDraws) {
  const Interval middle = middle_of({5, 1, 3, 2, 4}, 0.5);
  EXPECT_EQ(middle.low, 2.0);
  EXPECT_EQ(middle.high, 4.0);
  EXPECT_EQ(middle_of({7}, 0.95).low, 7.0);
}

TEST(UniformAt, FillsTheUnitIntervalEvenlyAndItsCountersDoNotRunInStep) {
  double sum = 0.0, squares = 0.0, product = 0.0;
  constexpr int n = 20000;
  for (int k = 0; k < n; ++k) {
    const double u = uniform_at(1, 2, 3, static_cast<uint64_t>(k)), v = uniform_at(1, 2, 4, static_cast<uint64_t>(k));
    ASSERT_TRUE(u >= 0.0 && u < 1.0);
    sum += u, squares += u * u, product += (u - 0.5) * (v - 0.5);
  }
  EXPECT_NEAR(sum / n, 0.5, 0.01);
  EXPECT_NEAR(squares / n, 1.0 / 3.0, 0.01);
  EXPECT_NEAR(12.0 * product / n, 0.0, 0.03);
}

TEST(GrowthPercent, HasNoneWithoutABeginning) {
  EXPECT_FALSE(growth_percent(0.0, 5.0).has_value());
  EXPECT_FALSE(growth_percent(std::nan(""), 5.0).has_value());
  EXPECT_EQ(*growth_percent(4.0, 4.0), 0.0);
  EXPECT_EQ(*growth_percent(4.0, 0.0), -100.0);
}

}  // namespace
}  // namespace fw
