// Layouts `files` and `single`: scenes that lie in files of their own.
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <set>

#include "core/base/csv.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/scene/scan_parts.h"

namespace fw::scan_parts {
namespace {

constexpr size_t metadata_file_bytes = 16u << 20;

void add_flag(Scene& scene, const std::string& flag) {
  if (std::find(scene.flags.begin(), scene.flags.end(), flag) == scene.flags.end()) scene.flags.push_back(flag);
}

/// One band found in the scene's files, not yet scaled.
struct Found {
  const BandSpec* spec;
  BandInfo info;
  SceneBand band;
};

/// Where a role lies: file and sub-dataset; nothing when it is not there.
std::optional<std::pair<FoundFile, std::string>> locate(const BandSpec& spec, const std::vector<FoundFile>& files,
                                                        OpenFiles& open) {
  const FoundFile* hit = nullptr;
  for (const auto& f : files) {
    if (!spec.file.empty() && !spec.file.matches(f.name)) continue;
    if (hit)
      throw InputError("BAND_AMBIGUOUS", "Two files hold '" + spec.role + "' (" + printable(hit->name, 80) + ", " +
                                             printable(f.name, 80) + "). Keep one.");
    hit = &f;
  }
  if (!hit) return std::nullopt;
  if (spec.subdataset.empty()) return std::pair(*hit, std::string());
  const std::string name = open.find_subdataset(*hit, spec.subdataset);
  if (name.empty()) return std::nullopt;
  return std::pair(*hit, name);
}

std::optional<Found> find_in(const BandSpec& spec, const std::vector<FoundFile>& files, OpenFiles& open, Scene& scene) {
  const auto place = locate(spec, files, open);
  if (!place) return std::nullopt;
  const RasterInfo& info = open.open(place->first, place->second).info();
  const int band = find_band(info, spec);
  if (band == 0) return std::nullopt;
  for (const auto& flag : info.flags) add_flag(scene, flag);
  return Found{&spec, info.bands[static_cast<size_t>(band - 1)],
               make_band(place->first, place->second, info, band, spec)};
}

/// All bands of the product; ambiguity is told before absence.
std::vector<Found> find_bands(const Task& task, const std::vector<FoundFile>& files, OpenFiles& open, Scene& scene) {
  std::vector<Found> found;
  std::string missing;
  std::set<std::tuple<std::string, std::string, int>> taken;
  for (const auto& spec : task.product.bands) {
    auto one = find_in(spec, files, open, scene);
    if (!one) {
      if (!spec.optional && missing.empty()) missing = spec.role;
      continue;
    }
    if (!taken.insert({one->band.file, one->band.subdataset, one->band.band}).second)
      throw InputError("BAND_AMBIGUOUS",
                       "Two roles lie in the same band, one of them is '" + spec.role + "'. Name the bands.");
    found.push_back(std::move(*one));
  }
  if (!missing.empty())
    throw InputError("BAND_MISSING:" + missing,
                     "The scene has no band '" + missing + "'. Add it, or choose another product.");
  return found;
}

ScaleFacts read_facts(const Task& task, const std::string& name, const std::vector<FoundFile>& metadata,
                      const std::vector<Found>& found, OpenFiles& open, Scene& scene) {
  ScaleFacts facts;
  if (task.product.scale_rule != ScaleRule::sentinel2_baseline) return facts;
  facts.take_name(name);
  for (const auto& f : found) {
    FoundFile file;
    file.relative = f.band.file;
    facts.take_raster(f.band.file, open.open(file, f.band.subdataset).info().metadata);
    facts.take_raster(f.band.file, f.info.metadata);
  }
  for (const auto& file : metadata) {
    const std::string text =
        fw::read_file(resolve_beneath(task.request.root, file.relative, true).string(), metadata_file_bytes);
    const std::string sha = sha256_of(text);
    const auto expected = task.request.expected_sha256.find(file.relative);
    if (expected != task.request.expected_sha256.end() && expected->second != sha)
      throw InputError("HASH_MISMATCH", printable(file.relative) + " is not the file of the manifest.");
    scene.metadata_files[file.relative] = sha;
    if (lower(file.name).ends_with(".xml"))
      facts.take_xml(file.name, text);
    else
      facts.take_stac(file.name, text);
  }
  return facts;
}

void set_id(const Task& task, const std::string& name, const std::map<std::string, std::string>& metadata,
            Scene& scene) {
  for (const auto& source : task.product.id_from) {
    if (source.rfind("metadata:", 0) != 0) continue;
    const auto it = metadata.find(source.substr(9));
    if (it == metadata.end() || it->second.empty()) continue;
    const std::string& text = it->second;
    if (text.find('/') != std::string::npos || text.find('\\') != std::string::npos ||
        text.find("..") != std::string::npos)
      throw InputError("ID_INVALID", source.substr(9) + " is '" + printable(text, 60) +
                                         "', which looks like a path. Correct the metadata.");
    if (is_safe_id(text)) {
      scene.id = text;
      return;
    }
    add_flag(scene, "ID_FROM_NAME");  // harmless text that cannot be an id: the name serves
  }
  const auto match = task.product.scene.search(name);
  scene.id =
      id_from_text(match && match->groups.size() > 1 && !match->groups[1].empty() ? match->groups[1] : stem_of(name));
}

/// Reads one scene; what is wrong with it becomes one rejection.
void read_scene(const Task& task, const std::string& item, const std::string& name, const std::string& folder,
                const std::vector<FoundFile>& files, const std::vector<FoundFile>& metadata) {
  try {
    OpenFiles open(task);
    Scene scene;
    scene.product = task.product.id;
    std::map<std::string, std::string> tags;
    const auto names_band = [](const BandSpec& b) { return !b.subdataset.empty(); };
    if (task.product.layout == SceneLayout::single &&
        !std::any_of(task.product.bands.begin(), task.product.bands.end(), names_band))
      tags = open.open(files.front(), "").info().metadata;
    set_id(task, name, tags, scene);
    set_time(task, {name, folder, &tags}, scene);
    const auto found = find_bands(task, files, open, scene);
    const ScaleFacts facts =
        read_facts(task, folder.empty() ? name : folder + "_" + name, metadata, found, open, scene);
    for (const auto& f : found) {
      SceneBand band = f.band;
      set_scaling(task, *f.spec, f.info, facts, band);
      if (task.product.scale_rule == ScaleRule::sentinel2_baseline && band.offset != 0)
        add_flag(scene, "OFFSET_APPLIED");
      scene.bands.emplace(f.spec->role, std::move(band));
    }
    scene.baseline = facts.baseline();
    if (task.product.qa) {
      const auto qa = find_in(task.product.qa->band, files, open, scene);
      if (qa) {
        check_quality(*task.product.qa, qa->info);
        scene.qa = qa->band;
        scene.qa_rules = task.product.qa->rules;
      } else if (!task.product.qa->band.optional) {
        throw InputError("BAND_MISSING:qa", "The scene has no quality band, so clouds would count as ground. Add it.");
      } else {
        add_flag(scene, "NO_QA");
      }
    }
    check_extents(scene);
    check_scale(task, scene, open);
    check_saturation(task, scene, open);
    task.scenes.push_back(std::move(scene));
  } catch (const ConfigError& e) {
    if (e.code() != "PATH_OUTSIDE_ROOT" && e.code() != "INPUT_SCHEME" && e.code() != "INPUT_MISSING") throw;
    task.reject(item, e.code(), e.what());
  } catch (const InputError& e) {
    task.reject(item, e.code(), e.what());
  }
}

void build(const Task& task, const std::string& item, const std::string& name, const std::string& folder,
           const std::vector<FoundFile>& files, const std::vector<FoundFile>& metadata) {
  std::vector<std::string> all;
  for (const auto* some : {&files, &metadata})
    for (const auto& f : *some) all.push_back(f.relative);
  scan_or_recall(task, item, all, [&] { read_scene(task, item, name, folder, files, metadata); });
}

/// Calls one(task, i) for every i, on several threads; what they add comes in the order of i.
void for_each_scene(const Task& task, size_t count, const std::function<void(const Task&, size_t)>& one) {
  struct Part {
    std::vector<Rejection> rejections;
    std::vector<Scene> scenes;
    std::exception_ptr error;
  };
  std::vector<Part> parts(count);
  Progress progress("scanning " + task.product.id, count);
  tbb::task_arena arena(task.request.threads > 0 ? task.request.threads : tbb::task_arena::automatic);
  arena.execute([&] {
    tbb::parallel_for(
        size_t{0}, count,
        [&](size_t i) {
          Part& part = parts[i];
          try {
            one({task.request, task.input, task.product, part.rejections, part.scenes, task.basis}, i);
          } catch (...) {
            part.error = std::current_exception();
          }
          progress.step();
        },
        tbb::simple_partitioner());
  });
  for (Part& part : parts) {
    if (part.error) std::rethrow_exception(part.error);
    std::move(part.rejections.begin(), part.rejections.end(), std::back_inserter(task.rejections));
    std::move(part.scenes.begin(), part.scenes.end(), std::back_inserter(task.scenes));
  }
}

/// The nearest folder above the file that holds one scene by its name; else the file's own.
std::string scene_folder(const Product& product, const FoundFile& file, bool* by_name) {
  std::filesystem::path folder(file.folder);
  for (*by_name = false; !folder.empty() && !product.folder.empty(); folder = folder.parent_path()) {
    if (product.folder.matches(folder.filename().string())) {
      *by_name = true;
      return folder.generic_string();
    }
  }
  return file.folder;
}

}  // namespace

std::string stem_of(const std::string& name) { return std::filesystem::path(name).stem().string(); }

std::string id_from_text(std::string_view text) {
  std::string id;
  for (const char c : text.substr(0, 100)) {
    const bool safe = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
                      ((c == '.' || c == '-') && !id.empty());
    id += safe ? c : '_';
  }
  return id.empty() ? "scene" : id;
}

void scan_single(const Task& task, const std::vector<FoundFile>& files) {
  for_each_scene(task, files.size(), [&](const Task& own, size_t i) {
    const FoundFile& file = files[i];
    build(own, file.relative, file.name, std::filesystem::path(file.folder).filename().string(), {file}, {});
  });
}

void scan_files(const Task& task, const std::vector<FoundFile>& files) {
  struct Group {
    std::string key;
    bool folder_by_name = false;
    std::vector<FoundFile> bands, metadata;
  };
  std::map<std::pair<std::string, std::string>, Group> groups;  // by folder and scene key: in a fixed order
  std::map<std::string, std::vector<FoundFile>> metadata;       // by folder
  for (const auto& file : files) {
    bool by_name = false;
    const std::string folder = scene_folder(task.product, file, &by_name);
    const auto is_metadata = [&](const Pattern& p) { return p.matches(file.name); };
    if (std::any_of(task.product.metadata_files.begin(), task.product.metadata_files.end(), is_metadata)) {
      metadata[folder].push_back(file);
      continue;
    }
    const auto match = task.product.scene.search(file.name);
    const std::string key = match && match->groups.size() > 1 ? match->groups[1] : "";
    Group& group = groups[{folder, key}];
    group.folder_by_name = by_name;
    group.bands.push_back(file);
  }
  std::vector<const std::pair<const std::pair<std::string, std::string>, Group>*> in_order;
  for (const auto& entry : groups) in_order.push_back(&entry);
  for_each_scene(task, in_order.size(), [&](const Task& own, size_t i) {
    const auto& [place, group] = *in_order[i];
    const auto& [folder, key] = place;
    const std::string folder_name = std::filesystem::path(folder).filename().string();
    const std::string name = group.folder_by_name || key.empty() ? stem_of(folder_name) : key;
    const auto beside = metadata.find(folder);
    std::vector<FoundFile> texts;
    if (beside != metadata.end()) {
      // A folder with several scenes: a metadata file belongs to the scene whose key its name holds.
      const bool shared =
          std::count_if(groups.begin(), groups.end(), [&f = folder](const auto& g) { return g.first.first == f; }) > 1;
      for (const auto& file : beside->second) {
        if (!shared || (!key.empty() && file.name.find(key) != std::string::npos)) texts.push_back(file);
      }
    }
    build(own,
          folder.empty() ? name
          : key.empty()  ? folder
                         : folder + "/" + key,
          name, key.empty() ? folder_name : folder_name, group.bands, texts);
  });
}

}  // namespace fw::scan_parts
