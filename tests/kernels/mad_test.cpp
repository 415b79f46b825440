// Moments, canonical pairs and the rounds of IR-MAD.
#include "../gpu/every_op.h"
#include "kernels/canonical.h"
#include "on_each_backend.h"

namespace fw {
namespace {

MomentSums sums_of(const std::vector<std::vector<double>>& rows, const std::vector<double>& weight = {}) {
  MomentSums sums;
  for (size_t i = 0; i < rows.size(); ++i)
    sums.add(rows[i].data(), static_cast<int>(rows[i].size()), weight.empty() ? 1.0 : weight[i]);
  return sums;
}

TEST(MomentSums, AreMeansAndUnbiasedCovariances) {
  const MomentSums sums = sums_of({{1, 2}, {2, 4}, {3, 9}});
  EXPECT_DOUBLE_EQ(sums.mean(0), 2.0);
  EXPECT_DOUBLE_EQ(sums.mean(1), 5.0);
  EXPECT_DOUBLE_EQ(sums.covariance(0, 0), 1.0);
  EXPECT_DOUBLE_EQ(sums.covariance(1, 0), 3.5);
  EXPECT_DOUBLE_EQ(sums.covariance(0, 1), 3.5);
  EXPECT_DOUBLE_EQ(sums.covariance(1, 1), 13.0);
  EXPECT_DOUBLE_EQ(sums.effective_count(), 3.0);
}

TEST(MomentSums, WeightsCountLikeRepeatedValuesInTheMean) {
  const MomentSums sums = sums_of({{1, 0}, {4, 0}}, {2.0, 1.0});
  EXPECT_DOUBLE_EQ(sums.mean(0), 2.0);
  EXPECT_DOUBLE_EQ(sums.weight(), 3.0);
  EXPECT_DOUBLE_EQ(sums.effective_count(), 9.0 / 5.0);
  // 2 (1 - 2)^2 + (4 - 2)^2 = 6, by 3 - 5 / 3
  EXPECT_DOUBLE_EQ(sums.covariance(0, 0), 6.0 / (3.0 - 5.0 / 3.0));
}

TEST(MomentSums, PartsMergeToTheWholeInAnyOrderAndEmptyOnesDoNotCount) {
  sample::Random random(5);
  MomentSums whole, parts[4], merged, backwards;
  for (int k = 0; k < 1000; ++k) {
    const double x[3] = {1e6 + random.unit(), random.unit() - 0.5, random.unit() * 1e-3}, w = 0.1 + random.unit();
    whole.add(x, 3, w);
    parts[random.below(3)].add(x, 3, w);  // the fourth stays empty
  }
  for (int k = 0; k < 4; ++k) merged.merge(parts[k]), backwards.merge(parts[3 - k]);
  EXPECT_EQ(merged.count(), 1000.0);
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) {
      const double scale = std::sqrt(whole.covariance(i, i) * whole.covariance(j, j));
      EXPECT_NEAR(merged.covariance(i, j), whole.covariance(i, j), 1e-9 * scale);
      EXPECT_NEAR(backwards.covariance(i, j), whole.covariance(i, j), 1e-9 * scale);
    }
}

TEST(MomentSums, OfNothingAreZeroAndOfOneValueHaveNoCovariance) {
  EXPECT_EQ(MomentSums().count(), 0.0);
  EXPECT_EQ(MomentSums().effective_count(), 0.0);
  EXPECT_EQ(sums_of({{3, 4}}).covariance(0, 0), 0.0);
}

/// Two dates of `bands`: the second is a mixture of the first plus noise of its own.
MomentSums two_dates(int bands, double noise, bool twice = false, bool constant = false) {
  sample::Random random(11);
  MomentSums sums;
  for (int k = 0; k < 5000; ++k) {
    double x[max_moment_variables] = {};
    for (int b = 0; b < bands; ++b) x[b] = random.unit();
    for (int b = 0; b < bands; ++b) x[bands + b] = 2.0 * x[b] + 0.3 * x[(b + 1) % bands] + noise * random.unit();
    if (twice) x[bands - 1] = 0.5 * x[0] + 2.0;
    if (constant) x[bands] = 7.0;
    sums.add(x, 2 * bands, 1.0);
  }
  return sums;
}

TEST(CanonicalPairs, HaveUnitVarianceAndCorrelateOnlyWithTheirPartner) {
  constexpr int n = 5;
  const MomentSums sums = two_dates(n, 1.0);
  const CanonicalPairs pairs = find_canonical_pairs(sums);
  ASSERT_EQ(pairs.status, CanonicalStatus::ok);
  const auto form = [&](const double* u, int u0, const double* v, int v0) {
    double sum = 0.0;
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j) sum += u[i] * v[j] * sums.covariance(u0 + i, v0 + j);
    return sum;
  };
  for (int k = 0; k < n; ++k) {
    if (k > 0) {
      EXPECT_LE(pairs.correlation[k], pairs.correlation[k - 1]);
    }
    for (int q = 0; q < n; ++q) {
      EXPECT_NEAR(form(pairs.a[k], 0, pairs.a[q], 0), k == q, 1e-12);
      EXPECT_NEAR(form(pairs.b[k], n, pairs.b[q], n), k == q, 1e-12);
      EXPECT_NEAR(form(pairs.a[k], 0, pairs.b[q], n), k == q ? pairs.correlation[k] : 0.0, 1e-12);
    }
  }
}

