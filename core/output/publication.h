// The one door through which results go out: a folder is published whole or not at all; the manifest goes last.
//
// Everything is built in `<parent>/.<name>.staging` beside the folder, each file written, opened again and compared, all flushed.
// finish() writes rasters.json and manifest.json and swaps the staged folder into place in one step (rename, or exchange of the
// two folders when an older set is replaced). Until then the older set is untouched; afterwards files of the older folder that its
// manifest does not list have moved over.
#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/class_scheme.h"
#include "core/base/error.h"
#include "core/geo/admin_units.h"
#include "core/geo/grid.h"
#include "core/output/atomic_file.h"
#include "core/output/block_raster.h"

namespace fw {

/// An admin unit that is named in the STAC item of a raster.
struct UnitNote {
  std::string pcode, reason;  ///< reason may be empty
};

/// A raster to be published as Cloud-Optimized GeoTIFF.
struct RasterSpec {
  struct Band {
    std::string description;  ///< "likelihood", "contribution: ndvi_z"
    std::string unit;         ///< "1", "mm", "%", …
  };
  std::string stem;           ///< "ken_drought-risk_2024-05-d3_v01": file name without .tif, companions share it
  std::string title;          ///< for people: layer and period
  Grid grid;
  std::vector<Band> bands;    ///< class rasters of several bands have no colour table in the file and no VAT
  std::optional<ClassScheme> classes;  ///< set: Byte raster with colour table, MODE overviews, QML, aux.xml RAT, VAT.DBF; else Float32
  double style_min = 0, style_max = 1;      ///< continuous: fixed range of the QML
  std::vector<std::string> style_colours;   ///< continuous: ramp from min to max (#RRGGBB); empty: a default
  int mantissa_bits = 12;     ///< continuous: kept bits of the mantissa (round to nearest even); 23: all
  std::map<std::string, std::string> metadata;  ///< written with the prefix FW_
  std::string layer, period;  ///< for the STAC item: "drought-risk", "2024-05-d3"
  std::string first_day, last_day;          ///< ISO dates of the period
  std::map<std::string, std::vector<UnitNote>> units;  ///< by status; "forewarn:units" of the STAC item
};

/// Receives tiles of one raster in any order, from any thread; the file is complete when the publication finishes it.
class RasterWriter {
 public:
  virtual ~RasterWriter() = default;
  /// band from 1; values row-major, NaN is no-data. Errors: OutputError.
  virtual void write(int band, const Window& window, const float* values) = 0;
  /// Class values (Byte rasters).
  virtual void write(int band, const Window& window, const uint8_t* values) = 0;
  void write(const Window& window, const uint8_t* values) { write(1, window, values); }
};

/// Polygons that rows of a GeoPackage refer to, and the texts that name them.
struct LayerShapes {
  std::vector<std::string> key_columns;            ///< the first columns of every layer
  std::vector<std::vector<std::string>> keys;      ///< [shape][key column]
  std::vector<std::vector<unsigned char>> wkb;     ///< [shape] (multi)polygon in EPSG:4326
};

/// Table of a GeoPackage layer: one row per admin unit or other shape.
struct UnitTable {
  std::string layer;                         ///< "drought_adm2_2024_05_d3"
  std::string title;
  std::vector<std::string> text_columns, number_columns;
  struct Row {
    int unit;                                ///< index into AdminUnits::units(), or LayerShapes
    std::vector<std::string> texts;
    std::vector<double> numbers;             ///< NaN → NULL
    int class_value;                         ///< for the style
  };
  std::vector<Row> rows;
  std::string class_column;                  ///< number column that the style colours by (holds class_value)
  std::optional<ClassScheme> classes;        ///< of this table; not set: those of the file
};

struct FileRecord {
  std::string path, sha256;
  uintmax_t bytes = 0;
};
struct ManifestInfo {
  std::string job, run_id, config_sha256, config_json, device;
  std::map<std::string, std::string> config_files;  ///< SHA-256 of further files of the configuration, by path
  std::vector<FileRecord> inputs;
  std::vector<Rejection> rejections;
  std::map<std::string, std::string> parameters;
};

/// Receives the bytes of one file in any order, from any thread; the file is complete when the publication finishes it.
class FileWriter {
 public:
  virtual ~FileWriter() = default;
  /// The file is opened once for all pieces. Errors: OutputError.
  virtual void write(std::span<const FilePiece> pieces) = 0;
  void write(size_t offset, const void* bytes, size_t count) {
    const FilePiece piece{offset, bytes, count};
    write({&piece, 1});
  }
};

/// One output folder. Thread-safe up to finish(). Destroyed without finish(), it leaves no trace.
class Publication {
 public:
  struct Options {
    std::filesystem::path folder;
    bool overwrite = false;   ///< false and a manifest.json is there: OutputError EXISTS. The folder must not be a mount point
  };
  /// Takes a lock (LOCKED when another live process holds it), removes temporary files a killed run left.
  explicit Publication(const Options& options);
  ~Publication();

