// The raster cases of ../shared/hostile that end in scanning: what EXPECTED.tsv requires is what the catalogue says.
#include <cmath>
#include <fstream>
#include <sstream>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/scene/scene_reader.h"
#include "tests/scene/raster_maker.h"
#include "tests/support.h"

namespace fw {
namespace {

const Grid reference{"EPSG:4326", 33, 15, 0.01, 0.01, 32, 32};

/// case → what is required, of group raster.
std::map<std::string, std::string> required(const std::filesystem::path& hostile) {
  std::map<std::string, std::string> out;
  std::ifstream in(hostile / "EXPECTED.tsv");
  for (std::string line; std::getline(in, line);) {
    const auto cells = split(line, '\t');
    if (cells.size() >= 4 && cells[0] == "raster") out[cells[1].substr(0, 3)] = cells[3];
  }
  return out;
}

/// A file as its own input, on the reference grid, with what a person would state of it.
Catalogue scan_case(const std::filesystem::path& raster, const std::string& name, const std::string& product) {
  ScanInput input{product, {name}};
  input.date = "2020-01-01";
  if (product == "value-tif") input.scale = 1e-4;
  ScanRequest rest;
  rest.near = reference;
  rest.latest = Date{2026, 1, 1};
  return test::scan_one(raster, input, rest);
}

struct Case {
  const char *file, *product, *code;  ///< code: as EXPECTED.tsv names it; "A": accepted
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.product << " " << c.code; }

class HostileScan : public ::testing::TestWithParam<Case> {};

TEST_P(HostileScan, EndsAsExpected) {
  FW_NEEDS_SHARED(hostile, "hostile");
  const Case& t = GetParam();
  const std::string wanted = required(hostile)[std::string(t.file).substr(0, 3)];
  ASSERT_NE(wanted.find(t.code), std::string::npos) << "EXPECTED.tsv says: " << wanted;
  const Catalogue c = scan_case(hostile / "own/raster", t.file, t.product);
  if (std::string(t.code) == "A") {
    EXPECT_EQ(c.scenes.size(), 1u) << ::testing::PrintToString(test::codes(c));
    EXPECT_EQ(test::codes(c), std::vector<std::string>());
  } else {
    EXPECT_TRUE(c.scenes.empty());
    ASSERT_EQ(c.rejections.size(), 1u);
    EXPECT_EQ(c.rejections[0].code, t.code) << c.rejections[0].detail;
    EXPECT_EQ(c.rejections[0].stage, "scan");
    const char verdict = static_cast<char>(c.rejections[0].verdict);
    EXPECT_TRUE(wanted[0] == verdict || wanted[0] == 'A') << "required " << wanted << ", got " << verdict;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Rasters, HostileScan,
    ::testing::Values(
        Case{"r00_good_reference.tif", "value-tif", "A"},
        Case{"r01_geotransform_nan.tif", "value-tif", "GEOREF_INVALID"},
        Case{"r05_rotated.tif", "value-tif", "GEOREF_UNSUPPORTED"}, Case{"r06_south_up.tif", "value-tif", "A"},
        Case{"r07_no_crs.tif", "value-tif", "CRS_MISSING"},
        Case{"r10_wrong_utm_zone.tif", "value-tif", "CRS_EXTENT_MISMATCH"},
        Case{"r16_all_nodata.tif", "value-tif", "A"}, Case{"r20_saturated_u16.tif", "value-tif", "SATURATED"},
        Case{"r21_one_pixel.tif", "value-tif", "A"}, Case{"r22_complex.tif", "value-tif", "DTYPE_UNSUPPORTED"},
        Case{"r23_missing_nir_band.tif", "reflectance-tif", "BAND_MISSING:nir"},
        Case{"r24_swapped_bands.tif", "reflectance-tif", "A"},
        Case{"r25_duplicate_band_names.tif", "reflectance-tif", "BAND_AMBIGUOUS"},
        Case{"r26_scale_zero.tif", "value-tif", "SCALE_INVALID"},
        Case{"r27_scale_nan.tif", "value-tif", "SCALE_INVALID"},
        Case{"r28_int16_negative_reflectance.tif", "value-tif", "A"},
        Case{"r32_future_date.tif", "value-tif", "TIME_INVALID"},
        Case{"r33_epoch_date.tif", "value-tif", "TIME_IMPLAUSIBLE"},
        Case{"r34_meta_path_traversal.tif", "value-tif", "ID_INVALID"}, Case{"r35_meta_html.tif", "value-tif", "A"},
        Case{"r37_truncated_half.tif", "value-tif", "INCOMPLETE"}, Case{"r38_empty.tif", "value-tif", "NOT_A_RASTER"},
        Case{"r39_html_503.tif", "value-tif", "NOT_A_RASTER"},
        Case{"r44_vrt_raw_passwd.tif", "value-tif", "DRIVER_NOT_ALLOWED"},
        Case{"r55_sparse_1e6.tif", "value-tif", "TOO_LARGE"},
        Case{"r58_bands_65535.tif", "value-tif", "TOO_MANY_BANDS"},
        Case{"r59_halfwritten_killed.tif", "value-tif", "INCOMPLETE"}),
    [](const auto& p) { return std::string(p.param.file).substr(0, std::string(p.param.file).find('.')); });

TEST(HostileScanPairs, AShiftedOrCoarserGridIsResampledAndFlagged) {
  FW_NEEDS_SHARED(raster, "hostile/own/raster");
  for (const char* name : {"r30_shifted_half_pixel.tif", "r31_other_resolution.tif"}) {
    const Catalogue c = scan_case(raster, name, "value-tif");
    ASSERT_EQ(c.scenes.size(), 1u) << name;
    EXPECT_EQ(c.scenes[0].flags, (std::vector<std::string>{"DATE_GIVEN", "RESAMPLED"})) << name;
    SceneReader reader(c, reference);
    EXPECT_FALSE(std::isnan(reader.read(c.scenes[0], {"value"}, {10, 10, 1, 1}).dn.at("value")[0])) << name;
  }
}

TEST(HostileScanPairs, MetadataOfAMegabyteIsAcceptedOrRefusedByItsCode) {
  FW_NEEDS_SHARED(raster, "hostile/own/raster");
  const Catalogue c = scan_case(raster, "r36_meta_1mb.tif", "value-tif");
  if (c.scenes.empty()) {
    EXPECT_EQ(c.rejections.at(0).code, "META_TOO_LARGE");
  }
  EXPECT_LT(catalogue_json(c).size(), 10000u) << "none of it is carried along";
}

TEST(HostileScanPairs, TheSameBytesUnderAnotherNameCountOnce) {
  FW_NEEDS_SHARED(raster, "hostile/own/raster");
  ScanInput input{"value-tif", {"r00_good_reference.tif", "r60_duplicate_of_r00.tif"}};
  input.date = "2020-01-01";
  const Catalogue c = test::scan_one(raster, input);
  ASSERT_EQ(c.scenes.size(), 1u);
  EXPECT_EQ(test::codes(c), (std::vector<std::string>{"r60_duplicate_of_r00.tif: DUPLICATE"}));
}

TEST(HostileScanPairs, ASouthUpFileGivesEachPlaceItsValue) {
  FW_NEEDS_SHARED(raster, "hostile/own/raster");
  const Catalogue up = scan_case(raster, "r06_south_up.tif", "value-tif");
  const Catalogue good = scan_case(raster, "r00_good_reference.tif", "value-tif");
  SceneReader a(up, reference), b(good, reference);
  const SceneTile x = a.read(up.scenes[0], {"value"}, reference.whole());
  const SceneTile y = b.read(good.scenes[0], {"value"}, reference.whole());
  // The same stored rows; r06 begins with the southernmost.
  for (size_t r = 0; r < 32; ++r) {
    for (size_t c = 0; c < 32; ++c) ASSERT_EQ(x.dn.at("value")[r * 32 + c], y.dn.at("value")[(31 - r) * 32 + c]);
  }
}

TEST(HostileScanPairs, AnAlteredFileIsFoundByTheManifest) {
  FW_NEEDS_SHARED(raster, "hostile/own/raster");
  for (const char* name : {"r41_trailing_garbage.tif", "r42_bitflip_deflate.tif", "r43_bitflip_uncompressed.tif"}) {
    ScanInput input{"value-tif", {name}};
    input.date = "2020-01-01";
    ScanRequest rest;
    rest.expected_sha256[name] = std::string(64, '0');
    const Catalogue c = test::scan_one(raster, input, rest);
    ASSERT_EQ(c.rejections.size(), 1u) << name;
    EXPECT_EQ(c.rejections[0].code, "HASH_MISMATCH") << name;
  }
}

TEST(HostileScanPairs, ReflectanceIsEqualOnBothSidesOfBaseline0400) {
  FW_NEEDS_SHARED(raster, "hostile/own/raster");
  test::TempDir config;  // the shipped products ask for more bands than these files have; the rule is the same
  test::write_text(
      config / "products/s2-one-band.toml",
      "title='one band'\nsource='test'\nlicence='test'\ndrivers=['GTiff']\nfile='.'\nscale_rule='sentinel2_baseline'\n"
      "date={from='name'}\n[[band]]\nrole='nir'\nband=1\nscale=0.0001\nfill=0\n");
  const auto values = [&](const std::string& name) {
    ScanInput input{"s2-one-band", {name}};
    input.date = "2022-01-01";
    ScanRequest rest;
    rest.config_dir = config.path();
    const Catalogue c = test::scan_one(raster, input, rest);
    EXPECT_EQ(c.scenes.size(), 1u) << ::testing::PrintToString(test::codes(c));
    SceneReader reader(c, reference);
    std::vector<double> out;
    const SceneTile tile = reader.read(c.scenes.at(0), {"nir"}, reference.whole());
    for (const float dn : tile.dn.at("nir")) out.push_back(test::physical(c.scenes[0].bands.at("nir"), dn));
    return out;
  };
  const auto before = values("r61_s2_pre_0400.tif"), since = values("r62_s2_post_0400_plus1000.tif");
  ASSERT_EQ(before.size(), 1024u);
  for (size_t i = 0; i < before.size(); ++i) ASSERT_NEAR(before[i], since[i], 1e-6) << i;
  EXPECT_NEAR(before[0], 0.1024, 1e-12);
}

}  // namespace
}  // namespace fw
