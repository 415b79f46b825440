#include "core/risk/food_model.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/risk/food_words.h"

namespace fw {
namespace {

constexpr double min_present = 0.5;  // of the rows: a driver that is there more rarely is not learnt [own]
const std::string phase_quantity = "phase";

/// First month of the phase's validity.
int outcome_month(const PhaseRow& row) { return period_of(row.from, Cadence::month).number; }
Date issue_of(const PhaseRow& row, int horizon) { return last_day({Cadence::month, outcome_month(row) - horizon}); }

std::set<int> years_of(const std::vector<PhaseRow>& history, const FoodSettings& settings) {
  std::set<int> out;
  for (const PhaseRow& row : history)
    for (const int horizon : settings.horizons)
      if (const int year = issue_of(row, horizon).year; !settings.without_years.contains(year)) out.insert(year);
  return out;
}

std::vector<DriverSample> of_drivers(std::vector<DriverSample> samples, const std::vector<size_t>& kept) {
  for (DriverSample& s : samples) {
    std::vector<double> drivers;
    for (const size_t k : kept) drivers.push_back(s.drivers[k]);
    s.drivers = std::move(drivers);
  }
  return samples;
}
std::vector<DriverSample> without(const std::vector<DriverSample>& samples, const std::vector<int>& outcome_year,
                                  const std::set<int>& years) {
  std::vector<DriverSample> out;
  for (size_t k = 0; k < samples.size(); ++k)
    if (!years.contains(samples[k].year) && !years.contains(outcome_year[k])) out.push_back(samples[k]);
  return out;
}

/// The last phase known at the issue date, of one area's rows in order; 0 where there is none.
int phase_before(const std::vector<PhaseRow>& history, const DriverList& list, const std::string& pcode, Date issue) {
  int lag = 0;
  for (const DriverSpec& d : list.drivers)
    if (d.source && d.source->quantity == phase_quantity) lag = std::max(lag, d.lag_days);
  const Date known = date_from_days(days_since_epoch(issue) - lag);
  int phase = 0;
  const auto first = std::lower_bound(history.begin(), history.end(), pcode,
                                      [](const PhaseRow& row, const std::string& p) { return row.pcode < p; });
  for (auto row = first; row != history.end() && row->pcode == pcode && row->to <= known; ++row)
    if (row->phase > 0) phase = row->phase;
  return phase;
}

void add_scores(std::vector<FoodScore>& scores, int horizon, int level, const std::vector<HindcastRow>& rows) {
  const Skill s = measure_skill(rows);
  FoodScore score;
  score.horizon = horizon;
  score.level = level;
  score.rows = s.rows;
  score.onsets = s.onsets;
  score.years = s.years;
  score.events = static_cast<size_t>(
      std::count_if(rows.begin(), rows.end(), [](const HindcastRow& r) { return r.event && !std::isnan(r.forecast); }));
  for (const auto& [name, estimate] : {std::pair{"brier", s.brier},
                                       {"skill_over_climatology", s.over_climatology},
                                       {"skill_over_persistence", s.over_persistence},
                                       {"roc_area", s.roc_area},
                                       {"onset_skill_over_climatology", s.onset_over_climatology}}) {
    score.score = name;
    score.estimate = estimate;
    scores.push_back(score);
  }
}

}  // namespace

std::vector<DriverSample> food_samples(const DriverValues& values, const std::vector<PhaseRow>& history, int horizon,
                                       const std::set<int>& without_years, std::vector<int>* outcome_year) {
  std::vector<DriverSample> out;
  int64_t month = -1;
  std::string pcode;
  for (const PhaseRow& row : history) {
    if (row.phase == 0) continue;
    if (row.pcode == pcode && outcome_month(row) == month) continue;  // two analyses of one month: the first
    pcode = row.pcode;
    month = outcome_month(row);
    const Date issue = issue_of(row, horizon);
    DriverSample s;
    s.unit = row.pcode;
    s.year = issue.year;
    s.month = issue.month;
    s.level = level_of_phase(row.phase);
    for (const DriverValue& v : values.at(row.pcode, issue, without_years)) s.drivers.push_back(v.oriented);
    out.push_back(std::move(s));
    if (outcome_year) outcome_year->push_back(row.from.year);
  }
  return out;
}

FoodModel reweigh_food_model(const FoodModel& model, const std::map<std::string, double>& weights) {
  const std::vector<std::string>& drivers = model.models.front().drivers;
  std::vector<double> each(drivers.size(), 1);
  for (const auto& [driver, weight] : weights) {
    const auto at = std::find(drivers.begin(), drivers.end(), driver);
    if (at == drivers.end())
      throw ConfigError("WEIGHTS_UNKNOWN", "the learnt layer has no driver '" + printable(driver, 60) +
                                               "'. There are: " + join(drivers, ", ") + ".");
    each[static_cast<size_t>(at - drivers.begin())] = weight;
  }
  FoodModel out = model;
  out.scores.clear();
  for (DriverModel& m : out.models) m = refit_with_weights(m, each);
  return out;
}

size_t food_steps(const std::vector<PhaseRow>& history, const FoodSettings& settings) {
  return settings.horizons.size() * (1 + (settings.verify ? years_of(history, settings).size() : 0));
}

FoodModel learn_food_model(const DriverValues& values, const std::vector<PhaseRow>& history,
                           const FoodSettings& settings, const std::function<void()>& step) {
  FW_EXPECT(!settings.horizons.empty(), "a food model has horizons");
  FoodModel out;
  out.drivers = values.list().id;
  out.source = history.empty() ? "" : history.front().source;
  out.without_years.assign(settings.without_years.begin(), settings.without_years.end());
  std::vector<size_t> kept;
  DriverSettings fit;
  fit.draws = settings.draws;
  for (const int horizon : settings.horizons) {
    std::vector<int> outcome_year;
    std::vector<DriverSample> samples = food_samples(values, history, horizon, settings.without_years, &outcome_year);
    samples = without(samples, outcome_year, settings.without_years);
    if (out.models.empty()) {
      for (size_t k = 0; k < values.list().drivers.size(); ++k) {
        const auto there = std::count_if(samples.begin(), samples.end(),
                                         [&](const DriverSample& s) { return !std::isnan(s.drivers[k]); });
        const std::string& id = values.list().drivers[k].id;
        if (static_cast<double>(there) <= min_present * static_cast<double>(samples.size()))
          out.not_learnt.push_back(id);
        else
          kept.push_back(k), fit.drivers.push_back(id);
      }
      if (kept.empty())
        throw InputError("FIT_SAMPLE",
                         "no driver has a value in half of the rows of the history. Give the statistics "
                         "that config/risk/drivers names as [[observations]]");
    }
    fit.horizon_months = horizon;
    out.models.push_back(fit_driver_model(of_drivers(std::move(samples), kept), fit));
    if (step) step();
    if (!settings.verify) continue;
    std::array<std::vector<HindcastRow>, model_levels> rows;
    for (const int year : years_of(history, settings)) {
      std::set<int> hidden = settings.without_years;
      hidden.insert(year);
      outcome_year.clear();
      const std::vector<DriverSample> all =
          of_drivers(food_samples(values, history, horizon, hidden, &outcome_year), kept);
      DriverSettings quick = fit;
      quick.draws = 0;
      DriverModel model;
      try {
        model = fit_driver_model(without(all, outcome_year, hidden), quick);
      } catch (const InputError& e) {
        if (e.code() != "FIT_SAMPLE") throw;
        if (step) step();
        continue;  // too little is left to learn from
      }
      for (const DriverSample& s : all) {
        if (s.year != year) continue;
        const Conditions c = predict_conditions(model, s.drivers);
        const int before =
            phase_before(history, values.list(), s.unit, last_day({Cadence::month, 12 * s.year + s.month - 1}));
        for (size_t level = 0; level < model_levels; ++level) {
          const int phase = static_cast<int>(level) + 2;
          rows[level].push_back({c.probability[level], s.level >= phase, before == 0 ? -1 : before >= phase, year});
        }
      }
      if (step) step();
    }
    for (size_t level = 0; level < model_levels; ++level)
      add_scores(out.scores, horizon, static_cast<int>(level) + 2, rows[level]);
  }
  return out;
}

}  // namespace fw
