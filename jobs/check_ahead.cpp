#include "jobs/check_ahead.h"

#include <algorithm>
#include <cstdlib>

#include "core/base/log.h"
#include "core/evidence/pcode_match.h"
#include "core/evidence/vault.h"
#include "core/evidence/vault_file.h"
#include "core/output/manifest.h"
#include "core/risk/driver_model_file.h"
#include "core/risk/driver_spec.h"
#include "core/risk/risk.h"

namespace fw {
namespace {

void check_what_is_named(const RunConfig& config) {
  const std::string dir = config.config_dir.string();
  for (const ScanInput& input : config.inputs) load_product(dir, input.product);
  for (const std::string& layer : config.layers) load_class_scheme(dir, load_risk_layer(dir, layer).classes);
  for (const ObservationInput& input : config.observations)
    if (!input.aliases.empty()) load_aliases((config.config_dir / "aliases" / (input.aliases + ".toml")).string());
  if (config.food) {
    load_drivers(dir, config.food->drivers);
    if (!config.food->model.empty())
      read_food_model(read_file(config.food->model.string()), config.food->model.filename().string());
  }
  if (!config.registry.empty()) load_registry((config.config_dir / "reporters" / (config.registry + ".toml")).string());
}

/// The key is looked for, and used up only where it comes from a file, which can be read again.
void check_vault_key(const RunContext& context) {
  const auto& reports = context.config.reports;
  const bool sealed = std::any_of(reports.begin(), reports.end(), [&](const ReportInput& input) {
    return is_vault_file(context.config.input_root / input.path);
  });
  if (sealed && (!context.options.vault_key_file.empty() || !std::getenv("FOREWARN_VAULT_KEY")))
    load_vault_secret(context.options.vault_key_file);
}

void check_folders(const RunContext& context) {
  const bool replaces = context.options.overwrite || context.options.state_use == StateUse::update;
  for (const char* step : {"catalogue", "indicators", "evidence", "risk", "publish"})
    replaces ? refuse_unknown(context.folder(step)) : refuse_published(context.folder(step));
}

}  // namespace

void check_ahead(const RunContext& context) {
  const RunConfig& config = context.config;
  check_folders(context);
  check_what_is_named(config);
  check_vault_key(context);
  context.levels();
  if (config.registry.empty() && !config.reports.empty())
    log_warning(
        "no registry of reporters is named: every field report will be refused. Set 'registry' to a name in "
        "config/reporters.");
}

}  // namespace fw
