// The harmonic model and the break monitor on made-up series whose answer is known.
#include <cmath>
#include <random>

#include "kernels/least_squares.h"
#include "kernels/ops_break.h"
#include "on_each_backend.h"

namespace fw {
namespace {

using Row = std::vector<double>;
constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr double pi = 3.14159265358979323846;

Row years_of(size_t times, double per_year) {
  Row years(times);
  for (size_t t = 0; t < times; ++t) years[t] = 2010.0 + static_cast<double>(t) / per_year;
  return years;
}
Row numbers(size_t times) {
  Row n(times);
  for (size_t t = 0; t < times; ++t) n[t] = static_cast<double>(t + 1);
  return n;
}
/// [time][pixel] from one row per pixel.
Row interleave(const std::vector<Row>& series) {
  const size_t pixels = series.size(), times = series[0].size();
  Row x(pixels * times);
  for (size_t p = 0; p < pixels; ++p)
    for (size_t t = 0; t < times; ++t) x[t * pixels + p] = series[p][t];
  return x;
}

class Harmonic : public OnEachBackend {
 protected:
  struct Out {
    std::vector<Row> coefficient, error;  ///< [term][pixel]
    Row amplitude, phase, sigma, r2, count;
    Codes reason;
  };
  Out run(const std::vector<Row>& series, const Row& years, int harmonics, int min_valid = 12) {
    const size_t pixels = series.size(), terms = static_cast<size_t>(harmonic_terms_of(harmonics));
    Buffer<double> in = up(interleave(series)), rows = up(harmonic_terms(years, years, 2012.0, 2.0, harmonics));
    Buffer<double> coefficient = room<double>(terms * pixels), error = room<double>(terms * pixels),
                   rest = room<double>(5 * pixels);
    Buffer<uint8_t> why = room<uint8_t>(pixels);
    HarmonicFit<double> op;
    op.x = in.data();
    op.times = static_cast<int>(years.size());
    op.pixels = pixels;
    op.harmonics = harmonics;
    op.terms = rows.data();
    op.centre = 2012.0;
    op.scale = 2.0;
    op.min_valid = min_valid;
    for (size_t k = 0; k < terms; ++k)
      op.coefficient[k] = coefficient.at(k * pixels), op.error[k] = error.at(k * pixels);
    op.amplitude[0] = rest.at(0);
    op.phase[0] = rest.at(pixels);
    op.sigma = rest.at(2 * pixels);
    op.r2 = rest.at(3 * pixels);
    op.count = rest.at(4 * pixels);
    op.reason_out = why.data();
    backend().run(op);
    const auto rows_of = [&](const Row& all, size_t count) {
      std::vector<Row> out;
      for (size_t k = 0; k < count; ++k) {
        const auto from = all.begin() + static_cast<std::ptrdiff_t>(k * pixels);
        out.emplace_back(from, from + static_cast<std::ptrdiff_t>(pixels));
      }
      return out;
    };
    const auto r = rows_of(down(rest), 5);
    return {rows_of(down(coefficient), terms), rows_of(down(error), terms), r[0], r[1], r[2], r[3], r[4], down(why)};
  }
};
FW_ON_EACH_BACKEND(Harmonic);

TEST_P(Harmonic, FindsTheModelThatMadeTheSeries) {
  const Row years = years_of(100, 23.0);
  std::vector<Row> series;
  for (int p = 0; p < 40; ++p) {
    Row x(years.size());
    for (size_t t = 0; t < x.size(); ++t)
      x[t] = (static_cast<int>(t) + p) % 7 == 0
                 ? none
                 : 0.3 + 0.01 * (years[t] - 2010.0) + 0.2 * std::cos(2.0 * pi * years[t] - 1.0) +
                       0.05 * p * std::sin(4.0 * pi * years[t]);
    series.push_back(x);
  }
  const Out out = run(series, years, 2);
  for (size_t p = 0; p < series.size(); ++p) {
    EXPECT_NEAR(out.coefficient[0][p], 0.3 - 20.1, 1e-8);
    EXPECT_NEAR(out.coefficient[1][p], 0.01, 1e-11);
    EXPECT_NEAR(out.coefficient[5][p], 0.05 * static_cast<double>(p), 1e-11);
    EXPECT_NEAR(out.amplitude[p], 0.2, 1e-11);
    EXPECT_NEAR(out.phase[p], 1.0, 1e-10);
    EXPECT_NEAR(out.sigma[p], 0.0, 1e-11);
    EXPECT_NEAR(out.r2[p], 1.0, 1e-12);
    EXPECT_EQ(out.reason[p], code(Reason::value));
  }
}

TEST_P(Harmonic, EverySeriesHasAStatedResult) {
  const Row years = years_of(60, 12.0);
  Row few(60, none), one_month(60, none);
  for (size_t t = 0; t < 8; ++t) few[t] = static_cast<double>(t % 3);
  for (size_t t = 0; t < 60; t += 12) one_month[t] = static_cast<double>(t % 7);
  const Out out = run({Row(60, 0.4), Row(60, none), few, one_month}, years, 1, 5);
  EXPECT_EQ(out.coefficient[0][0], 0.4);
  for (const Row* v : {&out.coefficient[1], &out.coefficient[2], &out.amplitude, &out.sigma, &out.r2})
    EXPECT_EQ((*v)[0], 0.0);
  EXPECT_TRUE(std::isnan(out.phase[0]));
  EXPECT_TRUE(std::isnan(out.sigma[1]));
  EXPECT_FALSE(std::isnan(out.sigma[2]));
  EXPECT_TRUE(std::isnan(out.sigma[3])) << "one month of the year cannot tell the season from the mean";
  EXPECT_EQ(out.count, (Row{60, 0, 8, 5}));
  EXPECT_EQ(out.reason,
            (Codes{code(Reason::value), code(Reason::not_observed), code(Reason::value), code(Reason::not_assessed)}));
}

Row noise(size_t times, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(0.0, 0.03);
  const Row years = years_of(times, 23.0);
  Row x(times);
  for (size_t t = 0; t < times; ++t) x[t] = 0.4 + 0.2 * std::sin(2.0 * pi * years[t]) + normal(random);
  return x;
}

/// A monitor at the level of 5 %; out: breakpoint, magnitude, start, count, sigma of each pixel.
BreakMonitor<double> monitor_of(BreakProcess process, StableHistory history, Buffer<double>& out, size_t pixels) {
  BreakMonitor<double> op;
  op.pixels = pixels;
  op.process = process;
  op.history = history;
  op.critical = process == BreakProcess::mosum ? mosum_critical_value(0.25, 10, 0.05) : cusum_critical_value(0.05);
  op.roc_critical = recursive_cusum_critical_value(0.05);
  op.breakpoint = out.at(0);
  op.magnitude = out.at(pixels);
  op.history_start = out.at(2 * pixels);
  op.history_count = out.at(3 * pixels);
  op.sigma = out.at(4 * pixels);
  return op;
}

class Break : public OnEachBackend {
 protected:
  struct Out {
    Row breakpoint, magnitude, start, count, sigma;
    Codes reason;
  };
  Out run(const std::vector<Row>& series, int monitor_from, BreakProcess process, StableHistory history,
          int harmonics = 1) {
    const size_t pixels = series.size(), times = series[0].size();
    const double middle = 0.5 * static_cast<double>(times);
    Buffer<double> in = up(interleave(series)),
                   rows = up(harmonic_terms(years_of(times, 23.0), numbers(times), middle, middle, harmonics)),
                   out = room<double>(5 * pixels);
    Buffer<uint8_t> why = room<uint8_t>(pixels);
    BreakMonitor<double> op = monitor_of(process, history, out, pixels);
    op.x = in.data();
    op.times = static_cast<int>(times);
    op.harmonics = harmonics;
    op.terms = rows.data();
    op.centre = op.scale = middle;
    op.monitor_from = monitor_from;
    op.reason_out = why.data();
    backend().run(op);
    const Row all = down(out);
    const auto part = [&](size_t k) {
      const auto from = all.begin() + static_cast<std::ptrdiff_t>(k * pixels);
      return Row(from, from + static_cast<std::ptrdiff_t>(pixels));
    };
    return {part(0), part(1), part(2), part(3), part(4), down(why)};
  }
};
FW_ON_EACH_BACKEND(Break);

TEST_P(Break, FindsAStepSoonAfterItAndNoneInNoise) {
  std::vector<Row> series;
  for (unsigned p = 0; p < 80; ++p) series.push_back(noise(120, p));
  const size_t step = 95;
  for (size_t p = 40; p < 80; ++p)
    for (size_t t = step; t < 120; ++t) series[p][t] -= 0.2;
  for (const BreakProcess process : {BreakProcess::mosum, BreakProcess::cusum})
    for (const StableHistory history : {StableHistory::all, StableHistory::roc}) {
      const Out out = run(series, 80, process, history);
      int false_alarms = 0, early = 0;
      for (size_t p = 0; p < 40; ++p) false_alarms += out.breakpoint[p] >= 0.0;
      EXPECT_LE(false_alarms, 8);  // the level is 5 % over ten histories
      for (size_t p = 40; p < 80; ++p) {
        early += out.breakpoint[p] < static_cast<double>(step);
        EXPECT_LE(out.breakpoint[p], static_cast<double>(step + 8)) << p;
        EXPECT_NEAR(out.magnitude[p], -0.2, 0.1);
        EXPECT_NEAR(out.sigma[p], 0.03, 0.01);
      }
      EXPECT_LE(early, 6);
    }
}

TEST_P(Break, RocLeavesOutAHistoryThatWasDifferent) {
  Row x = noise(160, 3);
  for (size_t t = 0; t < 50; ++t) x[t] += 0.5;
  const Out all = run({x}, 120, BreakProcess::mosum, StableHistory::all);
  const Out roc = run({x}, 120, BreakProcess::mosum, StableHistory::roc);
  EXPECT_EQ(all.start[0], 0.0);
  EXPECT_EQ(all.count[0], 120.0);
  EXPECT_NEAR(roc.start[0], 48.0, 6.0);
  EXPECT_EQ(roc.count[0], 120.0 - roc.start[0]);
  EXPECT_LT(roc.sigma[0], all.sigma[0]);
}

TEST_P(Break, EverySeriesHasAStatedResult) {
  const Row good = noise(100, 1);
  Row unseen = good, short_history = good;
  for (size_t t = 80; t < 100; ++t) unseen[t] = none;
  for (size_t t = 0; t < 75; ++t) short_history[t] = none;
  for (const BreakProcess process : {BreakProcess::mosum, BreakProcess::cusum})
    for (const StableHistory history : {StableHistory::all, StableHistory::roc}) {
      const Out out = run({good, Row(100, none), Row(100, 0.7), unseen, short_history}, 80, process, history);
      EXPECT_GE(out.breakpoint[0], -1.0);
      for (size_t p = 1; p < 5; ++p) {
        EXPECT_TRUE(std::isnan(out.breakpoint[p])) << p;
        EXPECT_TRUE(std::isnan(out.magnitude[p])) << p;
      }
      EXPECT_EQ(out.count[1], 0.0);
      EXPECT_EQ(out.count[4], 5.0);
      EXPECT_EQ(out.reason, (Codes{code(Reason::value), code(Reason::not_observed), code(Reason::not_assessed),
                                   code(Reason::not_assessed), code(Reason::not_assessed)}));
    }
}

/// The monitor of the first `times` rows, and what it leaves for later.
class BreakResumed : public OnEachBackend {
 protected:
  static constexpr int harmonics = 2;
  struct Out {
    Row of_pixels;  ///< breakpoint, magnitude, start, count, sigma
    Row model, leaving, progress;
  };
  struct Resume {
    const Out& before;
    int from;  ///< row of the record
  };
  /// resume: goes on from there, with the monitored rows alone.
  Out run(const std::vector<Row>& series, int monitor_from, int progress_at, BreakProcess process,
          StableHistory history, const Resume* resume = nullptr) {
    const size_t pixels = series.size(), times = series[0].size();
    const auto planes = static_cast<size_t>(break_window_planes(0.25, monitor_from));
    const int dropped = resume ? monitor_from : 0;
    std::vector<Row> given = series;
    Row years = years_of(times, 23.0), number = numbers(times);
    for (Row& row : given) row.erase(row.begin(), row.begin() + dropped);
    years.erase(years.begin(), years.begin() + dropped);
    number.erase(number.begin(), number.begin() + dropped);
    const double middle = 0.5 * monitor_from;
    Buffer<double> in = up(interleave(given)), rows = up(harmonic_terms(years, number, middle, middle, harmonics)),
                   out = room<double>(5 * pixels), model = room<double>(break_model_planes(harmonics) * pixels),
                   leaving = room<double>(planes * pixels), progress = room<double>(break_progress_planes * pixels);
    BreakMonitor<double> op = monitor_of(process, history, out, pixels);
    op.x = in.data();
    op.times = static_cast<int>(years.size());
    op.harmonics = harmonics;
    op.terms = rows.data();
    op.centre = op.scale = middle;
    op.monitor_from = monitor_from - dropped;
    op.progress_out = progress.data();
    op.progress_at = progress_at - dropped;
    Buffer<double> model_in, progress_in, leaving_in;
    if (resume) {
      Row before = resume->before.progress;
      for (size_t p = 2 * pixels; p < 3 * pixels; ++p) before[p] -= before[p] < 0.0 ? 0.0 : monitor_from;
      model_in = up(resume->before.model);
      progress_in = up(before);
      op.model = model_in.data();
      op.progress = progress_in.data();
      op.resume_from = resume->from - dropped;
      double fewest = static_cast<double>(planes) - 1.0;  // values monitored then
      for (size_t p = pixels; p < 2 * pixels; ++p)
        if (before[p] < fewest) fewest = before[p];
      op.leaving_from = static_cast<int>(fewest);
      op.leaving_planes = static_cast<int>(planes) - op.leaving_from;
      leaving_in = up(Row(resume->before.leaving.begin() + op.leaving_from * static_cast<std::ptrdiff_t>(pixels),
                          resume->before.leaving.end()));
      op.leaving = leaving_in.data();
    } else {
      op.model_out = model.data();
      op.leaving_out = leaving.data();
    }
    backend().run(op);
    Out result{down(out), down(model), down(leaving), down(progress)};
    if (resume) {
      result.model = resume->before.model;
      result.leaving = resume->before.leaving;
      for (size_t p = 0; p < pixels; ++p) result.of_pixels[p] += result.of_pixels[p] >= 0.0 ? monitor_from : 0;
      for (size_t p = 2 * pixels; p < 3 * pixels; ++p)
        result.progress[p] += result.progress[p] >= 0.0 ? monitor_from : 0;
    }
    return result;
  }
  /// Noise around a season with gaps; some pixels step down, some are empty, constant or short.
  static std::vector<Row> made(size_t times) {
    std::mt19937 random(11);
    std::vector<Row> series;
    for (unsigned p = 0; p < 37; ++p) {
      Row x = noise(times, p);
      for (size_t t = 0; t < times; ++t) {
        if (p % 3 == 0 && t >= 96) x[t] -= 0.2;
        if (random() % 10 < p % 7) x[t] = none;
        if (p == 20 || (p == 21 && t < 75)) x[t] = none;
        if (p == 22) x[t] = 0.5;
        if (p == 23 && t >= 70) x[t] = none;
      }
      series.push_back(x);
    }
    return series;
  }
};
FW_ON_EACH_BACKEND(BreakResumed);

void expect_same_bits(const Row& a, const Row& b, const char* what) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i)
    EXPECT_TRUE(a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i])))
        << what << ' ' << i << ": " << a[i] << ' ' << b[i];
}

