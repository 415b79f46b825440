// 'series --update' scene after scene: everything published is what a full run publishes.
#include <cmath>
#include <random>

#include "core/output/publication.h"
#include "tests/golden/program.h"
#include "tests/scene/raster_maker.h"

namespace fw {
namespace {

namespace fs = std::filesystem;

class SeriesUpdate : public ::testing::Test {
 protected:
  static constexpr int rows = 300, cols = 40;  // more than one stored block

  /// A scene of a season with noise and clouds, of the number `seed`; from 2019-10 on the east has lost a half.
  void scene(const std::string& day, unsigned seed = 0) {
    const int year = std::stoi(day.substr(0, 4)), month = std::stoi(day.substr(5, 2));
    std::mt19937 random(static_cast<unsigned>(year * 12 + month) * 7 + seed);
    const auto unit = [&] { return static_cast<double>(random() >> 8) * 0x1p-24; };
    test::MadeRaster raster;
    raster.grid.rows = rows;
    raster.grid.cols = cols;
    std::vector<double> values;
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < cols; ++c) {
        const double cloudy = 0.02 * (r % 30), season = 0.4 + 0.2 * std::sin(month / 12.0 * 2 * M_PI);
        const bool lost = c >= cols / 2 && (year > 2019 || (year == 2019 && month >= 10));
        const double value = (lost ? 0.5 : 1) * season + 0.05 * (unit() - 0.5);
        values.push_back(unit() < cloudy || r == 299 ? -9999 : value);
      }
    raster.bands = {{values, "", -9999}};
    fs::create_directories(dir_ / "scenes");
    test::make_raster(file(day), raster);
  }
  fs::path file(const std::string& day) const { return dir_ / ("scenes/s_" + day + ".tif"); }
  void months(int first_year, int last_year, int last_month) {
    for (int year = first_year; year <= last_year; ++year)
      for (int month = 1; month <= (year == last_year ? last_month : 12); ++month) scene(month_day(year, month));
  }
  static std::string month_day(int year, int month, int day = 15) {
    char text[16];
    std::snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
    return text;
  }

  test::Outcome series(const std::string& arguments, const std::string& out) const {
    return test::forewarn(dir_, "series -q --threads 2 -p value-tif --role ndvi " + arguments + " -o " +
                                    (dir_ / out).string() + " " + (dir_ / "scenes").string());
  }
  std::string state() const { return " --state " + (dir_ / "state").string(); }
  void expect_full_run(const std::string& statistic) const {
    const auto updated = series(statistic + state() + " --update", "out");
    ASSERT_EQ(updated.exit, 0) << updated.err;
    const auto full = series(statistic + " --overwrite", "full");
    ASSERT_EQ(full.exit, 0) << full.err;
    EXPECT_EQ(test::hashes(dir_ / "out"), test::hashes(dir_ / "full"));
    EXPECT_TRUE(verify_publication(dir_ / "state").empty());
  }
  void expect_refused(const std::string& arguments, const std::string& code) const {
    const bool there = fs::exists(dir_ / "state");
    const auto before = there ? test::hashes(dir_ / "state") : std::map<std::string, std::string>();
    const auto run = series(arguments, "refused");
    EXPECT_NE(run.exit, 0) << arguments;
    EXPECT_NE(run.err.find("error: " + code + ":"), std::string::npos) << code << " expected\n" << run.err;
    EXPECT_FALSE(fs::exists(dir_ / "refused"));
    ASSERT_EQ(fs::exists(dir_ / "state"), there);
    if (there) {
      EXPECT_EQ(test::hashes(dir_ / "state"), before) << "a refused update leaves the state as it was";
    }
  }

