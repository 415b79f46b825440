#include "core/series/block_composites.h"

#include <algorithm>
#include <atomic>

#include "core/series/block_pass.h"
#include "core/series/for_each_of.h"
#include "core/series/scene_compute.h"
#include "core/series/summed_days.h"

namespace fw {
namespace {

constexpr size_t value_and_reason = sizeof(float) + 1;

size_t bytes_of_record(const RecordPlan& record) {
  return record.base.size() * static_cast<size_t>(record.periods) * value_and_reason;
}

/// Series of a product, as places in RecordPlan::base.
std::vector<size_t> series_of(const RecordPlan& record, const std::string& product) {
  std::vector<size_t> series;
  for (size_t i = 0; i < record.base.size(); ++i)
    if (record.base[i].product == product) series.push_back(i);
  return series;
}

struct Layout {
  BlockShape shape;
  int row = 0, col = 0;  ///< of the grid, where a block begins
};

/// That of the product with the most scenes.
Layout layout_of(const SeriesPlan& plan, const RecordPlan& record, const Catalogue& catalogue) {
  const Scene* example = nullptr;
  size_t most = 0;
  for (const auto& [product, periods] : record.scenes) {
    size_t scenes = 0;
    for (const auto& p : periods) scenes += p.size();
    if (scenes <= most) continue;
    most = scenes;
    for (const auto& p : periods)
      if (!p.empty()) example = p.front();
  }
  Layout layout;
  if (!example) return layout;
  SceneReader reader(catalogue, plan.grid, 1);
  // The finest band has the most pixels.
  const auto band = std::min_element(example->bands.begin(), example->bands.end(),
                                     [](const auto& a, const auto& b) { return a.second.grid.dx < b.second.grid.dx; });
  layout.shape = reader.blocks_of(*example, {band->first});
  int row = 0, col = 0;
  if (!aligned(plan.grid, band->second.grid, &row, &col)) return layout;
  layout.row = first_part(row, layout.shape.rows);
  layout.col = first_part(col, layout.shape.cols);
  return layout;
}

}  // namespace

BlockPlan plan_blocks(const SeriesPlan& plan, const RecordPlan& record, const Catalogue& catalogue, int tile_size,
                      int threads, size_t memory_bytes) {
  Layout layout = layout_of(plan, record, catalogue);
  int rows = layout.shape.rows, cols = layout.shape.cols;
  const auto bytes = [&](int at_once) {
    const auto pixels =
        static_cast<size_t>(std::min(rows, plan.grid.rows)) * static_cast<size_t>(std::min(cols, plan.grid.cols));
    return pixels * (bytes_of_record(record) + static_cast<size_t>(at_once) * bytes_of_period(record));
  };
  while (bytes(std::min(threads, 4)) > memory_bytes && (rows > tile_size || cols > tile_size)) {
    if (rows > tile_size && rows * 4 > cols)
      rows = std::max(tile_size, rows / 2);
    else
      cols = std::max(tile_size, cols / 2);
  }
  BlockPlan blocks;
  blocks.at_once = threads;
  while (blocks.at_once > 1 && bytes(blocks.at_once) > memory_bytes) --blocks.at_once;
  blocks.in_parts = rows < layout.shape.rows || cols < layout.shape.cols;
  blocks.bytes = bytes(blocks.at_once);
  blocks.pixels =
      static_cast<size_t>(std::min(rows, plan.grid.rows)) * static_cast<size_t>(std::min(cols, plan.grid.cols));
  blocks.blocks = blocks_from(plan.grid, layout.row % rows, layout.col % cols, rows, cols);
  return blocks;
}

/// Makes the composites of a period. One thread at a time.
class BlockComposites::Maker {
 public:
  explicit Maker(const BlockComposites& of)
      : of_(of), backend_(make_backend({DeviceChoice::cpu, ""})), reader_(of.catalogue_, of.plan_.grid, of.files_) {}

  bool touches(const Scene& scene, const Window& window) const { return reader_.touches(scene, window); }

  /// Returns how many scenes were read.
  size_t make(const std::string& product, size_t period, const Window& block, float* value, uint8_t* reason) {
    begin(block.pixels());
    series_ = series_of(of_.record_, product);
    std::vector<const Scene*> scenes;
    for (const Scene* s : of_.record_.scenes.at(product)[period])
      if (reader_.touches(*s, block)) scenes.push_back(s);
    if (slot_value_.size() < series_.size()) {
      slot_value_.resize(series_.size());
      slot_outcome_.resize(series_.size());
    }
    for (size_t k = 0; k < series_.size(); ++k)
      if (slot_value_[k].size() < scenes.size() * pixels_) {
        slot_value_[k] = Buffer<float>(*backend_, scenes.size() * pixels_);
        slot_outcome_[k] = Buffer<uint8_t>(*backend_, scenes.size() * pixels_);
      }
    slots_.assign(series_.size(), 0);
    days_.assign(series_.size(), {});
    size_t read = 0;
    for (const Scene* scene : scenes) read += add(*scene, block) ? 1 : 0;
    const auto periods = static_cast<size_t>(of_.record_.periods);
    for (size_t k = 0; k < series_.size(); ++k) {
      const size_t place = (series_[k] * periods + period) * pixels_;
      if (slots_[k] == 0) {
        backend_->fill(value + place, 0xFF, pixels_ * sizeof(float));  // all bits set is a NaN
        backend_->fill(reason + place, static_cast<unsigned char>(Reason::not_observed), pixels_);
        continue;
      }
      backend_->run(Composite{slot_value_[k].data(), slot_outcome_[k].data(), static_cast<int>(slots_[k]), pixels_,
                              of_.record_.base[series_[k]].composite, value + place, nullptr, reason + place});
      if (of_.record_.base[series_[k]].composite == CompositeMethod::sum)
        scale_to_period({of_.plan_.cadence, of_.record_.first.number + static_cast<int>(period)}, days_[k],
                        slot_value_[k].data(), slot_outcome_[k].data(), pixels_, value + place, reason + place);
    }
    return read;
  }

