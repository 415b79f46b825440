#include "core/risk/event_scores.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "kernels/arithmetic.h"

namespace fw {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
double ratio(double a, double b) { return b != 0 ? a / b : nan; }

/// Events and non-events of each distinct forecast, highest first.
struct Counts {
  double events = 0, others = 0;
};
std::map<double, Counts, std::greater<>> by_forecast(std::span<const Verified> pairs) {
  std::map<double, Counts, std::greater<>> out;
  for (const Verified& p : pairs) (p.event ? out[p.forecast].events : out[p.forecast].others) += 1;
  return out;
}
Counts totals(std::span<const Verified> pairs) {
  Counts all;
  for (const Verified& p : pairs) (p.event ? all.events : all.others) += 1;
  return all;
}

}  // namespace

Contingency count_warnings(std::span<const Verified> pairs, double threshold) {
  Contingency c;
  for (const Verified& p : pairs) {
    const bool warned = p.forecast >= threshold;
    ++(warned ? (p.event ? c.hits : c.false_alarms) : (p.event ? c.misses : c.correct_negatives));
  }
  return c;
}

EventScores score_events(const Contingency& c) {
  const double a = c.hits, b = c.false_alarms, m = c.misses, d = c.correct_negatives, n = a + b + m + d;
  EventScores s{};
  s.pod = ratio(a, a + m);
  s.pofd = ratio(b, b + d);
  s.false_alarm_ratio = ratio(b, a + b);
  s.precision = ratio(a, a + b);
  s.csi = ratio(a, a + b + m);
  s.bias = ratio(a + b, a + m);
  s.peirce = s.pod - s.pofd;
  s.heidke = ratio(2 * (a * d - b * m), (a + m) * (m + d) + (a + b) * (b + d));
  const double by_chance = ratio((a + b) * (a + m), n);
  s.ets = ratio(a - by_chance, a + b + m - by_chance);
  s.f1 = ratio(2 * a, 2 * a + b + m);
  s.matthews = ratio(a * d - b * m, std::sqrt((a + b) * (a + m) * (d + b) * (d + m)));
  s.sedi = nan;
  if (s.pod > 0 && s.pod < 1 && s.pofd > 0 && s.pofd < 1) {
    const double h = log_exact(s.pod), f = log_exact(s.pofd), h1 = log_exact(1 - s.pod), f1 = log_exact(1 - s.pofd);
    s.sedi = (f - h - f1 + h1) / (f + h + f1 + h1);
  }
  return s;
}

double economic_value(const Contingency& c, double cost_loss) {
  const double n = c.pairs();
  if (n == 0) return nan;
  const double base = (c.hits + c.misses) / n, forecast = cost_loss * (c.hits + c.false_alarms) / n + c.misses / n;
  const double climatology = std::min(cost_loss, base), perfect = cost_loss * base;
  return climatology > perfect ? (climatology - forecast) / (climatology - perfect) : nan;
}

std::vector<RocPoint> roc_curve(std::span<const Verified> pairs) {
  const Counts all = totals(pairs);
  std::vector<RocPoint> out{{HUGE_VAL, 0, 0}};
  Counts seen;
  for (const auto& [forecast, counts] : by_forecast(pairs)) {
    seen.events += counts.events, seen.others += counts.others;
    out.push_back({forecast, ratio(seen.others, all.others), ratio(seen.events, all.events)});
  }
  return out;
}

double roc_area(std::span<const Verified> pairs) {
  const Counts all = totals(pairs);
  if (all.events == 0 || all.others == 0) return nan;
  double wins = 0, events_above = 0;
  for (const auto& [forecast, counts] : by_forecast(pairs)) {
    wins += counts.others * (events_above + counts.events / 2);
    events_above += counts.events;
  }
  return wins / (all.events * all.others);
}

double roc_area_variance(std::span<const Verified> pairs) {
  const Counts all = totals(pairs);
  const double area = roc_area(pairs);
  if (!(all.events > 1 && all.others > 1)) return nan;
  double events_above = 0, others_above = 0, of_events = 0, of_others = 0;
  for (const auto& [forecast, counts] : by_forecast(pairs)) {
    const double placed = (all.others - others_above - counts.others / 2) / all.others - area;  // of an event here
    const double beaten = (events_above + counts.events / 2) / all.events - area;               // of a non-event
    of_events += counts.events * placed * placed;
    of_others += counts.others * beaten * beaten;
    events_above += counts.events, others_above += counts.others;
  }
  return of_events / (all.events - 1) / all.events + of_others / (all.others - 1) / all.others;
}

double average_precision(std::span<const Verified> pairs) {
  const Counts all = totals(pairs);
  if (all.events == 0) return nan;
  Counts seen;
  double sum = 0;
  for (const auto& [forecast, counts] : by_forecast(pairs)) {
    seen.events += counts.events, seen.others += counts.others;
    sum += counts.events / all.events * (seen.events / (seen.events + seen.others));
  }
  return sum;
}

}  // namespace fw
