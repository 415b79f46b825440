#include <functional>
#include <nlohmann/json.hpp>

#include "jobs/samples/files.h"
#include "jobs/samples/raster_file.h"

namespace fw::samples {
namespace {

using nlohmann::ordered_json;
using Mask = std::function<bool(size_t)>;

/// Writes a mask (1 where true) and returns what truth.json says of it.
ordered_json write_mask(const std::filesystem::path& folder, const std::string& name, const std::string& meaning,
                        const Mask& mask) {
  std::vector<uint8_t> values(pixels);
  size_t count = 0;
  for (size_t p = 0; p < pixels; ++p) {
    values[p] = mask(p) ? 1 : 0;
    count += values[p];
  }
  RasterFile file = region_file();
  file.description = meaning;
  write_raster(folder / name, file, values);
  return {{"file", name},
          {"meaning", meaning},
          {"pixels", count},
          {"hectares", static_cast<double>(count) * (cell_m * cell_m) / 1e4}};
}

ordered_json describe_unit(const Unit& unit, const Truth& truth) {
  size_t all = 0, dry = 0, lost = 0, grown = 0, seen = 0;
  for (int row = 0; row < rows; ++row)
    for (int col = 0; col < cols; ++col) {
      if (!inside(unit.ring, row, col)) continue;
      const size_t p = static_cast<size_t>(row) * cols + static_cast<size_t>(col);
      ++all;
      dry += truth.drought(p);
      lost += truth.lake(p, 2021) && !truth.lake(p, 2023);
      grown += truth.settlement(p, 2023) && !truth.settlement(p, 2021);
      seen += truth.observed(p);
    }
  const auto share = [&](size_t n) { return static_cast<double>(n) / static_cast<double>(all); };
  return {{"pcode", unit.pcode},           {"name", unit.name},     {"pixels", all},
          {"observed", share(seen)},       {"drought", share(dry)}, {"lake_lost", share(lost)},
          {"settlement_new", share(grown)}};
}

}  // namespace

void write_truth(const std::filesystem::path& folder, const Truth& truth, const SampleOptions& options) {
  ordered_json masks = ordered_json::object();
  masks["drought"] = write_mask(folder, "drought.tif", "land where the rains of 2023 (and weakly 2022) failed",
                                [&](size_t p) { return truth.drought(p); });
  masks["observed"] =
      write_mask(folder, "observed.tif", "pixels that scenes cover", [&](size_t p) { return truth.observed(p); });
  for (int year = first_year; year <= last_year; ++year) {
    const std::string y = std::to_string(year);
    masks["lake_" + y] =
        write_mask(folder, "lake_" + y + ".tif", "open water in " + y, [&](size_t p) { return truth.lake(p, year); });
    masks["settlement_" + y] = write_mask(folder, "settlement_" + y + ".tif", "roofs on 31 August " + y,
                                          [&](size_t p) { return truth.settlement(p, year); });
  }
  masks["lake_lost"] = write_mask(folder, "lake_lost.tif", "water in 2021 and not in 2023",
                                  [&](size_t p) { return truth.lake(p, 2021) && !truth.lake(p, 2023); });
  masks["settlement_new"] =
      write_mask(folder, "settlement_new.tif", "roofs on 31 August 2023 and not on 31 August 2021",
                 [&](size_t p) { return truth.settlement(p, 2023) && !truth.settlement(p, 2021); });
  std::vector<uint8_t> land(pixels);
  for (size_t p = 0; p < pixels; ++p) land[p] = static_cast<uint8_t>(truth.cover(p, last_year, 23));
  RasterFile file = region_file();
  file.description = "1 crop, 2 rangeland, 3 bare, 4 lake, 5 dry lake bed, 6 roofs (late August 2023)";
  write_raster(folder / "cover_2023.tif", file, land);

  ordered_json list = ordered_json::array();
  for (const Unit& u : units()) list.push_back(describe_unit(u, truth));
  const ordered_json all = {
      {"title", "Sample region: what is really there"},
      {"seed", options.seed},
      {"scenes", {{"first_year", options.first_year}, {"last_year", options.last_year}, {"product", "sentinel2-l2a"}}},
      {"grid",
       {{"crs", "EPSG:" + std::to_string(epsg)},
        {"rows", rows},
        {"cols", cols},
        {"cell_m", cell_m},
        {"x0", x0},
        {"y0", y0}}},
      {"target", "2023-08-d3"},
      {"reference", {"2018-01-01", "2021-12-31"}},
      {"rain_of_ordinary", {{"west_2022", 0.75}, {"west_2023", 0.35}}},
      {"masks", masks},
      {"units", list}};
  write_text(folder / "truth.json", all.dump(1) + "\n");
}

}  // namespace fw::samples
