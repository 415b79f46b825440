#include "core/series/measure.h"

#include <algorithm>
#include <vector>

#include "core/series/plan.h"
#include "core/series/series_store.h"

namespace fw {
namespace {

/// Gamma distributions per pixel on a backend.
class Fits {
 public:
  Fits(Backend& backend, size_t pixels)
      : backend_(backend), shape_(backend, pixels), spread_(backend, pixels), p_zero_(backend, pixels) {}
  void find(const SeriesPlan& plan, const TargetReference& reference, const TileSeries& series, int place) {
    backend_.run(GammaOfPlace{series.x, series.times, series.pixels, reference.group(), reference.in_reference(), place,
                              std::max(4, plan.min_years), std::max(2, plan.min_years), 0.9, view()});
  }
  void store(PlaceValues& values) const {
    const auto fetch = [&](std::vector<double>& to, const Buffer<double>& from) {
      backend_.download(to.data(), from.data(), to.size() * sizeof(double));
    };
    fetch(values.shape, shape_);
    fetch(values.spread, spread_);
    fetch(values.p_zero, p_zero_);
  }
  void restore(const PlaceValues& values) {
    const auto send = [&](Buffer<double>& to, const std::vector<double>& from) {
      backend_.upload(to.data(), from.data(), from.size() * sizeof(double));
    };
    send(shape_, values.shape);
    send(spread_, values.spread);
    send(p_zero_, values.p_zero);
  }
  void standardize(const float* x, const uint8_t* reason, size_t pixels, float* out, uint8_t* reason_out) {
    backend_.run(SpiOfPlace{x, reason, pixels, view(), ZeroRule::center, true, out, reason_out});
  }

 private:
  GammaPlanes view() { return {shape_.data(), spread_.data(), p_zero_.data()}; }

  Backend& backend_;
  Buffer<double> shape_, spread_, p_zero_;
};

void measure_spi(Backend& backend, const SeriesPlan& plan, const RecordPlan& record, const TargetReference& reference,
                 const TileSeries& series, float* out, uint8_t* reason_out) {
  const size_t n = series.pixels;
  Fits fits(backend, n);
  int fitted = -1;
  for (size_t t = 0; t < record.targets.size(); ++t) {
    const auto at = static_cast<size_t>(record.targets[t]);
    const int place = place_in_year({plan.cadence, record.first.number + record.targets[t]});
    if (place != fitted) fits.find(plan, reference, series, fitted = place);
    fits.standardize(series.x + at * n, series.reason + at * n, n, out + t * n, reason_out + t * n);
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

void collect_gamma(Backend& backend, const SeriesPlan& plan, const TargetReference& reference, const TileSeries& series,
                   int place, PlaceValues& values) {
  Fits fits(backend, series.pixels);
  fits.find(plan, reference, series, place);
  fits.store(values);
}

void standardize(Backend& backend, const float* x, const uint8_t* reason, const PlaceValues& values, size_t pixels,
                 float* out, uint8_t* reason_out) {
  Fits fits(backend, pixels);
  fits.restore(values);
  fits.standardize(x, reason, pixels, out, reason_out);
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
  return indicator.measure == Measure::spi ? 3 * sizeof(double) : 0;
}

}  // namespace fw
