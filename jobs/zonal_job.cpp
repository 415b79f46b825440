// 'forewarn zonal': statistics of one raster per admin unit, pixels by their centres.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/geo/admin_units.h"
#include "core/geo/open_scene.h"
#include "core/output/publication.h"
#include "core/series/indicator_table.h"
#include "jobs/given_files.h"
#include "jobs/jobs.h"
#include "kernels/series_stats.h"

namespace fw {
namespace {

struct ZonalOptions {
  std::string raster, admin, layer, pcode, name, out, crs;
  int band = 1, tile_size = 512;
  double threshold = std::nan("");
  bool overwrite = false;
};

/// Plain statistics over pixels beside the area-weighted ones.
struct UnitStatistics {
  ZonalAccumulator area;
  FixedSum sum;
};

std::string zonal_csv(const AdminUnits& units, const std::vector<UnitStatistics>& statistics, double threshold) {
  std::string out = "pcode,name,pixels,valid_pixels,valid_fraction,mean,area_mean,stddev,min,max,area_km2";
  out += std::isnan(threshold) ? "\n" : ",fraction_below_" + format_number(threshold) + "\n";
  for (size_t u = 0; u < units.units().size(); ++u) {
    const UnitStatistics& s = statistics[u];
    const double n = static_cast<double>(s.area.valid_pixels());
    out += csv_text(units.units()[u].pcode) + "," + csv_text(units.units()[u].name) + "," +
           std::to_string(s.area.pixels()) + "," + std::to_string(s.area.valid_pixels());
    for (const double v : {s.area.valid_fraction(), n > 0 ? s.sum.value() / n : std::nan(""), s.area.mean(),
                           s.area.stddev(), s.area.min(), s.area.max(), s.area.area_km2()})
      out += "," + format_number(v);
    out += std::isnan(threshold) ? "\n" : "," + format_number(s.area.fraction_beyond()) + "\n";
  }
  return out;
}

int run_zonal(const ZonalOptions& o) {
  AdminUnits::Request request;
  request.file = given_path(o.admin);
  request.layer = o.layer;
  request.pcode_field = o.pcode;
  request.name_field = o.name;
  const AdminUnits units = AdminUnits::read(request);
  OpenRequest open;
  open.file = given_path(o.raster);
  open.max_bands = 10000;
  if (!o.crs.empty()) open.crs = checked_crs(o.crs);
  SceneFile scene = open_scene(open);
  const RasterInfo& info = scene.info();
  if (o.band < 1 || o.band > static_cast<int>(info.bands.size()))
    throw ConfigError("RANGE", "--band " + std::to_string(o.band) + ": the raster has bands 1 to " +
                                   std::to_string(info.bands.size()) + ".");
  const BandInfo& band = info.bands[static_cast<size_t>(o.band - 1)];
  std::vector<UnitStatistics> statistics(units.units().size());
  for (const Window& w : tiles(info.grid, o.tile_size)) {
    std::vector<float> values(w.pixels());
    scene.read(o.band, w, values.data());
    if (band.has_scale)
      for (float& v : values) v = static_cast<float>(static_cast<double>(v) * band.scale + band.offset);
    const auto areas = cell_areas_km2(info.grid, w);
    for (size_t u = 0; u < statistics.size(); ++u) {
      // Each unit by itself: where polygons overlap, both count the pixel.
      const Window part = units.part_with(static_cast<int>(u), info.grid, w);
      if (part.pixels() == 0) continue;
      const auto zone = units.rasterise_one(static_cast<int>(u), info.grid, part);
      UnitStatistics& s = statistics[u];
      for (int r = 0; r < part.rows; ++r)
        for (int c = 0; c < part.cols; ++c) {
          if (zone[static_cast<size_t>(r) * static_cast<size_t>(part.cols) + static_cast<size_t>(c)] < 0) continue;
          const size_t i = static_cast<size_t>(part.row - w.row + r) * static_cast<size_t>(w.cols) +
                           static_cast<size_t>(part.col - w.col + c);
          s.area.add(values[i], Reason::not_observed, areas[i], o.threshold, false);
          if (!is_nan(values[i])) s.sum.add(values[i]);
        }
    }
  }
  if (std::all_of(statistics.begin(), statistics.end(), [](const UnitStatistics& s) { return s.area.pixels() == 0; }))
    log_warning(
        "no unit holds the centre of a pixel of the raster: every value is empty. Check the CRS of both files "
        "and whether they cover the same place.");
  const std::string csv = zonal_csv(units, statistics, o.threshold);
  if (o.out.empty()) {
    std::cout << csv;
    return 0;
  }
  Publication publication({o.out, o.overwrite});
  publication.text("zonal.csv", csv);
  ManifestInfo manifest;
  manifest.job = "zonal";
  manifest.inputs = {{open.file.filename().string(), info.sha256, info.bytes},
                     {request.file.filename().string(), units.sha256(), std::filesystem::file_size(request.file)}};
  manifest.run_id = sha256_of(info.sha256 + units.sha256() + csv).substr(0, 16);
  manifest.parameters = {{"band", std::to_string(o.band)}};
  publication.finish(manifest);
  return 0;
}

}  // namespace

std::function<int()> declare_zonal(CLI::App& app) {
  auto o = std::make_shared<ZonalOptions>();
  app.add_option("RASTER", o->raster, "GeoTIFF")->required();
  app.add_option("-a,--admin", o->admin, "admin polygons: GeoJSON, GeoPackage, Shapefile")->required();
  app.add_option("--layer", o->layer, "layer of a GeoPackage");
  app.add_option("--pcode", o->pcode, "field with the p-code")->required();
  app.add_option("--name", o->name, "field with the name");
  app.add_option("-b,--band", o->band, "band, from 1")->capture_default_str();
  app.add_option("--threshold", o->threshold, "also the share of the valid area below this value");
  app.add_option("--crs", o->crs, "CRS of a raster that declares none, as EPSG:n");
  app.add_option("-o,--output", o->out, "output folder (default: CSV on standard output)");
  app.add_flag("--overwrite", o->overwrite, "replace an earlier result");
  app.footer(
      "mean: over pixels whose centre lies in the unit; area_mean: weighted by geodesic cell area.\nOf a raster that "
      "declares scale and offset: of value * scale + offset, as GIS show it."
      "\nExample: forewarn "
      "zonal rain.tif -a admin1.geojson --pcode ADM1_PCODE");
  return [o] {
    start_log({});
    return run_zonal(*o);
  };
}

}  // namespace fw
