#include "core/risk/unit_rules.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/risk/asap.h"
#include "core/risk/cdi.h"
#include "core/risk/cdi_timing.h"
#include "core/risk/context_rules.h"
#include "core/risk/rank_blend.h"

namespace fw {
namespace {

/// The indicators of the table, by unit and period.
class Inputs {
 public:
  Inputs(const RiskLayer& layer, const IndicatorTable& table) : layer_(layer) {
    for (const IndicatorRow& row : table.rows) rows_[{row.pcode, row.period, row.indicator}] = &row;
  }

  /// The row of an input, whatever it holds; nullptr where there is none.
  const IndicatorRow* any(const RiskRule& rule, const std::string& input, const std::string& pcode, Period p) const {
    const auto at = rule.inputs.find(input);
    if (at == rule.inputs.end()) return nullptr;
    const auto found = rows_.find({pcode, p, at->second});
    return found == rows_.end() ? nullptr : found->second;
  }
  /// The row that counts: with a value on enough of the area; else nullptr.
  const IndicatorRow* row(const RiskRule& rule, const std::string& input, const std::string& pcode, Period p) const {
    const IndicatorRow* row = any(rule, input, pcode, p);
    if (!row || std::isnan(row->mean) || !(row->valid_fraction >= layer_.min_valid_fraction)) return nullptr;
    return row;
  }
  float mean(const RiskRule& rule, const std::string& input, const std::string& pcode, Period p) const {
    const IndicatorRow* found = row(rule, input, pcode, p);
    return found ? static_cast<float>(found->mean) : nan_f();
  }

