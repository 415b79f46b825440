#include "core/series/water_map.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/error.h"
#include "core/base/text.h"

namespace fw {
namespace {

constexpr float histogram_low = -1, histogram_high = 1;
const std::vector<std::string> tree_roles = {"blue", "green", "red", "nir", "swir1", "swir2"};

template <class T>
Buffer<T> sent(Backend& backend, const std::vector<T>& host) {
  Buffer<T> out(backend, host.size());
  backend.upload(out.data(), host.data(), host.size() * sizeof(T));
  return out;
}
template <class T>
std::vector<T> fetched(Backend& backend, const Buffer<T>& from) {
  std::vector<T> out(from.size());
  backend.download(out.data(), from.data(), from.size() * sizeof(T));
  return out;
}

/// Thresholds of blocks with pixels, in order of size, without those that are the fallback.
std::vector<double> accepted_thresholds(const WaterScene& scene) {
  std::vector<double> accepted;
  for (size_t b = 0; b < scene.status.size(); ++b)
    if (scene.seen[b] > 0 && scene.status[b] <= static_cast<uint8_t>(OtsuStatus::clamped))
      accepted.push_back(static_cast<double>(scene.threshold[b]));
  std::sort(accepted.begin(), accepted.end());
  return accepted;
}

}  // namespace

int water_tile_size(int asked) {
  if (asked >= water_block) return asked / water_block * water_block;
  int size = water_block;
  while (size > asked && size > 1) size /= 2;
  return size;
}

std::string describe(const WaterSettings& s) {
  if (s.method == WaterMethod::wofs) return "WOfS decision tree";
  return s.index + " above " + (s.method == WaterMethod::fixed ? format_number(s.threshold) : "Otsu's threshold");
}

WaterMapper::WaterMapper(Backend& backend, SceneReader& reader, const Grid& grid, const IndexCatalogue& indices,
                         const WaterSettings& settings, RunReport& report)
    : backend_(backend), reader_(reader), grid_(grid), indices_(indices), settings_(settings), report_(report) {
  const bool rising = settings.limit_low < settings.limit_high;
  if (settings.method == WaterMethod::otsu &&
      !(rising && settings.threshold >= settings.limit_low && settings.threshold <= settings.limit_high))
    throw ConfigError("RANGE",
                      "The limits of the thresholds must rise and hold --threshold, which stands in for Otsu's.");
}

WaterScene WaterMapper::prepare(const Scene& scene, int tile_size) {
  WaterScene out;
  out.scene = &scene;
  const bool tree = settings_.method == WaterMethod::wofs;
  const std::vector<std::string> names = tree ? tree_roles : std::vector<std::string>{settings_.index};
  for (const auto& role : tree_roles)
    if (tree && !scene.bands.count(role)) {
      report_.add({scene.id, "water", "BAND_MISSING:" + role,
                   "the WOfS tree needs the band " + role + ", which the scene does not have", Verdict::refused});
      return out;
    }
  out.plan = plan_scene(scene, indices_, names, "water", report_);
  out.usable = out.plan.names.size() == names.size();
  if (out.usable && settings_.method == WaterMethod::otsu) find_thresholds(out, tile_size);
  return out;
}

void WaterMapper::find_thresholds(WaterScene& scene, int tile_size) {
  const int rows = blocks_along(grid_.rows, water_block), cols = blocks_along(grid_.cols, water_block);
  const size_t blocks = static_cast<size_t>(rows) * static_cast<size_t>(cols);
  std::vector<uint32_t> counts(blocks * histogram_bins);
  for (const Window& w : tiles(grid_, std::max(water_block, water_tile_size(tile_size)))) {
    if (!reader_.touches(*scene.scene, w)) continue;
    const auto values = compute_values(backend_, reader_, *scene.scene, scene.plan, w, report_);
    const auto index = sent(backend_, values.value[0]);
    const int tile_rows = blocks_along(w.rows, water_block), tile_cols = blocks_along(w.cols, water_block);
    Buffer<uint32_t> part(backend_, static_cast<size_t>(tile_rows) * static_cast<size_t>(tile_cols) * histogram_bins);
    backend_.run(
        BlockHistograms{index.data(), w.rows, w.cols, water_block, histogram_low, histogram_high, part.data()});
    const auto tile_counts = fetched(backend_, part);
    for (int r = 0; r < tile_rows; ++r)
      for (int c = 0; c < tile_cols; ++c) {
        const auto to = static_cast<size_t>(w.row / water_block + r) * static_cast<size_t>(cols) +
                        static_cast<size_t>(w.col / water_block + c);
        const auto from = static_cast<size_t>(r) * static_cast<size_t>(tile_cols) + static_cast<size_t>(c);
        std::copy_n(tile_counts.begin() + static_cast<std::ptrdiff_t>(from * histogram_bins), histogram_bins,
                    counts.begin() + static_cast<std::ptrdiff_t>(to * histogram_bins));
      }
  }
  for (size_t b = 0; b < blocks; ++b) {
    uint32_t sum = 0;
    for (size_t k = 0; k < histogram_bins; ++k) sum += counts[b * histogram_bins + k];
    scene.seen.push_back(sum);
  }
  const auto all = sent(backend_, counts);
  Buffer<float> threshold(backend_, blocks);
  Buffer<uint8_t> status(backend_, blocks);
  OtsuThresholds op{};
  op.counts = all.data();
  op.block_rows = rows;
  op.block_cols = cols;
  op.radius = settings_.radius;
  op.low = histogram_low;
  op.high = histogram_high;
  op.limit_low = static_cast<float>(settings_.limit_low);
  op.limit_high = static_cast<float>(settings_.limit_high);
  op.fallback = static_cast<float>(settings_.threshold);
  op.threshold = threshold.data();
  op.status = status.data();
  backend_.run(op);
  scene.threshold = fetched(backend_, threshold);
  scene.status = fetched(backend_, status);
  const auto accepted = accepted_thresholds(scene);
  if (!accepted.empty() && accepted.back() - accepted.front() > max_threshold_spread)
    report_.add({scene.scene->id, "water", "THRESHOLD_SPREAD",
                 "thresholds of blocks range from " + format_fixed(accepted.front(), 2) + " to " +
                     format_fixed(accepted.back(), 2) + ": some may split something else than land and water",
                 Verdict::noted});
}

std::vector<float> WaterMapper::by_threshold(const WaterScene& scene, const Window& w,
                                             const std::vector<float>& values) {
  const auto index = sent(backend_, values);
  Buffer<float> out(backend_, values.size());
  if (settings_.method == WaterMethod::fixed) {
    backend_.run(Threshold{index.data(), out.data(), values.size(), static_cast<float>(settings_.threshold)});
    return fetched(backend_, out);
  }
  const auto whole = [](int at) { return at % water_block == 0; };
  const bool inside_one = w.row % water_block + w.rows <= water_block && w.col % water_block + w.cols <= water_block;
  FW_EXPECT((whole(w.row) && whole(w.col)) || inside_one, "a tile cuts a block of thresholds");
  const int grid_cols = blocks_along(grid_.cols, water_block);
  const int rows = inside_one ? 1 : blocks_along(w.rows, water_block),
            cols = inside_one ? 1 : blocks_along(w.cols, water_block);
  std::vector<float> local;
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < cols; ++c)
      local.push_back(scene.threshold[static_cast<size_t>(w.row / water_block + r) * static_cast<size_t>(grid_cols) +
                                      static_cast<size_t>(w.col / water_block + c)]);
  const auto thresholds = sent(backend_, local);
  backend_.run(ThresholdByBlock{index.data(), w.rows, w.cols, water_block, thresholds.data(), out.data()});
  return fetched(backend_, out);
}

