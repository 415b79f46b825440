#include "jobs/run_context.h"

#include <map>
#include <nlohmann/json.hpp>

#include "core/base/config.h"
#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/output/manifest.h"
#include "jobs/device_option.h"
#include "jobs/method_files.h"
#include "jobs/state_session.h"

namespace fw {
namespace fs = std::filesystem;
namespace {

/// The configuration as others may read it: files of reports and whose they are is nobody's business outside.
std::string told_configuration(const std::string& canonical, Audience audience) {
  if (audience == Audience::internal) return canonical;
  auto json = nlohmann::ordered_json::parse(canonical);
  auto& run = json.at("run");
  run.erase("reports");
  if (run.contains("privacy")) run["privacy"].erase("defaults");
  return json.dump();
}

}  // namespace

RunContext::RunContext(const StepOptions& o)
    : options(o), config(load_run_config(o.config_file, o.overrides, report)), device(choose_named_device(o.device)) {
  out = fs::absolute(!o.out.empty()  ? fs::path(o.out)
                     : config.output ? fs::path(*config.output)
                                     : fs::path("out") / config.name);
  if (config.threads > 0)
    threads_ = std::make_unique<tbb::global_control>(tbb::global_control::max_allowed_parallelism,
                                                     static_cast<size_t>(config.threads));
  if (options.state_use == StateUse::none || options.dry_run) return;
  const bool update = options.state_use == StateUse::update;
  fs::path folder = !options.state.empty() ? fs::path(options.state) : fs::path(config.state.value_or(""));
  if (folder.empty() && !update) return;
  if (folder.empty()) folder = out / "state";
  options.overwrite |= update;
  state = std::make_unique<StateSession>(fs::absolute(folder), update, options.overwrite, config.input_root,
                                         config.threads);
}

RunContext::~RunContext() = default;

fs::path RunContext::need(const std::string& step) const {
  const fs::path dir = folder(step);
  if (whole_.count(step)) return dir;
  const std::map<std::string, std::string> job = {
      {"catalogue", "scan"}, {"indicators", "indicators"}, {"evidence", "evidence"}, {"risk", "risk"}};
  if (!fs::exists(dir / "manifest.json"))
    throw InputError("STEP_MISSING", dir.string() + " is not there. Run 'forewarn " + job.at(step) + " " +
                                         options.config_file + " -o " + out.string() + "' first.");
  const auto damage = verify_publication(dir);
  if (!damage.empty())
    throw InputError("SET_DAMAGED",
                     dir.string() + ": " + damage.front() +
                         (damage.size() > 1 ? " and " + std::to_string(damage.size() - 1) + " more" : "") +
                         ". Run 'forewarn " + job.at(step) + "' again with --overwrite.");
  // A step made for another audience, period or list of inputs must not slip into this run.
  const auto manifest = parse_json_strict(read_file((dir / "manifest.json").string()));
  if (manifest.value("/configuration/sha256"_json_pointer, std::string()) != sha256_of(config.canonical_of(step)))
    throw InputError("STEP_OTHER_CONFIG", dir.string() + " was made with another configuration than " +
                                              options.config_file + ". Run 'forewarn " + job.at(step) +
                                              "' again with --overwrite, and the steps after it.");
  const auto then = manifest.value("/configuration/files"_json_pointer, std::map<std::string, std::string>());
  for (const auto& [path, sha256] : methods_of(methods(), step))
    if (const auto at = then.find(path); at == then.end() || at->second != sha256)
      throw InputError("STEP_OTHER_CONFIG", dir.string() + " was made with another " + path + " than " +
                                                (config.config_dir / path).string() + " is now. Run 'forewarn " +
                                                job.at(step) + "' again with --overwrite, and the steps after it.");
  whole_.insert(step);
  return dir;
}

void RunContext::recall_rejections(const std::string& step) {
  if (made_.count(step)) return;
  const auto rows = parse_csv(read_file((folder(step) / "rejections.csv").string()));
  for (size_t i = 1; i < rows.size(); ++i) {
    const auto& cells = rows[i].cells;  // stage, verdict, code, item, detail
    if (cells.size() != 5 || cells[1].size() != 1)
      throw InputError("TABLE_INVALID", folder(step).string() + "/rejections.csv: line " +
                                            std::to_string(rows[i].line) + " is none of ours. Run the step again.");
    report.add({cells[3], cells[0], cells[2], cells[4], static_cast<Verdict>(cells[1].front())});
  }
}

Publication RunContext::begin(const std::string& step) const {
  refuse_unknown(folder(step));
  return Publication({folder(step), options.overwrite});
}

std::string RunContext::run_id(const std::vector<FileRecord>& inputs) const {
  Sha256 hash;
  hash.add(config.canonical).add(program_version());
  for (const auto& [path, sha256] : methods()) hash.add(path).add(sha256);
  for (const auto& f : inputs) hash.add(f.path).add(f.sha256);
  return hash.finish().substr(0, 16);
}

void RunContext::finish(Publication& publication, const std::string& step, std::vector<FileRecord> inputs,
                        std::map<std::string, std::string> parameters) const {
  const std::vector<Rejection> rejections = disclose(report.sorted(), config.privacy.level());
  publication.text("rejections.csv", rejections_csv(rejections));
  ManifestInfo info;
  info.job = step;
  info.run_id = run_id(inputs);
  info.config_sha256 = sha256_of(config.canonical_of(step));
  info.config_json = step == "catalogue" || step == "indicators"
                         ? config.canonical_of(step)
                         : told_configuration(config.canonical_of(step), config.privacy.level());
  info.config_files = methods_of(methods(), step);
  info.device = device.device == DeviceChoice::cuda ? "cuda" : "cpu";
  info.inputs = std::move(inputs);
  info.rejections = rejections;
  info.parameters = std::move(parameters);
  publication.finish(info);
  whole_.insert(step);
  made_.insert(step);
  log_info(step + ": published " + folder(step).string());
}

const Catalogue& RunContext::catalogue() const {
  const fs::path file = need("catalogue") / "catalogue.json";
  if (!catalogue_)
    catalogue_ = catalogue_ahead_.valid() ? catalogue_ahead_.get() : load_catalogue(file, config.input_root);
  return *catalogue_;
}

void RunContext::parse_ahead(std::string catalogue) {
  catalogue_ahead_ = std::async(std::launch::async, [text = std::move(catalogue), root = config.input_root] {
    return parse_catalogue([&] { return text; }, "catalogue.json", root);
  });
}

const std::map<std::string, std::string>& RunContext::methods() const {
  if (!methods_) methods_ = method_files(config);
  return *methods_;
}

const std::vector<FileRecord>& RunContext::inputs() const {
  if (!inputs_) inputs_ = inputs_of(catalogue());
  return *inputs_;
}

const std::vector<AdminUnits>& RunContext::levels() const {
  if (levels_.empty())
    for (const auto& request : config.region.admin) levels_.push_back(AdminUnits::read(request));
  return levels_;
}

int RunContext::exit_code() const { return static_cast<int>(report.rejected() ? Exit::rejections : Exit::ok); }

void warn_of_rejections(const RunReport& report) {
  constexpr size_t shown = 20;
  size_t n = 0;
  for (const auto& r : report.sorted()) {
    if (r.verdict == Verdict::noted) continue;
    if (++n <= shown)
      log_warning(r.stage + ": " + r.item + ": " + r.code + ": " + r.detail,
                  {{"stage", r.stage}, {"code", r.code}, {"item", r.item}});
  }
  if (n > shown) log_warning("and " + std::to_string(n - shown) + " more; all stand in rejections.csv");
}

std::string rejections_csv(const std::vector<Rejection>& rejections) {
  std::string out = "stage,verdict,code,item,detail\n";
  for (const auto& r : rejections)
    out += csv_text(r.stage) + "," + static_cast<char>(r.verdict) + "," + csv_text(r.code) + "," + csv_text(r.item) +
           "," + csv_text(r.detail) + "\n";
  return out;
}

std::vector<FileRecord> inputs_of(const Catalogue& catalogue) {
  std::map<std::string, std::string> files;
  for (const auto& scene : catalogue.scenes) {
    for (const auto& [role, band] : scene.bands) files[band.file] = band.sha256;
    if (scene.qa) files[scene.qa->file] = scene.qa->sha256;
    files.insert(scene.metadata_files.begin(), scene.metadata_files.end());
  }
  std::vector<FileRecord> records;
  for (const auto& [path, sha] : files) {
    std::error_code error;
    const auto bytes = fs::file_size(fs::path(catalogue.root) / path, error);
    records.push_back({path, sha, error ? 0 : bytes});
  }
  return records;
}

std::vector<FileRecord> inputs_of_step(const RunContext& context, const std::string& step) {
  const fs::path manifest = context.folder(step) / "manifest.json";
  return {{step + "/manifest.json", sha256_of_file(manifest), fs::file_size(manifest)}};
}

}  // namespace fw
