// On which terms a report may be used: how much harm it could do, for what it was given, until when.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/date.h"

namespace fw {

/// Harm that disclosure could do, in the classes of the OCHA Data Responsibility Guidelines (2021, updated 2025). What
/// nobody has judged is severe.
enum class Sensitivity : uint8_t { low, moderate, high, severe };
/// "low" … "severe".
const char* name_of(Sensitivity s);
/// The class of a cell or key, without regard to case; nothing where it is none of the four.
std::optional<Sensitivity> parse_sensitivity(std::string_view text);

/// Last day on which a report may be used.
/// In:     retention: a day (2027-01-31), an ISO 8601 period (P90D, P2W, P6M, P1Y6M) or a number with a unit (90 days,
///         6 months, 1 year); a period counts from `reported`. Months end on the last day there is.
/// Out:    nothing where it is neither, or longer than 100 years.
std::optional<Date> keep_until(std::string_view retention, Date reported);

/// Whether a report given for `given` (one purpose, or several with ';') may serve `wanted`. Case, '-' and '_' do not
/// count.
bool serves_purpose(std::string_view given, std::string_view wanted);

}  // namespace fw
