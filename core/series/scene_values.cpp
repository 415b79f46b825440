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

Reason reason_of(uint8_t outcome, float value) {
  if (outcome == static_cast<uint8_t>(MaskOutcome::not_observed)) return Reason::not_observed;
  return outcome == static_cast<uint8_t>(MaskOutcome::masked) || is_nan(value) ? Reason::masked : Reason::value;
}

SceneValues compute(Backend& backend, const Scene& scene, const ScenePlan& plan, const SceneTile& tile, size_t n) {
  SceneCompute computer(backend, n);
  const size_t outputs = plan.program ? plan.program->outputs().size() : 0;
  Buffer<float> values(backend, plan.roles.size() * n), computed(backend, std::max<size_t>(1, outputs * n));
  Buffer<uint8_t> outcomes(backend, plan.roles.size() * n);
  std::vector<float*> value, out;
  std::vector<uint8_t*> outcome;
  for (size_t k = 0; k < plan.roles.size(); ++k) {
    value.push_back(values.at(k * n));
    outcome.push_back(outcomes.at(k * n));
  }
  computer.run(scene, tile, plan.roles, value, outcome);
  if (plan.program) {
    std::vector<const float*> bands;
    for (const size_t k : plan.program_bands) bands.push_back(value[k]);
    for (size_t k = 0; k < outputs; ++k) out.push_back(computed.at(k * n));
    backend.run(FormulaOp{plan.program.get(), bands.data(), out.data(), n});
  }
  std::vector<uint8_t> outcome_of(outcomes.size());
  backend.download(outcome_of.data(), outcomes.data(), outcome_of.size());
  SceneValues result;
  for (size_t k = 0; k < plan.names.size(); ++k) {
    const auto& [is_computed, at] = plan.source[k];
    auto& v = result.value.emplace_back(n);
    auto& reason = result.reason.emplace_back(n);
    backend.download(v.data(), is_computed ? out[at] : value[at], n * sizeof(float));
    for (size_t i = 0; i < n; ++i) {
      uint8_t worst = 0;
      for (const size_t role : plan.masks[k]) worst = std::max(worst, outcome_of[role * n + i]);
      const Reason why = reason_of(worst, v[i]);
      reason[i] = static_cast<uint8_t>(why);
      if (why != Reason::value) v[i] = nan_f();
    }
  }
  return result;
}

}  // namespace

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
  try {
    const SceneTile tile = reader.read(scene, roles_of(plan.roles), window);
    if (tile.touches) return compute(backend, scene, plan, tile, n);
  } catch (const Error& e) {
    report_unread(scene, e, report);
  }
  SceneValues nothing;
  nothing.value.assign(plan.names.size(), std::vector<float>(n, nan_f()));
  nothing.reason.assign(plan.names.size(), std::vector<uint8_t>(n, static_cast<uint8_t>(Reason::not_observed)));
  return nothing;
}

}  // namespace fw
