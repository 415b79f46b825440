#include "kernels/check_ops.h"

#include <cmath>

#include "kernels/backend.h"
#include "kernels/expect.h"

namespace fw {
void check(const ToPhysical& op) {
  expect_memory(op.pixels, "ToPhysical", op.dn, op.out);
  expect(std::isfinite(op.scale) && std::isfinite(op.offset), "ToPhysical", "scale and offset must be finite");
  expect(!std::isnan(op.valid_min) && !std::isnan(op.valid_max), "ToPhysical", "a limit is NaN (no limit is infinity)");
}

void check(const QaMask& op) {
  expect_memory(op.pixels, "QaMask", op.qa, op.outcome);
  expect(op.rule_count >= 0 && op.rule_count <= max_qa_rules, "QaMask", "rule_count outside 0..max_qa_rules");
  for (int k = 0; k < op.rule_count; ++k)
    expect(op.rules[k].width >= 1 && op.rules[k].width <= 5 && op.rules[k].shift <= 15, "QaMask",
           "a rule needs width 1..5 and shift 0..15");
}

void check(const ApplyMask& op) { expect_memory(op.pixels, "ApplyMask", op.value, op.outcome); }

void check(const SpectralIndex& op) {
  expect(op.index < IndexId::count, "SpectralIndex", "no such index");
  expect_memory(op.pixels, "SpectralIndex", op.out);
  const unsigned mask = index_info(op.index).band_mask;
  const float* bands[] = {op.bands.blue, op.bands.green, op.bands.red, op.bands.nir, op.bands.swir1, op.bands.swir2};
  for (unsigned b = 0; b < 6; ++b)
    expect(op.pixels == 0 || (mask >> b & 1u) == 0 || bands[b] != nullptr, "SpectralIndex",
           "a band the index needs is null");
}

void check(const Composite& op) {
  expect_memory(op.pixels, "Composite", op.out);
  expect(op.scenes >= 0, "Composite", "scenes is negative");
  if (op.scenes > 0) expect_memory(op.pixels, "Composite", op.value, op.outcome);
}

void check(const Rolling& op) {
  expect_memory(op.pixels, "Rolling", op.x, op.out);
  expect(op.times >= 0 && op.window >= 1, "Rolling", "times must be >= 0 and window >= 1");
  expect(op.min_valid >= 1 && op.min_valid <= op.window, "Rolling", "min_valid outside 1..window");
}

void check(const Threshold& op) { expect_memory(op.count, "Threshold", op.x, op.out); }

void check(const BuiltUp& op) {
  expect_memory(op.pixels, "BuiltUp", op.ndvi, op.ndbi, op.out);
  expect(op.times >= 0, "BuiltUp", "times is negative");
  expect(op.window >= 1 && op.window <= max_window, "BuiltUp", "window outside 1..max_window");
  expect(op.min_valid >= 1 && op.min_valid <= op.window, "BuiltUp", "min_valid outside 1..window");
}

void check(const Anomaly& op) {
  expect(op.times >= 0 && op.targets >= 0, "Anomaly", "times or targets is negative");
  expect(op.min_years >= 1, "Anomaly", "min_years must be >= 1");
  if (op.targets > 0) expect_memory(op.pixels, "Anomaly", op.x, op.group, op.year, op.in_reference, op.target);
}

void check(const ReferenceOfPlace& op) {
  expect(op.times >= 0, "ReferenceOfPlace", "times is negative");
  expect_memory(op.pixels, "ReferenceOfPlace", op.out.count);
  if (op.times > 0) expect_memory(op.pixels, "ReferenceOfPlace", op.x, op.group, op.in_reference);
}

void check(const AnomalyOfPlace& op) {
  expect(op.min_years >= 1, "AnomalyOfPlace", "min_years must be >= 1");
  expect_memory(op.pixels, "AnomalyOfPlace", op.x, op.reference.count);
  const auto asked = [&](Statistic s) { return op.out[static_cast<int>(s)] || op.reason_out[static_cast<int>(s)]; };
  if (asked(Statistic::difference)) expect_memory(op.pixels, "AnomalyOfPlace", op.reference.mean);
  if (asked(Statistic::z)) expect_memory(op.pixels, "AnomalyOfPlace", op.reference.mean, op.reference.squares);
  if (asked(Statistic::vci) || asked(Statistic::tci))
    expect_memory(op.pixels, "AnomalyOfPlace", op.reference.low, op.reference.high);
  if (asked(Statistic::percent_of_median)) expect_memory(op.pixels, "AnomalyOfPlace", op.reference.median);
}

void check(const SeriesStats& op) {
  expect(op.times >= 0, "SeriesStats", "times is negative");
  if (op.times > 0) expect_memory(op.pixels, "SeriesStats", op.x);
}

void check(const CombineFactors& op) {
  expect(op.factors >= 1 && op.factors <= max_factors, "CombineFactors", "factors outside 1..max_factors");
  expect_memory(op.pixels, "CombineFactors", op.score);
  for (int k = 0; k < op.factors; ++k) {
    expect_memory(op.pixels, "CombineFactors", op.factor[k]);
    expect(std::isfinite(op.zero[k]) && std::isfinite(op.one[k]) && op.zero[k] != op.one[k], "CombineFactors",
           "the ends of a ramp must be finite and differ");
    expect(std::isfinite(op.weight[k]) && op.weight[k] >= 0.0f, "CombineFactors", "a weight is negative or not finite");
  }
  expect(total_weight(op) > 0.0, "CombineFactors", "all weights are zero");
  expect(std::isfinite(op.min_share) && std::isfinite(op.intercept) && std::isfinite(op.slope), "CombineFactors",
         "min_share, intercept and slope must be finite");
}

void check(const FormulaOp& op) {
  expect(op.program != nullptr, "FormulaOp", "the program is null");
  const size_t bands = op.program->bands().size(), outputs = op.program->outputs().size();
  expect((bands == 0 || op.band != nullptr) && (outputs == 0 || op.out != nullptr), "FormulaOp",
         "an array of pointers is null");
  for (size_t k = 0; k < bands; ++k) expect_memory(op.pixels, "FormulaOp", op.band[k]);
  for (size_t k = 0; k < outputs; ++k) expect_memory(op.pixels, "FormulaOp", op.out[k]);
}

double total_weight(const CombineFactors& op) {
  double sum = 0.0;
  for (int k = 0; k < op.factors; ++k) sum += static_cast<double>(op.weight[k]);
  return sum;
}

}  // namespace fw
