// 'forewarn bench standard': the standard jobs on a workload, beside the floors measured in the same run.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/geo/open_scene.h"
#include "core/output/atomic_file.h"
#include "jobs/bench/floors.h"
#include "jobs/bench/standard_jobs.h"
#include "jobs/jobs.h"
#include "kernels/cpu_isa.h"

namespace fw {
namespace fs = std::filesystem;
namespace {

struct BenchOptions {
  std::string folder, out, json, memory = "256MiB", log_json;
  std::vector<std::string> jobs = {"A", "BC", "D1", "D2", "E", "ABCD1"};
  int threads = 0, repeat = 1;
  bool quiet = false, no_floors = false;
};

/// One job in one round, with the floors of that round.
struct Round {
  StandardRun run;
  Floor decode, encode, level6;  ///< level6: encoding at the level that peers use
  double floor_wall() const { return decode.wall + encode.wall; }
  double floor_cpu() const { return decode.cpu + encode.cpu; }
};

template <class Value>
double median(const std::vector<Round>& rounds, const Value& value) {
  std::vector<double> all;
  for (const auto& r : rounds) all.push_back(value(r));
  std::sort(all.begin(), all.end());
  const size_t n = all.size();
  return n % 2 ? all[n / 2] : 0.5 * (all[n / 2 - 1] + all[n / 2]);
}

std::string bound_by(const std::vector<Round>& rounds) {
  const std::pair<double, const char*> parts[] = {
      {median(rounds, [](const Round& r) { return r.run.read; }), "decode"},
      {median(rounds, [](const Round& r) { return r.run.compute; }), "compute"},
      {median(rounds, [](const Round& r) { return r.run.encode; }), "encode"}};
  double sum = 0;
  for (const auto& [seconds, name] : parts) sum += seconds;
  const auto& [seconds, name] = *std::max_element(std::begin(parts), std::end(parts));
  return std::string(name) + " " + std::to_string(static_cast<int>(100 * seconds / std::max(sum, 1e-9) + 0.5)) + " %";
}

nlohmann::json summary_of(const std::string& job, const std::vector<Round>& rounds) {
  nlohmann::json j;
  const auto add = [&](const char* name, const auto& value) { j[name] = median(rounds, value); };
  j["job"] = job;
  j["rounds"] = rounds.size();
  add("wall_s", [](const Round& r) { return r.run.wall; });
  add("cpu_s", [](const Round& r) { return r.run.cpu; });
  add("publish_s", [](const Round& r) { return r.run.publish; });
  add("decode_floor_wall_s", [](const Round& r) { return r.decode.wall; });
  add("decode_floor_cpu_s", [](const Round& r) { return r.decode.cpu; });
  add("encode_floor_wall_s", [](const Round& r) { return r.encode.wall; });
  add("encode_floor_cpu_s", [](const Round& r) { return r.encode.cpu; });
  add("wall_to_floor", [](const Round& r) { return r.run.wall / r.floor_wall(); });
  add("cpu_to_floor", [](const Round& r) { return r.run.cpu / r.floor_cpu(); });
  add("wall_to_floor_level6", [](const Round& r) { return r.run.wall / (r.decode.wall + r.level6.wall); });
  add("wall_to_decode_floor", [](const Round& r) { return r.run.wall / r.decode.wall; });
  add("cpu_to_decode_floor", [](const Round& r) { return r.run.cpu / r.decode.cpu; });
  add("read_thread_s", [](const Round& r) { return r.run.read; });
  add("compute_thread_s", [](const Round& r) { return r.run.compute; });
  add("encode_thread_s", [](const Round& r) { return r.run.encode; });
  add("peak_bytes", [](const Round& r) { return static_cast<double>(r.run.peak_bytes); });
  add("pixel_dates_per_s",
      [](const Round& r) { return static_cast<double>(r.run.pixels) * static_cast<double>(r.run.dates) / r.run.wall; });
  j["pixels"] = rounds[0].run.pixels;
  j["dates"] = rounds[0].run.dates;
  j["bytes_in"] = rounds[0].decode.packed_bytes;
  j["bytes_raw"] = rounds[0].decode.raw_bytes;
  j["bytes_out"] = rounds[0].run.bytes_out;
  j["bound_by"] = bound_by(rounds);
  return j;
}

void print_table(const nlohmann::json& jobs) {
  std::printf("%-6s %8s %8s %8s %9s %9s %9s %9s %8s %9s %9s %9s  %s\n", "job", "wall s", "CPU s", "peak MiB", "MB in",
              "MB out", "Mpx.d/s", "floor s", "x floor", "CPU floor", "x CPU fl.", "x level 6", "bound by");
  for (const auto& j : jobs)
    std::printf("%-6s %8.2f %8.2f %8.0f %9.0f %9.0f %9.1f %9.2f %8.2f %9.2f %9.2f %9.2f  %s\n",
                j["job"].get<std::string>().c_str(), j["wall_s"].get<double>(), j["cpu_s"].get<double>(),
                j["peak_bytes"].get<double>() / 1048576, j["bytes_in"].get<double>() / 1e6,
                j["bytes_out"].get<double>() / 1e6, j["pixel_dates_per_s"].get<double>() / 1e6,
                j["decode_floor_wall_s"].get<double>() + j["encode_floor_wall_s"].get<double>(),
                j["wall_to_floor"].get<double>(),
                j["decode_floor_cpu_s"].get<double>() + j["encode_floor_cpu_s"].get<double>(),
                j["cpu_to_floor"].get<double>(), j["wall_to_floor_level6"].get<double>(),
                j["bound_by"].get<std::string>().c_str());
}

size_t memory_of(const std::string& text) {
  const auto bytes = parse_bytes(text);
  if (!bytes || *bytes < (64LL << 20) || *bytes > (1LL << 46))
    throw ConfigError("RANGE", "--memory must be a size between 64MiB and 64TiB, as \"256MiB\".");
  return static_cast<size_t>(*bytes);
}

std::vector<fs::path> rasters_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".tif") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

int run_standard(const BenchOptions& o) {
  start_log({o.quiet, o.log_json});
  std::vector<StandardJob> jobs;
  for (const auto& name : o.jobs) jobs.push_back(standard_job(name));
  StandardOptions options;
  options.threads = o.threads;
  options.memory_bytes = memory_of(o.memory);
  const auto scenes = standard_scenes(o.folder);
  const bool keep = !o.out.empty();
  const fs::path out =
      keep ? fs::path(o.out) : fs::temp_directory_path() / ("forewarn-bench-" + std::to_string(getpid()));
  limit_raster_cache(options.memory_bytes / 16);
  std::vector<std::vector<Round>> rounds(jobs.size());
  for (int n = 0; n < o.repeat; ++n)
    for (size_t k = 0; k < jobs.size(); ++k) {
      log_info("round " + std::to_string(n + 1) + " of " + std::to_string(o.repeat) + ": " + jobs[k].name);
      Round round;
      if (!o.no_floors) round.decode = decode_floor(scenes, o.threads);
      round.run = run_standard_job(jobs[k], scenes, out / jobs[k].name, options);
      if (!o.no_floors) {
        const auto written = rasters_in(out / jobs[k].name);
        round.encode = encode_floor(written, o.threads, Deflate::fast);
        round.level6 = encode_floor(written, o.threads, Deflate::small);
      }
      rounds[k].push_back(round);
    }
  if (!keep) fs::remove_all(out);
  nlohmann::json report;
  for (size_t k = 0; k < jobs.size(); ++k) report["jobs"].push_back(summary_of(jobs[k].name, rounds[k]));
  report["codec"] = "DEFLATE (ISA-L level 1), predictor 2 (Int16) or 3 (Float32)";
  report["instruction_set"] = name_of(cpu_isa());
  report["threads"] = o.threads;
  report["memory_bytes"] = options.memory_bytes;
  print_table(report["jobs"]);
  std::printf(
      "floor: fetching and inflating the input, deflating and writing the output, nothing else; CPU: thread-seconds; "
      "x level 6: wall to the floor with libdeflate's level 6, as GDAL writes. Inputs are not hashed. Instruction set "
      "%s.\n",
      name_of(cpu_isa()));
  if (!o.json.empty()) {
    fs::remove(o.json);
    write_file_synced(fs::absolute(o.json), report.dump(1) + "\n");
  }
  return 0;
}

}  // namespace

