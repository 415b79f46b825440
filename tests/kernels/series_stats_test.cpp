#include "kernels/series_stats.h"

#include "../gpu/every_op.h"
#include "on_each_backend.h"

namespace fw {
namespace {

class SeriesStatsOp : public OnEachBackend {
 protected:
  struct Out {
    Values count, mean, stddev, min, max;
  };
  Out run(const Values& x, int times, size_t pixels) {
    Buffer<float> in = up(x), count = room<float>(pixels), mean = room<float>(pixels), stddev = room<float>(pixels),
                  min = room<float>(pixels), max = room<float>(pixels);
    backend().run(
        SeriesStats{in.data(), times, pixels, count.data(), mean.data(), stddev.data(), min.data(), max.data()});
    return {down(count), down(mean), down(stddev), down(min), down(max)};
  }
};
FW_ON_EACH_BACKEND(SeriesStatsOp);

TEST_P(SeriesStatsOp, GivesTheHandComputedValues) {
  // Pixels: 1 2 3 6; constant; one value; none.
  const Values x{1, 5, nan_v, nan_v, 2, 5, 4, nan_v, 3, 5, nan_v, nan_v, 6, 5, nan_v, nan_v};
  const auto out = run(x, 4, 4);
  expect_values(out.count, {4, 4, 1, 0});
  expect_values(out.mean, {3, 5, 4, nan_v});
  expect_values(out.stddev, {std::sqrt(14.0f / 3.0f), 0, nan_v, nan_v}, 1e-7);
  expect_values(out.min, {1, 5, 4, nan_v});
  expect_values(out.max, {6, 5, 4, nan_v});
}

TEST_P(SeriesStatsOp, NoPeriodsHaveNoStatistics) {
  const auto out = run({}, 0, 2);
  expect_values(out.count, {0, 0});
  expect_values(out.mean, {nan_v, nan_v});
  expect_values(out.max, {nan_v, nan_v});
}

TEST_P(SeriesStatsOp, AgreesWithTheAccumulatorToTheBit) {
  const sample::Inputs in = sample::make_inputs(100, 30);
  Values x = in.x;
  for (float& v : x)
    if (std::isinf(v) || std::abs(v) > 1e30f) v = 0.5f;
  const auto out = run(x, in.times, in.pixels);
  for (size_t p = 0; p < in.pixels; ++p) {
    StatsAccumulator a;
    for (size_t t = 0; t < 30; ++t) a.add(static_cast<double>(x[t * in.pixels + p]));
    const StatsResult r = a.finish();
    EXPECT_EQ(out.count[p], static_cast<float>(r.count));
    EXPECT_EQ(out.mean[p], static_cast<float>(r.mean));
    EXPECT_EQ(out.stddev[p], static_cast<float>(r.stddev));
    EXPECT_EQ(out.min[p], static_cast<float>(r.min));
    EXPECT_EQ(out.max[p], static_cast<float>(r.max));
  }
}

TEST_P(SeriesStatsOp, EveryOutputMayBeLeftOut) {
  Buffer<float> in = up(Values{1, 2}), mean = room<float>(1);
  backend().run(SeriesStats{in.data(), 2, 1, nullptr, mean.data(), nullptr, nullptr, nullptr});
  expect_values(down(mean), {1.5f});
  EXPECT_NO_THROW(backend().run(SeriesStats{in.data(), 2, 1, nullptr, nullptr, nullptr, nullptr, nullptr}));
}

}  // namespace
}  // namespace fw
