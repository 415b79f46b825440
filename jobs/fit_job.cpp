// 'forewarn fit': what drives food insecurity, learnt from stated phases, and how good that is.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/output/atomic_file.h"
#include "core/risk/driver_model_file.h"
#include "jobs/food_inputs.h"
#include "jobs/jobs.h"
#include "jobs/statistics.h"

namespace fw {
namespace {

namespace fs = std::filesystem;

struct FitOptions {
  StepOptions step;
  std::string out, indicators;
  std::vector<int> leave_out;
  bool no_skill = false, json = false;
};

int run_fit(const FitOptions& o) {
  start_log({o.step.quiet, o.step.log_json});
  RunContext context(o.step);
  const RunConfig& config = context.config;
  if (!config.food)
    throw ConfigError("MISSING_KEY", o.step.config_file +
                                         ": has no [food] with the history to learn from. See "
                                         "docs/formats.md");
  const fs::path out = fs::absolute(o.out);
  if (fs::exists(out) && !o.step.overwrite)
    throw OutputError("EXISTS", out.string() + " is there already. Name another file, or give --overwrite");
  std::vector<FileAccount> accounts;
  const IndicatorTable indicators = o.indicators.empty() ? IndicatorTable() : load_indicator_table(o.indicators);
  const FoodInputs inputs = food_inputs(config, match_statistics(context, &accounts), indicators);
  FoodSettings settings;
  settings.without_years.insert(o.leave_out.begin(), o.leave_out.end());
  settings.verify = !o.no_skill;
  const FoodModel model = learn_food(inputs, settings);
  const std::string text = write_food_model(model);
  const fs::path staged = out.parent_path() / ("." + out.filename().string() + ".staging");
  fs::remove(staged);
  write_file_synced(staged, text);
  rename_synced(staged, out);
  if (o.json)
    std::cout << text;
  else
    std::cout << describe_food_model(model) << out.string() << "\n";
  warn_of_rejections(context.report);
  return context.exit_code();
}

}  // namespace

std::function<int()> declare_fit(CLI::App& app) {
  auto o = std::make_shared<FitOptions>();
  app.add_option("CONFIG", o->step.config_file, "configuration of a run with [food] and [[observations]]")->required();
  app.add_option("--out", o->out, "model file to write (JSON)")->required();
  app.add_option("--leave-out", o->leave_out, "years to learn nothing of, as 2011 or 2011,2012: for honest hindcasts")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::Range(1900, 2200));
  app.add_option("--indicators", o->indicators, "indicators.csv of a run: imagery as driver, where a unit has any");
  app.add_flag("--no-skill", o->no_skill, "do not hindcast every year (faster; the model then says nothing of skill)");
  app.add_flag("--overwrite", o->step.overwrite, "replace the file");
  app.add_flag("--json", o->json, "print the model file instead of the record for people");
  app.add_option("--config-dir", o->step.overrides.config_dir, "folder with products, regions, risk, classes");
  app.add_option("--input-root", o->step.overrides.input_root, "folder beneath which all data lie");
  app.add_flag("-q,--quiet", o->step.quiet, "only warnings and errors");
  app.add_option("--log-json", o->step.log_json, "append JSON lines to this file; '-': standard error");
  app.footer(
      "Prints the fit record and the skill in years left out one by one, against climatology and persistence.\n"
      "Example: forewarn fit config/examples/ethiopia.toml --leave-out 2011 --out food-without-2011.json");
  return [o] { return run_fit(*o); };
}

}  // namespace fw
