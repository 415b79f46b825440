#include "core/output/manifest.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/base/sha256.h"
#include "core/output/raster_index.h"
#include "tests/output/rasters.h"

using namespace fw;
using namespace fw::test;
namespace fs = std::filesystem;

namespace {

void write_manifest(const fs::path& folder, const std::vector<std::string>& paths) {
  std::vector<FileRecord> outputs;
  for (const auto& path : paths) outputs.push_back({path, sha256_of("x"), 1});
  write_text(folder / "manifest.json", manifest_json(manifest_info(), outputs));
}

}  // namespace

TEST(Manifest, TellsWhatWentInAndWhatCameOut) {
  const auto m = nlohmann::json::parse(manifest_json(manifest_info(), {{"a.tif", std::string(64, 'c'), 7}}));
  EXPECT_EQ(m["job"], "test");
  EXPECT_EQ(m["run_id"], "r1");
  EXPECT_EQ(m["program"]["name"], "forewarn");
  EXPECT_EQ(m["configuration"]["content"]["a"][1], 2.5);
  EXPECT_FALSE(m["configuration"].contains("files"));
  ManifestInfo with_files = manifest_info();
  with_files.config_files["risk/drought.toml"] = sha256_of("x");
  EXPECT_EQ(nlohmann::json::parse(manifest_json(with_files, {}))["configuration"]["files"]["risk/drought.toml"],
            sha256_of("x"));
  EXPECT_EQ(m["inputs"][0]["path"], "scenes/a.tif");
  EXPECT_EQ(m["outputs"][0]["bytes"], 7);
  EXPECT_EQ(m["rejections"][0]["verdict"], "R");
  EXPECT_EQ(m["rejections"][0]["code"], "GEOREF_INVALID");
}

TEST(VerifyPublication, NamesWhatIsMissingOrDiffers) {
  TempDir dir;
  write_text(dir / "same", "x");
  write_text(dir / "other", "y");
  write_text(dir / "longer", "xx");
  write_manifest(dir.path(), {"same", "other", "longer", "gone"});
  EXPECT_EQ(verify_publication(dir.path()),
            (std::vector<std::string>{"other: content differs (SHA-256)", "longer: size differs", "gone: missing"}));
}

TEST(RefuseUnknown, HoldsBackASetWhoseFilesCannotBeToldFromAPersons) {
  TempDir dir;
  EXPECT_NO_THROW(refuse_unknown(dir.path() / "nothing"));
  write_text(dir / "a.csv", "x");
  EXPECT_NO_THROW(refuse_unknown(dir.path())) << "no set";
  write_manifest(dir.path(), {"a.csv"});
  EXPECT_NO_THROW(refuse_unknown(dir.path()));
  write_text(dir / "manifest.json", "{");
  EXPECT_THROW(refuse_unknown(dir.path()), OutputError);
}

TEST(FindAdditions, NamesFilesThatAreReadAsPartOfPublishedOnes) {
  TempDir dir;
  for (const char* name : {"a.tif", "a.tif.aux.xml", "b.tif", "c.gpkg", "notes.txt", "my.qgz"})
    write_text(dir / name, name);
  write_manifest(dir.path(), {"a.tif", "a.tif.aux.xml", "b.tif", "c.gpkg"});
  EXPECT_TRUE(find_additions(dir.path()).empty()) << "a person's notes and project change nothing";
  for (const char* name : {"a.tif.ovr", "b.tif.aux.xml", "b.tfw", "c.gpkg-wal"}) write_text(dir / name, name);
  EXPECT_EQ(find_additions(dir.path()),
            (std::vector<std::string>{"a.tif.ovr: not of the set, and read as part of a.tif",
                                      "b.tif.aux.xml: not of the set, and read as part of b.tif",
                                      "b.tfw: not of the set, and read as part of b.tif",
                                      "c.gpkg-wal: not of the set, and read as part of c.gpkg"}));
}

TEST(FindAdditions, LeavesStatisticsThatAGisKeepsOfARasterItHasShown) {
  TempDir dir;
  write_text(dir / "a.tif", "a");
  write_manifest(dir.path(), {"a.tif"});
  const auto added = [&](const std::string& parts) {
    write_text(dir / "a.tif.aux.xml", "<PAMDataset>" + parts + "</PAMDataset>");
    return !find_additions(dir.path()).empty();
  };
  const std::string statistics = "<Metadata><MDI key=\"STATISTICS_MEAN\">1.5</MDI></Metadata>";
  EXPECT_FALSE(added("<PAMRasterBand band=\"1\"><Histograms/>" + statistics + "</PAMRasterBand>"));
  EXPECT_TRUE(added("<PAMRasterBand band=\"1\">" + statistics + "<NoDataValue>1</NoDataValue></PAMRasterBand>"));
  EXPECT_TRUE(added("<SRS>EPSG:3857</SRS>"));
  EXPECT_TRUE(added("<PAMRasterBand band=\"1\"><Metadata><MDI key=\"FW_RUN_ID\">0</MDI></Metadata></PAMRasterBand>"));
}

