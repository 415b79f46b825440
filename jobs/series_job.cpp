// 'forewarn series': statistics of a time series of scenes, per pixel, one raster each.
#include <CLI/CLI.hpp>

#include "core/base/paths.h"
#include "core/base/text.h"
#include "jobs/jobs.h"
#include "jobs/series_run.h"
#include "jobs/state_refusal.h"

namespace fw {
namespace {

const std::string full_series = "the same command with --overwrite, without --update";

/// What the result depends on beside the files.
std::map<std::string, std::string> parameters_of(const SeriesOptions& o, const SeriesRun& run, const CLI::App& app) {
  std::map<std::string, std::string> parameters = {{"statistics", join(o.stats, ",")},
                                                   {"series", run.tracks().main.name},
                                                   {"dates", std::to_string(run.tracks().main.scenes.size())},
                                                   {"cadence", o.cadence}};
  static const std::set<std::string> elsewhere = {
      "FILE",  "output",  "device", "threads", "memory", "config-dir", "overwrite", "quiet", "log-json", "stat",
      "index", "cadence", "state",  "update",  "rescan", "with",       "dates",     "qa",    "help"};
  for (const CLI::Option* option : app.get_options())
    if (option->count() > 0 && !elsewhere.count(option->get_single_name()))
      parameters[option->get_single_name()] = join(option->results(), ",");
  for (const auto& f : o.scenes->further)
    parameters["with_" + f.name] = f.product + (f.scale ? ", scale " + format_number(*f.scale) : "") +
                                   (f.offset ? ", offset " + format_number(*f.offset) : "");
  return parameters;
}

}  // namespace

std::function<int()> declare_series(CLI::App& app) {
  const auto o = declare_series_options(app);
  return [o, &app] {
    const ThreadLimit threads = start_scene_job(*o->scenes);
    read_series_options(*o);
    RunReport report;
    std::optional<StoredState> last;
    ScanMemory known, scanned;
    if (o->update) {
      or_anew(full_series, [&] { last.emplace(o->state); });
      if (!o->rescan) known = last->scan_memory();
    }
    const Catalogue catalogue = scan_given(*o->scenes, report, o->update && !o->rescan ? &known : nullptr,
                                           o->state.empty() ? nullptr : &scanned);
    return run_job_on(choose_named_device(o->scenes->device), report, [&](const ChosenDevice& device) {
      const IndexCatalogue indices = IndexCatalogue::load(config_dir(o->scenes->config_dir).string());
      std::unique_ptr<SeriesState> state;
      if (!o->state.empty()) state = std::make_unique<SeriesState>(*o, last ? &*last : nullptr);
      SeriesRun run = or_anew(full_series, [&] {
        return SeriesRun(*o, catalogue, choose_tracks(*o, catalogue, indices, report), device, report, state.get());
      });
      Publication publication({o->scenes->out, o->scenes->overwrite || o->update});
      run.run(publication);
      if (state) state->complete(report);
      const int exit =
          finish_scene_job(*o->scenes, "series", publication, catalogue, report, device, parameters_of(*o, run, app));
      if (state) state->publish(catalogue, scanned, report, device);
      return exit;
    });
  };
}

}  // namespace fw
