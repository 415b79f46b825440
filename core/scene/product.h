// A product is data (config/products): what its files hold, how numbers become physical, which pixels count. No code per sensor.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/geo/resample.h"
#include "kernels/ops.h"

namespace fw {

enum class ScaleRule { fixed, from_file, sentinel2_baseline };

/// One role of a product: where it is in the scene's files and how its numbers become physical.
struct BandSpec {
  std::string role;        ///< blue, green, red, nir, swir1, swir2, red_edge1…, ndvi, evi, rain_mm, soil_moisture, radiance, lst_k…
  std::string file;        ///< regular expression on the file name; empty: the product's only file
  std::string subdataset;  ///< last part of the sub-dataset name
  std::string description; ///< band description to look for (case-insensitive); wins over `band`
  int band = 1;
  double scale = 1, offset = 0;
  std::optional<double> fill;                 ///< overrides the file's declared no-data
  double valid_min = -1e300, valid_max = 1e300;  ///< DN
  std::string unit = "1";
  Resampling resampling = Resampling::bilinear;
};

struct QaSpec {
  BandSpec band;  ///< resampled nearest, always
  std::vector<QaRule> rules;
};

/// How files become scenes.
enum class SceneLayout {
  files,   ///< one scene = the files of one folder or one name stem (Sentinel-2, Landsat)
  single,  ///< one scene = one file (MOD13, CHIRPS, soil moisture, night lights, reflectance GeoTIFF)
  stack    ///< one scene = one band of one file (time stack, netCDF time axis)
};

struct Product {
  std::string id, title, source, licence;
  SceneLayout layout = SceneLayout::single;
  std::vector<std::string> drivers;
  std::string file;           ///< regular expression on file names that belong to the product
  std::string date;           ///< where the date comes from: "name" (with date_pattern), "metadata:KEY", "description", "csv", "netcdf-time"
  std::string date_pattern;   ///< regular expression with groups y, m, d or y, doy (see docs/formats.md)
  std::string scene_pattern;  ///< regular expression whose group 1 is the scene id (files of one scene share it)
  std::string launch;         ///< ISO date; earlier scenes are TIME_IMPLAUSIBLE
  ScaleRule scale_rule = ScaleRule::fixed;
  std::vector<BandSpec> bands;
  std::optional<QaSpec> qa;
  double saturated_dn = -1;   ///< DN that means saturation; a scene with more than 5 % of it is SATURATED; < 0: no check
  int max_bands = 64;
  const BandSpec* band(const std::string& role) const;
};

/// Reads config/products/<id>.toml. Errors: ConfigError.
Product load_product(const std::string& config_dir, const std::string& id);
std::vector<std::string> list_products(const std::string& config_dir);

}  // namespace fw