  /// Starts a raster; tiles may come until finish_raster() or finish().
  std::shared_ptr<RasterWriter> raster(const RasterSpec& spec);
  /// Makes the COG and companions and checks them. Returns the path of the .tif: in the staging folder until finish(), then
  /// `folder / (stem + ".tif")`. Errors: OutputError DISK_FULL, WRITE_FAILED, VERIFY_FAILED; logic_error for a class value that
  /// the scheme does not name.
  std::filesystem::path finish_raster(const std::shared_ptr<RasterWriter>& writer);
  /// finish_raster of all that are open, several at a time.
  void finish_rasters();
  /// Starts a plain raster of blocks (`stem`.tif, no companions, not in rasters.json). It is verified and published by
  /// finish(), which needs it whole.
  std::shared_ptr<BlockRaster> blocks(const BlockRasterSpec& spec);
  /// Takes over a raster published in another folder (tif and companions, hashes compared with its manifest) under the same names.
  /// Errors: InputError SET_INVALID, MANIFEST_INVALID; OutputError.
  void adopt(const RasterSpec& spec, const std::filesystem::path& tif);
  /// The same for all rasters of a published folder, in their order, several at a time.
  void adopt_all(const std::filesystem::path& folder);
  /// A text file (CSV, JSON, TOML, XML). name: relative, parts of safe characters ("tables/drought.csv").
  void text(const std::string& name, const std::string& content);
  /// Starts a binary file of a size known beforehand (bytes not written are 0). finish_file() completes it; one not finished is
  /// not published.
  std::shared_ptr<FileWriter> file(const std::string& name, uintmax_t bytes);
  void finish_file(const std::shared_ptr<FileWriter>& writer);
  /// Takes over a file of a published folder under its name and with its recorded hash, unread: a hard link, a copy where the file
  /// system has none.
  void keep(const std::filesystem::path& folder, const FileRecord& record);
  /// A GeoPackage with one styled layer per table. Columns: pcode, name, parent, the table's, the class column as integer and
  /// `<class_column>_label`.
  void geopackage(const std::string& name, const AdminUnits& units, const std::vector<UnitTable>& tables, const ClassScheme& classes);
  /// The same of any shapes; the key columns stand in the place of pcode, name and parent.
  void geopackage(const std::string& name, const LayerShapes& shapes, const std::vector<UnitTable>& tables, const ClassScheme& classes);
  /// Static STAC 1.1: collection.json and items/<stem>.json per raster (open ones are finished first); files published before are
  /// listed. properties: run-wide; keys without ':' get the prefix "forewarn:", "license" is the licence (SPDX, default "other").
  void stac(const std::string& collection_id, const std::string& title, const std::map<std::string, std::string>& properties);
  /// Begins to flush what is finished, beside what the caller does next. A failure is finish()'s.
  void flush_ahead();
  /// A folder for scratch files while the publication is built; gone afterwards.
  std::filesystem::path scratch() const;
  /// Everything finished so far, sorted by relative path.
  std::vector<FileRecord> files() const;
  /// Finishes open rasters, writes rasters.json and manifest.json (last), swaps the folder into place and releases the lock. No
  /// clock, host or folder name goes into the manifest. Errors: OutputError (DISK_FULL, WRITE_FAILED, VERIFY_FAILED).
  void finish(const ManifestInfo& manifest);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The rasters of a published folder, from its rasters.json (which finish() writes). Out: specs in order of publication.
/// Errors: InputError SET_INVALID.
std::vector<RasterSpec> load_raster_index(const std::filesystem::path& folder);

/// Re-hashes every file a manifest lists. Out: what is missing or differs ("path: reason"), empty when all is well.
/// Errors: InputError MANIFEST_INVALID (unreadable; lists a file twice, itself, an absolute path, one outside, or a symbolic link).
std::vector<std::string> verify_publication(const std::filesystem::path& folder);

/// Files that somebody put beside those of the manifest and that other programs (GIS, SQLite) would read as part of
/// them: what is shown is then not what was published, though no file of the set differs. One line each. Statistics and
/// histograms that a GIS keeps of a raster it has shown are none.
/// Errors: InputError MANIFEST_INVALID.
std::vector<std::string> find_additions(const std::filesystem::path& folder);

}  // namespace fw
