#include "core/series/change_map.h"

#include <algorithm>
#include <atomic>
#include <memory>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/series/clean_up.h"
#include "core/series/period_pass.h"
#include "core/series/send.h"

namespace fw {
namespace {

/// Pixels of a strip of the second pass: a number of its own, so that the sums do not depend on the tile size.
constexpr size_t strip_pixels = size_t{1} << 18;

/// Both composites on the backend, [band][pixel].
struct Pair {
  Buffer<float> before, after;
  TwoDates dates{};
};

Pair send(Backend& backend, const std::vector<float>& before, const std::vector<float>& after, size_t bands, size_t n) {
  Pair pair{Buffer<float>(backend, before.size()), Buffer<float>(backend, after.size()), {}};
  backend.upload(pair.before.data(), before.data(), before.size() * sizeof(float));
  backend.upload(pair.after.data(), after.data(), after.size() * sizeof(float));
  pair.dates.bands = static_cast<int>(bands);
  for (size_t b = 0; b < bands; ++b) {
    pair.dates.before[b] = pair.before.at(b * n);
    pair.dates.after[b] = pair.after.at(b * n);
  }
  return pair;
}

/// The rounds of MAD over composites kept in temporary rasters.
class MadPass {
 public:
  MadPass(Backend& backend, const ChangePlan& plan) : backend_(backend), plan_(plan), bands_(plan.names.size()) {
    for (size_t k = 0; k < 2 * bands_; ++k)
      planes_.push_back(std::make_unique<ScratchRaster>(plan.scratch_dir, plan.grid.rows, plan.grid.cols));
    const int rows =
        static_cast<int>(std::max<size_t>(1, strip_pixels / static_cast<size_t>(std::max(1, plan.grid.cols))));
    for (int r = 0; r < plan.grid.rows; r += rows)
      strips_.push_back({r, 0, std::min(rows, plan.grid.rows - r), plan.grid.cols});
  }

  void keep(const Window& w, const BandValues& before, const BandValues& after) {
    for (size_t b = 0; b < bands_; ++b) {
      planes_[b]->write(w, before.value.data() + b * w.pixels());
      planes_[bands_ + b]->write(w, after.value.data() + b * w.pixels());
    }
  }

  IrMad run() {
    IrMad mad(plan_.mad_rounds);
    while (mad.status() == IrMadStatus::running) {
      MomentSums sums;
      for (const Window& w : strips_) add(w, mad, sums);
      mad.add(sums);
    }
    return mad;
  }

  void write(const IrMad& mad, ChangeSink& sink) {
    for (const Window& w : strips_) {
      const size_t n = w.pixels();
      const Pair pair = read(w);
      Buffer<float> chi2(backend_, n), no_change(backend_, n);
      MadVariates op = variates(mad, pair, n);
      op.chi2 = chi2.data();
      op.no_change = no_change.data();
      backend_.run(op);
      sink.write(ChangeLayer::chi2, 0, w, fetch(backend_, chi2, n).data());
      sink.write(ChangeLayer::no_change, 0, w, fetch(backend_, no_change, n).data());
    }
  }

 private:
  Pair read(const Window& w) const {
    const size_t n = w.pixels();
    std::vector<float> before(bands_ * n), after(bands_ * n);
    for (size_t b = 0; b < bands_; ++b) {
      planes_[b]->read(w, before.data() + b * n);
      planes_[bands_ + b]->read(w, after.data() + b * n);
    }
    return send(backend_, before, after, bands_, n);
  }
  static MadVariates variates(const IrMad& mad, const Pair& pair, size_t n) {
    MadVariates op{};
    op.dates = pair.dates;
    mad.pairs().put_into(op);
    op.pixels = n;
    return op;
  }
  void add(const Window& w, const IrMad& mad, MomentSums& sums) {
    const size_t n = w.pixels(), parts = (n + moment_chunk - 1) / moment_chunk;
    const Pair pair = read(w);
    Buffer<float> weight(backend_, n);
    Buffer<MomentSums> partial(backend_, parts);
    Moments op{pair.dates, nullptr, n, partial.data()};
    if (mad.round() > 0) {
      MadVariates weights = variates(mad, pair, n);
      weights.no_change = weight.data();
      backend_.run(weights);
      op.weight = weight.data();
    }
    backend_.run(op);
    std::vector<MomentSums> host(parts);
    backend_.download(host.data(), partial.data(), parts * sizeof(MomentSums));
    for (const auto& part : host) sums.merge(part);
  }

