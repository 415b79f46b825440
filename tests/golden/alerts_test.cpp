// Drafts of alerts from a run of the sample region.
#include <algorithm>
#include <set>

#include "core/output/publication.h"
#include "core/risk/alert_memory.h"
#include "tests/golden/program.h"

namespace fw {
namespace {

class AlertsOfTheSample : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = new test::TempDir;
    ASSERT_EQ(test::forewarn(*dir_, "make-samples " + (*dir_ / "samples").string()).exit, 0);
    ASSERT_EQ(test::forewarn(*dir_, "run" + arguments("out")).exit, 3);
    first_ = test::forewarn(*dir_, "alerts" + arguments("out"));
  }
  static void TearDownTestSuite() { delete dir_; }
  static std::string arguments(const std::string& out) {
    return " " FW_SOURCE_DIR "/config/examples/sample.toml --input-root " + (*dir_ / "samples").string() + " -o " +
           (*dir_ / out).string() + " ";
  }
  static std::vector<std::map<std::string, std::string>> rows() { return test::table(*dir_ / "out/alerts/alerts.csv"); }

  static test::TempDir* dir_;
  static test::Outcome first_;
};
test::TempDir* AlertsOfTheSample::dir_ = nullptr;
test::Outcome AlertsOfTheSample::first_;

TEST_F(AlertsOfTheSample, ListEveryUnitAndLayerWithStateAndReasons) {
  ASSERT_EQ(first_.exit, 0) << first_.err;
  const auto risk = test::table(*dir_ / "out/risk/risk_drought.csv");
  std::set<std::string> units;
  std::set<std::string> coarse;
  for (const auto& row : risk) units.insert(row.at("pcode"));
  for (const auto& row : risk)
    if (row.at("level") == "1") coarse.insert(row.at("pcode"));
  size_t drought = 0;
  for (const auto& row : rows()) {
    drought += row.at("layer") == "drought";
    EXPECT_FALSE(row.at("why").empty());
    EXPECT_FALSE(row.at("reasons").empty()) << row.at("pcode");
    EXPECT_NE(row.at("notice").find("not an official activation"), std::string::npos);
  }
  EXPECT_EQ(drought, units.size() - coarse.size());
  bool unassessed = false;
  for (const auto& row : rows()) unassessed |= row.at("pcode") == "XS0301" && row.at("state") == "not assessed";
  EXPECT_TRUE(unassessed) << "absent is listed, never left out";
}
TEST_F(AlertsOfTheSample, AreDraftsForClassesFromTheAlertClassOn) {
  size_t drafts = 0;
  for (const auto& row : rows()) {
    if (row.at("draft").empty()) continue;
    ++drafts;
    const std::string xml = test::read_text(*dir_ / "out/alerts" / row.at("draft"));
    EXPECT_NE(xml.find("<status>Draft</status>"), std::string::npos);
    EXPECT_NE(xml.find("not an official activation"), std::string::npos);
    EXPECT_NE(xml.find("<polygon>"), std::string::npos);
    EXPECT_EQ(xml.find("<references>"), std::string::npos) << "nothing was told before";
  }
  EXPECT_GE(drafts, 5U);
  EXPECT_TRUE(verify_publication(*dir_ / "out/alerts").empty());
}
TEST_F(AlertsOfTheSample, TellContestedUnassessedOffSeasonAndSilentUnitsApart) {
  struct Expected {
    const char *layer, *pcode, *state, *flag, *reason;
    bool draft;
  };
  for (const Expected& e :
       {Expected{"displacement", "XS0203", "assessed", "CONTESTED", "Verification is asked for", true},
        {"drought", "XS0301", "not assessed", "NOT_ASSESSED", "neither safe nor at risk", false},
        {"drought", "XS0202", "out of season", "OUT_OF_SEASON", "Out of season", false},
        {"drought", "XS0103", "assessed", "SILENCE_UNINFORMATIVE", "Silence says nothing", true}}) {
    size_t found = 0;
    for (const auto& row : rows()) {
      if (row.at("layer") != e.layer || row.at("pcode") != e.pcode) continue;
      ++found;
      EXPECT_EQ(row.at("state"), e.state) << e.pcode;
      const auto flags = split(row.at("flags"), ';');
      EXPECT_NE(std::find(flags.begin(), flags.end(), e.flag), flags.end()) << row.at("flags");
      EXPECT_NE(row.at("reasons").find(e.reason), std::string::npos) << row.at("reasons");
      ASSERT_EQ(!row.at("draft").empty(), e.draft) << e.pcode;
      if (!e.draft) continue;
      const std::string xml = test::read_text(*dir_ / "out/alerts" / row.at("draft"));
      EXPECT_NE(xml.find(e.flag), std::string::npos);
      EXPECT_NE(xml.find(e.reason), std::string::npos);
    }
    EXPECT_EQ(found, 1U) << e.layer << e.pcode;
  }
}
TEST_F(AlertsOfTheSample, RememberWhatWasToldAndRefuseTheSamePeriodTwice) {
  const auto again =
      test::forewarn(*dir_, "alerts" + arguments("out") + "--overwrite --after " + (*dir_ / "out/alerts").string());
  EXPECT_EQ(again.exit, 65) << again.err;
  EXPECT_NE(again.err.find("ALERT_MEMORY"), std::string::npos);
  EXPECT_TRUE(verify_publication(*dir_ / "out/alerts").empty()) << "nothing published is lost";
}
TEST_F(AlertsOfTheSample, RefuseAMemoryThatWasChanged) {
  const auto copy = *dir_ / "changed";
  std::filesystem::copy(*dir_ / "out/alerts", copy, std::filesystem::copy_options::recursive);
  test::write_text(copy / "memory.csv", test::read_text(copy / "memory.csv") + " ");
  const auto outcome = test::forewarn(*dir_, "alerts" + arguments("out") + "--overwrite --after " + copy.string());
  EXPECT_EQ(outcome.exit, 65);
  EXPECT_NE(outcome.err.find("ALERT_MEMORY"), std::string::npos) << outcome.err;
}
TEST_F(AlertsOfTheSample, AreTheSameWhenMadeAgain) {
  const std::string before = test::read_text(*dir_ / "out/alerts/manifest.json");
  ASSERT_EQ(test::forewarn(*dir_, "alerts" + arguments("out") + "--overwrite").exit, 0);
  EXPECT_EQ(test::read_text(*dir_ / "out/alerts/manifest.json"), before);
}

