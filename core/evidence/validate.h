// Judges one row by itself: shape, consent, identity, numbers, time, kind. Nothing here looks at other rows.
#pragma once
#include <optional>
#include <string>

#include "core/evidence/report.h"
#include "core/evidence/report_reader.h"

namespace fw {

/// Why a row has no influence, or with which flag it is used. `problem` names columns and rules, never a value.
struct Verdicted {
  std::string code, problem;
  Verdict verdict = Verdict::refused;
};

/// A row that passed, or why not.
struct Judgement {
  std::optional<Report> report;
  Verdicted why;
};

/// Fills a Report whose pcode is as given (not yet looked up) and whose organisation and reporter are keys; an
/// unregistered reporter of a known organisation passes. Consent comes first: of a row without it nothing else is
/// looked at.
Judgement judge_row(const RawReport& raw, const EvidenceRequest& request);

/// Whether the consent cell says yes (true) or no (false); nothing when it is empty or neither.
std::optional<bool> read_consent(const std::string& cell);

}  // namespace fw
