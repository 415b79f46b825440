// Rasters of a catalogue that stay open, for all readers of a job together: each is checked and parsed once.
#pragma once
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "core/geo/open_scene.h"

namespace fw {

/// Thread-safe. Rasters that keep no file open (SceneFile::is_light) are kept by the thousand; of the others those used
/// last.
class OpenRasters {
 public:
  /// max_open: of rasters that keep a file open. in_parts: as OpenRequest::in_parts.
  explicit OpenRasters(int max_open, bool in_parts = false);
  bool in_parts() const { return in_parts_; }
  /// The raster of this name; `open` is called where it is not there, by one thread at a time for each name. Errors:
  /// whatever `open` throws.
  std::shared_ptr<SceneFile> get(const std::string& name, const std::function<SceneFile()>& open);

 private:
  struct Slot {
    std::mutex opening;
    std::unique_ptr<SceneFile> file;
    std::list<std::string>::iterator place;
  };
  void make_room();

  size_t max_open_;
  bool in_parts_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Slot>> slots_;
  std::list<std::string> order_;  ///< most recently used first
};

}  // namespace fw
