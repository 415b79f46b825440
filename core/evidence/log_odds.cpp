#include "core/evidence/log_odds.h"

#include <cmath>
#include <numeric>

#include "core/base/error.h"
#include "kernels/arithmetic.h"

namespace fw {
namespace {

double logit(double p) { return std::log(p / (1 - p)); }

double mean_of(const std::vector<double>& p, const std::vector<double>& w, double (*map)(double)) {
  FW_EXPECT(p.size() == w.size() && !p.empty(), "one weight per probability");
  double sum = 0;
  for (size_t i = 0; i < p.size(); ++i) sum += w[i] * map(p[i]);
  return sum / std::accumulate(w.begin(), w.end(), 0.0);
}

}  // namespace

double weight_of_report(bool yes, double reliability, double sensitivity, double false_positive_rate) {
  const double guess = (1 - reliability) / 2;
  const double hit = reliability * sensitivity + guess, false_hit = reliability * false_positive_rate + guess;
  return yes ? std::log(hit / false_hit) : std::log((1 - hit) / (1 - false_hit));
}

double dependence_of(double voices, double rho) { return voices > 1 ? 1 + rho * (voices - 1) : 1; }

double posterior_of(double prior, const std::vector<double>& weights, double rho) {
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  return logistic(logit(prior) + sum / dependence_of(static_cast<double>(weights.size()), rho));
}

double weight_of_silence(double coverage, double sensitivity, double false_positive_rate) {
  return std::log((1 - coverage * sensitivity) / (1 - coverage * false_positive_rate));
}

double linear_pool(const std::vector<double>& p, const std::vector<double>& w) {
  return mean_of(p, w, [](double v) { return v; });
}
double log_pool(const std::vector<double>& p, const std::vector<double>& w) { return logistic(mean_of(p, w, logit)); }
double extremise(double p, double a) { return logistic(a * logit(p)); }

}  // namespace fw
