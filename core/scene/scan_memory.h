// What a scan made of files, kept so that the next one need not read those that have not changed since.
#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/geo/input_file.h"
#include "core/scene/catalogue.h"

namespace fw {

/// Scenes by what they were made of: a file that has the inode, size, time of modification and time of change (both to
/// the nanosecond) that it had when it was hashed is taken to hold the same bytes. Only what was whole is kept: files
/// that were refused, or changed less than 2 seconds before they were read, are read again by every scan.
class ScanMemory {
 public:
  struct Trace {
    std::string file;  ///< relative to the input root
    FileIdentity identity;
  };

  /// Nothing is known.
  ScanMemory() = default;
  /// Of two texts that text() gave. Errors: InputError CATALOGUE_INVALID, CATALOGUE_VERSION.
  ScanMemory(const std::filesystem::path& scenes, const std::filesystem::path& files);

  /// Scenes that `key` gave, if every file it was made of still has its identity; else null. The device number is not
  /// compared: it may be another one after a restart.
  const std::vector<Scene>* find(const std::string& key, const std::vector<Trace>& files) const;
  void keep(const std::string& key, std::vector<Trace> files, std::vector<Scene> scenes);

  std::string scenes_text() const;  ///< a catalogue, of scenes before duplicates are dropped and ids made unique
  std::string files_text() const;   ///< JSON: the files of each key, their identities, the number of its scenes

 private:
  struct Group {
    std::vector<Trace> files;
    std::vector<Scene> scenes;
  };
  std::map<std::string, Group> groups_;
};

}  // namespace fw