TEST(VerifyPublication, FindsEveryFlippedBitOfASmallSet) {
  TempDir dir;
  {
    Publication p({dir / "out", false});
    p.text("a.csv", "0123456789");
    p.finish(manifest_info());
  }
  for (int bit = 0; bit < 80; ++bit) {
    std::string content = "0123456789";
    content[static_cast<size_t>(bit / 8)] = static_cast<char>(content[static_cast<size_t>(bit / 8)] ^ (1 << bit % 8));
    write_text(dir / "out" / "a.csv", content);
    EXPECT_EQ(verify_publication(dir / "out").size(), 1U) << bit;
  }
}

TEST(VerifyPublication, RefusesAManifestThatReachesOutOfItsFolder) {
  TempDir dir;
  write_text(dir / "in" / "a", "x");
  write_text(dir / "b", "x");
  const auto code = [&](const std::vector<std::string>& paths) {
    write_manifest(dir / "in", paths);
    return code_of([&] { verify_publication(dir / "in"); });
  };
  EXPECT_EQ(code({"a"}), "none");
  EXPECT_EQ(code({"a", "a"}), "MANIFEST_INVALID");
  EXPECT_EQ(code({"../b"}), "MANIFEST_INVALID");
  EXPECT_EQ(code({"x/../../b"}), "MANIFEST_INVALID");
  EXPECT_EQ(code({(dir / "b").string()}), "MANIFEST_INVALID");
  EXPECT_EQ(code({"./a"}), "MANIFEST_INVALID");
  EXPECT_EQ(code({"manifest.json"}), "MANIFEST_INVALID");
  EXPECT_EQ(code({""}), "MANIFEST_INVALID");
}

TEST(VerifyPublication, RefusesSymbolicLinks) {
  TempDir dir;
  write_text(dir / "b", "x");
  fs::create_directories(dir / "in");
  fs::create_directories(dir / "elsewhere");
  write_text(dir / "elsewhere" / "c", "x");
  fs::create_symlink(dir / "b", dir / "in" / "link");
  fs::create_directory_symlink(dir / "elsewhere", dir / "in" / "sub");
  for (const char* path : {"link", "sub/c"}) {
    write_manifest(dir / "in", {path});
    EXPECT_EQ(code_of([&] { verify_publication(dir / "in"); }), "MANIFEST_INVALID") << path;
  }
}

TEST(VerifyPublication, RefusesWhatIsNoManifest) {
  TempDir dir;
  EXPECT_EQ(code_of([&] { verify_publication(dir.path()); }), "MANIFEST_INVALID");
  for (const char* text : {"", "[]", "{", R"({"forewarn_manifest": 2, "outputs": []})", R"({"forewarn_manifest": 1})",
                           R"({"forewarn_manifest": 1, "outputs": [{"path": "a", "sha256": "zz", "bytes": 1}]})",
                           R"({"forewarn_manifest": 1, "outputs": [{"path": 5}]})"}) {
    write_text(dir / "manifest.json", text);
    EXPECT_EQ(code_of([&] { verify_publication(dir.path()); }), "MANIFEST_INVALID") << text;
  }
}

TEST(RasterIndex, GivesBackEverySpec) {
  TempDir dir;
  auto a = class_spec(utm_grid(3, 4)), b = continuous_spec(utm_grid(5, 6));
  b.grid.x0 = 0.1 + 0.2;
  b.style_min = -1.0 / 3;
  b.mantissa_bits = 23;
  write_text(dir / "rasters.json", raster_index_json({a, b}));
  const auto back = load_raster_index(dir.path());
  ASSERT_EQ(back.size(), 2U);
  EXPECT_EQ(back[1].grid, b.grid);
  EXPECT_EQ(back[1].style_min, b.style_min);
  EXPECT_EQ(back[0].classes->find(9)->blue, 0xe9);
  EXPECT_EQ(back[0].classes->cuts, a.classes->cuts);
  EXPECT_EQ(raster_index_json(back), raster_index_json({a, b}));
}

TEST(RasterIndex, RefusesDamage) {
  TempDir dir;
  EXPECT_EQ(code_of([&] { load_raster_index(dir.path()); }), "SET_INVALID");
  const std::string good = raster_index_json({class_spec(utm_grid(3, 4))});
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    write_text(dir / "rasters.json", text);
    return code_of([&] { load_raster_index(dir.path()); });
  };
  EXPECT_EQ(with("tst_", "tst_"), "none");
  EXPECT_EQ(with("tst_", "../tst_"), "SET_INVALID");
  EXPECT_EQ(with("\"rows\": 3", "\"rows\": -3"), "SET_INVALID");
  EXPECT_EQ(with("\"rows\": 3", "\"rows\": \"3\""), "SET_INVALID");
  EXPECT_EQ(with("\"forewarn_rasters\": 1", "\"forewarn_rasters\": 7"), "SET_INVALID");
  EXPECT_EQ(with("205", "999"), "SET_INVALID");
}
