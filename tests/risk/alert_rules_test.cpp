#include "core/risk/alert_rules.h"

#include <gtest/gtest.h>

#include <cmath>

namespace fw {
namespace {

constexpr double nan = __builtin_nan("");

UnitClass at(int period, int risk_class) {
  return {"ET04", "drought", UnitState::assessed, risk_class, false, {Cadence::dekad, 72000 + period}};
}
UnitClass missing(int period, UnitState state = UnitState::not_assessed) {
  return {"ET04", "drought", state, 0, false, {Cadence::dekad, 72000 + period}};
}
/// Kinds that a record of classes gives; 0 is a period that was not assessed, -1 one out of season.
std::vector<AlertKind> kinds(const std::vector<int>& classes, AlertMemory memory = {}) {
  std::vector<AlertKind> out;
  for (size_t k = 0; k < classes.size(); ++k) {
    const int p = static_cast<int>(k);
    const UnitClass now = classes[k] > 0
                              ? at(p, classes[k])
                              : missing(p, classes[k] < 0 ? UnitState::not_in_season : UnitState::not_assessed);
    out.push_back(decide_alert(now, {}, memory).kind);
  }
  return out;
}
using Kinds = std::vector<AlertKind>;
constexpr AlertKind none = AlertKind::none, raised = AlertKind::raised, repeated = AlertKind::repeated,
                    suppressed = AlertKind::suppressed, eased = AlertKind::eased, unknown = AlertKind::unknown;

TEST(Alerts, AreRaisedFromTheAlertClassOn) {
  EXPECT_EQ(kinds({1, 2, 3}), (Kinds{none, none, raised}));
  EXPECT_EQ(kinds({5}), (Kinds{raised}));
}
TEST(Alerts, AnEscalationAlwaysPasses_Fault5_6) {
  EXPECT_EQ(kinds({3, 4, 5}), (Kinds{raised, raised, raised}));
  // Also where the class was told before, fell below, and comes back within the window.
  EXPECT_EQ(kinds({4, 3, 4}), (Kinds{raised, eased, raised}));
  for (int before = 1; before <= 4; ++before)
    for (int now = std::max(3, before + 1); now <= 5; ++now)
      for (int told = 0; told <= 5; ++told)
        for (int ago = 1; ago <= 40; ++ago) {
          AlertMemory m;
          m.last_class = before;
          m.told_class = told;
          if (told > 0) m.told = Period{Cadence::dekad, 72000 - ago};
          EXPECT_EQ(decide_alert(at(0, now), {}, m).kind, raised) << before << now << told << ago;
        }
}
TEST(Alerts, ARepeatWithinTheWindowIsListedAndNotDrafted) {
  std::vector<int> same(20, 4);
  const Kinds k = kinds(same);
  EXPECT_EQ(k[0], raised);
  for (size_t p = 1; p < 18; ++p) EXPECT_EQ(k[p], suppressed) << p;
  EXPECT_EQ(k[18], repeated);
  EXPECT_EQ(k[19], suppressed);
}
TEST(Alerts, MissingDataIsNeverARecovery_Fault5_10) {
  EXPECT_EQ(kinds({4, 0, 0, 0}), (Kinds{raised, unknown, suppressed, suppressed}));
  AlertMemory m;
  decide_alert(at(0, 4), {}, m);
  for (int p = 1; p < 100; ++p) {
    const AlertDecision d = decide_alert(missing(p), {}, m);
    EXPECT_NE(d.kind, eased);
    EXPECT_NE(d.kind, none);
    EXPECT_EQ(m.told_class, 4) << "the alert stays";
    EXPECT_EQ(m.last_class, 4);
  }
  EXPECT_EQ(m.periods_unknown, 99);
}
TEST(Alerts, AUnitThatComesAndGoesIsNotToldOfEachTime) {
  EXPECT_EQ(kinds({4, 0, 4, 0, 4, 0}), (Kinds{raised, unknown, suppressed, suppressed, suppressed, suppressed}));
}
TEST(Alerts, OutOfSeasonIsNotARecoveryEither) { EXPECT_EQ(kinds({4, -1, 2}), (Kinds{raised, unknown, eased})); }
TEST(Alerts, WorseAfterAGapIsRaised) { EXPECT_EQ(kinds({3, 0, 0, 4}), (Kinds{raised, unknown, suppressed, raised})); }
TEST(Alerts, ARecoveryNeedsAnAssessedClassAndIsToldOnce) {
  EXPECT_EQ(kinds({4, 2, 2, 1}), (Kinds{raised, eased, none, none}));
}
TEST(Alerts, UnitsThatWereNeverToldOfStaySilentWhileMissing) {
  EXPECT_EQ(kinds({0, 2, 0, -1}), (Kinds{none, none, none, none}));
}

TEST(Alerts, OfAPeriodThatNobodyDecidedOnOnlyTheClassIsRemembered) {
  AlertMemory m;
  for (int p = 0; p < 5; ++p) remember_class(at(p, 5), m);
  const AlertDecision first = decide_alert(at(5, 5), {}, m);
  EXPECT_EQ(first.kind, raised) << "nobody was told yet";
  EXPECT_EQ(first.why, "at class 5, not told of before");
  remember_class(at(6, 2), m);
  const AlertDecision again = decide_alert(at(7, 4), {}, m);
  EXPECT_EQ(again.kind, raised);
  EXPECT_EQ(again.why, "worsened from class 2 to class 4");
  m = {};
  m.told_class = 3;
  m.told = Period{Cadence::dekad, 72000};
  remember_class(at(1, 5), m);
  EXPECT_EQ(decide_alert(at(2, 4), {}, m).why, "worsened from class 3 to class 4");
}

CapDraft draft(const UnitClass& now, AlertKind kind, int before, double likelihood = 0.7,
               const std::string& previous = "") {
  AlertDecision d{kind, before, now.state == UnitState::assessed ? now.risk_class : 0, "why"};
  return draft_cap(now, d, "Bale", likelihood, {"NDVI is low"}, previous);
}
TEST(CapDrafts, AreDraftsForReviewAndSayThatTheyAreNoActivation) {
  const CapDraft first = draft(at(0, 4), raised, 2);
  EXPECT_EQ(first.msg_type, "Alert");
  EXPECT_EQ(first.severity, "Severe");
  EXPECT_EQ(first.certainty, "Likely");
  EXPECT_EQ(first.identifier, "forewarn-drought-ET04-2000-01-d1");
  for (const CapDraft& c :
       {first, draft(at(3, 2), eased, 4, 0.2, first.identifier), draft(missing(3), unknown, 4, nan)}) {
    EXPECT_EQ(c.status, "Draft");
    EXPECT_EQ(c.scope, "Restricted");
    EXPECT_NE(c.description.find("not an official activation"), std::string::npos);
    EXPECT_NE(c.instruction.find("not an official activation"), std::string::npos);
    EXPECT_NE(c.certainty, "Observed");
    EXPECT_EQ(c.description.find("famine"), std::string::npos);
  }
}
TEST(CapDrafts, SayWorsenedOnlyWhereTheClassBeforeIsKnown) {
  EXPECT_NE(draft(at(0, 4), raised, 2).headline.find("worsened (risk class 4)"), std::string::npos);
  const std::string first = draft(at(0, 4), raised, 0).headline;
  EXPECT_EQ(first.find("worsened"), std::string::npos) << first;
  EXPECT_NE(first.find("told of for the first time (risk class 4)"), std::string::npos) << first;
}
TEST(CapDrafts, OfAProbabilitySayItsClassInWordsSinceANumberWouldBeReadAsAPhase) {
  UnitClass now = at(0, 4);
  now.probability_of = "probability of conditions consistent with phase 3 or worse";
  now.class_labels = {"Below 20 %", "20 to 40 %", "40 to 60 %", "60 to 80 %", "80 % and more"};
  AlertMemory m;
  EXPECT_EQ(decide_alert(now, {}, m).why, "at '60 to 80 %', not told of before");
  m = {};
  m.last_class = m.told_class = 3;
  m.told = now.period;
  EXPECT_EQ(decide_alert(now, {}, m).why, "worsened from '40 to 60 %' to '60 to 80 %'");
  const CapDraft c = draft(now, raised, 3);
  EXPECT_NE(c.headline.find("worsened (60 to 80 %, probability of conditions consistent with phase 3 or worse)"),
            std::string::npos)
      << c.headline;
  EXPECT_EQ((c.headline + c.description).find("class 4"), std::string::npos);
  now.risk_class = 5;
  EXPECT_EQ(draft(now, raised, 3, 0.9).severity, c.severity) << "more likely is not worse";
  EXPECT_EQ(draft(now, raised, 3, 0.9).certainty, "Likely");
}
TEST(CapDrafts, NeverCancelAndRefersToWhatTheyUpdate) {
  const CapDraft c = draft(at(3, 2), eased, 4, 0.2, "forewarn-drought-ET04-2000-01-d1");
  EXPECT_EQ(c.msg_type, "Update");
  EXPECT_EQ(c.references, "forewarn-drought-ET04-2000-01-d1");
  EXPECT_EQ(c.certainty, "Possible");
}
TEST(CapDrafts, OfAUnitThatCannotBeAssessedSaySoInsteadOfAnAllClear) {
  const CapDraft c = draft(missing(3), unknown, 4, nan, "x");
  EXPECT_EQ(c.severity, "Unknown");
  EXPECT_EQ(c.certainty, "Unknown");
  EXPECT_EQ(c.msg_type, "Update");
  EXPECT_NE(c.headline.find("cannot be assessed (last known: risk class 4)"), std::string::npos) << c.headline;
}
TEST(CapDrafts, OfAContestedUnitAskForVerification) {
  UnitClass now = at(0, 4);
  now.contested = true;
  EXPECT_NE(draft(now, raised, 2).description.find("contradict"), std::string::npos);
  EXPECT_EQ(draft(now, raised, 2, 0.9).certainty, "Unknown") << "nothing is likely on which sources disagree";
}

}  // namespace
}  // namespace fw
