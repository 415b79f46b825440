// Risk tables -> alerts/: which units to tell of, as a table and as drafts of CAP messages.
#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/output/cap.h"
#include "core/risk/alert_memory.h"
#include "core/risk/risk.h"
#include "core/risk/unit_status.h"
#include "jobs/food_layer.h"
#include "jobs/run_context.h"

namespace fw {
namespace fs = std::filesystem;
namespace {

constexpr const char* not_official =
    "Model-indicated, not an IPC classification and not an official activation. A draft: nothing is issued before an "
    "authorised person has signed it";

/// Place of the row's class among those of the scheme, from 1; 0 where it is none of them.
int step_of(const ClassScheme& scheme, int value) {
  int step = 0;
  for (const ClassEntry& entry : scheme.classes) {
    if (!entry.from_cuts) continue;
    ++step;
    if (entry.value == value) return step;
  }
  return 0;
}

UnitClass unit_class(const RiskLayer& layer, const RiskRow& row, const ClassScheme& scheme) {
  const UnitStatus status = status_of(row);
  UnitClass now{row.pcode,  row.layer,  UnitState::not_assessed, 0, status == UnitStatus::contested,
                row.period, layer.title};
  if (scheme.unit.starts_with("probability")) {
    now.probability_of = lower(scheme.title.substr(0, 1)) + scheme.title.substr(1);
    for (const ClassEntry& entry : scheme.classes)
      if (entry.from_cuts) now.class_labels.push_back(entry.label);
  }
  if (status == UnitStatus::out_of_season)
    now.state = UnitState::not_in_season;
  else if (!std::isnan(row.likelihood)) {
    now.state = UnitState::assessed;
    now.risk_class = step_of(scheme, row.class_value);
  }
  return now;
}

const char* name_of(AlertKind kind) {
  constexpr const char* names[] = {"none", "raised", "repeated", "suppressed", "eased", "unknown"};
  return names[static_cast<int>(kind)];
}
const char* name_of(UnitState state) {
  constexpr const char* names[] = {"assessed", "not assessed", "out of season"};
  return names[static_cast<int>(state)];
}

struct Told {
  const RiskRow* row = nullptr;
  const RiskLayer* layer = nullptr;
  UnitClass now;
  AlertDecision decision;
  std::string label, file;  ///< of the class; of the draft, empty without one
};

constexpr std::pair<const char*, const char*> columns[] = {{"layer", "#indicator+code"},
                                                           {"level", "#adm+level"},
                                                           {"pcode", "#adm+code"},
                                                           {"name", "#adm+name"},
                                                           {"period", "#date+period"},
                                                           {"kind", "#event+type"},
                                                           {"class_before", "#severity+before+num"},
                                                           {"class_now", "#severity+num"},
                                                           {"class_label", "#severity+label"},
                                                           {"state", "#status"},
                                                           {"likelihood", "#indicator+likelihood+num"},
                                                           {"low", "#indicator+likelihood+low+num"},
                                                           {"high", "#indicator+likelihood+high+num"},
                                                           {"confidence", "#indicator+confidence+num"},
                                                           {"why", "#description+why"},
                                                           {"flags", "#meta+flags"},
                                                           {"reasons", "#description+reasons"},
                                                           {"draft", "#meta+file"},
                                                           {"notice", "#meta+wording"}};

std::string alerts_csv(const std::vector<Told>& told, bool hxl) {
  std::string out, tags;
  for (const auto& [name, tag] : columns) {
    out += (out.empty() ? "" : ",") + std::string(name);
    tags += (tags.empty() ? "" : ",") + std::string(tag);
  }
  out += "\n" + (hxl ? tags + "\n" : "");
  const auto step = [](int v) { return v > 0 ? std::to_string(v) : std::string(); };
  for (const Told& t : told) {
    const RiskRow& row = *t.row;
    std::vector<std::string> cells = {csv_text(row.layer),     std::to_string(row.level), csv_text(row.pcode),
                                      csv_text(row.name),      label(row.period),         name_of(t.decision.kind),
                                      step(t.decision.before), step(t.now.risk_class),    csv_text(t.label),
                                      name_of(t.now.state)};
    for (const double v : {row.likelihood, row.low, row.high, row.confidence}) cells.push_back(format_number(v));
    for (const std::string& text : {t.decision.why, join(row.flags, ";"), join(row.reasons, " | "), t.file,
                                    std::string(not_official) + ". " + t.layer->wording})
      cells.push_back(csv_text(text));
    out += join(cells, ",") + "\n";
  }
  return out;
}

AlertRecords read_memory(const fs::path& after) {
  if (after.empty()) return {};
  const fs::path file = after / "memory.csv";
  if (!fs::exists(after / "manifest.json") || !fs::exists(file))
    throw InputError("ALERT_MEMORY", after.string() +
                                         " is no folder of 'forewarn alerts' (memory.csv and manifest.json "
                                         "are missing). Give the folder 'alerts' of an earlier run.");
  const auto damage = verify_publication(after);
  if (!damage.empty())
    throw InputError("ALERT_MEMORY", after.string() + ": " + damage.front() +
                                         ". Restore it, or leave --after out: every unit is then told of anew.");
  return load_alert_memory(read_file(file.string()), file.string());
}

/// Decides on the newest row of one unit and layer. Of the periods since the last decision only the class is
/// remembered: nothing was told in them. Older ones are left alone.
class Decider {
 public:
  Decider(const RunContext& context, AlertRecords& records, Period newest)
      : context_(context), records_(records), newest_(newest) {}