std::function<int()> declare_bench(CLI::App& app) {
  auto o = std::make_shared<BenchOptions>();
  CLI::App* standard =
      app.add_subcommand("standard", "jobs A, BC, D1, D2, E, ABCD1 on a folder of scenes S_YYYYMM.tif");
  app.require_subcommand(1);
  standard->add_option("DIR", o->folder, "folder of scenes: four bands red, nir, green, swir, one per month")
      ->required();
  standard->add_option("-o,--out", o->out, "keep the outputs, one folder per job (else they are removed)");
  standard->add_option("--jobs", o->jobs, "which, separated by commas")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember({"A", "BC", "D1", "D2", "E", "ABCD1"}))
      ->capture_default_str();
  standard->add_option("--threads", o->threads, "0: all")->check(CLI::Range(0, 1024));
  standard->add_option("--memory", o->memory, "peak of memory to keep to")->capture_default_str();
  standard->add_option("--repeat", o->repeat, "rounds over all jobs; medians are printed")->check(CLI::Range(1, 1000));
  standard->add_flag("--no-floors", o->no_floors, "do not measure the floors");
  standard->add_option("--json", o->json, "file for the figures");
  standard->add_option("--log-json", o->log_json, "JSON lines of the log; '-' is stderr");
  standard->add_flag("-q,--quiet", o->quiet, "only warnings and errors");
  app.footer(
      "A: indices per date. BC: monthly climatology, VCI, z. D1: least squares. D2: Mann-Kendall, Theil-Sen. E: "
      "breaks.\n"
      "Example: forewarn bench standard workload --jobs BC,D1 --memory 256MiB --repeat 5");
  return [o] { return run_standard(*o); };
}

}  // namespace fw
