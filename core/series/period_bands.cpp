#include "core/series/period_bands.h"

#include <algorithm>
#include <map>

#include "core/base/error.h"
#include "core/series/seen_value.h"
#include "core/series/send.h"

namespace fw {

std::optional<PeriodMethod> period_method_by_name(const std::string& name) {
  static const std::map<std::string, PeriodMethod> names = {
      {"median", PeriodMethod::median}, {"mean", PeriodMethod::mean},           {"max", PeriodMethod::max},
      {"medoid", PeriodMethod::medoid}, {"geomedian", PeriodMethod::geomedian}, {"max_ndvi", PeriodMethod::max_ndvi}};
  const auto at = names.find(name);
  if (at == names.end()) return {};
  return at->second;
}

PeriodBands::PeriodBands(const IndexCatalogue& indices, const std::vector<const Scene*>& scenes,
                         const std::vector<std::string>& names, PeriodMethod method, const std::string& stage,
                         RunReport& report)
    : method_(method), bands_(names.size()) {
  FW_EXPECT(!names.empty() && names.size() <= static_cast<size_t>(max_composite_bands), "1 to 16 bands");
  std::vector<std::string> wanted = names;
  ndvi_ = static_cast<size_t>(std::find(names.begin(), names.end(), "NDVI") - names.begin());
  if (method == PeriodMethod::max_ndvi && ndvi_ == names.size()) wanted.push_back("NDVI");
  read_ = wanted.size();
  for (const Scene* scene : scenes) {
    ScenePlan plan = plan_scene(*scene, indices, wanted, stage, report);
    if (plan.names.size() == wanted.size()) scenes_.push_back({scene, std::move(plan)});
  }
}

std::vector<SceneVisit> PeriodBands::visits(size_t first) const {
  std::vector<SceneVisit> visits;
  for (size_t s = 0; s < scenes_.size(); ++s) {
    visits.push_back({scenes_[s].scene, {scenes_[s].plan}, {}});
    for (size_t b = 0; b < read_; ++b) visits.back().places.push_back(first + place(s, b));
  }
  return visits;
}

BandValues PeriodBands::composite(Backend& backend, const float* series, size_t n) const {
  const size_t count = scenes_.size();
  // Of a scene: the worst of its bands.
  std::vector<uint8_t> outcome(std::max<size_t>(1, count * n)), of_band(n);
  for (size_t s = 0; s < count; ++s)
    for (size_t b = 0; b < read_; ++b) {
      take_outcomes(series + place(s, b) * n, n, of_band.data());
      uint8_t* worst = outcome.data() + s * n;
      for (size_t i = 0; i < n; ++i) worst[i] = std::max(worst[i], of_band[i]);
    }
  if (method_ == PeriodMethod::max_ndvi) return greenest(series, outcome, n);
  const OnBackend<float> in(backend, series, places() * n);
  const OnBackend<uint8_t> outcomes(backend, outcome);
  Buffer<float> out(backend, bands_ * n);
  Buffer<uint8_t> reason(backend, n), flags(backend, n);
  Buffer<uint16_t> valid(backend, n);
  backend.fill(flags.data(), 0, n);
  if (by_scene()) {
    backend.run(
        BandComposite{in.data(), outcomes.data(), static_cast<int>(count), static_cast<int>(bands_), n,
                      method_ == PeriodMethod::medoid ? BandCompositeMethod::medoid : BandCompositeMethod::geomedian,
                      out.data(), nullptr, valid.data(), flags.data(), reason.data()});
  } else {
    const CompositeMethod method = method_ == PeriodMethod::median ? CompositeMethod::median
                                   : method_ == PeriodMethod::mean ? CompositeMethod::mean
                                                                   : CompositeMethod::max;
    for (size_t b = 0; b < bands_; ++b)
      backend.run(Composite{in.data() + b * count * n, outcomes.data(), static_cast<int>(count), n, method,
                            out.at(b * n), valid.data(), reason.data()});
  }
  BandValues result{std::vector<float>(bands_ * n), std::vector<uint8_t>(n), std::vector<uint16_t>(n),
                    std::vector<uint8_t>(n)};
  backend.download(result.value.data(), out.data(), result.value.size() * sizeof(float));
  backend.download(result.reason.data(), reason.data(), n);
  backend.download(result.valid.data(), valid.data(), n * sizeof(uint16_t));
  backend.download(result.flags.data(), flags.data(), n);
  for (size_t i = 0; i < n; ++i) {
    bool whole = true;
    for (size_t b = 0; b < bands_; ++b) whole = whole && !is_nan(result.value[b * n + i]);
    for (size_t b = 0; b < bands_ && !whole; ++b) result.value[b * n + i] = nan_f();
  }
  return result;
}

BandValues PeriodBands::greenest(const float* series, const std::vector<uint8_t>& outcome, size_t n) const {
  const size_t count = scenes_.size();
  const auto at = [&](size_t band, size_t scene, size_t i) { return series[place(scene, band) * n + i]; };
  BandValues result{std::vector<float>(bands_ * n, nan_f()), std::vector<uint8_t>(n), std::vector<uint16_t>(n, 0),
                    std::vector<uint8_t>(n, 0)};
  for (size_t i = 0; i < n; ++i) {
    size_t best = count;
    auto reason = Reason::not_observed;
    for (size_t s = 0; s < count; ++s) {
      const auto seen = static_cast<MaskOutcome>(outcome[s * n + i]);
      if (seen == MaskOutcome::masked && reason == Reason::not_observed) reason = Reason::masked;
      if (seen != MaskOutcome::clear) continue;
      reason = Reason::value;
      ++result.valid[i];
      if (best == count || at(ndvi_, s, i) > at(ndvi_, best, i)) best = s;
    }
    result.reason[i] = static_cast<uint8_t>(reason);
    for (size_t b = 0; b < bands_ && best < count; ++b) result.value[b * n + i] = at(b, best, i);
  }
  return result;
}

}  // namespace fw
