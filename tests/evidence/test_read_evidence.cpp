#include <gtest/gtest.h>

#include <algorithm>
#include <clocale>
#include <locale>
#include <random>

#include "tests/evidence/report_helpers.h"

namespace fw::test {
namespace {

using Codes = std::vector<std::string>;

/// The good row with one field replaced.
std::string with(const std::string& field, const std::string& cell) {
  const std::vector<std::string> names = split(trim(header), ',');
  std::vector<std::string> cells = split(trim(good_row), ',');
  cells[static_cast<size_t>(std::find(names.begin(), names.end(), field) - names.begin())] = cell;
  return join(cells, ",") + "\n";
}
std::string code_with(const std::string& field, const std::string& cell) {
  return join(read_rows(with(field, cell)).codes(), " ");
}

TEST(ReadEvidence, JudgesEachFieldByItsRule) {
  EXPECT_EQ(code_with("lat", "14.5"), "");
  EXPECT_EQ(code_with("lat", "91"), "R COORD_RANGE");
  EXPECT_EQ(code_with("lon", "-180.5"), "R COORD_RANGE");
  EXPECT_EQ(code_with("lat", "NaN"), "R COORD_INVALID");
  EXPECT_EQ(code_with("lat", ""), "R COORD_INVALID");
  EXPECT_EQ(code_with("lat", "\"14,5\""), "R NUMBER_FORMAT");
  EXPECT_EQ(code_with("lat", "1"), "R OUTSIDE_REGION");
  EXPECT_EQ(code_with("time", "2026-03-06T00:00:00Z"), "");  // exactly 24 h ahead
  EXPECT_EQ(code_with("time", "2026-03-06T00:00:01Z"), "R TIME_FUTURE");
  EXPECT_EQ(code_with("time", "1989-12-31"), "Q TIME_IMPLAUSIBLE");
  EXPECT_EQ(code_with("time", "2026-03-01T10:00"), "Q TIME_ZONE_MISSING");
  EXPECT_EQ(code_with("time", "1 March 2026"), "R TIME_INVALID");
  EXPECT_EQ(code_with("people", "-1"), "R RANGE");
  EXPECT_EQ(code_with("people", "1000000000"), "");
  EXPECT_EQ(code_with("people", "1000000001"), "R RANGE");
  EXPECT_EQ(code_with("people", ""), "");
  EXPECT_EQ(code_with("people", "0x10"), "R NUMBER_FORMAT");
  EXPECT_EQ(code_with("severity", "5.01"), "R RANGE");
  EXPECT_EQ(code_with("severity", ""), "R NUMBER_FORMAT");
  EXPECT_EQ(code_with("severity", "nan"), "R NUMBER_FORMAT");
  EXPECT_EQ(code_with("consent", ""), "Q CONSENT_MISSING");
  EXPECT_EQ(code_with("consent", "perhaps"), "Q CONSENT_MISSING");
  EXPECT_EQ(code_with("consent", "No"), "R CONSENT_NO");
  EXPECT_EQ(code_with("report_id", "../x"), "R ID_INVALID");
  EXPECT_EQ(code_with("report_id", ""), "R ID_INVALID");
  EXPECT_EQ(code_with("report_id", "uuid:0a1b-2c"), "");
  EXPECT_EQ(code_with("org", "orga"), "R UNKNOWN_ORG");
  EXPECT_EQ(code_with("org", "orgB"), "Q ORG_MISMATCH");
  EXPECT_EQ(code_with("reporter_id",
                      "p\xE2\x80\x8B"
                      "7"),
            "R UNKNOWN_ORG");
  EXPECT_EQ(code_with("reporter_id", ""), "R REPORTER_MISSING");
  EXPECT_EQ(code_with("reporter_id", "P7"), "N UNKNOWN_REPORTER");
  EXPECT_EQ(code_with("category", "No Rain"), "");
  EXPECT_EQ(code_with("category", "droughty"), "Q UNKNOWN_KIND");
  EXPECT_EQ(code_with("text", std::string(64 << 10, 'a')), "");
  EXPECT_EQ(code_with("text", std::string((64 << 10) + 1, 'a')), "R FIELD_TOO_LONG");
}

TEST(ReadEvidence, ConsentComesBeforeEverythingElse) {
  EXPECT_EQ(join(read_rows("../x,,,999,,never,?,99,-1,no,\n").codes(), " "), "R CONSENT_NO");
}

TEST(ReadEvidence, ANoOutweighsAYesForTheSameReport) {
  const Outcome outcome = read_rows(good_row + with("consent", "no"));
  EXPECT_EQ(outcome.codes(), (Codes{"R CONSENT_NO", "R CONSENT_NO"}));
  EXPECT_TRUE(outcome.table.rows.empty());
}

TEST(ReadEvidence, CodesOfUnitsAreTakenToTheLetter) {
  const std::string names = "reporter_id,pcode,time,category,severity,consent\n";
  const auto read_code = [&](const std::string& pcode) {
    return read_files({{"a.csv", names + "p7," + pcode + ",2026-03-01,drought,3,yes\n"}});
  };
  EXPECT_EQ(read_code("SD02").table.rows.at(0).pcode, "SD02");
  for (const char* wrong : {"sd02", "SD2", "SD 02", "SD021"})
    EXPECT_EQ(read_code(wrong).codes(), Codes{"Q PCODE_UNKNOWN"}) << wrong;
  EXPECT_EQ(read_code("").codes(), Codes{"R LOCATION_MISSING"});
}

TEST(ReadEvidence, ACodeThatTheirPointContradictsIsNoted) {
  const std::string names = "reporter_id,pcode,lat,lon,time,category,severity,consent\n";
  const Outcome outcome = read_files(
      {{"a.csv", names + "p7,SD02,14.5,33.2,2026-03-01,drought,3,yes\np8,SD01,14.5,33.2,2026-03-01,drought,3,yes\n"}});
  EXPECT_EQ(outcome.codes(), Codes{"N PCODE_MISMATCH"});
  ASSERT_EQ(outcome.table.rows.size(), 2U);
  EXPECT_EQ(outcome.table.rows[1].pcode, "SD02");
}

TEST(ReadEvidence, UnitsNestByTheirParentsAndNotByTheSpellingOfTheirCodes) {
  // The point lies in SD10, beneath N1. SD1 is another unit whose code begins alike.
  TempDir dir;
  EvidenceRequest request = request_for(dir.path());
  request.pcodes = {"N1", "SD1", "SD10"};
  request.units = {
      {"N1", "", 1, 14, 33, 50, {}, {}}, {"SD1", "N1", 2, 14, 33, 20, {}, {}}, {"SD10", "N1", 2, 15, 33, 20, {}, {}}};
  request.locate = [](double, double) { return "SD10"; };
  const auto codes = [&](const char* pcode) {
    write_text(dir / "reports.csv", "reporter_id,org,lat,lon,pcode,time,category,severity,consent\np1,orgA,14.5,33.2," +
                                        std::string(pcode) + ",2026-03-01,drought,3,yes\n");
    request.inputs = {{"reports.csv", "csv", {}}};
    return read(request).codes();
  };
  EXPECT_EQ(codes("SD1"), Codes{"N PCODE_MISMATCH"});
  EXPECT_TRUE(codes("SD10").empty());
  EXPECT_TRUE(codes("N1").empty());
}

TEST(ReadEvidence, BadRowsAndFilesLoseNothingElse) {
  const Outcome outcome = read_files({{"a.csv", header + with("lat", "91") + good_row + with("severity", "x")},
                                      {"b.csv", "not a table"},
                                      {"c.csv", header + with("reporter_id", "p8")},
                                      {"d.csv", std::string("\xFF\xFE", 2)},
                                      {"e.geojson", "{"}});
  EXPECT_EQ(outcome.table.accepted, 2U);
  EXPECT_EQ(outcome.table.rows.at(0).reporters, 2);
  EXPECT_EQ(outcome.table.files, 5U);
  EXPECT_EQ(outcome.table.files_refused, 3U);
  EXPECT_EQ(outcome.table.refused, 2U);
  std::vector<std::string> items;
  for (const Rejection& r : outcome.notes) items.push_back(r.item + " " + r.code);
  std::sort(items.begin(), items.end());
  EXPECT_EQ(items, (Codes{"a.csv:2 COORD_RANGE", "a.csv:4 NUMBER_FORMAT", "b.csv SCHEMA", "d.csv ENCODING",
                          "e.geojson JSON_SYNTAX"}));
}

TEST(ReadEvidence, AnInputNamedWronglyStopsTheRun) {
  TempDir dir;
  EvidenceRequest request = request_for(dir.path());
  RunReport report;
  for (const char* name : {"../x.csv", "/etc/passwd", "missing.csv"}) {
    request.inputs = {{name, "auto", {}}};
    EXPECT_THROW(read_evidence(request, report), ConfigError) << name;
  }
}

/// 300 rows of several reporters, organisations, units, kinds, with replays, copies, conflicts and bad rows.
std::vector<std::string> mixed_rows() {
  std::mt19937 random(7);
  const auto pick = [&](const std::vector<std::string>& from) { return from[random() % from.size()]; };
  std::vector<std::string> rows;
  for (int i = 0; i < 300; ++i) {
    const std::string reporter = pick({"p0", "p1", "p2", "p3", "q0", "q1", "q2", "stranger"});
    rows.push_back(pick({"A", "B", "C", "D"}) + std::to_string(random() % 120) + "," + reporter + "," +
                   (reporter[0] == 'q' ? "orgB" : "orgA") + ",14." + pick({"5", "50001", "51"}) + ",33.2,2026-0" +
                   pick({"1", "2"}) + "-" + pick({"05", "15", "16"}) + "," +
                   pick({"drought", "water", "price", "bogus"}) + "," + pick({"0", "1", "2.5", "3", "4.5", "5", "9"}) +
                   ",," + pick({"yes", "yes", "yes", "no", ""}) + "," +
                   pick({"", "dry", "the wells of the village are dry", "market closed"}) + "\n");
  }
  return rows;
}

TEST(ReadEvidence, OrderOfRowsAndFilesDoesNotMatter) {
  std::vector<std::string> rows = mixed_rows();
  const auto result = [&](size_t files) {
    std::vector<std::pair<std::string, std::string>> parts;
    for (size_t f = 0; f < files; ++f) parts.emplace_back("part" + std::to_string(files - f) + ".csv", header);
    for (size_t i = 0; i < rows.size(); ++i) parts[i % files].second += rows[i];
    const Outcome outcome = read_files(parts);
    const EvidenceTable& t = outcome.table;
    return evidence_csv(t, false) + std::to_string(t.accepted) + " " + std::to_string(t.refused) + " " +
           std::to_string(t.quarantined) + " " + std::to_string(t.duplicates);
  };
  const std::string first = result(1);
  EXPECT_GT(std::count(first.begin(), first.end(), '\n'), 8);
  std::mt19937 random(11);
  for (int trial = 0; trial < 30; ++trial) {
    std::shuffle(rows.begin(), rows.end(), random);
    EXPECT_EQ(result(1 + static_cast<size_t>(trial % 4)), first);
  }
}

TEST(ReadEvidence, AnUnregisteredReporterEqualsNobody) {
  const std::vector<std::string> rows = mixed_rows();
  std::string all, fewer;
  for (const std::string& row : rows) {
    const bool stranger = row.find(",stranger,") != std::string::npos;
    all += row;
    if (!stranger) fewer += row;
  }
  EXPECT_EQ(evidence_csv(read_rows(all).table, false), evidence_csv(read_rows(fewer).table, false));
}

struct DecimalComma : std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

TEST(ReadEvidence, TheLocaleDoesNotMatter) {
  const std::string row = "R1,p7,orgA,14.5,33.2,2026-03-01T10:00:00Z,drought,2.5,1200,yes,well dry\n";
  const std::string before = evidence_csv(read_rows(row).table, true);
  const std::locale old = std::locale::global(std::locale(std::locale::classic(), new DecimalComma));
  for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "fr_FR.utf8"})
    if (std::setlocale(LC_NUMERIC, name)) break;  // the C library too, where one is installed
  const std::string after = evidence_csv(read_rows(row).table, true);
  std::locale::global(old);
  std::setlocale(LC_ALL, "C");
  EXPECT_EQ(after, before);
  EXPECT_NE(before.find(",0.5,0.95,1,"), std::string::npos) << before;
}

