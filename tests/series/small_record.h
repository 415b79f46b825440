// A record of a few pixels in memory, and the statistics of series run on it.
#pragma once
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>

#include "core/series/send.h"
#include "core/series/series_statistics.h"

namespace fw::test {

/// Value of a time (from 0) at a pixel.
using Make = std::function<double(int time, size_t pixel)>;

struct SmallRecord {
  Cadence cadence = Cadence::month;
  int first_year = 1991, times = 240;
  size_t pixels = 1;
  Make x = [](int, size_t) { return 0.0; };
  std::map<std::string, Make> further = {};
  float latitude = 8;
  /// Reflectance of blue .. swir2, for ccdc; dates are every 16 days then.
  std::function<double(int band, int time, size_t pixel)> bands = {};

  SeriesShape shape() const {
    SeriesShape s;
    const int per_year = periods_per_year(cadence);
    for (int t = 0; t < times; ++t) {
      s.periods.push_back({cadence, first_year * per_year + t});
      s.dates.push_back(bands ? date_from_days(days_since_epoch({first_year, 1, 1}) + 16 * t)
                              : first_day(s.periods.back()));
    }
    for (const auto& [name, make] : further) s.further.insert(name);
    if (bands) s.bands = {"blue", "green", "red", "nir", "swir1", "swir2"};
    return s;
  }

  StatisticResult run(const std::string& name, const SeriesSettings& settings = {}) const {
    static const auto backend = make_backend({DeviceChoice::cpu, ""});
    const SeriesShape s = shape();
    const auto& statistic = series_statistic(name);
    check_series_statistic(statistic, settings, s);
    const auto values = [&](const Make& make) {
      std::vector<float> v;
      for (int t = 0; t < times; ++t)
        for (size_t p = 0; p < pixels; ++p) v.push_back(static_cast<float>(make(t, p)));
      return send(*backend, v);
    };
    const auto main = values(x);
    std::vector<uint8_t> why;
    for (int t = 0; t < times; ++t)
      for (size_t p = 0; p < pixels; ++p)
        why.push_back(static_cast<uint8_t>(std::isnan(x(t, p)) ? Reason::not_observed : Reason::value));
    const auto reason = send(*backend, why);
    const auto north = send(*backend, std::vector<float>(pixels, latitude));
    SeriesTile tile{*backend, s, pixels};
    tile.dates = tile.steps = main.data();
    tile.reason = reason.data();
    tile.latitude = north.data();
    std::vector<Buffer<float>> more;
    for (const auto& [key, make] : further) {
      more.push_back(values(make));
      tile.further[key] = more.back().data();
    }
    std::vector<uint8_t> classes(static_cast<size_t>(times) * pixels, static_cast<uint8_t>(PixelClass::clear));
    for (int b = 0; b < 6 && bands; ++b) {
      more.push_back(values([&](int t, size_t p) { return bands(b, t, p); }));
      tile.bands.push_back(more.back().data());
    }
    for (int t = 0; t < times && bands; ++t)
      for (size_t p = 0; p < pixels; ++p)
        if (std::isnan(bands(0, t, p)))
          classes[static_cast<size_t>(t) * pixels + p] = static_cast<uint8_t>(PixelClass::fill);
    const auto pixel_class = send(*backend, classes);
    tile.pixel_class = pixel_class.data();
    const StatisticResult result = run_series_statistic(statistic, settings, tile);
    EXPECT_EQ(result.values.size(), statistic_bands(statistic, settings, s).size() * pixels) << name;
    EXPECT_EQ(result.flags.size(), flag_bands(statistic, settings, s).size() * pixels) << name;
    return result;
  }

  /// One band by its name.
  std::vector<float> band(const std::string& statistic, const std::string& name,
                          const SeriesSettings& settings = {}) const {
    const auto bands_of = statistic_bands(series_statistic(statistic), settings, shape());
    const StatisticResult result = run(statistic, settings);
    for (size_t b = 0; b < bands_of.size(); ++b)
      if (bands_of[b].name == name)
        return {result.values.begin() + static_cast<ptrdiff_t>(b * pixels),
                result.values.begin() + static_cast<ptrdiff_t>((b + 1) * pixels)};
    ADD_FAILURE() << statistic << " has no band " << name;
    return std::vector<float>(pixels, nan_f());
  }
};

inline constexpr double no_value = std::numeric_limits<double>::quiet_NaN();

/// A number in 0..1 that depends on nothing but its arguments.
inline double noise(int time, size_t pixel, int seed = 0) {
  std::minstd_rand r(static_cast<unsigned>(1 + time * 7919 + static_cast<int>(pixel) * 104729 + seed * 15485863));
  r.discard(5);
  return static_cast<double>(r()) / static_cast<double>(std::minstd_rand::max());
}

/// Everything that statistics may ask for, on random data with gaps.
inline SmallRecord random_record(size_t pixels) {
  SmallRecord r;
  r.pixels = pixels;
  r.x = [](int t, size_t p) {
    if (noise(t, p, 1) < 0.1) return no_value;
    return 0.4 + 0.2 * std::sin(2 * M_PI * t / 12) + 0.1 * noise(t, p, 2);
  };
  r.further["lst"] = [](int t, size_t p) { return 290 + 10 * noise(t, p, 3); };
  r.further["t_mean"] = [](int t, size_t p) { return 18 + 8 * noise(t, p, 4); };
  r.bands = [](int b, int t, size_t p) {
    if (noise(t, p, 5) < 0.2) return no_value;
    return 0.05 * (b + 1) + 0.02 * std::sin(2 * M_PI * t * 16 / 365.25) + 0.01 * noise(t, p, 6 + b);
  };
  return r;
}

/// Settings without which some statistics say nothing.
inline SeriesSettings random_settings() {
  SeriesSettings s;
  s.runs.threshold = 0.4;
  return s;
}

}  // namespace fw::test
