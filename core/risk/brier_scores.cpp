#include "core/risk/brier_scores.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "core/base/error.h"
#include "kernels/arithmetic.h"

namespace fw {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double z_95 = 1.959963984540054;

double frequency(std::span<const Verified> pairs) {
  double events = 0;
  for (const Verified& p : pairs) events += p.event;
  return events / static_cast<double>(pairs.size());
}

struct Group {
  std::vector<double> forecasts;
  double sum = 0, events = 0;
  void add(const Verified& p) {
    forecasts.push_back(p.forecast);
    sum += p.forecast;
    events += p.event;
  }
  double n() const { return static_cast<double>(forecasts.size()); }
  double mean() const { return sum / n(); }
  double rate() const { return events / n(); }
};
template <class Groups>
BrierParts parts_of(const Groups& groups, std::span<const Verified> pairs) {
  const double n = static_cast<double>(pairs.size()), base = frequency(pairs);
  BrierParts out;
  out.uncertainty = base * (1 - base);
  for (const Group& g : groups) {
    if (g.forecasts.empty()) continue;
    const double f = g.mean(), o = g.rate();
    out.reliability += g.n() / n * (f - o) * (f - o);
    out.resolution += g.n() / n * (o - base) * (o - base);
    for (const double v : g.forecasts) out.within_variance += (v - f) * (v - f) / n;
  }
  return out;
}

}  // namespace

std::vector<Verified> assessed_only(std::span<const Verified> pairs) {
  std::vector<Verified> out;
  for (const Verified& p : pairs) {
    if (std::isnan(p.forecast)) continue;
    if (p.forecast < 0 || p.forecast > 1)
      throw InputError("RANGE", "a forecast to verify is not a probability 0..1. Correct it");
    out.push_back(p);
  }
  return out;
}

double brier_score(std::span<const Verified> pairs) {
  double sum = 0;
  for (const Verified& p : pairs) sum += (p.forecast - p.event) * (p.forecast - p.event);
  return pairs.empty() ? nan : sum / static_cast<double>(pairs.size());
}

double log_loss(std::span<const Verified> pairs) {
  double sum = 0;
  for (const Verified& p : pairs) sum -= log_exact(p.event ? p.forecast : 1 - p.forecast);
  return pairs.empty() ? nan : sum / static_cast<double>(pairs.size());
}

BrierParts split_brier(std::span<const Verified> pairs) {
  std::map<double, Group> by_value;
  for (const Verified& p : pairs) by_value[p.forecast].add(p);
  std::vector<Group> groups;
  for (auto& [value, group] : by_value) groups.push_back(std::move(group));
  BrierParts out = parts_of(groups, pairs);
  out.within_variance = 0;  // rounding of a mean of equal numbers
  return out;
}

Reliability reliability_of(std::span<const Verified> pairs, int bins) {
  FW_EXPECT(bins >= 2, "two bins or more");
  const double width = 1.0 / bins, n = static_cast<double>(pairs.size());
  const auto bin_of = [&](double f) {
    int k = std::clamp(static_cast<int>(f * bins), 0, bins - 1);
    while (k > 0 && f < k * width) --k;
    while (k + 1 < bins && f >= (k + 1) * width) ++k;
    return static_cast<size_t>(k);
  };
  std::vector<Group> groups(static_cast<size_t>(bins));
  for (const Verified& p : pairs) groups[bin_of(p.forecast)].add(p);
  Reliability out;
  out.parts = parts_of(groups, pairs);
  for (const Verified& p : pairs) {
    const Group& g = groups[bin_of(p.forecast)];
    out.parts.within_covariance += 2 / n * (p.forecast - g.mean()) * (p.event - g.rate());
  }
  for (size_t k = 0; k < groups.size(); ++k) {
    const Group& g = groups[k];
    const double m = g.n();
    ReliabilityBin bin{
        static_cast<double>(k) * width, static_cast<double>(k + 1) * width, static_cast<int>(m), nan, nan, nan, nan};
    if (m > 0) {
      bin.mean_forecast = g.mean();
      bin.frequency = g.rate();
      const double zz = z_95 * z_95, middle = (bin.frequency + zz / (2 * m)) / (1 + zz / m);
      const double half = z_95 / (1 + zz / m) * std::sqrt(bin.frequency * (1 - bin.frequency) / m + zz / (4 * m * m));
      bin.low = middle - half;
      bin.high = middle + half;
      out.calibration_error += m / n * std::abs(bin.mean_forecast - bin.frequency);
    }
    out.bins.push_back(bin);
  }
  return out;
}

double Isotonic::recalibrate(double f) const {
  if (std::isnan(f) || forecast.empty()) return nan;
  const auto above = std::upper_bound(forecast.begin(), forecast.end(), f);
  if (above == forecast.begin()) return frequency.front();
  if (above == forecast.end()) return frequency.back();
  const size_t k = static_cast<size_t>(above - forecast.begin());
  const double part = (f - forecast[k - 1]) / (forecast[k] - forecast[k - 1]);
  return frequency[k - 1] + part * (frequency[k] - frequency[k - 1]);
}

Isotonic fit_isotonic(std::span<const Verified> pairs) {
  std::map<double, Group> by_value;
  for (const Verified& p : pairs) by_value[p.forecast].add(p);
  struct Pool {
    double events, n;
    size_t values;
  };
  std::vector<Pool> pools;
  Isotonic out;
  for (const auto& [value, group] : by_value) {
    out.forecast.push_back(value);
    pools.push_back({group.events, group.n(), 1});
    while (pools.size() > 1) {
      Pool& before = pools[pools.size() - 2];
      const Pool& last = pools.back();
      if (before.events * last.n < last.events * before.n) break;
      before.events += last.events, before.n += last.n, before.values += last.values;
      pools.pop_back();
    }
  }
  for (const Pool& pool : pools) out.frequency.insert(out.frequency.end(), pool.values, pool.events / pool.n);
  return out;
}

CorpParts split_corp(std::span<const Verified> pairs) {
  const Isotonic isotonic = fit_isotonic(pairs);
  std::vector<Verified> recalibrated(pairs.begin(), pairs.end());
  for (Verified& p : recalibrated) p.forecast = isotonic.recalibrate(p.forecast);
  const double base = frequency(pairs), uncertainty = base * (1 - base), best = brier_score(recalibrated);
  return {brier_score(pairs) - best, uncertainty - best, uncertainty};
}

double ranked_probability_score(std::span<const double> probability, int observed) {
  FW_EXPECT(observed >= 0 && static_cast<size_t>(observed) < probability.size(), "observed class out of range");
  double sum = 0, forecast = 0;
  for (size_t k = 0; k < probability.size(); ++k) {
    forecast += probability[k];
    const double difference = forecast - (static_cast<int>(k) >= observed ? 1 : 0);
    sum += difference * difference;
  }
  return sum;
}

}  // namespace fw