std::vector<float> WaterMapper::by_tree(const SceneValues& bands, size_t pixels) {
  Buffer<float> in(backend_, tree_roles.size() * pixels), out(backend_, pixels);
  for (size_t k = 0; k < tree_roles.size(); ++k)
    backend_.upload(in.at(k * pixels), bands.value[k].data(), pixels * sizeof(float));
  WaterTree op{};
  op.blue = in.at(0);
  op.green = in.at(pixels);
  op.red = in.at(2 * pixels);
  op.nir = in.at(3 * pixels);
  op.swir1 = in.at(4 * pixels);
  op.swir2 = in.at(5 * pixels);
  op.pixels = pixels;
  op.water = out.data();
  backend_.run(op);
  return fetched(backend_, out);
}

std::vector<uint8_t> WaterMapper::map(const WaterScene& scene, const Window& w) {
  std::vector<uint8_t> state(w.pixels(), static_cast<uint8_t>(WaterState::not_observed));
  if (!scene.usable || !reader_.touches(*scene.scene, w)) return state;
  const SceneValues values = compute_values(backend_, reader_, *scene.scene, scene.plan, w, report_);
  const auto water =
      settings_.method == WaterMethod::wofs ? by_tree(values, w.pixels()) : by_threshold(scene, w, values.value[0]);
  for (size_t i = 0; i < state.size(); ++i) {
    bool observed = true;
    for (const auto& reason : values.reason)
      observed = observed && reason[i] != static_cast<uint8_t>(Reason::not_observed);
    const WaterState s = !observed          ? WaterState::not_observed
                         : is_nan(water[i]) ? WaterState::masked
                         : water[i] > 0.5F  ? WaterState::wet
                                            : WaterState::dry;
    state[i] = static_cast<uint8_t>(s);
  }
  return state;
}

std::string threshold_csv(const std::vector<WaterScene>& scenes) {
  std::string out =
      "date,scene,blocks,accepted,clamped,not_bimodal,flat,too_few_pixels,least_threshold,median_threshold,largest_"
      "threshold\n";
  for (const WaterScene& scene : scenes) {
    std::array<size_t, 5> blocks{};
    for (size_t b = 0; b < scene.status.size(); ++b)
      if (scene.seen[b] > 0) ++blocks.at(scene.status[b]);
    const auto accepted = accepted_thresholds(scene);
    size_t all = 0;
    for (const size_t n : blocks) all += n;
    out += to_string(scene.scene->time.date) + "," + csv_text(scene.scene->id) + "," + std::to_string(all);
    for (const size_t n : blocks) out += "," + std::to_string(n);
    const size_t n = accepted.size();
    for (const double v :
         {n ? accepted.front() : std::nan(""), n ? (accepted[(n - 1) / 2] + accepted[n / 2]) / 2 : std::nan(""),
          n ? accepted.back() : std::nan("")})
      out += "," + format_number(v);
    out += "\n";
  }
  return out;
}

}  // namespace fw
