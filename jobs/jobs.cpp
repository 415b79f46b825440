#include "jobs/jobs.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "core/base/text.h"
#include "kernels/backend.h"

namespace fw {

const std::vector<Job>& all_jobs() {
  static const std::vector<Job> jobs = {
      {"run", "Runs", "scenes and field reports to risk layers: scan, indicators, evidence, risk, publish",
       declare_run},
      {"update", "Runs",
       "the same for new, late or replaced scenes, from the state of the last run: the archive is not computed again",
       declare_update},
      {"scan", "Steps of a run", "scene folders to a catalogue", declare_scan},
      {"indicators", "Steps of a run", "catalogue to indicator rasters and the indicator table", declare_indicators},
      {"evidence", "Steps of a run", "field reports to the evidence table", declare_evidence},
      {"risk", "Steps of a run", "indicators and evidence to risk rasters and tables", declare_risk},
      {"publish", "Steps of a run",
       "everything to the folder that is shared: COG, GeoPackage, CSV, HXL, STAC, manifest", declare_publish},
      {"alerts", "Runs", "drafts of alerts (CAP 1.2) and a table for units whose class worsened", declare_alerts},
      {"fit", "Runs", "learn from stated phases what drives food insecurity, and how well that forecasts", declare_fit},
      {"index", "Tools", "named spectral indices of given scenes, masks applied", declare_index},
      {"composite", "Tools", "the scenes of a period as one raster of several bands", declare_composite},
      {"series", "Tools", "statistics of a time series of scenes, per pixel", declare_series},
      {"water", "Change", "water maps, areas per date, and the record of all dates", declare_water},
      {"change", "Change", "what differs between two periods: differences, change vectors, MAD, night lights",
       declare_change},
      {"texture", "Change", "PanTex and GLCM texture of given scenes", declare_texture},
      {"settlement", "Change", "settlement sites: stable ids, status between dates, area with its interval",
       declare_settlement},
      {"zonal", "Tools", "statistics of a raster per admin unit", declare_zonal},
      {"vault", "Tools", "keep raw reports encrypted: init, add, list, withdraw, purge, verify, export-features",
       declare_vault},
      {"verify", "Tools", "compare a published folder with its manifest", declare_verify},
      {"describe", "Tools", "products, indices, indicators, layers and jobs", declare_describe},
      {"bench", "Tools", "time the standard jobs beside the floors of decoding and encoding", declare_bench},
      {"make-samples", "Tools", "write the sample region with known truth", declare_make_samples},
  };
  return jobs;
}

namespace {

int report_error(const std::string& code, const std::string& message, Exit exit) {
  log_error(code + ": " + message, {{"code", code}, {"exit", std::to_string(static_cast<int>(exit))}});
  return static_cast<int>(exit);
}

/// What is wrong with a command line, and where its help stands.
std::string usage_fault(const std::string& fault, int argc, const char* const* argv) {
  const std::string first = argc > 1 ? argv[1] : "";
  for (const Job& job : all_jobs())
    if (first == job.name) return printable(fault, 400) + ". See 'forewarn " + first + " --help'.";
  if (first.empty() || first.front() == '-') return printable(fault, 400) + ". See 'forewarn --help'.";
  std::vector<std::string> names;
  for (const Job& job : all_jobs()) names.push_back(job.name);
  return "There is no job '" + printable(first, 40) + "'. Jobs: " + join(names, ", ") + ".";
}

}  // namespace

int run_program(int argc, const char* const* argv) {
  CLI::App app{
      "Forewarn: satellite imagery humanitarian early warning. Drought, food-insecurity and displacement risk layers "
      "from scenes and field reports.\n"
      "Exit codes: 0 ok, 3 finished with rejections, 64 usage, 65 bad data, 74 output failed, 75 temporary (retry), 78 "
      "configuration.",
      "forewarn"};
  app.set_version_flag("--version", std::string("forewarn ") + program_version());
  app.require_subcommand(1);
  std::vector<std::pair<CLI::App*, std::function<int()>>> runners;
  for (const auto& job : all_jobs()) {
    CLI::App* sub = app.add_subcommand(job.name, job.summary);
    sub->group(job.group);
    runners.emplace_back(sub, job.declare(*sub));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& e) {
    return app.exit(e);
  } catch (const CLI::CallForAllHelp& e) {
    return app.exit(e);
  } catch (const CLI::CallForVersion& e) {
    return app.exit(e);
  } catch (const CLI::ParseError& e) {
    std::cerr << "error: USAGE: " << usage_fault(e.what(), argc, argv) << "\n";
    return static_cast<int>(Exit::usage);
  }
  try {
    for (const auto& [sub, run] : runners)
      if (sub->parsed()) {
        const int code = run();
        std::cout.flush();
        if (!std::cout)
          return report_error("STDOUT", "The result could not be written to standard output. Check the pipe or disk.",
                              Exit::output);
        return code;
      }
  } catch (const Error& e) {
    return report_error(e.code(), e.what(), e.exit());
  } catch (const DeviceError& e) {
    return report_error("DEVICE", e.what(), Exit::temporary);
  } catch (const std::bad_alloc&) {
    return report_error("MEMORY", "Out of memory. Lower --memory or --tile-size.", Exit::temporary);
  } catch (const std::exception& e) {
    return report_error("INTERNAL", std::string(e.what()) + ". This is a fault of the program; please report it.",
                        Exit::temporary);
  }
  return static_cast<int>(Exit::usage);
}

}  // namespace fw
