// Published statistics in a run: matched with units, weighed as their source deserves, named in the reasons.
#include <cmath>
#include <fstream>
#include <set>

#include "tests/golden/program.h"

namespace fw {
namespace {

namespace fs = std::filesystem;

class PublishedStatistics : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = new test::TempDir;
    ASSERT_EQ(test::forewarn(*dir_, "make-samples " + path("samples")).exit, 0);
    std::string header =
        "event_id_cnty,event_date,event_type,sub_event_type,country,admin1,admin2,latitude,longitude,geo_precision,"
        "time_precision,fatalities,notes\n";
    std::string events = header;
    for (int i = 0; i < 5; ++i)
      events += "XSR" + std::to_string(i) + ",2023-08-2" + std::to_string(i + 2) +
                ",Battles,Armed clash,Sample,West,Tamalet,,,1,1,2,never read\n";
    events += "XSR5,2023-08-22,Riots,,Sample,West,Nowhere,,,1,1,0,\n";
    events += "XSR6,2023-08-22,Riots,,Sample,West,Tamalet,,,1,1,many,\n";
    // The record begins in May with an event at a known place, and ends with one that has no day and one off the Earth.
    events += "XSR7,2023-05-03,Battles,,Sample,West,Tamalet,,,3,1,0,\n";
    events += "XSR8,,Battles,,Sample,West,Tamalet,,,1,1,3,\n";
    events += "XSR9,2023-08-30,Battles,,Sample,West,Tamalet,95.5,41.1,1,1,3,\n";
    test::write_text(*dir_ / "samples/conflict.csv", events);

    fs::copy(FW_SOURCE_DIR "/config", *dir_ / "config", fs::copy_options::recursive);
    std::ofstream(*dir_ / "config/reporters/sample.toml", std::ios::app)
        << "\n[[organisation]]\nkey = \"acled\"\nname = \"Conflict events\"\nreliability = \"B\"\n";
    std::string text = test::read_text(FW_SOURCE_DIR "/config/examples/sample.toml");
    text = text.substr(0, text.find("[[reports]]"));
    for (const auto& [from, to] : std::map<std::string, std::string>{
             {"../../sample_scenes/generated", "samples"},
             {"rasters = \"last\"", "rasters = \"none\""},
             {"layers = [\"drought\", \"famine\", \"displacement\"]", "layers = [\"displacement\"]"}}) {
      ASSERT_NE(text.find(from), std::string::npos) << from;
      text.replace(text.find(from), from.size(), to);
    }
    test::write_text(*dir_ / "run.toml", text + "[[observations]]\npath = \"conflict.csv\"\n");
    run_ =
        test::forewarn(*dir_, "run " + path("run.toml") + " --config-dir " + path("config") + " -q -o " + path("out"));
  }
  static void TearDownTestSuite() { delete dir_; }
  static std::string path(const std::string& name) { return (*dir_ / name).string(); }
  static test::TempDir* dir_;
  static test::Outcome run_;
};
test::TempDir* PublishedStatistics::dir_ = nullptr;
test::Outcome PublishedStatistics::run_;

TEST_F(PublishedStatistics, StandInTheContextTableAsPublished) {
  ASSERT_EQ(run_.exit, 3) << run_.err;  // one row is wrong on purpose
  double events = 0, fatalities = 0;
  for (const auto& row : test::table(*dir_ / "out/evidence/context.csv")) {
    EXPECT_EQ(row.at("pcode"), "XS0101");
    EXPECT_EQ(row.at("source"), "acled");
    (row.at("quantity") == "events" ? events : fatalities) += std::stod(row.at("value"));
  }
  EXPECT_EQ(events, 6);
  EXPECT_EQ(fatalities, 10);
}

TEST_F(PublishedStatistics, BecomeEvidenceThroughTheRampsAndCountAmongNoReports) {
  auto rows = test::table(*dir_ / "out/evidence/evidence.csv");
  std::erase_if(rows, [](const auto& row) { return row.at("period") != "2023-08-d3"; });
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].at("pcode"), "XS0101");
  EXPECT_EQ(rows[0].at("kind"), "conflict");
  EXPECT_NEAR(std::stod(rows[0].at("value")), 0.5, 1e-6) << "5 of 10 events is worse than 10 of 25 deaths";
  EXPECT_GT(std::stod(rows[0].at("weight")), 0.5);
  EXPECT_EQ(rows[0].at("reports"), "0");
}

TEST_F(PublishedStatistics, AreNamedAsSuchInTheReasons) {
  bool named = false;
  for (const auto& row : test::table(*dir_ / "out/publish/risk_displacement.csv"))
    if (row.at("pcode") == "XS0101" && row.at("period") == "2023-08-d3")
      named = row.at("reasons").find("Published figures on conflict") != std::string::npos;
  EXPECT_TRUE(named);
}

