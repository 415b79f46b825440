// What the steps of a run share: configuration, folders, device, report; and how a step begins and ends.
#pragma once
#include <tbb/global_control.h>

#include <filesystem>
#include <future>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/output/publication.h"
#include "jobs/run_config.h"
#include "kernels/backend.h"

namespace fw {

class StateSession;

/// What a run does with a state folder: nothing, make one where a folder is named, use and replace one.
enum class StateUse { none, make, update };

/// Options that every step understands.
struct StepOptions {
  std::string config_file, out, device = "auto", log_json, vault_key_file, state, weights;
  RunOverrides overrides;
  bool overwrite = false, dry_run = false, quiet = false;
  bool rescan = false;  ///< read every file again, also those that the state says have not changed
  StateUse state_use = StateUse::none;
};

class RunContext {
 public:
  /// Reads the configuration and chooses the device. Errors: ConfigError, DeviceError.
  explicit RunContext(const StepOptions& options);
  ~RunContext();

  StepOptions options;
  RunReport report;
  RunConfig config;
  std::filesystem::path out;
  ChosenDevice device;
  std::unique_ptr<StateSession> state;  ///< null where the run has none

  std::filesystem::path folder(const std::string& step) const { return out / step; }
  /// The folder of an earlier step, which must be published and whole; what this context published or compared with its
  /// manifest is not read again. Errors: InputError STEP_MISSING naming the job to run first.
  std::filesystem::path need(const std::string& step) const;
  Publication begin(const std::string& step) const;
  /// Adds to the report what an earlier step that another run of the program made left out or flagged; it must be whole
  /// (need).
  void recall_rejections(const std::string& step);
  /// Writes rejections.csv and the manifest, with what the audience may know of reports left out.
  void finish(Publication& publication, const std::string& step, std::vector<FileRecord> inputs,
              std::map<std::string, std::string> parameters = {}) const;
  /// 16 hex digits over configuration, methods, program version and inputs.
  std::string run_id(const std::vector<FileRecord>& inputs) const;
  /// The catalogue of the scan, which must be published and whole; parsed once. Errors: as need.
  const Catalogue& catalogue() const;
  /// Parses what the scan publishes as the catalogue, while it is published.
  void parse_ahead(std::string catalogue);
  /// The files that it names, as inputs of a manifest; their sizes looked up once.
  const std::vector<FileRecord>& inputs() const;
  /// Admin units of the region, read once.
  const std::vector<AdminUnits>& levels() const;
  /// Exit code: 0, or 3 when something was refused or quarantined.
  int exit_code() const;

 private:
  const std::map<std::string, std::string>& methods() const;
  std::unique_ptr<tbb::global_control> threads_;
  mutable std::vector<AdminUnits> levels_;
  mutable std::future<Catalogue> catalogue_ahead_;
  mutable std::optional<Catalogue> catalogue_;
  mutable std::optional<std::vector<FileRecord>> inputs_;
  mutable std::optional<std::map<std::string, std::string>> methods_;  ///< hashed once
  mutable std::set<std::string> whole_;                                ///< steps
  mutable std::set<std::string> made_;                                 ///< steps that this context published
};

/// The steps, in order. Each reads the published files of those before it and publishes its own folder beneath the
/// output.
void step_scan(RunContext& context);        ///< scenes → catalogue/
void step_indicators(RunContext& context);  ///< catalogue/ → indicators/
void step_evidence(RunContext& context);    ///< field reports → evidence/
void step_risk(RunContext& context);        ///< indicators/, evidence/ → risk/
void step_publish(RunContext& context);     ///< everything → publish/

/// Drafts of alerts from risk/ → alerts/. In: after: folder of an earlier step_alerts, whose memory goes on; empty:
/// none. level: of the units told of; < 0: the finest.
void step_alerts(RunContext& context, const std::filesystem::path& after, int level);

void step_state(RunContext& context);  ///< what the next update needs → the state folder, last of all

/// Warns of what was refused or quarantined: the first 20 in words, the rest as a number.
void warn_of_rejections(const RunReport& report);
/// The table of rejections as CSV.
std::string rejections_csv(const std::vector<Rejection>& rejections);
/// Inputs of a manifest: the files a catalogue names, without repeats.
std::vector<FileRecord> inputs_of(const Catalogue& catalogue);
/// Files of an earlier step as inputs of the next ("indicators/indicators.csv").
std::vector<FileRecord> inputs_of_step(const RunContext& context, const std::string& step);

}  // namespace fw
