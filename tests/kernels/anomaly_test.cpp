#include <array>

#include "../support.h"
#include "on_each_backend.h"

namespace fw {
namespace {

constexpr uint8_t value = 0, not_observed = 1, masked = 2, not_assessed = 4;

/// One pixel: one entry per year, all of the same dekad unless groups are given.
struct Record {
  Values x;
  Codes reason = {};
  std::vector<int32_t> year = {}, group = {};
  Codes in_reference = {};
};
struct Compared {
  std::array<Values, statistic_count> out;
  std::array<Codes, statistic_count> reason;
  const Values& operator[](Statistic s) const { return out[static_cast<size_t>(s)]; }
  const Codes& why(Statistic s) const { return reason[static_cast<size_t>(s)]; }
};

class AnomalyOp : public OnEachBackend {
 protected:
  Compared run(Record r, const std::vector<int32_t>& target, int min_years, float std_floor = 0.0f) {
    const size_t times = r.x.size();
    if (r.year.empty())
      for (size_t t = 0; t < times; ++t) r.year.push_back(2000 + static_cast<int32_t>(t));
    if (r.group.empty()) r.group.assign(times, 17);
    if (r.in_reference.empty()) r.in_reference.assign(times, 1);
    Buffer<float> x = up(r.x);
    Buffer<uint8_t> reason = up(r.reason), in_reference = up(r.in_reference);
    Buffer<int32_t> year = up(r.year), group = up(r.group), targets = up(target);
    Anomaly op{x.data(),
               r.reason.empty() ? nullptr : reason.data(),
               static_cast<int>(times),
               1,
               group.data(),
               year.data(),
               in_reference.data(),
               targets.data(),
               static_cast<int>(target.size()),
               min_years,
               std_floor,
               {},
               {}};
    std::vector<Buffer<float>> out;
    std::vector<Buffer<uint8_t>> why;
    for (size_t k = 0; k < statistic_count; ++k) {
      out.push_back(room<float>(target.size()));
      why.push_back(room<uint8_t>(target.size()));
      op.out[k] = out[k].data();
      op.reason_out[k] = why[k].data();
    }
    backend().run(op);
    Compared c;
    for (size_t k = 0; k < statistic_count; ++k) c.out[k] = down(out[k]), c.reason[k] = down(why[k]);
    return c;
  }
};
FW_ON_EACH_BACKEND(AnomalyOp);

TEST_P(AnomalyOp, GivesTheHandComputedStatistics) {
  // Reference of the last year: 2 4 4 4 5 5 7 9: mean 5, std sqrt(32/7), median 4.5, range 2..9.
  const auto c = run({{2, 4, 4, 4, 5, 5, 7, 9, 3}}, {8}, 8);
  expect_values(c[Statistic::value], {3});
  expect_values(c[Statistic::difference], {-2});
  expect_values(c[Statistic::percent_of_median], {static_cast<float>(300.0 / 4.5)});
  expect_values(c[Statistic::z], {static_cast<float>(-2.0 / std::sqrt(32.0 / 7.0))}, 1e-7);
  expect_values(c[Statistic::vci], {static_cast<float>(100.0 / 7.0)});
  for (const Codes& reason : c.reason) EXPECT_EQ(reason, Codes{value});
}

TEST_P(AnomalyOp, TheTargetYearIsNeverItsOwnReference) {
  const auto c = run({{1, 2, 3, 100}}, {3, 0}, 3);
  expect_values(c[Statistic::difference], {98, -34});  // 100 - 2; 1 - 105 / 3
  expect_values(c[Statistic::vci], {100, 0});          // beyond the record: clipped
}

TEST_P(AnomalyOp, EveryEntryOfTheTargetYearIsLeftOut) {
  // Two entries of the same dekad group in 2002 (two orbits): neither is a reference of the other.
  Record r{{1, 3, 50, 60}};
  r.year = {2000, 2001, 2002, 2002};
  expect_values(run(r, {2}, 2)[Statistic::difference], {48});
}

TEST_P(AnomalyOp, OnlyTheSameDekadInsideTheReferencePeriodCounts) {
  Record r{{1, 100, 3, 200, 5, 9}};
  r.group = {1, 2, 1, 2, 1, 1};
  r.in_reference = {1, 1, 1, 1, 0, 0};
  expect_values(run(r, {5}, 2)[Statistic::difference], {7});  // 9 - (1 + 3) / 2
}

TEST_P(AnomalyOp, TooFewReferenceYearsAreNotAssessed) {
  const auto c = run({{1, nan_v, 3, 4}}, {3}, 3);
  for (const Statistic s : {Statistic::difference, Statistic::percent_of_median, Statistic::z, Statistic::vci}) {
    expect_values(c[s], {nan_v});
    EXPECT_EQ(c.why(s), Codes{not_assessed});
  }
  expect_values(c[Statistic::value], {4});
  EXPECT_EQ(c.why(Statistic::value), Codes{value});
  expect_values(run({{1, nan_v, 3, 4}}, {3}, 2)[Statistic::difference], {2});
}

TEST_P(AnomalyOp, AMissingValueKeepsItsReasonInEveryStatistic) {
  Record r{{1, 2, 3, nan_v, nan_v}, {value, value, value, masked, not_observed}};
  const auto c = run(r, {3, 4}, 2);
  for (size_t k = 0; k < statistic_count; ++k) {
    expect_values(c.out[k], {nan_v, nan_v});
    EXPECT_EQ(c.reason[k], (Codes{masked, not_observed}));
  }
}

TEST_P(AnomalyOp, AMissingValueWithoutAReasonIsNotObserved) {
  EXPECT_EQ(run({{1, 2, nan_v}}, {2}, 1).why(Statistic::z), Codes{not_observed});
  EXPECT_EQ(run({{1, 2, nan_v}, {value, value, value}}, {2}, 1).why(Statistic::z), Codes{not_observed});
}

TEST_P(AnomalyOp, AFlatRecordHasNoZAndNoVci) {
  const auto c = run({{4, 4, 4, 5}}, {3}, 3);
  expect_values(c[Statistic::difference], {1});
  expect_values(c[Statistic::percent_of_median], {125});
  expect_values(c[Statistic::z], {nan_v});
  expect_values(c[Statistic::vci], {nan_v});
  EXPECT_EQ(c.why(Statistic::z), Codes{not_assessed});
  EXPECT_EQ(c.why(Statistic::vci), Codes{not_assessed});
  EXPECT_EQ(c.why(Statistic::difference), Codes{value});
}

TEST_P(AnomalyOp, ASpreadBelowTheFloorHasNoZ) {
  const Record r{{0.5f, 0.502f, 0.504f, 0.3f}};  // std 0.002
  EXPECT_TRUE(std::isnan(run(r, {3}, 3, 0.01f)[Statistic::z][0]));
  EXPECT_EQ(run(r, {3}, 3, 0.01f).why(Statistic::z), Codes{not_assessed});
  EXPECT_FALSE(std::isnan(run(r, {3}, 3, 0.001f)[Statistic::z][0]));
}

TEST_P(AnomalyOp, ZIsClippedAtSix) {
  expect_values(run({{1, 2, 3, 1000, 2.5f}}, {3}, 3)[Statistic::z], {6});
  expect_values(run({{1, 2, 3, -1000, 2.5f}}, {3}, 3)[Statistic::z], {-6});
}

TEST_P(AnomalyOp, OneReferenceYearHasADifferenceButNoZ) {
  const auto c = run({{2, 3}}, {1}, 1);
  expect_values(c[Statistic::difference], {1});
  expect_values(c[Statistic::percent_of_median], {150});
  expect_values(c[Statistic::z], {nan_v});
}

TEST_P(AnomalyOp, AMedianOfZeroOrLessHasNoPercent) {
  EXPECT_EQ(run({{0, 0, 0, 5}}, {3}, 3).why(Statistic::percent_of_median), Codes{not_assessed});
  expect_values(run({{-1, -2, -3, 5}}, {3}, 3)[Statistic::percent_of_median], {nan_v});
}

TEST_P(AnomalyOp, MoreNdviIsMoreVciAndMoreZ) {
  const Values reference{0.21f, 0.35f, 0.28f, 0.44f, 0.31f, 0.39f};
  float vci = -1.0f, z = -10.0f;
  for (int k = 0; k <= 20; ++k) {
    Record r{reference};
    r.x.push_back(0.21f + 0.01f * static_cast<float>(k));
    const auto c = run(r, {6}, 5);
    EXPECT_GT(c[Statistic::vci][0] + (k == 0 ? 1.0f : 0.0f), vci);
    EXPECT_GT(c[Statistic::z][0], z);
    vci = c[Statistic::vci][0];
    z = c[Statistic::z][0];
  }
}

TEST_P(AnomalyOp, ManyTargetsGiveWhatEachGivesAlone) {
  // More than four targets are computed from a staged copy.
  const Record r{{0.3f, 0.7f, nan_v, 0.2f, 0.9f, 0.4f, 0.6f, 0.5f}};
  const std::vector<int32_t> all{0, 1, 2, 3, 4, 5, 6, 7};
  const auto together = run(r, all, 3);
  for (const int32_t t : all) {
    const auto alone = run(r, {t}, 3);
    for (size_t k = 0; k < statistic_count; ++k) expect_values({together.out[k][static_cast<size_t>(t)]}, alone.out[k]);
  }
}

TEST_P(AnomalyOp, MoreThanTheMostReferenceYearsAreNotAssessed) {
  Record r;
  for (int t = 0; t <= max_reference_years; ++t) r.x.push_back(static_cast<float>(t % 10));
  EXPECT_EQ(run(r, {0}, 3).why(Statistic::z), Codes{value});  // exactly max_reference_years
  r.x.push_back(1);
  EXPECT_EQ(run(r, {0}, 3).why(Statistic::z), Codes{not_assessed});
}

TEST_P(AnomalyOp, OnlyTheStatisticsAskedForAreWritten) {
  Buffer<float> x = up(Values{1, 2, 3}), out = room<float>(1);
  Buffer<int32_t> year = up(std::vector<int32_t>{1, 2, 3}), group = up(std::vector<int32_t>{0, 0, 0}),
                  target = up(std::vector<int32_t>{2});
  Buffer<uint8_t> in_reference = up(Codes{1, 1, 1});
  Anomaly op{x.data(),      nullptr, 3, 1,    group.data(), year.data(), in_reference.data(),
             target.data(), 1,       1, 0.0f, {},           {}};
  op.out[static_cast<int>(Statistic::vci)] = out.data();
  backend().run(op);
  expect_values(down(out), {100});
}

/// The numbers of the array `name` after `section` in a JSON text; null is NaN.
std::vector<double> array_after(const std::string& json, const std::string& section, const std::string& name) {
  size_t at = json.find('[', json.find("\"" + name + "\"", json.find("\"" + section + "\"")));
  const size_t end = json.find(']', at);
  std::vector<double> values;
  while (at < end) {
    const size_t stop = std::min(json.find(',', at + 1), end);
    const std::string cell = json.substr(at + 1, stop - at - 1);
    values.push_back(cell.find("null") != std::string::npos ? std::nan("") : std::stod(cell));
    at = stop;
  }
  return values;
}

TEST_P(AnomalyOp, AgreesWithTheReferenceClimatology) {
  FW_NEEDS_SHARED(file, "oracles/11_climatology_drought_rules.json");
  const std::string json = test::read_text(file);
  const auto column = [&](const char* name) {
    const auto v = array_after(json, "climatology_dekad17", name);
    return Values(v.begin(), v.end());
  };
  Record r{column("ndvi")};
  const int32_t n = static_cast<int32_t>(r.x.size());
  std::vector<int32_t> targets;
  for (int32_t t = 0; t < n; ++t) targets.push_back(t);
  expect_values(run(r, targets, 10)[Statistic::z], column("z_leave_one_out"), 1e-5);

  // The reference file's other statistics include the year itself: a copy of each year outside the reference compares
  // with the whole record.
  std::vector<int32_t> copies;
  for (int32_t t = 0; t < n; ++t) {
    r.x.push_back(r.x[static_cast<size_t>(t)]);
    copies.push_back(n + t);
  }
  r.in_reference.assign(static_cast<size_t>(n), 1);
  r.in_reference.resize(r.x.size(), 0);
  const auto c = run(r, copies, 10);
  expect_values(c[Statistic::z], column("z_full_ddof1"), 1e-5);
  expect_values(c[Statistic::vci], column("VCI"), 1e-5);
  expect_values(c[Statistic::percent_of_median], column("percent_of_median"), 1e-6);
}

}  // namespace
}  // namespace fw