  void decide(const RiskLayer& layer, const ClassScheme& scheme, std::vector<const RiskRow*> rows) {
    std::sort(rows.begin(), rows.end(), [](auto* a, auto* b) { return a->period < b->period; });
    for (const RiskRow* row : rows) {
      const auto [at, first] = records_.try_emplace({row->layer, row->pcode});
      AlertRecord& record = at->second;
      if (!first && record.decided.cadence != row->period.cadence)
        throw InputError("ALERT_MEMORY",
                         "the memory of alerts counts " +
                             std::string(record.decided.cadence == Cadence::dekad ? "dekads" : "months") +
                             ", this run does not. Leave --after out.");
      if (!first && row->period <= record.decided) {
        if (row->period == newest_)
          throw InputError("ALERT_MEMORY", "the memory of alerts already holds " + label(row->period) + " of " +
                                               row->layer + ". Give --after the alerts of an earlier period.");
        continue;
      }
      Told told;
      told.row = row;
      told.layer = &layer;
      told.now = unit_class(layer, *row, scheme);
      record.decided = row->period;
      if (row->period < newest_) {
        remember_class(told.now, record.memory);
        continue;
      }
      const std::optional<Period> before = record.memory.told;
      told.decision = decide_alert(told.now, context_.config.alerts, record.memory);
      const ClassEntry* entry = scheme.find(row->class_value);
      told.label = entry ? entry->label : "";
      if (told.decision.why.empty())
        told.decision.why = told.now.state == UnitState::assessed
                                ? "assessed, below the class told of"
                                : std::string(name_of(told.now.state)) + ", and was not told of before";
      if (told.decision.draft()) write_draft(told, before);
      all.push_back(std::move(told));
    }
  }

  std::vector<Told> all;
  std::map<std::string, std::string> drafts;  ///< by file
  const AdminUnits* units = nullptr;

 private:
  void write_draft(Told& told, const std::optional<Period>& before) {
    const RunConfig& config = context_.config;
    const RiskRow& row = *told.row;
    std::string previous;
    if (before) previous = alert_identifier(row.layer, row.pcode, *before);
    std::vector<std::string> reasons = row.reasons;
    reasons.push_back(told.layer->wording);
    const CapDraft draft = draft_cap(told.now, told.decision, row.name, row.likelihood, reasons, previous);
    CapEnvelope envelope;
    envelope.sender = config.alert_sender;
    envelope.sender_name = config.alert_sender_name;
    envelope.contact = config.alert_contact;
    if (before) envelope.updated_day = last_day(*before);
    envelope.period_end = last_day(row.period);
    envelope.area = row.name;
    for (size_t u = 0; u < units->units().size(); ++u)
      if (units->units()[u].pcode == row.pcode) envelope.wkb = units->wkb(static_cast<int>(u));
    const auto add = [&](const char* name, const std::string& value) {
      if (!value.empty()) envelope.parameters.emplace_back(name, value);
    };
    add("layer", row.layer);
    add("period", label(row.period));
    add("class scheme", told.layer->classes);
    add("class", told.label);
    add("state", name_of(told.now.state));
    add("likelihood", format_number(row.likelihood));
    add("likelihood low (90 % interval)", format_number(row.low));
    add("likelihood high (90 % interval)", format_number(row.high));
    add("confidence", format_number(row.confidence));
    add("flags", join(row.flags, ";"));
    add("notice", not_official);
    told.file = "cap/" + cap_token(draft.identifier) + ".xml";
    drafts[told.file] = cap_xml(draft, envelope);
  }

