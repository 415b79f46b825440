#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "tests/output/rasters.h"

using namespace fw;
using namespace fw::test;
using nlohmann::json;

namespace {

/// Problems that tests/output/schemas/stac_item.json has with an item; empty when it is valid.
std::vector<std::string> problems_of(const json& item) {
  const json text =
      json::parse(read_text(std::filesystem::path(FW_SOURCE_DIR) / "tests/output/schemas/stac_item.json"));
  valijson::Schema schema;
  valijson::SchemaParser().populateSchema(valijson::adapters::NlohmannJsonAdapter(text), schema);
  valijson::ValidationResults results;
  valijson::Validator validator;
  std::vector<std::string> problems;
  if (validator.validate(schema, valijson::adapters::NlohmannJsonAdapter(item), &results)) return problems;
  for (valijson::ValidationResults::Error error; results.popError(error);) {
    std::string at;
    for (const auto& part : error.context) at += part;
    problems.push_back(at + ": " + error.description);
  }
  return problems;
}

json published_item(const std::filesystem::path& folder, const RasterSpec& spec) {
  {
    Publication p({folder, false});
    const auto writer = p.raster(spec);
    fill(*writer, spec, {spec.grid.whole()});
    p.stac("run", "Run", {{"run_id", "r1"}});
    p.finish(manifest_info());
  }
  return json::parse(read_text(folder / "items" / (spec.stem + ".json")));
}

}  // namespace

TEST(StacSchema, AcceptsClassAndContinuousItems) {
  TempDir dir;
  EXPECT_EQ(problems_of(published_item(dir / "a", class_spec(utm_grid(300, 200)))), std::vector<std::string>());
  EXPECT_EQ(problems_of(published_item(dir / "b", continuous_spec(utm_grid(30, 20)))), std::vector<std::string>());
}

TEST(StacSchema, AcceptsAnItemAcrossTheAntimeridian) {
  TempDir dir;
  const auto item = published_item(dir / "a", class_spec({"EPSG:32760", 700000, 8200000, 1000, 1000, 100, 200}));
  EXPECT_EQ(item["geometry"]["type"], "MultiPolygon");
  EXPECT_EQ(problems_of(item), std::vector<std::string>());
}

TEST(StacSchema, RefusesWhatIsWrong) {
  TempDir dir;
  const auto good = published_item(dir / "a", class_spec(utm_grid(30, 20)));
  const auto refused = [&](const char* pointer, const json& value) {
    json item = good;
    item[json::json_pointer(pointer)] = value;
    return !problems_of(item).empty();
  };
  EXPECT_TRUE(refused("/properties/datetime", "2024-05-21T00:00:00Z"));
  EXPECT_TRUE(refused("/properties/proj:shape", json({30})));
  EXPECT_TRUE(refused("/properties/proj:epsg", 32637));
  EXPECT_TRUE(refused("/assets/data/file:checksum", std::string(64, 'a')));
  EXPECT_TRUE(refused("/assets/data/href", "/abs/a.tif"));
  EXPECT_TRUE(refused("/assets/data/bands/0/classification:classes/0/color_hint", "#CDFACD"));
  EXPECT_TRUE(refused("/assets/data/bands/0/classification:classes/0/name", "Risk class 1"));
}
