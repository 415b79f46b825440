// 'forewarn risk --weights' on the sample region: a reader's mix from what the run published.
#include <cmath>
#include <map>

#include "core/base/sha256.h"
#include "core/output/publication.h"
#include "tests/golden/program.h"

namespace fw {
namespace {

namespace fs = std::filesystem;

constexpr const char* drought = "[drought]\nrain3_z = 0.6\nwater_change = 0\n[drought.evidence]\ncrop = 0.2\n";

std::map<std::string, std::string> hashes(const fs::path& folder) {
  std::map<std::string, std::string> all;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) all[fs::relative(entry.path(), folder).string()] = sha256_of_file(entry.path());
  return all;
}

class Weights : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = new test::TempDir;
    ASSERT_EQ(test::forewarn(*dir_, "make-samples " + (*dir_ / "samples").string()).exit, 0);
    ASSERT_EQ(job("run", "out").exit, 3);
    before_ = hashes(*dir_ / "out");
    custom_ = weigh("rain", drought);
  }
  static void TearDownTestSuite() { delete dir_; }
  static test::Outcome job(const std::string& name, const std::string& out, const std::string& more = "") {
    return test::forewarn(*dir_, name + " " FW_SOURCE_DIR "/config/examples/sample.toml -q --input-root " +
                                     (*dir_ / "samples").string() + " -o " + (*dir_ / out).string() + " " + more);
  }
  static test::Outcome weigh(const std::string& name, const std::string& text, const std::string& out = "out") {
    test::write_text(*dir_ / (name + ".toml"), text);
    return job("risk", out, "--weights " + (*dir_ / (name + ".toml")).string());
  }
  static fs::path result(const std::string& name) { return *dir_ / "out/weights-rain" / name; }
  /// A copy of the run without scenes, to be spoilt.
  static void copy_run(const std::string& name) {
    fs::create_directories(*dir_ / name);
    for (const char* step : {"catalogue", "indicators", "evidence"})
      fs::copy(*dir_ / "out" / step, *dir_ / name / step, fs::copy_options::recursive);
  }
  /// Replaces text in a published file and makes the manifest fit again.
  static void forge(const fs::path& folder, const std::string& file, const std::string& from, const std::string& to) {
    const auto replace = [](const fs::path& at, const std::string& a, const std::string& b) {
      std::string text = test::read_text(at);
      size_t n = 0;
      for (size_t k = 0; (k = text.find(a, k)) != std::string::npos; k += b.size(), ++n) text.replace(k, a.size(), b);
      ASSERT_GT(n, 0U) << a;
      test::write_text(at, text);
    };
    const std::string hash = sha256_of_file(folder / file);
    ASSERT_EQ(from.size(), to.size()) << "the size stays that of the manifest";
    replace(folder / file, from, to);
    if (file != "manifest.json") replace(folder / "manifest.json", hash, sha256_of_file(folder / file));
  }
  static void expect_refused(const std::string& out, const std::string& code) {
    const test::Outcome o = weigh("rain", drought, out);
    EXPECT_EQ(o.exit, 65) << out;
    EXPECT_NE(o.err.find(code + ":"), std::string::npos) << o.err;
    EXPECT_FALSE(fs::exists(*dir_ / out / "weights-rain"));
  }

  static test::TempDir* dir_;
  static test::Outcome custom_;
  static std::map<std::string, std::string> before_;
};
test::TempDir* Weights::dir_ = nullptr;
test::Outcome Weights::custom_;
std::map<std::string, std::string> Weights::before_;

TEST_F(Weights, PublishesBesideTheRunWithoutTouchingIt) {
  EXPECT_EQ(custom_.exit, 0) << custom_.err;
  EXPECT_TRUE(fs::exists(trim(custom_.out))) << custom_.out;
  EXPECT_TRUE(verify_publication(*dir_ / "out/weights-rain").empty());
  for (const auto& [file, hash] : before_) EXPECT_EQ(sha256_of_file(*dir_ / "out" / file), hash) << file;
}

TEST_F(Weights, ContributionsSumToTheScoreInTheTable) {
  size_t assessed = 0;
  for (const auto& row : test::table(result("risk_drought_custom_weights.csv"))) {
    if (row.at("score").empty()) continue;
    double sum = 0;
    for (const auto& [column, cell] : row)
      if (column.starts_with("c_") && !cell.empty()) sum += *parse_number(cell);
    EXPECT_NEAR(sum, *parse_number(row.at("score")), 1e-6) << row.at("pcode") << " " << row.at("period");
    EXPECT_EQ(row.count("c_water_change"), 0U) << "weight 0 takes it out";
    ++assessed;
  }
  EXPECT_GT(assessed, 30U);
}

