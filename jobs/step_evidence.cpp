#include <algorithm>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/sha256.h"
#include "jobs/evidence_units.h"

namespace fw {
namespace {

/// What may not be shared with the audience vanishes and looks like no report at all.
size_t suppress(EvidenceTable& table, const Privacy& privacy) {
  if (privacy.audience != "public") return 0;
  return std::erase_if(table.rows, [&](const EvidenceRow& row) {
    return row.reports < privacy.k || row.reporters < privacy_floor_reporters ||
           row.organisations < privacy_floor_organisations;
  });
}

}  // namespace

void step_evidence(RunContext& context) {
  const RunConfig& config = context.config;
  if (context.options.dry_run) {
    log_info("would read " + std::to_string(config.reports.size()) + " files of field reports");
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
  request.as_of = {config.to, 86399, true, true};
  EvidenceTable table = read_evidence(request, context.report);
  log_info("evidence: " + std::to_string(table.read) + " reports read, " + std::to_string(table.accepted) +
           " accepted, " + std::to_string(table.refused) + " refused, " + std::to_string(table.quarantined) +
           " quarantined, " + std::to_string(table.duplicates) + " duplicates");
  suppress(table, config.privacy);
  if (config.privacy.audience == "public") {  // counts of past reports would tell of cells that are kept back
    table.coverage.clear();
    for (EvidenceRow& row : table.rows) row.coverage = 0;
  }
  publication.text("evidence.csv", evidence_csv(table, false));
  publication.text("evidence_hxl.csv", evidence_csv(table, true));
  publication.text("coverage.csv", coverage_csv(table, false));
  publication.text("coverage_hxl.csv", coverage_csv(table, true));
  std::vector<FileRecord> inputs;
  for (const auto& input : config.reports) {
    const auto file = config.input_root / input.path;
    inputs.push_back({input.path, sha256_of_file(file), std::filesystem::file_size(file)});
  }
  if (!config.people.empty()) {
    const auto file = config.input_root / config.people;
    inputs.push_back({config.people, sha256_of_file(file), std::filesystem::file_size(file)});
  }
  context.finish(publication, "evidence", inputs, {{"audience", config.privacy.audience}});
}

}  // namespace fw
