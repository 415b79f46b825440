// 'forewarn vault export-features': what may leave a vault of single reports.
#pragma once
#include <string>

#include "core/evidence/vault.h"

namespace CLI {
class App;
}

namespace fw {

struct VaultExport {
  std::string out, registry, config_dir, as_of, admin, admin_pcode, place = "unit", audience = "partner",
                                                                    purpose = "early warning";
};
void declare_vault_export(CLI::App& app, VaultExport& options);
/// Writes the reports that a run would accept as a CSV that a run reads: reporters, owners and ids as pseudonyms, the
/// day without its clock, a unit or a displaced place, no text. Severe reports only for "internal".
/// Errors: USAGE, ConfigError, InputError, OutputError EXISTS, WRITE_FAILED. Out: exit code.
int export_features(const Vault& vault, const VaultExport& options);

}  // namespace fw
