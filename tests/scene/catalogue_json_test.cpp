#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/scene/catalogue.h"
#include "tests/support.h"

namespace fw {
namespace {

Catalogue example() {
  Catalogue c;
  c.root = "/somewhere/on/this/machine";
  Scene s;
  s.id = "a";
  s.product = "sentinel2-l2a";
  s.time = *parse_datetime("2022-03-01T07:37:31Z");
  s.days = 10;
  s.baseline = "04.00";
  s.flags = {"OFFSET_APPLIED"};
  SceneBand b;
  b.file = "a/B04.tif";
  b.sha256 = std::string(64, 'a');
  b.driver = "GTiff";
  b.scale = 1e-4;
  b.offset = -0.1;
  b.fill = 0;
  b.valid_min = -2000;
  b.grid = {"EPSG:32637", 500000.25, 1600000, 10, 10, 3, 4};
  s.bands["red"] = b;
  b.file = "a/SCL.tif";
  b.subdataset = "SCL \"x\"";
  b.fill.reset();
  b.resampling = Resampling::nearest;
  s.qa = b;
  s.qa_rules = {{0, 5, 0xF0Au, MaskOutcome::masked}, {3, 1, 2, MaskOutcome::not_observed}};
  s.metadata_files["a/MTD.xml"] = std::string(64, 'b');
  c.scenes = {s};
  c.rejections = {{"b", "scan", "BAND_MISSING:nir", "no \"nir\"", Verdict::quarantined}};
  return c;
}

TEST(CatalogueJson, ReadsBackWhatItWrote) {
  test::TempDir dir;
  const Catalogue written = example();
  test::write_text(dir / "catalogue.json", catalogue_json(written));
  const Catalogue read = load_catalogue(dir / "catalogue.json", "/elsewhere");
  EXPECT_EQ(read.root, "/elsewhere");
  ASSERT_EQ(read.scenes.size(), 1u);
  const Scene &s = read.scenes[0], &w = written.scenes[0];
  EXPECT_EQ(s.id, w.id);
  EXPECT_EQ(s.time, w.time);
  EXPECT_EQ(s.days, 10);
  EXPECT_EQ(s.baseline, w.baseline);
  EXPECT_EQ(s.flags, w.flags);
  EXPECT_EQ(s.metadata_files, w.metadata_files);
  const SceneBand &b = s.bands.at("red"), &x = w.bands.at("red");
  EXPECT_EQ(b.file, x.file);
  EXPECT_EQ(b.sha256, x.sha256);
  EXPECT_EQ(b.scale, x.scale);
  EXPECT_EQ(b.offset, x.offset);
  EXPECT_EQ(b.fill, x.fill);
  EXPECT_EQ(b.valid_min, x.valid_min);
  EXPECT_EQ(b.valid_max, x.valid_max);
  EXPECT_EQ(b.grid, x.grid);
  EXPECT_EQ(s.qa->subdataset, w.qa->subdataset);
  EXPECT_EQ(s.qa->resampling, Resampling::nearest);
  ASSERT_EQ(s.qa_rules.size(), 2u);
  EXPECT_EQ(s.qa_rules[0].values, 0xF0Au);
  EXPECT_EQ(s.qa_rules[1].outcome, MaskOutcome::not_observed);
  EXPECT_EQ(read.rejections[0].code, "BAND_MISSING:nir");
  EXPECT_EQ(catalogue_json(read), catalogue_json(written));
}

TEST(CatalogueJson, HoldsNoPathOfTheMachine) {
  EXPECT_EQ(catalogue_json(example()).find("somewhere"), std::string::npos);
}

std::string code_of(const std::string& text) {
  test::TempDir dir;
  test::write_text(dir / "c.json", text);
  try {
    load_catalogue(dir / "c.json");
  } catch (const InputError& e) {
    return e.code();
  }
  return "none";
}

TEST(LoadCatalogue, RefusesDamageAndOtherVersions) {
  const std::string good = catalogue_json(example());
  EXPECT_EQ(code_of(good), "none");
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return text;
  };
  EXPECT_EQ(code_of(with("\"forewarn_catalogue\": 1", "\"forewarn_catalogue\": 2")), "CATALOGUE_VERSION");
  EXPECT_EQ(code_of(good.substr(0, good.size() / 2)), "CATALOGUE_INVALID");
  EXPECT_EQ(code_of("{}"), "CATALOGUE_INVALID");
  EXPECT_EQ(code_of("[1]"), "CATALOGUE_INVALID");
  EXPECT_EQ(code_of(with("\"grid\": 0", "\"grid\": 7")), "CATALOGUE_INVALID");
  EXPECT_EQ(code_of(with("\"rows\": 3", "\"rows\": -3")), "CATALOGUE_INVALID");
  EXPECT_EQ(code_of(with("\"id\": \"a\"", "\"id\": \"../a\"")), "CATALOGUE_INVALID");
  EXPECT_EQ(code_of(with("\"shift\": 0", "\"shift\": 99")), "CATALOGUE_INVALID");
  EXPECT_EQ(code_of(with("2022-03-01", "2022-02-31")), "CATALOGUE_INVALID");
}

}  // namespace
}  // namespace fw
