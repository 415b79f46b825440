#include "core/output/step_store.h"

#include <tbb/parallel_for.h>

#include <functional>

#include "core/base/error.h"
#include "core/output/block_layout.h"

namespace fw {
namespace {

std::string step_name(Period period) { return "steps/" + label(period) + ".bin"; }
std::string planes_name(const std::string& name) { return name + ".bin"; }

}  // namespace

StepStore::StepStore(Publication& next, const StoredState* last, const Grid& grid)
    : next_(next), last_(last), grid_(grid) {}

bool StepStore::has(Period period) const { return last_ && last_->find(step_name(period)) != nullptr; }

void StepStore::load(Period period, const Window& window, float* value, uint8_t* reason) const {
  std::vector<RoomPiece> pieces;
  add_composite(pieces, grid_, window, value, reason);
  last_->read(step_name(period), pieces);
}

void StepStore::keep(Period period, const Window& window, const float* value, const uint8_t* reason) {
  std::vector<FilePiece> pieces;
  add_composite(pieces, grid_, window, value, reason);
  write(step_name(period), grid_.pixels() * (sizeof(float) + 1), pieces);
}

void StepStore::take_over(Period period) { next_.keep(last_->folder(), *last_->find(step_name(period))); }

std::vector<double> StepStore::load_planes(const std::string& name, size_t planes, const Window& window) const {
  std::vector<double> values(planes * window.pixels());
  std::vector<RoomPiece> pieces;
  for (size_t k = 0; k < planes; ++k)
    add_plane(pieces, grid_, window, k * grid_.pixels() * sizeof(double), values.data() + k * window.pixels());
  last_->read(planes_name(name), pieces);
  return values;
}

void StepStore::keep_planes(const std::string& name, const Window& window, std::span<const double> values) {
  const size_t planes = values.size() / window.pixels();
  std::vector<FilePiece> pieces;
  for (size_t k = 0; k < planes; ++k)
    add_plane(pieces, grid_, window, k * grid_.pixels() * sizeof(double), values.data() + k * window.pixels());
  write(planes_name(name), planes * grid_.pixels() * sizeof(double), pieces);
}

void StepStore::take_over_planes(const std::string& name) {
  next_.keep(last_->folder(), *last_->find(planes_name(name)));
}

void StepStore::write(const std::string& name, size_t bytes, const std::vector<FilePiece>& pieces) {
  const auto file = [&] {
    const std::lock_guard lock(mutex_);
    auto& writer = begun_[name];
    if (!writer) writer = next_.file(name, bytes);
    return writer;
  }();
  file->write(pieces);
}

void StepStore::finish(const std::string& configuration, const StoredSpan& span, const Catalogue& catalogue,
                       const ScanMemory& scanned, const std::vector<Rejection>& rejections) {
  std::vector<std::function<void()>> parts = {
      [&] { next_.text("scenes.json", catalogue_json(catalogue)); },
      [&] { next_.text("scanned.json", scanned.scenes_text()); },
      [&] { next_.text("scanned_files.json", scanned.files_text()); },
      [&] { next_.text("state.json", state_json(configuration, span, rejections)); }};
  for (const auto& [name, writer] : begun_) parts.emplace_back([&, &file = writer] { next_.finish_file(file); });
  tbb::parallel_for(size_t{0}, parts.size(), [&](size_t i) { parts[i](); });
}

}  // namespace fw
