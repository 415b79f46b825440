// 'forewarn evidence FILE...': files of reports and statistics by themselves, without a run.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/evidence/pcode_match.h"
#include "core/geo/admin_units.h"
#include "jobs/run_config.h"

namespace CLI {
class App;
}

namespace fw {

/// The matcher of a region's units. Aliases: name in config/aliases, or empty.
PcodeMatcher make_matcher(const std::vector<AdminUnits>& levels, const std::string& iso3,
                          const std::filesystem::path& config_dir, const std::string& aliases);

struct EvidenceFilesOptions {
  std::vector<std::string> set;  ///< key=value of the column map
  std::string region, admin, layer, pcode, name, parent, aliases, format = "auto", registry, as_of;
  int level = 2;
  bool json = false;
  /// Whether one of the options was given that only files know.
  bool any() const;
};
void declare_evidence_files(CLI::App& app, EvidenceFilesOptions* o);
/// Whether what was named is a run configuration: one file, .toml, or .json with a region.
bool is_run_config(const std::vector<std::string>& files);
/// Out: exit code: 0, 3 when something was left out, 65 when nothing could be read.
int run_evidence_files(const EvidenceFilesOptions& o, const std::vector<std::string>& files,
                       const std::string& config_dir, const std::string& input_root);

}  // namespace fw