 private:
  const RiskLayer& layer_;
  std::map<std::tuple<std::string, Period, std::string>, const IndicatorRow*> rows_;
};

void say(RiskRow& row, const RiskRule& rule, double value, const std::string& words) {
  row.rules.push_back({rule.id, value});
  if (!words.empty()) row.reasons.push_back(rule.title + ": " + words);
}

void apply_class(const RiskRule& rule, const Inputs& inputs, std::vector<RiskRow*>& rows) {
  for (RiskRow* row : rows) {
    const IndicatorRow* found = inputs.row(rule, "indicator", row->pcode, row->period);
    const int value = found ? rule.scheme.classify(found->mean) : rule.scheme.not_assessed;
    const ClassEntry* entry = found ? rule.scheme.find(value) : nullptr;
    say(*row, rule, found ? value : nan_d(), entry ? entry->label : "");
  }
}

void apply_cdi(const RiskRule& rule, CdiVersion version, const Inputs& inputs, std::vector<RiskRow*>& rows) {
  CdiMemory memory;
  Period next = rows.front()->period;
  for (RiskRow* row : rows) {
    for (; next < row->period; ++next.number) step_cdi(version, {nan_f(), nan_f(), nan_f(), nan_f()}, memory);
    ++next.number;
    const auto at = [&](const char* input, Period p) { return inputs.mean(rule, input, row->pcode, p); };
    Period soil = row->period, rain = row->period;
    if (row->period.cadence == Cadence::dekad) {
      const CdiTiming timing = pair_cdi_inputs(row->period);
      soil = timing.soil;
      // SPI of a month stands with the month's last dekad, the day on which its sum ends.
      rain = period_of(last_day(timing.rain), Cadence::dekad);
    }
    const CdiInput in{at("spi1", rain), at("spi3", rain), at("soil_z", soil), at("fapar_z", row->period)};
    const bool nothing = is_nan(in.spi1) && is_nan(in.spi3) && is_nan(in.soil_z) && is_nan(in.fapar_z);
    const uint8_t before = memory.state, code = step_cdi(version, in, memory);
    const bool known = code != cdi_not_assessed;
    std::string words = describe_cdi(code);
    if (!known && cdi_severity(before) > 0) words += " (last known: " + describe_cdi(before) + ", which is not lifted)";
    say(*row, rule, known ? code : nan_d(), nothing && cdi_severity(before) == 0 ? "" : words);
  }
}

uint64_t square_metres(double km2) { return static_cast<uint64_t>(std::llround(std::max(0.0, km2) * 1e6)); }

void apply_asap(const RiskRule& rule, const Inputs& inputs, std::vector<RiskRow*>& rows) {
  const bool has_wsi = rule.inputs.contains("wsi_z"), gated = rule.inputs.contains("active");
  for (RiskRow* row : rows) {
    const auto of = [&](const char* input) { return inputs.any(rule, input, row->pcode, row->period); };
    const IndicatorRow *biomass = of("biomass_z"), *spi3 = of("spi3"), *wsi = of("wsi_z");
    const IndicatorRow *season = of("active"), *senescent = of("senescent");
    const IndicatorRow* any = biomass ? biomass : spi3 ? spi3 : wsi;
    AsapTally tally;
    if (any) {
      const double area = season ? season->area_km2 : any->area_km2;
      const double seasonal = !gated ? area : season && !std::isnan(season->mean) ? area * season->valid_fraction : 0;
      const double active = !gated ? area : seasonal > 0 ? seasonal * season->mean : 0;
      tally.seasonal = square_metres(seasonal);
      tally.active = square_metres(active);
      if (senescent && !std::isnan(senescent->mean)) tally.senescent = square_metres(active * senescent->mean);
      const auto count = [&](const IndicatorRow* found, uint64_t& low, uint64_t& missing) {
        const bool seen = found && !std::isnan(found->fraction_beyond);
        const double valid = seen ? active * std::clamp(found->valid_fraction, 0.0, 1.0) : 0;
        if (seen) low = square_metres(valid * found->fraction_beyond);
        missing = tally.active - square_metres(valid);
      };
      count(biomass, tally.low_biomass, tally.missing_biomass);
      count(spi3, tally.low_spi3, tally.missing_spi3);
      if (has_wsi) count(wsi, tally.low_wsi, tally.missing_wsi);
    }
    const AsapWarning warning = warn_asap(tally, {true, has_wsi, false});
    std::string words = any ? describe(warning) : "";
    if (any && !gated) words += "; the whole area is taken as in season";
    say(*row, rule, warning.assessed ? warning.level : nan_d(), words);
  }
}

/// The unit's means of one indicator at this place in the year, with this year's among them at `at`.
BlendComponent component_of(const std::string& indicator, double weight, const UnitReferenceRow* years, double now,
                            size_t at, size_t count) {
  BlendComponent out{indicator, weight, std::vector<double>(count, nan_d())};
  if (years)
    for (size_t y = 0; y < std::min(count, years->value.size()); ++y)
      out.record[y] = static_cast<double>(years->value[y]);
  out.record[at] = now;
  return out;
}

void apply_blend(const RiskRule& rule, const UnitReference& reference, const Inputs& inputs,
                 std::vector<RiskRow*>& rows) {
  for (RiskRow* row : rows) {
    const int own = year_of(row->period) - reference.first_year;
    const bool inside = own >= 0 && own < reference.years;
    const auto count = static_cast<size_t>(reference.years + (inside ? 0 : 1));
    const size_t at = inside ? static_cast<size_t>(own) : count - 1;
    std::vector<BlendComponent> parts;
    for (const auto& [input, indicator] : rule.inputs) {
      const IndicatorRow* found = inputs.row(rule, input, row->pcode, row->period);
      parts.push_back(component_of(indicator, rule.weights.at(input),
                                   reference.find(row->pcode, indicator, place_in_year(row->period)),
                                   found ? found->series_mean : nan_d(), at, count));
    }
    const Blend blend = blend_ranks(parts, at);
    int years = 0;
    for (size_t y = 0; y < count; ++y)
      years += std::all_of(parts.begin(), parts.end(), [&](const BlendComponent& p) {
        return std::isnan(p.record[at]) || !std::isnan(p.record[y]);
      });
    const bool known = !std::isnan(blend.rank) && years >= blend_min_years;
    const int drought = static_cast<int>(classify_rank(blend.rank));
    std::string words;
    if (known)
      words = (drought < 0 ? std::string("no drought") : "D" + std::to_string(drought)) + ", rank " +
              format_fixed(blend.rank, 2) + " of " + std::to_string(years) + " years";
    else if (!std::isnan(blend.rank))
      words = "not assessed (" + std::to_string(years) + " years of record, " + std::to_string(blend_min_years) +
              " are needed)";
    if (!words.empty() && !blend.missing.empty()) words += "; without " + join(blend.missing, ", ");
    say(*row, rule, known ? blend.rank : nan_d(), words);
  }
}

}  // namespace

const std::vector<RuleKind>& rule_kinds() {
  static const std::vector<RuleKind> kinds = {
      {"class", {"indicator"}, {}},
      {"cdi_2021", {"spi1", "spi3", "soil_z", "fapar_z"}, {}},
      {"cdi_4", {"spi1", "spi3", "soil_z", "fapar_z"}, {}},
      {"conflict_exposure", {}, {}},
      {"displaced_by_conflict", {}, {}},
      {"displaced_by_disaster", {}, {}},
      {"asap", {"spi3", "biomass_z"}, {"wsi_z", "active", "senescent"}},
      {"blend", {}, {}},
  };
  return kinds;
}

void apply_rules(const RiskLayer& layer, const IndicatorTable& indicators, RiskTable& risk,
                 const UnitReference* reference) {
  if (layer.rules.empty()) return;
  static const UnitReference none;
  const Inputs inputs(layer, indicators);
  std::map<std::string, std::vector<RiskRow*>> units;
  for (RiskRow& row : risk.rows) units[row.pcode].push_back(&row);
  for (auto& [pcode, rows] : units) {
    std::sort(rows.begin(), rows.end(), [](auto* a, auto* b) { return a->period < b->period; });
    for (const RiskRule& rule : layer.rules) {
      if (rests_on_context(rule)) continue;
      if (rule.kind == "class")
        apply_class(rule, inputs, rows);
      else if (rule.kind == "asap")
        apply_asap(rule, inputs, rows);
      else if (rule.kind == "blend")
        apply_blend(rule, reference ? *reference : none, inputs, rows);
      else
        apply_cdi(rule, rule.kind == "cdi_4" ? CdiVersion::v4 : CdiVersion::v2021, inputs, rows);
    }
  }
}

}  // namespace fw
