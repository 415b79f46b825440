// What may be said of a unit, and why: one word of a row's flags, for maps, tables and catalogues alike.
#pragma once
#include <string>

#include "core/risk/risk.h"

namespace fw {

/// Values of config/classes/unit_status.toml.
enum class UnitStatus : uint8_t {
  not_assessed = 0,
  assessed = 1,
  cautious = 2,
  contested = 3,
  silence_uninformative = 4,  ///< assessed by satellites; no report, and nobody is known to have been able to report
  out_of_season = 9
};

/// The first that holds of: not assessed, out of season, contested, cautious, silence uninformative, assessed.
UnitStatus status_of(const RiskRow& row);
/// "silence_uninformative"
const char* name_of(UnitStatus status);
/// Why a unit has no row at all.
inline constexpr const char* no_row_reason = "no indicator covers this unit";
/// The reason of the row that its status rests on; empty for assessed.
std::string status_reason(const RiskRow& row);

}  // namespace fw
