// Occurrence, recurrence, seasonality, change and transitions of a monthly water record.
#include "on_each_backend.h"

namespace fw {
namespace {

class WaterHistoryOp : public OnEachBackend {
 protected:
  struct Out {
    float occurrence, share, recurrence, change;
    uint8_t code, seasonality, transition, reason;
    int observed;
  };
  Out run(const Values& water, int min_months = 12, int first_month = 0, const Codes& reasons = {}) {
    const int months = static_cast<int>(water.size());
    Buffer<float> in = up(water), f[4] = {room<float>(1), room<float>(1), room<float>(1), room<float>(1)};
    Buffer<uint8_t> why = up(reasons), u[4] = {room<uint8_t>(1), room<uint8_t>(1), room<uint8_t>(1), room<uint8_t>(1)};
    Buffer<uint16_t> observed = room<uint16_t>(1);
    WaterHistory op{};
    op.water = in.data();
    op.month_reason = reasons.empty() ? nullptr : why.data();
    op.months = months, op.pixels = 1, op.first_month = first_month, op.min_months = min_months;
    op.epoch1_end = op.epoch2_begin = months / 2, op.epoch2_end = months;
    op.occurrence = f[0].data(), op.water_share = f[1].data(), op.recurrence = f[2].data(), op.change = f[3].data();
    op.change_code = u[0].data(), op.seasonality = u[1].data(), op.transition = u[2].data(), op.reason = u[3].data();
    op.observed = observed.data();
    backend().run(op);
    return {down(f[0])[0], down(f[1])[0], down(f[2])[0], down(f[3])[0],    down(u[0])[0],
            down(u[1])[0], down(u[2])[0], down(u[3])[0], down(observed)[0]};
  }
  /// One letter per year: d dry, s water in the first four months, p water all year, x not observed.
  static Values years(const std::string& kinds) {
    Values out;
    for (const char kind : kinds)
      for (int m = 0; m < 12; ++m)
        out.push_back(kind == 'x' ? nan_v : (kind == 'p' || (kind == 's' && m < 4) ? 1.0f : 0.0f));
    return out;
  }
  WaterTransition transition(const std::string& kinds) {
    return static_cast<WaterTransition>(run(years(kinds)).transition);
  }
};
FW_ON_EACH_BACKEND(WaterHistoryOp);

TEST_P(WaterHistoryOp, EveryTransitionHasItsClass) {
  using T = WaterTransition;
  EXPECT_EQ(transition("dddd"), T::none);
  EXPECT_EQ(transition("pdsp"), T::permanent);
  EXPECT_EQ(transition("ddpp"), T::new_permanent);
  EXPECT_EQ(transition("ppdd"), T::lost_permanent);
  EXPECT_EQ(transition("spds"), T::seasonal);
  EXPECT_EQ(transition("ddds"), T::new_seasonal);
  EXPECT_EQ(transition("sddd"), T::lost_seasonal);
  EXPECT_EQ(transition("sdsp"), T::seasonal_to_permanent);
  EXPECT_EQ(transition("psds"), T::permanent_to_seasonal);
  EXPECT_EQ(transition("dpsd"), T::ephemeral_permanent);
  EXPECT_EQ(transition("dsdd"), T::ephemeral_seasonal);
  EXPECT_EQ(transition("d"), T::not_assessed);
  EXPECT_EQ(transition("xxpx"), T::not_assessed);
  EXPECT_EQ(transition("xdxpx"), T::new_permanent);  // years not observed are not dry
}

TEST_P(WaterHistoryOp, MonthsSeenMoreOftenWeighNoMoreInTheOccurrence) {
  // January is wet 1 of 4 times; June is seen once and wet: (25 % + 100 %) / 2.
  Values x(48, nan_v);
  x[0] = 1.0f, x[12] = x[24] = x[36] = 0.0f, x[5] = 1.0f;
  const Out out = run(x, 1);
  EXPECT_EQ(out.occurrence, 62.5f);
  EXPECT_EQ(out.share, 40.0f);
  EXPECT_EQ(out.observed, 5);
  EXPECT_EQ(out.reason, code(Reason::value));
}

TEST_P(WaterHistoryOp, YearsEndInDecemberWhateverMonthTheRecordBegins) {
  // From October: the first year has three months, all water, the second is dry.
  Values x(15, 0.0f);
  x[0] = x[1] = x[2] = 1.0f;
  EXPECT_EQ(run(x, 3, 9).recurrence, 50.0f);
  EXPECT_EQ(run(x, 3, 9).transition, static_cast<uint8_t>(WaterTransition::lost_permanent));
  EXPECT_EQ(run(x, 4, 9).recurrence, 0.0f);  // three months are too few to judge a year by
}

TEST_P(WaterHistoryOp, SeasonalityIsOfTheLastJudgedYear) {
  EXPECT_EQ(run(years("ps")).seasonality, 4);
  EXPECT_EQ(run(years("spx")).seasonality, 12);
  EXPECT_EQ(run(years("d")).seasonality, 0);
  EXPECT_EQ(run(years("xx")).seasonality, 255);
}

TEST_P(WaterHistoryOp, ChangeComparesTheSameCalendarMonths) {
  const Out lost =
      run(years("pdd"
                "ddd"));
  EXPECT_NEAR(lost.change, -100.0 / 3.0, 1e-5);
  EXPECT_EQ(lost.code, 67);
  EXPECT_EQ(run(years("dp")).code, 200);
  EXPECT_EQ(run(years("pd")).code, 0);
  EXPECT_EQ(run(years("pp")).code, 100);
  EXPECT_EQ(run(years("dd")).code, 253);
  EXPECT_EQ(run(years("dd")).change, 0.0f);
  EXPECT_EQ(run(years("px")).code, 255);
  Values apart(24, nan_v);
  apart[0] = apart[13] = 1.0f;  // January of one year, February of the other
  EXPECT_EQ(run(apart).code, 254);
  EXPECT_TRUE(std::isnan(run(apart).change));
}

TEST_P(WaterHistoryOp, NothingObservedAndNoMonthsAreNoDataWithAReason) {
  for (const Values& x : {Values{}, years("xx")}) {
    const Out out = run(x);
    for (const float v : {out.occurrence, out.share, out.recurrence, out.change}) EXPECT_TRUE(std::isnan(v));
    EXPECT_EQ(out.code, 255);
    EXPECT_EQ(out.seasonality, 255);
    EXPECT_EQ(out.transition, 255);
    EXPECT_EQ(out.observed, 0);
    EXPECT_EQ(out.reason, code(Reason::not_observed));
  }
  Codes clouded(24, code(Reason::not_observed));
  clouded[7] = code(Reason::masked);
  EXPECT_EQ(run(years("xx"), 12, 0, clouded).reason, code(Reason::masked));
}

TEST_P(WaterHistoryOp, ConstantRecordsHaveFullOrNoOccurrence) {
  EXPECT_EQ(run(years("pppp")).occurrence, 100.0f);
  EXPECT_EQ(run(years("pppp")).recurrence, 100.0f);
  EXPECT_EQ(run(years("dddd")).occurrence, 0.0f);
  EXPECT_EQ(run(years("dddd")).recurrence, 0.0f);
}

}  // namespace
}  // namespace fw
