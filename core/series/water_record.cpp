#include "core/series/water_record.h"

#include <algorithm>

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

int tile_size_of(const WaterRecordPlan& plan, const std::vector<Scene>& scenes, size_t months) {
  const size_t pixel =
      scenes.size() + months * (sizeof(float) + 1) + 2 * most_in_a_month(scenes) * (sizeof(float) + 1) + 128;
  int size = water_tile_size(plan.tile_size);
  while (size > 32 && static_cast<size_t>(size) * static_cast<size_t>(size) * pixel > plan.memory_bytes)
    size = water_tile_size(size / 2);
  return size;
}

class Recorder {
 public:
  Recorder(const WaterRecordPlan& plan, Backend& backend, WaterMapper& mapper, WaterRecord& record, WaterSink& sink)
      : plan_(plan), backend_(backend), mapper_(mapper), record_(record), sink_(sink) {}

  void tile(const Window& w) {
    std::vector<std::vector<uint8_t>> states(record_.scenes.size());
    for (size_t s = 0; s < states.size(); ++s) {
      if (!record_.scenes[s].usable) continue;
      states[s] = mapper_.map(record_.scenes[s], w);
      sink_.map(s, w, states[s].data());
    }
    if (record_.months.size() > 1) history(w, states);
    for (auto& scene : states)
      for (uint8_t& s : scene)
        if (s > WaterAreas::wet) s = 255;
    record_.areas.add(states, cell_areas_km2(plan_.grid, w));
  }

 private:
  /// Scenes of each month to one value.
  void compose(const std::vector<std::vector<uint8_t>>& states, size_t n, Buffer<float>& water,
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
        backend_.fill(water.at(m * n), 0xFF, n * sizeof(float));  // all bits set is a NaN
        backend_.fill(reason.at(m * n), static_cast<unsigned char>(Reason::not_observed), n);
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
      Buffer<float> values(backend_, value.size());
      Buffer<uint8_t> outcomes(backend_, outcome.size());
      backend_.upload(values.data(), value.data(), value.size() * sizeof(float));
      backend_.upload(outcomes.data(), outcome.data(), outcome.size());
      backend_.run(Composite{values.data(), outcomes.data(), static_cast<int>(of_month.size()), n,
                             plan_.month == WaterMonth::any ? CompositeMethod::max : CompositeMethod::mean,
                             water.at(m * n), nullptr, reason.at(m * n)});
    }
  }

  void history(const Window& w, const std::vector<std::vector<uint8_t>>& states) {
    const size_t n = w.pixels(), months = record_.months.size();
    Buffer<float> water(backend_, months * n), out(backend_, 3 * n);
    Buffer<uint8_t> reason(backend_, months * n), codes(backend_, 2 * n);
    Buffer<uint16_t> observed(backend_, n);
    compose(states, n, water, reason);
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
    backend_.run(op);
    const std::vector<float> values = fetch(backend_, out, 3 * n);
    std::vector<float> layer(n);
    std::vector<uint8_t> code(2 * n);
    std::vector<uint16_t> seen(n);
    backend_.download(code.data(), codes.data(), code.size());
    backend_.download(seen.data(), observed.data(), n * sizeof(uint16_t));
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
  Backend& backend_;
  WaterMapper& mapper_;
  WaterRecord& record_;
  WaterSink& sink_;
};

}  // namespace

WaterRecord record_water(const WaterRecordPlan& plan, const Catalogue& catalogue, const IndexCatalogue& indices,
                         const ChosenDevice& device, WaterSink& sink, RunReport& report) {
  const auto backend = make_backend(device);
  SceneReader reader(catalogue, plan.grid);
  WaterMapper mapper(*backend, reader, plan.grid, indices, plan.water, report);
  WaterRecord record{{}, WaterAreas(catalogue.scenes.size()), months_of(catalogue.scenes), {}, {}};
  choose_epochs(plan, record);
  const int size = tile_size_of(plan, catalogue.scenes, record.months.size());
  const auto windows = tiles(plan.grid, size);
  Progress progress("water", catalogue.scenes.size() + windows.size());
  for (const auto& scene : catalogue.scenes) {
    record.scenes.push_back(mapper.prepare(scene, size));
    progress.step();
  }
  Recorder recorder(plan, *backend, mapper, record, sink);
  for (const Window& w : windows) {
    recorder.tile(w);
    progress.step();
  }
  return record;
}

}  // namespace fw
