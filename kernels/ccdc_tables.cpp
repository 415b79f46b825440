#include "kernels/ccdc_tables.h"

#include <algorithm>
#include <cmath>

#include "kernels/expect.h"
#include "kernels/gamma_functions.h"

namespace fw {
namespace {

/// The x below which a sum of five squared standard normal numbers lies with probability 1 - above.
double chi_squared_5(double above) {
  double low = 0.0, high = 1000.0;
  for (int k = 0; k < 200; ++k) {
    const double middle = 0.5 * (low + high);
    (incomplete_gamma(2.5, 0.5 * middle).upper > above ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

/// cos and sin of `waves` waves in so many days.
SinCos wave_of(double day, double length, int waves) {
  return sin_cos_exact(2.0 * pi_d * waves * (std::fmod(day, length) / length));
}

}  // namespace

std::vector<double> ccdc_tables(const std::vector<double>& days) {
  for (size_t t = 0; t < days.size(); ++t) {
    expect(days[t] >= 0.0 && days[t] <= 5e6 && days[t] == std::floor(days[t]), "ccdc_tables",
           "days must be whole numbers within 0..5e6");
    expect(t == 0 || days[t] >= days[t - 1], "ccdc_tables", "days must ascend");
  }
  std::vector<double> tables;
  // The first six see what the default sees; more observations share its probability of a false break.
  for (int peek = 0; peek <= ccdc_max_peek; ++peek)
    tables.push_back(chi_squared_5(peek <= 6 ? 0.01 : std::pow(0.01, 6.0 / peek)));
  tables.insert(tables.end(), days.begin(), days.end());
  for (const double day : days)
    for (int k = 1; k <= 3; ++k) {
      const SinCos wave = wave_of(day, ccdc_year, k);
      tables.push_back(wave.cos);
      tables.push_back(wave.sin);
    }
  const int years = days.empty() ? 0 : ccdc_years(days.back() - days.front());
  for (int n = 1; n <= std::max(years, 1); ++n)
    for (const double day : days) {
      const SinCos wave = wave_of(day, ccdc_year * n, 1);
      tables.push_back(wave.cos);
      tables.push_back(wave.sin);
    }
  return tables;
}

}  // namespace fw
