// What a scan takes from the one before it, and what it reads again.
#include "core/scene/scan_memory.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <chrono>
#include <thread>

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "tests/scene/raster_maker.h"
#include "tests/support.h"

namespace fw {
namespace {

namespace fs = std::filesystem;

test::MadeRaster rain(double value) {
  test::MadeRaster r;
  r.bands = {{{value, 2, 3, 4}, "", std::nullopt}};
  return r;
}

/// Time stamps of a file that was just written do not tell a further change: the memory leaves it out.
void let_settle() { std::this_thread::sleep_for(std::chrono::milliseconds(2200)); }

void set_modified(const fs::path& file, const timespec& time) {
  const timespec times[2] = {time, time};
  ASSERT_EQ(utimensat(AT_FDCWD, file.c_str(), times, 0), 0);
}
timespec modified(const fs::path& file) {
  struct stat status {};
  EXPECT_EQ(stat(file.c_str(), &status), 0);
  return status.st_mtim;
}

/// Three dekads of rain, scanned once; what was remembered is marked, so that a scene shows where it came from.
class ScanMemoryOfRain : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const int dekad : {1, 2, 3}) test::make_raster(file(dekad), rain(dekad));
    let_settle();
    ScanMemory next;
    scan(nullptr, &next);
    std::string scenes = next.scenes_text();
    for (const int dekad : {1, 2, 3}) {
      const auto at = scenes.find(sha256_of_file(file(dekad)));
      ASSERT_NE(at, std::string::npos);
      scenes.replace(at, 64, mark(dekad));
    }
    test::write_text(dir_ / "scenes.json", scenes);
    test::write_text(dir_ / "files.json", next.files_text());
    known_ = ScanMemory(dir_ / "scenes.json", dir_ / "files.json");
  }
  fs::path file(int dekad) const { return dir_ / ("in/chirps-v2.0.2020.05." + std::to_string(dekad) + ".tif"); }
  static std::string mark(int dekad) { return std::string(64, static_cast<char>('0' + dekad)); }

  Catalogue scan(const ScanMemory* known, ScanMemory* next, const ScanInput& input = {"chirps", {"in"}}) {
    ScanRequest request;
    request.known = known;
    request.next = next;
    return test::scan_one(dir_.path(), input, request);
  }
  /// The hash of the dekad's scene: its mark where it was remembered.
  std::string hash(const Catalogue& c, int dekad) {
    return c.scenes.at(static_cast<size_t>(dekad - 1)).bands.at("rain_mm").sha256;
  }
  void expect_read_again(int dekad, const ScanInput& input = {"chirps", {"in"}}) {
    const Catalogue c = scan(&known_, nullptr, input);
    ASSERT_EQ(c.scenes.size(), 3U);
    EXPECT_EQ(hash(c, dekad), sha256_of_file(file(dekad)));
    for (const int other : {1, 2, 3})
      if (other != dekad) {
        EXPECT_EQ(hash(c, other), mark(other)) << "not touched, so not read";
      }
  }

  test::TempDir dir_;
  ScanMemory known_;
};

TEST_F(ScanMemoryOfRain, FilesThatHaveNotChangedAreNotRead) {
  const Catalogue c = scan(&known_, nullptr);
  ASSERT_EQ(c.scenes.size(), 3U);
  for (const int dekad : {1, 2, 3}) EXPECT_EQ(hash(c, dekad), mark(dekad));
}

TEST_F(ScanMemoryOfRain, GivesTheCatalogueOfAFullScan) {
  ScanMemory next, again;
  scan(nullptr, &next);
  const Catalogue full = scan(nullptr, nullptr);
  EXPECT_EQ(catalogue_json(scan(&next, &again)), catalogue_json(full));
  EXPECT_EQ(again.scenes_text(), next.scenes_text());
  EXPECT_EQ(again.files_text(), next.files_text());
}

