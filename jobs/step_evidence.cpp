#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/evidence/context_table.h"
#include "core/evidence/observation_evidence.h"
#include "core/output/evidence_files.h"
#include "jobs/evidence_units.h"
#include "jobs/statistics.h"

namespace fw {
namespace {

/// What the evidence was made from: a vault by the digest of its live reports. Told to nobody outside, who could
/// compare a guessed file with its hash.
std::vector<FileRecord> inputs_of_reports(const RunConfig& config, const EvidenceTable& table) {
  std::vector<FileRecord> inputs;
  if (!config.people.empty()) {
    const auto file = config.input_root / config.people;
    inputs.push_back({config.people, sha256_of_file(file), std::filesystem::file_size(file)});
  }
  for (const auto& input : config.observations) {
    const auto file = config.input_root / input.path;
    inputs.push_back({input.path, sha256_of_file(file), std::filesystem::file_size(file)});
  }
  if (config.privacy.level() != Audience::internal) return inputs;
  for (const auto& input : config.reports) {
    const auto file = config.input_root / input.path;
    const auto vault = table.vaults.find(input.path);
    inputs.push_back(vault == table.vaults.end()
                         ? FileRecord{input.path, sha256_of_file(file), std::filesystem::file_size(file)}
                         : FileRecord{input.path, vault->second, 0});
  }
  return inputs;
}

/// Published statistics: read, matched with the region's units, written as context and handed on as evidence.
std::vector<Report> read_statistics(RunContext& context, const Registry& registry, Publication& publication) {
  const RunConfig& config = context.config;
  if (config.observations.empty()) return {};
  std::vector<FileAccount> accounts;
  const std::vector<MatchedObservation> observations = match_statistics(context, &accounts);
  publication.text("observations.json", accounts_json(accounts) + "\n");
  publication.text("context.csv", context_csv(observations));
  return statistics_as_reports(observations,
                               load_ramps((config.config_dir / "evidence" / "observations.toml").string()),
                               config.cadence, registry, context.report);
}

}  // namespace

void step_evidence(RunContext& context) {
  const RunConfig& config = context.config;
  if (context.options.dry_run) {
    log_info("would read " + std::to_string(config.reports.size()) + " files of field reports and " +
             std::to_string(config.observations.size()) + " of published statistics");
    return;
  }
  Publication publication = context.begin("evidence");
  EvidenceRequest request;
  request.root = config.input_root.string();
  request.inputs = config.reports;
  request.registry = config.registry.empty()
                         ? Registry()
                         : load_registry((config.config_dir / "reporters" / (config.registry + ".toml")).string());
  const AdminUnits& units = context.levels().back();
  request.locate = [&](double lon, double lat) -> std::optional<std::string> {
    const auto at = units.locate(lon, lat);
    if (!at) return {};
    return units.units()[static_cast<size_t>(*at)].pcode;
  };
  for (const auto& level : context.levels())
    for (const auto& unit : level.units()) request.pcodes.push_back(unit.pcode);
  request.units = evidence_units(context);
  request.cadence = config.cadence;
  const Period last = period_of(config.to, config.cadence);
  for (Period p = period_of(config.from, config.cadence); p <= last; ++p.number) request.periods.push_back(p);
  request.purpose = config.privacy.purpose;
  request.defaults = config.privacy.defaults;
  request.vault_key_file = context.options.vault_key_file;
  request.as_of = {config.to, 86399, true, true};
  request.statistics = read_statistics(context, request.registry, publication);
  EvidenceTable table = read_evidence(request, context.report);
  log_info("evidence: " + std::to_string(table.read) + " reports read, " + std::to_string(table.accepted) +
           " accepted, " + std::to_string(table.refused) + " refused, " + std::to_string(table.quarantined) +
           " quarantined, " + std::to_string(table.duplicates) + " duplicates");
  std::string grades;
  for (const auto& [grade, reports] : table.grades) grades += " " + grade + " " + std::to_string(reports);
  if (!grades.empty()) log_info("evidence: reports by reliability and credibility:" + grades);
  for (const std::string& line : describe_learning(request.registry)) log_info("evidence: " + line);
  const Audience audience = config.privacy.level();
  publish_evidence(publication, disclose(table, audience, config.privacy.k, unit_parents(context.levels())), audience);
  context.finish(publication, "evidence", inputs_of_reports(config, table), {{"audience", config.privacy.audience}});
}

}  // namespace fw
