// Whittaker and Savitzky-Golay against ../shared/oracles/02_*: WFP's HDC, an independent sparse solve, scipy.
#include "oracle.h"

namespace fw {
namespace {

constexpr const char* csv = "oracles/02_whittaker_savgol.csv";

class SmoothOracle : public OnEachBackend {
 protected:
  struct Curve {
    std::vector<double> z;
    double lambda, lag1;
  };
  /// The series of the file: -3000 is no value.
  static std::vector<double> series(const std::map<std::string, std::vector<double>>& columns) {
    std::vector<double> x = columns.at("y");
    for (size_t t = 0; t < x.size(); ++t)
      if (columns.at("w")[t] == 0.0) x[t] = std::nan("");
    return x;
  }
  Curve smooth(const std::vector<double>& x, LambdaChoice choice, double lambda, LambdaGrid grid, double p,
               bool robust) {
    Buffer<double> in = up(x), out = room<double>(x.size());
    Buffer<float> lambda_out = room<float>(1), lag1 = room<float>(1);
    backend().run(Whittaker<double>{in.data(), nullptr, static_cast<int>(x.size()), 1, choice, lambda, grid, p, robust,
                                    5, 3, 0, out.data(), nullptr, nullptr, lambda_out.data(), lag1.data(), nullptr,
                                    nullptr});
    return {down(out), static_cast<double>(down(lambda_out)[0]), static_cast<double>(down(lag1)[0])};
  }
};
FW_ON_EACH_BACKEND(SmoothOracle);

TEST_P(SmoothOracle, WhittakerWithFixedLambda) {
  FW_NEEDS_SHARED(file, csv);
  const auto columns = oracle::read_columns(file);
  oracle::Comparison seen("02_whittaker_savgol.csv (fixed lambda)", 1e-9);
  for (const int lambda : {1, 10, 100, 3200}) {
    const std::string name = "ws2d_lambda" + std::to_string(lambda);
    seen.compare_all(smooth(series(columns), LambdaChoice::fixed, lambda, {}, 0.5, false).z, columns.at(name), name);
  }
}

TEST_P(SmoothOracle, VCurveSymmetricAndAsymmetric) {
  FW_NEEDS_SHARED(file, csv);
  const auto columns = oracle::read_columns(file);
  const auto x = series(columns);
  oracle::Comparison seen("02_whittaker_savgol.csv (V-curve, p 0.9)", 1e-9);
  const Curve envelope = smooth(x, LambdaChoice::v_curve, 0.0, {}, 0.9, false);
  seen.compare_all(envelope.z, columns.at("vcurve_p0.9_B_float"), "vcurve_p0.9_B_float");
  EXPECT_NEAR(envelope.lambda, 19.952623149688808, 1e-5);
  const Curve even = smooth(x, LambdaChoice::v_curve, 0.0, {}, 0.5, false);
  EXPECT_NEAR(even.lambda, 31.622776601683793, 1e-5);
  EXPECT_NEAR(even.lag1, 0.6231952554262143, 1e-6);
  oracle::Comparison rounded("02_whittaker_savgol.csv (V-curve, rounded to integers)", 0.0);
  for (size_t t = 0; t < x.size(); ++t)
    rounded.compare(std::nearbyint(even.z[t]), columns.at("vcurve_B_int16")[t], "row " + std::to_string(t));
}

TEST_P(SmoothOracle, SRangeRuleTakesTheLowerGridAtHighLagOne) {
  FW_NEEDS_SHARED(file, csv);
  const auto x = series(oracle::read_columns(file));
  LambdaGrid by_rule, low;
  by_rule.by_lag1 = true;
  low.first = -2.0;
  const Curve a = smooth(x, LambdaChoice::v_curve, 0.0, by_rule, 0.9, false);
  const Curve b = smooth(x, LambdaChoice::v_curve, 0.0, low, 0.9, false);
  EXPECT_EQ(a.lambda, b.lambda);
  EXPECT_EQ(a.z, b.z);
  EXPECT_LT(a.lambda, 10.0);
}

TEST_P(SmoothOracle, GcvPlainAndRobust) {
  FW_NEEDS_SHARED(file, csv);
  const auto columns = oracle::read_columns(file);
  oracle::Comparison plain("02_whittaker_savgol.csv (GCV, rounded to integers)", 0.0);
  // The reference counts its ten fill values (-3000) among the residuals of the first median absolute deviation; with
  // that done here too, all rows are equal.
  oracle::Comparison trusted("02_whittaker_savgol.csv (robust GCV, rounded to integers)", 2.5e-3);
  for (const bool robust : {false, true}) {
    const Curve curve = smooth(series(columns), LambdaChoice::gcv, 0.0, {}, 0.5, robust);
    EXPECT_NEAR(curve.lambda, robust ? 2.51188643150958 : 15.848931924611142, 1e-5);
    const auto& expected = columns.at(robust ? "gcv_robust_B_int16" : "gcv_B_int16");
    for (size_t t = 0; t < curve.z.size(); ++t)
      (robust ? trusted : plain).compare(std::nearbyint(curve.z[t]), expected[t], "row " + std::to_string(t));
  }
}

TEST_P(SmoothOracle, SavitzkyGolay) {
  FW_NEEDS_SHARED(file, csv);
  const auto columns = oracle::read_columns(file);
  const auto x = series(columns);
  oracle::Comparison seen("02_whittaker_savgol.csv (Savitzky-Golay)", 1e-9);
  for (const auto& [window, order] : {std::pair{5, 2}, {7, 2}, {11, 3}}) {
    Buffer<double> in = up(x), out = room<double>(x.size());
    backend().run(SavitzkyGolay<double>{in.data(), nullptr, static_cast<int>(x.size()), 1, window, order, 5, 3,
                                        out.data(), nullptr, nullptr});
    const std::string name = "savgol_w" + std::to_string(window) + "_p" + std::to_string(order) + "_interp";
    seen.compare_all(down(out), columns.at(name), name);
  }
}

}  // namespace
}  // namespace fw
