// 'forewarn run' and its steps: one set of options, one declaration.
#include <CLI/CLI.hpp>
#include <functional>
#include <memory>

#include "core/base/error.h"
#include "core/base/log.h"
#include "jobs/check_ahead.h"
#include "jobs/device_option.h"
#include "jobs/evidence_files.h"
#include "jobs/jobs.h"
#include "jobs/risk_layers.h"

namespace fw {
namespace {

using Step = std::function<void(RunContext&)>;

void declare_step_options(CLI::App& app, const std::shared_ptr<StepOptions>& o, StateUse state = StateUse::none) {
  app.add_option("-o,--output", o->out, "output folder (default: 'output' of the configuration, else out/<name>)");
  add_device_option(app, o->device);
  app.add_option("--memory", o->overrides.memory,
                 "memory for tiles and caches, as 512MiB or 2GiB (default: configuration, else 1GiB)");
  app.add_option("--threads", o->overrides.threads, "threads; 0: all cores")->check(CLI::Range(0, 1024));
  app.add_option("--tile-size", o->overrides.tile_size, "largest tile in pixels; lowered by itself to fit --memory")
      ->check(CLI::Range(32, 8192));
  app.add_option("--config-dir", o->overrides.config_dir,
                 "folder with products, regions, indicators, risk, classes, reporters");
  app.add_option("--input-root", o->overrides.input_root,
                 "folder beneath which all data lie (default: 'input_root' of the configuration)");
  app.add_option("--audience", o->overrides.audience,
                 "who will see the result (default: configuration, else internal); see docs/operations.md#privacy")
      ->check(CLI::IsMember({"internal", "partner", "public"}));
  app.add_option("--key-file", o->vault_key_file,
                 "key of report vaults, mode 0600 (default: the environment variable FOREWARN_VAULT_KEY)");
  o->state_use = state;
  if (state == StateUse::make)
    app.add_option(
        "--state", o->state,
        "also write what 'forewarn update' needs, into this folder (default: 'state' of the configuration, else not)");
  if (state == StateUse::update) {
    app.add_option(
        "--state", o->state,
        "folder that the last run or update wrote (default: 'state' of the configuration, else OUTPUT/state)");
    app.add_flag("--rescan", o->rescan,
                 "hash every file again, also those whose size, times and inode are as the state knows them");
  } else
    app.add_flag("--overwrite", o->overwrite, "replace an earlier result, whole, at the end");
  app.add_flag("--dry-run", o->dry_run, "check everything that can be checked and say what would be done");
  app.add_flag("-q,--quiet", o->quiet, "only warnings and errors");
  app.add_option("--log-json", o->log_json, "append JSON lines to this file; '-': standard error");
}

int run_steps(const StepOptions& o, const std::vector<Step>& steps) {
  start_log({o.quiet, o.log_json});
  RunContext context(o);
  if (steps.size() > 1) check_ahead(context);
  for (const Step& step : steps) {
    step(context);
    if (o.dry_run && steps.size() > 1) break;  // later steps need the files of the first
  }
  warn_of_rejections(context.report);
  return context.exit_code();
}

std::function<int()> declare_steps(CLI::App& app, std::vector<Step> steps, StateUse state = StateUse::none) {
  auto o = std::make_shared<StepOptions>();
  app.add_option("CONFIG", o->config_file, "configuration of the run (.toml or .json); see docs/operations.md")
      ->required();
  declare_step_options(app, o, state);
  return [o, steps] { return run_steps(*o, steps); };
}

}  // namespace

std::function<int()> declare_run(CLI::App& app) {
  app.footer(
      "Example, first what would be done, then the work:\n  forewarn run mine.toml --dry-run\n  forewarn run mine.toml "
      "-o "
      "out/mine");
  return declare_steps(app, {step_scan, step_indicators, step_evidence, step_risk, step_publish, step_state},
                       StateUse::make);
}
std::function<int()> declare_update(CLI::App& app) {
  app.footer(
      "Example, each dekad, after 'to' was moved:\n  forewarn update mine.toml -o out/mine --state out/mine/state");
  return declare_steps(app, {step_scan, step_indicators, step_evidence, step_risk, step_publish, step_state},
                       StateUse::update);
}
std::function<int()> declare_scan(CLI::App& app) {
  app.footer(
      "Writes OUTPUT/catalogue, which 'forewarn indicators' reads.\nExample: forewarn scan mine.toml -o out/mine");
  return declare_steps(app, {step_scan});
}
std::function<int()> declare_indicators(CLI::App& app) {
  app.footer(
      "Reads OUTPUT/catalogue, writes OUTPUT/indicators.\nExample: forewarn indicators mine.toml -o out/mine --memory "
      "4GiB");
  return declare_steps(app, {step_indicators});
}
std::function<int()> declare_evidence(CLI::App& app) {
  auto o = std::make_shared<StepOptions>();
  auto f = std::make_shared<EvidenceFilesOptions>();
  auto files = std::make_shared<std::vector<std::string>>();
  app.add_option("CONFIG|FILE", *files, "configuration of a run (.toml or .json), or files of reports and statistics")
      ->required();
  declare_step_options(app, o);
  declare_evidence_files(app, f.get());
  app.footer(
      "With files: prints what was read, refused, set aside and matched with which units, and why; writes nothing.\n"
      "Example: forewarn evidence prices.csv ipc.xlsx --admin adm2.geojson --pcode-field ADM2_PCODE --name-field "
      "ADM2_EN");
  return [o, f, files] {
    if (!f->any() && is_run_config(*files)) {
      o->config_file = files->front();
      return run_steps(*o, {step_evidence});
    }
    start_log({o->quiet, o->log_json});
    return run_evidence_files(*f, *files, o->overrides.config_dir, o->overrides.input_root);
  };
}
std::function<int()> declare_risk(CLI::App& app) {
  auto o = std::make_shared<StepOptions>();
  app.add_option("CONFIG", o->config_file, "configuration of the run (.toml or .json); see docs/operations.md")
      ->required();
  declare_step_options(app, o);
  app.add_option("--weights", o->weights,
                 "your own weights (.toml): the layers that it names are made again from the run's indicators and "
                 "evidence, without images, into OUTPUT/weights-<name of the file>; see docs/formats.md#weights");
  app.footer(
      "Example: weigh rain twice as much and leave open water out, after a run:\n"
      "  printf '[drought]\\nrain3_z = 0.6\\nwater_change = 0\\n' > rain.toml\n"
      "  forewarn risk mine.toml -o out/mine --weights rain.toml");
  return [o] { return run_steps(*o, {o->weights.empty() ? step_risk : step_weights}); };
}
std::function<int()> declare_alerts(CLI::App& app) {
  auto o = std::make_shared<StepOptions>();
  auto after = std::make_shared<std::string>();
  auto level = std::make_shared<int>(-1);
  app.add_option("CONFIG", o->config_file, "configuration of the run whose risk tables are read")->required();
  app.add_option("--after", *after, "folder of the last 'forewarn alerts': what was told then is not told again");
  app.add_option("--level", *level, "admin level of the units (default: the finest)")->check(CLI::Range(0, 10));
  declare_step_options(app, o);
  app.footer(
      "Writes OUTPUT/alerts: alerts.csv, a CAP 1.2 message per draft, and the memory of what was told. A person signs "
      "and sends, or does not.\nExample: forewarn alerts july.toml -o out/july --after out/june/alerts");
  return [o, after, level] {
    return run_steps(*o, {[after, level](RunContext& context) { step_alerts(context, *after, *level); }});
  };
}
std::function<int()> declare_publish(CLI::App& app) {
  app.footer(
      "Reads what the other steps wrote, writes OUTPUT/publish: the one folder to share.\nExample: forewarn publish "
      "mine.toml -o out/mine --audience partner");
  return declare_steps(app, {step_publish});
}

}  // namespace fw
