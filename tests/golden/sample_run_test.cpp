// The main job on the sample region, whose truth is known.
#include <sqlite3.h>

#include <cmath>
#include <cstdio>
#include <set>

#include "core/base/class_scheme.h"
#include "core/base/text.h"
#include "core/geo/admin_units.h"
#include "core/output/publication.h"
#include "core/risk/fusion.h"
#include "core/risk/risk.h"
#include "tests/golden/program.h"
#ifdef FW_HAS_VALIJSON
#include "tests/output/stac_schema.h"
#endif

namespace fw {
namespace {

class SampleRun : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = new test::TempDir;
    ASSERT_EQ(test::forewarn(*dir_, "make-samples " + (*dir_ / "samples").string()).exit, 0);
    run_ = test::forewarn(*dir_, command("out"));
  }
  static void TearDownTestSuite() { delete dir_; }
  static std::string command(const std::string& out, const std::string& more = "") {
    return "run " FW_SOURCE_DIR "/config/examples/sample.toml --input-root " + (*dir_ / "samples").string() + " -o " +
           (*dir_ / out).string() + " " + more;
  }
  static std::filesystem::path published(const std::string& layer) {
    return *dir_ / ("out/publish/xsr_" + layer + "_2023-08-d3_v01.tif");
  }
  static std::vector<float> truth(const std::string& name) {
    return test::pixels(*dir_ / ("samples/truth/" + name + ".tif"));
  }

  /// Overlap of what was found with the truth, on the pixels that scenes cover.
  template <class Found>
  static double overlap(const std::string& layer, const std::string& mask, Found found) {
    const auto values = test::pixels(published(layer)), real = truth(mask), observed = truth("observed");
    size_t both = 0, either = 0;
    for (size_t i = 0; i < values.size(); ++i) {
      if (observed[i] != 1) continue;
      const bool a = found(values[i]), b = real[i] == 1;
      both += a && b;
      either += a || b;
    }
    const double iou = static_cast<double>(both) / static_cast<double>(either);
    std::printf("IoU of %s against %s: %.3f\n", layer.c_str(), mask.c_str(), iou);
    return iou;
  }

  static test::TempDir* dir_;
  static test::Outcome run_;
};
test::TempDir* SampleRun::dir_ = nullptr;
test::Outcome SampleRun::run_;

TEST_F(SampleRun, EndsWithRejectionsAndThePathsOfThreeRiskMaps) {
  EXPECT_EQ(run_.exit, 3) << "some reports of the sample are wrong on purpose\n" << run_.err;
  const auto lines = split(trim(run_.out), '\n');
  ASSERT_EQ(lines.size(), 3U) << run_.out;
  for (const auto& line : lines) EXPECT_TRUE(std::filesystem::exists(line)) << line;
}

TEST_F(SampleRun, FindsTheDroughtTheLakeAndTheSettlementWhereTheyAre) {
  EXPECT_GE(overlap("drought-risk", "drought", [](float v) { return v >= 3 && v <= 5; }), 0.6);
  EXPECT_GE(overlap("water-change", "lake_lost", [](float v) { return v < -0.5F; }), 0.6);
  EXPECT_GE(overlap("built-change", "settlement_new", [](float v) { return v > 0.25F; }), 0.6);
}

TEST_F(SampleRun, TheUnitWithoutScenesIsNotAssessedInRasterTableAndLegend) {
  const ClassScheme scheme = load_class_scheme(FW_SOURCE_DIR "/config", "risk5");
  const auto observed = truth("observed");
  for (const char* layer : {"drought-risk", "famine-risk", "displacement-risk"}) {
    const auto classes = test::pixels(published(layer));
    for (size_t i = 0; i < classes.size(); ++i)
      if (observed[i] != 1 && !std::isnan(classes[i])) {
        ASSERT_EQ(classes[i], scheme.not_assessed) << layer << " pixel " << i;
      }
  }
  size_t rows = 0;
  for (const char* layer : {"drought", "famine", "displacement"})
    for (const auto& row : test::table(*dir_ / ("out/publish/risk_" + std::string(layer) + ".csv"))) {
      if (row.at("pcode") != "XS0301") continue;
      ++rows;
      EXPECT_EQ(row.at("class_value"), std::to_string(scheme.not_assessed)) << layer << " " << row.at("period");
      EXPECT_EQ(row.at("likelihood"), "");
      EXPECT_NE(row.at("reasons").find("neither safe nor at risk"), std::string::npos);
    }
  EXPECT_EQ(rows, 3U * 6U) << "three layers, six dekads";
  const std::string legend = test::read_text(*dir_ / "out/publish/xsr_drought-risk_2023-08-d3_v01.qml");
  EXPECT_NE(legend.find("Not assessed"), std::string::npos);
  const std::string summary = test::read_text(*dir_ / "out/publish/run_summary.txt");
  EXPECT_NE(summary.find("Far South (XS0301): Not assessed"), std::string::npos);
  EXPECT_NE(summary.find("contains modified Copernicus Sentinel data"), std::string::npos) << "the licence asks for it";
  const std::string collection = test::read_text(*dir_ / "out/publish/collection.json");
  EXPECT_NE(collection.find("contains modified Copernicus Sentinel data"), std::string::npos);
}

