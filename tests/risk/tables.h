// Tables and layers small enough to compute by hand.
#pragma once
#include <limits>
#include <string>
#include <vector>

#include "core/risk/risk.h"

namespace fw::test {

inline constexpr double nan_d = std::numeric_limits<double>::quiet_NaN();
inline const Period now{Cadence::dekad, 36 * 2023 + 23};  // 2023-08-d3

inline ClassScheme five_classes() {
  ClassScheme s;
  s.cuts = {0.2, 0.4, 0.6, 0.8};
  for (int v = 1; v <= 5; ++v) s.classes.push_back({v, "class", "", 0, 0, 0, true});
  s.classes.push_back({0, "not assessed", "", 0, 0, 0, false});
  s.classes.push_back({9, "out of season", "", 0, 0, 0, false});
  s.not_assessed = 0;
  s.not_in_season = 9;
  return s;
}

inline RiskFactor make_factor(const std::string& id, double zero, double one, double weight) {
  RiskFactor f;
  f.indicator = id;
  f.title = id;
  f.zero = f.unit_zero = zero;
  f.one = f.unit_one = one;
  f.weight = weight;
  return f;
}

/// Three factors on 0..1 ramps with weights 0.5, 0.3, 0.2; likelihood 1 / (1 + exp(3 - 6 score)).
inline RiskLayer make_layer() {
  RiskLayer layer;
  layer.id = "test";
  layer.title = "Test risk";
  layer.wording = "Conditions consistent with a test";
  layer.factors = {make_factor("a", 0, 1, 0.5), make_factor("b", 0, 1, 0.3), make_factor("c", 0, 1, 0.2)};
  return layer;
}

inline IndicatorRow make_row(const std::string& indicator, double mean, Reason reason = Reason::value,
                             double valid = 1) {
  IndicatorRow row{};
  row.pcode = "XX01";
  row.name = "Unit one";
  row.level = 2;
  row.indicator = indicator;
  row.period = now;
  row.mean = reason == Reason::value ? mean : nan_d;
  row.fraction_beyond = nan_d;
  row.stddev = row.min = row.max = nan_d;
  row.area_km2 = 10;
  row.valid_fraction = reason == Reason::value ? valid : 0;
  row.reason = reason;
  return row;
}
inline IndicatorTable make_table(double a, double b, double c) {
  return {{make_row("a", a), make_row("b", b), make_row("c", c)}};
}

inline EvidenceRow make_evidence(const std::string& kind, double value, double weight, int age = 0) {
  EvidenceRow row;
  row.pcode = "XX01";
  row.kind = kind;
  row.period = {Cadence::dekad, now.number - age};
  row.value = value;
  row.weight = weight;
  row.reports = 4;
  row.reporters = 3;
  row.organisations = 2;
  return row;
}

inline RiskRow assess_one(const RiskLayer& layer, const IndicatorTable& table,
                          const std::vector<EvidenceRow>& evidence = {}) {
  EvidenceTable e;
  e.rows = evidence;
  return assess_units(layer, five_classes(), table, e).rows.at(0);
}

inline bool has(const std::vector<std::string>& list, const std::string& item) {
  for (const std::string& s : list)
    if (s == item) return true;
  return false;
}
/// Does any sentence hold the words?
inline bool says(const RiskRow& row, const std::string& words) {
  for (const std::string& s : row.reasons)
    if (s.find(words) != std::string::npos) return true;
  return false;
}

}  // namespace fw::test
