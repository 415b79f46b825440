#include "tests/output/stac_schema.h"

#include <gtest/gtest.h>

#include "tests/output/rasters.h"

using namespace fw;
using namespace fw::test;
using nlohmann::json;

namespace {

void publish_one(const std::filesystem::path& folder, const RasterSpec& spec) {
  Publication p({folder, false});
  const auto writer = p.raster(spec);
  fill(*writer, spec, {spec.grid.whole()});
  p.stac("run", "Run", {{"run_id", "r1"}});
  p.finish(manifest_info());
}

json published_item(const std::filesystem::path& folder, const RasterSpec& spec) {
  publish_one(folder, spec);
  return json::parse(read_text(folder / "items" / (spec.stem + ".json")));
}

}  // namespace

TEST(StacSchema, AcceptsClassAndContinuousItems) {
  TempDir dir;
  EXPECT_EQ(stac_problems(published_item(dir / "a", class_spec(utm_grid(300, 200)))), std::vector<std::string>());
  EXPECT_EQ(stac_problems(published_item(dir / "b", continuous_spec(utm_grid(30, 20)))), std::vector<std::string>());
}

TEST(StacSchema, AcceptsAnItemAcrossTheAntimeridian) {
  TempDir dir;
  const auto item = published_item(dir / "a", class_spec({"EPSG:32760", 700000, 8200000, 1000, 1000, 100, 200}));
  EXPECT_EQ(item["geometry"]["type"], "MultiPolygon");
  EXPECT_EQ(stac_problems(item), std::vector<std::string>());
}

TEST(StacSchema, RefusesWhatIsWrong) {
  TempDir dir;
  const auto good = published_item(dir / "a", class_spec(utm_grid(30, 20)));
  const auto refused = [&](const char* pointer, const json& value) {
    json item = good;
    item[json::json_pointer(pointer)] = value;
    return !stac_problems(item).empty();
  };
  EXPECT_TRUE(refused("/properties/datetime", "2024-05-21T00:00:00Z"));
  EXPECT_TRUE(refused("/properties/proj:shape", json({30})));
  EXPECT_TRUE(refused("/properties/proj:epsg", 32637));
  EXPECT_TRUE(refused("/assets/data/file:checksum", std::string(64, 'a')));
  EXPECT_TRUE(refused("/assets/data/href", "/abs/a.tif"));
  EXPECT_TRUE(refused("/assets/data/bands/0/classification:classes/0/color_hint", "#CDFACD"));
  EXPECT_TRUE(refused("/assets/data/bands/0/classification:classes/0/name", "Risk class 1"));
}

TEST(StacSchema, AcceptsTheCollectionAndRefusesOneThatSaysLess) {
  TempDir dir;
  publish_one(dir / "a", class_spec(utm_grid(30, 20)));
  json collection = json::parse(read_text(dir / "a" / "collection.json"));
  EXPECT_EQ(stac_problems(collection), std::vector<std::string>());
  json silent = collection;
  silent["description"] = "Risk of drought";
  EXPECT_FALSE(stac_problems(silent).empty());
  json unordered = collection;
  unordered["extent"]["temporal"]["interval"] = json::array({"2024-05-21T00:00:00Z"});
  EXPECT_FALSE(stac_problems(unordered).empty());
}
