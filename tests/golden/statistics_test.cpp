// Published statistics in a run: matched with units, weighed as their source deserves, named in the reasons.
#include <fstream>

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
  EXPECT_EQ(events, 5);
  EXPECT_EQ(fatalities, 10);
}

TEST_F(PublishedStatistics, BecomeEvidenceThroughTheRampsAndCountAmongNoReports) {
  const auto rows = test::table(*dir_ / "out/evidence/evidence.csv");
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

TEST_F(PublishedStatistics, RefuseWrongRowsWithTheirLineAndLoseNothingElse) {
  bool refused = false;
  for (const auto& row : test::table(*dir_ / "out/publish/rejections.csv")) {
    if (row.at("item").find("conflict.csv:8") == std::string::npos) continue;
    refused = true;
    EXPECT_EQ(row.at("code"), "NUMBER_FORMAT");
    EXPECT_EQ(row.at("detail").find("many"), std::string::npos) << "no cell is quoted";
  }
  EXPECT_TRUE(refused);
}

}  // namespace
}  // namespace fw