TEST_F(SampleRun, RanksTheDroughtUnitsAboveTheOthers) {
  std::map<std::string, int> classes;
  for (const auto& row : test::table(*dir_ / "out/publish/risk_drought.csv"))
    if (row.at("period") == "2023-08-d3" && row.at("level") == "2")
      classes[row.at("pcode")] = std::stoi(row.at("class_value"));
  for (const char* dry : {"XS0101", "XS0102", "XS0103"})
    for (const char* ordinary : {"XS0201", "XS0203", "XS0204"})  // XS0202 is out of season: class 9 is no rank
      EXPECT_GT(classes[dry], classes[ordinary]) << dry << " against " << ordinary;
}

TEST_F(SampleRun, EveryReportEndsAsTheTruthSays) {
  std::map<std::string, std::set<std::string>> codes, rejected;  // by file:line
  for (const auto& row : test::table(*dir_ / "out/evidence/rejections.csv")) {
    codes[row.at("item")].insert(row.at("code"));
    if (row.at("verdict") != "N") rejected[row.at("item")].insert(row.at("code"));
  }
  std::map<std::string, std::vector<std::string>> items;  // file and id → file:line
  for (const char* file : {"reports_hxl.csv", "reports_plain.csv"})
    for (const auto& row : parse_csv(read_file((*dir_ / "samples/reports" / file).string())))
      items[file + ("|" + row.cells[0])].push_back("reports/" + std::string(file) + ":" + std::to_string(row.line));
  size_t checked = 0;
  for (const auto& row : test::table(*dir_ / "samples/truth/expected_reports.csv")) {
    const std::string expected = row.at("expected");
    std::set<std::string> all, out;
    for (const auto& item : items[row.at("file") + "|" + row.at("report_id")]) {
      all.insert(codes[item].begin(), codes[item].end());
      out.insert(rejected[item].begin(), rejected[item].end());
    }
    if (expected == "accepted")
      out.erase("DUPLICATE");  // of two equal rows one is accepted, the other a duplicate
    else
      EXPECT_TRUE(all.count(expected)) << row.at("file") << " " << row.at("report_id") << " should be " << expected;
    if (expected == "accepted") {
      EXPECT_TRUE(out.empty()) << row.at("report_id") << " " << *out.begin();
    }
    ++checked;
  }
  EXPECT_EQ(checked, 163U);
}

TEST_F(SampleRun, SilenceSpeaksOnlyWherePeopleCouldHaveReported) {
  std::map<std::string, std::map<std::string, std::string>> last;
  for (const auto& row : test::table(*dir_ / "out/publish/coverage.csv"))
    if (row.at("period") == "2023-08-d3") last[row.at("pcode")] = row;
  EXPECT_EQ(last.at("XS0103").at("coverage"), "0") << "nobody has ever reported there";
  EXPECT_EQ(last.at("XS0103").at("unknown"), "past reports");
  EXPECT_EQ(last.at("XS0301").at("coverage"), "0");
  EXPECT_EQ(last.at("XS0301").at("unknown"), "access");
  const double reported = *parse_number(last.at("XS0101").at("coverage"));
  EXPECT_GT(reported, 0.1);
  EXPECT_LT(*parse_number(last.at("XS0101").at("silence")), 0);
  const auto coverage = test::pixels(published("report-coverage"), 1);
  float most = 0;
  for (const float v : coverage) most = std::isnan(v) ? most : std::max(most, v);
  EXPECT_GE(most, reported - 1e-3) << "burnt into the raster";
}

