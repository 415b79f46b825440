#include "jobs/state_session.h"

#include <tbb/info.h>

#include <set>

#include "core/base/csv.h"
#include "core/base/log.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "jobs/run_context.h"
#include "jobs/state_refusal.h"

namespace fw {
namespace {

template <class Body>
auto or_full_run(const Body& body) {
  return or_anew("'forewarn run' with --state and --overwrite", body);
}

}  // namespace

StateSession::StateSession(const std::filesystem::path& folder, bool update, bool overwrite,
                           const std::filesystem::path& input_root, int threads)
    : folder_(folder) {
  if (update && !std::filesystem::exists(folder / "manifest.json")) or_full_run([&] { StoredState{folder}; });
  next_ = std::make_unique<Publication>(Publication::Options{folder, update || overwrite});
  if (!update) return;
  or_full_run([&] { last_.emplace(folder); });
  if ((threads > 0 ? threads : tbb::info::default_concurrency()) > 1)
    ahead_ = std::jthread([this, input_root](const std::stop_token& stop) { read_ahead(stop, input_root); });
}

void StateSession::read_ahead(const std::stop_token& stop, const std::filesystem::path& input_root) {
  try {
    before_ahead_.set_value(load_catalogue(last_->checked("scenes.json"), input_root));
  } catch (const std::exception&) {
    before_ahead_.set_exception(std::current_exception());
    return;
  }
  const Period last = last_->span().to, next{last.cadence, last.number + 1};
  try {
    const std::vector<FileRecord> files = last_->files();
    const auto check = [&](const std::string& beginning, const std::string& end) {
      for (const FileRecord& file : files)
        if (!stop.stop_requested() && file.path.starts_with(beginning) && file.path.ends_with(end))
          last_->checked(file.path);
    };
    check("reference/", "_" + std::to_string(place_in_year(next) + 1) + ".bin");
    for (Period p = last; p >= last_->span().record_first && !stop.stop_requested(); --p.number)
      check("composites/", "_" + label(p) + ".bin");
  } catch (const std::exception&) {  // met again where it is needed
  }
}

void StateSession::remember(ScanRequest& request, bool rescan) {
  if (updating() && !rescan) {
    known_ = last_->scan_memory();
    request.known = &known_;
  }
  request.next = &scanned_;
}

void StateSession::plan(const SeriesPlan& plan, const Catalogue& catalogue, const RunContext& context) {
  plan_ = plan;
  RecordPlan full = plan_record(plan, catalogue);
  full.stored = true;
  span_ = {full.first, plan.analysis_from, plan.analysis_to};
  configuration_ = state_configuration(plan, full, context.levels());
  if (!updating()) {
    work_.plan = plan;
    work_.record = std::move(full);
  } else {
    or_full_run([&] {
      if (last_->configuration() != configuration_)
        throw InputError("STATE_OTHER_CONFIG",
                         "The state was made with another region, series, indicator, reference or product than " +
                             context.options.config_file + " names.");
      if (context.config.rasters == "all")
        throw InputError("STATE_RASTERS", "An update writes the rasters of the last period only; rasters is \"all\".");
      before_ = ahead_.joinable() ? before_ahead_.get_future().get()
                                  : load_catalogue(last_->checked("scenes.json"), context.config.input_root);
      work_ = plan_update(plan, full, last_->span(), *before_, catalogue);
    });
    log_info("update: " + std::to_string(work_.new_periods) + " new periods with " + std::to_string(work_.new_scenes) +
             " scenes, " + std::to_string(work_.changed_scenes) + " late, replaced or removed scenes; computing " +
             label(work_.plan.analysis_from) + " to " + label(work_.plan.analysis_to));
  }
  ahead_.request_stop();
  store_ = std::make_unique<FolderStore>(*next_, updating() ? &*last_ : nullptr, plan_, work_.record, context.levels());
}

std::string StateSession::kept_text(const std::string& name, const std::string& now) {
  const std::string text = updating() ? read_file(last_->checked(name)) : now;
  next_->text(name, text);
  return text;
}

void StateSession::complete(IndicatorTable& table, const Catalogue& catalogue, RunContext& context) {
  if (updating()) {
    for (auto& row : load_indicator_table(last_->checked("indicators.csv").string()).rows)
      if (row.period >= plan_.analysis_from && row.period < work_.plan.analysis_from)
        table.rows.push_back(std::move(row));
    table.sort();
    std::set<std::string> ids;
    for (const auto& scene : catalogue.scenes) ids.insert(scene.id);
    for (const auto& [product, periods] : work_.record.changed)
      for (const auto& scenes : periods)
        for (const Scene* s : scenes) ids.erase(s->id);
    for (const auto& r : last_->rejections())
      if (ids.count(r.item)) context.report.add(r);
  }
  std::vector<Rejection> unread;
  for (const auto& r : context.report.sorted())
    if (r.stage == "read") unread.push_back(r);
  store_->finish(configuration_, span_, catalogue, scanned_, table, unread);
  next_->flush_ahead();
}

void StateSession::publish(const RunContext& context) {
  ManifestInfo info;
  info.job = "state";
  info.inputs = context.inputs();
  info.run_id = context.run_id(info.inputs);
  info.config_sha256 = sha256_of(context.config.canonical);
  info.config_json = context.config.canonical;
  info.device = context.device.device == DeviceChoice::cuda ? "cuda" : "cpu";
  next_->finish(info);
  log_info("state: published " + folder_.string());
}

}  // namespace fw
