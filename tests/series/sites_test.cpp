#include "core/series/sites.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace fw {
namespace {

constexpr int side = 40;

struct Box {
  int row, col, rows, cols;
};

Mask boxes(const std::vector<Box>& list) {
  Mask mask(side, side);
  for (const Box& b : list)
    for (int r = b.row; r < b.row + b.rows; ++r)
      for (int c = b.col; c < b.col + b.cols; ++c) mask.cell[mask.at(r, c)] = 1;
  return mask;
}
Mask everywhere() { return boxes({{0, 0, side, side}}); }
const std::vector<double> one_ha(side, 1.0);

SiteUpdate follow(const SiteMap& before, const std::vector<Box>& now, const std::vector<Box>& clouds = {}) {
  SiteObservation seen{boxes(now), everywhere()};
  const Mask cloud = boxes(clouds);
  for (size_t i = 0; i < cloud.size(); ++i)
    if (cloud.cell[i]) seen.observed.cell[i] = 0;
  return track_sites(before, seen, one_ha, {});
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
  EXPECT_EQ(first.map.site[first.map.former.size() - 1], 0u);
  EXPECT_EQ(first.map.site[3 * side + 30], 1u);
  EXPECT_EQ(first.map.site[20 * side + 2], 2u);
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
  EXPECT_EQ(next.map.site, first.map.site);
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
  const SiteUpdate update = track_sites({}, {boxes({{10, 0, 2, 3}}), everywhere()}, area, {});
  EXPECT_NEAR(update.sites.at(0).area_ha, 3 * 0.10 + 3 * 0.11, 1e-12);
}

TEST(TrackSites, RefusesOtherSizesAndSettingsOutOfRange) {
  const SiteUpdate first = follow({}, {{5, 5, 6, 6}});
  EXPECT_THROW(track_sites(first.map, {Mask(3, 3), Mask(3, 3)}, {1, 1, 1}, {}), std::logic_error);
  SiteSettings settings;
  settings.max_unobserved_share = 1.5;
  EXPECT_THROW(track_sites({}, {everywhere(), everywhere()}, one_ha, settings), std::logic_error);
  settings = {};
  settings.border.draws = 1;
  EXPECT_THROW(track_sites({}, {everywhere(), everywhere()}, one_ha, settings), std::logic_error);
}

TEST(TrackSites, AnEmptyGridHasNoSites) { EXPECT_TRUE(track_sites({}, {Mask(), Mask()}, {}, {}).sites.empty()); }

TEST(BorderBootstrap, ExpectsTheMappedAreaAndCoversMoreAtAHigherLevel) {
  const Mask mask = boxes({{5, 5, 20, 20}});
  const std::vector<uint32_t> object(mask.cell.begin(), mask.cell.end());
  const auto borders = find_borders(object, side, side, nullptr, one_ha, 4);
  EXPECT_EQ(borders.at(1).inside_ha, 76.0);
  EXPECT_EQ(borders.at(1).outside_ha, 80.0);
  BorderBootstrap how;
  how.draws = 20000;
  const auto draws = draw_object_areas(400.0, borders.at(1), how, 7);
  EXPECT_NEAR(std::accumulate(draws.begin(), draws.end(), 0.0) / 20000.0, 400.0, 0.3);
  const Interval wide = middle_of(draws, 0.99), narrow = middle_of(draws, 0.5);
  EXPECT_LT(wide.low, narrow.low);
  EXPECT_GT(wide.high, narrow.high);
  EXPECT_EQ(draw_object_areas(400.0, borders.at(1), how, 7), draws);
  EXPECT_NE(draw_object_areas(400.0, borders.at(1), how, 8), draws);
  how.inside_certainty = 1.0;
  const Interval sure = middle_of(draw_object_areas(400.0, borders.at(1), how, 7), 0.95);
  EXPECT_EQ(sure.low, 400.0);
  EXPECT_EQ(sure.high, 400.0);
}

TEST(BorderBootstrap, AnObjectThatFillsTheWindowHasNoBorder) {
  const std::vector<uint32_t> object(side * side, 1);
  EXPECT_TRUE(find_borders(object, side, side, nullptr, one_ha, 4).empty());
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
