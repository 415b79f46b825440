// Rasters that stay open: each is opened once, those that hold a file are given up in turn, and one that was replaced
// meanwhile is never read for the other.
#include "core/scene/open_rasters.h"

#include <fstream>
#include <thread>

#include "../support.h"
#include "core/base/error.h"
#include "raster_maker.h"

namespace fw {
namespace {

std::filesystem::path make(const std::filesystem::path& file, double value) {
  test::MadeRaster raster;
  raster.bands = {{{value, value, value, value}}};
  test::make_raster(file, raster);
  return file;
}
SceneFile open(const std::filesystem::path& file) {
  OpenRequest request;
  request.file = file;
  return open_scene(request);
}

TEST(OpenRasters, AreOpenedOnceForAllThreads) {
  test::TempDir dir;
  const auto file = make(dir / "a.tif", 7);
  OpenRasters rasters(1);
  std::atomic<int> opened = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        float v[4];
        rasters.get("a", [&] { return ++opened, open(file); })->read(1, {0, 0, 2, 2}, v);
        EXPECT_EQ(v[3], 7);
      }
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(opened, 1);
}

TEST(OpenRasters, ThatKeepNoFileOpenAreManyOthersAreGivenUp) {
  test::TempDir dir;
  const auto plain = make(dir / "plain.tif", 1);
  // South-up rasters are read by GDAL.
  test::MadeRaster raster;
  raster.bands = {{{1, 2, 3, 4}}};
  raster.south_up = true;
  test::make_raster(dir / "turned.tif", raster);
  ASSERT_TRUE(open(plain).is_light());
  ASSERT_FALSE(open(dir / "turned.tif").is_light());
  OpenRasters rasters(2);
  int opened = 0;
  const auto get = [&](const std::string& name, const std::filesystem::path& file) {
    rasters.get(name, [&] { return ++opened, open(file); });
  };
  for (int round = 0; round < 2; ++round)
    for (int i = 0; i < 5; ++i) get("plain" + std::to_string(i), plain);
  EXPECT_EQ(opened, 5);
  for (int round = 0; round < 2; ++round)
    for (int i = 0; i < 5; ++i) get("turned" + std::to_string(i), dir / "turned.tif");
  EXPECT_EQ(opened, 15) << "five in turn never find theirs among two";
  get("plain0", plain);
  EXPECT_EQ(opened, 15);
}

TEST(OpenRasters, ThatCannotBeOpenedAreTriedAgain) {
  test::TempDir dir;
  OpenRasters rasters(2);
  const auto open_late = [&] { return open(dir / "late.tif"); };
  EXPECT_THROW(rasters.get("late", open_late), InputError);
  make(dir / "late.tif", 3);
  EXPECT_EQ(rasters.get("late", open_late)->info().bands.size(), 1U);
}

TEST(OpenRasters, NeverReadAnotherFileInPlaceOfTheOneThatWasChecked) {
  test::TempDir dir;
  const auto file = make(dir / "a.tif", 7);
  SceneFile opened = open(file);
  make(dir / "b.tif", 8);
  std::filesystem::rename(dir / "b.tif", file);
  float v[4] = {};
  try {
    opened.read(1, {0, 0, 2, 2}, v);
    FAIL() << "read " << v[0];
  } catch (const InputError& e) {
    EXPECT_EQ(e.code(), "INCOMPLETE");
  }
}

}  // namespace
}  // namespace fw
