// Change vectors and loss of night light.
#include "on_each_backend.h"

namespace fw {
namespace {

class ChangeVectorOp : public OnEachBackend {
 protected:
  struct Out {
    Values magnitude, angle;
    Codes sector;
  };
  Out run(const std::vector<Values>& before, const std::vector<Values>& after, int x_band = 0, int y_band = 1) {
    std::vector<Buffer<float>> memory;
    ChangeVector op{};
    op.dates.bands = static_cast<int>(before.size());
    op.pixels = before[0].size();
    for (size_t b = 0; b < before.size(); ++b) {
      memory.push_back(up(before[b]));
      op.dates.before[b] = memory.back().data();
      memory.push_back(up(after[b]));
      op.dates.after[b] = memory.back().data();
    }
    Buffer<float> magnitude = room<float>(op.pixels), angle = room<float>(op.pixels);
    Buffer<uint8_t> sector = room<uint8_t>(op.pixels);
    op.x_band = x_band, op.y_band = y_band;
    op.magnitude = magnitude.data(), op.angle = angle.data(), op.sector = sector.data();
    backend().run(op);
    return {down(magnitude), down(angle), down(sector)};
  }
};
FW_ON_EACH_BACKEND(ChangeVectorOp);

TEST_P(ChangeVectorOp, HasLengthAngleAndSector) {
  // Changes (3, 4, 0), (-1, 0, 2), (0, -2, -1), (-1, -1, 0), (-1, 1, 0)
  const Out out =
      run({{0, 1, 0, 1, 1}, {0, 0, 2, 1, 0}, {5, 0, 1, 0, 0}}, {{3, 0, 0, 0, 0}, {4, 0, 0, 0, 1}, {5, 2, 0, 0, 0}});
  const auto root = [](double v) { return static_cast<float>(std::sqrt(v)); };
  expect_values(out.magnitude, {5, root(5), root(5), root(2), root(2)}, 1e-7);
  const auto angle = [](double v) { return static_cast<float>(v); };
  expect_values(out.angle,
                {angle(std::atan2(4, 3)), angle(M_PI), angle(-M_PI / 2), angle(-0.75 * M_PI), angle(0.75 * M_PI)},
                1e-6);
  EXPECT_EQ(out.sector, (Codes{0b011, 0b100, 0, 0, 0b010}));
}

TEST_P(ChangeVectorOp, IdenticalDatesHaveNoLengthAndNoDirection) {
  const Out out = run({{1, 2}, {3, 4}}, {{1, 2}, {3, 4}});
  expect_values(out.magnitude, {0, 0});
  expect_values(out.angle, {nan_v, nan_v});
  EXPECT_EQ(out.sector, (Codes{0, 0}));
}

TEST_P(ChangeVectorOp, AMissingOrInfiniteBandIsNoData) {
  const Out out = run({{nan_v, 0, inf_v, 3e38f}, {0, 0, 0, 3e38f}}, {{1, 1, 1, -3e38f}, {1, nan_v, 1, -3e38f}});
  expect_values(out.magnitude, {nan_v, nan_v, nan_v, nan_v});  // the last one is longer than a float can say
  expect_values(out.angle, {nan_v, nan_v, nan_v, nan_v});
  EXPECT_EQ(out.sector, (Codes{0, 0, 0, 0}));
}

TEST_P(ChangeVectorOp, OneBandIsItsDifference) {
  const Out out = run({{1, 5}}, {{4, 1}}, 0, 0);
  expect_values(out.magnitude, {3, 4});
  expect_values(out.angle, {0, static_cast<float>(M_PI)}, 1e-6);
}

class NightLightLossOp : public OnEachBackend {
 protected:
  struct Out {
    float loss, reference, recent;
    int reference_nights, recent_nights;
    uint8_t reason;
  };
  /// One pixel: radiance of reference and of recent nights; nights between that do not count are very bright.
  Out run(const Values& reference, const Values& recent, int min_nights = 3, const Codes& reasons = {}) {
    Values radiance;
    Codes role;
    const auto add = [&](const Values& nights, NightRole r) {
      for (const float v : nights) {
        radiance.push_back(v);
        role.push_back(static_cast<uint8_t>(r));
      }
    };
    add(reference, NightRole::reference);
    add({999.0f, 999.0f, 999.0f}, NightRole::unused);
    add(recent, NightRole::recent);
    Buffer<float> in = up(radiance), f[3] = {room<float>(1), room<float>(1), room<float>(1)};
    Buffer<uint8_t> roles = up(role), why = up(reasons), reason = room<uint8_t>(1);
    Buffer<uint16_t> n[2] = {room<uint16_t>(1), room<uint16_t>(1)};
    NightLightLoss op{};
    op.radiance = in.data(), op.role = roles.data();
    op.night_reason = reasons.empty() ? nullptr : why.data();
    op.nights = static_cast<int>(radiance.size()), op.pixels = 1, op.min_nights = min_nights;
    op.loss = f[0].data(), op.reference = f[1].data(), op.recent = f[2].data();
    op.reference_nights = n[0].data(), op.recent_nights = n[1].data(), op.reason = reason.data();
    backend().run(op);
    return {down(f[0])[0], down(f[1])[0], down(f[2])[0], down(n[0])[0], down(n[1])[0], down(reason)[0]};
  }
};
FW_ON_EACH_BACKEND(NightLightLossOp);

TEST_P(NightLightLossOp, ComparesMedians) {
  const Out out = run({10, 8, 100, 6}, {3, 2, 40});  // medians 9 and 3
  EXPECT_EQ(out.reference, 9.0f);
  EXPECT_EQ(out.recent, 3.0f);
  EXPECT_FLOAT_EQ(out.loss, static_cast<float>(1.0 - 3.0 / 9.0));
  EXPECT_EQ(out.reason, code(Reason::value));
}

TEST_P(NightLightLossOp, IsNegativeWhereItGotBrighterAndZeroWhereNothingChanged) {
  EXPECT_EQ(run({4, 4, 4}, {6, 6, 6}).loss, -0.5f);
  EXPECT_EQ(run({4, 4, 4}, {4, 4, 4}).loss, 0.0f);
  EXPECT_EQ(run({4, 4, 4}, {0, 0, 0}).loss, 1.0f);
}

TEST_P(NightLightLossOp, PlacesNeverLitHaveNoLoss) {
  const Out out = run({1, 1, 1}, {0, 0, 0});  // not above 1
  EXPECT_TRUE(std::isnan(out.loss));
  EXPECT_EQ(out.reference, 1.0f);
  EXPECT_EQ(out.reason, code(Reason::not_assessed));
}

TEST_P(NightLightLossOp, TooFewNightsOnEitherSideAreNotAssessed) {
  const Out few = run({9, 9, 9}, {3, nan_v, 3});
  EXPECT_TRUE(std::isnan(few.loss));
  EXPECT_EQ(few.recent_nights, 2);
  EXPECT_EQ(few.recent, 3.0f);
  EXPECT_EQ(few.reason, code(Reason::not_assessed));
  EXPECT_EQ(run({9, nan_v, 9}, {3, 3, 3}).reason, code(Reason::not_assessed));
}

TEST_P(NightLightLossOp, NothingSeenKeepsTheReason) {
  Buffer<float> dark = room<float>(1);
  const Out out = run({}, {});  // only nights that do not count
  EXPECT_TRUE(std::isnan(out.loss) && std::isnan(out.reference) && std::isnan(out.recent));
  EXPECT_EQ(out.reason, code(Reason::not_observed));
  EXPECT_EQ(run({nan_v}, {nan_v}, 3, {code(Reason::masked), 0, 0, 0, code(Reason::not_observed)}).reason,
            code(Reason::masked));
}

}  // namespace
}  // namespace fw
