// The one door through which results go out: a folder is published whole or not at all; the manifest goes last.
#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/class_scheme.h"
#include "core/base/error.h"
#include "core/geo/admin_units.h"
#include "core/geo/grid.h"

namespace fw {

/// A raster to be published as Cloud-Optimized GeoTIFF.
struct RasterSpec {
  struct Band {
    std::string description;  ///< "likelihood", "contribution: ndvi_z"
    std::string unit;         ///< "1", "mm", "%", …
  };
  std::string stem;           ///< "ken_drought-risk_2024-05-d3_v01": file name without .tif, companions share it
  std::string title;          ///< for people: layer and period
  Grid grid;
  std::vector<Band> bands;    ///< class rasters have exactly one
  std::optional<ClassScheme> classes;  ///< set: Byte raster with colour table, MODE overviews, QML, aux.xml RAT, VAT.DBF; else Float32
  double style_min = 0, style_max = 1;      ///< continuous: fixed range of the QML
  std::vector<std::string> style_colours;   ///< continuous: ramp from min to max (#RRGGBB); empty: a default
  int mantissa_bits = 12;     ///< continuous: kept bits of the mantissa (round to nearest even); 23: all
  std::map<std::string, std::string> metadata;  ///< written with the prefix FW_
  std::string layer, period;  ///< for the STAC item: "drought-risk", "2024-05-d3"
  std::string first_day, last_day;          ///< ISO dates of the period
};

/// Receives tiles of one raster in any order, from any thread; the file is complete when the publication finishes it.
class RasterWriter {
 public:
  virtual ~RasterWriter() = default;
  /// band from 1; values row-major, NaN is no-data. Errors: OutputError.
  virtual void write(int band, const Window& window, const float* values) = 0;
  /// Class values (Byte rasters).
  virtual void write(const Window& window, const uint8_t* values) = 0;
};

/// Table of a GeoPackage layer: one row per admin unit.
struct UnitTable {
  std::string layer;                         ///< "drought_adm2_2024_05_d3"
  std::string title;
  std::vector<std::string> text_columns, number_columns;
  struct Row {
    int unit;                                ///< index into AdminUnits::units()
    std::vector<std::string> texts;
    std::vector<double> numbers;             ///< NaN → NULL
    int class_value;                         ///< for the style
  };
  std::vector<Row> rows;
  std::string class_column;                  ///< number column that the style colours by (holds class_value)
};

struct FileRecord {
  std::string path, sha256;
  uintmax_t bytes = 0;
};
struct ManifestInfo {
  std::string job, run_id, config_sha256, config_json, device;
  std::vector<FileRecord> inputs;
  std::vector<Rejection> rejections;
  std::map<std::string, std::string> parameters;
};

/// One output folder. Files appear under their names only when written, synced, re-opened and compared; manifest.json last.
class Publication {
 public:
  struct Options {
    std::filesystem::path folder;
    bool overwrite = false;   ///< false and a manifest.json is there: OutputError EXISTS
  };
  /// Takes a lock (LOCKED when another live process holds it), removes temporary files a killed run left.
  explicit Publication(const Options& options);
  ~Publication();

  /// Starts a raster; tiles may come until finish_raster() or finish().
  std::shared_ptr<RasterWriter> raster(const RasterSpec& spec);
  /// Makes the COG and companions, checks, renames. Returns the path of the .tif.
  std::filesystem::path finish_raster(const std::shared_ptr<RasterWriter>& writer);
  /// Takes over a raster published in another folder (tif and companions, hashes compared) under the same names.
  void adopt(const RasterSpec& spec, const std::filesystem::path& tif);
  /// A text file (CSV, JSON, TOML, XML).
  void text(const std::string& name, const std::string& content);
  /// A GeoPackage with one styled layer per table.
  void geopackage(const std::string& name, const AdminUnits& units, const std::vector<UnitTable>& tables, const ClassScheme& classes);
  /// Static STAC 1.1: collection.json and one item per published raster, with run-wide properties.
  void stac(const std::string& collection_id, const std::string& title, const std::map<std::string, std::string>& properties);
  /// Everything published so far, relative paths.
  std::vector<FileRecord> files() const;
  /// Writes manifest.json (last) and releases the lock. Errors: OutputError (DISK_FULL, WRITE_FAILED, VERIFY_FAILED).
  void finish(const ManifestInfo& manifest);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The rasters of a published folder, from its rasters.json (which finish() writes). Out: specs in order of publication.
/// Errors: InputError SET_INVALID.
std::vector<RasterSpec> load_raster_index(const std::filesystem::path& folder);

/// Re-hashes every file a manifest lists. Out: what is missing or differs, empty when all is well. Errors: InputError MANIFEST_INVALID.
std::vector<std::string> verify_publication(const std::filesystem::path& folder);

}  // namespace fw