TEST_F(Weights, ContributionsSumToTheScoreInEveryPixel) {
  const std::string stem = "xsr_drought-custom-weights-", end = "_2023-08-d3_v01.tif";
  const auto score = test::pixels(result(stem + "likelihood" + end), 3);
  std::vector<double> sum(score.size(), 0);
  for (int band = 1; band <= 5; ++band) {
    const auto part = test::pixels(result(stem + "contributions" + end), band);
    for (size_t i = 0; i < sum.size(); ++i)
      if (!std::isnan(part[i])) sum[i] += static_cast<double>(part[i]);
  }
  size_t assessed = 0;
  for (size_t i = 0; i < sum.size(); ++i) {
    if (std::isnan(score[i])) continue;
    ASSERT_NEAR(sum[i], static_cast<double>(score[i]), 1e-6) << "pixel " << i;
    ++assessed;
  }
  EXPECT_GT(assessed, 10000U);
}

TEST_F(Weights, EverythingSaysCustomWeights) {
  const std::string sha = sha256_of_file(*dir_ / "rain.toml");
  for (const char* file : {"manifest.json", "collection.json", "run_summary.txt"})
    EXPECT_NE(test::read_text(result(file)).find(sha), std::string::npos) << file;
  for (const char* file : {"manifest.json", "collection.json", "run_summary.txt", "rasters.json",
                           "items/xsr_drought-custom-weights-risk_2023-08-d3_v01.json"})
    EXPECT_NE(lower(test::read_text(result(file))).find("custom weights"), std::string::npos) << file;
  for (const auto& entry : fs::directory_iterator(*dir_ / "out/weights-rain")) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("xsr_") || name.starts_with("risk_")) {
      EXPECT_TRUE(name.find("custom-weights") != std::string::npos || name.find("custom_weights") != std::string::npos)
          << name;
    }
    if (entry.path().extension() == ".tif") {
      EXPECT_NE(test::read_text(entry.path()).find(sha), std::string::npos) << name;
    }
    if (entry.path().extension() == ".gpkg") {
      EXPECT_NE(test::read_text(entry.path()).find("CUSTOM WEIGHTS 'rain'"), std::string::npos) << name;
    }
  }
  for (const auto& row : test::table(result("risk_drought_custom_weights.csv"))) {
    EXPECT_EQ(row.at("layer"), "drought_custom_weights");
    EXPECT_TRUE(row.at("flags").starts_with("CUSTOM_WEIGHTS")) << row.at("flags");
    EXPECT_TRUE(row.at("wording").starts_with("CUSTOM WEIGHTS 'rain'")) << row.at("wording");
  }
}

TEST_F(Weights, ThePublishedWeightsGiveThePublishedRiskByteForByte) {
  ASSERT_EQ(weigh("same", "[drought]\nrain3_z = 0.3\n[famine]\n[displacement]\n").exit, 0);
  for (const char* layer : {"drought", "famine", "displacement"}) {
    const std::string stamped = std::string(layer) + "_custom_weights";
    std::string csv = test::read_text(*dir_ / ("out/weights-same/risk_" + stamped + ".csv"));
    const auto drop = [&](const std::string& from, const std::string& to) {
      for (size_t k = 0; (k = csv.find(from, k)) != std::string::npos; k += to.size()) csv.replace(k, from.size(), to);
    };
    drop(stamped, layer);
    drop("CUSTOM_WEIGHTS;", "");
    drop(
        "\"CUSTOM WEIGHTS 'same' (" + sha256_of_file(*dir_ / "same.toml").substr(0, 12) + "), not the published ones. ",
        "\"");
    std::string published;
    for (const auto& line : split(test::read_text(*dir_ / ("out/risk/risk_" + std::string(layer) + ".csv")), '\n'))
      published += line + "\n";
    published.pop_back();
    // The comma in the stamp puts the wording in quotes; everything else is the same.
    const auto ours = parse_csv(csv), theirs = parse_csv(published);
    ASSERT_EQ(ours.size(), theirs.size());
    for (size_t r = 0; r < ours.size(); ++r) EXPECT_EQ(ours[r].cells, theirs[r].cells) << layer << " row " << r;
    const std::string end = "_2023-08-d3_v01.tif", dash = std::string(layer) + "-custom-weights";
    const auto same = [](float a, float b) { return a == b || (std::isnan(a) && std::isnan(b)); };
    const auto classes = test::pixels(*dir_ / ("out/weights-same/xsr_" + dash + "-risk" + end)),
               theirs_classes = test::pixels(*dir_ / ("out/risk/xsr_" + std::string(layer) + "-risk" + end));
    for (size_t i = 0; i < classes.size(); ++i) ASSERT_TRUE(same(classes[i], theirs_classes[i])) << layer << " " << i;
    const auto values = test::pixels(*dir_ / ("out/weights-same/xsr_" + dash + "-likelihood" + end)),
               theirs_values = test::pixels(*dir_ / ("out/risk/xsr_" + std::string(layer) + "-likelihood" + end));
    for (size_t i = 0; i < values.size(); ++i)  // the run keeps 12 bits of the mantissa
      ASSERT_TRUE(same(values[i], theirs_values[i]) ||
                  std::abs(values[i] - theirs_values[i]) <= std::ldexp(std::abs(values[i]), -13))
          << layer << " " << i;
  }
}

