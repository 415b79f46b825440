#include "core/risk/food_risk.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/risk/food_words.h"
#include "core/risk/reasons.h"

namespace fw {
namespace {

constexpr size_t phase_3 = 1;          // place of "phase 3 or worse" among the levels
constexpr double width_unknown = 0.5;  // of an interval that could not be made [own]

/// Places of the model's drivers in the list.
std::vector<size_t> places_of(const DriverList& list, const std::vector<std::string>& drivers) {
  std::vector<size_t> out;
  for (const std::string& id : drivers) {
    const auto at = std::find_if(list.drivers.begin(), list.drivers.end(), [&](const auto& d) { return d.id == id; });
    if (at == list.drivers.end())
      throw ConfigError("MODEL_DRIVERS", "the model was learnt with the driver '" + printable(id, 60) +
                                             "', which config/risk/drivers/" + list.id +
                                             ".toml does not have. Fit again, or name the list it was learnt with");
    out.push_back(static_cast<size_t>(at - list.drivers.begin()));
  }
  return out;
}

/// Share of the record below a value, ties by half.
double place_in_record(const DriverModel& model, size_t driver, double value) {
  if (std::isnan(value)) return nan_d();
  const size_t n = model.drivers.size();
  double below = 0;
  for (size_t row = 0; row < model.used; ++row) {
    const double x = model.rows[row * n + driver];
    below += x < value ? 1 : (x == value ? 0.5 : 0);
  }
  return below / static_cast<double>(model.used);
}

/// Which driver, at the record's average, would change the probability most.
std::string describe_moves(const RiskLayer& layer, const DriverModel& model, const std::vector<double>& drivers,
                           const Conditions& now) {
  size_t most = drivers.size();
  double then = now.probability[phase_3];
  for (size_t k = 0; k < drivers.size(); ++k) {
    if (std::isnan(drivers[k]) || model.main.beta[k] == 0) continue;
    std::vector<double> other = drivers;
    other[k] = model.mean[k];
    const double p = predict_conditions(model, other).probability[phase_3];
    if (std::abs(p - now.probability[phase_3]) > std::abs(then - now.probability[phase_3])) most = k, then = p;
  }
  if (most == drivers.size()) return "";
  return "With '" + layer.factors[most].title + "' at the record's average the likelihood would be " +
         in_percent(then) + ", not " + in_percent(now.probability[phase_3]);
}

struct Assessed {
  const RiskLayer& layer;
  const FoodModel& model;
  std::vector<DriverValue> values;     ///< of the model's drivers
  std::vector<Conditions> conditions;  ///< by horizon
};

std::vector<std::string> explain_food(const Assessed& a) {
  const Conditions& now = a.conditions.front();
  std::vector<std::string> out;
  for (size_t h = 0; h < a.conditions.size(); ++h) {
    const std::vector<std::string> says = describe_food(a.model.models[h], a.conditions[h]);
    if (!a.conditions[h].assessed)
      out.push_back(says.front());
    else if (h == 0)
      out.insert(out.end(), says.begin(), says.begin() + model_levels);
    else
      out.push_back(says[phase_3]);
  }
  std::vector<size_t> order;
  std::vector<std::string> missing;
  for (size_t k = 0; k < a.values.size(); ++k) {
    if (std::isnan(now.contribution[k]))
      missing.push_back(a.layer.factors[k].title);
    else if (a.model.models.front().main.beta[k] > 0)
      order.push_back(k);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t x, size_t y) { return std::abs(now.contribution[x]) > std::abs(now.contribution[y]); });
  if (now.assessed)
    for (const size_t k : order)
      out.push_back((now.contribution[k] > 0 ? "Raised by " : "Lowered by ") +
                    format_fixed(std::abs(now.contribution[k]), 2) + ": " +
                    describe_factor(a.layer.factors[k], a.values[k].raw) +
                    (a.values[k].from_indicator ? " (imagery to " : " (published statistics to ") +
                    to_string(a.values[k].newest) + ")");
  if (!missing.empty())
    out.push_back("Missing: " + join(missing, ", ") +
                  (now.assessed ? "; drawn from the record, which widens the interval" : ""));
  out.push_back("Model-indicated. It is not a classification: that belongs to the IPC process");
  return out;
}

std::string describe_origin(const FoodModel& model) {
  const DriverModel& m = model.models.front();
  std::string out = "Likelihood learnt from " + std::to_string(m.used) + " phases stated by " +
                    (model.source.empty() ? "an unnamed source" : model.source) + ", " + std::to_string(m.first_year) +
                    "-" + std::to_string(m.last_year);
  std::vector<std::string> years;
  for (const int y : model.without_years) years.push_back(std::to_string(y));
  if (!years.empty()) out += " without " + join(years, ", ");
  for (const FoodScore& s : model.scores) {
    if (s.horizon != m.horizon_months || s.level != 3 || std::isnan(s.estimate.value)) continue;
    if (s.score == "skill_over_climatology" || s.score == "skill_over_persistence")
      out += std::string("; Brier skill in left-out years ") + format_fixed(s.estimate.value, 2) + " over " +
             s.score.substr(std::string("skill_over_").size());
  }
  return out;
}

void add_rules(RiskRow& row, const FoodModel& model, const std::vector<Conditions>& conditions) {
  for (size_t h = 0; h < conditions.size(); ++h)
    for (size_t level = 0; level < model_levels; ++level) {
      const std::string id = "p" + std::to_string(level + 2) + "_h" + std::to_string(model.models[h].horizon_months);
      row.rules.push_back({id, conditions[h].probability[level]});
      row.rules.push_back({id + "_low", conditions[h].interval[level].low});
      row.rules.push_back({id + "_high", conditions[h].interval[level].high});
    }
}

void rank_rows(std::vector<RiskRow>& rows) {
  std::map<std::pair<int, Period>, std::vector<RiskRow*>> groups;
  for (RiskRow& row : rows)
    if (!std::isnan(row.likelihood)) groups[{row.level, row.period}].push_back(&row);
  for (auto& [group, members] : groups)
    for (RiskRow* row : members)
      row->rank = 1 + static_cast<double>(std::count_if(members.begin(), members.end(), [&](const RiskRow* other) {
                    return other->likelihood > row->likelihood;
                  }));
}

}  // namespace

