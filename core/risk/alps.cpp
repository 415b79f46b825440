#include "core/risk/alps.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/error.h"

namespace fw {
namespace {
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr int min_freedom = 12;  // fewer say little about a spread [own]
}  // namespace

AlpsFit fit_alps(std::span<const double> price, int first_month, int fit_months) {
  FW_EXPECT(first_month >= 0 && first_month < 12 && fit_months >= 0 && static_cast<size_t>(fit_months) <= price.size(),
            "ALPS: a calendar month 0..11 and months within the series");
  AlpsFit fit;
  fit.sd = nan;
  // Least squares with a level per calendar month: what is left of both once the month's mean is taken away.
  double n[12] = {}, sum_t[12] = {}, sum_p[12] = {};
  const auto each = [&](auto&& use) {
    for (int t = 0; t < fit_months; ++t)
      if (!std::isnan(price[static_cast<size_t>(t)])) use(t, (first_month + t) % 12, price[static_cast<size_t>(t)]);
  };
  each([&](int t, int m, double p) {
    ++n[m];
    sum_t[m] += t;
    sum_p[m] += p;
    ++fit.prices;
  });
  double tt = 0, tp = 0;
  each([&](int t, int m, double p) {
    const double dt = t - sum_t[m] / n[m];
    tt += dt * dt;
    tp += dt * (p - sum_p[m] / n[m]);
  });
  fit.slope = tt > 0 ? tp / tt : nan;
  int months = 0;
  for (int m = 0; m < 12; ++m) {
    months += n[m] > 0;
    fit.level[m] = n[m] > 0 ? (sum_p[m] - fit.slope * sum_t[m]) / n[m] : nan;
  }
  const int freedom = fit.prices - months - 1;
  if (freedom < min_freedom) return fit;
  double squares = 0;
  each([&](int t, int m, double p) { squares += (p - fit.expect(t, m)) * (p - fit.expect(t, m)); });
  fit.sd = std::sqrt(squares / freedom);
  return fit;
}

double alps_z(const AlpsFit& fit, double price, int t, int calendar_month) {
  FW_EXPECT(calendar_month >= 0 && calendar_month < 12, "ALPS: a calendar month 0..11");
  // A spread that is rounding error of the prices is none.
  const double expected = fit.expect(t, calendar_month);
  if (!(fit.sd > 1e-9 * std::max(1.0, std::abs(expected)))) return nan;
  return (price - expected) / fit.sd;
}

PriceStress classify_alps(double z) {
  if (std::isnan(z)) return PriceStress::not_assessed;
  return static_cast<PriceStress>((z >= 0.25) + (z >= 1) + (z >= 2));
}

std::string describe(PriceStress stress) {
  constexpr const char* words[] = {"not assessed", "normal", "stress", "alert", "crisis"};
  return words[static_cast<int>(stress) + 1];
}

}  // namespace fw
