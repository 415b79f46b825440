// Series without values, with few, without spread: a stated result of every statistic. Settings that cannot be meant.
#include "core/base/error.h"
#include "tests/series/small_record.h"

namespace fw {
namespace {

using test::no_value;
using test::SmallRecord;

enum Kind : size_t { empty, single, few, constant, ties, kinds };

/// Pixel by pixel: no value; the last one only; the last three; one and the same; two values in turn (each January the
/// same). 20 years of months.
SmallRecord bad_series() {
  SmallRecord r;
  r.pixels = kinds;
  const auto kind = [](int t, size_t p, double level) {
    switch (p) {
      case empty:
        return no_value;
      case single:
        return t == 239 ? level : no_value;
      case few:
        return t >= 237 ? level + t - 237 : no_value;
      case constant:
        return level;
      default:
        return level + t % 2;
    }
  };
  r.x = [kind](int t, size_t p) { return kind(t, p, 50); };
  r.further["lst"] = r.further["pet"] = [kind](int t, size_t p) { return kind(t, p, 20); };
  r.bands = [kind](int b, int t, size_t p) { return kind(t, p, 10 + b) / 100; };
  return r;
}

constexpr double none = no_value, any = HUGE_VAL;
struct Expected {
  const char *statistic, *band;
  double value[kinds];  ///< empty, single, few, constant, ties; NaN: no value; infinite: any number
};

TEST(BadSeries, HaveAStatedResultInEveryStatistic) {
  const Expected table[] = {
      {"count", "count", {0, 1, 3, 240, 240}},
      {"mean", "mean", {none, 50, 51, 50, 50.5}},
      {"std", "std", {none, none, 1, 0, 0.501045}},
      {"min", "min", {none, 50, 50, 50, 50}},
      {"max", "max", {none, 50, 52, 50, 51}},
      {"runs", "run", {none, 1, 0, 240, 0}},
      {"runs", "longest", {none, 1, 1, 240, 1}},
      {"whittaker", "2010-12", {none, none, none, 50, any}},
      {"savgol", "2010-12", {none, none, none, 50, any}},
      {"climatology", "mean", {none, none, none, 50, 51}},
      {"climatology", "std", {none, none, none, 0, 0}},
      {"climatology", "p5", {none, none, none, 50, 51}},
      {"climatology", "years", {0, 1, 1, 20, 20}},
      {"diff", "diff", {none, none, none, 0, 0}},
      {"pct_median", "pct_median", {none, none, none, 100, 100}},
      {"z", "z", {none, none, none, none, none}},
      {"detrended_z", "z", {none, none, none, none, none}},
      {"detrended_z", "slope", {none, none, none, 0, 0}},
      {"vci", "vci", {none, none, none, none, none}},
      {"tci", "tci", {none, none, none, none, none}},
      {"vhi", "vhi", {none, none, none, none, none}},
      {"spi", "spi-3", {none, none, none, none, none}},
      {"spei", "spei-3", {none, none, none, none, none}},
      {"mk", "z", {none, none, none, 0, 0}},
      {"mk", "p", {none, none, none, 1, 1}},
      {"mk", "count", {0, 1, 3, 240, 240}},
      {"mk_original", "z", {none, none, none, 0, any}},
      {"mk_original", "slope", {none, none, none, 0, 0}},
      {"mk_hamed_rao", "z", {none, none, none, 0, any}},
      {"mk_pre_whitening", "p", {none, none, none, 1, any}},
      {"sen", "slope", {none, none, none, 0, 0}},
      {"ols", "slope", {none, none, 12, 0, any}},
      {"ols", "p", {none, none, 0, 1, any}},
      {"harmonic", "amplitude-1", {none, none, none, 0, any}},
      {"harmonic", "phase-1", {none, none, none, none, any}},
      {"harmonic", "sigma", {none, none, none, 0, any}},
      {"bfast", "break", {none, none, none, none, 0}},
      {"phenology", "start", {none, none, none, none, any}},
      {"phenology", "state", {none, none, none, none, any}},
      {"ccdc", "segments", {none, none, none, 1, 1}},
      {"ccdc", "breaks", {none, none, none, 0, 0}},
  };
  const SmallRecord r = bad_series();
  SeriesSettings s;
  s.runs.threshold = 51;
  std::set<std::string> covered;
  for (const auto& row : table) {
    covered.insert(row.statistic);
    const auto values = r.band(row.statistic, row.band, s);
    for (size_t k = 0; k < kinds; ++k) {
      const std::string where = std::string(row.statistic) + " " + row.band + " of kind " + std::to_string(k);
      if (std::isnan(row.value[k]))
        EXPECT_TRUE(std::isnan(values[k])) << where << ": " << values[k];
      else if (std::isinf(row.value[k]))
        EXPECT_TRUE(std::isfinite(values[k])) << where << ": " << values[k];
      else
        EXPECT_NEAR(values[k], row.value[k], 1e-4) << where;
    }
  }
  for (const auto& statistic : series_statistics()) {
    EXPECT_TRUE(covered.count(statistic.name) || statistic.name.rfind("mk_", 0) == 0)
        << statistic.name << " is not in the table";
    const StatisticResult result = r.run(statistic.name, s);
    for (const float v : result.values) EXPECT_FALSE(std::isinf(v)) << statistic.name;
    for (const uint8_t flag : result.flags)
      EXPECT_TRUE(flag == flag_no_value || flag < 32) << statistic.name << " " << int{flag};
  }
}

TEST(BadSeries, AreNoReasonToFailWhereTheRecordIsOneStep) {
  SmallRecord r = bad_series();
  r.times = 1;
  SeriesSettings s;
  s.runs.threshold = 51;
  for (const auto& statistic : series_statistics()) {
    if (statistic.name == "bfast") continue;  // nothing to monitor: refused before work starts
    for (const float v : r.run(statistic.name, s).values) EXPECT_FALSE(std::isinf(v)) << statistic.name;
  }
}

std::string refusal(const std::string& statistic, const std::function<void(SeriesSettings&)>& change,
                    const SmallRecord& record = bad_series()) {
  SeriesSettings s;
  change(s);
  try {
    check_series_statistic(series_statistic(statistic), s, record.shape());
  } catch (const ConfigError& e) {
    return e.code();
  }
  return "";
}

TEST(Settings, ThatCannotBeMeantAreRefusedBeforeWorkStarts) {
  const auto range = [](const std::string& statistic, const std::function<void(SeriesSettings&)>& change) {
    EXPECT_EQ(refusal(statistic, change), "RANGE") << statistic;
  };
  for (const double lambda : {0.0, -1.0, no_value, HUGE_VAL})
    range("whittaker", [&](auto& s) { s.smooth.choice = LambdaChoice::fixed, s.smooth.lambda = lambda; });
  range("whittaker", [](auto& s) { s.smooth.asymmetry = 1; });
  range("whittaker", [](auto& s) { s.smooth.choice = LambdaChoice::gcv, s.smooth.asymmetry = 0.9; });
  range("whittaker", [](auto& s) { s.smooth.max_extrapolation = -1; });
  for (const int window : {0, 1, 6, 73}) range("savgol", [&](auto& s) { s.smooth.window = window; });
  range("savgol", [](auto& s) { s.smooth.order = 7, s.smooth.window = 9; });
  range("savgol", [](auto& s) { s.smooth.order = 3, s.smooth.window = 3; });
  for (const char* statistic : {"z", "vci", "spi", "phenology", "runs", "climatology", "diff"})
    range(statistic, [](auto& s) { s.runs.threshold = 1, s.target = Period{Cadence::month, 2031 * 12}; });
  range("z", [](auto& s) { s.target = Period{Cadence::dekad, 2000 * 36}; });
  range("z", [](auto& s) { s.reference_from = Date{2005, 1, 1}, s.reference_to = Date{2000, 1, 1}; });
  range("climatology", [](auto& s) { s.percentiles = {101}; });
  range("climatology", [](auto& s) { s.percentiles.assign(10, 50); });
  range("spi", [](auto& s) { s.spi.scales = {0}; });
  range("spi", [](auto& s) { s.spi.scales = {73}; });
  range("spi", [](auto& s) { s.spi.scales = {3, 3}; });
  range("spi", [](auto& s) { s.spi.scales = {}; });
  range("runs", [](auto&) {});
  range("runs", [](auto& s) { s.runs.threshold = 1, s.runs.needed = 0; });
  range("harmonic", [](auto& s) { s.harmonics = 4; });
  range("bfast", [](auto& s) { s.breaks.window = 0.3; });
  range("bfast", [](auto& s) { s.breaks.level = 0.2; });
  range("bfast", [](auto& s) { s.breaks.monitor_from = Date{1990, 1, 1}; });
  range("bfast", [](auto& s) { s.breaks.monitor_from = Date{2011, 1, 1}; });
  range("bfast", [](auto& s) { s.breaks.monitor_from = Date{1991, 3, 1}; });
  range("phenology", [](auto& s) { s.season.start = 0; });
  range("phenology", [](auto& s) { s.season.senescence = 0.1; });
  range("ccdc", [](auto& s) { s.max_segments = 0; });
}

TEST(Settings, AFurtherSeriesThatIsMissingIsNamed) {
  SmallRecord r = bad_series();
  r.further.clear();
  r.bands = nullptr;
  for (const char* statistic : {"vhi", "spei", "ccdc"})
    EXPECT_EQ(refusal(
                  statistic, [](auto&) {}, r),
              "SERIES_NEEDED")
        << statistic;
  r.further["t_min"] = r.x;
  EXPECT_EQ(refusal(
                "spei", [](auto&) {}, r),
            "SERIES_NEEDED")
      << "Hargreaves needs both";
  r.further = {{"t_mean", r.x}};
  r.cadence = Cadence::dekad;
  EXPECT_EQ(refusal(
                "spei", [](auto&) {}, r),
            "RANGE")
      << "Thornthwaite is monthly";
  EXPECT_THROW(series_statistic("nonsense"), ConfigError);
}

}  // namespace
}  // namespace fw
