#include "core/series/tile_runner.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/series/on_device.h"

namespace fw {
namespace {

constexpr size_t least_pixels = 1024;  // of a part; where they do not fit the CPU takes over

}  // namespace

/// Delivers what was not delivered yet, so that a tile can be computed again after half of it went out.
class TileRunner::Once {
 public:
  Once(const TileWorker::Deliver& deliver, const TileWorker::DeliverSeries& deliver_series)
      : deliver_(deliver), deliver_series_(deliver_series) {}
  bool wants_series() const { return deliver_series_ != nullptr; }
  void deliver(size_t indicator, size_t target, const float* value, const uint8_t* reason, const float* ungated) {
    if (done_.count({indicator, target})) return;
    deliver_(indicator, target, value, reason, ungated);
    done_.insert({indicator, target});
  }
  void deliver_series(size_t series, const float* value) {
    if (done_series_.count(series)) return;
    deliver_series_(series, value);
    done_series_.insert(series);
  }

 private:
  const TileWorker::Deliver& deliver_;
  const TileWorker::DeliverSeries& deliver_series_;
  std::set<std::pair<size_t, size_t>> done_;
  std::set<size_t> done_series_;
};

TileRunner::TileRunner(const SeriesPlan& plan, const RecordPlan& record, const BlockComposites& composites,
                       const ChosenDevice& device, RunReport& report, SeriesStore* store)
    : plan_(plan), record_(record), composites_(composites), device_(device), report_(report), store_(store) {}
TileRunner::~TileRunner() = default;

void TileRunner::run(const Window& window, const TileWorker::Deliver& deliver,
                     const TileWorker::DeliverSeries& deliver_series) {
  Once once(deliver, deliver_series);
  for (;;) {
    std::string name = "devices";
    try {
      if (!worker_) {
        auto backend = make_backend_or_cpu(device_, report_);
        name = backend->name();
        worker_ = std::make_unique<TileWorker>(plan_, record_, composites_, std::move(backend), store_);
      }
      name = worker_->backend().name();
      return attempt(window, once);
    } catch (const DeviceMemoryError&) {
      worker_.reset();
      const size_t now = std::min(most_pixels_, window.pixels());
      if (now / 2 >= least_pixels && window.rows > 1) {
        most_pixels_ = now / 2;
        note_short_device(report_, name, "tiles were computed in parts");
      } else {
        device_ = cpu_instead();
        note_short_device(report_, name, "tiles were computed on the CPU");
      }
    } catch (const DeviceError& e) {
      worker_.reset();
      note_failed_device(report_, device_, name, e);
    }
  }
}

void TileRunner::attempt(const Window& window, Once& once) {
  if (worker_->backend().is_device() && window.pixels() > most_pixels_)
    return run_in_parts(window, std::max(1, static_cast<int>(most_pixels_ / static_cast<size_t>(window.cols))), once);
  TileWorker::DeliverSeries deliver_series;
  if (once.wants_series()) deliver_series = [&](size_t s, const float* value) { once.deliver_series(s, value); };
  worker_->run(
      window,
      [&](size_t i, size_t t, const float* value, const uint8_t* reason, const float* ungated) {
        once.deliver(i, t, value, reason, ungated);
      },
      deliver_series);
}

void TileRunner::run_in_parts(const Window& window, int rows, Once& once) {
  const size_t n = window.pixels(), periods = static_cast<size_t>(record_.periods);
  struct Whole {
    std::vector<float> value, ungated;
    std::vector<uint8_t> reason;
  };
  std::map<std::pair<size_t, size_t>, Whole> whole;
  std::map<size_t, std::vector<float>> whole_series;
  for (int r = 0; r < window.rows; r += rows) {
    const Window part{window.row + r, window.col, std::min(rows, window.rows - r), window.cols};
    const size_t at = static_cast<size_t>(r) * static_cast<size_t>(window.cols), count = part.pixels();
    TileWorker::DeliverSeries keep_series;
    if (once.wants_series())
      keep_series = [&](size_t s, const float* value) {
        auto& to = whole_series[s];
        to.resize(periods * n);
        for (size_t p = 0; p < periods; ++p) std::copy_n(value + p * count, count, to.data() + p * n + at);
      };
    worker_->run(
        part,
        [&](size_t i, size_t t, const float* value, const uint8_t* reason, const float* ungated) {
          Whole& to = whole[{i, t}];
          to.value.resize(n);
          to.ungated.resize(n);
          to.reason.resize(n);
          std::copy_n(value, count, to.value.data() + at);
          std::copy_n(ungated, count, to.ungated.data() + at);
          std::copy_n(reason, count, to.reason.data() + at);
        },
        keep_series);
  }
  for (const auto& [series, values] : whole_series) once.deliver_series(series, values.data());
  for (const auto& [key, tile] : whole)
    once.deliver(key.first, key.second, tile.value.data(), tile.reason.data(), tile.ungated.data());
}

}  // namespace fw
