#include "core/risk/food_words.h"

#include <cmath>

#include "core/base/text.h"

namespace fw {
std::string in_percent(double p) {
  if (p < 0.01) return "below 1 %";
  return p > 0.99 ? "above 99 %" : format_fixed(100 * p, 0) + " %";
}

std::vector<std::string> describe_food(const DriverModel& model, const Conditions& conditions) {
  std::vector<std::string> says;
  const std::string when = model.horizon_months == 0 ? "now" : "in " + std::to_string(model.horizon_months) + " months";
  if (!conditions.assessed) {
    says.push_back("Not assessed " + when + ": too few of the drivers have a value");
  } else {
    for (size_t level = 0; level < model_levels; ++level) {
      const std::string what = "conditions consistent with phase " + std::to_string(level + 2) + " or worse " + when;
      if (std::isnan(conditions.probability[level])) {
        says.push_back("Nothing is said on " + what + ": the history learnt from does not tell them apart");
        continue;
      }
      const Interval90& i = conditions.interval[level];
      says.push_back("Probability of " + what + ": " + in_percent(conditions.probability[level]) +
                     (std::isnan(i.low) ? " (no interval: fewer than 5 years to learn from)"
                                        : " (90 % interval " + in_percent(i.low) + " to " + in_percent(i.high) + ")"));
    }
    size_t most = conditions.contribution.size();
    for (size_t k = 0; k < conditions.contribution.size(); ++k)
      if (conditions.contribution[k] > 0 &&
          (most == conditions.contribution.size() || conditions.contribution[k] > conditions.contribution[most]))
        most = k;
    if (most < conditions.contribution.size()) says.push_back("What raises it most: " + model.drivers[most]);
  }
  if (!conditions.missing.empty())
    says.push_back("Missing: " + join(conditions.missing, ", ") +
                   (conditions.assessed ? "; drawn from the record, which widens the interval" : ""));
  says.push_back("Model-indicated. It is not a classification: that belongs to the IPC process");
  return says;
}

}  // namespace fw
