// Small rasters and folders that the tests of core/output share.
#pragma once
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "core/output/publication.h"
#include "tests/support.h"

namespace fw::test {

inline constexpr float nan_value = std::numeric_limits<float>::quiet_NaN();

inline Grid utm_grid(int rows, int cols) { return {"EPSG:32637", 500000, 4000000, 30, 30, rows, cols}; }

inline ClassScheme risk_scheme() {
  ClassScheme s;
  s.id = "risk5";
  s.title = "Risk class";
  s.source = "test";
  s.unit = "likelihood 0..1";
  s.cuts = {0.5};
  s.classes = {{1, "Risk class 1", "Least <severe> & \"calm\"", 0xcd, 0xfa, 0xcd, true},
               {2, "Risk class 2", "More severe", 0xfa, 0xe6, 0x1e, true},
               {0, "Not assessed", "Too little evidence", 0x96, 0x96, 0x96, false},
               {9, "Out of season", "Outside the season", 0xd9, 0xd2, 0xe9, false}};
  s.not_in_season = 9;
  return s;
}

inline RasterSpec class_spec(const Grid& grid, const std::string& stem = "tst_drought-risk_2024-05-d3_v01") {
  RasterSpec s;
  s.stem = stem;
  s.title = "Drought risk class, 21-31 May 2024";
  s.grid = grid;
  s.bands = {{"risk class", ""}};
  s.classes = risk_scheme();
  s.metadata = {{"RUN_ID", "abc123"}, {"LAYER", "drought-risk"}};
  s.layer = "drought-risk";
  s.period = "2024-05-d3";
  s.first_day = "2024-05-21";
  s.last_day = "2024-05-31";
  return s;
}

inline RasterSpec continuous_spec(const Grid& grid, const std::string& stem = "tst_likelihood_2024-05-d3_v01") {
  RasterSpec s = class_spec(grid, stem);
  s.title = "Drought likelihood, 21-31 May 2024";
  s.classes.reset();
  s.bands = {{"likelihood", "1"}, {"rain", "mm"}};
  s.style_colours = {"#FFFFFF", "#FF0000"};
  return s;
}

/// A class map with blocks of every class and of no-data, that is no pattern of tiles.
inline uint8_t class_at(int r, int c) {
  if ((r / 37 + c / 53) % 7 == 6) return 255;
  constexpr uint8_t values[] = {1, 2, 0, 9};
  return values[(r / 40 + c / 61) % 4];
}
inline float value_at(int band, int r, int c) {
  if ((r / 29 + c / 31) % 9 == 8) return nan_value;
  return static_cast<float>(band) * std::sin(0.013F * static_cast<float>(r)) * std::cos(0.007F * static_cast<float>(c));
}

inline std::vector<uint8_t> class_tile(const Window& w) {
  std::vector<uint8_t> values;
  for (int r = 0; r < w.rows; ++r)
    for (int c = 0; c < w.cols; ++c) values.push_back(class_at(w.row + r, w.col + c));
  return values;
}
inline std::vector<float> value_tile(int band, const Window& w) {
  std::vector<float> values;
  for (int r = 0; r < w.rows; ++r)
    for (int c = 0; c < w.cols; ++c) values.push_back(value_at(band, w.row + r, w.col + c));
  return values;
}

inline void fill(RasterWriter& writer, const RasterSpec& spec, const std::vector<Window>& windows) {
  for (const auto& w : windows) {
    if (spec.classes) {
      writer.write(w, class_tile(w).data());
      continue;
    }
    for (int b = 1; b <= static_cast<int>(spec.bands.size()); ++b) writer.write(b, w, value_tile(b, w).data());
  }
}

inline ManifestInfo manifest_info() {
  ManifestInfo m;
  m.job = "test";
  m.run_id = "r1";
  m.config_sha256 = std::string(64, 'a');
  m.config_json = R"({"b": 1, "a": [1, 2.5]})";
  m.device = "cpu";
  m.inputs = {{"scenes/a.tif", std::string(64, 'b'), 12}};
  m.rejections = {{"scene-1", "read", "GEOREF_INVALID", "no geotransform", Verdict::refused}};
  m.parameters = {{"memory", "1GiB"}};
  return m;
}

/// Publishes one class and one continuous raster of 700 x 900 pixels (two levels of overviews).
inline void publish_sample(const std::filesystem::path& folder, bool overwrite = false, int tile = 256) {
  Publication p({folder, overwrite});
  const Grid grid = utm_grid(700, 900);
  for (const auto& spec : {class_spec(grid), continuous_spec(grid)}) {
    const auto writer = p.raster(spec);
    fill(*writer, spec, tiles(grid, tile));
    p.finish_raster(writer);
  }
  p.stac("test-run", "Test run", {{"run_id", "r1"}});
  p.finish(manifest_info());
}

/// The code of the fw::Error that `call` throws, or "none".
template <class Call>
std::string code_of(Call call) {
  try {
    call();
  } catch (const Error& e) {
    return e.code();
  }
  return "none";
}

inline std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& e : std::filesystem::recursive_directory_iterator(folder))
    if (!e.is_directory()) names.push_back(e.path().lexically_relative(folder).string());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace fw::test
