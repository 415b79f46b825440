#include "core/series/measure.h"

#include <algorithm>
#include <vector>

#include "core/series/plan.h"
#include "core/series/series_store.h"
#include "kernels/spi_fits.h"
#include "kernels/spi_guard.h"

namespace fw {
namespace {

/// The fit and its use, without outputs.
StandardizedIndex<float> spi_operation(const SeriesPlan& plan, const TargetReference& reference,
                                       const TileSeries& series) {
  StandardizedIndex<float> op{};
  op.x = series.x;
  op.reason = series.reason;
  op.times = series.times;
  op.pixels = series.pixels;
  op.group = reference.group();
  op.in_calibration = reference.in_reference();
  op.groups = periods_per_year(plan.cadence);
  op.scale = 1;
  op.distribution = SpiDistribution::gamma_mle;
  op.zero_rule = ZeroRule::center;
  op.min_years = std::max(4, plan.min_years);
  op.min_nonzero = std::max(2, plan.min_years);
  op.max_zero_share = 0.9;
  return op;
}

template <class T>
std::vector<T> fetch(Backend& backend, const T* from, size_t count) {
  std::vector<T> host(count);
  backend.download(host.data(), from, count * sizeof(T));
  return host;
}

/// Takes back what may not be said where it did not rain.
void guard(float rain_mm, double p_zero, float& spi, uint8_t& reason) {
  if (is_nan(spi)) return;
  spi = guard_spi(spi, rain_mm, static_cast<float>(p_zero));
  if (is_nan(spi)) reason = static_cast<uint8_t>(Reason::not_assessed);
}

void measure_spi(Backend& backend, const SeriesPlan& plan, const RecordPlan& record, const TargetReference& reference,
                 const TileSeries& series, float* out, uint8_t* reason_out) {
  const size_t n = series.pixels, cells = static_cast<size_t>(series.times) * n;
  Buffer<float> all(backend, cells);
  Buffer<uint8_t> why(backend, cells);
  StandardizedIndex<float> op = spi_operation(plan, reference, series);
  Buffer<double> p_zero(backend, static_cast<size_t>(op.groups) * n);
  op.group = reference.group_of_targets();
  op.out = all.data();
  op.out_reason = why.data();
  op.p_zero = p_zero.data();
  backend.run(op);
  for (size_t t = 0; t < record.targets.size(); ++t) {
    const auto at = static_cast<size_t>(record.targets[t]);
    const auto place = static_cast<size_t>(place_in_year({plan.cadence, record.first.number + record.targets[t]}));
    const auto rain = fetch(backend, series.x + at * n, n);
    const auto zero = fetch<double>(backend, p_zero.at(place * n), n);
    auto value = fetch<float>(backend, all.at(at * n), n);
    auto reason = fetch<uint8_t>(backend, why.at(at * n), n);
    for (size_t i = 0; i < n; ++i) guard(rain[i], zero[i], value[i], reason[i]);
    backend.upload(out + t * n, value.data(), n * sizeof(float));
    backend.upload(reason_out + t * n, reason.data(), n);
  }
}

void measure_detrended(Backend& backend, const SeriesPlan& plan, const TargetReference& reference,
                       const TileSeries& series, float* out, uint8_t* reason_out) {
  DetrendedAnomaly op{};
  op.x = series.x;
  op.reason = series.reason;
  op.times = series.times;
  op.pixels = series.pixels;
  reference.set(op);
  op.min_years = std::max(3, plan.min_years);
  op.max_years = std::clamp(reference.most_years(), 3, max_reference_years);
  op.std_floor = static_cast<float>(plan.std_floor);
  op.z = out;
  op.reason_out = reason_out;
  backend.run(op);
}

}  // namespace

void measure(Backend& backend, const SeriesPlan& plan, const RecordPlan& record, const TargetReference& reference,
             const Indicator& indicator, const TileSeries& series, float* out, uint8_t* reason_out) {
  switch (indicator.measure) {
    case Measure::statistic:
      return reference.compare(backend, series, plan.min_years, plan.std_floor, indicator.statistic, out, reason_out);
    case Measure::spi:
      return measure_spi(backend, plan, record, reference, series, out, reason_out);
    case Measure::detrended_z:
      return measure_detrended(backend, plan, reference, series, out, reason_out);
    case Measure::season_active:
    case Measure::season_senescent: {  // told by TileSeason, not by values
      const size_t cells = record.targets.size() * series.pixels;
      backend.fill(out, 0xFF, cells * sizeof(float));
      backend.fill(reason_out, static_cast<unsigned char>(Reason::not_assessed), cells);
    }
  }
}

GammaFits fit_gamma(Backend& backend, const SeriesPlan& plan, const TargetReference& reference,
                    const TileSeries& series) {
  StandardizedIndex<float> op = spi_operation(plan, reference, series);
  const size_t cells = static_cast<size_t>(op.groups) * series.pixels;
  Buffer<float> unused(backend, static_cast<size_t>(series.times) * series.pixels);
  Buffer<double> shape(backend, cells), spread(backend, cells), p_zero(backend, cells);
  op.out = unused.data();
  op.shape = shape.data();
  op.spread = spread.data();
  op.p_zero = p_zero.data();
  backend.run(op);
  return {fetch<double>(backend, shape.data(), cells), fetch<double>(backend, spread.data(), cells),
          fetch<double>(backend, p_zero.data(), cells)};
}

void GammaFits::put(int place, PlaceValues& values) const {
  const size_t n = values.shape.size(), from = static_cast<size_t>(place) * n;
  std::copy_n(shape.begin() + static_cast<ptrdiff_t>(from), n, values.shape.begin());
  std::copy_n(spread.begin() + static_cast<ptrdiff_t>(from), n, values.spread.begin());
  std::copy_n(p_zero.begin() + static_cast<ptrdiff_t>(from), n, values.p_zero.begin());
}

void standardize(Backend& backend, const float* x, const uint8_t* reason, const PlaceValues& values, size_t pixels,
                 float* out, uint8_t* reason_out) {
  const auto rain = fetch(backend, x, pixels);
  auto why = fetch(backend, reason, pixels);
  std::vector<float> value(pixels, nan_f());
  for (size_t i = 0; i < pixels; ++i) {
    if (is_nan(rain[i])) continue;
    why[i] = static_cast<uint8_t>(Reason::not_assessed);
    if (rain[i] < 0 || values.shape[i] != values.shape[i]) continue;
    const SpiFit fit{values.shape[i], values.spread[i], 0.0, values.p_zero[i], log_gamma(values.shape[i])};
    const Probability h = gamma_probability(fit, static_cast<double>(rain[i]), ZeroRule::center);
    value[i] = to_float(clip(normal_quantile(h.below, h.above), -spi_limit, spi_limit));
    why[i] = static_cast<uint8_t>(Reason::value);
    guard(rain[i], values.p_zero[i], value[i], why[i]);
  }
  backend.upload(out, value.data(), pixels * sizeof(float));
  backend.upload(reason_out, why.data(), pixels);
}

void collect_years(Backend& backend, const SeriesPlan& plan, const RecordPlan& record, const TileSeries& series,
                   int place, PlaceValues& values) {
  const ReferenceCalendar calendar = reference_calendar(plan, record);
  for (auto& year : values.years) std::fill(year.begin(), year.end(), nan_f());
  for (size_t t = 0; t < calendar.group.size(); ++t)
    if (calendar.group[t] == place && calendar.in_reference[t]) {
      auto& year = values.years[static_cast<size_t>(calendar.year[t] - plan.reference_from.year)];
      backend.download(year.data(), series.x + t * series.pixels, series.pixels * sizeof(float));
      for (float& v : year)
        if (is_nan(v)) v = nan_f();
    }
}

void detrend(Backend& backend, const SeriesPlan& plan, const float* x, const uint8_t* reason, const PlaceValues& values,
             size_t pixels, Period period, float* out, uint8_t* reason_out) {
  const size_t years = values.years.size();
  Buffer<float> rows(backend, (years + 1) * pixels);
  Buffer<uint8_t> why(backend, (years + 1) * pixels);
  ReferenceCalendar calendar;
  for (size_t y = 0; y <= years; ++y) {
    calendar.group.push_back(0);
    calendar.year.push_back(y < years ? plan.reference_from.year + static_cast<int>(y) : year_of(period));
    calendar.in_reference.push_back(y < years);
    if (y < years) backend.upload(rows.at(y * pixels), values.years[y].data(), pixels * sizeof(float));
  }
  backend.fill(why.data(), static_cast<unsigned char>(Reason::masked), years * pixels);
  backend.copy(rows.at(years * pixels), x, pixels * sizeof(float));
  backend.copy(why.at(years * pixels), reason, pixels);
  const TargetReference reference(backend, calendar, {static_cast<int>(years)});
  measure_detrended(backend, plan, reference, {rows.data(), why.data(), static_cast<int>(years) + 1, pixels}, out,
                    reason_out);
}

size_t measure_bytes(const SeriesPlan& plan, const RecordPlan& record, const Indicator& indicator) {
  if (indicator.measure == Measure::detrended_z && record.stored)
    return static_cast<size_t>(plan.reference_to.year - plan.reference_from.year + 2) * (2 * sizeof(float) + 1);
  if (indicator.measure != Measure::spi) return 0;
  const auto fits = static_cast<size_t>(periods_per_year(plan.cadence)) * sizeof(double);
  return static_cast<size_t>(record.periods) * (sizeof(float) + 1) + (record.stored ? 6 : 1) * fits;
}

}  // namespace fw
