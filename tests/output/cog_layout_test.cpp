// Our files beside those of GDAL's COG driver for the same pixels: tags, overviews, places of blocks.
#include <cpl_conv.h>
#include <gdal_priv.h>
#include <gtest/gtest.h>
#include <tbb/global_control.h>

#include <bit>
#include <cstring>
#include <fstream>
#include <map>
#include <random>
#include <set>

#include "core/base/sha256.h"
#include "core/geo/crs.h"
#include "core/geo/open_scene.h"
#include "core/geo/tiff_layout.h"
#include "core/output/cog.h"
#include "core/output/described_dataset.h"
#include "core/output/overviews.h"
#include "tests/output/rasters.h"

namespace fw::test {
namespace {
namespace fs = std::filesystem;

using Dataset = std::unique_ptr<GDALDataset>;
Dataset open(const fs::path& file) { return Dataset(GDALDataset::Open(file.c_str(), GDAL_OF_RASTER)); }

struct Kind {
  int rows, cols, bands;
  bool is_class;
};
std::ostream& operator<<(std::ostream& out, const Kind& k) {
  return out << k.rows << " x " << k.cols << " x " << k.bands << (k.is_class ? " classes" : " floats");
}

/// Random values with whole areas, lines and single pixels of no-data.
class Sample {
 public:
  Sample(const fs::path& folder, const Kind& kind)
      : spec(kind.is_class ? class_spec(utm_grid(kind.rows, kind.cols))
                           : continuous_spec(utm_grid(kind.rows, kind.cols))),
        pixels(folder, spec.grid, kind.bands, kind.is_class ? StagedPixels::Type::byte : StagedPixels::Type::float32,
               255) {
    spec.bands.assign(static_cast<size_t>(kind.bands), {"likelihood", "mm"});
    std::mt19937 random(static_cast<unsigned>(kind.rows * 7 + kind.cols * 3 + kind.bands));
    const auto empty = [&](int r, int c) { return (r / 61 + c / 67) % 5 == 4 || r % 97 == 96 || random() % 16 == 0; };
    for (int b = 1; b <= kind.bands; ++b) {
      std::vector<uint8_t> classes;
      std::vector<float> values;
      for (int r = 0; r < kind.rows; ++r)
        for (int c = 0; c < kind.cols; ++c)
          if (kind.is_class) {
            constexpr uint8_t known[] = {1, 2, 0, 9};
            classes.push_back(empty(r, c) ? 255 : known[random() % 4]);
          } else {
            values.push_back(empty(r, c) ? nan_value
                                         : round_mantissa(std::ldexp(static_cast<float>(random()), -31) - 1, 12));
          }
      if (kind.is_class)
        pixels.write(b, spec.grid.whole(), classes.data());
      else
        pixels.write(b, spec.grid.whole(), values.data());
      statistics.push_back(compute_statistics(pixels, b));
    }
  }
  RasterSpec spec;
  StagedPixels pixels;
  std::vector<BandStatistics> statistics;
};

/// The same raster by GDAL's driver.
void write_by_gdal(const fs::path& file, const Sample& sample) {
  prepare_gdal();
  const bool is_class = sample.spec.classes.has_value();
  const Grid& g = sample.spec.grid;
  const int bands = sample.pixels.bands();
  Dataset source(GetGDALDriverManager()->GetDriverByName("MEM")->Create("", g.cols, g.rows, bands,
                                                                        is_class ? GDT_Byte : GDT_Float32, nullptr));
  const auto described = make_described_dataset(sample.spec, sample.statistics);
  double transform[6];
  described->GetGeoTransform(transform);
  source->SetGeoTransform(transform);
  source->SetSpatialRef(described->GetSpatialRef());
  source->SetMetadata(described->GetMetadata());
  for (int b = 1; b <= bands; ++b) {
    GDALRasterBand *to = source->GetRasterBand(b), *from = described->GetRasterBand(b);
    to->SetNoDataValue(from->GetNoDataValue());
    to->SetDescription(from->GetDescription());
    to->SetUnitType(from->GetUnitType());
    to->SetMetadata(from->GetMetadata());
    to->SetColorInterpretation(from->GetColorInterpretation());
    if (from->GetColorTable()) to->SetColorTable(from->GetColorTable());
    std::vector<float> values(g.pixels());
    std::vector<uint8_t> classes(g.pixels());
    void* data = is_class ? static_cast<void*>(classes.data()) : values.data();
    if (is_class)
      sample.pixels.read(b, g.whole(), classes.data());
    else
      sample.pixels.read(b, g.whole(), values.data());
    ASSERT_EQ(to->RasterIO(GF_Write, 0, 0, g.cols, g.rows, data, g.cols, g.rows, is_class ? GDT_Byte : GDT_Float32, 0,
                           0, nullptr),
              CE_None);
  }
  const char* options[] = {"COMPRESS=DEFLATE",
                           is_class ? "PREDICTOR=NO" : "PREDICTOR=YES",
                           is_class ? "OVERVIEW_PREDICTOR=NO" : "OVERVIEW_PREDICTOR=YES",
                           "BLOCKSIZE=256",
                           "OVERVIEWS=IGNORE_EXISTING",
                           is_class ? "OVERVIEW_RESAMPLING=MODE" : "OVERVIEW_RESAMPLING=AVERAGE",
                           "BIGTIFF=NO",
                           nullptr};
  // GDAL takes classes in chunks of rows and leaves out what an overview pixel covers of the next one: not here.
  CPLSetThreadLocalConfigOption("GDAL_OVR_CHUNK_MAX_SIZE", "1000000000");
  Dataset made(GetGDALDriverManager()->GetDriverByName("COG")->CreateCopy(
      file.c_str(), source.get(), FALSE, const_cast<char**>(options), nullptr, nullptr));
  CPLSetThreadLocalConfigOption("GDAL_OVR_CHUNK_MAX_SIZE", nullptr);
  ASSERT_TRUE(made);
}

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
uint64_t number(const std::string& file, uint64_t at, int bytes) {
  uint64_t v = 0;
  std::memcpy(&v, file.data() + at, static_cast<size_t>(bytes));
  return v;
}

struct Directory {
  std::map<int, std::string> values;  ///< type, count and bytes by tag, but for lists of blocks
  std::vector<uint64_t> offset, bytes;
};
/// Directories of a file, classic or BigTIFF.
std::vector<Directory> directories(const std::string& file) {
  constexpr int width[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8};
  const bool big = file[2] == 43;
  const int word = big ? 8 : 4;
  std::vector<Directory> all;
  for (uint64_t at = number(file, big ? 8 : 4, word); at != 0;) {
    Directory d;
    const uint64_t n = number(file, at, big ? 8 : 2), entry_bytes = big ? 20 : 12;
    for (uint64_t i = 0; i < n; ++i) {
      const uint64_t entry = at + (big ? 8 : 2) + i * entry_bytes;
      const auto tag = static_cast<int>(number(file, entry, 2)), type = static_cast<int>(number(file, entry + 2, 2));
      const uint64_t count = number(file, entry + 4, word), size = count * static_cast<uint64_t>(width[type]);
      const uint64_t values = size <= static_cast<uint64_t>(word)
                                  ? entry + 4 + static_cast<uint64_t>(word)
                                  : number(file, entry + 4 + static_cast<uint64_t>(word), word);
      if (tag == 324 || tag == 325)
        for (uint64_t k = 0; k < count; ++k)
          (tag == 324 ? d.offset : d.bytes)
              .push_back(number(file, values + k * static_cast<uint64_t>(width[type]), width[type]));
      else
        d.values[tag] = std::to_string(type) + ":" + std::to_string(count) + ":" + file.substr(values, size);
    }
    all.push_back(d);
    at = number(file, at + (big ? 8 : 2) + n * entry_bytes, word);
  }
  return all;
}

/// First byte of each block, of the smallest overview first; every block between its length and its last bytes.
void expect_blocks_in_order(const std::string& file, uint64_t head_end) {
  auto all = directories(file);
  uint64_t at = head_end;
  for (auto d = all.rbegin(); d != all.rend(); ++d) {
    ASSERT_EQ(d->offset.size(), d->bytes.size());
    for (size_t i = 0; i < d->offset.size(); ++i) {
      ASSERT_EQ(d->offset[i], at + 4);
      ASSERT_EQ(number(file, at, 4), d->bytes[i]);
      const uint64_t end = d->offset[i] + d->bytes[i];
      ASSERT_EQ(number(file, end - 4, 4), number(file, end, 4));
      at = end + 4;
    }
  }
  EXPECT_EQ(at, file.size());
}

template <class T>
size_t different(GDALRasterBand* a, GDALRasterBand* b, GDALDataType type) {
  const int rows = a->GetYSize(), cols = a->GetXSize();
  EXPECT_EQ(rows, b->GetYSize());
  EXPECT_EQ(cols, b->GetXSize());
  std::vector<T> x(static_cast<size_t>(rows) * static_cast<size_t>(cols)), y(x.size());
  EXPECT_EQ(a->RasterIO(GF_Read, 0, 0, cols, rows, x.data(), cols, rows, type, 0, 0, nullptr), CE_None);
  EXPECT_EQ(b->RasterIO(GF_Read, 0, 0, cols, rows, y.data(), cols, rows, type, 0, 0, nullptr), CE_None);
  size_t n = 0;
  for (size_t i = 0; i < x.size(); ++i) n += std::memcmp(&x[i], &y[i], sizeof(T)) != 0;
  return n;
}

class LikeGdal : public ::testing::TestWithParam<Kind> {};

TEST_P(LikeGdal, HasTheSameTagsAndTheSamePixelsAtEveryLevel) {
  const TempDir dir;
  const Kind kind = GetParam();
  const Sample sample(dir.path(), kind);
  write_cog(dir / "ours.tif", sample.spec, sample.pixels, sample.statistics);
  write_by_gdal(dir / "gdal.tif", sample);
  const std::string ours = bytes_of(dir / "ours.tif"), theirs = bytes_of(dir / "gdal.tif");
  EXPECT_EQ(ours.substr(8, 183), theirs.substr(8, 183));
  const auto our_directories = directories(ours), their_directories = directories(theirs);
  ASSERT_EQ(our_directories.size(), their_directories.size());
  for (size_t i = 0; i < our_directories.size(); ++i)
    EXPECT_EQ(our_directories[i].values, their_directories[i].values) << "directory " << i;
  expect_blocks_in_order(ours, our_directories.back().offset[0] - 4);

  const auto a = open(dir / "ours.tif"), b = open(dir / "gdal.tif");
  ASSERT_TRUE(a && b);
  EXPECT_STREQ(a->GetMetadataItem("LAYOUT", "IMAGE_STRUCTURE"), "COG");
  for (int band = 1; band <= kind.bands; ++band) {
    GDALRasterBand *x = a->GetRasterBand(band), *y = b->GetRasterBand(band);
    ASSERT_EQ(x->GetOverviewCount(), y->GetOverviewCount());
    for (int level = -1; level < x->GetOverviewCount(); ++level) {
      GDALRasterBand *p = level < 0 ? x : x->GetOverview(level), *q = level < 0 ? y : y->GetOverview(level);
      EXPECT_EQ(kind.is_class ? different<uint8_t>(p, q, GDT_Byte) : different<uint32_t>(p, q, GDT_Float32), 0U)
          << "band " << band << ", level " << level;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Cog, LikeGdal,
                         ::testing::Values(Kind{1, 1, 1, false}, Kind{1, 1, 1, true}, Kind{256, 256, 1, false},
                                           Kind{257, 256, 1, false}, Kind{1100, 1, 1, false}, Kind{1100, 1, 1, true},
                                           Kind{1500, 3, 2, false}, Kind{1, 1100, 1, true}, Kind{1, 1100, 1, false},
                                           Kind{512, 512, 1, false}, Kind{513, 511, 1, false},
                                           Kind{777, 1031, 1, false}, Kind{777, 1031, 1, true},
                                           Kind{1024, 600, 1, true}, Kind{515, 770, 4, false}, Kind{640, 512, 3, false},
                                           Kind{515, 770, 2, true}, Kind{300, 2100, 1, false},
                                           Kind{1801, 1703, 1, false}, Kind{1801, 1703, 1, true}));

TEST(CogLayout, IsTheSameOnAnyNumberOfThreads) {
  const TempDir dir;
  for (const Kind& kind : {Kind{1300, 1500, 2, false}, Kind{1300, 1500, 1, true}}) {
    const Sample sample(dir.path(), kind);
    std::set<std::string> hashes;
    for (const size_t threads : {size_t{1}, size_t{2}, size_t{7}}) {
      const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
      hashes.insert(write_cog(dir / "a.tif", sample.spec, sample.pixels, sample.statistics));
    }
    EXPECT_EQ(hashes.size(), 1U) << kind;
    EXPECT_EQ(*hashes.begin(), sha256_of_file(dir / "a.tif"));
  }
}

TEST(CogLayout, OfALargeFileIsABigTiff) {
  const TempDir dir;
  for (const Kind& kind : {Kind{700, 900, 1, true}, Kind{700, 900, 2, false}, Kind{9, 9, 1, false}}) {
    const Sample sample(dir.path(), kind);
    const auto small = encode_cog(dir / "small.tif", sample.spec, sample.pixels, sample.statistics);
    const auto big = encode_cog(dir / "big.tif", sample.spec, sample.pixels, sample.statistics, 0);
    EXPECT_NO_THROW(verify_cog(dir / "big.tif", sample.spec, sample.pixels, big));
    const std::string classic = bytes_of(dir / "small.tif"), wide = bytes_of(dir / "big.tif");
    EXPECT_EQ(classic[2], 42);
    EXPECT_EQ(wide[2], 43);
    const auto a = directories(classic), b = directories(wide);
    ASSERT_EQ(a.size(), b.size());
    for (size_t i = 0; i < a.size(); ++i) {
      EXPECT_EQ(a[i].values, b[i].values);
      EXPECT_EQ(a[i].bytes, b[i].bytes);
    }
    expect_blocks_in_order(wide, big.parts[0].bytes);
    const auto x = open(dir / "small.tif"), y = open(dir / "big.tif");
    ASSERT_TRUE(y);
    EXPECT_STREQ(y->GetMetadataItem("LAYOUT", "IMAGE_STRUCTURE"), "COG");
    EXPECT_EQ(different<uint32_t>(x->GetRasterBand(1), y->GetRasterBand(1), GDT_Float32), 0U);
  }
}

TEST(CogLayout, NoticesEveryFlippedBitOfABlockAndOfTheHead) {
  const TempDir dir;
  const Sample sample(dir.path(), {600, 300, 1, false});
  const auto written = encode_cog(dir / "a.tif", sample.spec, sample.pixels, sample.statistics);
  ASSERT_NO_THROW(verify_cog(dir / "a.tif", sample.spec, sample.pixels, written));
  const std::string good = bytes_of(dir / "a.tif");
  ASSERT_EQ(written.parts.back().offset + written.parts.back().bytes, good.size());
  const auto with = [&](const std::string& content) {
    write_text(dir / "a.tif", content);
    return code_of([&] { verify_cog(dir / "a.tif", sample.spec, sample.pixels, written); });
  };
  for (const auto& part : written.parts)  // the head, overviews, full resolution: first, middle and last bytes
    for (const uint64_t at :
         {part.offset, part.offset + 9, part.offset + part.bytes / 2, part.offset + part.bytes - 1}) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ 4);
      EXPECT_EQ(with(bad), "VERIFY_FAILED") << at;
    }
  EXPECT_EQ(with(good.substr(0, good.size() - 1)), "VERIFY_FAILED");
  EXPECT_EQ(with(good + "x"), "VERIFY_FAILED");
  EXPECT_EQ(with(good), "none");
}

TEST(CogLayout, NoticesPixelsThatAreNotThoseOfTheRaster) {
  const TempDir dir;
  Sample sample(dir.path(), {600, 300, 2, false});
  const auto written = encode_cog(dir / "a.tif", sample.spec, sample.pixels, sample.statistics);
  const float other = 0.5F;
  sample.pixels.write(2, {599, 299, 1, 1}, &other);
  EXPECT_EQ(code_of([&] { verify_cog(dir / "a.tif", sample.spec, sample.pixels, written); }), "VERIFY_FAILED");
}

TEST(Overviews, AverageWhatIsValidByItsShare) {
  const TempDir dir;
  StagedPixels from(dir.path(), utm_grid(2, 5), 1, StagedPixels::Type::float32, 0);
  StagedPixels to(dir.path(), utm_grid(1, 2), 1, StagedPixels::Type::float32, 0);
  const float values[] = {1, 3, 5, nan_value, 7, 1, nan_value, 5, nan_value, 9};
  from.write(1, {0, 0, 2, 5}, values);
  make_overview(from, to, 1, {0, 0, 1, 2});
  float out[2];
  to.read(1, {0, 0, 1, 2}, out);
  // Each overview pixel covers 2.5 columns: the third belongs half to each.
  EXPECT_FLOAT_EQ(out[0], (1 + 3 + 5 * 0.5F + 1 + 5 * 0.5F) / (1 + 1 + 0.5F + 1 + 0.5F));
  EXPECT_FLOAT_EQ(out[1], (5 * 0.5F + 7 + 5 * 0.5F + 9) / (0.5F + 1 + 0.5F + 1));
}

/// Written by halves of blocks, which then lie in the file.
template <class T>
void write_by_halves(StagedPixels& pixels, const std::vector<T>& values) {
  const Grid& grid = pixels.grid();
  const auto cols = static_cast<size_t>(grid.cols);
  pixels.fill(1, {0, 0, grid.rows, grid.cols}, T{9});
  for (int row = 0; row < grid.rows; row += 128) {
    const int rows = std::min(128, grid.rows - row);
    pixels.write(1, {row, 0, rows, 1}, std::vector<T>(static_cast<size_t>(rows), T{8}).data());
    std::vector<T> part;
    for (int c = 0; c < grid.cols; c += 100) {
      const int width = std::min(100, grid.cols - c);
      part.clear();
      for (int r = row; r < row + rows; ++r)
        for (int k = c; k < c + width; ++k)
          part.push_back(values[static_cast<size_t>(r) * cols + static_cast<size_t>(k)]);
      pixels.write(1, {row, c, rows, width}, part.data());
    }
  }
}

template <class T>
void expect_same_overviews(StagedPixels::Type type, T value) {
  const TempDir dir;
  for (const auto& [rows, cols] : {std::pair(1024, 1024), std::pair(700, 515), std::pair(513, 1027)}) {
    StagedPixels known(dir.path(), utm_grid(rows, cols), 1, type, 255),
        looked(dir.path(), utm_grid(rows, cols), 1, type, 255);
    known.fill(1, {0, 0, rows, cols}, value);
    write_by_halves(looked, std::vector<T>(known.grid().pixels(), value));
    ASSERT_TRUE(known.uniform<T>(1, {0, 0, rows, cols}));
    ASSERT_FALSE(looked.uniform<T>(1, {0, 0, rows, cols}));
    const auto a = make_overviews(known, dir.path()), b = make_overviews(looked, dir.path());
    ASSERT_EQ(a.size(), b.size());
    for (size_t i = 0; i < a.size(); ++i) {
      const Grid& grid = a[i]->grid();
      std::vector<T> one(grid.pixels()), other(grid.pixels());
      a[i]->read(1, {0, 0, grid.rows, grid.cols}, one.data());
      b[i]->read(1, {0, 0, grid.rows, grid.cols}, other.data());
      EXPECT_EQ(std::memcmp(one.data(), other.data(), one.size() * sizeof(T)), 0) << rows << " x " << cols;
    }
  }
}

TEST(Overviews, OfOneValueAreThoseOfItsPixels) {
  for (const float v : {1.1F, 0.0F, nan_value, 3e-39F}) expect_same_overviews(StagedPixels::Type::float32, v);
  for (const uint8_t v : {0, 7, 255}) expect_same_overviews(StagedPixels::Type::byte, v);
}

TEST(Overviews, HalveUntilTheyFitABlock) {
  const auto sizes = [](int rows, int cols) {
    std::vector<std::pair<int, int>> all;
    for (const Grid& g : overview_grids(utm_grid(rows, cols), 256)) all.emplace_back(g.rows, g.cols);
    return all;
  };
  using Sizes = std::vector<std::pair<int, int>>;
  EXPECT_EQ(sizes(256, 256), Sizes{});
  EXPECT_EQ(sizes(257, 10), (Sizes{{128, 5}}));
  EXPECT_EQ(sizes(1, 1025), (Sizes{{1, 512}, {1, 256}}));
}

}  // namespace
}  // namespace fw::test
