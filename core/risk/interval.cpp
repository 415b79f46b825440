#include "core/risk/interval.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/text.h"
#include "core/risk/resample.h"

namespace fw {
namespace {

constexpr double logistic_per_deviation = 1.702;  // logistic that is nearest to a normal of the same deviation

double median_of_years(std::vector<std::pair<double, double>> values, double total) {
  std::sort(values.begin(), values.end());
  double below = 0;
  for (size_t k = 0; k < values.size(); ++k) {
    below += values[k].second;
    if (below > total / 2) return values[k].first;
    if (below == total / 2) return (values[k].first + values[k + 1].first) / 2;
  }
  return nan_d();
}

/// Share of the area beyond its threshold when every pixel moves by `shift`; towards the bad end where `worse` > 0.
double moved_share(double share, const IndicatorRow& row, double shift, bool rising_is_worse) {
  if (!(row.stddev > 0) || row.valid_pixels == 0) return share;
  const double least = 0.5 / static_cast<double>(row.valid_pixels), from = std::clamp(share, least, 1 - least);
  const double move = logistic_per_deviation * shift / row.stddev * (rising_is_worse ? 1 : -1);
  return std::clamp(share + logistic_of(std::log(from / (1 - from)) + move) - from, 0.0, 1.0);
}

double moved_membership(const RiskFactor& f, double value, const IndicatorRow& row, double shift) {
  const double moved = f.unit_statistic == "mean" ? value + shift : moved_share(value, row, shift, f.one > f.zero);
  return ramp(moved, f.unit_zero, f.unit_one);
}

std::string describe_interval(const RiskRow& row, int years, const std::vector<std::string>& missing) {
  std::string out = "90 % interval of the likelihood " + format_fixed(row.low, 2) + " to " + format_fixed(row.high, 2);
  std::vector<std::string> why;
  if (years > 0) why.push_back("other reference years, of " + std::to_string(years));
  if (!missing.empty()) why.push_back("anything of what is missing: " + join(missing, ", "));
  return out + (why.empty() ? "" : " (" + join(why, "; ") + ")");
}

}  // namespace

double statistic_of_years(const std::string& statistic, double x, const std::vector<float>& value,
                          const std::vector<double>& times) {
  double n = 0, sum = 0, low = std::numeric_limits<double>::infinity(), high = -low;
  for (size_t y = 0; y < value.size(); ++y) {
    if (is_nan(value[y]) || !(times[y] > 0)) continue;
    const double v = value[y];
    n += times[y];
    sum += times[y] * v;
    low = std::min(low, v);
    high = std::max(high, v);
  }
  if (n < 2) return nan_d();
  const double mean = sum / n;
  if (statistic == "difference") return x - mean;
  if (statistic == "vci") return high > low ? std::clamp(100 * (x - low) / (high - low), 0.0, 100.0) : nan_d();
  if (statistic == "tci") return high > low ? std::clamp(100 * (high - x) / (high - low), 0.0, 100.0) : nan_d();
  if (statistic == "percent_of_median") {
    std::vector<std::pair<double, double>> values;
    for (size_t y = 0; y < value.size(); ++y)
      if (!is_nan(value[y]) && times[y] > 0) values.emplace_back(value[y], times[y]);
    const double median = median_of_years(std::move(values), n);
    return median > 0 ? 100 * x / median : nan_d();
  }
  if (statistic != "z" && statistic != "spi" && statistic != "detrended_z") return nan_d();
  double squares = 0;
  for (size_t y = 0; y < value.size(); ++y)
    if (!is_nan(value[y]) && times[y] > 0) squares += times[y] * (value[y] - mean) * (value[y] - mean);
  const double deviation = std::sqrt(squares / (n - 1));
  return deviation > 0 ? std::clamp((x - mean) / deviation, -6.0, 6.0) : nan_d();
}

YearDraws::YearDraws(const UnitReference& reference, int year) {
  const auto years = static_cast<size_t>(reference.years);
  const int own = year - reference.first_year;
  own_ = own >= 0 && own < reference.years ? static_cast<size_t>(own) : years;
  const size_t blocks = years - (own_ < years ? 1 : 0);
  SplitMix random(interval_seed);
  for (int d = 0; d < interval_draws && blocks > 0; ++d) {
    std::vector<double> times = draw_blocks(random, blocks);
    if (own_ < years) times.insert(times.begin() + static_cast<std::ptrdiff_t>(own_), 0.0);
    times_.push_back(std::move(times));
  }
}

Spread YearDraws::spread(const UnitReferenceRow& row, double x) const {
  Spread out;
  std::vector<double> once(row.value.size(), 1);
  if (own_ < once.size()) once[own_] = 0;
  for (size_t y = 0; y < once.size(); ++y) out.years += once[y] > 0 && !is_nan(row.value[y]);
  const double s = statistic_of_years(row.statistic, x, row.value, once);
  for (const auto& times : times_) out.shift.push_back(statistic_of_years(row.statistic, x, row.value, times) - s);
  return out;
}

void add_interval(const RiskLayer& layer, const UnitInputs& unit, const UnitReference* reference,
                  const YearDraws* draws, RiskRow& row) {
  if (std::isnan(row.likelihood) || !reference || !draws) return;
  std::vector<std::string> missing, few;
  std::vector<Spread> spreads(layer.factors.size());
  double total = 0, missing_weight = 0, seen = 0;
  int least_years = std::numeric_limits<int>::max();
  for (size_t k = 0; k < layer.factors.size(); ++k) {
    const RiskFactor& f = layer.factors[k];
    total += f.weight;
    if (std::isnan(unit.factors[k].membership)) {
      missing_weight += f.weight;
      if (f.weight > 0) missing.push_back(f.title);
      continue;
    }
    seen += f.weight * unit.factors[k].coverage;
    const UnitReferenceRow* past = reference->find(row.pcode, f.indicator, place_in_year(row.period));
    if (!past || !(f.weight > 0)) continue;  // a plain value rests on no reference
    spreads[k] = draws->spread(*past, unit.rows[k]->series_mean);
    least_years = std::min(least_years, spreads[k].years);
    if (spreads[k].years < interval_min_years) few.push_back(f.title + " (" + std::to_string(spreads[k].years) + ")");
  }
  if (!few.empty()) {
    row.reasons.push_back("No interval of the likelihood: " + std::to_string(interval_min_years) +
                          " reference years are needed; there are fewer for " + join(few, ", "));
    return;
  }
  seen = std::clamp(seen / total, 0.0, 1.0);
  std::vector<double> low, high;
  for (size_t d = 0; d < static_cast<size_t>(interval_draws); ++d) {
    double sum = 0;
    for (size_t k = 0; k < layer.factors.size(); ++k) {
      if (std::isnan(unit.factors[k].membership)) continue;
      const double shift = spreads[k].shift.empty() ? 0 : spreads[k].shift[d];
      sum += layer.factors[k].weight * (shift == 0
                                            ? unit.factors[k].membership
                                            : moved_membership(layer.factors[k], unit.value[k], *unit.rows[k], shift));
    }
    low.push_back(likelihood_of_score(layer, unit, sum / total, seen));
    high.push_back(likelihood_of_score(layer, unit, (sum + missing_weight) / total, seen));
  }
  const double lowest = middle_90(low).low, highest = middle_90(high).high;
  if (std::isnan(lowest) || std::isnan(highest)) {
    row.reasons.push_back("No interval of the likelihood: the reference years hardly differ");
    return;
  }
  row.low = std::min(lowest, row.likelihood);
  row.high = std::max(highest, row.likelihood);
  row.reasons.push_back(
      describe_interval(row, least_years == std::numeric_limits<int>::max() ? 0 : least_years, missing));
}

}  // namespace fw
