// Mann-Kendall, Theil-Sen and the least-squares line against ../shared/oracles/04_trend.json: pyMannKendall, scipy,
// WFP's HDC.
#include <nlohmann/json.hpp>

#include "oracle.h"

namespace fw {
namespace {

using nlohmann::json;
constexpr const char* trend_json = "oracles/04_trend.json";

struct NamedTest {
  const char* name;
  TrendTest test;
  int period;
};
constexpr NamedTest named_tests[] = {
    {"original_test", TrendTest::original, 1},
    {"hamed_rao_modification_test", TrendTest::hamed_rao, 1},
    {"yue_wang_modification_test", TrendTest::yue_wang, 1},
    {"pre_whitening_modification_test", TrendTest::pre_whitening, 1},
    {"trend_free_pre_whitening_modification_test", TrendTest::trend_free_pre_whitening, 1},
    {"seasonal_test_p12", TrendTest::seasonal, 12}};

std::vector<double> values(const json& list) {
  std::vector<double> x;
  for (const json& v : list) x.push_back(v.is_null() ? std::nan("") : v.get<double>());
  return x;
}
std::vector<double> without_gaps(std::vector<double> x) {
  std::erase_if(x, [](double v) { return std::isnan(v); });
  return x;
}

class TrendOracle : public OnEachBackend {
 protected:
  std::vector<double> mann_kendall(const std::vector<double>& x, TrendTest test, int period) {
    Buffer<double> in = up(x), out = room<double>(trend_statistic_count);
    MannKendall<double> op;
    op.x = in.data();
    op.times = static_cast<int>(x.size());
    op.pixels = 1;
    op.test = test;
    op.period = period;
    for (size_t k = 0; k < trend_statistic_count; ++k) op.out[k] = out.at(k);
    backend().run(op);
    return down(out);
  }
  static double of(const std::vector<double>& out, TrendStatistic s) { return out[static_cast<size_t>(s)]; }
};
FW_ON_EACH_BACKEND(TrendOracle);

TEST_P(TrendOracle, MannKendallAndTheilSen) {
  FW_NEEDS_SHARED(file, trend_json);
  oracle::Comparison seen("04_trend.json (Mann-Kendall, Theil-Sen)", 1e-9);
  const json cases = json::parse(test::read_text(file));
  for (const auto& [series, expected] : cases.items()) {
    const auto x = values(expected.at("x"));
    for (const NamedTest& t : named_tests) {
      if (!expected.contains(t.name)) continue;
      const json& e = expected.at(t.name);
      const auto out = mann_kendall(x, t.test, t.period);
      const std::string where = series + " " + t.name + " ";
      seen.compare(of(out, TrendStatistic::slope), e.at("slope"), where + "slope");
      seen.compare(of(out, TrendStatistic::intercept), e.at("intercept"), where + "intercept");
      seen.compare(of(out, TrendStatistic::tau), e.at("Tau"), where + "tau");
      seen.compare(of(out, TrendStatistic::s), e.at("s"), where + "s");
      seen.compare(of(out, TrendStatistic::variance), e.at("var_s"), where + "variance");
      seen.compare(of(out, TrendStatistic::z), e.at("z"), where + "z");
      seen.compare(of(out, TrendStatistic::p), e.at("p"), where + "p");
    }
  }
}

TEST_P(TrendOracle, TheilSenOfScipyAndHdc) {
  FW_NEEDS_SHARED(file, trend_json);
  oracle::Comparison seen("04_trend.json (scipy and HDC)", 1e-9);
  const json cases = json::parse(test::read_text(file));
  for (const auto& [series, expected] : cases.items()) {
    const auto out = mann_kendall(without_gaps(values(expected.at("x"))), TrendTest::original, 1);
    if (expected.contains("scipy_theilslopes_on_valid_reindexed")) {
      const json& e = expected.at("scipy_theilslopes_on_valid_reindexed");
      seen.compare(of(out, TrendStatistic::slope), e.at(0), series + " scipy slope");
      seen.compare(of(out, TrendStatistic::intercept), e.at(1), series + " scipy intercept");
    }
    if (expected.contains("hdc_tau_p_slope_trend")) {
      const json& e = expected.at("hdc_tau_p_slope_trend");
      seen.compare(of(out, TrendStatistic::tau), e.at(0), series + " HDC tau");
      seen.compare(of(out, TrendStatistic::p), e.at(1), series + " HDC p");
      seen.compare(of(out, TrendStatistic::slope), e.at(2), series + " HDC slope");
    }
  }
}

TEST_P(TrendOracle, LeastSquaresLine) {
  FW_NEEDS_SHARED(file, trend_json);
  oracle::Comparison seen("04_trend.json (least squares)", 1e-9);
  const json cases = json::parse(test::read_text(file));
  for (const auto& [series, expected] : cases.items()) {
    if (!expected.contains("ols")) continue;
    const auto x = without_gaps(values(expected.at("x")));
    std::vector<double> t(x.size());
    for (size_t i = 0; i < t.size(); ++i) t[i] = static_cast<double>(i);
    Buffer<double> in = up(x), dates = up(t), out = room<double>(line_statistic_count);
    LinearTrend<double> op;
    op.x = in.data();
    op.t = dates.data();
    op.times = static_cast<int>(x.size());
    op.pixels = 1;
    for (size_t k = 0; k < line_statistic_count; ++k) op.out[k] = out.at(k);
    backend().run(op);
    const auto got = down(out);
    const json& e = expected.at("ols");
    seen.compare(got[static_cast<size_t>(LineStatistic::slope)], e.at("slope"), series + " slope");
    seen.compare(got[static_cast<size_t>(LineStatistic::intercept)], e.at("intercept"), series + " intercept");
    seen.compare(got[static_cast<size_t>(LineStatistic::slope_error)], e.at("stderr"), series + " error of slope");
    seen.compare(got[static_cast<size_t>(LineStatistic::p)], e.at("p"), series + " p");
  }
}

}  // namespace
}  // namespace fw