RiskLayer food_layer(const RiskLayer& declared, const DriverList& drivers, const FoodModel& model) {
  RiskLayer out = declared;
  out.factors.clear();
  out.evidence.clear();
  out.classes = "phase3_probability";  // the classes of declared layers speak of severity
  out.source = "Forewarn, docs/method.md: " + drivers.source + ". " + describe_origin(model);
  out.wording += ". " + describe_origin(model);
  for (const size_t place : places_of(drivers, model.models.front().drivers)) {
    const DriverSpec& d = drivers.drivers[place];
    RiskFactor f;
    f.indicator = d.id;
    f.title = d.title;
    f.why = d.why;
    f.phrase = d.phrase;
    out.factors.push_back(std::move(f));
  }
  return out;
}

RiskTable assess_food(const RiskLayer& layer, const ClassScheme& classes, const FoodModel& model,
                      const DriverValues& values, std::span<const FoodUnit> units, std::span<const Period> periods,
                      const RiskTable& declared) {
  const std::vector<size_t> places = places_of(values.list(), model.models.front().drivers);
  std::map<std::pair<std::string, Period>, const RiskRow*> reports;
  for (const RiskRow& row : declared.rows) reports[{row.pcode, row.period}] = &row;
  const std::set<int> without(model.without_years.begin(), model.without_years.end());
  RiskTable out;
  for (const FoodUnit& unit : units)
    for (const Period period : periods) {
      const Date issue = last_day(period);
      const std::vector<DriverValue> all = values.at(unit.pcode, issue, without);
      Assessed a{layer, model, {}, {}};
      std::vector<double> drivers;
      for (const size_t place : places) {
        a.values.push_back(all[place]);
        drivers.push_back(all[place].oriented);
      }
      for (const DriverModel& m : model.models) a.conditions.push_back(predict_conditions(m, drivers));
      const Conditions& now = a.conditions.front();
      RiskRow row;
      row.pcode = unit.pcode;
      row.name = unit.name;
      row.layer = layer.id;
      row.level = unit.level;
      row.period = period;
      row.likelihood = now.probability[phase_3];
      row.low = now.interval[phase_3].low;
      row.high = now.interval[phase_3].high;
      const bool assessed = !std::isnan(row.likelihood);
      row.class_value = classes.classify(row.likelihood);
      if (assessed) {
        row.score = 0;
        const double width = std::isnan(row.low) ? width_unknown : row.high - row.low;
        const double years = model.models.front().years;
        row.confidence = std::clamp(now.share * (1 - width) * (1 - 1 / (1 + years / 10)), 0.0, 1.0);
        row.moves = describe_moves(layer, model.models.front(), drivers, now);
      } else {
        row.flags.push_back("NOT_ASSESSED");
      }
      for (size_t k = 0; k < places.size(); ++k) {
        const double part = assessed ? now.contribution[k] : nan_d();
        row.contributions.push_back(
            {layer.factors[k].indicator, place_in_record(model.models.front(), k, drivers[k]), part});
        if (!std::isnan(part)) row.score += part;
        if (std::isnan(drivers[k])) row.flags.push_back("MISSING:" + layer.factors[k].indicator);
        if (!std::isnan(drivers[k])) {
          const double age = static_cast<double>(days_since_epoch(issue) - days_since_epoch(a.values[k].newest));
          row.input_age_days = std::isnan(row.input_age_days) ? age : std::min(row.input_age_days, age);
        }
      }
      if (const auto report = reports.find({unit.pcode, period}); report != reports.end()) {
        row.field_score = report->second->field_score;
        for (const std::string& flag : report->second->flags)
          if (!flag.starts_with("MISSING:") && flag != "NOT_ASSESSED" && flag != "CONTESTED" && flag != "CAUTIOUS" &&
              flag != "FIELD_ONLY" && flag != "OUT_OF_SEASON")
            row.flags.push_back(flag);
      }
      row.reasons = explain_food(a);
      if (!std::isnan(row.field_score))
        row.reasons.push_back("Field reports and published figures alone: severity " +
                              format_fixed(row.field_score, 2) + " of 1; they do not enter the learnt likelihood");
      add_rules(row, model, a.conditions);
      out.rows.push_back(std::move(row));
    }
  std::stable_sort(out.rows.begin(), out.rows.end(), [](const RiskRow& x, const RiskRow& y) {
    return std::tie(x.pcode, x.period) < std::tie(y.pcode, y.period);
  });
  rank_rows(out.rows);
  return out;
}

}  // namespace fw
