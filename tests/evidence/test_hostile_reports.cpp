// Every file of the hostile field reports ends as its list of requirements says.
#include <algorithm>
#include <iostream>

#include "tests/evidence/report_helpers.h"

namespace fw::test {
namespace {

namespace fs = std::filesystem;

/// case (f01_lat_91) → requirement; one line of the list may name several cases.
std::map<std::string, std::string> requirements(const fs::path& file) {
  std::map<std::string, std::string> required;
  for (const std::string& line : split(read_text(file), '\n')) {
    const std::vector<std::string> cells = split(line, '\t');
    if (cells.size() < 4 || cells[0] != "report") continue;
    for (const std::string& name : split(cells[1], '/')) required[trim(name)] = trim(cells[3]);
  }
  return required;
}

Outcome read_case(const fs::path& dir, const std::string& name) {
  EvidenceRequest request = request_for(dir);
  request.inputs = {{name, "auto", {}}};
  return read(request);
}

/// Nothing of a file may stand in a message: names, phones, points, markup, keys of strangers.
void expect_nothing_quoted(const Outcome& outcome) {
  for (const Rejection& r : outcome.notes) {
    EXPECT_EQ(printable(r.item + r.detail, 100000), r.item + r.detail);
    for (const char* canary : {"14.5", "33.2", "18.9", "912", "Amina", "DROP", "passwd", "script", "HYPERLINK", "syb",
                               "well dry", "0x10", "133"})
      EXPECT_EQ((" " + r.detail).find(canary), std::string::npos) << r.detail << " quotes " << canary;
  }
}

TEST(HostileReports, EachFileEndsAsRequired) {
  FW_NEEDS_SHARED(hostile, "hostile/own/report");
  const auto required = requirements(hostile.parent_path().parent_path() / "EXPECTED.tsv");
  std::vector<fs::path> files(fs::directory_iterator(hostile), fs::directory_iterator{});
  std::sort(files.begin(), files.end());
  ASSERT_GE(files.size(), 50U);
  for (const fs::path& file : files) {
    SCOPED_TRACE(file.filename().string());
    const auto rule = required.find(file.stem().string());
    if (rule == required.end()) {
      ADD_FAILURE() << "no requirement for it";
      continue;
    }
    const Outcome outcome = read_case(hostile, file.filename().string());
    expect_nothing_quoted(outcome);
    std::cout << file.filename().string() << ": accepted " << outcome.table.accepted << ", rows "
              << outcome.table.rows.size() << ", " << join(outcome.codes(), ", ").substr(0, 90) << "   ["
              << rule->second << "]\n";
    const std::vector<std::string> words = split(rule->second, ' ');
    const std::string code = trim(split(split(rule->second, ':')[0], '(')[0]);
    if (words[0] == "A" || rule->second.rfind("A,", 0) == 0) {
      EXPECT_EQ(outcome.table.accepted, 1U);
      EXPECT_EQ(outcome.table.refused + outcome.table.quarantined + outcome.table.files_refused, 0U);
    } else if (words[0] == "R" && words.size() >= 3 && words[1] == "file") {
      EXPECT_EQ(outcome.table.files_refused, 1U);
      EXPECT_TRUE(outcome.has(Verdict::refused, words[2])) << join(outcome.codes(), ", ");
      EXPECT_EQ(outcome.table.accepted, 0U);
    } else if (words[0] == "R") {  // "R row CODE", "R feature SCHEMA", "R JSON_DEPTH, < 1 s"
      std::string wanted = words[1] == "row" || words[1] == "feature" ? words[2] : words[1];
      while (!wanted.empty() && (wanted.back() == ':' || wanted.back() == ',')) wanted.pop_back();
      EXPECT_TRUE(outcome.has(Verdict::refused, wanted)) << join(outcome.codes(), ", ");
      EXPECT_EQ(outcome.table.accepted, 0U);
      EXPECT_TRUE(outcome.table.rows.empty());
    } else if (words[0] == "Q") {
      const std::string wanted = code.substr(2, code.find_first_of(",", 2) - 2);
      EXPECT_TRUE(outcome.has(Verdict::quarantined, wanted)) << wanted << ": " << join(outcome.codes(), ", ");
      if (wanted == "SPEED") {  // the far report alone: it lies outside the region
        EXPECT_EQ(outcome.table.quarantined, 1U);
        EXPECT_EQ(outcome.table.accepted, 1U);
        continue;
      }
      EXPECT_EQ(outcome.table.accepted, 0U);
      EXPECT_TRUE(outcome.table.rows.empty());
    }
  }
}

TEST(HostileReports, ConsentNoLeavesOnlyTheRefusal) {
  FW_NEEDS_SHARED(hostile, "hostile/own/report");
  const Outcome outcome = read_case(hostile, "f17_consent_no.csv");
  ASSERT_EQ(outcome.codes(), std::vector<std::string>{"R CONSENT_NO"});
  EXPECT_EQ(outcome.notes[0].item, "f17_consent_no.csv:2");
  EXPECT_TRUE(outcome.table.rows.empty());
}

TEST(HostileReports, ByteOrderMarkAndCrlfEqualThePlainFile) {
  FW_NEEDS_SHARED(hostile, "hostile/own/report");
  EXPECT_EQ(evidence_csv(read_case(hostile, "f37_bom_crlf.csv").table, false),
            evidence_csv(read_case(hostile, "f00_good.csv").table, false));
}

TEST(HostileReports, OneRowSentAThousandTimesCountsOnce) {
  FW_NEEDS_SHARED(hostile, "hostile/own/report");
  const Outcome outcome = read_case(hostile, "f39_replay_same_row_1000.csv");
  EXPECT_EQ(outcome.table.accepted, 1U);
  EXPECT_EQ(outcome.table.duplicates, 999U);
  EXPECT_EQ(evidence_csv(outcome.table, false), evidence_csv(read_case(hostile, "f00_good.csv").table, false));
}

TEST(HostileReports, TwoHundredStrangersAreSeenAndMoveNothing) {
  FW_NEEDS_SHARED(hostile, "hostile/own/report");
  EvidenceRequest request = request_for(hostile);
  request.inputs = {{"f40_sybil_200_reporters_one_cell.csv", "auto", {}}};
  const Outcome alone = read(request);
  EXPECT_TRUE(alone.has(Verdict::noted, "CLUSTER_SUSPECT"));
  EXPECT_TRUE(alone.table.rows.empty());
  EXPECT_EQ(alone.table.unweighted, 200U);
  request.inputs.push_back({"f00_good.csv", "auto", {}});
  const EvidenceRow with = read(request).table.rows.at(0);
  const EvidenceRow without = read_case(hostile, "f00_good.csv").table.rows.at(0);
  EXPECT_EQ(with.value, without.value);
  EXPECT_EQ(with.weight, without.weight);
  EXPECT_EQ(with.reports, 1);
  EXPECT_NE(std::find(with.flags.begin(), with.flags.end(), "CLUSTER_SUSPECT"), with.flags.end());
}

TEST(HostileReports, SixtyTimesAllFineIsOneOrganisationsWord) {
  FW_NEEDS_SHARED(hostile, "hostile/own/report");
  EvidenceRequest request = request_for(hostile);
  request.inputs = {{"f42_poison_contradicts_evi.csv", "auto", {}}};
  const Outcome alone = read(request);
  ASSERT_EQ(alone.table.rows.size(), 1U);
  const EvidenceRow& row = alone.table.rows[0];
  EXPECT_EQ(row.value, 0);
  EXPECT_NEAR(row.weight, 0.95, 1e-12);
  EXPECT_EQ(row.organisations, 1);
  EXPECT_EQ(row.reporters, 3);
  EXPECT_EQ(row.flags, std::vector<std::string>{"SINGLE_SOURCE"});
  EXPECT_EQ(alone.table.duplicates, 57U);
}

TEST(HostileReports, AQuoteInAReporterKeyIsText) {
  FW_NEEDS_SHARED(hostile, "hostile/own/report");
  EXPECT_EQ(read_case(hostile, "f21_sql.csv").codes(), std::vector<std::string>{"N UNKNOWN_REPORTER"});
}

TEST(HostileReports, NameAndPhoneInTextAreFlagged) {
  FW_NEEDS_SHARED(hostile, "hostile/own/report");
  const Outcome outcome = read_case(hostile, "f28_pii_phone.csv");
  ASSERT_EQ(outcome.codes(), std::vector<std::string>{"N PII"});
  EXPECT_NE(outcome.notes[0].detail.find("a phone number, a name"), std::string::npos) << outcome.notes[0].detail;
}

TEST(HostileReports, BadFilesBesideGoodOnesLoseNoneOfTheirRows) {
  FW_NEEDS_SHARED(hostile, "hostile/own/report");
  EvidenceRequest request = request_for(hostile);
  size_t accepted = 0, files = 0;
  for (const auto& entry : fs::directory_iterator(hostile)) {
    const std::string name = entry.path().filename().string();
    // Cases that reuse the reporter and id of others would meet them here; they have their own test.
    if (name.rfind("f4", 0) != 0 && name.rfind("f3", 0) != 0) continue;
    if (name.rfind("f37", 0) == 0 || name.rfind("f38", 0) == 0 || name.rfind("f41", 0) == 0) continue;
    ++files;
    accepted += read_case(hostile, name).table.accepted;
    request.inputs.push_back({name, "auto", {}});
  }
  const Outcome together = read(request);
  EXPECT_EQ(together.table.files, files);
  EXPECT_EQ(together.table.accepted, accepted);
}

}  // namespace
}  // namespace fw::test
