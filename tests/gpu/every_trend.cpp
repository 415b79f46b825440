// The cases of trends, harmonic models, break monitoring and CCDC.
#include "every_op.h"

namespace fw::sample {
namespace {

template <class Real>
std::vector<Real> as(const Plane<float>& x) {
  return std::vector<Real>(x.begin(), x.end());
}

template <template <class> class Op, class Real>
Op<Real> of_series(Memory& m, const Inputs& in) {
  Op<Real> op;
  op.x = m.in(as<Real>(in.x));
  op.reason = m.in(in.reason);
  op.times = in.times;
  op.pixels = in.pixels;
  op.reason_out = m.out<uint8_t>("reason", in.pixels);
  return op;
}
template <class Real>
MannKendall<Real> mann_kendall(Memory& m, const Inputs& in, TrendTest test) {
  auto op = of_series<MannKendall, Real>(m, in);
  op.test = test;
  op.period = test == TrendTest::seasonal ? 6 : 1;
  for (int k = 0; k < trend_statistic_count; ++k) op.out[k] = m.out<Real>("statistic " + std::to_string(k), in.pixels);
  return op;
}
std::vector<double> years(const Inputs& in) {
  std::vector<double> t;
  for (int k = 0; k < in.times; ++k) t.push_back(2010.0 + k / 12.0);
  return t;
}
template <class Real>
LinearTrend<Real> linear_trend(Memory& m, const Inputs& in) {
  auto op = of_series<LinearTrend, Real>(m, in);
  op.t = m.in(years(in), false);
  for (int k = 0; k < line_statistic_count; ++k) op.out[k] = m.out<Real>("statistic " + std::to_string(k), in.pixels);
  return op;
}
template <class Real>
HarmonicFit<Real> harmonic(Memory& m, const Inputs& in, int harmonics) {
  auto op = of_series<HarmonicFit, Real>(m, in);
  op.harmonics = harmonics;
  op.terms = m.in(harmonic_terms(years(in), years(in), 2011.0, 1.0, harmonics), false);
  op.centre = 2011.0;
  op.min_valid = 10;
  for (int k = 0; k < harmonic_terms_of(harmonics); ++k) {
    op.coefficient[k] = m.out<Real>("coefficient " + std::to_string(k), in.pixels);
    op.error[k] = m.out<Real>("error " + std::to_string(k), in.pixels);
  }
  op.amplitude[0] = m.out<Real>("amplitude", in.pixels);
  op.phase[0] = m.out<Real>("phase", in.pixels);
  op.sigma = m.out<Real>("sigma", in.pixels);
  op.r2 = m.out<Real>("r2", in.pixels);
  op.count = m.out<Real>("count", in.pixels);
  return op;
}
template <class Real>
BreakMonitor<Real> break_monitor(Memory& m, const Inputs& in, int harmonics, BreakProcess process,
                                 StableHistory history) {
  auto op = of_series<BreakMonitor, Real>(m, in);
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
  op.breakpoint = m.out<Real>("breakpoint", in.pixels);
  op.magnitude = m.out<Real>("magnitude", in.pixels);
  op.history_start = m.out<Real>("history start", in.pixels);
  op.history_count = m.out<Real>("history count", in.pixels);
  op.sigma = m.out<Real>("sigma", in.pixels);
  op.model_out = m.out<double>("model", static_cast<size_t>(break_model_planes(harmonics)) * in.pixels);
  op.leaving_out = m.out<double>("leaving", static_cast<size_t>(in.times) * in.pixels);
  op.progress_out = m.out<double>("progress", break_progress_planes * in.pixels);
  op.progress_at = in.times - 2;
  return op;
}
/// Goes on from a model and a process that no history gave.
template <class Real>
BreakMonitor<Real> resumed_monitor(Memory& m, const Inputs& in, BreakProcess process) {
  auto op = break_monitor<Real>(m, in, 1, process, StableHistory::all);
  op.model_out = op.leaving_out = nullptr;
  op.monitor_from = 0;
  op.resume_from = in.times / 2;
  const int planes = break_model_planes(1);
  std::vector<double> model, progress, leaving;
  const auto calm = [&](int k, size_t p) {  // -0.5..0.5
    const float v = in.y[static_cast<size_t>(k % in.times) * in.pixels + p];
    return v >= -0.5f && v <= 0.5f ? static_cast<double>(v) : 0.25;
  };
  for (int k = 0; k < planes; ++k)
    for (size_t p = 0; p < in.pixels; ++p) {
      const double v = calm(k, p);
      model.push_back(k == 0 ? (v > 0.0 ? 24.0 : 20.0) : k == 3 ? 1.0 : k == 1 && v > 0.45 ? NAN : v);
    }
  for (int k = 0; k < break_progress_planes; ++k)
    for (size_t p = 0; p < in.pixels; ++p) progress.push_back(k == 0 ? calm(k, p) : k == 1 ? 1.0 : -1.0);
  for (int k = 0; k < 4; ++k)
    for (size_t p = 0; p < in.pixels; ++p) leaving.push_back(0.1 * calm(k, p));
  op.model = m.in(model, false);
  op.progress = m.in(progress, false);
  op.leaving = m.in(leaving, false);
  op.leaving_from = 1;
  op.leaving_planes = 4;
  return op;
}
template <class Real>
Ccdc<Real> ccdc(Memory& m, const Inputs& in) {
  Ccdc<Real> op;
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
    op.x[b] = m.in(as<Real>(band));
  }
  const size_t segments = 2 * in.pixels, models = segments * ccdc_bands;
  op.segments = m.out<Real>("segments", in.pixels);
  op.start = m.out<Real>("start", segments);
  op.end = m.out<Real>("end", segments);
  op.change = m.out<Real>("change", segments);
  op.observations = m.out<Real>("observations", segments);
  op.probability = m.out<Real>("probability", segments);
  op.quality = m.out<Real>("quality", segments);
  op.coefficient = m.out<Real>("coefficient", models * ccdc_coefficients);
  op.rmse = m.out<Real>("rmse", models);
  op.magnitude = m.out<Real>("magnitude", models);
  op.reason_out = m.out<uint8_t>("reason", in.pixels);
  return op;
}

}  // namespace

