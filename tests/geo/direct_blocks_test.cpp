// Blocks decoded without GDAL hold what GDAL reads; whatever is odd is left to GDAL.
#include "core/geo/direct_blocks.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "../support.h"
#include "make_tif.h"

namespace fw {
namespace {

using test::TifSpec;

std::unique_ptr<DirectBlocks> open_direct(const std::filesystem::path& file) {
  return DirectBlocks::open(file, identify(file), test::open_file(file).info());
}

/// What GDAL reads, no-data not made NaN.
std::vector<float> by_gdal(const std::filesystem::path& file, int band, const Window& w) {
  GDALDatasetUniquePtr dataset(GDALDataset::Open(file.c_str(), GDAL_OF_RASTER));
  std::vector<float> values(w.pixels());
  EXPECT_EQ(dataset->GetRasterBand(band)->RasterIO(GF_Read, w.col, w.row, w.cols, w.rows, values.data(), w.cols, w.rows,
                                                   GDT_Float32, 0, 0, nullptr),
            CE_None);
  return values;
}

TifSpec spec_of(GDALDataType type, int bands, std::vector<std::string> options) {
  TifSpec spec;
  spec.type = type;
  spec.bands = bands;
  spec.options = std::move(options);
  spec.grid.rows = 53;
  spec.grid.cols = 71;
  spec.value = [type](int b, int r, int c) {
    const int mixed = (r * 7919 + c * 104729 + b * 31) % 65521;
    if (type == GDT_Byte) return mixed % 256 * 1.0;
    if (type == GDT_Int16) return mixed - 32768.0;
    if (type == GDT_Float32) return r == 5 && c == 6 ? std::nan("") : std::ldexp(mixed - 30000.0, mixed % 40 - 20);
    return 1.0 * mixed;
  };
  return spec;
}

TEST(DirectBlocks, HoldWhatGdalReadsForEveryTypeCodecPredictorAndLayout) {
  const test::TempDir dir;
  const Window windows[] = {{0, 0, 53, 71}, {15, 16, 33, 32}, {52, 70, 1, 1}, {3, 40, 20, 31}};
  int direct = 0;
  for (const GDALDataType type : {GDT_Byte, GDT_UInt16, GDT_Int16, GDT_Float32})
    for (const int bands : {1, 2, 3, 4, 5, 6, 7, 8})
      for (const char* interleave : {"PIXEL", "BAND"})
        for (const char* codec : {"NONE", "DEFLATE", "ZSTD"})
          for (const int predictor : {1, type == GDT_Float32 ? 3 : 2})
            for (const bool tiled : {true, false}) {
              std::vector<std::string> options = {std::string("INTERLEAVE=") + interleave,
                                                  std::string("COMPRESS=") + codec, "PHOTOMETRIC=MINISBLACK"};
              if (codec != std::string("NONE")) options.push_back("PREDICTOR=" + std::to_string(predictor));
              for (const char* o : {"TILED=YES", "BLOCKXSIZE=32", "BLOCKYSIZE=16"})
                if (tiled) options.emplace_back(o);
              if (!tiled) options.emplace_back("BLOCKYSIZE=7");
              const auto file = test::make_tif(dir / "a.tif", spec_of(type, bands, options));
              const auto blocks = open_direct(file);
              ASSERT_TRUE(blocks) << interleave << codec << predictor << tiled << type << bands;
              ++direct;
              for (const Window& w : windows) {
                std::vector<int> numbers;
                std::vector<std::vector<float>> values;
                std::vector<float*> out;
                for (int b = bands; b >= 1; --b) numbers.push_back(b), values.emplace_back(w.pixels());
                for (auto& v : values) out.push_back(v.data());
                const std::vector<float> no_data(numbers.size(), std::nanf(""));
                ASSERT_TRUE(blocks->read(numbers, no_data, w, out, static_cast<size_t>(w.cols)));
                for (size_t k = 0; k < numbers.size(); ++k) {
                  const auto wanted = by_gdal(file, numbers[k], w);
                  for (size_t i = 0; i < wanted.size(); ++i)
                    ASSERT_TRUE(values[k][i] == wanted[i] || (std::isnan(values[k][i]) && std::isnan(wanted[i])))
                        << interleave << " " << codec << " " << predictor << tiled << " band " << numbers[k] << " at "
                        << i;
                }
              }
            }
  EXPECT_EQ(direct, 768);
}

TEST(DirectBlocks, BlocksThatRepeatAreThoseOfTheirFileWhateverWasReadBefore) {
  const test::TempDir dir;
  const Window whole{0, 0, 256, 320};
  std::vector<std::pair<std::unique_ptr<DirectBlocks>, std::vector<float>>> files;
  for (const GDALDataType type : {GDT_Byte, GDT_UInt16, GDT_Int16, GDT_Float32})
    for (const int bands : {1, 4})
      for (const char* codec : {"DEFLATE", "ZSTD"})
        for (const int predictor : {1, type == GDT_Float32 ? 3 : 2}) {
          TifSpec spec =
              spec_of(type, bands,
                      {std::string("COMPRESS=") + codec, "PREDICTOR=" + std::to_string(predictor), "TILED=YES",
                       "BLOCKXSIZE=64", "BLOCKYSIZE=128", "INTERLEAVE=PIXEL", "PHOTOMETRIC=MINISBLACK"});
          spec.grid.rows = 256;
          spec.grid.cols = 320;
          // Neighbours repeat, bands differ, and one pixel of one block is another.
          spec.value = [](int b, int r, int c) { return r == 130 && c == 70 ? 9.0 : 3.0 + c / 128 + 2 * b; };
          const auto file = test::make_tif(dir / ("a" + std::to_string(files.size()) + ".tif"), spec);
          files.emplace_back(open_direct(file), by_gdal(file, bands, whole));
          ASSERT_TRUE(files.back().first);
        }
  const float none = std::nanf("");
  for (int turn = 0; turn < 2; ++turn)
    for (size_t i = 0; i < files.size(); ++i) {
      const auto& [direct, expected] = files[i];
      std::vector<float> got(whole.pixels());
      float* const out = got.data();
      const int band = i / 4 % 2 == 0 ? 1 : 4;
      ASSERT_TRUE(direct->read({&band, 1}, {&none, 1}, whole, {&out, 1}, 320));
      EXPECT_EQ(got, expected) << i;
    }
}

TEST(DirectBlocks, SeveralBandsAtOnceAreWhatEachIsAloneAlsoOutsideTheRaster) {
  const test::TempDir dir;
  TifSpec spec =
      spec_of(GDT_UInt16, 4,
              {"INTERLEAVE=PIXEL", "COMPRESS=DEFLATE", "PREDICTOR=2", "TILED=YES", "BLOCKXSIZE=32", "BLOCKYSIZE=32"});
  spec.nodata = spec.value(2, 4, 4);
  SceneFile scene = test::open_file(test::make_tif(dir / "a.tif", spec));
  const Window w{-3, -5, 64, 90};
  std::vector<float> a(w.pixels()), b(w.pixels()), alone(w.pixels());
  scene.read({2, 4}, w, {a.data(), b.data()});
  for (const auto& [band, values] : {std::pair(2, &a), std::pair(4, &b)}) {
    scene.read(band, w, alone.data());
    for (size_t i = 0; i < alone.size(); ++i)
      ASSERT_TRUE((*values)[i] == alone[i] || (std::isnan((*values)[i]) && std::isnan(alone[i]))) << i;
  }
  EXPECT_TRUE(std::isnan(a[0]));                     // outside
  EXPECT_TRUE(std::isnan(a[(4 + 3) * 90 + 4 + 5]));  // no-data
  EXPECT_EQ(a[(0 + 3) * 90 + 0 + 5], static_cast<float>(spec.value(2, 0, 0)));
}

TEST(DirectBlocks, ReadPartsOfABlockWithoutADatasetWhereNobodyKeepsTheRest) {
  const test::TempDir dir;
  TifSpec spec =
      spec_of(GDT_UInt16, 4,
              {"INTERLEAVE=PIXEL", "COMPRESS=DEFLATE", "PREDICTOR=2", "TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64"});
  spec.grid.rows = spec.grid.cols = 200;
  OpenRequest request;
  request.file = test::make_tif(dir / "a.tif", spec);
  for (const bool in_parts : {false, true}) {
    request.in_parts = in_parts;
    SceneFile scene = open_scene(request);
    std::vector<float> got(256);
    scene.read({3, 1}, {16, 80, 8, 16}, {got.data(), got.data() + 128});
    EXPECT_EQ(scene.is_light(), in_parts) << "GDAL keeps the block that is used in part";
    EXPECT_EQ(got[0], static_cast<float>(spec.value(3, 16, 80)));
    EXPECT_EQ(got[255], static_cast<float>(spec.value(1, 23, 95)));
    scene.read({3, 1}, {60, 80, 8, 16}, {got.data(), got.data() + 128});
    EXPECT_FALSE(scene.is_light()) << "parts of two blocks";
  }
}

TEST(DirectBlocks, StripsHoldTheSameFromTheFirstRowToTheLast) {
  const test::TempDir dir;
  const std::vector<std::string> tiles = {"COMPRESS=DEFLATE", "TILED=YES", "BLOCKXSIZE=32", "BLOCKYSIZE=32"};
  for (const GDALDataType type : {GDT_Byte, GDT_UInt16, GDT_Float32})
    for (const char* interleave : {"INTERLEAVE=PIXEL", "INTERLEAVE=BAND"}) {
      auto options = tiles;
      options.emplace_back(interleave);
      options.emplace_back(type == GDT_Float32 ? "PREDICTOR=3" : "PREDICTOR=2");
      TifSpec spec = spec_of(type, 4, options);
      spec.nodata = spec.value(2, 4, 4);
      SceneFile scene = test::open_file(test::make_tif(dir / "a.tif", spec));
      for (const Window& w :
           {Window{0, 0, 32, 32}, Window{32, 64, 21, 7}, Window{0, 0, 53, 71}, Window{-3, -5, 60, 80}}) {
        std::vector<float> a(w.pixels()), b(w.pixels());
        scene.read({4, 2}, w, {a.data(), b.data()});
        int next = 0;
        scene.visit_strips({4, 2}, w, [&](int row, int rows, const std::vector<const float*>& band) {
          ASSERT_EQ(row, next);
          next += rows;
          const size_t first = static_cast<size_t>(row) * static_cast<size_t>(w.cols);
          for (size_t i = 0; i < static_cast<size_t>(rows) * static_cast<size_t>(w.cols); ++i)
            for (const auto& [value, wanted] :
                 {std::pair(band[0][i], a[first + i]), std::pair(band[1][i], b[first + i])})
              ASSERT_TRUE(value == wanted || (std::isnan(value) && std::isnan(wanted))) << row << " " << i;
        });
        EXPECT_EQ(next, w.rows);
      }
    }
}

TEST(DirectBlocks, LeaveOddFilesToGdal) {
  const test::TempDir dir;
  const std::vector<std::pair<const char*, TifSpec>> odd = {
      {"big endian", spec_of(GDT_UInt16, 1, {"ENDIANNESS=BIG"})},
      {"LZW", spec_of(GDT_UInt16, 1, {"COMPRESS=LZW"})},
      {"12 bits", spec_of(GDT_UInt16, 1, {"NBITS=12"})},
      {"32-bit integers", spec_of(GDT_Int32, 1, {"COMPRESS=DEFLATE", "PREDICTOR=2"})},
      {"doubles", spec_of(GDT_Float64, 1, {})}};
  for (const auto& [what, spec] : odd) EXPECT_FALSE(open_direct(test::make_tif(dir / "odd.tif", spec))) << what;
}

TEST(DirectBlocks, ABlockThatDoesNotDecodeEndsAsItDoesWithGdal) {
  const test::TempDir dir;
  const auto file = test::make_tif(
      dir / "a.tif", spec_of(GDT_UInt16, 1, {"COMPRESS=DEFLATE", "TILED=YES", "BLOCKXSIZE=32", "BLOCKYSIZE=32"}));
  TiffNumbers numbers(file);
  const uint64_t place = tiff_layout(file, std::filesystem::file_size(file))->offset[2];
  {
    std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
    out.seekp(static_cast<std::streamoff>(place) + 40);
    out.write("spoilt spoilt spoilt", 20);
  }
  EXPECT_EQ(test::outcome(file), "INCOMPLETE");
}

}  // namespace
}  // namespace fw