  const RunContext& context_;
  AlertRecords& records_;
  Period newest_;
};

/// What was told of units that are no longer there would otherwise end in silence.
void note_units_gone(const AlertRecords& records, const RunConfig& config, Period newest, RunReport& report) {
  for (const auto& [key, record] : records) {
    const auto& [layer, pcode] = key;
    if (record.decided >= newest || record.memory.told_class < config.alerts.alert_class ||
        std::find(config.layers.begin(), config.layers.end(), layer) == config.layers.end())
      continue;
    report.add({layer + " " + pcode, "alerts", "ALERT_UNIT_GONE",
                "Class " + std::to_string(record.memory.told_class) + " was told of in " + label(*record.memory.told) +
                    ", and the unit is none of those decided on now (renamed, split, or of another level). What was "
                    "told stands until a person renews or lifts it.",
                Verdict::noted});
    log_warning("alerts: " + printable(pcode) + " of " + layer + " was told of and is no longer among the units");
  }
}

}  // namespace

void step_alerts(RunContext& context, const fs::path& after, int level) {
  const RunConfig& config = context.config;
  const fs::path risk = context.need("risk");
  AlertRecords records = read_memory(after);
  const auto& levels = context.levels();
  const auto asked =
      std::find_if(levels.begin(), levels.end(), [&](const AdminUnits& u) { return u.level() == level; });
  if (level >= 0 && asked == levels.end())
    throw ConfigError("RANGE", "--level " + std::to_string(level) + ": the region has no units of that level.");
  const AdminUnits& units = level < 0 ? levels.back() : *asked;
  const Period newest = period_of(config.to, config.cadence);

  Decider decider(context, records, newest);
  decider.units = &units;
  std::vector<RiskLayer> layers;
  std::vector<RiskTable> tables;
  for (const auto& id : config.layers) {
    layers.push_back(shown_layer(context, id));
    tables.push_back(load_risk_table((risk / ("risk_" + id + ".csv")).string()));
  }
  for (size_t k = 0; k < layers.size(); ++k) {
    const ClassScheme scheme = load_class_scheme(config.config_dir.string(), layers[k].classes);
    std::map<std::string, std::vector<const RiskRow*>> by_unit;
    for (const RiskRow& row : tables[k].rows)
      if (row.level == units.level()) by_unit[row.pcode].push_back(&row);
    for (auto& [pcode, rows] : by_unit) decider.decide(layers[k], scheme, std::move(rows));
  }
  note_units_gone(records, config, newest, context.report);
  std::map<std::string, size_t> count;
  for (const Told& t : decider.all) ++count[name_of(t.decision.kind)];
  std::string said;
  for (const auto& [kind, n] : count) said += (said.empty() ? "" : ", ") + std::to_string(n) + " " + kind;
  log_info("alerts of " + describe(newest) + ": " + (said.empty() ? "no unit" : said));
  if (context.options.dry_run) return;

  Publication publication = context.begin("alerts");
  publication.text("alerts.csv", alerts_csv(decider.all, false));
  publication.text("alerts_hxl.csv", alerts_csv(decider.all, true));
  for (const auto& [file, xml] : decider.drafts) publication.text(file, xml);
  publication.text("memory.csv", alert_memory_csv(records));
  context.finish(publication, "alerts", inputs_of_step(context, "risk"),
                 {{"period", label(newest)}, {"audience", config.privacy.audience}});
}

}  // namespace fw