TEST(EvidenceCsv, ReadsBackAsItWasWritten) {
  std::string text;
  for (const std::string& row : mixed_rows()) text += row;
  const EvidenceTable table = read_rows(text).table;
  TempDir dir;
  for (const bool hxl : {false, true}) {
    write_text(dir / "evidence.csv", evidence_csv(table, hxl));
    const EvidenceTable again = load_evidence((dir / "evidence.csv").string());
    ASSERT_EQ(again.rows.size(), table.rows.size());
    EXPECT_EQ(evidence_csv(again, hxl), evidence_csv(table, hxl));
    for (size_t i = 0; i < table.rows.size(); ++i) {
      EXPECT_EQ(again.rows[i].value, table.rows[i].value);
      EXPECT_EQ(again.rows[i].flags, table.rows[i].flags);
    }
  }
}

TEST(EvidenceCsv, NoSpreadsheetExecutesACell) {
  EvidenceTable table;
  EvidenceRow row;
  row.pcode = "=1+1";
  row.kind = "@kind";
  row.period = period_of({2026, 3, 1}, Cadence::dekad);
  table.rows.push_back(row);
  const std::string csv = evidence_csv(table, true);
  EXPECT_NE(csv.find("\n'=1+1,"), std::string::npos) << csv;
  EXPECT_NE(csv.find(",'@kind,"), std::string::npos) << csv;
  EXPECT_NE(csv.find("\n#loc+code,"), std::string::npos);
}

