// Body of Ccdc: the segments of a pixel one after the other. Windows are from..to-1 of the observations in use.
#pragma once
#include "kernels/ccdc_model.h"
#include "kernels/ops_ccdc.h"
#include "kernels/series_input.h"

namespace fw {

struct CcdcBody {
  static constexpr int lanes = 1;

  CcdcSettings op;
  SeriesInput x[ccdc_bands];
  bool thermal;
  ResultOutput segments, start, end, change, observations, probability, quality, coefficient, rmse, magnitude;

  template <class Real>
  explicit CcdcBody(const Ccdc<Real>& from)
      : op(from),
        x{from.x[0], from.x[1], from.x[2], from.x[3], from.x[4], from.x[5], from.x[6]},
        thermal(from.x[6] != nullptr),
        segments(from.segments),
        start(from.start),
        end(from.end),
        change(from.change),
        observations(from.observations),
        probability(from.probability),
        quality(from.quality),
        coefficient(from.coefficient),
        rmse(from.rmse),
        magnitude(from.magnitude) {}
  size_t scratch_per_pixel() const { return static_cast<size_t>(op.times) * (ccdc_bands + 4); }

  template <int L>
  FW_HD void block(size_t p, Scratch<L> scratch) const {
    for (int l = 0; l < L; ++l) {
      Pixel<L> pixel(*this, p + static_cast<size_t>(l), scratch, l);
      pixel.run();
    }
  }

 private:
  template <int L>
  class Pixel {
   public:
    FW_HD Pixel(const CcdcBody& body, size_t pixel, Scratch<L> scratch, int lane)
        : body_(body),
          op_(body.op),
          pixel_(pixel),
          series_{{body.op.tables, body.op.times},
                  scratch,
                  scratch.from(body.op.times),
                  scratch.from((ccdc_bands + 1) * body.op.times),
                  body.op.times,
                  lane,
                  0},
          residual_(scratch.from((ccdc_bands + 2) * body.op.times)),
          flags_(scratch.from((ccdc_bands + 3) * body.op.times)),
          bands_(body.thermal ? ccdc_bands : ccdc_bands - 1) {}

    FW_HD void run() {
      double fill = 0.0, clear = 0.0, snow = 0.0;
      for (int t = 0; t < op_.times; ++t) {
        const int seen = class_of(t);
        fill += seen == is_fill;
        clear += seen == is_clear;
        snow += seen == is_snow;
      }
      const double observed = static_cast<double>(op_.times) - fill;
      if (clear / observed >= 0.25) {
        take(is_clear, is_clear);
        standard();
      } else if (snow / (clear + snow + 0.01) >= 0.75) {
        take(is_clear, is_snow);
        one_model(CurveQuality::snow);
      } else {
        take(is_clear, is_clear);
        drop_bright();
        one_model(CurveQuality::few_clear);
      }
      finish(observed, clear);
    }

   private:
    static constexpr int is_fill = 0, is_clear = 1, is_snow = 2, is_other = 3;
    static constexpr int least = 12;                      // observations of a model
    static constexpr double year = 365.0;                 // days of a model
    static constexpr double outlier = 35.88818687961042;  // chi-squared of five bands, 0.999999
    static constexpr int first_detection = 1, last_detection = 5;

    FW_HD double read(int band, int t) const {
      const double v = body_.x[band].at(static_cast<size_t>(t) * op_.pixels + pixel_);
      return band == ccdc_bands - 1 ? v * op_.thermal_scale + op_.thermal_offset : v * op_.reflectance_scale;
    }
    FW_HD int class_of(int t) const {
      for (int b = 0; b < bands_; ++b) {
        const double v = read(b, t);
        if (v != v) return is_fill;
      }
      switch (op_.pixel_class[static_cast<size_t>(t) * op_.pixels + pixel_]) {
        case static_cast<uint8_t>(PixelClass::clear):
        case static_cast<uint8_t>(PixelClass::water):
          return is_clear;
        case static_cast<uint8_t>(PixelClass::snow):
          return is_snow;
        case static_cast<uint8_t>(PixelClass::fill):
          return is_fill;
        default:
          return is_other;
      }
    }
    FW_HD bool in_range(int t) const {
      for (int b = 0; b < ccdc_bands - 1; ++b) {
        const double v = read(b, t);
        if (!(v > 0.0 && v < 10000.0)) return false;
      }
      const double v = body_.thermal ? read(ccdc_bands - 1, t) : 0.0;
      return v > -9320.0 && v < 7070.0;
    }
    /// Observations of a class, the first of each day; snow is taken whatever its values.
    FW_HD void take(int plain, int also) {
      double last = -1.0;
      for (int t = 0; t < op_.times; ++t) {
        const int seen = class_of(t);
        if (!((seen == plain && in_range(t)) || (also == is_snow && seen == is_snow))) continue;
        const double day = series_.tables.day(t);
        if (day == last) continue;
        last = day;
        const int i = series_.count++;
        series_.rows.at(i, series_.lane) = static_cast<double>(t);
        for (int b = 0; b < bands_; ++b) series_.value(b, i) = read(b, t);
      }
    }
    /// Observations whose green is not below the median by 0.04.
    FW_HD void drop_bright() {
      if (series_.count == 0) return;
      for (int i = 0; i < series_.count; ++i) series_.work(i) = series_.value(1, i);
      const double limit = series_.median_of_work(series_.count) + 400.0;
      for (int i = series_.count - 1; i >= 0; --i)
        if (!(series_.value(1, i) < limit)) series_.remove(i);
    }