void add_trends(std::vector<OpCase>& cases) {
  const char* tests[] = {"original", "Hamed-Rao", "Yue-Wang", "whitened", "TFPW", "seasonal"};
  for (int k = 0; k < 6; ++k)
    cases.push_back(make_case(std::string("Trend ") + tests[k], true, [k](Memory& m, const Inputs& in) {
      return mann_kendall<float>(m, in, static_cast<TrendTest>(k));
    }));
  cases.push_back(make_case("LinearTrend", true, linear_trend<float>));
  for (const int k : {1, 2, 3})
    cases.push_back(make_case("Harmonic " + std::to_string(k), true,
                              [k](Memory& m, const Inputs& in) { return harmonic<float>(m, in, k); }));
  for (const int k : {1, 3})
    for (const BreakProcess process : {BreakProcess::mosum, BreakProcess::cusum})
      for (const StableHistory history : {StableHistory::all, StableHistory::roc}) {
        const std::string name = "Break " + std::to_string(k) + (process == BreakProcess::mosum ? " mosum" : " cusum") +
                                 (history == StableHistory::roc ? " roc" : "");
        cases.push_back(make_case(
            name, true, [=](Memory& m, const Inputs& in) { return break_monitor<float>(m, in, k, process, history); }));
      }
  for (const BreakProcess process : {BreakProcess::mosum, BreakProcess::cusum})
    cases.push_back(make_case(std::string("Break resumed") + (process == BreakProcess::mosum ? " mosum" : " cusum"),
                              true,
                              [=](Memory& m, const Inputs& in) { return resumed_monitor<float>(m, in, process); }));
  cases.push_back(make_case("Trend double", true, [](Memory& m, const Inputs& in) {
    return mann_kendall<double>(m, in, TrendTest::hamed_rao);
  }));
  cases.push_back(make_case("LinearTrend double", true, linear_trend<double>));
  cases.push_back(
      make_case("Harmonic double", true, [](Memory& m, const Inputs& in) { return harmonic<double>(m, in, 2); }));
  cases.push_back(make_case("Break double", true, [](Memory& m, const Inputs& in) {
    return break_monitor<double>(m, in, 2, BreakProcess::mosum, StableHistory::roc);
  }));
  cases.push_back(make_case("Ccdc double", true, ccdc<double>));
  cases.push_back(make_case("Ccdc", true, ccdc<float>));
}

}  // namespace fw::sample