TEST(LoadEvidence, RefusesWhatItDidNotWrite) {
  TempDir dir;
  const auto code = [&](const std::string& text) {
    write_text(dir / "evidence.csv", text);
    try {
      load_evidence((dir / "evidence.csv").string());
    } catch (const InputError& e) {
      return e.code();
    }
    return std::string();
  };
  const std::string good = evidence_csv(read_rows(good_row).table, false);
  EXPECT_EQ(code(good), "");
  const auto replaced = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    EXPECT_NE(text.find(from), std::string::npos) << from;
    return text.replace(text.find(from), from.size(), to);
  };
  EXPECT_EQ(code("a,b\n1,2\n"), "TABLE_INVALID");
  EXPECT_EQ(code(replaced(",0.6,", ",1.6,")), "TABLE_INVALID");
  EXPECT_EQ(code(replaced(",0.6,", ",,")), "TABLE_INVALID");
  EXPECT_EQ(code(replaced("2026-03-d1", "2026-03-d4")), "TABLE_INVALID");
  EXPECT_EQ(code(replaced(",1,1,1,", ",0,1,1,")), "TABLE_INVALID");
  EXPECT_EQ(code(replaced(",1,1,1,", ",0,0,0,")), "") << "published figures alone are no reports";
  EXPECT_EQ(code(good + "SD01\n"), "TABLE_INVALID");
}

}  // namespace
}  // namespace fw::test