    FW_HD void one_model(CurveQuality how) {
      if (series_.count < least) return;
      model_.fit(series_, 0, series_.count, 4, bands_);
      const double none[ccdc_bands] = {};
      const double first = series_.tables.day(0), last = series_.tables.day(op_.times - 1);
      put(first, last, last, static_cast<double>(series_.count), 0.0, static_cast<double>(how), none);
    }

    FW_HD void standard() {
      if (series_.count <= least) return;
      look_ahead();
      find_variogram();
      from_ = 0, to_ = least;
      int previous = 0;
      bool start_is_open = true;
      while (to_ <= series_.count - least) {
        if (found_ > 0) start_is_open = false;
        if (!initialize()) break;
        if (from_ > previous) look_back(previous);
        if (from_ - previous > peek_ && start_is_open) {
          catch_rest(previous, from_, CurveQuality::start);
          start_is_open = false;
        }
        if (to_ + peek_ > series_.count) break;
        look_forward();
        previous = to_;
        from_ = to_;
        to_ = to_ + least;
      }
      if (previous + peek_ < series_.count) catch_rest(previous, series_.count, CurveQuality::end);
    }

    /// How many observations a look ahead takes: 96 days at the usual interval, at least 6.
    FW_HD void look_ahead() {
      for (int i = 1; i < series_.count; ++i) series_.work(i - 1) = series_.day(i) - series_.day(i - 1);
      const double wanted = 96.0 / series_.median_of_work(series_.count - 1);
      int whole = static_cast<int>(wanted);  // rounds half to even
      const double rest = wanted - static_cast<double>(whole);
      if (rest > 0.5 || (rest == 0.5 && whole % 2 == 1)) ++whole;
      peek_ = whole < 6 ? 6 : (whole > ccdc_max_peek ? ccdc_max_peek : whole);
      threshold_ = series_.tables.threshold(peek_);
    }

    /// Per band the median of absolute differences over more than 30 days: of the smallest step (in observations) whose
    /// most frequent length is above 30 days.
    FW_HD void find_variogram() {
      const int n = series_.count;
      for (int b = 0; b < bands_; ++b) variogram_[b] = median_difference(b, 1, -1.0);
      for (int step = 1; step < n; ++step) {
        for (int i = 0; i + step < n; ++i) series_.work(i) = series_.day(i + step) - series_.day(i);
        if (!(most_frequent(n - step) > 30.0)) continue;
        for (int b = 0; b < bands_; ++b) variogram_[b] = median_difference(b, step, 30.0);
        return;
      }
    }
    FW_HD double median_difference(int band, int step, double longer_than) {
      int kept = 0;
      for (int i = 0; i + step < series_.count; ++i)
        if (series_.day(i + step) - series_.day(i) > longer_than)
          series_.work(kept++) = absolute(series_.value(band, i + step) - series_.value(band, i));
      return series_.median_of_work(kept);
    }
    /// The smallest of the most frequent of n whole numbers in the spare rows, which are reordered.
    FW_HD double most_frequent(int n) {
      for (int gap = n / 2; gap > 0; gap /= 2)
        for (int i = gap; i < n; ++i) {
          const double v = series_.work(i);
          int j = i;
          for (; j >= gap && series_.work(j - gap) > v; j -= gap) series_.work(j) = series_.work(j - gap);
          series_.work(j) = v;
        }
      double best = 0.0;
      int most = 0, run = 0;
      for (int i = 0; i < n; ++i) {
        run = i > 0 && series_.work(i) == series_.work(i - 1) ? run + 1 : 1;
        if (run > most) most = run, best = series_.work(i);
      }
      return best;
    }

