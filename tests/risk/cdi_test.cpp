#include <gtest/gtest.h>

#include "core/base/class_scheme.h"
#include "core/base/error.h"
#include "core/risk/cdi_record.h"

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

class CdiFile : public testing::Test {
 protected:
  CdiRecord record{CdiVersion::v4, {Cadence::dekad, 72720}, {{3, 5, 300}, {0, 0, 0}, {6, 1, 65535}}};
  static std::string refused(std::string_view bytes, CdiVersion version, size_t pixels) {
    try {
      read_cdi_record(bytes, version, pixels);
    } catch (const InputError& e) {
      EXPECT_EQ(e.code(), "CDI_STATE");
      return e.what();
    }
    return "";
  }
};
TEST_F(CdiFile, ComesBackAsItWasWritten) {
  const CdiRecord back = read_cdi_record(write_cdi_record(record), CdiVersion::v4, 3);
  EXPECT_EQ(back.last, record.last);
  EXPECT_EQ(back.pixels, record.pixels);
}
TEST_F(CdiFile, OfAnotherVersionIsRefused) {
  EXPECT_NE(refused(write_cdi_record(record), CdiVersion::v2021, 3).find("another version"), std::string::npos);
}
TEST_F(CdiFile, OfAnotherGridCutShortChangedOrForeignIsRefused) {
  const std::string good = write_cdi_record(record);
  EXPECT_NE(refused(good, CdiVersion::v4, 4).find("3 pixels, not 4"), std::string::npos);
  for (size_t n = 0; n < good.size(); ++n) EXPECT_NE(refused(good.substr(0, n), CdiVersion::v4, 3), "") << n;
  for (size_t n = 0; n < good.size(); ++n) {
    std::string bad = good;
    bad[n] = static_cast<char>(bad[n] ^ 1);
    EXPECT_NE(refused(bad, CdiVersion::v4, 3), "") << n;
  }
}
TEST_F(CdiFile, GoingOnFromItEqualsOneLongRun) {
  const CdiInput inputs[] = {{0, -1.5f, slight, fine}, {0, -1.5f, below, fine}, {0, -1.2f, below, below},
                             {0, 0, slight, -0.3f},    {0, 0, fine, -0.3f},     {nan, 0, fine, fine},
                             {0, 0, fine, fine}};
  for (const CdiVersion version : {CdiVersion::v2021, CdiVersion::v4}) {
    CdiMemory whole, part;
    for (const CdiInput& in : inputs) {
      const uint8_t code = step_cdi(version, in, whole);
      part = read_cdi_record(write_cdi_record({version, {Cadence::dekad, 1}, {part}}), version, 1).pixels.at(0);
      EXPECT_EQ(step_cdi(version, in, part), code);
    }
    EXPECT_EQ(part, whole);
  }
}

}  // namespace
}  // namespace fw
