// 'forewarn settlement': sites, what happened to each between dates, and how sure that is.
#include <CLI/CLI.hpp>
#include <cmath>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "core/base/text.h"
#include "core/series/settlement_run.h"
#include "jobs/given_files.h"
#include "jobs/jobs.h"
#include "jobs/site_outputs.h"
#include "jobs/two_periods.h"

namespace fw {
namespace {

struct SettlementOptions {
  std::shared_ptr<SceneJobOptions> scenes;
  PeriodOptions periods;
  std::string detect = "built-up", places, previous, monitor_from, cadence = "month", memory = "1GiB";
  size_t memory_bytes = 0;
  std::vector<std::string> ends;
  double reach_km = 15;
  SettlementRules rules;
  BreakSearch breaks;
  BuiltUpModel model;
};

class SettlementRun {
 public:
  SettlementRun(SettlementOptions& o, const Catalogue& catalogue, const IndexCatalogue& indices,
                const ChosenDevice& device, const std::string& config, Publication& publication, RunReport& report)
      : o_(o),
        catalogue_(catalogue),
        indices_(indices),
        device_(device),
        publication_(publication),
        report_(report),
        classes_(load_class_scheme(config, "site_status")) {
    const Grid& whole = grid_of(catalogue.scenes.front());
    std::vector<ReportedSite> places;
    if (!o.places.empty()) places = read_places(given_file(o.places), whole);
    const Window window = settlement_window(whole, places, 1000 * o.reach_km);
    for (ReportedSite& p : places) p.row -= window.row, p.col -= window.col;
    plan_.grid = part_of(whole, window);
    plan_.memory_bytes = o.memory_bytes;
    plan_.scratch_dir = publication.scratch();
    o.rules.reach_m = 1000 * o.reach_km;
    o.rules.places = places;
    if (!o.previous.empty()) previous_ = read_previous_sites(given_file(o.previous), plan_.grid, plan_.store());
  }

  SettlementHistory run() { return o_.detect == "built-up" ? built_up() : breaks(); }
  const Grid& grid() const { return plan_.grid; }
  void publish(const SettlementHistory& history) {
    publish_sites(publication_, history, plan_.grid, classes_, o_.rules.border.level, plan_.store());
  }

 private:
  SettlementHistory built_up() {
    const TwoPeriods periods = two_periods(o_.periods, catalogue_);
    BuiltUpScores scores =
        score_built_up(plan_, scenes_of(periods.before, catalogue_), scenes_of(periods.after, catalogue_), o_.model,
                       catalogue_, indices_, device_, report_);
    const std::string first = to_string(periods.before.from), last = to_string(periods.after.to);
    write("built-up-before", "Built-up score, " + describe(periods.before), first, last, rows_of(scores.before), 0, 1);
    write("built-up-after", "Built-up score, " + describe(periods.after), first, last, rows_of(scores.after), 0, 1);
    write(
        "built-up-change", "Change of the built-up score, " + describe(periods), first, last,
        [&](int row, int rows) {
          std::vector<float> change = scores.after.get(row, rows);
          const std::vector<float> before = scores.before.get(row, rows);
          for (size_t i = 0; i < change.size(); ++i) change[i] -= before[i];  // NaN stays
          return change;
        },
        -1, 1);
    return follow_built_up(std::move(scores), {to_string(periods.before.to), last}, std::move(previous_), plan_.grid,
                           o_.rules, plan_.store());
  }

  SettlementHistory breaks() {
    if (o_.monitor_from.empty())
      throw ConfigError("PERIODS",
                        "Breaks need the first day to watch. Give --monitor-from; the scenes before it are "
                        "the history.");
    o_.breaks.cadence = o_.cadence == "dekad" ? Cadence::dekad : Cadence::month;
    o_.breaks.monitor_from = date_of(o_.monitor_from);
    for (const auto& end : o_.ends) o_.breaks.ends.push_back(date_of(end));
    if (o_.breaks.ends.empty()) o_.breaks.ends = {catalogue_.scenes.back().time.date};
    const BreakPlanes planes = find_ground_breaks(plan_, o_.breaks, scenes_of({{0, 1, 1}, {9999, 12, 31}}, catalogue_),
                                                  catalogue_, indices_, device_, report_);
    const std::string first = to_string(o_.breaks.monitor_from), last = to_string(o_.breaks.ends.back());
    write("break-year", "Year in which the ground changed", first, last, rows_of(planes.breaks.date),
          static_cast<double>(o_.breaks.monitor_from.year), static_cast<double>(o_.breaks.ends.back().year) + 1);
    write("break-ndvi-change", "NDVI after less before the break", first, last, rows_of(planes.breaks.ndvi_change),
          -0.5, 0);
    std::vector<std::string> days = {first};
    for (const Date end : o_.breaks.ends) days.push_back(to_string(end));
    return follow_breaks(planes, days, std::move(previous_), plan_.grid, o_.rules, plan_.store());
  }