TEST_F(AlertsOfTheSample, SayOfUnitsThatAreNoLongerThereThatWhatWasToldOfThemStands) {
  AlertRecords records;
  const Period before = *parse_period("2023-08-d1");
  for (const auto& [pcode, told] : {std::pair{"XS0999", 4}, {"XS0998", 0}}) {
    AlertRecord& record = records[{"drought", pcode}];
    record.decided = before;
    record.memory.last_class = record.memory.told_class = told;
    if (told > 0) record.memory.told = before;
  }
  {
    Publication publication({*dir_ / "before-the-split", false});
    publication.text("memory.csv", alert_memory_csv(records));
    ManifestInfo info;
    info.job = "alerts";
    publication.finish(info);
  }
  std::filesystem::copy(*dir_ / "out", *dir_ / "split", std::filesystem::copy_options::recursive);
  const auto outcome = test::forewarn(
      *dir_, "alerts" + arguments("split") + "--overwrite --after " + (*dir_ / "before-the-split").string());
  EXPECT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_NE(outcome.err.find("XS0999"), std::string::npos) << outcome.err;
  const std::string noted = test::read_text(*dir_ / "split/alerts/rejections.csv");
  EXPECT_NE(noted.find("alerts,N,ALERT_UNIT_GONE,drought XS0999,\"Class 4 was told of in 2023-08-d1"), std::string::npos)
      << noted;
  EXPECT_EQ(noted.find("XS0998"), std::string::npos) << "nobody was told of it";
}

}  // namespace
}  // namespace fw
