// FixedSum and ZonalAccumulator: hand-computed units of nine pixels, and sums without order.
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "core/series/indicator_table.h"
#include "tests/support.h"

namespace fw {
namespace {

const float nan = nan_f();

TEST(FixedSum, IsTheSameInEveryOrderAndGrouping) {
  std::mt19937_64 random(7);
  std::vector<double> terms;
  for (int i = 0; i < 2000; ++i)
    terms.push_back(std::ldexp(std::uniform_real_distribution<double>(-1, 1)(random), static_cast<int>(random() % 50)));
  FixedSum forward;
  for (const double t : terms) forward.add(t);
  for (int round = 0; round < 10; ++round) {
    std::shuffle(terms.begin(), terms.end(), random);
    FixedSum parts[3], all;
    for (const double t : terms) parts[random() % 3].add(t);
    for (const int i : {2, 0, 1}) all.merge(parts[i]);
    EXPECT_EQ(all.value(), forward.value());
  }
}

TEST(FixedSum, LosesNothingWhereDoublesCancel) {
  FixedSum sum;
  sum.add(1e15);
  sum.add(0.5);
  sum.add(-1e15);
  EXPECT_EQ(sum.value(), 0.5);
  FixedSum many;
  for (int i = 0; i < 1000000; ++i) many.add(0.1);
  EXPECT_NEAR(many.value(), 100000, 1e-6);
  EXPECT_EQ(FixedSum().value(), 0);
}

/// Nine pixels of a unit: rows of 1, 2 and 4 km².
ZonalAccumulator nine(const std::vector<float>& value, const std::vector<Reason>& reason, double threshold,
                      bool above) {
  ZonalAccumulator a;
  for (size_t i = 0; i < 9; ++i) a.add(value[i], reason[i], static_cast<double>(1 << (i / 3)), threshold, above);
  return a;
}
const Reason ok = Reason::value;

TEST(FixedSum, OfANumberBeyondItsReachIsNone) {
  FixedSum sum, other;
  sum.add(5);
  sum.add(-3.4028235e38);  // no-data that the file does not declare
  sum.add(6);
  EXPECT_TRUE(std::isnan(sum.value())) << "and not 11, as if the pixel held 0";
  other.add(1);
  other.merge(sum);
  EXPECT_TRUE(std::isnan(other.value()));
  FixedSum large;
  large.add(0x1p59);
  large.add(1);
  EXPECT_EQ(large.value(), 0x1p59);
}

TEST(ZonalAccumulator, OfAValueThatCannotBeSummedHasNoMeanAndShowsIt) {
  ZonalAccumulator a;
  for (const float v : {4.0F, -3.4e38F, 6.0F}) a.add(v, Reason::value, 2, 5, false);
  EXPECT_TRUE(std::isnan(a.mean()));
  EXPECT_TRUE(std::isnan(a.stddev()));
  EXPECT_EQ(a.min(), -3.4e38F);
  EXPECT_EQ(a.max(), 6);
}

TEST(ZonalAccumulator, WeighsByArea) {
  // 1 km²: 1 1 1; 2 km²: 2 2 2; 4 km²: 4 4 no value. Area 21, with a value 17.
  const auto a = nine({1, 1, 1, 2, 2, 2, 4, 4, nan}, {ok, ok, ok, ok, ok, ok, ok, ok, Reason::masked}, 2, false);
  EXPECT_EQ(a.pixels(), 9u);
  EXPECT_EQ(a.valid_pixels(), 8u);
  EXPECT_DOUBLE_EQ(a.area_km2(), 21);
  EXPECT_DOUBLE_EQ(a.valid_fraction(), 17.0 / 21);
  EXPECT_DOUBLE_EQ(a.mean(), (3 * 1 + 6 * 2 + 8 * 4) / 17.0);
  EXPECT_NEAR(a.stddev(), std::sqrt((3 * 1 + 6 * 4 + 8 * 16) / 17.0 - std::pow(47.0 / 17, 2)), 1e-12);
  EXPECT_EQ(a.min(), 1);
  EXPECT_EQ(a.max(), 4);
  EXPECT_EQ(a.main_reason(), Reason::value);
}

TEST(ZonalAccumulator, DoesNotCountAValueOnTheThresholdAsBeyond) {
  const std::vector<float> v = {1, 1, 1, 2, 2, 2, 4, 4, nan};
  const std::vector<Reason> r = {ok, ok, ok, ok, ok, ok, ok, ok, Reason::masked};
  EXPECT_DOUBLE_EQ(nine(v, r, 2, false).fraction_beyond(), 3.0 / 17);
  EXPECT_DOUBLE_EQ(nine(v, r, 2, true).fraction_beyond(), 8.0 / 17);
  EXPECT_DOUBLE_EQ(nine(v, r, 2.0000001, false).fraction_beyond(), 9.0 / 17);
  EXPECT_DOUBLE_EQ(nine(v, r, 1.9999999, true).fraction_beyond(), 14.0 / 17);
}

TEST(ZonalAccumulator, HasNoNumbersWithoutAValueAndSaysWhy) {
  ZonalAccumulator a;
  a.add(nan, Reason::masked, 3, 0, false);
  a.add(nan, Reason::not_observed, 2, 0, false);
  a.add(nan, Reason::not_observed, 2, 0, false);
  for (const double v : {a.mean(), a.stddev(), a.min(), a.max(), a.fraction_beyond()}) EXPECT_TRUE(std::isnan(v));
  EXPECT_EQ(a.valid_fraction(), 0);
  EXPECT_DOUBLE_EQ(a.area_km2(), 7);
  EXPECT_EQ(a.reason_pixels[static_cast<int>(Reason::not_observed)], 2u);
  EXPECT_EQ(a.reason_pixels[static_cast<int>(Reason::masked)], 1u);
  EXPECT_EQ(a.main_reason(), Reason::not_observed) << "4 km² against 3";
}

TEST(ZonalAccumulator, NamesTheHigherReasonOfTwoWithOneArea) {
  for (const bool turned : {false, true}) {
    ZonalAccumulator a;
    a.add(nan, turned ? Reason::masked : Reason::not_assessed, 2, 0, false);
    a.add(nan, turned ? Reason::not_assessed : Reason::masked, 2, 0, false);
    EXPECT_EQ(a.main_reason(), Reason::not_assessed);
  }
  EXPECT_EQ(ZonalAccumulator().main_reason(), Reason::not_observed) << "no pixel at all";
  EXPECT_EQ(ZonalAccumulator().valid_fraction(), 0);
}

TEST(ZonalAccumulator, NeverCountsANanAsAValue) {
  ZonalAccumulator a;
  a.add(nan, Reason::value, 1, 0, false);
  EXPECT_EQ(a.valid_pixels(), 0u);
  EXPECT_EQ(a.main_reason(), Reason::not_assessed);
}

TEST(ZonalAccumulator, MergesToTheSameNumbersInAnyOrder) {
  std::mt19937_64 random(3);
  const auto text = [](const ZonalAccumulator& a) {
    std::string s;
    for (const double v :
         {a.mean(), a.stddev(), a.min(), a.max(), a.area_km2(), a.valid_fraction(), a.fraction_beyond()})
      s.append(reinterpret_cast<const char*>(&v), sizeof(v));
    return s + std::to_string(a.pixels()) + "/" + std::to_string(static_cast<int>(a.main_reason()));
  };
  std::string first;
  std::vector<int> pixels(500);
  for (int i = 0; i < 500; ++i) pixels[static_cast<size_t>(i)] = i;
  for (int round = 0; round < 8; ++round) {
    ZonalAccumulator parts[4], all;
    for (const int i : pixels)
      parts[random() % 4].add(i % 5 ? std::sin(static_cast<float>(i)) : nan, i % 5 ? ok : Reason::masked,
                              0.01 + 0.001 * (i % 7), 0.2, true);
    std::vector<int> order = {0, 1, 2, 3};
    std::shuffle(order.begin(), order.end(), random);
    for (const int p : order) all.merge(parts[p]);
    all.merge(ZonalAccumulator());
    if (first.empty()) first = text(all);
    EXPECT_EQ(text(all), first);
    std::shuffle(pixels.begin(), pixels.end(), random);
  }
}

TEST(ZonalAccumulator, ZOfExactlyMinusOneIsNotBeyond) {
  ZonalAccumulator a;
  a.add(-1.0f, Reason::value, 3, -1, false);
  EXPECT_EQ(a.fraction_beyond(), 0);
  a.add(std::nextafter(-1.0f, -2.0f), Reason::value, 1, -1, false);
  EXPECT_EQ(a.fraction_beyond(), 0.25);
}

}  // namespace
}  // namespace fw
