// The years and periods that a target is compared with, said once for pixels, admin units and 'forewarn series'.
#pragma once
#include <optional>
#include <vector>

#include "core/base/date.h"
#include "kernels/backend.h"

namespace fw {

/// Place in the year, year and membership of the reference for every period of a record, as kernels/ops.h Anomaly
/// takes them.
struct ReferenceCalendar {
  std::vector<int32_t> group, year;
  std::vector<uint8_t> in_reference;
};
/// A period is in the reference where it lies in it or reaches into it; without a day the record's end is the limit.
ReferenceCalendar reference_calendar(Period first, int periods, std::optional<Date> from, std::optional<Date> to);

/// A series on a backend, [time][pixel]; reason as in Anomaly.
struct TileSeries {
  const float* x;
  const uint8_t* reason;
  int times;
  size_t pixels;
};

/// A calendar and the targets (places in the record) on a backend.
class TargetReference {
 public:
  TargetReference(Backend& backend, const ReferenceCalendar& calendar, const std::vector<int>& targets);
  /// What Anomaly and DetrendedAnomaly take of it.
  template <class Op>
  void set(Op& op) const {
    op.group = group_.data();
    op.year = year_.data();
    op.in_reference = in_reference_.data();
    op.target = target_.data();
    op.targets = targets_;
  }
  const int32_t* group() const { return group_.data(); }
  /// Most reference rows that a place in the year has.
  int most_years() const { return most_years_; }
  const uint8_t* in_reference() const { return in_reference_.data(); }
  /// Runs Anomaly for one statistic. out, reason_out: [target][pixel], memory of the backend.
  void compare(Backend& backend, const TileSeries& series, int min_years, double std_floor, Statistic statistic,
               float* out, uint8_t* reason_out) const;

 private:
  Buffer<int32_t> group_, year_, target_;
  Buffer<uint8_t> in_reference_;
  int targets_, most_years_ = 0;
};

}  // namespace fw
