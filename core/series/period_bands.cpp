#include "core/series/period_bands.h"

#include <algorithm>
#include <map>

#include "core/base/error.h"

namespace fw {

std::optional<PeriodMethod> period_method_by_name(const std::string& name) {
  static const std::map<std::string, PeriodMethod> names = {{"median", PeriodMethod::median},
                                                            {"mean", PeriodMethod::mean},
                                                            {"max", PeriodMethod::max},
                                                            {"medoid", PeriodMethod::medoid},
                                                            {"geomedian", PeriodMethod::geomedian}};
  const auto at = names.find(name);
  if (at == names.end()) return {};
  return at->second;
}

PeriodBands::PeriodBands(Backend& backend, SceneReader& reader, const IndexCatalogue& indices,
                         const std::vector<const Scene*>& scenes, const std::vector<std::string>& names,
                         PeriodMethod method, RunReport& report)
    : backend_(backend), reader_(reader), report_(report), method_(method), bands_(names.size()) {
  FW_EXPECT(!names.empty() && names.size() <= static_cast<size_t>(max_composite_bands), "1 to 16 bands");
  for (const Scene* scene : scenes) {
    ScenePlan plan = plan_scene(*scene, indices, names, "change", report);
    if (plan.names.size() != names.size()) continue;
    if (scenes_.size() == static_cast<size_t>(max_scenes_per_period))
      report.add({scene->id, "read", "TOO_MANY_SCENES",
                  "more than " + std::to_string(max_scenes_per_period) + " scenes in one period", Verdict::refused});
    else
      scenes_.push_back({scene, std::move(plan)});
  }
}

BandValues PeriodBands::composite(const Window& w) {
  const size_t n = w.pixels(), count = scenes_.size();
  const bool together = method_ == PeriodMethod::medoid || method_ == PeriodMethod::geomedian;
  // [scene][band][pixel] for the methods that see all bands, [band][scene][pixel] for the others.
  std::vector<float> value(std::max<size_t>(1, count * bands_ * n), nan_f());
  std::vector<uint8_t> outcome(std::max<size_t>(1, count * n));
  for (size_t s = 0; s < count; ++s) {
    const SceneValues values = compute_values(backend_, reader_, *scenes_[s].scene, scenes_[s].plan, w, report_);
    for (size_t b = 0; b < bands_; ++b)
      std::copy(values.value[b].begin(), values.value[b].end(),
                value.begin() + static_cast<std::ptrdiff_t>((together ? s * bands_ + b : b * count + s) * n));
    for (size_t i = 0; i < n; ++i) {
      MaskOutcome worst = MaskOutcome::clear;
      for (size_t b = 0; b < bands_; ++b) {
        const auto reason = static_cast<Reason>(values.reason[b][i]);
        if (reason == Reason::not_observed) worst = MaskOutcome::not_observed;
        if (reason == Reason::masked && worst == MaskOutcome::clear) worst = MaskOutcome::masked;
      }
      outcome[s * n + i] = static_cast<uint8_t>(worst);
    }
  }
  Buffer<float> in(backend_, value.size()), out(backend_, bands_ * n);
  Buffer<uint8_t> outcomes(backend_, outcome.size()), reason(backend_, n), flags(backend_, n);
  Buffer<uint16_t> valid(backend_, n);
  backend_.upload(in.data(), value.data(), value.size() * sizeof(float));
  backend_.upload(outcomes.data(), outcome.data(), outcome.size());
  if (together) {
    backend_.run(
        BandComposite{in.data(), outcomes.data(), static_cast<int>(count), static_cast<int>(bands_), n,
                      method_ == PeriodMethod::medoid ? BandCompositeMethod::medoid : BandCompositeMethod::geomedian,
                      out.data(), nullptr, valid.data(), flags.data(), reason.data()});
  } else {
    const CompositeMethod method = method_ == PeriodMethod::median ? CompositeMethod::median
                                   : method_ == PeriodMethod::mean ? CompositeMethod::mean
                                                                   : CompositeMethod::max;
    for (size_t b = 0; b < bands_; ++b)
      backend_.run(Composite{in.at(b * count * n), outcomes.data(), static_cast<int>(count), n, method, out.at(b * n),
                             valid.data(), reason.data()});
  }
  BandValues result{std::vector<float>(bands_ * n), std::vector<uint8_t>(n)};
  backend_.download(result.value.data(), out.data(), result.value.size() * sizeof(float));
  backend_.download(result.reason.data(), reason.data(), n);
  for (size_t i = 0; i < n; ++i) {
    bool whole = true;
    for (size_t b = 0; b < bands_; ++b) whole = whole && !is_nan(result.value[b * n + i]);
    for (size_t b = 0; b < bands_ && !whole; ++b) result.value[b * n + i] = nan_f();
  }
  return result;
}

}  // namespace fw
