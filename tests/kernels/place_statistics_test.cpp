// An anomaly against stored statistics of the reference has the bytes of one against the archive.
#include "../gpu/every_op.h"
#include "on_each_backend.h"

namespace fw {
namespace {

class PlaceStatisticsOps : public OnEachBackend {
 protected:
  struct Result {
    std::vector<Values> out;
    std::vector<Codes> reason;
    bool operator==(const Result& o) const {
      if (reason != o.reason) return false;
      for (size_t k = 0; k < out.size(); ++k)
        if (std::memcmp(out[k].data(), o.out[k].data(), out[k].size() * sizeof(float)) != 0) return false;
      return true;
    }
  };
  template <class Op>
  Result launch(Op op, size_t n) {
    std::vector<Buffer<float>> out;
    std::vector<Buffer<uint8_t>> why;
    for (size_t k = 0; k < statistic_count; ++k) {
      out.push_back(room<float>(n));
      why.push_back(room<uint8_t>(n));
      op.out[k] = out[k].data();
      op.reason_out[k] = why[k].data();
    }
    backend().run(op);
    Result r;
    for (size_t k = 0; k < statistic_count; ++k) r.out.push_back(down(out[k])), r.reason.push_back(down(why[k]));
    return r;
  }
  /// Target t of the record by both ways.
  void expect_same(const Values& x, const Codes& reason, size_t n, const std::vector<int32_t>& group,
                   const std::vector<int32_t>& year, const Codes& in_reference, int t, int min_years) {
    const int times = static_cast<int>(group.size());
    Buffer<float> xs = up(x);
    Buffer<uint8_t> reasons = up(reason), members = up(in_reference);
    Buffer<int32_t> groups = up(group), years = up(year), target = up(std::vector<int32_t>{t});
    const Result whole = launch(Anomaly{xs.data(),
                                        reasons.data(),
                                        times,
                                        n,
                                        groups.data(),
                                        years.data(),
                                        members.data(),
                                        target.data(),
                                        1,
                                        min_years,
                                        0.01f,
                                        {},
                                        {}},
                                n);
    Buffer<uint8_t> count = room<uint8_t>(n);
    Buffer<double> mean = room<double>(n), squares = room<double>(n), median = room<double>(n);
    Buffer<float> low = room<float>(n), high = room<float>(n);
    const PlaceStatistics reference{count.data(), mean.data(), squares.data(), low.data(), high.data(), median.data()};
    backend().run(
        ReferenceOfPlace{xs.data(), times, n, groups.data(), members.data(), group[static_cast<size_t>(t)], reference});
    const size_t at = static_cast<size_t>(t) * n;
    EXPECT_TRUE(launch(AnomalyOfPlace{xs.at(at), reasons.at(at), n, reference, min_years, 0.01f, {}, {}}, n) == whole)
        << "period " << t;
  }
};
FW_ON_EACH_BACKEND(PlaceStatisticsOps);

TEST_P(PlaceStatisticsOps, GiveTheBytesOfTheAnomalyFromTheArchive) {
  const sample::Inputs in = sample::make_inputs(4001, 40);  // reference: the first three quarters
  for (int t = 30; t < 40; ++t)
    for (const int min_years : {1, 6, 11})
      expect_same(in.x, in.reason, in.pixels, in.group, in.year, in.in_reference, t, min_years);
}

TEST_P(PlaceStatisticsOps, AgreeAlsoWithoutAReferenceAndBeyondTheMostYears) {
  Values x;
  std::vector<int32_t> group, year;
  Codes in_reference, reason;
  for (int t = 0; t < max_reference_years + 3; ++t) {
    x.push_back(static_cast<float>(t % 7));
    reason.push_back(0);
    group.push_back(t == 3 ? 5 : 0);
    year.push_back(t);
    in_reference.push_back(t < max_reference_years + 2 && t != 3);
  }
  expect_same(x, reason, 1, group, year, in_reference, max_reference_years + 2, 3);
  expect_same(x, reason, 1, group, year, in_reference, 3, 1);
}

}  // namespace
}  // namespace fw
