// What 'index', 'series' and 'composite' share: options, scanning the given files, publishing with a manifest.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/output/publication.h"
#include "core/scene/catalogue.h"
#include "core/series/on_device.h"
#include "jobs/device_option.h"
#include "kernels/backend.h"

namespace CLI {
class App;
}

namespace fw {

/// A further stack beside the files given, its values under a name of their own.
struct FurtherStack {
  std::string name, file, product = "time-stack", role = "value", dates_csv, qa, unit;
  std::optional<double> scale, offset;
};

struct SceneJobOptions {
  std::vector<std::string> files;
  std::vector<FurtherStack> further;
  std::string product, out, device = "auto", config_dir, dates_csv, qa, date, crs, unit, role, log_json;
  double scale = 0, offset = 0;
  int threads = 0, tile_size = 256;
  bool overwrite = false, quiet = false;
  bool has_scale = false, has_offset = false;
};

/// Declares the shared options; --tile-size for jobs that go by tiles.
std::shared_ptr<SceneJobOptions> declare_scene_options(CLI::App& app, bool by_tiles = true);

/// --memory of jobs that go by the blocks of the scenes.
void declare_memory(CLI::App& app, std::string& memory);
/// Bytes; holds the libraries' cache to its share of them. Errors: ConfigError RANGE.
size_t use_memory(const std::string& memory);

/// Scans the files given (absolute or relative to the working folder; their common folder is the input root).
/// known, next: as in ScanRequest. Errors: InputError NO_SCENES, ConfigError.
Catalogue scan_given(const SceneJobOptions& options, RunReport& report, const ScanMemory* known = nullptr,
                     ScanMemory* next = nullptr);

/// Notes (OUTSIDE_GRID) scenes of which nothing lies on the grid of a result, which is that of the first scene.
void note_elsewhere(const Catalogue& catalogue, const Grid& grid, RunReport& report);

/// Manifest of such a job; prints warnings; out: exit code.
int finish_scene_job(const SceneJobOptions& options, const std::string& job, Publication& publication,
                     const Catalogue& catalogue, const RunReport& report, const ChosenDevice& device,
                     std::map<std::string, std::string> parameters);

/// A day given as an option. Errors: ConfigError DATE.
Date date_of(const std::string& text);
/// The days from `from` to `to`; what is empty has no end. Errors: ConfigError DATE, RANGE (the last before the first).
std::pair<Date, Date> days_between(const std::string& from, const std::string& to);
/// The same, or nothing for no text.
std::optional<Date> day_of(const std::string& text);

/// Holds the number of threads down to the option's while it lives.
class ThreadLimit {
 public:
  explicit ThreadLimit(int threads);
  ~ThreadLimit();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Starts the log and holds the threads as the options say. Keep what it returns until the job ends.
[[nodiscard]] ThreadLimit start_scene_job(const SceneJobOptions& options);

}  // namespace fw