TEST(CanonicalPairs, DoNotChangeWithGainAndOffsetOfABand) {
  sample::Random random(3);
  MomentSums plain, scaled;
  for (int k = 0; k < 2000; ++k) {
    double x[4] = {random.unit(), random.unit(), 0, 0};
    x[2] = x[0] + 0.5 * random.unit(), x[3] = x[1] - x[0] + random.unit();
    plain.add(x, 4, 1.0);
    const double y[4] = {10000 * x[0] - 200, x[1], 3 - 0.01 * x[2], x[3] * 5};
    scaled.add(y, 4, 1.0);
  }
  const CanonicalPairs a = find_canonical_pairs(plain), b = find_canonical_pairs(scaled);
  for (int k = 0; k < 2; ++k) EXPECT_NEAR(a.correlation[k], b.correlation[k], 1e-10);
}

TEST(CanonicalPairs, OfIdenticalDatesCorrelateFully) {
  const CanonicalPairs pairs = find_canonical_pairs(two_dates(3, 0.0));
  ASSERT_EQ(pairs.status, CanonicalStatus::ok);
  for (int k = 0; k < 3; ++k) EXPECT_NEAR(pairs.correlation[k], 1.0, 1e-12);
}

TEST(CanonicalPairs, OfUnrelatedDatesStillHaveUnitVariance) {
  // Nothing in common at all: the covariance between the dates is exactly zero.
  MomentSums sums;
  for (int k = 0; k < 16; ++k) {
    const double x[4] = {static_cast<double>(k & 1), static_cast<double>(k >> 1 & 1), static_cast<double>(k >> 2 & 1),
                         static_cast<double>(k >> 3 & 1)};
    sums.add(x, 4, 1.0);
  }
  const CanonicalPairs pairs = find_canonical_pairs(sums);
  ASSERT_EQ(pairs.status, CanonicalStatus::ok);
  for (int k = 0; k < 2; ++k) {
    EXPECT_NEAR(pairs.correlation[k], 0.0, 1e-12);
    double variance = 0.0;
    for (int i = 0; i < 2; ++i)
      for (int j = 0; j < 2; ++j) variance += pairs.b[k][i] * pairs.b[k][j] * sums.covariance(2 + i, 2 + j);
    EXPECT_NEAR(variance, 1.0, 1e-12);
  }
}