TEST_F(PublishedStatistics, GiveTheExposureOfWatchedUnitsAndLeaveTheOthersOpen) {
  // Five events of two deaths at the unit's middle, known to the unit only: ln 3 / 9 each, 9 to 5 days before the end.
  double sum = 0;
  for (int age = 5; age <= 9; ++age) sum += std::log(3.0) / 9 * std::exp2(-age / 90.0);
  size_t watched = 0, open = 0;
  for (const auto& row : test::table(*dir_ / "out/publish/risk_displacement.csv")) {
    EXPECT_EQ(row.at("r_displaced_by_conflict"), "") << "the run has no such figures";
    if (row.at("period") != "2023-08-d3") continue;
    const bool tamalet = row.at("pcode") == "XS0101", region = row.at("pcode") == "XS01";
    if (!tamalet && !region) {
      EXPECT_EQ(row.at("r_conflict_exposure"), "") << row.at("pcode");
      EXPECT_NE(row.at("reasons").find("which is not none"), std::string::npos);
      ++open;
    } else if (tamalet) {
      EXPECT_NEAR(std::stod(row.at("r_conflict_exposure")), sum, 1e-9);
      EXPECT_NE(row.at("reasons").find("Conflict exposure: 0.5"), std::string::npos) << row.at("reasons");
      ++watched;
    }
  }
  EXPECT_EQ(watched, 1U);
  EXPECT_GT(open, 3U);
}

TEST_F(PublishedStatistics, ShowSharesOfDestinationsThatAddUpToAllWhoLeave) {
  std::map<std::string, std::pair<double, double>> sums;
  for (const auto& row : test::table(*dir_ / "out/publish/displacement_flows.csv")) {
    EXPECT_LE(std::stoi(row.at("level")), 2);
    EXPECT_NE(row.at("from_pcode"), row.at("to_pcode"));
    EXPECT_NE(row.at("wording").find("not how many leave"), std::string::npos);
    sums[row.at("from_pcode")].first += std::stod(row.at("gravity_share"));
    sums[row.at("from_pcode")].second += std::stod(row.at("radiation_share"));
  }
  EXPECT_GE(sums.size(), 2U);
  for (const auto& [pcode, sum] : sums) {
    EXPECT_NEAR(sum.first, 1, 0.03) << pcode;
    EXPECT_NEAR(sum.second, 1, 0.03) << pcode;
  }
}

TEST_F(PublishedStatistics, TellOfAUnitInWhichNobodyLivesAndOfTheOthersAsBefore) {
  std::string people = test::read_text(*dir_ / "samples/admin/people.csv");
  const size_t from = people.find("XS0101,") + 7;
  people.replace(from, people.find(',', from) - from, "0");
  test::write_text(*dir_ / "samples/admin/people.csv", people);
  const auto again = test::forewarn(
      *dir_, "evidence " + path("run.toml") + " --config-dir " + path("config") + " -q --overwrite -o " + path("out"));
  ASSERT_EQ(again.exit, 3) << again.err;
  const auto risk = test::forewarn(
      *dir_, "risk " + path("run.toml") + " --config-dir " + path("config") + " -q --overwrite -o " + path("out"));
  EXPECT_EQ(risk.exit, 0) << risk.err;
  EXPECT_NE(test::read_text(*dir_ / "out/risk/rejections.csv").find("risk,N,POPULATION,XS0101,"), std::string::npos);
  const std::string flows = test::read_text(*dir_ / "out/risk/displacement_flows.csv");
  EXPECT_EQ(flows.find("XS0101"), std::string::npos);
  EXPECT_NE(flows.find("XS0102"), std::string::npos);
}

TEST_F(PublishedStatistics, RefuseWrongRowsWithTheirLineAndLoseNothingElse) {
  const std::map<std::string, std::string> wrong = {
      {"conflict.csv:8", "NUMBER_FORMAT"}, {"conflict.csv:10", "TIME_INVALID"}, {"conflict.csv:11", "RANGE"}};
  std::set<std::string> refused;
  for (const auto& row : test::table(*dir_ / "out/publish/rejections.csv")) {
    const auto at = wrong.find(row.at("item"));
    if (at == wrong.end()) continue;
    refused.insert(at->first);
    EXPECT_EQ(row.at("code"), at->second);
    EXPECT_EQ(row.at("detail").find("many"), std::string::npos) << "no cell is quoted";
  }
  EXPECT_EQ(refused.size(), wrong.size());
}

}  // namespace
}  // namespace fw
