#include "core/series/scene_values.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/text.h"

namespace fw {
namespace {

std::vector<std::string> role_names(const Scene& scene) {
  std::vector<std::string> roles;
  for (const auto& [role, band] : scene.bands) roles.push_back(role);
  return roles;
}

constexpr size_t strip_pixels = 8192;  // of the CPU: what is made of them fits its caches

static_assert(static_cast<int>(MaskOutcome::clear) == 0 && static_cast<int>(MaskOutcome::masked) == 1 &&
              static_cast<int>(MaskOutcome::not_observed) == 2);

/// Why there is no value, from the worst outcome; where there is none the value is made NaN.
void tell_reasons(const uint8_t* worst, float* value, uint8_t* reason, size_t n) {
  constexpr auto none = static_cast<uint8_t>(Reason::not_observed), masked = static_cast<uint8_t>(Reason::masked),
                 there = static_cast<uint8_t>(Reason::value);
  for (size_t i = 0; i < n; ++i) {
    const uint8_t seen = (worst[i] == 1) | is_nan(value[i]) ? masked : there;
    reason[i] = worst[i] == 2 ? none : seen;
    value[i] = reason[i] == there ? value[i] : nan_f();
  }
}

}  // namespace

void PlanRunner::make_room(const ScenePlan& plan, size_t n) {
  const size_t outputs = plan.program ? plan.program->outputs().size() : 0;
  if (n <= room_ && plan.roles.size() <= roles_ && outputs <= outputs_) return;
  if (n > room_) computer_ = std::make_unique<SceneCompute>(backend_, n);
  room_ = std::max(room_, n);
  roles_ = std::max(roles_, plan.roles.size());
  outputs_ = std::max(outputs_, outputs);
  values_ = {};
  computed_ = {};
  outcomes_ = {};
  values_ = Buffer<float>(backend_, std::max<size_t>(1, roles_ * room_));
  computed_ = Buffer<float>(backend_, std::max<size_t>(1, outputs_ * room_));
  outcomes_ = Buffer<uint8_t>(backend_, std::max<size_t>(1, roles_ * room_));
  worst_.resize(room_);
}

void PlanRunner::compute(const Scene& scene, const ScenePlan& plan, const SceneStrip& strip, const TakeValues& take) {
  const size_t n = strip.pixels, names = plan.names.size();
  make_room(plan, n);
  std::vector<float*> value, out;
  std::vector<uint8_t*> outcome;
  for (size_t k = 0; k < plan.roles.size(); ++k) {
    value.push_back(values_.at(k * n));
    outcome.push_back(outcomes_.at(k * n));
  }
  computer_->run(scene, strip, plan.roles, value, outcome);
  if (plan.program) {
    std::vector<const float*> bands;
    for (const size_t k : plan.program_bands) bands.push_back(value[k]);
    for (size_t k = 0; k < plan.program->outputs().size(); ++k) out.push_back(computed_.at(k * n));
    backend_.run(FormulaOp{plan.program.get(), bands.data(), out.data(), n});
  }
  const uint8_t* outcomes = outcomes_.data();
  if (backend_.is_device()) {
    host_.resize(names * n);
    host_outcome_.resize(plan.roles.size() * n);
    backend_.download(host_outcome_.data(), outcomes, host_outcome_.size());
    outcomes = host_outcome_.data();
  }
  reason_.resize(std::max(reason_.size(), names * n));
  std::vector<const float*> values;
  std::vector<const uint8_t*> reasons;
  for (size_t k = 0; k < names; ++k) {
    const auto& [is_computed, at] = plan.source[k];
    float* v = is_computed ? out[at] : value[at];
    if (backend_.is_device()) {
      backend_.download(host_.data() + k * n, v, n * sizeof(float));
      v = host_.data() + k * n;
    }
    const uint8_t* worst = outcomes + plan.masks[k].front() * n;
    if (plan.masks[k].size() > 1) {
      std::copy_n(worst, n, worst_.begin());
      for (const size_t role : plan.masks[k])
        for (size_t i = 0; i < n; ++i) worst_[i] = std::max(worst_[i], outcomes[role * n + i]);
      worst = worst_.data();
    }
    tell_reasons(worst, v, reason_.data() + k * n, n);
    values.push_back(v);
    reasons.push_back(reason_.data() + k * n);
  }
  take({strip.row, strip.rows, n, values, reasons});
}

void PlanRunner::run(const Scene& scene, const ScenePlan& plan, const SceneStrip& whole, int cols,
                     const TakeValues& take) {
  const auto width = static_cast<size_t>(cols);
  const int rows = backend_.is_device() ? whole.rows : static_cast<int>(std::max<size_t>(1, strip_pixels / width));
  std::vector<const float*> dn(whole.roles.size());
  for (int r = 0; r < whole.rows; r += rows) {
    const size_t from = static_cast<size_t>(r) * width;
    for (size_t k = 0; k < dn.size(); ++k) dn[k] = whole.dn[k] + from;
    const int count = std::min(rows, whole.rows - r);
    compute(scene, plan,
            {whole.row + r, count, static_cast<size_t>(count) * width, whole.roles, dn,
             whole.qa ? whole.qa + from : nullptr, whole.fill_stands},
            take);
  }
}

bool PlanRunner::run(SceneReader& reader, const Scene& scene, const ScenePlan& plan, const Window& window,
                     const TakeValues& take) {
  return reader.visit(scene, roles_of(plan.roles), window,
                      [&](const SceneStrip& strip) { run(scene, plan, strip, window.cols, take); });
}

ScenePlan plan_of(const std::vector<SceneSeries>& series) {
  ScenePlan plan;
  plan.roles = series;
  for (size_t k = 0; k < series.size(); ++k) {
    plan.names.push_back(series[k].index ? std::string(index_info(*series[k].index).name) : series[k].role);
    plan.source.emplace_back(false, k);
    plan.masks.push_back({k});
  }
  return plan;
}

ScenePlan join(ScenePlan first, const ScenePlan& second) {
  FW_EXPECT(!second.program, "the second plan computes nothing");
  const size_t roles = first.roles.size();
  first.roles.insert(first.roles.end(), second.roles.begin(), second.roles.end());
  first.names.insert(first.names.end(), second.names.begin(), second.names.end());
  for (const auto& [computed, at] : second.source) first.source.emplace_back(computed, roles + at);
  for (auto masks : second.masks) {
    for (size_t& role : masks) role += roles;
    first.masks.push_back(std::move(masks));
  }
  return first;
}

const Grid& grid_of(const Scene& scene) { return scene.bands.begin()->second.grid; }

ScenePlan plan_scene(const Scene& scene, const IndexCatalogue& catalogue, const std::vector<std::string>& asked,
                     const std::string& stage, RunReport& report) {
  ScenePlan plan;
  const auto place = [&](const std::string& role) {
    for (size_t k = 0; k < plan.roles.size(); ++k)
      if (plan.roles[k].role == role) return k;
    plan.roles.push_back({{}, role});
    return plan.roles.size() - 1;
  };
  std::vector<std::string> wanted = asked, computed;
  if (wanted == std::vector<std::string>{"all"}) {
    wanted.clear();
    for (const CatalogueIndex* index : catalogue.allowed(role_names(scene))) wanted.push_back(index->name);
  }
  for (const auto& name : wanted) {
    const auto direct = scene.bands.count(name) ? name : scene.bands.count(lower(name)) ? lower(name) : "";
    if (!direct.empty()) {
      plan.names.push_back(name);
      plan.source.emplace_back(false, place(direct));
      plan.masks.push_back({plan.source.back().second});
      continue;
    }
    if (!catalogue.letter_of(name).empty()) {
      report.add({scene.id, stage, "BAND_MISSING:" + name, "the scene does not have the band", Verdict::refused});
      continue;
    }
    const CatalogueIndex& index = catalogue.find(name);
    const auto missing = std::find_if(index.roles.begin(), index.roles.end(),
                                      [&](const std::string& r) { return !scene.bands.count(r); });
    if (missing != index.roles.end()) {
      report.add({scene.id, stage, "BAND_MISSING:" + *missing,
                  name + " needs the band " + *missing + ", which the scene does not have", Verdict::refused});
      continue;
    }
    plan.names.push_back(name);
    plan.source.emplace_back(true, computed.size());
    auto& masks = plan.masks.emplace_back();
    for (const auto& role : index.roles) masks.push_back(place(role));
    computed.push_back(name);
  }
  if (!computed.empty()) {
    plan.program = std::make_shared<FormulaProgram>(catalogue.compile(computed));
    for (const auto& letter : plan.program->bands()) plan.program_bands.push_back(place(catalogue.role_of(letter)));
  }
  return plan;
}

SceneValues compute_values(Backend& backend, SceneReader& reader, const Scene& scene, const ScenePlan& plan,
                           const Window& window, RunReport& report) {
  const size_t n = window.pixels();
  SceneValues result;
  result.value.assign(plan.names.size(), std::vector<float>(n, nan_f()));
  result.reason.assign(plan.names.size(), std::vector<uint8_t>(n, static_cast<uint8_t>(Reason::not_observed)));
  try {
    PlanRunner(backend).run(reader, scene, plan, window, [&](const ValueStrip& strip) {
      const size_t from = static_cast<size_t>(strip.row) * static_cast<size_t>(window.cols);
      for (size_t k = 0; k < plan.names.size(); ++k) {
        std::copy_n(strip.value[k], strip.pixels, result.value[k].data() + from);
        std::copy_n(strip.reason[k], strip.pixels, result.reason[k].data() + from);
      }
    });
  } catch (const Error& e) {
    report_unread(scene, e, report);
  }
  return result;
}

}  // namespace fw
