#include "jobs/scene_job.h"

#include <CLI/CLI.hpp>
#include <filesystem>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "core/base/sha256.h"
#include "core/geo/grid.h"
#include "jobs/run_context.h"

namespace fw {
namespace fs = std::filesystem;

std::shared_ptr<SceneJobOptions> declare_scene_options(CLI::App& app) {
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
  app.add_option("--device", o->device, "where pixels are computed")
      ->check(CLI::IsMember({"auto", "cpu", "cuda"}))
      ->capture_default_str();
  app.add_option("--threads", o->threads, "threads; 0: all cores")->check(CLI::Range(0, 1024));
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

ChosenDevice choose_named_device(const std::string& name) {
  const ChosenDevice device = choose_device(name == "cpu"    ? DeviceChoice::cpu
                                            : name == "cuda" ? DeviceChoice::cuda
                                                             : DeviceChoice::automatic);
  log_info("device: " + device.why);
  return device;
}

Catalogue scan_given(const SceneJobOptions& o, RunReport& report) {
  std::vector<fs::path> files;
  for (const auto& f : o.files) {
    if (f.rfind("/vsi", 0) == 0 || f.find(':') != std::string::npos || f.find('<') != std::string::npos)
      throw ConfigError("INPUT_SCHEME",
                        "A file given is not a plain file name (a scheme or driver prefix). Name local files.");
    const fs::path path = fs::weakly_canonical(fs::absolute(f));
    if (!fs::exists(path)) throw InputError("INPUT_MISSING", f + " does not exist. Check the name.");
    files.push_back(path);
  }
  const auto side_file = [&](const std::string& name) {
    if (name.empty()) return fs::path();
    const fs::path path = fs::weakly_canonical(fs::absolute(name));
    if (!fs::exists(path)) throw InputError("INPUT_MISSING", name + " does not exist. Check the name.");
    files.push_back(path);
    return path;
  };
  const size_t given = files.size();
  const fs::path dates = side_file(o.dates_csv), qa = side_file(o.qa);
  fs::path root = files.front().parent_path();
  for (const auto& f : files)
    while (f.lexically_relative(root).empty() || *f.lexically_relative(root).begin() == "..") root = root.parent_path();

  ScanInput input;
  input.product = o.product;
  for (size_t i = 0; i < given; ++i) input.paths.push_back(files[i].lexically_relative(root).string());
  if (!dates.empty()) input.dates_csv = dates.lexically_relative(root).string();
  if (!qa.empty()) input.qa = qa.lexically_relative(root).string();
  if (!o.role.empty()) input.roles["value"] = o.role;
  if (o.has_scale) input.scale = o.scale;
  if (o.has_offset) input.offset = o.offset;
  input.date = o.date;
  input.crs = o.crs.empty() ? "" : checked_crs(o.crs);
  input.unit = o.unit;
  ScanRequest request;
  request.config_dir = config_dir(o.config_dir).string();
  request.root = root;
  request.inputs = {input};
  return scan(request, report);
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