/// The one text that a query of a GeoPackage answers.
std::string unit_row(const std::filesystem::path& file, const std::string& query) {
  sqlite3* db = nullptr;
  sqlite3_stmt* statement = nullptr;
  std::string out;
  EXPECT_EQ(sqlite3_open_v2(file.c_str(), &db, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
  EXPECT_EQ(sqlite3_prepare_v2(db, query.c_str(), -1, &statement, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
  if (sqlite3_step(statement) == SQLITE_ROW) out = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
  sqlite3_finalize(statement);
  sqlite3_close(db);
  return out;
}

struct Special {
  const char *layer, *pcode;
  int status;
  const char *name, *flag, *reason;
};

TEST_F(SampleRun, ContestedNotAssessedOutOfSeasonAndSilentUnitsShowInRasterTableGeoPackageAndCatalogue) {
  const Special specials[] = {
      {"displacement", "XS0203", 3, "contested", "CONTESTED", "Contested: field reports show risk"},
      {"drought", "XS0301", 0, "not_assessed", "NOT_ASSESSED", "Not assessed: "},
      {"drought", "XS0202", 9, "out_of_season", "OUT_OF_SEASON", "Out of season: "},
      {"drought", "XS0103", 4, "silence_uninformative", "SILENCE_UNINFORMATIVE", "Silence says nothing"}};
  Grid grid;
  test::pixels(*dir_ / "samples/truth/observed.tif", 1, &grid);
  const AdminUnits units = AdminUnits::read(
      {*dir_ / "samples/admin/admin2.geojson", *dir_ / "samples", "", "adm2_pcode", "adm2_name", "adm1_pcode", 2});
  const auto unit_of = units.rasterise(grid, grid.whole());
  for (const Special& s : specials) {
    const std::string layer = s.layer, pcode = s.pcode;
    // Raster and legend.
    const auto status = test::pixels(published(layer + "-status"));
    size_t seen = 0;
    for (size_t i = 0; i < status.size(); ++i) {
      if (unit_of[i] < 0 || units.units()[static_cast<size_t>(unit_of[i])].pcode != pcode) continue;
      ASSERT_EQ(status[i], s.status) << layer << " " << pcode;
      ++seen;
    }
    EXPECT_GT(seen, 500U);
    const std::string stem = "out/publish/xsr_" + layer + "-status_2023-08-d3_v01";
    const ClassScheme scheme = load_class_scheme(FW_SOURCE_DIR "/config", "unit_status");
    EXPECT_NE(test::read_text(*dir_ / (stem + ".qml")).find(scheme.find(s.status)->label), std::string::npos);
    // Table.
    size_t rows = 0;
    for (const auto& row : test::table(*dir_ / ("out/publish/risk_" + layer + ".csv"))) {
      if (row.at("pcode") != pcode || row.at("period") != "2023-08-d3") continue;
      ++rows;
      EXPECT_NE(row.at("flags").find(s.flag), std::string::npos) << row.at("flags");
      EXPECT_NE(row.at("reasons").find(s.reason), std::string::npos) << row.at("reasons");
      if (s.status == 3) {
        EXPECT_GT(*parse_number(row.at("conflict")), 0.6);
        EXPECT_FALSE(row.at("satellite_score").empty() || row.at("field_score").empty()) << "both are shown";
        EXPECT_EQ(row.at("r_posterior"), "") << "and not combined";
      }
    }
    EXPECT_EQ(rows, 1U);
    // STAC item.
    const std::string item =
        test::read_text(*dir_ / ("out/publish/items/xsr_" + layer + "-status_2023-08-d3_v01.json"));
    const auto group = item.find("\"" + std::string(s.name) + "\": [", item.find("forewarn:units"));
    ASSERT_NE(group, std::string::npos) << s.name;
    const auto entry = item.find("\"" + pcode + "\"", group);
    ASSERT_LT(entry, item.find(']', group)) << s.name;
    EXPECT_LT(item.find(s.reason, entry), item.find('}', entry));
    // GeoPackage.
    const std::string row = unit_row(*dir_ / "out/publish/xsr_risk-adm2_2023-08-d3_v01.gpkg",
                                     "SELECT status || '|' || flags || '|' || reasons FROM " + layer +
                                         "_adm2_2023_08_d3 WHERE pcode = '" + pcode + "'");
    EXPECT_EQ(row.find(std::string(s.name) + "|"), 0U) << row;
    EXPECT_NE(row.find(s.flag), std::string::npos);
    EXPECT_NE(row.find(s.reason), std::string::npos);
  }
}

TEST_F(SampleRun, NothingBesideTheRastersMakesGdalTakeThemForAnotherSatellites) {
  for (const auto& entry : std::filesystem::directory_iterator(*dir_ / "out/publish"))
    EXPECT_NE(lower(entry.path().filename().string()), "summary.txt") << "GDAL: METADATATYPE=ALOS";
}

TEST_F(SampleRun, ContributionsInTheGeoPackageAddUpToTheScoreAlsoWhereReportsDriveIt) {
  for (const char* layer : {"drought", "famine", "displacement"}) {
    const RiskLayer rules = load_risk_layer(FW_SOURCE_DIR "/config", layer);
    std::string sum = "0";
    for (const auto& f : rules.factors) sum += " + coalesce(c_" + f.indicator + ", 0)";
    for (const auto& e : rules.evidence) sum += " + coalesce(c_evidence_" + e.kind + ", 0)";
    EXPECT_EQ(unit_row(*dir_ / "out/publish/xsr_risk-adm2_2023-08-d3_v01.gpkg",
                       "SELECT count(*) || '|' || coalesce(max(abs(" + sum + " - score)) < 1e-9, 0) FROM " + layer +
                           "_adm2_2023_08_d3 WHERE score IS NOT NULL"),
              std::string(layer) == "drought"  ? "6|1"
              : std::string(layer) == "famine" ? "6|1"
                                               : "7|1");
  }
}

TEST_F(SampleRun, TheFusionRasterHoldsTheNumbersOfTheTablePerUnit) {
  size_t values = 0;
  for (const char* layer : {"drought", "famine", "displacement"}) {
    std::vector<std::set<std::string>> shown(5), told(5);
    for (int band = 1; band <= 5; ++band)
      for (const float v : test::pixels(published(layer + std::string("-fusion")), band))
        if (!std::isnan(v)) shown[static_cast<size_t>(band - 1)].insert(format_fixed(v, 2));
    const RiskLayer rules = load_risk_layer(FW_SOURCE_DIR "/config", layer);
    const auto tell = [&](size_t band, const std::string& cell, bool score = false) {
      if (cell.empty()) return;
      const double v = *parse_number(cell);
      told[band].insert(format_fixed(score ? logistic_of(rules.intercept + rules.slope * v) : v, 2));
      ++values;
    };
    for (const auto& row : test::table(*dir_ / ("out/publish/risk_" + std::string(layer) + ".csv"))) {
      if (row.at("period") != "2023-08-d3" || row.at("level") != "2") continue;
      tell(0, row.at("satellite_score"), true);
      tell(1, row.at("likelihood"));
      tell(2, row.at("field_score"), true);
      tell(3, row.at("conflict"));
      tell(4, row.at("r_posterior"));
    }
    EXPECT_EQ(shown, told) << layer;
  }
  EXPECT_GT(values, 60U);
}

TEST_F(SampleRun, ContributionsOfEveryUnitSumToItsScore) {
  size_t rows = 0;
  for (const char* layer : {"drought", "famine", "displacement"})
    for (const auto& row : test::table(*dir_ / ("out/publish/risk_" + std::string(layer) + ".csv"))) {
      if (row.at("score").empty()) continue;
      double sum = 0;
      for (const auto& [column, cell] : row)
        if (column.rfind("c_", 0) == 0 && !cell.empty()) sum += *parse_number(cell);
      EXPECT_NEAR(sum, *parse_number(row.at("score")), 1e-6) << layer << " " << row.at("pcode");
      ++rows;
    }
  EXPECT_GT(rows, 50U);
}

TEST_F(SampleRun, ContributionBandsSumToTheScoreOfEveryPixel) {
  const auto score = test::pixels(published("drought-likelihood"), 3);
  std::vector<double> sum(score.size(), 0);
  for (int band = 1; band <= 6; ++band) {
    const auto part = test::pixels(published("drought-contributions"), band);
    for (size_t i = 0; i < part.size(); ++i) sum[i] += std::isnan(part[i]) ? 0 : part[i];
  }
  size_t assessed = 0;
  for (size_t i = 0; i < score.size(); ++i) {
    if (std::isnan(score[i])) continue;
    ASSERT_NEAR(sum[i], score[i], 2e-3) << "mantissas are rounded to 12 bits, pixel " << i;
    ++assessed;
  }
  EXPECT_GT(assessed, 10000U);
}

TEST_F(SampleRun, PublishesWholeSetsThatVerifyAndRefusesToOverwriteThem) {
  for (const char* step : {"catalogue", "indicators", "evidence", "risk", "publish"})
    EXPECT_TRUE(verify_publication(*dir_ / ("out/" + std::string(step))).empty()) << step;
  const auto again = test::forewarn(*dir_, command("out", "-q"));
  EXPECT_EQ(again.exit, 74);
  EXPECT_NE(again.err.find("EXISTS"), std::string::npos) << again.err;
}

TEST_F(SampleRun, FindsMistakesThatItsLastStepsWouldFailOnBeforeTheFirstStep) {
  const std::string good = test::read_text(FW_SOURCE_DIR "/config/examples/sample.toml");
  const auto with = [&](const std::string& from, const std::string& to, const std::string& more) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    test::write_text(*dir_ / "wrong.toml", text);
    return test::forewarn(*dir_, "run " + (*dir_ / "wrong.toml").string() + " --input-root " +
                                     (*dir_ / "samples").string() + " -o " + (*dir_ / "wrong").string() + " " + more);
  };
  for (const char* how : {"--dry-run", ""}) {
    const auto registry = with("registry = \"sample\"", "registry = \"smaple\"", how);
    EXPECT_EQ(registry.exit, 78) << registry.err;
    EXPECT_NE(registry.err.find("smaple.toml"), std::string::npos) << registry.err;
    const auto product = with("product = \"chirps\"", "product = \"chrips\"", how);
    EXPECT_NE(product.err.find("PRODUCT_UNKNOWN"), std::string::npos) << product.err;
  }
  EXPECT_FALSE(std::filesystem::exists(*dir_ / "wrong")) << "nothing was begun";
  const auto none = with("registry = \"sample\"", "", "--dry-run");
  EXPECT_EQ(none.exit, 0);
  EXPECT_NE(none.err.find("no registry of reporters is named"), std::string::npos) << none.err;
  const auto taken = test::forewarn(*dir_, command("out", "--dry-run"));
  EXPECT_EQ(taken.exit, 74) << "as the run would end";
  EXPECT_NE(taken.err.find("EXISTS"), std::string::npos);
  EXPECT_EQ(test::forewarn(*dir_, command("out", "--dry-run --overwrite")).exit, 0);
}

TEST_F(SampleRun, AnyStepRestartsFromTheFilesOfTheOneBefore) {
  const std::string before = test::read_text(*dir_ / "out/risk/risk_drought.csv");
  const std::string step = command("out", "-q --overwrite");
  EXPECT_EQ(test::forewarn(*dir_, "risk" + step.substr(3)).exit, 0);
  EXPECT_EQ(test::read_text(*dir_ / "out/risk/risk_drought.csv"), before);
  // Published alone, the set still says what the steps before left out.
  const std::string left_out = test::read_text(*dir_ / "out/publish/rejections.csv");
  EXPECT_NE(left_out.find("CONSENT_NO"), std::string::npos);
  EXPECT_EQ(test::forewarn(*dir_, "publish" + step.substr(3)).exit, 3) << "finished with rejections, as the run";
  EXPECT_EQ(test::read_text(*dir_ / "out/publish/rejections.csv"), left_out);
  const auto early = test::forewarn(*dir_, "risk" + command("nowhere", "-q").substr(3));
  EXPECT_EQ(early.exit, 65);
  EXPECT_NE(early.err.find("STEP_MISSING"), std::string::npos);
  EXPECT_NE(early.err.find("forewarn indicators"), std::string::npos) << early.err;
}

TEST_F(SampleRun, NoReporterNoPointAndNoWordOfAReportLeavesTheEvidenceStep) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(*dir_ / "out")) {
    const auto extension = entry.path().extension();
    if (extension != ".csv" && extension != ".json" && extension != ".txt") continue;
    const std::string text = test::read_text(entry.path());
    for (const char* secret : {"Millet is failing", "No good rain since June", "Everybody has fled", "r01", "r08"})
      EXPECT_EQ(text.find(secret), std::string::npos) << secret << " in " << entry.path();
  }
}

TEST_F(SampleRun, EveryClassMapIsACloudOptimizedGeoTiff) {
  if (std::system("/usr/bin/python3 -c 'import osgeo_utils.samples.validate_cloud_optimized_geotiff' 2>/dev/null") != 0)
    GTEST_SKIP() << "needs python3-gdal for the validator, skipped";
  size_t maps = 0;
  for (const auto& entry : std::filesystem::directory_iterator(*dir_ / "out/publish"))
    if (entry.path().extension() == ".tif") {
      const std::string check = "/usr/bin/python3 -m osgeo_utils.samples.validate_cloud_optimized_geotiff -q '" +
                                entry.path().string() + "' >/dev/null 2>&1";
      EXPECT_EQ(std::system(check.c_str()), 0) << entry.path();
      ++maps;
    }
  EXPECT_GE(maps, 9U);
}

TEST_F(SampleRun, APublicRunShowsNoCellBelowTheFloor) {
  const auto config = *dir_ / "public.toml";
  std::string text = test::read_text(FW_SOURCE_DIR "/config/examples/sample.toml");
  text.replace(text.find("audience = \"internal\""), 21, "audience = \"public\"  ");
  test::write_text(config, text);
  const std::string arguments =
      config.string() + " --input-root " + (*dir_ / "samples").string() + " -q -o " + (*dir_ / "public").string();
  ASSERT_EQ(test::forewarn(*dir_, "evidence " + arguments).exit, 3);
  // What was made for an internal audience cannot be published to all by running the last step alone.
  const auto shortcut =
      test::forewarn(*dir_, "publish " + config.string() + " --input-root " + (*dir_ / "samples").string() +
                                " -q --overwrite -o " + (*dir_ / "out").string());
  EXPECT_EQ(shortcut.exit, 65);
  EXPECT_NE(shortcut.err.find("STEP_OTHER_CONFIG"), std::string::npos) << shortcut.err;
  for (const auto& row : test::table(*dir_ / "public/evidence/evidence.csv")) {
    EXPECT_GE(std::stoi(row.at("reports")), 5);
    EXPECT_GE(std::stoi(row.at("reporters")), 3);
    EXPECT_GE(std::stoi(row.at("organisations")), 2);
  }
}

TEST_F(SampleRun, StepsMadeByOtherMethodsAreNotPublishedTogether) {
  const auto methods = *dir_ / "config";
  std::filesystem::copy(FW_SOURCE_DIR "/config", methods, std::filesystem::copy_options::recursive);
  const auto publish = [&] {
    return test::forewarn(*dir_, "publish " FW_SOURCE_DIR "/config/examples/sample.toml --input-root " +
                                     (*dir_ / "samples").string() + " -q --overwrite -o " + (*dir_ / "out").string() +
                                     " --config-dir " + methods.string());
  };
  const std::string published = test::read_text(*dir_ / "out/publish/manifest.json");
  for (const char* file :
       {"risk/drought.toml", "products/chirps.toml", "indicators/rain3_z.toml", "classes/risk5.toml"}) {
    const std::string recorded = "\"" + std::string(file) + "\": \"" + sha256_of_file(methods / file) + "\"";
    EXPECT_NE(published.find(recorded), std::string::npos) << recorded;
    const std::string text = test::read_text(methods / file);
    test::write_text(methods / file, text + "\n# weighed anew\n");
    const auto run = publish();
    EXPECT_EQ(run.exit, 65) << file;
    EXPECT_NE(run.err.find("STEP_OTHER_CONFIG"), std::string::npos) << run.err;
    EXPECT_NE(run.err.find(file), std::string::npos) << run.err;
    test::write_text(methods / file, text);
  }
  const auto before = test::hashes(*dir_ / "out/publish");
  EXPECT_EQ(publish().exit, 3);
  EXPECT_EQ(test::hashes(*dir_ / "out/publish"), before) << "the same methods give the same files";
}

TEST_F(SampleRun, EveryStacDocumentFollowsItsSchema) {
#ifdef FW_HAS_VALIJSON
  std::vector<std::filesystem::path> documents = {*dir_ / "out/publish/collection.json"};
  for (const auto& entry : std::filesystem::directory_iterator(*dir_ / "out/publish/items"))
    documents.push_back(entry.path());
  EXPECT_GT(documents.size(), 6U);
  for (const auto& file : documents)
    EXPECT_EQ(test::stac_problems(nlohmann::json::parse(test::read_text(file))), std::vector<std::string>()) << file;
#else
  GTEST_SKIP() << "needs valijson (libvalijson-dev)";
#endif
}

}  // namespace
}  // namespace fw
