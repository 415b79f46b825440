#include <cmath>

#include "kernels/expect.h"
#include "kernels/ops_harmonic.h"
#include "kernels/special_functions.h"

namespace fw {

std::vector<double> harmonic_terms(const std::vector<double>& years, const std::vector<double>& time, double centre,
                                   double scale, int harmonics) {
  expect(years.size() == time.size(), "harmonic_terms", "years and time differ in length");
  expect(harmonics >= 1 && harmonics <= max_harmonics, "harmonic_terms", "harmonics outside 1..max_harmonics");
  expect(std::isfinite(centre) && std::isfinite(scale) && scale > 0.0, "harmonic_terms",
         "centre must be finite and scale > 0");
  std::vector<double> terms;
  for (size_t t = 0; t < years.size(); ++t) {
    expect(std::isfinite(years[t]) && std::isfinite(time[t]), "harmonic_terms", "a date is not finite");
    terms.push_back(1.0);
    terms.push_back((time[t] - centre) / scale);
    const double angle = 2.0 * pi_d * (years[t] - std::floor(years[t]));
    for (int k = 1; k <= harmonics; ++k) {
      const SinCos of = sin_cos_exact(angle * k);
      terms.push_back(of.cos);
      terms.push_back(of.sin);
    }
  }
  return terms;
}

}  // namespace fw
