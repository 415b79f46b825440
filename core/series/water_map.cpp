#include "core/series/water_map.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/series/seen_value.h"
#include "core/series/send.h"

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

void keep_seen(const SceneValues& values, const Window& w, ScratchRaster& to) {
  std::vector<float> seen(w.pixels());
  put_seen(values.value[0].data(), values.reason[0].data(), seen.size(), seen.data());
  to.write_tile(w, seen.data());
}

SceneValues read_seen(const ScratchRaster& from, const Window& w) {
  SceneValues values{{std::vector<float>(w.pixels())}, {std::vector<uint8_t>(w.pixels())}};
  from.read_tile(w, values.value[0].data());
  take_reasons(values.value[0].data(), w.pixels(), values.reason[0].data());
  return values;
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

std::string describe(const WaterSettings& s) {
  if (s.method == WaterMethod::wofs) return "WOfS decision tree";
  return s.index + " above " + (s.method == WaterMethod::fixed ? format_number(s.threshold) : "Otsu's threshold");
}

WaterMapper::WaterMapper(SceneWindows& windows, const Grid& grid, const IndexCatalogue& indices,
                         const WaterSettings& settings, const std::filesystem::path& scratch, RunReport& report)
    : windows_(windows), grid_(grid), indices_(indices), settings_(settings), scratch_(scratch), report_(report) {
  const bool rising = settings.limit_low < settings.limit_high;
  if (settings.method == WaterMethod::otsu &&
      !(rising && settings.threshold >= settings.limit_low && settings.threshold <= settings.limit_high))
    throw ConfigError("RANGE",
                      "The limits of the thresholds must rise and hold --threshold, which stands in for Otsu's.");
}

WaterScene WaterMapper::plan(const Scene& scene) {
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
  return out;
}

WaterScene WaterMapper::map(const Scene& scene, const TakeStates& take) {
  WaterScene out = plan(scene);
  if (!out.usable) return out;
  // No window cuts a block of thresholds.
  const auto windows = windows_.windows(scene, out.plan, water_block);
  if (settings_.method != WaterMethod::otsu) {
    windows_.read(scene, out.plan, windows, [&](Backend& backend, const Window& w, const SceneValues& values) {
      take(w, states(backend, out, w, values));
    });
    return out;
  }
  ScratchRaster index(scratch_, grid_.rows, grid_.cols);
  find_thresholds(out, windows, index);
  windows_.each(windows,
                [&](Backend& backend, const Window& w) { take(w, states(backend, out, w, read_seen(index, w))); });
  return out;
}

void WaterMapper::find_thresholds(WaterScene& scene, const std::vector<Window>& windows, ScratchRaster& index) {
  const int rows = blocks_along(grid_.rows, water_block), cols = blocks_along(grid_.cols, water_block);
  const size_t blocks = static_cast<size_t>(rows) * static_cast<size_t>(cols);
  counts_.assign(blocks * histogram_bins, 0);  // windows fill whole blocks: each its own
  windows_.read(*scene.scene, scene.plan, windows, [&](Backend& backend, const Window& w, const SceneValues& values) {
    keep_seen(values, w, index);
    const auto sent_index = sent(backend, values.value[0]);
    const int tile_rows = blocks_along(w.rows, water_block), tile_cols = blocks_along(w.cols, water_block);
    Buffer<uint32_t> part(backend, static_cast<size_t>(tile_rows) * static_cast<size_t>(tile_cols) * histogram_bins);
    backend.run(
        BlockHistograms{sent_index.data(), w.rows, w.cols, water_block, histogram_low, histogram_high, part.data()});
    const auto tile_counts = fetched(backend, part);
    for (int r = 0; r < tile_rows; ++r)
      for (int c = 0; c < tile_cols; ++c) {
        const auto to = static_cast<size_t>(w.row / water_block + r) * static_cast<size_t>(cols) +
                        static_cast<size_t>(w.col / water_block + c);
        const auto from = static_cast<size_t>(r) * static_cast<size_t>(tile_cols) + static_cast<size_t>(c);
        std::copy_n(tile_counts.begin() + static_cast<std::ptrdiff_t>(from * histogram_bins), histogram_bins,
                    counts_.begin() + static_cast<std::ptrdiff_t>(to * histogram_bins));
      }
  });
  for (size_t b = 0; b < blocks; ++b) {
    uint32_t sum = 0;
    for (size_t k = 0; k < histogram_bins; ++k) sum += counts_[b * histogram_bins + k];
    scene.seen.push_back(sum);
  }
  windows_.lend([&](Backend& backend) {
    const OnBackend<uint32_t> all(backend, counts_);
    Buffer<float> threshold(backend, blocks);
    Buffer<uint8_t> status(backend, blocks);
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
    backend.run(op);
    scene.threshold = fetched(backend, threshold);
    scene.status = fetched(backend, status);
  });
  const auto accepted = accepted_thresholds(scene);
  if (!accepted.empty() && accepted.back() - accepted.front() > max_threshold_spread)
    report_.add({scene.scene->id, "water", "THRESHOLD_SPREAD",
                 "thresholds of blocks range from " + format_fixed(accepted.front(), 2) + " to " +
                     format_fixed(accepted.back(), 2) + ": some may split something else than land and water",
                 Verdict::noted});
}

std::vector<float> WaterMapper::by_threshold(Backend& backend, const WaterScene& scene, const Window& w,
                                             const std::vector<float>& values) {
  const auto index = sent(backend, values);
  Buffer<float> out(backend, values.size());
  if (settings_.method == WaterMethod::fixed) {
    backend.run(Threshold{index.data(), out.data(), values.size(), static_cast<float>(settings_.threshold)});
    return fetched(backend, out);
  }
  FW_EXPECT(w.row % water_block == 0 && w.col % water_block == 0, "a window cuts a block of thresholds");
  const int grid_cols = blocks_along(grid_.cols, water_block);
  const int rows = blocks_along(w.rows, water_block), cols = blocks_along(w.cols, water_block);
  std::vector<float> local;
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < cols; ++c)
      local.push_back(scene.threshold[static_cast<size_t>(w.row / water_block + r) * static_cast<size_t>(grid_cols) +
                                      static_cast<size_t>(w.col / water_block + c)]);
  const auto thresholds = sent(backend, local);
  backend.run(ThresholdByBlock{index.data(), w.rows, w.cols, water_block, thresholds.data(), out.data()});
  return fetched(backend, out);
}

std::vector<float> WaterMapper::by_tree(Backend& backend, const SceneValues& bands, size_t pixels) {
  Buffer<float> in(backend, tree_roles.size() * pixels), out(backend, pixels);
  for (size_t k = 0; k < tree_roles.size(); ++k)
    backend.upload(in.at(k * pixels), bands.value[k].data(), pixels * sizeof(float));
  WaterTree op{};
  op.blue = in.at(0);
  op.green = in.at(pixels);
  op.red = in.at(2 * pixels);
  op.nir = in.at(3 * pixels);
  op.swir1 = in.at(4 * pixels);
  op.swir2 = in.at(5 * pixels);
  op.pixels = pixels;
  op.water = out.data();
  backend.run(op);
  return fetched(backend, out);
}

std::vector<uint8_t> WaterMapper::states(Backend& backend, const WaterScene& scene, const Window& w,
                                         const SceneValues& values) {
  std::vector<uint8_t> state(w.pixels());
  const auto water = settings_.method == WaterMethod::wofs ? by_tree(backend, values, w.pixels())
                                                           : by_threshold(backend, scene, w, values.value[0]);
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
