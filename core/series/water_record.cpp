#include "core/series/water_record.h"

#include <cstdlib>  // defines __GLIBC__
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <tbb/global_control.h>

#include <algorithm>
#include <mutex>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/series/send.h"

namespace fw {
namespace {

using Epoch = WaterRecordPlan::Epoch;

std::vector<Period> months_of(const std::vector<Scene>& scenes) {
  std::vector<Period> months;
  if (scenes.empty()) return months;
  const Period first = period_of(scenes.front().time.date, Cadence::month),
               last = period_of(scenes.back().time.date, Cadence::month);
  for (int n = first.number; n <= last.number; ++n) months.push_back({Cadence::month, n});
  return months;
}

/// Rows [begin, end) of an epoch in the record.
struct Rows {
  int begin = 0, end = 0;
};
Rows rows_of(const std::optional<Epoch>& epoch, const std::vector<Period>& months) {
  if (!epoch) return {};
  const int first = months.front().number, count = static_cast<int>(months.size());
  return {std::clamp(epoch->from.number - first, 0, count), std::clamp(epoch->to.number + 1 - first, 0, count)};
}

void choose_epochs(const WaterRecordPlan& plan, WaterRecord& record) {
  record.epoch1 = plan.epoch1;
  record.epoch2 = plan.epoch2;
  if (plan.epoch1.has_value() != plan.epoch2.has_value())
    throw ConfigError("RANGE", "Occurrence change needs two epochs. State both, or none.");
  if (plan.epoch1) {
    if (plan.epoch1->to < plan.epoch1->from || plan.epoch2->to < plan.epoch2->from ||
        !(plan.epoch1->to < plan.epoch2->from))
      throw ConfigError("RANGE", "The first epoch must end before the second begins, and each after it began.");
    for (const auto& e : {*plan.epoch1, *plan.epoch2})
      if (const Rows rows = rows_of(e, record.months); rows.begin >= rows.end)
        throw ConfigError("RANGE", "No month of the record (" + label(record.months.front()) + " to " +
                                       label(record.months.back()) + ") lies within the epoch " + label(e.from) +
                                       " to " + label(e.to) + ".");
    return;
  }
  const int first = year_of(record.months.front()), last = year_of(record.months.back());
  if (first == last) return;
  const Period middle{Cadence::month, 12 * ((first + last + 1) / 2)};
  record.epoch1 = Epoch{record.months.front(), {Cadence::month, middle.number - 1}};
  record.epoch2 = Epoch{middle, record.months.back()};
}

size_t most_in_a_month(const std::vector<Scene>& scenes) {
  size_t most = 0, count = 0;
  for (size_t s = 0; s < scenes.size(); ++s) {
    const auto month = [&](size_t k) { return period_of(scenes[k].time.date, Cadence::month); };
    count = s > 0 && month(s) == month(s - 1) ? count + 1 : 1;
    most = std::max(most, count);
  }
  return most;
}

/// Whole rows of the grid where they fit: the maps lie row by row in their file.
std::vector<Window> record_tiles(const WaterRecordPlan& plan, const std::vector<Scene>& scenes, size_t months) {
  const size_t pixel =
      2 * scenes.size() + months * (sizeof(float) + 1) + 2 * most_in_a_month(scenes) * (sizeof(float) + 1) + 128;
  const size_t threads = tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism);
  constexpr size_t besides = size_t{96} << 20, least = size_t{8} << 20;  // the program, and rasters on their way out
  const size_t memory = plan.memory_bytes > besides + least ? plan.memory_bytes - besides : least;
  const auto asked = static_cast<size_t>(plan.tile_size) * static_cast<size_t>(plan.tile_size);
  const auto pixels =
      static_cast<int>(std::clamp<size_t>(memory / threads / pixel, 32 * 32, std::max<size_t>(asked, 32 * 32)));
  const int cols = std::clamp(plan.grid.cols, 1, pixels);
  return tiles(plan.grid, pixels / cols, cols);
}

/// What is kept of each scene lies between windows that were freed, so that the next ones find no room there: with
/// every scene the heap grew by a window.
void return_freed_memory() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

/// Maps of all scenes, and the record made of them.
class Recorder {
 public:
  Recorder(const WaterRecordPlan& plan, size_t scenes, SceneWindows& windows, WaterRecord& record, WaterSink& sink)
      : plan_(plan),
        windows_(windows),
        record_(record),
        sink_(sink),
        maps_(ScratchRaster::of_bytes(plan.scratch_dir, static_cast<int>(scenes) * plan.grid.rows, plan.grid.cols)) {}

  void map(WaterMapper& mapper, const Scene& scene) {
    const size_t s = record_.scenes.size();
    record_.scenes.push_back(mapper.map(scene, [&](const Window& w, const std::vector<uint8_t>& states) {
      sink_.map(s, w, states.data());
      maps_->write(in_maps(s, w), states.data());
    }));
    return_freed_memory();
  }

  void record(const std::vector<Window>& tiles, Progress& progress) {
    windows_.each(tiles, [&](Backend& backend, const Window& w) {
      std::vector<std::vector<uint8_t>> states(record_.scenes.size());
      for (size_t s = 0; s < states.size(); ++s) {
        if (!record_.scenes[s].usable) continue;
        states[s].resize(w.pixels());
        maps_->read(in_maps(s, w), states[s].data());
      }
      if (record_.months.size() > 1) history(backend, w, states);
      for (auto& scene : states)
        for (uint8_t& s : scene)
          if (s > WaterAreas::wet) s = 255;
      WaterAreas here(states.size());
      here.add(states, cell_areas_km2(plan_.grid, w));
      const std::lock_guard lock(mutex_);
      record_.areas.merge(here);
      progress.step(w.pixels());
    });
  }

