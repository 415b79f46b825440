#include "core/scene/same_scene.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace fw {
namespace {

auto facts(const SceneBand& b) {
  return std::tie(b.sha256, b.driver, b.subdataset, b.band, b.scale, b.offset, b.fill, b.valid_min, b.valid_max,
                  b.resampling, b.grid);
}
bool same_band(const SceneBand& a, const SceneBand& b) { return facts(a) == facts(b); }

bool same_rule(const QaRule& a, const QaRule& b) {
  return std::tie(a.shift, a.width, a.values, a.outcome) == std::tie(b.shift, b.width, b.values, b.outcome);
}

}  // namespace

bool same_scene(const Scene& a, const Scene& b) {
  if (a.id != b.id || a.product != b.product || a.time != b.time || a.days != b.days ||
      a.bands.size() != b.bands.size())
    return false;
  if (a.qa.has_value() != b.qa.has_value() || (a.qa && !same_band(*a.qa, *b.qa))) return false;
  return std::equal(a.qa_rules.begin(), a.qa_rules.end(), b.qa_rules.begin(), b.qa_rules.end(), same_rule) &&
         std::equal(a.bands.begin(), a.bands.end(), b.bands.begin(),
                    [](const auto& x, const auto& y) { return x.first == y.first && same_band(x.second, y.second); });
}

std::vector<const Scene*> changed_scenes(const Catalogue& before, const Catalogue& now,
                                         const std::function<bool(const Scene&)>& counts) {
  std::map<std::pair<std::string, std::string>, const Scene*> known;
  for (const auto& s : before.scenes)
    if (counts(s)) known[{s.product, s.id}] = &s;
  std::vector<const Scene*> changed;
  for (const auto& s : now.scenes) {
    if (!counts(s)) continue;
    const auto old = known.find({s.product, s.id});
    if (old == known.end()) {
      changed.push_back(&s);
      continue;
    }
    if (!same_scene(*old->second, s)) changed.insert(changed.end(), {&s, old->second});
    known.erase(old);
  }
  for (const auto& [key, scene] : known) changed.push_back(scene);
  return changed;
}

}  // namespace fw
