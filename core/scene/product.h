// A product is data (config/products): what its files hold, how numbers become physical, which pixels count. No code
// per sensor.
#pragma once
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/geo/resample.h"
#include "core/scene/pattern.h"
#include "kernels/ops.h"

namespace fw {

/// How numbers become physical.
enum class ScaleRule {
  fixed,              ///< scale and offset of the product's band
  from_file,          ///< as the file declares; floating-point files that declare none: the product's; integers:
                      ///< SCALE_UNRESOLVED
  sentinel2_baseline  ///< see core/scene/scaling.h
};

/// One role of a product: where it is in the scene's files and how its numbers become physical.
struct BandSpec {
  std::string
      role;  ///< blue, green, red, nir, swir1, swir2, red_edge1…, ndvi, evi, rain_mm, soil_moisture, radiance, lst_k…
  Pattern file;            ///< on the file name; empty: the product's only file
  std::string subdataset;  ///< end of the sub-dataset's name ("16 days NDVI")
  std::vector<std::string>
      descriptions;  ///< band descriptions to look for (case-insensitive); a file without any falls back to `band`
  int band = 0;      ///< from 1; 0: not known by number
  std::string metadata_id;  ///< what the product's metadata file calls the band (Sentinel-2 band_id)
  bool optional = false;    ///< a scene without it is still a scene
  double scale = 1, offset = 0;
  std::optional<double> fill;  ///< DN without a value, besides the file's declared no-data
  double valid_min = -std::numeric_limits<double>::infinity(),
         valid_max = std::numeric_limits<double>::infinity();  ///< DN
  std::string unit = "1";
  Resampling resampling = Resampling::bilinear;
};

struct QaSpec {
  BandSpec band;  ///< resampled nearest, always
  std::vector<QaRule> rules;
  std::vector<std::string> meanings;  ///< of each rule, in words
};

/// How files become scenes.
enum class SceneLayout {
  files,   ///< one scene = the files of one folder or one name stem (Sentinel-2, Landsat)
  single,  ///< one scene = one file (MOD13, CHIRPS, soil moisture, night lights, reflectance GeoTIFF)
  stack    ///< one scene = one band of one file (time stack, netCDF time axis)
};

/// Files that look like the product and must not be taken for it (Landsat Collection 1).
struct RefusedFiles {
  Pattern pattern;
  std::string code, why;
};

struct Product {
  std::string id, title, source, licence;
  SceneLayout layout = SceneLayout::single;
  std::vector<std::string> drivers;
  Pattern file;    ///< file names that belong to the product
  Pattern folder;  ///< names of folders that hold one scene (files layout); empty: the files' own folder
  Pattern scene;   ///< group 1 is the scene id (files of one scene share it); empty: the file's stem
  Pattern
      acquisition;  ///< on the scene id: its groups name the acquisition; the newest version of one stays (SUPERSEDED)
  bool acquisition_by_grid = false;  ///< files of one acquisition on different grids are parts of it: all stay
  std::vector<std::string> id_from;  ///< name, metadata:KEY; the first that is there
  std::vector<std::string>
      date_from;  ///< name, folder, metadata:KEY, description, csv, netcdf-time; the first that is there
  std::vector<Pattern> date_patterns;  ///< on names: groups y, m, d or y, doy; optional dekad (1..3), time (hhmmss)
  bool spans = false;                  ///< a file adds up the day, dekad or month that its name says
  std::string launch;                  ///< ISO date; earlier scenes are TIME_IMPLAUSIBLE
  std::string
      crs;  ///< for files that declare none: "EPSG:n", or "metadata:KEY" (text that holds epsg:n); empty: CRS_MISSING
  std::vector<Pattern> metadata_files;  ///< XML and JSON beside the bands that the scale rule reads
  std::vector<RefusedFiles> refused;
  ScaleRule scale_rule = ScaleRule::fixed;
  std::vector<BandSpec> bands;
  std::optional<QaSpec> qa;
  double saturated_dn = -1;  ///< DN that means saturation; a scene with more than 5 % of it is SATURATED; < 0: no check
  std::optional<std::pair<double, double>> plausible;  ///< of bands in unit "1", physical: beyond it is no value
  int max_bands = 64;
  const BandSpec* band(const std::string& role) const;
};

/// Reads config/products/<id>.toml. Errors: ConfigError.
Product load_product(const std::string& config_dir, const std::string& id);
std::vector<std::string> list_products(const std::string& config_dir);

}  // namespace fw