    /// A window of a year and 12 observations, free of outliers, whose model is stable.
    FW_HD bool initialize() {
      Tmask<L> tmask(series_, residual_, flags_);
      while (to_ + least < series_.count) {
        if (series_.day(to_ - 1) - series_.day(from_) < year) {
          ++to_;
          continue;
        }
        const int marked = tmask.mark(from_, to_, variogram_);
        int first = -1, last = -1;
        for (int i = from_; i < to_; ++i) {
          if (flags_.at(i, series_.lane) != 0.0) continue;
          first = first < 0 ? i : first;
          last = i;
        }
        if (first < 0 || series_.day(last) - series_.day(first) < year || to_ - from_ - marked < least) {
          ++to_;
          continue;
        }
        for (int i = to_ - 1; i >= from_ && marked > 0; --i)
          if (flags_.at(i, series_.lane) != 0.0) series_.remove(i);
        to_ -= marked;
        model_.fit(series_, from_, to_, 4, bands_);
        if (stable()) return true;
        ++from_;
        ++to_;
      }
      return false;
    }
    FW_HD bool stable() const {
      double sum = 0.0;
      const double days = series_.day(to_ - 1) - series_.day(from_);
      for (int b = first_detection; b <= last_detection; ++b) {
        const double spread = larger(variogram_[b], model_.rmse[b]);
        const double v = (absolute(model_.coefficient[b][0] * days) + absolute(model_.residual(series_, b, from_)) +
                          absolute(model_.residual(series_, b, to_ - 1))) /
                         spread;
        sum += v * v;
      }
      return sum < threshold_;
    }
    static FW_HD double larger(double a, double b) { return a > b ? a : b; }

    /// Sum over the detection bands of the squared difference from the model over its spread, of observation i.
    FW_HD double magnitude_at(int i, const double (&spread)[ccdc_bands]) const {
      double sum = 0.0;
      for (int b = first_detection; b <= last_detection; ++b) {
        const double v = model_.residual(series_, b, i) / larger(variogram_[b], spread[b]);
        sum += v * v;
      }
      return sum;
    }

    /// Takes in observations before the window that fit its model.
    FW_HD void look_back(int previous) {
      while (from_ > previous) {
        int lowest = previous;
        if (from_ - previous > peek_)
          lowest = from_ - peek_ + 1;
        else if (from_ - peek_ <= 0)
          lowest = 0;
        double smallest = magnitude_at(from_ - 1, model_.rmse);
        const double nearest = smallest;
        for (int i = from_ - 2; i >= lowest; --i) {
          const double m = magnitude_at(i, model_.rmse);
          smallest = m < smallest ? m : smallest;
        }
        if (smallest > threshold_) return;
        --from_;
        if (nearest > outlier) {
          series_.remove(from_);
          --to_;
        }
      }
    }

    /// One model of four coefficients, without a claim of stability.
    FW_HD void catch_rest(int first, int stop, CurveQuality how) {
      model_.fit(series_, first, stop, 4, bands_);
      const double none[ccdc_bands] = {};
      put(series_.day(first), series_.day(stop - 1), series_.day(stop < series_.count ? stop : series_.count - 1),
          static_cast<double>(stop - first), 0.0, static_cast<double>(how), none);
    }

    /// Extends the window until the observations ahead of it differ, or end.
    FW_HD void look_forward() {
      double fitted_days = series_.day(to_ - 1) - series_.day(from_);
      bool changed = false;
      int count = 4, ahead = to_;
      double seen[ccdc_bands] = {};
      model_.fitted = false;
      while (to_ + peek_ <= series_.count) {
        const double thirds = static_cast<double>(to_ - from_) / 3.0;
        count = thirds < 6.0 ? 4 : (thirds < 8.0 ? 6 : 8);
        ahead = to_;
        const double days = series_.day(to_ - 1) - series_.day(from_);
        if (!model_.fitted || to_ - from_ < 24 || days >= 1.33 * fitted_days) {
          fitted_days = days;
          model_.fit(series_, from_, to_, count, bands_);
        }
        double spread[ccdc_bands];
        if (to_ - from_ <= 24) {
          for (int b = 0; b < ccdc_bands; ++b) spread[b] = model_.rmse[b];
        } else {
          seasonal_spread(ahead + peek_ - 1, spread);
        }
        const double nearest = magnitude_at(ahead, spread);
        double smallest = nearest;
        for (int i = ahead + 1; i < ahead + peek_; ++i) {
          const double m = magnitude_at(i, spread);
          smallest = m < smallest ? m : smallest;
        }
        const bool last_look = smallest > threshold_ || to_ + peek_ + 1 > series_.count;
        for (int b = 0; b < bands_ && last_look; ++b) {
          for (int i = 0; i < peek_; ++i) series_.work(i) = absolute(model_.residual(series_, b, ahead + i));
          seen[b] = series_.median_of_work(peek_);
        }
        if (smallest > threshold_) {
          changed = true;
          break;
        }
        if (nearest > outlier) {
          series_.remove(ahead);
          continue;
        }
        ++to_;
      }
      put(series_.day(from_), series_.day(to_ - 1), series_.day(ahead), static_cast<double>(to_ - from_),
          changed ? 1.0 : 0.0, static_cast<double>(count), seen);
    }

