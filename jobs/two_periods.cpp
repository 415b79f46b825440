#include "jobs/two_periods.h"

#include <CLI/CLI.hpp>
#include <set>

#include "core/base/error.h"

namespace fw {
void declare_periods(CLI::App& app, PeriodOptions& o) {
  app.add_option("--before", o.before, "first and last day of the period before");
  app.add_option("--after", o.after, "first and last day of the period after");
}

TwoPeriods two_periods(const PeriodOptions& o, const Catalogue& catalogue) {
  if (o.before.first.empty() && o.after.first.empty()) {
    std::set<Date> days;
    for (const auto& scene : catalogue.scenes) days.insert(scene.time.date);
    if (days.size() == 2) return {{*days.begin(), *days.begin()}, {*days.rbegin(), *days.rbegin()}};
  }
  if (o.before.first.empty() || o.after.first.empty())
    throw ConfigError("PERIODS",
                      "Nothing says what to compare. Give --before FROM TO and --after FROM TO, or scenes of "
                      "two days.");
  const TwoPeriods p{{date_of(o.before.first), date_of(o.before.second)},
                     {date_of(o.after.first), date_of(o.after.second)}};
  for (const DaySpan& span : {p.before, p.after})
    if (span.to < span.from)
      throw ConfigError("RANGE", "The period " + describe(span) + " ends before it begins. Exchange its days.");
  if (!(p.before.to < p.after.from))
    throw ConfigError("RANGE", "The period before must end before the period after begins (" + describe(p) + ").");
  return p;
}

std::vector<const Scene*> scenes_of(const DaySpan& span, const Catalogue& catalogue) {
  std::vector<const Scene*> scenes;
  for (const auto& scene : catalogue.scenes)
    if (!(scene.time.date < span.from) && !(span.to < scene.time.date)) scenes.push_back(&scene);
  return scenes;
}

std::string describe(const DaySpan& span) {
  return span.from == span.to ? to_string(span.from) : to_string(span.from) + " to " + to_string(span.to);
}
std::string describe(const TwoPeriods& p) { return describe(p.before) + " and " + describe(p.after); }

}  // namespace fw
