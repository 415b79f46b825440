#include "core/scene/scan_memory.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/config.h"
#include "core/base/csv.h"
#include "core/base/text.h"

namespace fw {
namespace {

using Json = nlohmann::ordered_json;

bool unchanged(const ScanMemory::Trace& then, const ScanMemory::Trace& now) {
  const FileIdentity &a = then.identity, &b = now.identity;
  return then.file == now.file && a.inode == b.inode && a.size == b.size && a.modified_ns == b.modified_ns &&
         a.changed_ns == b.changed_ns;
}

}  // namespace

ScanMemory::ScanMemory(const std::filesystem::path& scenes, const std::filesystem::path& files) {
  std::vector<Scene> all = load_catalogue(scenes).scenes;
  const Json groups = parse_json_strict(read_file(files.string()));
  size_t next = 0;
  try {
    for (const auto& [key, entry] : groups.items()) {
      Group group;
      for (const auto& t : entry.at("files")) group.files.push_back({t.at(0), {0, t.at(1), t.at(2), t.at(3), t.at(4)}});
      const size_t count = entry.at("scenes");
      if (count > all.size() - next) throw InputError("CATALOGUE_INVALID", "It names more scenes than there are.");
      const auto from = all.begin() + static_cast<std::ptrdiff_t>(next);
      group.scenes.assign(std::make_move_iterator(from),
                          std::make_move_iterator(from + static_cast<std::ptrdiff_t>(count)));
      next += count;
      groups_.emplace(key, std::move(group));
    }
  } catch (const Json::exception& e) {
    throw InputError("CATALOGUE_INVALID", "What was scanned cannot be read (" + printable(e.what()) + "). Scan again.");
  }
}

const std::vector<Scene>* ScanMemory::find(const std::string& key, const std::vector<Trace>& files) const {
  const auto at = groups_.find(key);
  if (at == groups_.end()) return nullptr;
  const Group& group = at->second;
  const bool same = std::equal(group.files.begin(), group.files.end(), files.begin(), files.end(), unchanged);
  return same ? &group.scenes : nullptr;
}

void ScanMemory::keep(const std::string& key, std::vector<Trace> files, std::vector<Scene> scenes) {
  groups_[key] = {std::move(files), std::move(scenes)};
}

std::string ScanMemory::scenes_text() const {
  Catalogue all;
  for (const auto& [key, group] : groups_)
    all.scenes.insert(all.scenes.end(), group.scenes.begin(), group.scenes.end());
  return catalogue_json(all);
}

std::string ScanMemory::files_text() const {
  Json groups = Json::object();
  for (const auto& [key, group] : groups_) {
    Json files = Json::array();
    for (const auto& [file, id] : group.files)
      files.push_back({file, id.inode, id.size, id.modified_ns, id.changed_ns});
    groups.get_ref<Json::object_t&>().emplace_back(key,
                                                   Json{{"files", std::move(files)}, {"scenes", group.scenes.size()}});
  }
  return groups.dump() + "\n";
}

}  // namespace fw
