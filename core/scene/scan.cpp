#include <algorithm>
#include <set>
#include <tuple>

#include "core/base/log.h"
#include "core/base/text.h"
#include "core/scene/scan_parts.h"

namespace fw {
namespace scan_parts {

Verdict verdict_of(const std::string& code) {
  static const std::set<std::string> refused = {"DRIVER_NOT_ALLOWED", "DTYPE_UNSUPPORTED", "PATH_OUTSIDE_ROOT",
                                                "INPUT_SCHEME"};
  return refused.count(code) ? Verdict::refused : Verdict::quarantined;
}

std::string text_of(const Grid& g) {
  std::string text = g.crs;
  for (const double v : {g.x0, g.y0, g.dx, g.dy, static_cast<double>(g.rows), static_cast<double>(g.cols)})
    text += " " + format_number(v);
  return text;
}

void Task::reject(const std::string& item, const std::string& code, const std::string& detail) const {
  rejections.push_back({printable(item), "scan", printable(code, 60), printable(detail, 400), verdict_of(code)});
}

namespace {

/// What the scene is made of, and when: two scenes with one content and time are one. (Rain of two dry dekads is the
/// same bytes.)
std::string content_of(const Scene& scene) {
  std::string content = scene.product + "|" + to_string(scene.time);
  for (const auto& [role, band] : scene.bands)
    content += "|" + role + ":" + band.sha256 + ":" + band.subdataset + ":" + std::to_string(band.band);
  return content;
}

void drop_duplicates(std::vector<Scene>& scenes, std::vector<Rejection>& rejections) {
  std::map<std::string, std::string> first_file;
  std::map<std::pair<std::string, std::string>, size_t> dropped;  // file and its twin → scenes
  std::vector<Scene> kept;
  for (auto& scene : scenes) {
    const std::string& file = scene.bands.begin()->second.file;
    const auto [it, is_new] = first_file.emplace(content_of(scene), file);
    if (is_new)
      kept.push_back(std::move(scene));
    else
      ++dropped[{file, it->second}];
  }
  for (const auto& [files, count] : dropped)
    rejections.push_back({printable(files.first), "scan", "DUPLICATE",
                          "The same bytes as " + printable(files.second) + " (" + std::to_string(count) +
                              (count == 1 ? " scene" : " scenes") + "); counted once.",
                          Verdict::quarantined});
  scenes = std::move(kept);
}

void drop_superseded(const std::map<std::string, Product>& products, std::vector<Scene>& scenes,
                     std::vector<Rejection>& rejections) {
  const auto version = [](const Scene& s) { return std::tie(s.baseline, s.id); };
  std::map<std::string, size_t> newest;
  std::vector<bool> drop(scenes.size(), false);
  for (size_t i = 0; i < scenes.size(); ++i) {
    const Product& product = products.at(scenes[i].product);
    const auto match = product.acquisition.search(scenes[i].id);
    if (!match) continue;
    std::string key = scenes[i].product;
    for (size_t g = 1; g < match->groups.size(); ++g) key += "|" + match->groups[g];
    if (product.acquisition_by_grid) key += "|" + text_of(scenes[i].bands.begin()->second.grid);
    const auto [it, is_new] = newest.emplace(key, i);
    if (is_new) continue;
    size_t loser = i;
    if (version(scenes[it->second]) < version(scenes[i])) std::swap(loser, it->second);
    drop[loser] = true;
    const Scene &old = scenes[loser], &young = scenes[it->second];
    rejections.push_back({old.id, "scan", "SUPERSEDED",
                          "The same acquisition as " + young.id +
                              (young.baseline.empty() ? "" : " (baseline " + young.baseline + ")") +
                              ", which is newer.",
                          Verdict::quarantined});
  }
  std::vector<Scene> kept;
  for (size_t i = 0; i < scenes.size(); ++i) {
    if (!drop[i]) kept.push_back(std::move(scenes[i]));
  }
  scenes = std::move(kept);
}

}  // namespace

void settle(const std::map<std::string, Product>& products, std::vector<Scene>& scenes,
            std::vector<Rejection>& rejections) {
  drop_duplicates(scenes, rejections);
  drop_superseded(products, scenes, rejections);
  std::set<std::string> ids;
  for (auto& scene : scenes) {
    const std::string plain = scene.id;
    for (int n = 2; !ids.insert(scene.id).second; ++n) scene.id = plain + "-" + std::to_string(n);
    std::sort(scene.flags.begin(), scene.flags.end());
  }
  std::sort(scenes.begin(), scenes.end(), [](const Scene& a, const Scene& b) {
    return std::tie(a.time, a.product, a.id) < std::tie(b.time, b.product, b.id);
  });
}

}  // namespace scan_parts

namespace {

void rename_roles(const ScanInput& input, const Product& product, std::vector<Scene>& scenes, size_t from) {
  for (const auto& [role, name] : input.roles) {
    if (!product.band(role))
      throw ConfigError("ROLE_UNKNOWN",
                        "Product '" + product.id + "' has no role '" + printable(role, 40) + "'. Correct 'roles'.");
    if (!is_safe_id(name))
      throw ConfigError("ROLE", "'" + printable(name, 40) + "' cannot be a role. Use letters, digits and _.");
  }
  for (size_t i = from; i < scenes.size(); ++i) {
    std::map<std::string, SceneBand> renamed;
    for (auto& [role, band] : scenes[i].bands) {
      const auto it = input.roles.find(role);
      renamed.emplace(it == input.roles.end() ? role : it->second, std::move(band));
    }
    scenes[i].bands = std::move(renamed);
  }
}

void flag_resampled(const Grid& near, std::vector<Scene>& scenes) {
  std::vector<std::pair<Grid, bool>> known;  // few grids, many scenes
  const auto fits = [&](const Grid& grid) {
    for (const auto& [g, yes] : known) {
      if (g == grid) return yes;
    }
    int row = 0, col = 0;
    known.emplace_back(grid, aligned(near, grid, &row, &col));
    return known.back().second;
  };
  for (auto& scene : scenes) {
    if (!std::all_of(scene.bands.begin(), scene.bands.end(), [&](const auto& b) { return fits(b.second.grid); }))
      scene.flags.push_back("RESAMPLED");
  }
}

}  // namespace

Catalogue scan(const ScanRequest& asked, RunReport& report) {
  ScanRequest request = asked;
  request.root = std::filesystem::weakly_canonical(asked.root);  // a link to the data is a root like any other
  Catalogue catalogue;
  catalogue.root = request.root.string();
  std::map<std::string, Product> products;
  for (ScanInput input : request.inputs) {
    if (!products.count(input.product))
      products.emplace(input.product, load_product(request.config_dir, input.product));
    const Product& product = products.at(input.product);
    if (!input.crs.empty()) input.crs = checked_crs(input.crs);
    if (input.scale && *input.scale == 0)
      throw ConfigError("RANGE", "The scale of an input is 0, which makes every pixel equal. Correct it.");
    const scan_parts::Task task{
        request, input, product, catalogue.rejections, catalogue.scenes, scan_parts::basis_of(request, input)};
    const size_t before = catalogue.scenes.size();
    const auto files = scan_parts::find_files(task);
    switch (product.layout) {
      case SceneLayout::files:
        scan_parts::scan_files(task, files);
        break;
      case SceneLayout::single:
        scan_parts::scan_single(task, files);
        break;
      case SceneLayout::stack:
        scan_parts::scan_stack(task, files);
        break;
    }
    rename_roles(input, product, catalogue.scenes, before);
  }
  if (request.near) flag_resampled(*request.near, catalogue.scenes);
  scan_parts::settle(products, catalogue.scenes, catalogue.rejections);
  std::sort(catalogue.rejections.begin(), catalogue.rejections.end(), [](const Rejection& a, const Rejection& b) {
    return std::tie(a.item, a.code, a.detail) < std::tie(b.item, b.code, b.detail);
  });
  for (const auto& rejection : catalogue.rejections) report.add(rejection);
  if (catalogue.scenes.empty()) {
    std::string first = " Check the inputs.";
    if (!catalogue.rejections.empty()) {
      const Rejection& r = catalogue.rejections.front();
      first = " First reason: " + r.item + ": " + r.code + ": " + r.detail;
    }
    throw InputError("NO_SCENES",
                     "No scene is usable (" + std::to_string(catalogue.rejections.size()) + " rejected)." + first);
  }
  return catalogue;
}

}  // namespace fw