  test::TempDir dir_;
};

TEST_F(SeriesUpdate, AMonitorGoesOnWithTheBytesOfAFullRun) {
  for (const std::string process : {"mosum", "cusum"}) {
    SCOPED_TRACE(process);
    const std::string statistic = "-s bfast --monitor-from 2019-01-01 --break-process " + process;
    fs::remove_all(dir_ / "scenes");
    months(2013, 2019, 3);
    ASSERT_EQ(series(statistic + state() + " --overwrite", "first-" + process).exit, 0);
    EXPECT_TRUE(verify_publication(dir_ / "state").empty());

    scene("2019-04-15");
    expect_full_run(statistic);
    scene("2019-04-25", 1);  // another one in the month
    expect_full_run(statistic);
    for (int month = 5; month <= 12; ++month) scene(month_day(2019, month));  // all at once, the break among them
    expect_full_run(statistic);
    scene("2020-02-15");  // January has none
    expect_full_run(statistic);
    scene("2019-09-25", 2);  // came late
    scene("2019-11-15", 3);  // was replaced
    fs::remove(file("2019-12-15"));
    expect_full_run(statistic);
    for (int month = 3; month <= 12; ++month) {
      scene(month_day(2020, month));
      if (month % 4 == 0) expect_full_run(statistic);
    }
    const auto found = test::pixels(dir_ / "out/ndvi-bfast_2013-01-15_2020-12-15.tif");
    int west = 0, east = 0;
    for (int r = 0; r < 150; ++r)
      for (int c = 0; c < cols; ++c) (c < cols / 2 ? west : east) += found[static_cast<size_t>(r * cols + c)] == 1;
    EXPECT_GT(east, 2500);
    EXPECT_LT(west, 600);
    EXPECT_TRUE(std::isnan(found.back())) << "never seen";
  }
}

TEST_F(SeriesUpdate, SmoothingGoesOnOverTheLastPeriods) {
  const std::string statistic = "--last 24 --lambda 10 --write-last 5 -s whittaker,mk,savgol";
  months(2015, 2018, 6);
  ASSERT_EQ(series(statistic + state(), "out").exit, 0);
  EXPECT_EQ(test::pixels(dir_ / "out/ndvi-mk_2016-07-15_2018-06-15.tif").size(), static_cast<size_t>(rows * cols));
  scene("2018-07-15");
  expect_full_run(statistic);
  scene("2018-09-15");  // August has none
  scene("2016-10-25", 1);
  fs::remove(file("2017-03-15"));
  expect_full_run(statistic);
  scene("2015-02-25", 1);  // before the window: nobody looks there
  expect_refused(statistic + state() + " --update", "NO_NEW_SCENES");
  months(2018, 2021, 6);  // further on than the window is long
  expect_full_run(statistic);
}

TEST_F(SeriesUpdate, RefusesWhatItCannotGive) {
  const std::string statistic = "-s bfast --monitor-from 2018-01-01", go_on = statistic + state() + " --update";
  months(2013, 2019, 3);
  expect_refused("-s bfast" + state(), "STATE_STATISTIC");
  expect_refused("-s mean --last 12" + state(), "STATE_STATISTIC");
  expect_refused("-s whittaker" + state(), "STATE_STATISTIC");
  expect_refused("-s bfast --last 60 --monitor-from 2018-01-01" + state(), "STATE_STATISTIC");
  expect_refused(statistic + " --with lst=" + file("2013-01-15").string() + state(), "STATE_STATISTIC");
  EXPECT_NE(series(statistic + " --update", "refused").exit, 0);
  expect_refused(go_on, "STATE_MISSING");
  ASSERT_EQ(series(statistic + state(), "out").exit, 0);
  expect_refused(statistic + state(), "EXISTS");
  expect_refused(go_on, "NO_NEW_SCENES");
  expect_refused(go_on + " --to 2019-02-28", "STATE_ORDER");

  const auto with = [&](const std::string& day, const std::string& code) {
    scene(day, 5);
    expect_refused(go_on, code);
    fs::remove(file(day));
  };
  with("2017-05-25", "STATE_REFERENCE");
  with("2018-05-25", "STATE_LATE");
  with("2012-12-15", "STATE_RECORD");
  scene("2019-04-15");
  expect_refused("-s bfast --monitor-from 2018-02-01" + state() + " --update", "STATE_OTHER_CONFIG");
  expect_refused(go_on + " --harmonics 2", "STATE_OTHER_CONFIG");
  expect_refused(go_on + " --composite mean", "STATE_OTHER_CONFIG");

  const fs::path model = dir_ / "state/model.bin";
  const std::string whole = test::read_text(model);
  std::string damaged = whole;
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 1);
  test::write_text(model, damaged);
  expect_refused(go_on, "STATE_DAMAGED");
  test::write_text(model, whole);
  expect_full_run(statistic);
}

}  // namespace
}  // namespace fw
