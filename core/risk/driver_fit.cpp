// fit_driver_model.
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <tuple>

#include "core/base/error.h"
#include "core/risk/driver_model.h"

namespace fw {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double ridges[] = {0.1, 1, 10, 100};
constexpr int min_years = 5;  // fewer year blocks give no interval worth the name [own]

bool is_complete(const DriverSample& s) {
  return s.level > 0 && std::none_of(s.drivers.begin(), s.drivers.end(), [](double v) { return std::isnan(v); });
}

/// Rows that can be learnt from, standardised; levels that occur become 0, 1 …
struct Learning {
  OrdinalData data;
  std::vector<double> mean, sd;
  std::vector<int> year, found;  ///< found: levels that occur, ascending
};
Learning prepare(const std::vector<DriverSample>& samples, size_t drivers) {
  Learning out;
  std::set<int> found;
  for (const DriverSample& s : samples)
    if (is_complete(s)) found.insert(s.level);
  out.found.assign(found.begin(), found.end());
  if (out.found.size() < 2)
    throw InputError("FIT_SAMPLE",
                     "the history to learn from holds fewer than two levels (nothing to tell apart). Give "
                     "more years or areas, with their drivers");
  out.data.drivers = drivers;
  out.data.levels = static_cast<int>(out.found.size());
  out.mean.assign(drivers, 0);
  out.sd.assign(drivers, 0);
  for (const DriverSample& s : samples) {
    if (!is_complete(s)) continue;
    out.data.x.insert(out.data.x.end(), s.drivers.begin(), s.drivers.end());
    out.data.level.push_back(static_cast<int>(std::distance(found.begin(), found.find(s.level))));
    out.year.push_back(s.year);
  }
  const double n = static_cast<double>(out.data.rows());
  for (size_t k = 0; k < drivers; ++k) {
    for (size_t row = 0; row < out.data.rows(); ++row) out.mean[k] += out.data.x[row * drivers + k] / n;
    double squares = 0;
    for (size_t row = 0; row < out.data.rows(); ++row) {
      const double d = out.data.x[row * drivers + k] - out.mean[k];
      squares += d * d;
    }
    out.sd[k] = std::sqrt(squares / n);
    if (!(out.sd[k] > 1e-9)) out.sd[k] = 0;
    for (size_t row = 0; row < out.data.rows(); ++row) {
      double& x = out.data.x[row * drivers + k];
      x = out.sd[k] > 0 ? (x - out.mean[k]) / out.sd[k] : 0;
    }
  }
  return out;
}

/// From standardised drivers and found levels to the drivers' own units and level 2, 3, 4 or worse.
DriverCoefficients unscale(const OrdinalFit& fit, const Learning& learning) {
  DriverCoefficients out;
  double shift = 0;
  for (size_t k = 0; k < fit.beta.size(); ++k) {
    out.beta.push_back(learning.sd[k] > 0 ? fit.beta[k] / learning.sd[k] : 0);
    shift += out.beta[k] * learning.mean[k];
  }
  for (size_t j = 0; j < model_levels; ++j) {
    const int level = static_cast<int>(j) + 2;
    const auto first = std::lower_bound(learning.found.begin(), learning.found.end(), level);
    const bool told_apart = first != learning.found.end() && first != learning.found.begin();
    out.threshold[j] =
        told_apart ? fit.threshold[static_cast<size_t>(first - learning.found.begin()) - 1] - shift : nan;
  }
  return out;
}

/// In: drivers of the fit that the rows are for.
bool has_all_levels(const OrdinalData& data, size_t drivers) {
  std::vector<double> share(static_cast<size_t>(data.levels), 0);
  size_t rows = 0;
  for (size_t row = 0; row < data.rows(); ++row) {
    share[static_cast<size_t>(data.level[row])] += data.weight[row];
    rows += data.weight[row] > 0;
  }
  return rows >= drivers + share.size() && std::all_of(share.begin(), share.end(), [](double s) { return s > 0; });
}

/// Log likelihood of each year under a fit without it, summed; NaN where no year can be left out.
double score_left_out(OrdinalData data, const Blocks& years, double ridge, const OrdinalFit& start) {
  double sum = 0;
  bool any = false;
  for (size_t y = 0; y < years.names.size(); ++y) {
    OrdinalData out = data;
    data.weight.assign(data.rows(), 1);
    out.weight.assign(data.rows(), 0);
    for (size_t row = 0; row < data.rows(); ++row)
      if (years.of_row[row] == y) data.weight[row] = 0, out.weight[row] = 1;
    if (!has_all_levels(data, data.drivers)) continue;
    sum += log_likelihood(fit_ordered_logit(data, {ridge}, &start), out);
    any = true;
  }
  return any ? sum : nan;
}

void refuse_double_rows(const std::vector<DriverSample>& samples) {
  std::set<std::tuple<std::string, int, int>> seen;
  for (const DriverSample& s : samples)
    if (!seen.insert({s.unit, s.year, s.month}).second)
      throw InputError("FIT_SAMPLE", "unit " + s.unit + " has two rows in " + std::to_string(s.year) +
                                         (s.month > 0 ? ", month " + std::to_string(s.month) : "") +
                                         " (they would count twice). Keep one row per unit and date");
}

/// Calls `use` with the rows of one resample of years as weights, `draws` times. A resample that misses a level cannot
/// be fitted and is drawn again, so often that the loop ends. The same data and seed give the same resamples.
template <class Use>
void for_each_resample(OrdinalData& data, const Blocks& years, size_t drivers, uint64_t seed, int draws,
                       const Use& use) {
  if (static_cast<int>(years.names.size()) < min_years) return;
  SplitMix random(seed);
  data.weight.assign(data.rows(), 0);
  for (int tries = 0, made = 0; tries < 20 * draws && made < draws; ++tries) {
    const std::vector<double> times = draw_blocks(random, years.names.size());
    for (size_t row = 0; row < data.rows(); ++row) data.weight[row] = times[years.of_row[row]];
    if (!has_all_levels(data, drivers)) continue;
    use(static_cast<size_t>(made++));
  }
}

/// Thresholds and the slope of one score.
Learning learn_score(const DriverModel& model, const std::vector<double>& beta) {
  const size_t n = model.drivers.size();
  std::vector<DriverSample> rows;
  for (size_t row = 0; row < model.row_level.size(); ++row) {
    double score = 0;
    for (size_t k = 0; k < n; ++k) score += beta[k] * model.rows[row * n + k];
    rows.push_back({"", model.row_year[row], {score}, model.row_level[row]});
  }
  return prepare(rows, 1);
}
DriverCoefficients with_slope(const OrdinalFit& fit, const Learning& learning, std::vector<double> beta) {
  const DriverCoefficients one = unscale(fit, learning);
  for (double& b : beta) b *= one.beta[0];
  return {std::move(beta), one.threshold};
}
std::vector<double> weighted(const std::vector<double>& beta, std::span<const double> weights) {
  std::vector<double> out = beta;
  for (size_t k = 0; k < out.size(); ++k) out[k] *= weights[k];
  return out;
}

}  // namespace

