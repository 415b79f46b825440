// The two periods that 'change' and 'settlement' compare.
#pragma once
#include <utility>

#include "jobs/scene_job.h"

namespace fw {

struct PeriodOptions {
  std::pair<std::string, std::string> before, after;
};
/// --before FROM TO and --after FROM TO.
void declare_periods(CLI::App& app, PeriodOptions& options);

struct DaySpan {
  Date from, to;  ///< both included
};
struct TwoPeriods {
  DaySpan before, after;
};
/// What was asked; without options and with scenes of two days: these two. Errors: ConfigError PERIODS (neither), DATE,
/// RANGE (the periods overlap or run backwards).
TwoPeriods two_periods(const PeriodOptions& options, const Catalogue& catalogue);
/// Scenes of a period, in order of time.
std::vector<const Scene*> scenes_of(const DaySpan& span, const Catalogue& catalogue);

/// "2022-06-01 to 2022-08-31", or the day alone.
std::string describe(const DaySpan& span);
std::string describe(const TwoPeriods& periods);

}  // namespace fw