  Backend& backend_;
  const ChangePlan& plan_;
  size_t bands_;
  std::vector<std::unique_ptr<ScratchRaster>> planes_;
  std::vector<Window> strips_;
};

void write_tile(Backend& backend, const ChangePlan& plan, const Window& w, const BandValues& before,
                const BandValues& after, ChangeSink& sink) {
  const size_t n = w.pixels(), bands = plan.names.size();
  if (plan.difference) {
    std::vector<float> difference(n);
    for (size_t b = 0; b < bands; ++b) {
      const float *x = before.value.data() + b * n, *y = after.value.data() + b * n;
      for (size_t i = 0; i < n; ++i) difference[i] = is_nan(x[i]) || is_nan(y[i]) ? nan_f() : y[i] - x[i];
      sink.write(ChangeLayer::before, b, w, x);
      sink.write(ChangeLayer::after, b, w, y);
      sink.write(ChangeLayer::difference, b, w, difference.data());
    }
  }
  if (plan.vector) {
    const Pair pair = send(backend, before.value, after.value, bands, n);
    Buffer<float> magnitude(backend, n), angle(backend, n);
    backend.run(ChangeVector{pair.dates, n, plan.x_band, plan.y_band, magnitude.data(), angle.data(), nullptr});
    sink.write(ChangeLayer::magnitude, 0, w, fetch(backend, magnitude, n).data());
    if (bands > 1) sink.write(ChangeLayer::angle, 0, w, fetch(backend, angle, n).data());
  }
}

}  // namespace

ChangeSummary map_change(const ChangePlan& plan, const Catalogue& catalogue, const IndexCatalogue& indices,
                         const ChosenDevice& device, ChangeSink& sink, RunReport& report) {
  const size_t bands = plan.names.size();
  if (bands < 1 || bands > static_cast<size_t>(max_change_bands))
    throw ConfigError("RANGE", "Change takes 1 to " + std::to_string(max_change_bands) + " bands or indices.");
  std::vector<PeriodBands> periods;
  for (const auto* scenes : {&plan.before, &plan.after}) {
    periods.emplace_back(indices, *scenes, plan.names, plan.composite, "change", report);
    if (periods.back().scenes() == 0)
      throw InputError("NO_SCENES", std::string("No scene of the period ") +
                                        (scenes == &plan.before ? "before" : "after") +
                                        " has the bands asked for. See 'forewarn describe' for names.");
  }
  const auto backend = make_backend(device);
  std::unique_ptr<MadPass> mad;
  if (plan.mad) mad = std::make_unique<MadPass>(*backend, plan);
  ChangeSummary summary;
  summary.scenes_before = periods[0].scenes();
  summary.scenes_after = periods[1].scenes();
  Progress progress("change", plan.grid.pixels());
  std::atomic<size_t> assessed = 0;
  PeriodPass pass{plan.grid, plan.memory_bytes, plan.scratch_dir, {}};
  pass.take = [&](Backend& own, const Window& w, std::vector<BandValues>& of_period) {
    const BandValues &x = of_period[0], &y = of_period[1];
    size_t both = 0;
    for (size_t i = 0; i < w.pixels(); ++i) both += !is_nan(x.value[i]) && !is_nan(y.value[i]);
    assessed += both;
    write_tile(own, plan, w, x, y, sink);
    if (mad) mad->keep(w, x, y);
    progress.step(w.pixels());
  };
  composite_periods(periods, catalogue, device, pass, report);
  summary.assessed = assessed;
  if (!mad) return summary;
  const IrMad result = mad->run();
  if (result.status() == IrMadStatus::failed)
    throw InputError("MAD_SINGULAR", "MAD has no result (" + result.pairs().explain() +
                                         "). Leave that band out, or give scenes that overlap more.");
  mad->write(result, sink);
  summary.mad = result.status();
  summary.rounds = result.round();
  for (int k = 0; k < result.pairs().bands; ++k) summary.correlation.push_back(result.pairs().correlation[k]);
  return summary;
}

}  // namespace fw