DriverModel fit_driver_model(const std::vector<DriverSample>& samples, const DriverSettings& settings) {
  const size_t drivers = settings.drivers.size();
  FW_EXPECT(drivers > 0 && settings.draws >= 0, "a model has drivers");
  for (const DriverSample& s : samples)
    FW_EXPECT(s.drivers.size() == drivers && s.level >= 0 && s.level <= 4,
              "driver sample: drivers or level do not fit");
  refuse_double_rows(samples);
  const Learning learning = prepare(samples, drivers);
  const Blocks years = blocks_of(learning.year);
  DriverModel model;
  model.drivers = settings.drivers;
  model.horizon_months = settings.horizon_months;
  model.min_share = settings.min_share;
  model.seed = settings.seed;
  model.mean = learning.mean;
  model.sd = learning.sd;
  model.used = learning.data.rows();
  model.left_out = samples.size() - model.used;
  model.first_year = years.names.front();
  model.last_year = years.names.back();
  model.years = static_cast<int>(years.names.size());
  model.missing_by_driver.assign(drivers, 0);
  for (const DriverSample& s : samples) {
    for (size_t k = 0; k < drivers; ++k) model.missing_by_driver[k] += std::isnan(s.drivers[k]);
    if (!is_complete(s)) continue;
    ++model.rows_by_level[static_cast<size_t>(s.level) - 1];
    model.rows.insert(model.rows.end(), s.drivers.begin(), s.drivers.end());
    model.row_level.push_back(s.level);
    model.row_year.push_back(s.year);
  }
  const OrdinalFit start = fit_ordered_logit(learning.data, {1});
  model.ridge = settings.ridge < 0 ? 1 : settings.ridge;
  model.left_out_log_likelihood = nan;
  if (settings.ridge >= 0) {
    model.left_out_log_likelihood = score_left_out(learning.data, years, settings.ridge, start);
  } else {
    for (const double ridge : ridges) {
      const double score = score_left_out(learning.data, years, ridge, start);
      if (score > model.left_out_log_likelihood || (std::isnan(model.left_out_log_likelihood) && !std::isnan(score)))
        model.ridge = ridge, model.left_out_log_likelihood = score;
    }
  }
  const OrdinalFit fit = fit_ordered_logit(learning.data, {model.ridge}, &start);
  model.main = unscale(fit, learning);
  model.log_likelihood = fit.log_likelihood;
  model.iterations = fit.iterations;
  model.converged = fit.converged;
  OrdinalData none;
  none.levels = learning.data.levels;
  none.level = learning.data.level;
  model.log_likelihood_without_drivers = fit_ordered_logit(none, {}).log_likelihood;
  for (size_t k = 0; k < drivers; ++k)
    if (model.main.beta[k] == 0) model.without_influence.push_back(model.drivers[k]);
  OrdinalData data = learning.data;
  for_each_resample(data, years, drivers, settings.seed, settings.draws, [&](size_t) {
    model.draws.push_back(unscale(fit_ordered_logit(data, {model.ridge, true, 50, 1e-6}, &fit), learning));
  });
  return model;
}

