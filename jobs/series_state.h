// What 'forewarn series --state' keeps, so that new scenes need not read the record again.
#pragma once
#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "core/output/step_store.h"
#include "jobs/series_tracks.h"

namespace fw {

class SeriesState {
 public:
  /// The next state, in the place of `last` where it goes on from one (else null). last outlives it.
  /// Errors: ConfigError STATE_STATISTIC (what is asked for cannot go on); OutputError EXISTS, LOCKED.
  SeriesState(const SeriesOptions& options, const StoredState* last);

  /// The scenes to read of a record. all outlives it.
  /// Errors: InputError STATE_OTHER_CONFIG, STATE_ORDER, STATE_RECORD, STATE_REFERENCE, STATE_LATE, NO_NEW_SCENES.
  SceneTracks plan(const SceneTracks& all, const SeriesShape& shape, const Grid& grid);
  bool updating() const { return last_ != nullptr; }
  /// Most periods that a part holds at once.
  size_t rows_held() const { return most_rows_; }

  /// What the statistics of a window are computed from.
  struct Part {
    size_t first_row = 0;  ///< as SeriesTile::first_row
    std::optional<KeptBreaks> monitor;
  };
  Part begin(const Window& window) const;
  /// Whether a row of the record is taken from the last state.
  bool stored(size_t row) const { return stored_[row]; }
  void load(size_t row, const Window& window, float* value, uint8_t* reason) const;
  /// After the statistics; a window once.
  void keep(const Window& window, const SeriesTile& tile);

  /// Adds what could not be read when the last state was made.
  void complete(RunReport& report) const;
  /// Replaces the state; last of all.
  void publish(const Catalogue& catalogue, const ScanMemory& scanned, const RunReport& report,
               const ChosenDevice& device);

 private:
  bool monitors() const { return !options_.last; }
  /// Of the record, which begins at 0: scenes before it have less.
  int row_of(const Scene& scene) const;
  size_t next_from(size_t times) const;
  void check_span() const;
  std::vector<bool> changed_rows(const SceneTracks& all) const;
  void load_leaving(KeptBreaks& kept, const Window& window) const;

  const SeriesOptions& options_;
  const StoredState* last_;
  Publication next_;
  std::unique_ptr<StepStore> store_;
  std::string configuration_;
  std::vector<Period> periods_;
  const SceneTracks* all_ = nullptr;
  std::vector<bool> stored_;  ///< by row
  size_t monitor_from_ = 0, most_rows_ = 0, window_planes_ = 0;
  std::atomic<size_t> leaving_from_{0};  ///< first plane that the next update needs, as it is known so far
};

}  // namespace fw
