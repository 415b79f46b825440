// What is asked of a stream between two points where the host takes part, kept as bytes: asked at once, or, when the
// same came before, as one graph.
#pragma once
#include <cstdint>
#include <list>
#include <map>
#include <vector>

#include "kernels/device_api.h"

namespace fw {

/// Launches, copies on the device and fills, in order. Two programs with the same bytes do the same: the bytes hold
/// every address and argument. (Padding too: where it differs a known program is not recognised, which costs time
/// only.)
class DeviceProgram {
 public:
  void add(const Launch& launch);
  void add_copy(void* to, const void* from, size_t bytes);
  void add_fill(void* to, unsigned char byte, size_t bytes);
  void clear();
  size_t commands() const { return commands_; }
  const std::vector<unsigned char>& bytes() const { return bytes_; }
  /// Asks everything of the stream.
  void ask(DeviceApi& api, DeviceApi::Handle stream) const;

 private:
  struct Head;
  void append(const Head& head, const void* argument);
  std::vector<unsigned char> bytes_;
  size_t commands_ = 0;
};

/// Programs that came before, the latest `max_commands` commands of them; a program that comes again becomes a graph.
class ProgramCache {
 public:
  ProgramCache(DeviceApi& api, size_t max_commands) : api_(api), max_commands_(max_commands) {}
  /// Errors: DeviceError. A program that cannot become a graph is asked command by command, and so is every other from
  /// then on.
  void run(const DeviceProgram& program, DeviceApi::Handle stream);
  size_t replayed() const { return replayed_; }

 private:
  struct Entry {
    std::vector<unsigned char> bytes;
    size_t commands;
    OwnedHandle graph;
  };
  using Entries = std::list<Entry>;  // the latest first
  Entries::iterator find(const DeviceProgram& program, uint64_t hash);
  void remember(const DeviceProgram& program, uint64_t hash, DeviceApi::Handle stream);

  DeviceApi& api_;
  size_t max_commands_, held_ = 0, replayed_ = 0;
  Entries entries_;
  std::multimap<uint64_t, Entries::iterator> by_hash_;
};

}  // namespace fw
