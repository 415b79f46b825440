// Consent, sensitivity, owner, purpose and retention of reports, in the row or stated for the whole input.
#include "tests/evidence/report_helpers.h"

namespace fw::test {
namespace {

const std::string terms_header =
    "report_id,reporter_id,org,lat,lon,time,category,severity,people,consent,text,sensitivity,owner,purpose,"
    "retention\n";
std::string row_with(const std::string& terms) {
  return "R1,p7,orgA,14.5,33.2,2026-03-01T10:00:00Z,drought,3,120,yes,well dry," + terms + "\n";
}

Outcome read_with(const std::string& text, const std::map<std::string, std::string>& stated) {
  TempDir dir;
  write_text(dir / "r.csv", text);
  EvidenceRequest request = request_for(dir.path());
  request.defaults.clear();
  request.inputs = {{"r.csv", "auto", {}, stated}};
  return read(request);
}
const std::map<std::string, std::string> full = {
    {"owner", "village"}, {"purpose", "early warning"}, {"retention", "90 days"}};

TEST(Terms, KeepUntilCountsDaysWeeksMonthsAndYears) {
  const Date jan31{2026, 1, 31};
  EXPECT_EQ(keep_until("2027-05-06", jan31), (Date{2027, 5, 6}));
  EXPECT_EQ(keep_until("90 days", jan31), (Date{2026, 5, 1}));
  EXPECT_EQ(keep_until("P90D", jan31), (Date{2026, 5, 1}));
  EXPECT_EQ(keep_until("2 weeks", jan31), (Date{2026, 2, 14}));
  EXPECT_EQ(keep_until("1 month", jan31), (Date{2026, 2, 28}));
  EXPECT_EQ(keep_until("P1Y6M", jan31), (Date{2027, 7, 31}));
  EXPECT_EQ(keep_until("0d", jan31), jan31);
  for (const char* bad :
       {"", "P", "soon", "90", "days", "-1 day", "101 years", "P1", "1.5 years", "9999999999 days", "P1H"})
    EXPECT_FALSE(keep_until(bad, jan31)) << bad;
}

TEST(Terms, ReportsWithoutOwnerPurposeOrRetentionAreSetAside) {
  const Outcome outcome = read_with(header + good_row, {});
  EXPECT_EQ(outcome.codes(), std::vector<std::string>{"Q TERMS_MISSING"});
  EXPECT_NE(outcome.notes[0].detail.find("owner, purpose, retention"), std::string::npos);
  EXPECT_EQ(read_with(header + good_row, full).table.accepted, 1U);
}

TEST(Terms, WhatNobodyClassedIsSevereAndTheHighestClassOfACellHolds) {
  EXPECT_EQ(read_with(header + good_row, full).table.rows.at(0).sensitivity, Sensitivity::severe);
  auto stated = full;
  stated["sensitivity"] = "low";
  EXPECT_EQ(read_with(header + good_row, stated).table.rows.at(0).sensitivity, Sensitivity::low);
  // An empty cell beside others that are filled is somebody's silence, which the statement for the file does not cover.
  const std::string second = "R2,q0,orgB,14.5,33.2,2026-03-02T10:00:00Z,drought,3,120,yes,other words,HIGH,,,\n";
  EXPECT_EQ(read_with(terms_header + row_with("moderate,,,") + second, stated).table.rows.at(0).sensitivity,
            Sensitivity::high);
  EXPECT_EQ(read_with(terms_header + row_with(",,,") + second, stated).table.rows.at(0).sensitivity,
            Sensitivity::severe);
  EXPECT_EQ(read_with(terms_header + row_with("harmless,,,"), stated).codes(),
            std::vector<std::string>{"Q SENSITIVITY_UNKNOWN"});
}

TEST(Terms, RetentionAndPurposeOfTheRowComeBeforeThoseOfTheInput) {
  EXPECT_EQ(read_with(terms_header + row_with("low,,,2026-03-04"), full).codes(),
            std::vector<std::string>{"R RETENTION_EXPIRED"});
  EXPECT_EQ(read_with(terms_header + row_with("low,,,2026-03-05"), full).table.accepted, 1U);
  EXPECT_EQ(read_with(terms_header + row_with("low,,,3 days"), full).codes(),
            std::vector<std::string>{"R RETENTION_EXPIRED"});
  EXPECT_EQ(read_with(terms_header + row_with("low,,,for ever"), full).codes(),
            std::vector<std::string>{"Q RETENTION_INVALID"});
  EXPECT_EQ(read_with(terms_header + row_with("low,,research,"), full).codes(),
            std::vector<std::string>{"R PURPOSE_OTHER"});
  EXPECT_EQ(read_with(terms_header + row_with("low,,research;Early-Warning,"), full).table.accepted, 1U);
}

TEST(Terms, ConsentCanBeStatedOnlyForFilesWithoutTheColumn) {
  const std::string without =
      "reporter_id,org,lat,lon,time,category,severity\np7,orgA,14.5,33.2,2026-03-01,drought,3\n";
  EXPECT_EQ(read_with(without, full).table.files_refused, 1U);
  auto stated = full;
  stated["consent"] = "yes";
  EXPECT_EQ(read_with(without, stated).table.accepted, 1U);
  const std::string empty = "R1,p7,orgA,14.5,33.2,2026-03-01T10:00:00Z,drought,3,120,,well dry\n";
  EXPECT_EQ(read_with(header + empty, stated).codes(), std::vector<std::string>{"Q CONSENT_MISSING"});
}

TEST(Terms, OnlyTermsCanBeStatedForAWholeInput) {
  EXPECT_THROW(read_with(header + good_row, {{"severity", "3"}}), ConfigError);
}

}  // namespace
}  // namespace fw::test