TEST_F(Weights, EveryAssessedUnitHasARankInItsRangeAndWhatWouldMoveIt) {
  size_t assessed = 0, others = 0;
  for (const fs::path& file : {*dir_ / "out/risk/risk_drought.csv", result("risk_drought_custom_weights.csv")})
    for (const auto& row : test::table(file)) {
      if (row.at("likelihood").empty()) {
        EXPECT_TRUE(row.at("rank").empty() && row.at("rank_low").empty() && row.at("moves").empty());
        ++others;
        continue;
      }
      const double rank = *parse_number(row.at("rank"));
      EXPECT_LE(*parse_number(row.at("rank_low")), rank) << row.at("pcode");
      EXPECT_GE(*parse_number(row.at("rank_high")), rank) << row.at("pcode");
      EXPECT_NE(row.at("moves").find("weight"), std::string::npos) << row.at("moves");
      EXPECT_TRUE(row.at("low").empty());
      EXPECT_NE(row.at("reasons").find("5 reference years are needed"), std::string::npos) << "the sample has four";
      ++assessed;
    }
  EXPECT_GT(assessed, 60U);
  EXPECT_GT(others, 10U);
}

TEST_F(Weights, NamesLayersAndFactorsWhereAnotherIsAsked) {
  const auto expect = [](const std::string& text, const std::string& code, const std::string& words) {
    const test::Outcome o = weigh("bad", text);
    EXPECT_EQ(o.exit, 78) << text;
    EXPECT_NE(o.err.find(code + ":"), std::string::npos) << o.err;
    EXPECT_NE(o.err.find(words), std::string::npos) << o.err;
    EXPECT_FALSE(fs::exists(*dir_ / "out/weights-bad"));
  };
  expect("[flood]\nrain3_z = 1\n", "WEIGHTS_UNKNOWN", "drought, famine, displacement");
  expect("[drought]\nrain_pct = 1\n", "WEIGHTS_UNKNOWN", "ndvi3_z, ndvi_vci, rain3_z, sm_z, ndmi_z, water_change");
  expect("[drought.evidence]\nhealth = 1\n", "WEIGHTS_UNKNOWN", "drought, water, crop");
  expect("[drought]\nrain3_z = -1\n", "WEIGHTS", "never negative");
  expect("[drought]\nrain3_z = nan\n", "WEIGHTS", "rain3_z");
}

TEST_F(Weights, RefusesIndicatorsThatWereChanged) {
  copy_run("changed");
  std::ofstream(*dir_ / "changed/indicators/xsr_rain3-z_2023-08-d3_v01.tif", std::ios::app) << "x";
  expect_refused("changed", "SET_DAMAGED");
}

TEST_F(Weights, RefusesIndicatorsOfAnotherConfiguration) {
  copy_run("config");
  test::write_text(*dir_ / "rain.toml", drought);
  std::string text = test::read_text(FW_SOURCE_DIR "/config/examples/sample.toml");
  text.replace(text.find("2023-07-01"), 10, "2023-08-01");
  test::write_text(*dir_ / "other.toml", text);
  const test::Outcome o = test::forewarn(
      *dir_, "risk " + (*dir_ / "other.toml").string() + " --input-root " + (*dir_ / "samples").string() + " -o " +
                 (*dir_ / "config").string() + " --weights " + (*dir_ / "rain.toml").string());
  EXPECT_EQ(o.exit, 65);
  EXPECT_NE(o.err.find("STEP_OTHER_CONFIG:"), std::string::npos) << o.err;
  EXPECT_FALSE(fs::exists(*dir_ / "config/weights-rain"));
}

TEST_F(Weights, RefusesIndicatorsOfAnotherVersion) {
  copy_run("version");
  forge(*dir_ / "version/indicators", "manifest.json", "\"version\": \"0.1.0\"", "\"version\": \"0.0.9\"");
  expect_refused("version", "STEP_OTHER_VERSION");
}

TEST_F(Weights, RefusesIndicatorsOfAnotherGrid) {
  copy_run("grid");
  forge(*dir_ / "grid/indicators", "rasters.json", "494240", "494260");
  expect_refused("grid", "INDICATORS_OTHER");
}

TEST_F(Weights, RefusesIndicatorsOfOtherDates) {
  copy_run("dates");
  forge(*dir_ / "dates/indicators", "indicators.csv", "2023-07-d1", "2023-06-d1");
  expect_refused("dates", "INDICATORS_OTHER");
  copy_run("rasters");
  forge(*dir_ / "rasters/indicators", "rasters.json", "\"2023-08-d3\"", "\"2023-08-d2\"");
  expect_refused("rasters", "INDICATORS_OTHER");
}

TEST_F(Weights, NeedsTheStepsBefore) { expect_refused("nothing", "STEP_MISSING"); }

TEST_F(Weights, IsNotReplacedUnlessAsked) {
  ASSERT_EQ(weigh("twice", drought).exit, 0);
  const test::Outcome again = weigh("twice", drought);
  EXPECT_EQ(again.exit, 74);
  EXPECT_NE(again.err.find("EXISTS:"), std::string::npos) << again.err;
}

}  // namespace
}  // namespace fw
