#include "core/risk/alert_rules.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/base/text.h"

namespace fw {
namespace {

constexpr const char* not_official = "This is a model-indicated draft, not an official activation.";

std::string class_of(const UnitClass& unit, int c) {
  if (unit.class_labels.empty()) return "class " + std::to_string(c);
  return "'" + unit.class_labels.at(static_cast<size_t>(c - 1)) + "'";
}
/// As a reader meets it first.
std::string class_in_full(const UnitClass& unit, int c) {
  if (unit.class_labels.empty()) return "risk " + class_of(unit, c);
  return unit.class_labels.at(static_cast<size_t>(c - 1)) + ", " + unit.probability_of;
}

AlertDecision decide_unknown(const UnitClass& now, const AlertSettings& settings, AlertMemory& memory) {
  ++memory.periods_unknown;
  AlertDecision d{AlertKind::none, memory.last_class, 0, ""};
  if (memory.told_class < settings.alert_class) return d;
  d.before = memory.told_class;
  d.why = now.state == UnitState::not_in_season
              ? "out of season now: the condition told before can neither be confirmed nor lifted"
              : "not assessed now (too little evidence): the condition told before is not lifted";
  const bool due = !memory.told_unknown || now.period.number - memory.told_unknown->number >= settings.repeat_periods;
  d.kind = due ? AlertKind::unknown : AlertKind::suppressed;
  if (due) memory.told_unknown = now.period;
  return d;
}

}  // namespace

AlertDecision decide_alert(const UnitClass& now, const AlertSettings& settings, AlertMemory& memory) {
  FW_EXPECT(settings.alert_class >= 1 && settings.alert_class <= 5 && settings.repeat_periods >= 1, "alert settings");
  FW_EXPECT(!memory.told || now.period.cadence == memory.told->cadence, "alerts: one cadence per layer");
  if (now.state != UnitState::assessed) return decide_unknown(now, settings, memory);
  FW_EXPECT(now.risk_class >= 1 && now.risk_class <= 5, "an assessed unit has a class 1..5");
  const int seen = memory.last_class, told = memory.told_class;
  AlertDecision d{AlertKind::none, told > 0 ? told : seen, now.risk_class, ""};
  memory.last_class = now.risk_class;
  memory.periods_unknown = 0;
  if (now.risk_class >= settings.alert_class) {
    const bool worse = now.risk_class > told || now.risk_class > seen;
    const bool window_over = !memory.told || now.period.number - memory.told->number >= settings.repeat_periods;
    if (worse) {
      d.kind = AlertKind::raised;
      const bool rose = now.risk_class > seen && seen > 0;
      d.before = rose ? seen : told;
      d.why = d.before > 0 ? "worsened from " + class_of(now, d.before) + " to " + class_of(now, now.risk_class)
                           : "at " + class_of(now, now.risk_class) + ", not told of before";
    } else if (now.risk_class < told) {
      d.kind = AlertKind::eased;
      d.why = "eased from " + class_of(now, told) + " to " + class_of(now, now.risk_class) +
              ", which still asks for attention";
    } else {
      d.kind = window_over ? AlertKind::repeated : AlertKind::suppressed;
      d.why = "still at " + class_of(now, now.risk_class) +
              (window_over ? "" : ", told within the last " + std::to_string(settings.repeat_periods) + " periods");
    }
  } else if (told >= settings.alert_class) {
    d.kind = AlertKind::eased;
    d.why =
        "eased from " + class_of(now, told) + " to " + class_of(now, now.risk_class) + ", on evidence of this period";
  }
  if (d.draft()) {
    memory.told_class = now.risk_class;
    memory.told = now.period;
    memory.told_unknown.reset();
  }
  return d;
}

void remember_class(const UnitClass& then, AlertMemory& memory) {
  if (then.state != UnitState::assessed) {
    ++memory.periods_unknown;
    return;
  }
  memory.last_class = then.risk_class;
  memory.periods_unknown = 0;
}

std::string alert_identifier(const std::string& layer, const std::string& pcode, Period period) {
  return "forewarn-" + layer + "-" + pcode + "-" + label(period);
}

CapDraft draft_cap(const UnitClass& now, const AlertDecision& decision, const std::string& area, double likelihood,
                   const std::vector<std::string>& reasons, const std::string& previous) {
  FW_EXPECT(decision.draft(), "this decision makes no draft");
  CapDraft c;
  c.identifier = alert_identifier(now.layer, now.pcode, now.period);
  c.status = "Draft";
  c.scope = "Restricted";
  c.restriction = "For review by an authorised person; not for distribution before it is signed";
  c.msg_type = previous.empty() ? "Alert" : "Update";
  c.references = previous;
  c.category = now.layer == "drought" ? "Met" : "Other";
  const std::string title = now.title.empty() ? now.layer + " risk" : now.title;
  c.event = title + ", model-indicated";
  c.pcode = now.pcode;
  const int shown = decision.now > 0 ? decision.now : decision.before;
  constexpr const char* severities[] = {"Unknown", "Minor", "Minor", "Moderate", "Severe", "Extreme"};
  // A class of probability is no severity: what may come is one and the same, and how likely it is the certainty says.
  c.severity = decision.now == 0 ? "Unknown" : (now.class_labels.empty() ? severities[shown] : "Severe");
  c.urgency = decision.now >= 4 ? "Expected" : (decision.now == 3 ? "Future" : "Unknown");
  // CAP: Likely is above one half; Observed is a person's word, never ours. Sources that contradict each other make
  // nothing likely.
  const bool unknown = std::isnan(likelihood) || decision.now == 0 || now.contested;
  c.certainty = unknown ? "Unknown" : (likelihood > 0.5 ? "Likely" : "Possible");
  const char* verb = "";
  switch (decision.kind) {
    case AlertKind::raised:
      verb = decision.before > 0 ? "worsened" : "told of for the first time";
      break;
    case AlertKind::repeated:
      verb = "unchanged";
      break;
    case AlertKind::eased:
      verb = "eased";
      break;
    default:
      verb = "cannot be assessed";
      break;
  }
  c.headline =
      area + ": " + title + " " + verb + " (" +
      (decision.now > 0 ? class_in_full(now, decision.now) : "last known: " + class_in_full(now, decision.before)) +
      "), " + describe(now.period);
  c.description = decision.why + ". ";
  if (now.contested) c.description += "Satellites and field reports contradict each other: verify before use. ";
  for (const std::string& r : reasons) c.description += r + ". ";
  c.description += not_official;
  c.instruction = "Verify with people who know the place, then decide. " + std::string(not_official);
  return c;
}

}  // namespace fw