TEST(CanonicalPairs, SingularBandsAreNamed) {
  const CanonicalPairs twice = find_canonical_pairs(two_dates(3, 1.0, true));
  EXPECT_EQ(twice.status, CanonicalStatus::singular_before);
  EXPECT_EQ(twice.band, 2);
  EXPECT_EQ(twice.explain(), "band 3 of the first date is constant or a combination of the bands before it");
  const CanonicalPairs constant = find_canonical_pairs(two_dates(3, 1.0, false, true));
  EXPECT_EQ(constant.status, CanonicalStatus::singular_after);
  EXPECT_EQ(constant.band, 0);
  EXPECT_EQ(find_canonical_pairs(MomentSums()).status, CanonicalStatus::too_few);
  MadVariates op{};
  EXPECT_THROW(twice.put_into(op), std::logic_error);
}

class MadOps : public OnEachBackend {
 protected:
  struct Pair {
    std::vector<Buffer<float>> memory;
    TwoDates dates{};
    size_t pixels;
  };
  Pair upload(const std::vector<Values>& before, const std::vector<Values>& after) {
    Pair pair;
    pair.pixels = before[0].size();
    pair.dates.bands = static_cast<int>(before.size());
    for (const auto* date : {&before, &after})
      for (const Values& plane : *date) pair.memory.push_back(up(plane));
    for (size_t b = 0; b < before.size(); ++b) {
      pair.dates.before[b] = pair.memory[b].data();
      pair.dates.after[b] = pair.memory[before.size() + b].data();
    }
    return pair;
  }
  MomentSums moments(const Pair& pair, const float* weight = nullptr) {
    Buffer<MomentSums> partial(backend(), (pair.pixels + moment_chunk - 1) / moment_chunk);
    backend().run(Moments{pair.dates, weight, pair.pixels, partial.data()});
    MomentSums sums;
    for (const MomentSums& part : down(partial)) sums.merge(part);
    return sums;
  }
  struct Out {
    Values chi2, no_change;
  };
  Out variates(const Pair& pair, const CanonicalPairs& pairs) {
    Buffer<float> chi2 = room<float>(pair.pixels), no_change = room<float>(pair.pixels);
    MadVariates op{};
    op.dates = pair.dates, op.pixels = pair.pixels;
    op.chi2 = chi2.data(), op.no_change = no_change.data();
    pairs.put_into(op);
    backend().run(op);
    return {down(chi2), down(no_change)};
  }
  /// Two bands, 120 x 120 pixels: the second date is brighter by a gain and noise; every hundredth pixel has changed.
  std::pair<std::vector<Values>, std::vector<Values>> scene() {
    sample::Random random(19);
    std::vector<Values> before(2), after(2);
    for (int k = 0; k < 14400; ++k) {
      const float a = random.unit(), b = random.unit();
      const bool changed = k % 100 == 0;
      const auto noise = [&] { return 0.02f * (random.unit() + random.unit() + random.unit() - 1.5f); };
      before[0].push_back(a);
      before[1].push_back(b);
      after[0].push_back(changed ? random.unit() * 1.4f : 1.2f * a + 0.1f + noise());
      after[1].push_back(changed ? random.unit() * 1.4f : 0.8f * b + 0.1f * a + noise());
    }
    return {before, after};
  }
};
FW_ON_EACH_BACKEND(MadOps);

TEST_P(MadOps, MomentsSkipPixelsWithoutABandOrAWeight) {
  const Pair pair = upload({{1, 2, nan_v, 4, 5, inf_v}}, {{2, 3, 4, nan_v, 9, 1}});
  const Values weight{1, 0, 1, 1, 3, 1};
  Buffer<float> w = up(weight);
  const MomentSums all = moments(pair), weighted = moments(pair, w.data());
  EXPECT_EQ(all.count(), 3.0);
  EXPECT_DOUBLE_EQ(all.mean(0), 8.0 / 3.0);
  EXPECT_EQ(weighted.count(), 2.0);
  EXPECT_DOUBLE_EQ(weighted.mean(0), 4.0);
}