DriverModel refit_with_weights(const DriverModel& model, std::span<const double> weights) {
  FW_EXPECT(weights.size() == model.drivers.size(), "weights: as many as the model has drivers");
  bool any = false, all_one = true;
  for (size_t k = 0; k < weights.size(); ++k) {
    if (!std::isfinite(weights[k]) || weights[k] < 0)
      throw ConfigError("WEIGHTS", model.drivers[k] + ": a weight is negative or not a number. Weights are 0 or more");
    any |= weights[k] * model.main.beta[k] > 0;
    all_one &= weights[k] == 1;
  }
  if (all_one) return model;
  if (!any)
    throw ConfigError("WEIGHTS",
                      "the weights leave no driver that has an influence. Give one of them a weight above 0");
  if (model.row_level.size() != model.used || model.used == 0)
    throw InputError("FIT_SAMPLE", "the model holds no levels of its rows. Fit it again with `forewarn fit`");
  DriverModel out = model;
  out.draws.clear();
  const std::vector<double> beta = weighted(model.main.beta, weights);
  Learning learning = learn_score(model, beta);
  const OrdinalFit fit = fit_ordered_logit(learning.data, {0});
  out.main = with_slope(fit, learning, beta);
  out.log_likelihood = fit.log_likelihood;
  out.iterations = fit.iterations;
  out.converged = fit.converged;
  out.without_influence.clear();
  for (size_t k = 0; k < out.drivers.size(); ++k)
    if (out.main.beta[k] == 0) out.without_influence.push_back(out.drivers[k]);
  const Blocks years = blocks_of(learning.year);
  for_each_resample(learning.data, years, weights.size(), model.seed, static_cast<int>(model.draws.size()),
                    [&](size_t draw) {
                      const std::vector<double> its = weighted(model.draws[draw].beta, weights);
                      Learning own = learn_score(model, its);
                      own.data.weight = learning.data.weight;
                      out.draws.push_back(with_slope(fit_ordered_logit(own.data, {0, true, 50, 1e-6}, &fit), own, its));
                    });
  return out;
}

std::vector<std::array<double, model_levels>> predict_left_out_years(const std::vector<DriverSample>& samples,
                                                                     const DriverSettings& settings) {
  std::vector<std::array<double, model_levels>> out(samples.size(), {nan, nan, nan});
  std::vector<int> year;
  for (const DriverSample& s : samples) year.push_back(s.year);
  const Blocks years = blocks_of(year);
  DriverSettings without_interval = settings;
  without_interval.draws = 0;
  for (size_t y = 0; y < years.names.size(); ++y) {
    std::vector<DriverSample> rest;
    for (size_t row = 0; row < samples.size(); ++row)
      if (years.of_row[row] != y) rest.push_back(samples[row]);
    DriverModel model;
    try {
      model = fit_driver_model(rest, without_interval);
    } catch (const InputError& e) {
      if (e.code() != "FIT_SAMPLE") throw;
      continue;  // without this year there is too little to learn from
    }
    for (size_t row = 0; row < samples.size(); ++row)
      if (years.of_row[row] == y) out[row] = predict_conditions(model, samples[row].drivers).probability;
  }
  return out;
}

}  // namespace fw
