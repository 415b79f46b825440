// Plain rasters written block by block: what an independent reader finds in them, and what must not be published.
#include "core/output/block_raster.h"

#include <gdal_priv.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>

#include "../support.h"
#include "core/base/error.h"
#include "core/base/sha256.h"
#include "core/output/publication.h"

namespace fw {
namespace {

BlockRasterSpec spec_of(BlockRasterSpec::Type type, int bands, bool interleaved) {
  BlockRasterSpec spec;
  spec.stem = "blocks";
  spec.grid = {"EPSG:32636", 400000, 1500000, 20, 20, 70, 100};
  spec.type = type;
  spec.interleaved = interleaved;
  spec.block_size = 32;
  for (int b = 1; b <= bands; ++b) spec.bands.push_back("band " + std::to_string(b));
  return spec;
}

int value_at(int band, int row, int col) { return (row * 31 + col * 57 + band * 1009) % 65521 - 32700; }

template <class T>
void fill(BlockRaster& raster) {
  const auto& spec = raster.spec();
  const int bands = static_cast<int>(spec.bands.size()), channels = spec.interleaved ? bands : 1;
  BlockRaster::Bytes bytes;
  for (int y = 0; y < raster.down(); ++y)
    for (int x = 0; x < raster.across(); ++x)
      for (int b = 1; b <= (spec.interleaved ? 1 : bands); ++b) {
        std::vector<T> samples(raster.block_bytes() / sizeof(T));
        for (size_t i = 0; i < samples.size(); ++i) {
          const int pixel = static_cast<int>(i) / channels;
          const int row = y * 32 + pixel / 32, col = x * 32 + pixel % 32;
          samples[i] = static_cast<T>(value_at(spec.interleaved ? static_cast<int>(i) % channels + 1 : b, row, col));
        }
        raster.encode(samples.data(), bytes);
        raster.append(y, x, b, bytes);
      }
}

TEST(BlockRaster, HoldsForGdalWhatWasGivenInEveryLayout) {
  const test::TempDir dir;
  for (const auto type : {BlockRasterSpec::Type::int16, BlockRasterSpec::Type::float32})
    for (const int bands : {1, 3})
      for (const bool interleaved : {true, false}) {
        const auto file = dir / "a.tif";
        std::filesystem::remove(file);
        BlockRaster raster(file, spec_of(type, bands, interleaved));
        if (type == BlockRasterSpec::Type::int16)
          fill<int16_t>(raster);
        else
          fill<float>(raster);
        raster.close();
        raster.verify();
        GDALDatasetUniquePtr read(GDALDataset::Open(file.c_str(), GDAL_OF_RASTER));
        ASSERT_TRUE(read);
        ASSERT_EQ(read->GetRasterCount(), bands);
        EXPECT_STREQ(read->GetRasterBand(bands)->GetDescription(), ("band " + std::to_string(bands)).c_str());
        EXPECT_STREQ(read->GetMetadataItem("COMPRESSION", "IMAGE_STRUCTURE"), "DEFLATE");
        double transform[6];
        read->GetGeoTransform(transform);
        EXPECT_EQ(transform[0], 400000);
        EXPECT_STREQ(read->GetSpatialRef()->GetAuthorityCode(nullptr), "32636");
        std::vector<float> row(100);
        for (int b = 1; b <= bands; ++b)
          for (int r = 0; r < 70; ++r) {
            ASSERT_EQ(
                read->GetRasterBand(b)->RasterIO(GF_Read, 0, r, 100, 1, row.data(), 100, 1, GDT_Float32, 0, 0, nullptr),
                CE_None);
            for (int c = 0; c < 100; ++c) ASSERT_EQ(row[static_cast<size_t>(c)], value_at(b, r, c)) << b << r << c;
          }
      }
}

TEST(BlockRaster, RoundsToNearestEvenAndClips) {
  const float values[] = {0.00005F, 0.00015F, 0.25F, -0.99999F, std::nanf(""), 9.0F, -9.0F, 0.5F, 1.5F, 2.5F, -0.5F};
  int16_t out[22] = {};
  to_int16(values, 7, 10000, out, 2);
  EXPECT_EQ(out[4], 2500);
  EXPECT_EQ(out[6], -10000);
  EXPECT_EQ(out[8], block_nodata);
  EXPECT_EQ(out[10], 32767);
  EXPECT_EQ(out[12], -32767);
  EXPECT_EQ(out[1], 0);  // only every second place
  to_int16(values + 7, 4, 1, out);
  EXPECT_EQ(out[0], 0);
  EXPECT_EQ(out[1], 2);
  EXPECT_EQ(out[2], 2);
  EXPECT_EQ(out[3], 0);
}

TEST(BlockRaster, IsPublishedWholeOrNotAtAll) {
  const test::TempDir dir;
  {
    Publication publication({dir / "set"});
    const auto raster = publication.blocks(spec_of(BlockRasterSpec::Type::int16, 2, false));
    fill<int16_t>(*raster);
    raster->close();
    publication.finish({});
  }
  EXPECT_TRUE(verify_publication(dir / "set").empty());
  {
    Publication publication({dir / "half"});
    const auto raster = publication.blocks(spec_of(BlockRasterSpec::Type::int16, 1, false));
    EXPECT_THROW(raster->close(), std::logic_error);  // no block was given
  }
  EXPECT_FALSE(std::filesystem::exists(dir / "half"));
}

TEST(BlockRaster, NoticesABlockThatChangedOnTheDevice) {
  const test::TempDir dir;
  BlockRaster raster(dir / "a.tif", spec_of(BlockRasterSpec::Type::int16, 1, false));
  fill<int16_t>(raster);
  raster.close();
  {
    std::fstream file(dir / "a.tif", std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(static_cast<std::streamoff>(std::filesystem::file_size(dir / "a.tif") / 2));
    file.write("!!!!", 4);
  }
  EXPECT_THROW(raster.verify(), OutputError);
}

}  // namespace
}  // namespace fw