  using Rows = std::function<std::vector<float>(int row, int rows)>;
  static Rows rows_of(const Plane<float>& plane) {
    return [&plane](int row, int rows) { return plane.get(row, rows); };
  }
  void write(const std::string& layer, const std::string& title, const std::string& first, const std::string& last,
             const Rows& values, double low, double high) {
    RasterSpec spec;
    spec.stem = layer + "_" + first + "_" + last;
    spec.title = title;
    spec.grid = plan_.grid;
    spec.bands = {{layer, "1"}};
    spec.style_min = low;
    spec.style_max = high;
    spec.mantissa_bits = 23;
    spec.layer = layer;
    spec.first_day = first;
    spec.last_day = last;
    const auto writer = publication_.raster(spec);
    each_strip(plan_.store(), plan_.grid.rows, plan_.grid.cols, [&](int row, int rows) {
      writer->write(1, {row, 0, rows, plan_.grid.cols}, values(row, rows).data());
    });
    publication_.finish_raster(writer);
  }

  SettlementOptions& o_;
  const Catalogue& catalogue_;
  const IndexCatalogue& indices_;
  const ChosenDevice& device_;
  Publication& publication_;
  RunReport& report_;
  ClassScheme classes_;
  SettlementPlan plan_;
  SiteMap previous_;
};

int run_settlement(SettlementOptions& o) {
  const ThreadLimit threads = start_scene_job(*o.scenes);
  o.memory_bytes = use_memory(o.memory);
  RunReport report;
  const std::string config = config_dir(o.scenes->config_dir).string();
  const IndexCatalogue indices = IndexCatalogue::load(config);
  const Catalogue catalogue = scan_given(*o.scenes, report);
  return run_job_on(choose_named_device(o.scenes->device), report, [&](const ChosenDevice& device) {
    Publication publication({o.scenes->out, o.scenes->overwrite});
    SettlementRun run(o, catalogue, indices, device, config, publication, report);
    const SettlementHistory history = run.run();
    run.publish(history);
    log_info(summary_of(history));
    return finish_scene_job(*o.scenes, "settlement", publication, catalogue, report, device,
                            {{"detect", o.detect},
                             {"audience", "internal"},
                             {"gap_m", format_number(o.rules.gap_m)},
                             {"min_ha", format_number(o.rules.min_ha)},
                             {"threshold", format_number(o.rules.threshold)},
                             {"reach_km", o.places.empty() ? "no places" : format_number(o.reach_km)},
                             {"sites", summary_of(history)},
                             {"product", o.scenes->product}});
  });
}

}  // namespace

std::function<int()> declare_settlement(CLI::App& app) {
  auto o = std::make_shared<SettlementOptions>();
  o->scenes = declare_scene_options(app, false);
  declare_memory(app, o->memory);
  declare_periods(app, o->periods);
  app.add_option("--detect", o->detect,
                 "built-up: score of the period before and the period after, each a season at least; breaks: date at "
                 "which NDVI fell and brightness rose for good, from a series")
      ->check(CLI::IsMember({"built-up", "breaks"}))
      ->capture_default_str();
  app.add_option("--places", o->places, "CSV with the columns lat and lon: where sites are reported");
  app.add_option("--reach-km", o->reach_km, "how far around places to look")
      ->check(CLI::Range(0.1, 100.0))
      ->capture_default_str();
  app.add_option("--previous", o->previous, "sites.gpkg (or sites.csv beside it) of the run before: ids stay the same");
  app.add_option("--threshold", o->rules.threshold, "built-up: score from which a cell is settlement")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.add_option("--monitor-from", o->monitor_from, "breaks: first day watched; before it lies the history");
  app.add_option("--ends", o->ends, "breaks: days to report at, separated by commas (default: the last scene)")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--cadence", o->cadence, "breaks: steps of the series")
      ->check(CLI::IsMember({"dekad", "month"}))
      ->capture_default_str();
  app.add_option("--brightness", o->breaks.brightness, "breaks: band or index that rises where people build")
      ->capture_default_str();
  app.add_option("--gap-m", o->rules.gap_m, "gaps up to this width belong to a site")
      ->check(CLI::Range(0.0, 1000.0))
      ->capture_default_str();
  app.add_option("--min-ha", o->rules.min_ha, "smaller objects are no site")
      ->check(CLI::Range(0.0, 10000.0))
      ->capture_default_str();
  app.footer(
      "Writes sites.csv and sites.gpkg: a stable id, status (new, expanded, contracted, no significant change, closed, "
      "unassessed), area with a bootstrap interval of its border.\nA site under cloud is unassessed, never closed. "
      "Breaks show what was built, not what was left: they close no site.\nThe results say where people live: keep "
      "them "
      "internal. Do not derive numbers of people.\n"
      "Example: forewarn settlement -p sentinel2-l2a --before 2022-01-01 2022-12-31 --after 2023-01-01 2023-12-31 "
      "--places camps.csv --previous out/2022/sites.gpkg -o out/2023 scenes/");
  return [o] { return run_settlement(*o); };
}

}  // namespace fw