TEST_P(MadOps, MomentsOfManyChunksAreThoseOfAllPixels) {
  const auto [before, after] = scene();
  const Pair pair = upload(before, after);
  const MomentSums sums = moments(pair);
  MomentSums expected;
  for (size_t i = 0; i < pair.pixels; ++i) {
    const double x[4] = {before[0][i], before[1][i], after[0][i], after[1][i]};
    expected.add(x, 4, 1.0);
  }
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 4; ++j) EXPECT_NEAR(sums.covariance(i, j), expected.covariance(i, j), 1e-12);
}

TEST_P(MadOps, IrMadFindsTheChangedPixelsAndLeavesGainAndOffsetAlone) {
  const auto [before, after] = scene();
  const Pair pair = upload(before, after);
  IrMad rounds;
  Out out;
  Buffer<float> weight;
  while (rounds.status() == IrMadStatus::running) {
    rounds.add(moments(pair, rounds.round() > 0 ? weight.data() : nullptr));
    out = variates(pair, rounds.pairs());
    weight = up(out.no_change);
  }
  EXPECT_EQ(rounds.status(), IrMadStatus::converged);
  EXPECT_GT(rounds.round(), 1);
  int found = 0, false_alarms = 0;
  for (size_t k = 0; k < pair.pixels; ++k) (k % 100 == 0 ? found : false_alarms) += out.no_change[k] < 1e-6f;
  EXPECT_GT(found, 135);  // of 144; a few changed to what they would have been
  EXPECT_LT(false_alarms, 145);
}

TEST_P(MadOps, IdenticalDatesHaveNoChange) {
  const auto [before, after] = scene();
  const Pair pair = upload(before, before);
  IrMad rounds(1);
  rounds.add(moments(pair));
  ASSERT_EQ(rounds.status(), IrMadStatus::stopped);
  const Out out = variates(pair, rounds.pairs());
  EXPECT_EQ(out.chi2, Values(pair.pixels, 0.0f));
  EXPECT_EQ(out.no_change, Values(pair.pixels, 1.0f));
}

TEST_P(MadOps, MissingPixelsStayMissing) {
  auto [before, after] = scene();
  before[1][7] = nan_v;
  after[0][9] = nan_v;
  const Pair pair = upload(before, after);
  IrMad rounds(1);
  rounds.add(moments(pair));
  const Out out = variates(pair, rounds.pairs());
  for (const size_t i : {size_t{7}, size_t{9}}) EXPECT_TRUE(std::isnan(out.chi2[i]) && std::isnan(out.no_change[i]));
  EXPECT_EQ(std::count_if(out.chi2.begin(), out.chi2.end(), [](float v) { return std::isnan(v); }), 2);
}

TEST_P(MadOps, NoChangeIsTheUpperTailOfChiSquared) {
  // One band, variance 2 (1 - 0): chi2 = (before - after)^2 / 2; P(chi2_1 > 3.841) = 0.05, P(> 6.635) = 0.01.
  CanonicalPairs pairs;
  pairs.status = CanonicalStatus::ok;
  pairs.bands = 1;
  pairs.a[0][0] = pairs.b[0][0] = 1.0;
  const Pair pair = upload({{0, 0, 0}}, {{std::sqrt(2 * 3.841459f), std::sqrt(2 * 6.634897f), 0}});
  const Out out = variates(pair, pairs);
  expect_values(out.no_change, {0.05f, 0.01f, 1.0f}, 1e-6);
  expect_values(out.chi2, {3.841459f, 6.634897f, 0.0f}, 1e-5);
}

TEST(IrMad, FailsWithTheReasonWhereTheFirstRoundHasNoPairs) {
  IrMad rounds;
  rounds.add(two_dates(3, 1.0, true));
  EXPECT_EQ(rounds.status(), IrMadStatus::failed);
  EXPECT_EQ(rounds.pairs().status, CanonicalStatus::singular_before);
  EXPECT_THROW(rounds.add(MomentSums()), std::logic_error);
  EXPECT_THROW(IrMad(0), std::logic_error);
}

}  // namespace
}  // namespace fw
