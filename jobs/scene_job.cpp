#include "jobs/scene_job.h"

#include <tbb/global_control.h>

#include <CLI/CLI.hpp>
#include <filesystem>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/geo/grid.h"
#include "core/geo/open_scene.h"
#include "core/scene/scene_reader.h"
#include "jobs/given_files.h"
#include "jobs/run_context.h"

namespace fw {
namespace fs = std::filesystem;

std::shared_ptr<SceneJobOptions> declare_scene_options(CLI::App& app, bool by_tiles) {
  auto o = std::make_shared<SceneJobOptions>();
  app.add_option("FILE", o->files, "scene files or folders")->required();
  app.add_option("-o,--output", o->out, "output folder")->required();
  app.add_option("-p,--product", o->product, "product that says what the files hold (see 'forewarn describe')")
      ->required();
  app.add_option("--dates", o->dates_csv, "CSV with the columns band,date for stacks without dates");
  app.add_option("--qa", o->qa, "mask stack with one band per date");
  app.add_option("--date", o->date, "date of files that state none, YYYY-MM-DD");
  app.add_option("--crs", o->crs, "CRS of files that declare none, as EPSG:n");
  app.add_option("--role", o->role, "what a stack's values are (ndvi, rain_mm …)");
  app.add_option("--unit", o->unit, "unit of a stack's values");
  auto* scale = app.add_option("--scale", o->scale, "physical = number * scale + offset");
  auto* offset = app.add_option("--offset", o->offset, "see --scale");
  add_device_option(app, o->device);
  app.add_option("--threads", o->threads, "threads; 0: all cores")->check(CLI::Range(0, 1024));
  if (by_tiles)
    app.add_option("--tile-size", o->tile_size, "tile in pixels")->check(CLI::Range(32, 8192))->capture_default_str();
  app.add_option("--config-dir", o->config_dir, "folder with products");
  app.add_flag("--overwrite", o->overwrite, "replace an earlier result");
  app.add_flag("-q,--quiet", o->quiet, "only warnings and errors");
  app.add_option("--log-json", o->log_json, "append JSON lines to this file; '-': standard error");
  app.parse_complete_callback([o, scale, offset] {
    o->has_scale = scale->count() > 0;
    o->has_offset = offset->count() > 0;
  });
  return o;
}

void declare_memory(CLI::App& app, std::string& memory) {
  app.add_option("--memory", memory, "for the series and caches, as 512MiB or 2GiB; beyond it a scratch file is used")
      ->capture_default_str();
}

size_t use_memory(const std::string& memory) {
  const auto bytes = parse_bytes(memory);
  if (!bytes || *bytes < (16LL << 20) || *bytes > (1LL << 46))
    throw ConfigError("RANGE",
                      "--memory '" + printable(memory, 40) + "' must be a size between 16MiB and 64TiB, as 1GiB.");
  limit_raster_cache(static_cast<size_t>(*bytes) / 16);
  return static_cast<size_t>(*bytes);
}

Date date_of(const std::string& text) {
  const auto t = parse_datetime(text);
  if (!t) throw ConfigError("DATE", "'" + printable(text, 40) + "' is no date. Write YYYY-MM-DD.");
  return t->date;
}

std::optional<Date> day_of(const std::string& text) {
  if (text.empty()) return {};
  return date_of(text);
}

std::pair<Date, Date> days_between(const std::string& from, const std::string& to) {
  const std::pair<Date, Date> days{day_of(from).value_or(Date{0, 1, 1}), day_of(to).value_or(Date{9999, 12, 31})};
  if (days.second < days.first)
    throw ConfigError("RANGE", "--to " + to_string(days.second) + " lies before --from " + to_string(days.first) +
                                   ". Exchange them.");
  return days;
}

struct ThreadLimit::Impl {
  std::unique_ptr<tbb::global_control> control;
};
ThreadLimit::ThreadLimit(int threads) : impl_(std::make_unique<Impl>()) {
  if (threads > 0)
    impl_->control = std::make_unique<tbb::global_control>(tbb::global_control::max_allowed_parallelism,
                                                           static_cast<size_t>(threads));
}
ThreadLimit::~ThreadLimit() = default;

ThreadLimit start_scene_job(const SceneJobOptions& o) {
  start_log({o.quiet, o.log_json});
  return ThreadLimit(o.threads);
}

Catalogue scan_given(const SceneJobOptions& o, RunReport& report, const ScanMemory* known, ScanMemory* next) {
  GivenFiles given;
  std::vector<fs::path> files;
  for (const auto& f : o.files) files.push_back(given.add(f));
  const fs::path dates = given.add(o.dates_csv), qa = given.add(o.qa);
  struct Paths {
    fs::path file, dates, qa;
  };
  std::vector<Paths> further;
  for (const auto& f : o.further) further.push_back({given.add(f.file), given.add(f.dates_csv), given.add(f.qa)});

  ScanInput input;
  input.product = o.product;
  for (const auto& f : files) input.paths.push_back(given.relative(f));
  input.dates_csv = given.relative(dates);
  input.qa = given.relative(qa);
  if (!o.role.empty()) input.roles["value"] = o.role;
  if (o.has_scale) input.scale = o.scale;
  if (o.has_offset) input.offset = o.offset;
  input.date = o.date;
  input.crs = o.crs.empty() ? "" : checked_crs(o.crs);
  input.unit = o.unit;
  ScanRequest request;
  request.config_dir = config_dir(o.config_dir).string();
  request.root = given.root();
  request.inputs = {input};
  request.threads = o.threads;
  request.known = known;
  request.next = next;
  for (size_t k = 0; k < further.size(); ++k) {
    const FurtherStack& f = o.further[k];
    ScanInput more;
    more.product = f.product;
    more.paths = {given.relative(further[k].file)};
    more.dates_csv = given.relative(further[k].dates);
    more.qa = given.relative(further[k].qa);
    more.roles[f.role] = f.name;
    more.scale = f.scale;
    more.offset = f.offset;
    more.unit = f.unit;
    more.crs = input.crs;
    request.inputs.push_back(more);
  }
  return scan(request, report);
}

void note_elsewhere(const Catalogue& catalogue, const Grid& grid, RunReport& report) {
  const SceneReader reader(catalogue, grid, 1);
  for (const Scene& scene : catalogue.scenes) try {
      if (!reader.touches(scene, grid.whole()))
        report.add({scene.id, "read", "OUTSIDE_GRID",
                    "it does not touch the first scene, on whose grid the result lies: nothing of it is in there. Run "
                    "the job for each place",
                    Verdict::noted});
    } catch (const InputError&) {  // said where it is read
    }
}

int finish_scene_job(const SceneJobOptions& o, const std::string& job, Publication& publication,
                     const Catalogue& catalogue, const RunReport& report, const ChosenDevice& device,
                     std::map<std::string, std::string> parameters) {
  publication.text("rejections.csv", rejections_csv(report.sorted()));
  ManifestInfo info;
  info.job = job;
  info.inputs = inputs_of(catalogue);
  Sha256 hash;
  hash.add(job).add(program_version());
  for (const auto& f : info.inputs) hash.add(f.path).add(f.sha256);
  for (const auto& [key, value] : parameters) hash.add(key).add(value);
  info.run_id = hash.finish().substr(0, 16);
  info.device = device.device == DeviceChoice::cuda ? "cuda" : "cpu";
  info.rejections = report.sorted();
  info.parameters = std::move(parameters);
  publication.finish(info);
  log_info(job + ": published " + o.out);
  warn_of_rejections(report);
  return static_cast<int>(report.rejected() ? Exit::rejections : Exit::ok);
}

}  // namespace fw
