#include "core/risk/unit_status.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/risk/reasons.h"

namespace fw {
namespace {

struct StatusWords {
  UnitStatus status;
  const char *flag, *name;
  std::string_view reason;  ///< how the sentence begins
};
constexpr StatusWords statuses[] = {
    {UnitStatus::not_assessed, "NOT_ASSESSED", "not_assessed", words_not_assessed},
    {UnitStatus::out_of_season, "OUT_OF_SEASON", "out_of_season", words_out_of_season},
    {UnitStatus::contested, "CONTESTED", "contested", words_contested},
    {UnitStatus::cautious, "CAUTIOUS", "cautious", words_contradict},
    {UnitStatus::silence_uninformative, "SILENCE_UNINFORMATIVE", "silence_uninformative", words_silence}};

const StatusWords* words_of(UnitStatus status) {
  for (const StatusWords& w : statuses)
    if (w.status == status) return &w;
  return nullptr;
}

}  // namespace

UnitStatus status_of(const RiskRow& row) {
  for (const StatusWords& w : statuses)
    if (std::ranges::find(row.flags, w.flag) != row.flags.end()) return w.status;
  return UnitStatus::assessed;
}

const char* name_of(UnitStatus status) {
  const StatusWords* const w = words_of(status);
  return w ? w->name : "assessed";
}

std::string status_reason(const RiskRow& row) {
  const StatusWords* const w = words_of(status_of(row));
  if (!w) return "";
  for (const std::string& reason : row.reasons)
    if (reason.starts_with(w->reason)) return reason;
  return join(row.reasons, " | ");
}

}  // namespace fw