    /// Spread of the 24 residuals of the model nearest in the season to observation i, with 8 degrees of freedom gone.
    FW_HD void seasonal_spread(int i, double (&spread)[ccdc_bands]) {
      const double day = series_.day(i);
      const int n = model_.stop - model_.start, wanted = n < 24 ? n : 24;
      for (int k = 0; k < n; ++k) {
        const double apart = from_season(day, k);
        residual_.at(k, series_.lane) = apart;
        series_.work(k) = apart;
      }
      const double farthest = select_rank<L>(series_.spare, n, wanted - 1, series_.lane);
      int nearer = 0;
      for (int k = 0; k < n; ++k) nearer += residual_.at(k, series_.lane) < farthest;
      double sum[ccdc_bands] = {};
      int ties = wanted - nearer;
      for (int k = 0; k < n; ++k) {
        const double apart = residual_.at(k, series_.lane);
        if (apart > farthest || (apart == farthest && ties-- <= 0)) continue;
        for (int b = first_detection; b <= last_detection; ++b) {
          const double e = model_.residual(series_, b, model_.start + k);
          sum[b] += e * e;
        }
      }
      for (int b = 0; b < ccdc_bands; ++b) spread[b] = sqrt(sum[b]) / 4.0;
    }
    /// Days between the season of `day` and that of observation k of the model.
    FW_HD double from_season(double day, int k) const {
      const double apart = series_.day(model_.start + k) - day, years = apart / 365.25;
      constexpr double to_integer = 6755399441055744.0;  // adding it rounds half to even
      const double whole = (years + to_integer) - to_integer;
      return absolute(whole * 365.25 - apart);
    }

    FW_HD void put(double first, double last, double changed, double taken, double sure, double how,
                   const double (&seen)[ccdc_bands]) {
      const int k = found_++;
      if (k >= op_.max_segments) return;
      const size_t at = static_cast<size_t>(k) * op_.pixels + pixel_;
      body_.start.put(at, first);
      body_.end.put(at, last);
      body_.change.put(at, changed);
      body_.observations.put(at, taken);
      body_.probability.put(at, sure);
      body_.quality.put(at, how);
      for (int b = 0; b < ccdc_bands; ++b) {
        const size_t row = static_cast<size_t>(k * ccdc_bands + b);
        const bool there = b < bands_;
        body_.rmse.put(row * op_.pixels + pixel_, there ? model_.rmse[b] : nan_d());
        body_.magnitude.put(row * op_.pixels + pixel_, there ? seen[b] : nan_d());
        for (int c = 0; c < ccdc_coefficients; ++c) {
          const double v = there ? (c < CcdcModel::waves ? model_.coefficient[b][c] : model_.intercept[b]) : nan_d();
          body_.coefficient.put((row * ccdc_coefficients + static_cast<size_t>(c)) * op_.pixels + pixel_, v);
        }
      }
    }
    FW_HD void finish(double observed, double clear) {
      const int found = found_;
      body_.segments.put(pixel_, found > 0 ? static_cast<double>(found) : nan_d());
      for (int k = found; k < op_.max_segments; ++k) {
        const size_t at = static_cast<size_t>(k) * op_.pixels + pixel_;
        body_.start.put(at, nan_d());
        body_.end.put(at, nan_d());
        body_.change.put(at, nan_d());
        body_.observations.put(at, nan_d());
        body_.probability.put(at, nan_d());
        body_.quality.put(at, nan_d());
        for (int b = 0; b < ccdc_bands; ++b) {
          const size_t row = static_cast<size_t>(k * ccdc_bands + b);
          body_.rmse.put(row * op_.pixels + pixel_, nan_d());
          body_.magnitude.put(row * op_.pixels + pixel_, nan_d());
          for (int c = 0; c < ccdc_coefficients; ++c)
            body_.coefficient.put((row * ccdc_coefficients + static_cast<size_t>(c)) * op_.pixels + pixel_, nan_d());
        }
      }
      if (!op_.reason_out) return;
      uint8_t why = number(Reason::value);
      if (found == 0)
        why = number(clear > 0.0 ? Reason::not_assessed : (observed > 0.0 ? Reason::masked : Reason::not_observed));
      op_.reason_out[pixel_] = why;
    }

    const CcdcBody& body_;
    const CcdcSettings& op_;
    size_t pixel_;
    CcdcSeries<L> series_;
    Scratch<L> residual_, flags_;
    int bands_, peek_ = 6, from_ = 0, to_ = 0, found_ = 0;
    double threshold_ = 0.0, variogram_[ccdc_bands] = {};
    CcdcModel model_;
  };
};

}  // namespace fw
