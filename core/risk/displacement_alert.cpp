#include "core/risk/displacement_alert.h"

#include <cmath>

namespace fw {
namespace {

constexpr size_t window = 30, year_days = 366, three_years_days = 1096;
constexpr double max_missing_share = 0.1;

struct Window {
  double sum = 0;
  int missing = 0;
};
Window sum_to(std::span<const double> daily, size_t last) {
  Window w;
  for (size_t k = last + 1 - window; k <= last; ++k) std::isnan(daily[k]) ? void(++w.missing) : void(w.sum += daily[k]);
  return w;
}

/// Is `now` at least as great as every 30-day sum that ended in the `days` before the last day?
Answer is_greatest(std::span<const double> daily, const Window& now, size_t days) {
  const size_t last = daily.size() - 1;
  const bool whole = last >= days + window - 1;
  const size_t first = whole ? last - days : window - 1;
  double most = 0;
  size_t missing = 0;
  for (size_t end = first; end < last; ++end) most = std::fmax(most, sum_to(daily, end).sum);
  for (size_t k = first + 1 - window; k < last; ++k) missing += std::isnan(daily[k]);
  if (now.sum < most) return now.missing > 0 ? Answer::unknown : Answer::no;
  const double seen_days = static_cast<double>(last - (first + 1 - window));
  return whole && static_cast<double>(missing) <= max_missing_share * seen_days ? Answer::yes : Answer::unknown;
}

}  // namespace

ThirtyDays alert_thirty_days(std::span<const double> daily, double minimum) {
  ThirtyDays out;
  if (daily.size() < window) {
    for (const double d : daily) out.sum += std::isnan(d) ? 0 : d;
    out.missing_days = static_cast<int>(window - daily.size());
    for (const double d : daily) out.missing_days += std::isnan(d);
    return out;
  }
  const Window now = sum_to(daily, daily.size() - 1);
  out.sum = now.sum;
  out.missing_days = now.missing;
  const Answer enough = now.sum >= minimum ? Answer::yes : (now.missing > 0 ? Answer::unknown : Answer::no);
  out.medium = both(enough, is_greatest(daily, now, year_days));
  out.high = both(enough, is_greatest(daily, now, three_years_days));
  return out;
}

}  // namespace fw
