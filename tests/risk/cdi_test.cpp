#include <gtest/gtest.h>

#include "core/base/class_scheme.h"
#include "core/base/error.h"
#include "core/risk/cdi_timing.h"

namespace fw {
namespace {

constexpr float nan = __builtin_nanf("");
constexpr float below = -1.5f, slight = -0.6f, fine = 0.5f;  // the three classes of soil and vegetation

CdiMemory in_state(uint8_t state, uint8_t held = 0) { return {state, held, 0}; }
uint8_t step_2021(uint8_t state, CdiInput in) {
  CdiMemory m = in_state(state);
  return step_cdi(CdiVersion::v2021, in, m);
}
CdiMemory step_v4(CdiMemory m, CdiInput in) {
  EXPECT_NE(step_cdi(CdiVersion::v4, in, m), cdi_not_assessed);
  return m;
}

TEST(CdiOf2021, FollowsAWholeDroughtFromWatchToRecovery) {
  CdiMemory m;
  const auto next = [&](float rain, float soil, float green) {
    return step_cdi(CdiVersion::v2021, {0, rain, soil, green}, m);
  };
  EXPECT_EQ(next(0.2f, fine, fine), cdi_none);
  EXPECT_EQ(next(-1.4f, slight, slight), cdi_watch);
  EXPECT_EQ(next(-1.6f, below, slight), cdi_warning);
  EXPECT_EQ(next(-1.6f, below, below), cdi_alert);
  EXPECT_EQ(next(-0.3f, slight, fine), cdi_greenness_recovery);
  EXPECT_EQ(next(0.3f, fine, slight), cdi_recovery);
  EXPECT_EQ(next(0.3f, fine, fine), cdi_none);
}
TEST(CdiOf2021, HasTheCorrectedCellAllDryFromNoDroughtIsAlertAndNotWarning) {
  for (const uint8_t state : {cdi_none, cdi_recovery}) EXPECT_EQ(step_2021(state, {0, -1.5f, below, below}), cdi_alert);
}
TEST(CdiOf2021, ThresholdsAreStrictExactlyMinusOneAndMinusTwoAreNotDry) {
  EXPECT_EQ(step_2021(0, {-2.0f, -1.0f, fine, fine}), cdi_none);
  EXPECT_EQ(step_2021(0, {-2.01f, 0, fine, fine}), cdi_watch);
  EXPECT_EQ(step_2021(0, {0, -1.01f, fine, fine}), cdi_watch);
  EXPECT_EQ(step_2021(0, {0, -1.5f, -1.0f, fine}), cdi_watch);
  EXPECT_EQ(step_2021(0, {0, -1.5f, -1.01f, fine}), cdi_warning);
}
TEST(CdiOf2021, LowGreennessAloneIsNoDroughtUnlessOneWasOnBefore) {
  EXPECT_EQ(step_2021(cdi_none, {0, 0, fine, below}), cdi_none);
  EXPECT_EQ(step_2021(cdi_watch, {0, 0, fine, below}), cdi_alert);
}

TEST(CdiOfVersion4, ThresholdsAreIncluded) {
  EXPECT_EQ(step_v4({}, {-2.0f, 0, fine, fine}).state, cdi_watch);
  EXPECT_EQ(step_v4({}, {0, -1.0f, fine, fine}).state, cdi_watch);
  EXPECT_EQ(step_v4({}, {0, -1.0f, -1.0f, fine}).state, cdi_warning);
  EXPECT_EQ(step_v4({}, {0, -1.0f, -1.0f, -1.0f}).state, cdi_alert);
}
TEST(CdiOfVersion4, DrySoilWithoutDryRainIsWarningUnlessRainIsBack) {
  EXPECT_EQ(step_v4({}, {0.5f, 0.2f, below, fine}).state, cdi_warning);
  EXPECT_EQ(step_v4({}, {0.6f, 0.2f, below, fine}).state, cdi_none);
  EXPECT_EQ(step_v4({}, {0.6f, 0.0f, below, fine}).state, cdi_warning);
  EXPECT_EQ(step_v4(in_state(cdi_watch), {0.6f, 0.2f, below, fine}).state, cdi_warning);
}
TEST(CdiOfVersion4, SoilRecoversByThreeSteps) {
  for (const uint8_t state : {cdi_warning, cdi_soil_recovery}) {
    EXPECT_EQ(step_v4(in_state(state), {0, 0, -0.5f, fine}).state, cdi_warning);
    EXPECT_EQ(step_v4(in_state(state), {0, 0, 0.0f, fine}).state, cdi_soil_recovery);
    EXPECT_EQ(step_v4(in_state(state), {0, 0, 0.1f, fine}).state, cdi_recovery);
    EXPECT_EQ(step_v4(in_state(state), {0, -1.2f, 0.1f, fine}).state, cdi_watch);
  }
}
TEST(CdiOfVersion4, GreennessRecoversByThreeStepsAndFallsBackToTheStageThatIsLeft) {
  for (const uint8_t state : {cdi_alert, cdi_greenness_recovery}) {
    EXPECT_EQ(step_v4(in_state(state), {0, 0, fine, -0.5f}).state, cdi_alert);
    EXPECT_EQ(step_v4(in_state(state), {0, 0, fine, 0.0f}).state, cdi_greenness_recovery);
    EXPECT_EQ(step_v4(in_state(state), {0, 0, fine, 0.1f}).state, cdi_recovery);
    EXPECT_EQ(step_v4(in_state(state), {0, -1.2f, fine, 0.1f}).state, cdi_watch);
    EXPECT_EQ(step_v4(in_state(state), {0, -1.2f, below, 0.1f}).state, cdi_warning);
  }
}
TEST(CdiOfVersion4, ATemporaryStageEndsAfterFiveDekads) {
  CdiMemory m = in_state(cdi_alert);
  for (int dekad = 0; dekad < 5; ++dekad) {
    m = step_v4(m, {0, 0, fine, -0.2f});
    EXPECT_EQ(m.state, cdi_greenness_recovery);
    EXPECT_EQ(m.held, dekad + 1);
  }
  m = step_v4(m, {0, 0, fine, -0.2f});
  EXPECT_EQ(m.state, cdi_recovery);
  EXPECT_EQ(m.held, 0);
}
TEST(CdiOfVersion4, ANewLowStartsTheCountAgain) {
  const CdiMemory m = step_v4(in_state(cdi_greenness_recovery, 4), {0, 0, fine, -1.0f});
  EXPECT_EQ(m, in_state(cdi_alert, 0));
}

TEST(Cdi, TheTwoVersionsDifferSoAProductMustNameItsOwn) {
  int differ = 0, cells = 0;
  for (const float rain : {-1.5f, 0.0f})
    for (const float soil : {below, slight, fine})
      for (const float green : {below, slight, fine})
        for (uint8_t state = 0; state < 7; ++state, ++cells) {
          CdiMemory a = in_state(state), b = a;
          const CdiInput in{0, rain, soil, green};
          differ += step_cdi(CdiVersion::v2021, in, a) != step_cdi(CdiVersion::v4, in, b);
        }
  EXPECT_EQ(cells, 126);
  EXPECT_EQ(differ, 42);
  EXPECT_NE(describe_version(CdiVersion::v2021), describe_version(CdiVersion::v4));
}

TEST(Cdi, MissingNeverLowersAState_Fault5_7) {
  const float some[] = {nan, -2.5f, -0.7f, -0.2f, 0.8f};
  for (const CdiVersion version : {CdiVersion::v2021, CdiVersion::v4})
    for (uint8_t state = 0; state < 7; ++state)
      for (const float a : some)
        for (const float b : some)
          for (const float c : some)
            for (const float d : some) {
              const CdiInput in{a, b, c, d};
              CdiMemory m = in_state(state, 2);
              const uint8_t code = step_cdi(version, in, m);
              if (!is_nan(a) && !is_nan(b) && !is_nan(c) && !is_nan(d)) continue;
              EXPECT_GE(cdi_severity(m.state), cdi_severity(state));
              if (code == cdi_not_assessed) {
                EXPECT_EQ(m.state, state);
                EXPECT_EQ(m.missed, 1);
              } else {
                EXPECT_TRUE(code >= cdi_watch && code <= cdi_alert) << int(code);
              }
            }
}
TEST(Cdi, WithAllInputsMissingAnAlertIsNotARecovery_Fault5_7) {
  for (const CdiVersion version : {CdiVersion::v2021, CdiVersion::v4}) {
    CdiMemory m = in_state(cdi_alert);
    for (int dekad = 1; dekad <= 40; ++dekad) {
      EXPECT_EQ(step_cdi(version, {nan, nan, nan, nan}, m), cdi_not_assessed);
      EXPECT_EQ(m.state, cdi_alert);
      EXPECT_EQ(m.missed, dekad);
    }
  }
}
TEST(Cdi, WithGreennessAloneMissingAnAlertIsNotAWarning_Fault5_7) {
  CdiMemory m = in_state(cdi_alert);
  EXPECT_EQ(step_cdi(CdiVersion::v4, {0, -1.5f, below, nan}, m), cdi_not_assessed);
  EXPECT_EQ(m.state, cdi_alert);
}
TEST(Cdi, AnAlertThatTheMissingInputCouldNotChangeIsRaised) {
  CdiMemory m;
  EXPECT_EQ(step_cdi(CdiVersion::v2021, {0, -1.5f, nan, below}, m), cdi_alert);
  EXPECT_EQ(m, in_state(cdi_alert));
}
TEST(Cdi, NoDroughtIsNeverPublishedOnPartOfTheInputs) {
  CdiMemory m;
  EXPECT_EQ(step_cdi(CdiVersion::v2021, {0, 0, nan, nan}, m), cdi_not_assessed);
}

TEST(Cdi, EveryCodeIsAClassOfTheLegend) {
  const ClassScheme scheme = load_class_scheme(FW_SOURCE_DIR "/config", "cdi");
  for (int code = cdi_none; code <= cdi_not_assessed; ++code) EXPECT_NE(scheme.find(code), nullptr) << code;
  EXPECT_EQ(scheme.not_assessed, cdi_not_assessed);
  EXPECT_EQ(scheme.nodata, cdi_outside);
  EXPECT_EQ(scheme.classify(__builtin_nan("")), cdi_not_assessed);
}

TEST(CdiTimes, RainComesBeforeSoilAndSoilBeforeVegetation) {
  const auto pair = [](const char* dekad) {
    const CdiTiming t = pair_cdi_inputs(parse_period(dekad).value());
    return label(t.soil) + " " + label(t.rain);
  };
  EXPECT_EQ(pair("2024-03-d1"), "2024-02-d3 2024-02");
  EXPECT_EQ(pair("2024-03-d2"), "2024-03-d1 2024-02");
  EXPECT_EQ(pair("2024-03-d3"), "2024-03-d2 2024-03");
  EXPECT_EQ(pair("2024-01-d1"), "2023-12-d3 2023-12");
}

}  // namespace
}  // namespace fw
