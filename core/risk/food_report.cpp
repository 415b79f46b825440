// What a food model says of itself.
#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "core/risk/food_model.h"

namespace fw {
namespace {

std::string in_words(const Estimate& e) {
  if (std::isnan(e.value)) return "not defined";
  return format_fixed(e.value, 3) + (std::isnan(e.interval.low) ? " (no interval)"
                                                                : " (" + format_fixed(e.interval.low, 3) + " to " +
                                                                      format_fixed(e.interval.high, 3) + ")");
}
std::string years_in_words(const std::vector<int>& years) {
  std::vector<std::string> out;
  for (const int y : years) out.push_back(std::to_string(y));
  return out.empty() ? "none" : join(out, ", ");
}

}  // namespace

std::string describe_food_model(const FoodModel& model) {
  std::string out = "Food insecurity, drivers '" + model.drivers + "', phases of " +
                    (model.source.empty() ? "an unnamed source" : model.source) + "\n";
  out += "Years left out: " + years_in_words(model.without_years) + "\n";
  if (!model.not_learnt.empty())
    out += "Not learnt, missing in half of the rows or more: " + join(model.not_learnt, ", ") + "\n";
  for (const DriverModel& m : model.models) {
    out += "\nHorizon " + std::to_string(m.horizon_months) + " months: " + std::to_string(m.used) + " rows of " +
           std::to_string(m.years) + " years (" + std::to_string(m.first_year) + "-" + std::to_string(m.last_year) +
           "), " + std::to_string(m.left_out) +
           " left out for a missing driver; phase 1, 2, 3, 4 or worse: " + std::to_string(m.rows_by_level[0]) + ", " +
           std::to_string(m.rows_by_level[1]) + ", " + std::to_string(m.rows_by_level[2]) + ", " +
           std::to_string(m.rows_by_level[3]) + "\n";
    out += "  ridge " + format_number(m.ridge) + ", log likelihood " + format_fixed(m.log_likelihood, 1) +
           " (without drivers " + format_fixed(m.log_likelihood_without_drivers, 1) + ", of years left out " +
           format_fixed(m.left_out_log_likelihood, 1) + ")" + (m.converged ? "" : ", NOT CONVERGED") + "\n";
    for (size_t k = 0; k < m.drivers.size(); ++k) {
      std::vector<double> draws;
      for (const DriverCoefficients& c : m.draws) draws.push_back(c.beta[k]);
      out += "  " + m.drivers[k] + ": " + in_words({m.main.beta[k], middle_90(std::move(draws))}) +
             " per unit, missing in " + std::to_string(m.missing_by_driver[k]) + " rows" +
             (m.main.beta[k] == 0 ? ", without influence" : "") + "\n";
    }
    for (const FoodScore& s : model.scores)
      if (s.horizon == m.horizon_months && s.score == "brier") {
        out += "  Phase " + std::to_string(s.level) +
               " or worse, years left out one by one: " + std::to_string(s.rows) + " forecasts, " +
               std::to_string(s.events) + " events, " + std::to_string(s.onsets) + " onsets\n";
        for (const FoodScore& t : model.scores)
          if (t.horizon == s.horizon && t.level == s.level) out += "    " + t.score + " " + in_words(t.estimate) + "\n";
      }
  }
  return out +
         "\nSkill: 1 is perfect, 0 no better than the reference, below 0 worse; 90 % intervals from whole years.\n";
}

std::string food_scores_csv(const FoodModel& model) {
  std::string out = "horizon_months,phase_or_worse,score,value,low,high,rows,events,onsets,years\n";
  for (const FoodScore& s : model.scores)
    out += std::to_string(s.horizon) + "," + std::to_string(s.level) + "," + s.score + "," +
           format_number(s.estimate.value) + "," + format_number(s.estimate.interval.low) + "," +
           format_number(s.estimate.interval.high) + "," + std::to_string(s.rows) + "," + std::to_string(s.events) +
           "," + std::to_string(s.onsets) + "," + std::to_string(s.years) + "\n";
  return out;
}

}  // namespace fw
