#include "core/series/scene_compute.h"

#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include "core/base/error.h"
#include "core/base/text.h"

namespace fw {
namespace {

constexpr std::array<const char*, 6> role_names = {"blue", "green", "red", "nir", "swir1", "swir2"};

bool uses(IndexId index, size_t band) { return index_info(index).band_mask >> band & 1; }

bool is_taken(const std::vector<SceneSeries>& series, size_t from, size_t band) {
  return std::any_of(series.begin() + static_cast<std::ptrdiff_t>(from), series.end(),
                     [&](const SceneSeries& s) { return s.index && uses(*s.index, band); });
}

}  // namespace

std::vector<std::string> roles_of(const std::vector<SceneSeries>& series) {
  std::set<std::string> roles;
  for (const auto& s : series) {
    if (!s.index) roles.insert(s.role);
    for (size_t b = 0; s.index && b < role_names.size(); ++b)
      if (uses(*s.index, b)) roles.insert(role_names[b]);
  }
  return {roles.begin(), roles.end()};
}

std::optional<SceneSeries> offer_of(const Scene& scene, const std::string& name) {
  std::optional<IndexId> index;
  for (int i = 0; i < static_cast<int>(IndexId::count); ++i)
    if (index_info(static_cast<IndexId>(i)).name == name) index = static_cast<IndexId>(i);
  const std::string role = index ? lower(name) : name;
  if (scene.bands.count(role)) return SceneSeries{{}, role};
  if (!index) return {};
  for (size_t b = 0; b < role_names.size(); ++b)
    if (uses(*index, b) && !scene.bands.count(role_names[b])) return {};
  return SceneSeries{index, ""};
}

void report_unread(const Scene& scene, const Error& why, RunReport& report) {
  report.add({scene.id, "read", why.code(), printable(why.what(), 400), Verdict::refused});
}

SceneCompute::SceneCompute(Backend& backend, size_t pixels)
    : backend_(backend), pixels_(pixels), qa_(backend, pixels), scene_outcome_(backend, pixels) {
  for (auto& b : band_) b = Buffer<float>(backend, pixels);
}

const float* SceneCompute::on_backend(const float* host, float* place, size_t pixels) {
  if (!backend_.is_device()) return host;
  backend_.upload(place, host, pixels * sizeof(float));
  return place;
}

void SceneCompute::quality(const Scene& scene, const SceneStrip& strip) {
  if (!strip.qa) {
    backend_.fill(scene_outcome_.data(), static_cast<unsigned char>(MaskOutcome::clear), strip.pixels);
    return;
  }
  FW_EXPECT(scene.qa_rules.size() <= max_qa_rules,
            "a product has at most " + std::to_string(max_qa_rules) + " quality rules");
  QaMask mask{on_backend(strip.qa, qa_.data(), strip.pixels), scene_outcome_.data(), strip.pixels, {}, 0};
  for (const auto& rule : scene.qa_rules) mask.rules[mask.rule_count++] = rule;
  backend_.run(mask);
}

void SceneCompute::physical(const Scene& scene, const SceneStrip& strip, const std::string& role, float* out) {
  const SceneBand& band = scene.bands.at(role);
  const auto place = std::find(strip.roles.begin(), strip.roles.end(), role) - strip.roles.begin();
  const float* dn = on_backend(strip.dn.at(static_cast<size_t>(place)), out, strip.pixels);
  constexpr double largest = std::numeric_limits<float>::max();
  backend_.run(ToPhysical{
      dn, out, strip.pixels, band.scale, band.offset,
      strip.fill_stands && band.fill ? static_cast<float>(*band.fill) : std::numeric_limits<float>::quiet_NaN(),
      static_cast<float>(std::max(band.valid_min, -largest)), static_cast<float>(std::min(band.valid_max, largest))});
}

void SceneCompute::run(const Scene& scene, const SceneTile& tile, const std::vector<SceneSeries>& series,
                       const std::vector<float*>& value, const std::vector<uint8_t*>& outcome) {
  std::vector<std::string> roles;
  std::vector<const float*> dn;
  for (const auto& [role, values] : tile.dn) {
    roles.push_back(role);
    dn.push_back(values.data());
  }
  run(scene, SceneStrip{0, 1, pixels_, roles, dn, tile.qa.empty() ? nullptr : tile.qa.data()}, series, value, outcome);
}

void SceneCompute::run(const Scene& scene, const SceneStrip& strip, const std::vector<SceneSeries>& series,
                       const std::vector<float*>& value, const std::vector<uint8_t*>& outcome) {
  FW_EXPECT(series.size() == value.size() && series.size() == outcome.size(), "one place for each series");
  FW_EXPECT(strip.pixels <= pixels_, "more pixels than there is room for");
  const size_t n = strip.pixels;
  quality(scene, strip);
  BandPointers pointers{};
  const float** const places[] = {&pointers.blue, &pointers.green, &pointers.red,
                                  &pointers.nir,  &pointers.swir1, &pointers.swir2};
  for (size_t k = 0; k < series.size(); ++k) {
    backend_.copy(outcome[k], scene_outcome_.data(), n);
    if (!series[k].index) {
      physical(scene, strip, series[k].role, value[k]);
      backend_.run(ApplyMask{value[k], outcome[k], n, MaskOutcome::not_observed});
      continue;
    }
    bool is_first = true;
    for (size_t b = 0; b < role_names.size(); ++b) {
      if (!uses(*series[k].index, b)) continue;
      if (!*places[b]) {
        physical(scene, strip, role_names[b], band_[b].data());
        *places[b] = band_[b].data();
      }
      // A band that another series takes later keeps its values where the bands before it have none.
      float* values = band_[b].data();
      if (!is_first && is_taken(series, k + 1, b)) {
        backend_.copy(value[k], values, n * sizeof(float));
        values = value[k];
      }
      backend_.run(ApplyMask{values, outcome[k], n, MaskOutcome::not_observed});
      is_first = false;
    }
    backend_.run(SpectralIndex{*series[k].index, pointers, value[k], n});
    backend_.run(ApplyMask{value[k], outcome[k], n, MaskOutcome::masked});
  }
}

}  // namespace fw
