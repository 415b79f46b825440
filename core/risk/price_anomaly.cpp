#include "core/risk/price_anomaly.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "kernels/arithmetic.h"

namespace fw {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct Anomaly {
  double z = nan;
  int years = 0;
};
Anomaly anomaly_of(std::span<const double> price, int t, int months, int min_years) {
  std::vector<double> earlier;
  for (int s = t % 12; s < t; s += 12) {
    const double growth = adjusted_growth(price, s, months);
    if (!std::isnan(growth)) earlier.push_back(growth);
  }
  Anomaly out;
  out.years = static_cast<int>(earlier.size());
  if (out.years < min_years) return out;
  double weight = 0, sum = 0, squares = 0;
  for (size_t k = 0; k < earlier.size(); ++k) {
    const double w = static_cast<double>(k + 1);
    weight += w;
    sum += w * earlier[k];
  }
  const double mean = sum / weight, n = static_cast<double>(earlier.size());
  for (size_t k = 0; k < earlier.size(); ++k)
    squares += static_cast<double>(k + 1) * (earlier[k] - mean) * (earlier[k] - mean);
  const double sd = std::sqrt(squares / (weight * (n - 1) / n));
  if (sd > 1e-12) out.z = (adjusted_growth(price, t, months) - mean) / sd;
  return out;
}

/// Share of the larger eigenvalue of the covariance of both growth rates in all months up to t that have both.
double share_of_first_component(std::span<const double> price, int t) {
  double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
  for (int s = 12; s <= t; ++s) {
    const double a = adjusted_growth(price, s, 3), b = adjusted_growth(price, s, 12);
    if (std::isnan(a) || std::isnan(b)) continue;
    ++n, x += a, y += b, xx += a * a, yy += b * b, xy += a * b;
  }
  if (n < 2) return 0.5;
  const double vx = xx / n - x / n * (x / n), vy = yy / n - y / n * (y / n), c = xy / n - x / n * (y / n);
  const double trace = vx + vy;
  if (!(trace > 1e-18)) return 0.5;
  return (trace + std::sqrt((vx - vy) * (vx - vy) + 4 * c * c)) / (2 * trace);
}

}  // namespace

double adjusted_growth(std::span<const double> price, int t, int months) {
  FW_EXPECT(months >= 2 && t >= 0 && static_cast<size_t>(t) < price.size(), "growth: 2 months or more, in the series");
  if (t < months) return nan;
  std::vector<double> logs;
  for (int s = t - months; s <= t; ++s) {
    const double p = price[static_cast<size_t>(s)];
    if (!(p > 0)) return nan;
    logs.push_back(log_exact(p));
  }
  const double n = months, mean = (logs.back() - logs.front()) / n;
  double squares = 0;
  for (size_t k = 1; k < logs.size(); ++k) squares += (logs[k] - logs[k - 1] - mean) * (logs[k] - logs[k - 1] - mean);
  return (exp_exact(mean) - 1) * (1 - std::sqrt(squares / (n - 1)));
}

PriceAnomaly price_anomaly(std::span<const double> price, int t, int min_years) {
  FW_EXPECT(t >= 0 && static_cast<size_t>(t) < price.size() && min_years >= 2, "IPA: a month of the series, 2 years");
  const Anomaly quarterly = anomaly_of(price, t, 3, min_years), annual = anomaly_of(price, t, 12, min_years);
  PriceAnomaly out;
  out.quarterly = quarterly.z;
  out.annual = annual.z;
  out.years = std::min(quarterly.years, annual.years);
  out.gamma = share_of_first_component(price, t);
  out.ipa = out.gamma * out.quarterly + (1 - out.gamma) * out.annual;
  return out;
}

PriceWarning classify_ipa(double ipa) {
  if (std::isnan(ipa)) return PriceWarning::not_assessed;
  return static_cast<PriceWarning>((ipa >= 0.5) + (ipa >= 1));
}

}  // namespace fw
