// The state folder of 'forewarn update': what a run keeps so that the next period need not read the archive.
//
// state.json (version, configuration, periods), scenes.json (catalogue of what went in), scanned.json and
// scanned_files.json (ScanMemory), indicators.csv (rows so far),
// composites/ (the last periods of every base series), reference/ (statistics of every place in the year and series),
// units/ (the same of admin units), cdi/ (inputs and memory of the CDI of pixels), texts of the caller. Published like any set: whole or not at all, every file
// hashed.
#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "core/output/publication.h"
#include "core/scene/scan_memory.h"
#include "core/series/indicator_table.h"
#include "core/series/series_store.h"
#include "core/series/update_plan.h"

namespace fw {

inline constexpr int state_version = 2;

/// Everything in the configuration that a stored number depends on, as text: a state of another text is not used.
std::string state_configuration(const SeriesPlan& plan, const RecordPlan& record,
                                const std::vector<AdminUnits>& levels);

/// The text of state.json. rejections: of what could not be read.
std::string state_json(const std::string& configuration, const StoredSpan& span,
                       const std::vector<Rejection>& rejections);

/// Room for bytes and their place in a file.
struct RoomPiece {
  size_t offset;
  void* room;
  size_t count;
};

/// A published state. Files are compared with their hashes before their first use.
class StoredState {
 public:
  /// Errors: InputError STATE_MISSING, STATE_DAMAGED, STATE_VERSION (format or program).
  explicit StoredState(std::filesystem::path folder);

  const std::filesystem::path& folder() const { return folder_; }
  const std::string& configuration() const { return configuration_; }
  const StoredSpan& span() const { return span_; }
  /// What could not be read then.
  const std::vector<Rejection>& rejections() const { return rejections_; }
  /// What its scan made of files. Errors: InputError STATE_DAMAGED.
  ScanMemory scan_memory() const;
  const FileRecord* find(const std::string& name) const;
  std::vector<FileRecord> files() const;
  /// Path of a file whose bytes are those that were published. Errors: InputError STATE_DAMAGED.
  std::filesystem::path checked(const std::string& name) const;
  /// The file is opened once for all pieces.
  void read(const std::string& name, std::span<const RoomPiece> pieces) const;
  void read(const std::string& name, size_t offset, void* to, size_t count) const {
    const RoomPiece piece{offset, to, count};
    read(name, {&piece, 1});
  }

 private:
  std::filesystem::path folder_;
  std::map<std::string, FileRecord> records_;
  std::string configuration_;
  StoredSpan span_;
  std::vector<Rejection> rejections_;
  struct Check {
    std::mutex mutex;
    bool done = false;
  };
  mutable std::mutex mutex_;
  mutable std::map<std::string, Check> checks_;
};

/// The files of the next state, which is written while the pipeline runs, and of the last one, where there is one.
class FolderStore final : public SeriesStore {
 public:
  /// plan: of the whole analysis. record: the pipeline's (in an update that of plan_update). Both outlive the store.
  FolderStore(Publication& publication, const StoredState* last, const SeriesPlan& plan, const RecordPlan& record,
              const std::vector<AdminUnits>& levels);

  bool updating() const override { return last_ != nullptr; }
  Period last_stored() const override { return last_->span().to; }
  bool has_composite(size_t base, Period period) const override;
  void load_composite(size_t base, Period period, const Window& window, float* value, uint8_t* reason) override;
  bool keeps_composite(size_t base, Period period) const override;
  void keep_composite(size_t base, Period period, const Window& window, const float* value,
                      const uint8_t* reason) override;
  void load_reference(size_t series, int place, const Window& window, const ReferencePlanes& wanted,
                      PlaceValues& values) override;
  void keep_reference(size_t series, int place, const Window& window, const PlaceValues& values) override;
  void load_units(size_t level, size_t series, int place, const ReferencePlanes& wanted, PlaceValues& values) override;
  void keep_units(size_t level, size_t series, int place, const PlaceValues& values) override;
  void load_unit_years(size_t level, size_t series, std::vector<float>& values) override;
  void keep_unit_years(size_t level, size_t series, const std::vector<float>& values) override;

  /// Planes of 4 bytes a pixel of one period that a job keeps beside the series, as `name`_<period>.bin. keep_plane:
  /// every window of every plane once.
  bool has_planes(const std::string& name, Period period) const;
  void load_plane(const std::string& name, Period period, size_t plane, const Window& window, void* values) const;
  void keep_plane(const std::string& name, Period period, size_t planes, size_t plane, const Window& window,
                  const void* values);
  /// Takes them over from the last state, which has them.
  void keep_planes(const std::string& name, Period period);

  /// Completes the files and adds state.json, scenes.json and indicators.csv. The publication itself is not finished.
  void finish(const std::string& configuration, const StoredSpan& span, const Catalogue& catalogue,
              const ScanMemory& scanned, const IndicatorTable& table, const std::vector<Rejection>& rejections);

 private:
  std::shared_ptr<FileWriter> begin_file(const std::string& name, size_t bytes);
  std::string composite_name(size_t base, Period period) const;
  std::string reference_name(size_t series, int place) const;
  std::string units_name(size_t level, size_t series) const;
  std::string unit_years_name(size_t level, size_t series) const;
  size_t units_bytes(size_t level, size_t series) const;

  Publication& publication_;
  const StoredState* last_;
  const SeriesPlan& plan_;
  const RecordPlan& record_;
  const std::vector<AdminUnits>& levels_;
  std::map<std::string, std::shared_ptr<FileWriter>> writers_;     ///< of composites
  std::map<std::string, std::shared_ptr<FileWriter>> begun_;  ///< with the first tile that has something for it
  std::mutex mutex_;
  std::map<std::string, std::string> units_;
};

}  // namespace fw
