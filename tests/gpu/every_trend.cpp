// The cases of trends, harmonic models, break monitoring and CCDC.
#include "every_op.h"

namespace fw::sample {
namespace {

template <class Op>
Op of_series(Memory& m, const Inputs& in) {
  Op op;
  op.x = m.in(in.x);
  op.reason = m.in(in.reason);
  op.times = in.times;
  op.pixels = in.pixels;
  op.reason_out = m.out<uint8_t>("reason", in.pixels);
  return op;
}
MannKendall<float> mann_kendall(Memory& m, const Inputs& in, TrendTest test) {
  auto op = of_series<MannKendall<float>>(m, in);
  op.test = test;
  op.period = test == TrendTest::seasonal ? 6 : 1;
  for (int k = 0; k < trend_statistic_count; ++k) op.out[k] = m.out<float>("statistic " + std::to_string(k), in.pixels);
  return op;
}
std::vector<double> years(const Inputs& in) {
  std::vector<double> t;
  for (int k = 0; k < in.times; ++k) t.push_back(2010.0 + k / 12.0);
  return t;
}
LinearTrend<float> linear_trend(Memory& m, const Inputs& in) {
  auto op = of_series<LinearTrend<float>>(m, in);
  op.t = m.in(years(in), false);
  for (int k = 0; k < line_statistic_count; ++k) op.out[k] = m.out<float>("statistic " + std::to_string(k), in.pixels);
  return op;
}
HarmonicFit<float> harmonic(Memory& m, const Inputs& in, int harmonics) {
  auto op = of_series<HarmonicFit<float>>(m, in);
  op.harmonics = harmonics;
  op.terms = m.in(harmonic_terms(years(in), years(in), 2011.0, 1.0, harmonics), false);
  op.centre = 2011.0;
  op.min_valid = 10;
  for (int k = 0; k < harmonic_terms_of(harmonics); ++k) {
    op.coefficient[k] = m.out<float>("coefficient " + std::to_string(k), in.pixels);
    op.error[k] = m.out<float>("error " + std::to_string(k), in.pixels);
  }
  op.amplitude[0] = m.out<float>("amplitude", in.pixels);
  op.phase[0] = m.out<float>("phase", in.pixels);
  op.sigma = m.out<float>("sigma", in.pixels);
  op.r2 = m.out<float>("r2", in.pixels);
  op.count = m.out<float>("count", in.pixels);
  return op;
}
BreakMonitor<float> break_monitor(Memory& m, const Inputs& in, int harmonics, BreakProcess process,
                                  StableHistory history) {
  auto op = of_series<BreakMonitor<float>>(m, in);
  std::vector<double> number;
  for (int k = 0; k < in.times; ++k) number.push_back(k + 1.0);
  op.harmonics = harmonics;
  op.centre = op.scale = 0.5 * in.times;
  op.terms = m.in(harmonic_terms(years(in), number, op.centre, op.scale, harmonics), false);
  op.monitor_from = in.times * 2 / 3;
  op.process = process;
  op.history = history;
  op.critical = process == BreakProcess::mosum ? mosum_critical_value(0.25, 10, 0.05) : cusum_critical_value(0.05);
  op.roc_critical = recursive_cusum_critical_value(0.05);
  op.min_history = harmonic_terms_of(harmonics) + 1;
  op.breakpoint = m.out<float>("breakpoint", in.pixels);
  op.magnitude = m.out<float>("magnitude", in.pixels);
  op.history_start = m.out<float>("history start", in.pixels);
  op.history_count = m.out<float>("history count", in.pixels);
  op.sigma = m.out<float>("sigma", in.pixels);
  return op;
}
Ccdc<float> ccdc(Memory& m, const Inputs& in) {
  Ccdc<float> op;
  op.times = in.times;
  op.pixels = in.pixels;
  op.max_segments = 2;
  std::vector<double> days;
  for (int k = 0; k < in.times; ++k) days.push_back(730000.0 + 24.0 * k);
  op.tables = m.in(ccdc_tables(days), false);
  op.pixel_class = m.in(in.outcome);
  for (int b = 0; b < ccdc_bands; ++b) {
    Plane<float> band;
    for (size_t i = 0; i < in.x.size(); ++i) {
      const float v = b % 2 == 0 ? in.x[i] : in.y[i];
      const bool odd = !(v > -1e6f && v < 1e6f);
      const float calm = odd ? v : 0.01f * (v > 1.0f ? 1.0f : (v < -1.0f ? -1.0f : v));
      band.push_back(b == 6 ? 290.0f + 10.0f * calm : 0.2f + 0.02f * static_cast<float>(b) + calm);
    }
    op.x[b] = m.in(band);
  }
  const size_t segments = 2 * in.pixels, models = segments * ccdc_bands;
  op.segments = m.out<float>("segments", in.pixels);
  op.start = m.out<float>("start", segments);
  op.end = m.out<float>("end", segments);
  op.change = m.out<float>("change", segments);
  op.observations = m.out<float>("observations", segments);
  op.probability = m.out<float>("probability", segments);
  op.quality = m.out<float>("quality", segments);
  op.coefficient = m.out<float>("coefficient", models * ccdc_coefficients);
  op.rmse = m.out<float>("rmse", models);
  op.magnitude = m.out<float>("magnitude", models);
  op.reason_out = m.out<uint8_t>("reason", in.pixels);
  return op;
}

}  // namespace

void add_trends(std::vector<OpCase>& cases) {
  const char* tests[] = {"original", "Hamed-Rao", "Yue-Wang", "whitened", "TFPW", "seasonal"};
  for (int k = 0; k < 6; ++k)
    cases.push_back(make_case(std::string("Trend ") + tests[k], true, [k](Memory& m, const Inputs& in) {
      return mann_kendall(m, in, static_cast<TrendTest>(k));
    }));
  cases.push_back(make_case("LinearTrend", true, linear_trend));
  for (const int k : {1, 3})
    cases.push_back(make_case("Harmonic " + std::to_string(k), true,
                              [k](Memory& m, const Inputs& in) { return harmonic(m, in, k); }));
  for (const int k : {1, 3})
    for (const BreakProcess process : {BreakProcess::mosum, BreakProcess::cusum})
      for (const StableHistory history : {StableHistory::all, StableHistory::roc}) {
        const std::string name = "Break " + std::to_string(k) + (process == BreakProcess::mosum ? " mosum" : " cusum") +
                                 (history == StableHistory::roc ? " roc" : "");
        cases.push_back(make_case(
            name, true, [=](Memory& m, const Inputs& in) { return break_monitor(m, in, k, process, history); }));
      }
  cases.push_back(make_case("Ccdc", true, ccdc));
}

}  // namespace fw::sample