TEST_F(ScanMemoryOfRain, ATouchedFileIsReadAgain) {
  set_modified(file(2), {1'600'000'000, 7});
  expect_read_again(2);
}

TEST_F(ScanMemoryOfRain, AFileReplacedWithTheSameSizeAndTimeOfModificationIsReadAgain) {
  const timespec before = modified(file(3));
  const auto bytes = fs::file_size(file(3));
  test::make_raster(dir_ / "other.tif", rain(77));
  ASSERT_EQ(fs::file_size(dir_ / "other.tif"), bytes);
  set_modified(dir_ / "other.tif", before);
  fs::rename(dir_ / "other.tif", file(3));
  expect_read_again(3);
}

TEST_F(ScanMemoryOfRain, AFileWrittenInPlaceWithItsTimeOfModificationPutBackIsReadAgain) {
  const timespec before = modified(file(1));
  std::string bytes = test::read_text(file(1));
  bytes.back() = static_cast<char>(bytes.back() + 1);
  {
    std::fstream out(file(1), std::ios::in | std::ios::out | std::ios::binary);
    out << bytes;
  }
  set_modified(file(1), before);
  expect_read_again(1);
}

TEST_F(ScanMemoryOfRain, AFileThatCameOrWentIsSeen) {
  fs::remove(file(2));
  test::make_raster(dir_ / "in/chirps-v2.0.2020.06.1.tif", rain(9));
  const Catalogue c = scan(&known_, nullptr);
  ASSERT_EQ(c.scenes.size(), 3U);
  EXPECT_EQ(hash(c, 1), mark(1));
  EXPECT_EQ(c.scenes[1].id, "chirps-v2.0.2020.05.3");
  EXPECT_EQ(hash(c, 3), sha256_of_file(dir_ / "in/chirps-v2.0.2020.06.1.tif"));
}

TEST_F(ScanMemoryOfRain, AnotherWordOfAPersonReadsEverythingAgain) {
  ScanInput scaled{"chirps", {"in"}};
  scaled.scale = 0.1;
  const Catalogue c = scan(&known_, nullptr, scaled);
  for (const int dekad : {1, 2, 3}) EXPECT_EQ(hash(c, dekad), sha256_of_file(file(dekad)));
  EXPECT_EQ(c.scenes[0].bands.at("rain_mm").scale, 0.1);
}

TEST_F(ScanMemoryOfRain, WhatWasRefusedOrJustWrittenIsNotKept) {
  test::write_text(dir_ / "in/chirps-v2.0.2020.06.1.tif", "no raster");
  let_settle();
  test::make_raster(dir_ / "in/chirps-v2.0.2020.06.2.tif", rain(5));
  ScanMemory next;
  EXPECT_EQ(scan(nullptr, &next).scenes.size(), 4U);
  EXPECT_NE(next.files_text().find("2020.05.3.tif"), std::string::npos);
  EXPECT_EQ(next.files_text().find("2020.06.1.tif"), std::string::npos) << "refused";
  EXPECT_EQ(next.files_text().find("2020.06.2.tif"), std::string::npos) << "its time stamps are too young";
  EXPECT_EQ(test::codes(scan(&next, nullptr)), test::codes(scan(nullptr, nullptr))) << "refused again, by its bytes";
}

TEST(ScanMemory, OfAStackDependsOnTheFileOfItsDates) {
  test::TempDir dir;
  test::MadeRaster stack;
  for (const double v : {1.0, 2.0}) stack.bands.push_back({{v, 0, 1, 2}, "", std::nullopt});
  test::make_raster(dir / "s.tif", stack);
  test::write_text(dir / "dates.csv", "band,date\n1,2001-01-01\n2,2001-02-01\n");
  let_settle();
  const ScanInput input{"time-stack", {"s.tif"}, "dates.csv"};
  ScanMemory next;
  ScanRequest first;
  first.next = &next;
  ASSERT_EQ(test::scan_one(dir.path(), input, first).scenes.size(), 2U);
  EXPECT_NE(next.files_text().find("dates.csv"), std::string::npos);
  test::write_text(dir / "dates.csv", "band,date\n1,2001-01-01\n2,2001-03-01\n");
  ScanRequest second;
  second.known = &next;
  const Catalogue c = test::scan_one(dir.path(), input, second);
  ASSERT_EQ(c.scenes.size(), 2U);
  EXPECT_EQ(to_string(c.scenes[1].time), "2001-03-01");
}

TEST(ScanMemory, RefusesTextsThatDoNotBelongTogether) {
  test::TempDir dir;
  test::write_text(dir / "scenes.json", ScanMemory().scenes_text());
  for (const char* bad : {R"({"k":{"files":[["a",1,2,3,4]],"scenes":1}})", R"({"k":{"files":[["a",1]],"scenes":0}})",
                          R"({"k":{}})", "[", R"({"k":{"files":[["a","b",2,3,4]],"scenes":0}})"}) {
    test::write_text(dir / "files.json", bad);
    EXPECT_THROW(ScanMemory(dir / "scenes.json", dir / "files.json"), InputError) << bad;
  }
}

}  // namespace
}  // namespace fw
