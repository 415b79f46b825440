// The state folder of 'forewarn series': composites of periods, and planes of numbers that a statistic goes on from.
//
// state.json, scenes.json, scanned.json and scanned_files.json as in series_state.h; steps/<period>.bin (values, then
// reasons), <name>.bin. Pixels lie in stored blocks (block_layout.h); where nothing was kept a file holds zeros.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "core/output/series_state.h"

namespace fw {

class StepStore {
 public:
  /// next: the state that is made. last: the one before it, or null. Both outlive the store.
  StepStore(Publication& next, const StoredState* last, const Grid& grid);

  /// Whether the last state has it.
  bool has(Period period) const;
  /// Of the last state. reason may be null. Errors: InputError STATE_DAMAGED.
  void load(Period period, const Window& window, float* value, uint8_t* reason) const;
  /// A window once; from any thread.
  void keep(Period period, const Window& window, const float* value, const uint8_t* reason);
  /// Takes a period over from the last state, which has it.
  void take_over(Period period);

  /// [plane][pixel of the window] of the last state. Errors: InputError STATE_DAMAGED.
  std::vector<double> load_planes(const std::string& name, size_t planes, const Window& window) const;
  void keep_planes(const std::string& name, const Window& window, std::span<const double> values);
  void take_over_planes(const std::string& name);

  /// Completes the files and adds the texts. The publication itself is not finished.
  void finish(const std::string& configuration, const StoredSpan& span, const Catalogue& catalogue,
              const ScanMemory& scanned, const std::vector<Rejection>& rejections);

 private:
  void write(const std::string& name, size_t bytes, const std::vector<FilePiece>& pieces);

  Publication& next_;
  const StoredState* last_;
  Grid grid_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<FileWriter>> begun_;
};

}  // namespace fw