 private:
  Window in_maps(size_t scene, const Window& w) const {
    return {static_cast<int>(scene) * plan_.grid.rows + w.row, w.col, w.rows, w.cols};
  }

  /// Scenes of each month to one value.
  void compose(Backend& backend, const std::vector<std::vector<uint8_t>>& states, size_t n, Buffer<float>& water,
               Buffer<uint8_t>& reason) {
    std::vector<size_t> of_month;
    size_t next = 0;
    for (size_t m = 0; m < record_.months.size(); ++m) {
      of_month.clear();
      for (; next < states.size() &&
             period_of(record_.scenes[next].scene->time.date, Cadence::month) == record_.months[m];
           ++next) {
        if (!states[next].empty()) of_month.push_back(next);
      }
      if (of_month.empty()) {
        backend.fill(water.at(m * n), 0xFF, n * sizeof(float));  // all bits set is a NaN
        backend.fill(reason.at(m * n), static_cast<unsigned char>(Reason::not_observed), n);
        continue;
      }
      std::vector<float> value(of_month.size() * n, nan_f());
      std::vector<uint8_t> outcome(of_month.size() * n);
      for (size_t k = 0; k < of_month.size(); ++k)
        for (size_t i = 0; i < n; ++i) {
          const auto state = static_cast<WaterState>(states[of_month[k]][i]);
          if (state == WaterState::dry || state == WaterState::wet) value[k * n + i] = state == WaterState::wet;
          outcome[k * n + i] = static_cast<uint8_t>(state == WaterState::not_observed ? MaskOutcome::not_observed
                                                    : state == WaterState::masked     ? MaskOutcome::masked
                                                                                      : MaskOutcome::clear);
        }
      Buffer<float> values(backend, value.size());
      Buffer<uint8_t> outcomes(backend, outcome.size());
      backend.upload(values.data(), value.data(), value.size() * sizeof(float));
      backend.upload(outcomes.data(), outcome.data(), outcome.size());
      backend.run(Composite{values.data(), outcomes.data(), static_cast<int>(of_month.size()), n,
                            plan_.month == WaterMonth::any ? CompositeMethod::max : CompositeMethod::mean,
                            water.at(m * n), nullptr, reason.at(m * n)});
    }
  }

  void history(Backend& backend, const Window& w, const std::vector<std::vector<uint8_t>>& states) {
    const size_t n = w.pixels(), months = record_.months.size();
    Buffer<float> water(backend, months * n), out(backend, 3 * n);
    Buffer<uint8_t> reason(backend, months * n), codes(backend, 2 * n);
    Buffer<uint16_t> observed(backend, n);
    compose(backend, states, n, water, reason);
    const Rows one = rows_of(record_.epoch1, record_.months), two = rows_of(record_.epoch2, record_.months);
    WaterHistory op{};
    op.water = water.data();
    op.month_reason = reason.data();
    op.months = static_cast<int>(months);
    op.pixels = n;
    op.first_month = place_in_year(record_.months.front());
    op.epoch1_begin = one.begin;
    op.epoch1_end = one.end;
    op.epoch2_begin = two.begin;
    op.epoch2_end = two.end;
    op.min_months = plan_.min_months;
    op.occurrence = out.at(0);
    op.recurrence = out.at(n);
    op.change = out.at(2 * n);
    op.seasonality = codes.at(0);
    op.transition = codes.at(n);
    op.observed = observed.data();
    backend.run(op);
    const std::vector<float> values = fetch(backend, out, 3 * n);
    std::vector<float> layer(n);
    std::vector<uint8_t> code(2 * n);
    std::vector<uint16_t> seen(n);
    backend.download(code.data(), codes.data(), code.size());
    backend.download(seen.data(), observed.data(), n * sizeof(uint16_t));
    sink_.record(WaterLayer::occurrence, w, values.data());
    sink_.record(WaterLayer::recurrence, w, values.data() + n);
    if (record_.epoch1) sink_.record(WaterLayer::change, w, values.data() + 2 * n);
    for (size_t i = 0; i < n; ++i) layer[i] = code[i] == 255 ? nan_f() : static_cast<float>(code[i]);
    sink_.record(WaterLayer::seasonality, w, layer.data());
    for (size_t i = 0; i < n; ++i) layer[i] = static_cast<float>(seen[i]);
    sink_.record(WaterLayer::observed, w, layer.data());
    sink_.transition(w, code.data() + n);
  }

  const WaterRecordPlan& plan_;
  SceneWindows& windows_;
  WaterRecord& record_;
  WaterSink& sink_;
  std::unique_ptr<ScratchRaster> maps_;  ///< of all scenes, one below the other
  std::mutex mutex_;
};

}  // namespace

WaterRecord record_water(const WaterRecordPlan& plan, const Catalogue& catalogue, const IndexCatalogue& indices,
                         const ChosenDevice& device, WaterSink& sink, RunReport& report) {
  Pool<Backend> backends([device] { return make_backend(device); });
  SceneWindows windows(catalogue, plan.grid, backends, report);
  WaterMapper mapper(windows, plan.grid, indices, plan.water, plan.scratch_dir, report);
  WaterRecord record{{}, WaterAreas(catalogue.scenes.size()), months_of(catalogue.scenes), {}, {}};
  choose_epochs(plan, record);
  const auto parts = record_tiles(plan, catalogue.scenes, record.months.size());
  Progress progress("water", (catalogue.scenes.size() + 1) * plan.grid.pixels());
  Recorder recorder(plan, catalogue.scenes.size(), windows, record, sink);
  for (const auto& scene : catalogue.scenes) {
    recorder.map(mapper, scene);
    progress.step(plan.grid.pixels());
  }
  recorder.record(parts, progress);
  return record;
}

}  // namespace fw