TEST_P(BreakResumed, GivesTheBitsOfTheWholeRecordFromItsMonitoredRows) {
  const int monitor_from = 80;
  const std::vector<Row> all = made(120);
  for (const BreakProcess process : {BreakProcess::mosum, BreakProcess::cusum})
    for (const StableHistory history : {StableHistory::all, StableHistory::roc}) {
      Out state;
      int at = 0;
      for (const int times : {84, 85, 97, 120}) {  // each from the state of the one before it
        std::vector<Row> record = all;
        for (Row& row : record) row.resize(static_cast<size_t>(times));
        const int next = std::max(monitor_from, times - 9);
        const Out whole = run(record, monitor_from, next, process, history);
        if (at == 0) {
          state = whole;
        } else {
          const Resume resume{state, at};
          state = run(record, monitor_from, next, process, history, &resume);
        }
        expect_same_bits(state.of_pixels, whole.of_pixels, "result");
        expect_same_bits(state.progress, whole.progress, "progress");
        at = next;
      }
      EXPECT_EQ(
          std::count_if(state.of_pixels.begin(), state.of_pixels.begin() + 37, [](double v) { return v >= 0; }) > 5,
          true);
    }
}

TEST(BreakSettings, AreCheckedBeforeWorkStarts) {
  const auto cpu = make_backend({DeviceChoice::cpu, ""});
  const Row x(4), terms(16);
  BreakMonitor<double> good;
  good.x = x.data();
  good.terms = terms.data();
  good.times = 4;
  good.pixels = 1;
  good.harmonics = 1;
  good.critical = good.roc_critical = 1.0;
  EXPECT_NO_THROW(cpu->run(good));
  const auto refuses = [&](auto change) {
    BreakMonitor<double> bad = good;
    change(bad);
    EXPECT_THROW(cpu->run(bad), std::logic_error);
  };
  refuses([](auto& op) { op.harmonics = 4; });
  refuses([](auto& op) { op.monitor_from = 5; });
  refuses([](auto& op) { op.window = 0.0; });
  refuses([](auto& op) { op.critical = 0.0; });
  refuses([](auto& op) { op.min_history = 4; });
  refuses([](auto& op) { op.terms = nullptr; });
  refuses([](auto& op) { op.scale = 0.0; });
  const Row planes(8);
  Row progress(3);
  refuses([&](auto& op) { op.model = planes.data(); });
  refuses([&](auto& op) { op.progress_out = progress.data(), op.progress_at = 5; });
  refuses([&](auto& op) { op.model = planes.data(), op.progress = progress.data(), op.resume_from = 5; });
  refuses([&](auto& op) { op.model = planes.data(), op.progress = progress.data(), op.monitor_from = 1; });
  refuses([](auto& op) { op.leaving_planes = 2; });
  EXPECT_THROW(mosum_critical_value(0.3, 10, 0.05), std::logic_error);
  EXPECT_THROW(mosum_critical_value(0.25, 10, 0.06), std::logic_error);
  EXPECT_THROW(harmonic_terms({2000.0, none}, {1.0, 2.0}, 0.0, 1.0, 1), std::logic_error);
}

TEST(LeastSquares, RecursiveResidualsEqualPredictionErrors) {
  // Against the definition: each value less its prediction from those before, over the root of 1 + x'(X'X)^-1 x.
  std::mt19937 random(5);
  std::normal_distribution<double> normal;
  RecursiveFit<2, 1> fit;
  double n = 0.0, st = 0.0, stt = 0.0, sx = 0.0, stx = 0.0;
  for (int k = 0; k < 40; ++k) {
    const double t = 0.1 * k, x = 2.0 + t + normal(random);
    const double row[] = {1.0, t}, value[] = {x};
    double residual[1];
    fit.add(row, value, residual);
    if (k < 2) {
      EXPECT_EQ(residual[0], 0.0);
    } else {
      const double det = n * stt - st * st, slope = (n * stx - st * sx) / det, level = (sx - slope * st) / n;
      const double leverage = (stt - 2.0 * t * st + t * t * n) / det;
      EXPECT_NEAR(residual[0], (x - level - slope * t) / std::sqrt(1.0 + leverage), 1e-11);
    }
    n += 1.0, st += t, stt += t * t, sx += x, stx += t * x;
  }
}

}  // namespace
}  // namespace fw
