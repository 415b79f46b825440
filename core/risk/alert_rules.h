// Which units get an alert draft, and what the draft says: logic only, no file. An escalation is never filtered; a
// recovery is never declared on missing data; a repeat within the window is left out (and counted).
// Source: OASIS Common Alerting Protocol 1.2; filter of repeats as OCHA HDX Signals describes its own.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/date.h"

namespace fw {

enum class UnitState : uint8_t { assessed, not_assessed, not_in_season };

/// A unit in one layer and period.
struct UnitClass {
  std::string pcode, layer;
  UnitState state = UnitState::not_assessed;
  int risk_class = 0;  ///< 1..5 where assessed
  bool contested = false;
  Period period;
  std::string title = {};  ///< of the layer, for people; empty: "<layer> risk"
  /// Of a layer whose classes are those of a probability: what it is the probability of, and the five labels. Their
  /// numbers say nothing of how bad it is and would be read as phases. Empty: risk classes 1 to 5.
  std::string probability_of = {};
  std::vector<std::string> class_labels = {};
};

/// What is remembered of a unit and layer between runs.
struct AlertMemory {
  int last_class = 0;                  ///< of the last assessed period; 0 before the first
  int told_class = 0;                  ///< of the last draft; 0 without one
  std::optional<Period> told;          ///< when
  std::optional<Period> told_unknown;  ///< when it was last told that the class told cannot be assessed
  int periods_unknown = 0;             ///< since the last assessed period
};

enum class AlertKind : uint8_t {
  none,        ///< nothing to say
  raised,      ///< worse than before, or than what was last told
  repeated,    ///< still at an alert class, and the window is over
  suppressed,  ///< still at an alert class, within the window: listed, no draft
  eased,       ///< an assessed class below what was told: an update, not an all-clear
  unknown,     ///< was told and cannot be assessed now: the alert stays, the draft says so once per window
};
struct AlertDecision {
  AlertKind kind = AlertKind::none;
  int before = 0, now = 0;  ///< classes; now 0 where not assessed
  std::string why;          ///< in words
  bool draft() const { return kind != AlertKind::none && kind != AlertKind::suppressed; }
};

struct AlertSettings {
  int alert_class = 3;      ///< from which class on units are told of, 1..5
  int repeat_periods = 18;  ///< window in which an unchanged class is not told again (18 dekads: 180 days)
};

/// Decides, and changes the memory. In: now: of a period after the one last decided on. Rules, first match wins:
/// not assessed or out of season: `unknown` where an alert was told (once per window), else none; the class remembered
/// stays. Assessed: worse than the last assessed or the last told class, at alert class or above: raised, whatever was
/// told before. At alert class: repeated or suppressed. Below what was told: eased once.
AlertDecision decide_alert(const UnitClass& now, const AlertSettings& settings, AlertMemory& memory);

/// A period that nothing was decided on: its class is remembered, so that the next decision knows what was before.
void remember_class(const UnitClass& then, AlertMemory& memory);

/// "forewarn-drought-ET04-2011-07"
std::string alert_identifier(const std::string& layer, const std::string& pcode, Period period);

/// Words of CAP for a draft. status is always Draft and scope Restricted until a person signs.
struct CapDraft {
  std::string identifier, status, msg_type, scope, restriction, category, event, urgency, severity, certainty, headline,
      description, instruction, pcode, references;
};
/// In: likelihood: probability 0..1 of the class, NaN unknown; area: name of the unit; reasons: sentences of the risk
/// row; `previous`: identifier of the draft that this one updates, empty for a first. Every description says "not an
/// official activation". The identifier is made of layer, p-code and period: the same input gives the same draft.
/// Errors: FW_EXPECT where the decision makes no draft.
CapDraft draft_cap(const UnitClass& now, const AlertDecision& decision, const std::string& area, double likelihood,
                   const std::vector<std::string>& reasons, const std::string& previous);

}  // namespace fw