 private:
  void begin(size_t pixels) {
    if (pixels == pixels_) return;
    pixels_ = pixels;
    compute_ = std::make_unique<SceneCompute>(*backend_, pixels);
    slot_value_.clear();
    slot_outcome_.clear();
  }

  bool add(const Scene& scene, const Window& block) {
    // Scenes of one product may hold different roles (stacks of NDVI and of rain): each gives what it has.
    std::vector<SceneSeries> offered;
    std::vector<size_t> places;
    for (size_t k = 0; k < series_.size(); ++k)
      if (const auto offer = offer_of(scene, of_.record_.base[series_[k]].name)) {
        offered.push_back(*offer);
        places.push_back(k);
      }
    if (offered.empty()) return false;
    try {
      const SceneTile tile = reader_.read(scene, roles_of(offered), block);
      if (!tile.touches) return false;
      std::vector<float*> value;
      std::vector<uint8_t*> outcome;
      for (const size_t k : places) {
        value.push_back(slot_value_[k].at(slots_[k] * pixels_));
        outcome.push_back(slot_outcome_[k].at(slots_[k] * pixels_));
      }
      compute_->run(scene, tile, offered, value, outcome);
      for (const size_t k : places) {
        ++slots_[k];
        days_[k].push_back(scene.days);
      }
      return true;
    } catch (const Error& e) {
      report_unread(scene, e, of_.report_);
      return false;
    }
  }

  const BlockComposites& of_;
  std::unique_ptr<Backend> backend_;
  SceneReader reader_;
  size_t pixels_ = 0;
  std::unique_ptr<SceneCompute> compute_;
  std::vector<size_t> series_, slots_;  ///< of the product; scenes so far
  std::vector<std::vector<int>> days_;  ///< of those scenes
  std::vector<Buffer<float>> slot_value_;
  std::vector<Buffer<uint8_t>> slot_outcome_;
};

BlockComposites::BlockComposites(const SeriesPlan& plan, const RecordPlan& record, const Catalogue& catalogue,
                                 RunReport& report, const SeriesStore* store, int at_once,
                                 std::shared_ptr<OpenRasters> files)
    : plan_(plan),
      record_(record),
      catalogue_(catalogue),
      report_(report),
      store_(store),
      at_once_(static_cast<size_t>(std::max(1, at_once))),
      files_(files ? std::move(files) : std::make_shared<OpenRasters>(64 * static_cast<int>(at_once_))),
      makers_([this] { return std::make_unique<Maker>(*this); }) {}
BlockComposites::~BlockComposites() = default;

bool BlockComposites::is_stored(const std::string& product, size_t period, const Window& window) const {
  const Period p{plan_.cadence, record_.first.number + static_cast<int>(period)};
  if (!store_ || !store_->updating() || p > store_->last_stored()) return false;
  const auto& changed = record_.changed.at(product)[period];
  if (changed.empty()) return true;
  SceneReader reader(catalogue_, plan_.grid, 1);
  return std::none_of(changed.begin(), changed.end(), [&](const Scene* s) { return reader.touches(*s, window); });
}

size_t BlockComposites::make(const Window& block) {
  block_ = block;
  const size_t count = record_.base.size() * static_cast<size_t>(record_.periods) * block.pixels();
  value_.resize(count);
  reason_.resize(count);
  struct Item {
    const std::string* product;
    size_t period;
  };
  std::vector<Item> items;
  for (const auto& [product, periods] : record_.scenes)
    for (size_t p = 0; p < periods.size(); ++p)
      if (!is_stored(product, p, block)) items.push_back({&product, p});
  std::atomic<size_t> scenes_read = 0;
  for_each_of(items, static_cast<int>(at_once_), [&](const Item& item) {
    makers_.lend([&](Maker& maker) {
      scenes_read += maker.make(*item.product, item.period, block_, value_.data(), reason_.data());
    });
  });
  return scenes_read;
}

void BlockComposites::copy(size_t base, size_t period, const Window& window, float* value, uint8_t* reason) const {
  const size_t plane = (base * static_cast<size_t>(record_.periods) + period) * block_.pixels();
  const auto cols = static_cast<size_t>(window.cols);
  for (int r = 0; r < window.rows; ++r) {
    const size_t from = plane + static_cast<size_t>(window.row + r - block_.row) * static_cast<size_t>(block_.cols) +
                        static_cast<size_t>(window.col - block_.col);
    std::copy_n(value_.data() + from, cols, value + static_cast<size_t>(r) * cols);
    std::copy_n(reason_.data() + from, cols, reason + static_cast<size_t>(r) * cols);
  }
}

}  // namespace fw
