// 'series --stat …' on data made here, against values computed by hand.
#include <algorithm>
#include <cmath>

#include "core/base/date.h"
#include "core/series/series_statistics.h"
#include "tests/golden/program.h"
#include "tests/scene/raster_maker.h"

namespace fw {
namespace {

/// Twelve years of months: pixel 0 rises by 0.01 a year, pixel 1 is constant, pixel 2 has no value, pixel 3 has gaps.
std::filesystem::path monthly_stack(const test::TempDir& dir) {
  test::MadeRaster raster;
  for (int year = 2000; year < 2012; ++year)
    for (int month = 1; month <= 12; ++month) {
      const double season = 0.3 + 0.2 * std::sin(month / 12.0 * 2 * M_PI),
                   wiggle = 0.002 * ((year * 7 + month * 3) % 5);
      char date[16];
      std::snprintf(date, sizeof date, "%04d-%02d-15", year, month);
      raster.bands.push_back(
          {{season + 0.01 * (year - 2000), 0.5, -9999, (year + month) % 3 ? season + wiggle : -9999}, date, -9999});
    }
  test::make_raster(dir / "stack.tif", raster);
  return dir / "stack.tif";
}

/// Warm summers, a little warmer each year; the pixels of monthly_stack.
std::string further_stack(const test::TempDir& dir, const std::string& name) {
  test::MadeRaster raster;
  for (int year = 2000; year < 2012; ++year)
    for (int month = 1; month <= 12; ++month) {
      char date[16];
      std::snprintf(date, sizeof date, "%04d-%02d-01", year, month);
      const double heat = 290 + 5 * std::sin(month / 12.0 * 2 * M_PI) + 0.1 * ((year * 5) % 7);
      raster.bands.push_back({{heat, heat, -9999, heat}, date, -9999});
    }
  test::make_raster(dir / name, raster);
  return (dir / name).string();
}

TEST(Series, EveryStatisticWritesOneRasterAndSaysWhatItKnows) {
  test::TempDir dir;
  const auto stack = monthly_stack(dir);
  std::string all;
  for (const auto& s : series_statistics())
    if (s.input != StatisticInput::bands) all += (all.empty() ? "" : ",") + s.name;
  const auto heat = further_stack(dir, "heat.tif");
  const auto run = test::forewarn(dir, "series -q -p time-stack --role ndvi --threshold 0.4 --with lst=" + heat +
                                           " --with t_mean=" + heat + ",unit=K -s " + all + " -o " +
                                           (dir / "out").string() + " " + stack.string());
  ASSERT_EQ(run.exit, 0) << run.err;
  const auto raster = [&](std::string stat, int band = 1) {
    std::replace(stat.begin(), stat.end(), '_', '-');
    return test::pixels(dir / ("out/ndvi-" + stat + "_2000-01-15_2011-12-15.tif"), band);
  };
  for (const auto& s : series_statistics()) {
    if (s.input == StatisticInput::bands) continue;
    const auto values = raster(s.name);
    ASSERT_EQ(values.size(), 4U) << s.name;
    if (s.name == "count") {
      EXPECT_EQ(values[2], 0);
    } else {
      EXPECT_TRUE(std::isnan(values[2])) << s.name << " of a pixel without values: " << values[2];
    }
    for (const float v : values) EXPECT_FALSE(std::isinf(v)) << s.name;
  }
  EXPECT_NEAR(raster("sen")[0], 0.01, 1e-6);
  double sum_t = 0, sum_x = 0, sum_tt = 0, sum_tx = 0;  // a plain regression on years
  for (int month = 0; month < 144; ++month) {
    const double t = month / 12.0, x = 0.3 + 0.2 * std::sin((month % 12 + 1) / 12.0 * 2 * M_PI) + 0.01 * (month / 12);
    sum_t += t;
    sum_x += x;
    sum_tt += t * t;
    sum_tx += t * x;
  }
  EXPECT_NEAR(raster("ols")[0], (144 * sum_tx - sum_t * sum_x) / (144 * sum_tt - sum_t * sum_t), 1e-6);
  EXPECT_GT(raster("mk")[0], 6) << "z of a steady rise";
  EXPECT_EQ(raster("mk")[1], 0) << "a constant series has no trend";
  EXPECT_EQ(raster("mk", 2)[1], 1) << "p of a constant series";
  EXPECT_NEAR(raster("mean")[1], 0.5, 1e-6);
  EXPECT_NEAR(raster("vci")[0], 100, 1e-4) << "the last year is the greenest of all";
  EXPECT_TRUE(std::isnan(raster("vci")[1])) << "a flat record";
  EXPECT_GT(raster("z")[0], 1);
  EXPECT_TRUE(std::isnan(raster("detrended_z")[0])) << "an exact line leaves no spread to compare with";
  EXPECT_NEAR(raster("detrended_z", 2)[0], 0.01, 1e-6) << "slope per year";
}

TEST(Series, TheHelpListsEveryStatisticWithItsUnit) {
  test::TempDir dir;
  const auto help = test::forewarn(dir, "series --help");
  EXPECT_EQ(help.exit, 0);
  for (const auto& s : series_statistics()) EXPECT_NE(help.out.find("  " + s.name + " "), std::string::npos) << s.name;
}

TEST(Series, RefusesWhatCannotBeMeant) {
  test::TempDir dir;
  const auto stack = monthly_stack(dir);
  const auto refused = [&](const std::string& arguments, int exit, const std::string& code) {
    const auto run = test::forewarn(dir, "series -q -p time-stack --role ndvi " + arguments + " -o " +
                                             (dir / "out").string() + " " + stack.string());
    EXPECT_EQ(run.exit, exit) << arguments << "\n" << run.err;
    EXPECT_NE(run.err.find(code), std::string::npos) << run.err;
    EXPECT_FALSE(std::filesystem::exists(dir / "out")) << arguments;
  };
  refused("-s savgol --window 6", 78, "RANGE");
  refused("-s whittaker --lambda -1", 64, "USAGE");
  refused("-s nonsense", 64, "USAGE");
  refused("-s z --target 2031-05", 78, "RANGE");
  refused("-s z --target May", 78, "RANGE");
  refused("--from 2024-13-01", 78, "DATE");
  refused("-i NOTHING", 78, "UNKNOWN_INDEX");
  refused("-i ARVI", 65, "NO_SCENES");
  refused("-s whittaker --lambda strong", 64, "USAGE");
  refused("-s whittaker --lambda gcv --asymmetry 0.9", 78, "RANGE");
  refused("-s spi --spi-scale 0", 64, "USAGE");
  refused("-s spi --spi-scale 3,3", 78, "RANGE");
  refused("-s runs", 78, "RANGE");
  refused("-s vhi", 78, "SERIES_NEEDED");
  refused("-s ccdc", 78, "SERIES_NEEDED");
  refused("-s vhi --with heat=a.tif", 78, "WITH");
  refused("-s vhi --with lst=" + stack.string() + ",scale=two", 78, "WITH");
  refused("-s vhi --with lst=" + (dir / "nothing.tif").string(), 65, "INPUT_MISSING");
  refused("-s bfast --monitor-from 2020-01-01", 78, "RANGE");
}

/// A stack of three months with the dates given.
std::string dated_stack(const test::TempDir& dir, const std::vector<std::string>& dates) {
  test::MadeRaster raster;
  for (const auto& date : dates) raster.bands.push_back({{1, 2, 3, 4}, date});
  test::make_raster(dir / "dated.tif", raster);
  return (dir / "dated.tif").string();
}

TEST(Series, TemperaturesThatAreNotInDegreesAreRefused) {
  test::TempDir dir;
  const auto stack = monthly_stack(dir);
  const auto heat = further_stack(dir, "heat.tif");
  const auto run = test::forewarn(dir, "series -q -p time-stack --role rain_mm -s spei --with t_mean=" + heat + " -o " +
                                           (dir / "out").string() + " " + stack.string());
  EXPECT_EQ(run.exit, 65);
  EXPECT_NE(run.err.find("TEMPERATURE_UNIT"), std::string::npos) << run.err;
  EXPECT_FALSE(std::filesystem::exists(dir / "out"));
}

TEST(Series, UnsortedAndRepeatedDatesAreRefusedUnlessMeant) {
  test::TempDir dir;
  const auto run = [&](const std::vector<std::string>& dates, const std::string& more) {
    std::filesystem::remove_all(dir / "out");
    return test::forewarn(
        dir, "series -q -p time-stack " + more + " -o " + (dir / "out").string() + " " + dated_stack(dir, dates));
  };
  const std::vector<std::string> unsorted = {"2000-01-15", "2000-03-15", "2000-02-15"},
                                 twice = {"2000-01-15", "2000-01-15", "2000-02-15"};
  for (const auto& [dates, code] : {std::pair{unsorted, "DATES_UNSORTED"}, {twice, "DATES_DUPLICATE"}}) {
    const auto refused = run(dates, "");
    EXPECT_EQ(refused.exit, 65);
    EXPECT_NE(refused.err.find(code), std::string::npos) << refused.err;
    EXPECT_NE(refused.err.find("band "), std::string::npos) << "the band is named: " << refused.err;
    EXPECT_FALSE(std::filesystem::exists(dir / "out"));
    EXPECT_EQ(run(dates, "--dates-as-given").exit, 0);
  }
  test::write_text(dir / "dates.csv", "band,date\n1,2000-01-15\n2,2000-02-31\n3,2000-03-15\n");
  const auto impossible = run(unsorted, "--dates " + (dir / "dates.csv").string());
  EXPECT_EQ(impossible.exit, 65);
  EXPECT_NE(impossible.err.find("DATES_CSV"), std::string::npos) << impossible.err;
}

TEST(Series, SmoothedValuesHaveARasterOfFlagsBesideThem) {
  test::TempDir dir;
  const auto stack = monthly_stack(dir);
  ASSERT_EQ(test::forewarn(dir, "series -q -p time-stack --role ndvi -s savgol,spi --spi-scale 1,24 -o " +
                                    (dir / "out").string() + " " + stack.string())
                .exit,
            0);
  const auto flags = [&](const std::string& stat, int band) {
    return test::pixels(dir / ("out/ndvi-" + stat + "-flags_2000-01-15_2011-12-15.tif"), band);
  };
  // Pixel 3 has no value in January, April, July and October 2000.
  // not.
  EXPECT_EQ(flags("savgol", 1), (std::vector<float>{0, 0, 128, 128}));
  EXPECT_EQ(flags("savgol", 2), (std::vector<float>{0, 0, 128, 0}));
  EXPECT_EQ(flags("savgol", 4), (std::vector<float>{0, 0, 128, 1}));
  EXPECT_EQ(flags("spi", 2).size(), 4U);
}

/// 40 x 40 pixels, 6 years of months, some missing.
std::string noisy_stack(const test::TempDir& dir, const std::string& name, unsigned state) {
  test::MadeRaster raster;
  raster.grid.rows = raster.grid.cols = 40;
  for (int month = 0; month < 72; ++month) {
    char date[16];
    std::snprintf(date, sizeof date, "%04d-%02d-15", 2000 + month / 12, month % 12 + 1);
    test::MadeBand band{{}, date, -9999};
    for (int i = 0; i < 1600; ++i) {
      state = state * 1664525U + 1013904223U;
      const double noise = (state >> 8) / 16777216.0;
      band.values.push_back(noise < 0.15 ? -9999 : 100 * noise);
    }
    raster.bands.push_back(band);
  }
  test::make_raster(dir / name, raster);
  return (dir / name).string();
}

TEST(Series, MemoryAndThreadsDoNotChangeAByte) {
  test::TempDir dir;
  const auto stack = noisy_stack(dir, "rain.tif", 1), heat = noisy_stack(dir, "heat.tif", 2),
             water = noisy_stack(dir, "pet.tif", 3);
  std::string all;
  for (const auto& s : series_statistics())
    if (s.input != StatisticInput::bands) all += (all.empty() ? "" : ",") + s.name;
  const auto run = [&](const std::string& out, const std::string& more) {
    return test::forewarn(dir, "series -q -p time-stack --role rain_mm --min-years 4 --threshold 30 --with lst=" +
                                   heat + " --with pet=" + water + " -s " + all + " -o " + (dir / out).string() + " " +
                                   more + " " + stack)
        .exit;
  };
  EXPECT_EQ(run("one", "--threads 1 --memory 16MiB"), 0);
  EXPECT_EQ(run("two", "--threads 4"), 0);
  ASSERT_TRUE(std::filesystem::exists(dir / "one/manifest.json"));
  size_t compared = 0;
  for (const auto& entry : std::filesystem::directory_iterator(dir / "one")) {
    const auto twin = dir / "two" / entry.path().filename();
    EXPECT_EQ(test::read_text(entry.path()), test::read_text(twin)) << entry.path().filename();
    ++compared;
  }
  EXPECT_GT(compared, 50U);
}

TEST(Series, TakesAnyIndexOfTheCatalogue) {
  test::TempDir dir;
  std::filesystem::create_directory(dir / "scenes");
  for (int k = 0; k < 3; ++k) {
    test::MadeRaster raster;
    raster.bands = {{{0.1, 0.1, -1, 0.1}, "R", -1}, {{0.3 + 0.1 * k, 0.4, 0.4, 0.4}, "N", -1}};
    test::make_raster(dir / ("scenes/a_2024-0" + std::to_string(k + 1) + "-05.tif"), raster);
  }
  const auto run = test::forewarn(dir, "series -q -p reflectance-tif -i kNDVI -s max,count -o " +
                                           (dir / "out").string() + " " + (dir / "scenes").string());
  ASSERT_EQ(run.exit, 0) << run.err;
  const auto greatest = test::pixels(dir / "out/kndvi-max_2024-01-05_2024-03-05.tif");
  EXPECT_NEAR(greatest[0], std::tanh(0.4 * 0.4), 1e-6) << "red 0.1, near infrared 0.5, sigma 0.5";
  EXPECT_EQ(test::pixels(dir / "out/kndvi-count_2024-01-05_2024-03-05.tif")[2], 0);
}

TEST(Series, SegmentsOfScenesGiveTheYearOfTheBreak) {
  test::TempDir dir;
  std::filesystem::create_directory(dir / "scenes");
  for (int k = 0; k < 150; ++k) {
    const Date date = date_from_days(days_since_epoch({2001, 1, 5}) + 16 * k);
    test::MadeRaster raster;
    const char* letters[] = {"B", "G", "R", "N", "S1", "S2"};
    for (int b = 0; b < 6; ++b) {
      const double season = 0.1 + 0.03 * b + 0.01 * std::cos(2 * M_PI * k * 16 / 365.25) + 0.001 * ((k * 7 + b) % 3);
      raster.bands.push_back({{season + (k >= 80 ? 0.1 : 0), season, -1, season}, letters[b], -1});
    }
    test::make_raster(dir / ("scenes/a_" + to_string(date) + ".tif"), raster);
  }
  const auto run = test::forewarn(dir, "series -q -p reflectance-tif -s ccdc --max-segments 3 -o " +
                                           (dir / "out").string() + " " + (dir / "scenes").string());
  ASSERT_EQ(run.exit, 0) << run.err;
  std::filesystem::path file;
  for (const auto& entry : std::filesystem::directory_iterator(dir / "out"))
    if (entry.path().extension() == ".tif") file = entry.path();
  EXPECT_EQ(file.filename().string().rfind("bands-ccdc_2001-01-05_", 0), 0U) << file;
  const auto segments = test::pixels(file, 1), first_break = test::pixels(file, 7);
  EXPECT_EQ(segments[0], 2);
  EXPECT_EQ(segments[1], 1);
  EXPECT_TRUE(std::isnan(segments[2])) << "nothing observed";
  EXPECT_NEAR(first_break[0], 2001 + (4 + 80 * 16) / 365.25, 0.1);
  EXPECT_TRUE(std::isnan(first_break[1]));
}

}  // namespace
}  // namespace fw
