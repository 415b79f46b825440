#include "core/output/stac.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/base/sha256.h"
#include "tests/output/rasters.h"

using namespace fw;
using namespace fw::test;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

class Catalogue : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = new TempDir;
    publish_sample(*dir_ / "out");
  }
  static void TearDownTestSuite() { delete dir_; }
  static json load(const std::string& name) { return json::parse(read_text(*dir_ / "out" / name)); }
  static TempDir* dir_;
};
TempDir* Catalogue::dir_ = nullptr;

}  // namespace

TEST_F(Catalogue, SaysWhenAndWhereARasterIs) {
  const auto item = load("items/tst_drought-risk_2024-05-d3_v01.json");
  EXPECT_EQ(item["stac_version"], "1.1.0");
  EXPECT_EQ(item["properties"]["title"], "Drought risk class, 21-31 May 2024");
  EXPECT_TRUE(item["properties"]["datetime"].is_null());
  EXPECT_EQ(item["properties"]["start_datetime"], "2024-05-21T00:00:00Z");
  EXPECT_EQ(item["properties"]["end_datetime"], "2024-05-31T23:59:59Z");
  EXPECT_EQ(item["properties"]["proj:code"], "EPSG:32637");
  EXPECT_EQ(item["properties"]["proj:shape"], json({700, 900}));
  EXPECT_EQ(item["properties"]["proj:transform"], json({30.0, 0.0, 500000.0, 0.0, -30.0, 4000000.0}));
  EXPECT_EQ(item["properties"]["forewarn:run_id"], "r1");
  EXPECT_EQ(item["geometry"]["type"], "Polygon");
}

TEST_F(Catalogue, NamesTheClassesWithTheirColoursAndCounts) {
  const auto item = load("items/tst_drought-risk_2024-05-d3_v01.json");
  const auto& classes = item["assets"]["data"]["bands"][0]["classification:classes"];
  ASSERT_EQ(classes.size(), 5U);
  EXPECT_EQ(classes[0]["value"], 1);
  EXPECT_EQ(classes[0]["name"], "risk_class_1");
  EXPECT_EQ(classes[0]["color_hint"], "CDFACD");
  EXPECT_EQ(classes[2]["title"], "Not assessed");
  EXPECT_EQ(classes[4]["nodata"], true);
  uint64_t total = 0;
  for (const auto& c : classes) total += c["count"].get<uint64_t>();
  EXPECT_EQ(total, 700U * 900U);
}

TEST_F(Catalogue, GivesChecksumsThatMatchTheFiles) {
  for (const char* name : {"items/tst_drought-risk_2024-05-d3_v01.json", "items/tst_likelihood_2024-05-d3_v01.json"}) {
    const auto item = load(name);
    for (const auto& [key, asset] : item["assets"].items()) {
      const fs::path file = *dir_ / "out" / "items" / asset["href"].get<std::string>();
      ASSERT_TRUE(fs::exists(file)) << file;
      EXPECT_EQ(asset["file:checksum"], "1220" + sha256_of_file(file));
      EXPECT_EQ(asset["file:size"], fs::file_size(file));
    }
    EXPECT_EQ(item["assets"]["style"]["roles"][0], "style");
  }
}

TEST_F(Catalogue, LinksEveryItemAndBack) {
  const auto collection = load("collection.json");
  int items = 0;
  for (const auto& link : collection["links"]) {
    const fs::path target = *dir_ / "out" / link["href"].get<std::string>();
    ASSERT_TRUE(fs::exists(target)) << target;
    if (link["rel"] != "item") continue;
    ++items;
    const auto item = json::parse(read_text(target));
    for (const auto& back : item["links"])
      EXPECT_TRUE(fs::exists(target.parent_path() / back["href"].get<std::string>()));
    EXPECT_EQ(item["collection"], collection["id"]);
  }
  EXPECT_EQ(items, 2);
  EXPECT_EQ(collection["extent"]["temporal"]["interval"][0][0], "2024-05-21T00:00:00Z");
}
