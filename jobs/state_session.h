// The state folder of one run: the last state, where it is used, and the next one, which replaces it when all is done.
#pragma once
#include <filesystem>
#include <future>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "core/output/series_state.h"

namespace fw {

class RunContext;

class StateSession {
 public:
  /// update: the folder holds a state that is to be used; else a new one is made (overwrite: of one that is there).
  /// Errors: OutputError EXISTS, LOCKED; InputError STATE_MISSING, STATE_VERSION, STATE_DAMAGED.
  /// input_root: of the catalogue. In an update of several threads one reads ahead until plan().
  StateSession(const std::filesystem::path& folder, bool update, bool overwrite,
               const std::filesystem::path& input_root, int threads);

  /// What the scan may take as read, unless it is to read everything again, and where it puts what it leaves for the
  /// next one. Errors: InputError STATE_DAMAGED.
  void remember(ScanRequest& request, bool rescan);
  bool updating() const { return last_.has_value(); }
  /// The periods of the last state, of an update.
  const StoredSpan& stored() const { return last_->span(); }
  /// What to compute, from what; and the store that the pipeline works with. Call once.
  /// Errors: InputError STATE_OTHER_CONFIG and those of plan_update.
  void plan(const SeriesPlan& plan, const Catalogue& catalogue, const RunContext& context);
  const SeriesPlan& work() const { return work_.plan; }
  const RecordPlan& record() const { return work_.record; }
  FolderStore& store() { return *store_; }
  /// Text that the state keeps from its full run on: as it was, or in a full run as given.
  std::string kept_text(const std::string& name, const std::string& now);
  /// Adds the rows that were not computed again, and what could not be read then; gives everything to the next state.
  void complete(IndicatorTable& table, const Catalogue& catalogue, RunContext& context);
  /// Replaces the state. Last of all: until then the old one stands, and the run can be repeated.
  void publish(const RunContext& context);

 private:
  /// While the archive is scanned: the catalogue that the state was made of, and the hashes of what the next period
  /// will be compared with; a file that is damaged is found again by who needs it.
  void read_ahead(const std::stop_token& stop, const std::filesystem::path& input_root);

  std::filesystem::path folder_;
  std::unique_ptr<Publication> next_;
  std::optional<StoredState> last_;
  std::optional<Catalogue> before_;
  ScanMemory known_, scanned_;
  SeriesPlan plan_;
  UpdatePlan work_;
  StoredSpan span_;
  std::string configuration_;
  std::unique_ptr<FolderStore> store_;
  std::promise<Catalogue> before_ahead_;
  std::jthread ahead_;  ///< ends before what it reads
};

}  // namespace fw
