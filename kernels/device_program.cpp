#include "kernels/device_program.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string_view>

#include "kernels/device_error.h"

namespace fw {
namespace {

constexpr size_t min_graph_commands = 4;  // fewer are asked as fast one by one

uint64_t hash_of(const std::vector<unsigned char>& bytes) {
  return std::hash<std::string_view>{}({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace

struct alignas(argument_alignment) DeviceProgram::Head {
  const void* function;  // null: a copy or a fill
  void* to;
  const void* from;  // null: a fill
  size_t bytes;      // of the argument, the copy or the fill
  unsigned blocks, threads, byte, unused;
};

void DeviceProgram::append(const Head& head, const void* argument) {
  const size_t at = bytes_.size(), room = head.function ? head.bytes : 0;
  const size_t padded = (room + argument_alignment - 1) / argument_alignment * argument_alignment;
  bytes_.resize(at + sizeof head + padded);
  std::memcpy(bytes_.data() + at, &head, offsetof(Head, unused));  // not what pads it to its alignment: that is anything
  if (argument) std::memcpy(bytes_.data() + at + sizeof head, argument, room);
  ++commands_;
}

void DeviceProgram::add(const Launch& l) {
  append({l.function, nullptr, nullptr, l.argument_bytes, l.blocks, l.threads, 0, 0}, l.argument);
}
void DeviceProgram::add_copy(void* to, const void* from, size_t bytes) {
  append({nullptr, to, from, bytes, 0, 0, 0, 0}, nullptr);
}
void DeviceProgram::add_fill(void* to, unsigned char byte, size_t bytes) {
  append({nullptr, to, nullptr, bytes, 0, 0, byte, 0}, nullptr);
}

void DeviceProgram::clear() {
  bytes_.clear();
  commands_ = 0;
}

void DeviceProgram::ask(DeviceApi& api, DeviceApi::Handle stream) const {
  for (size_t at = 0; at < bytes_.size();) {
    Head head;
    std::memcpy(&head, bytes_.data() + at, sizeof head);
    at += sizeof head;
    if (head.function) {
      api.launch({head.function, head.blocks, head.threads, bytes_.data() + at, head.bytes}, stream);
      at += (head.bytes + argument_alignment - 1) / argument_alignment * argument_alignment;
    } else if (head.from) {
      api.copy(head.to, head.from, head.bytes, CopyWay::on_device, stream);
    } else {
      api.fill(head.to, static_cast<unsigned char>(head.byte), head.bytes, stream);
    }
  }
}

ProgramCache::Entries::iterator ProgramCache::find(const DeviceProgram& program, uint64_t hash) {
  const auto [first, last] = by_hash_.equal_range(hash);
  for (auto at = first; at != last; ++at)
    if (at->second->bytes == program.bytes()) return at->second;
  return entries_.end();
}

void ProgramCache::remember(const DeviceProgram& program, uint64_t hash, DeviceApi::Handle stream) {
  entries_.push_front({program.bytes(), program.commands(), nullptr});
  by_hash_.emplace(hash, entries_.begin());
  held_ += program.commands();
  while (held_ > max_commands_ && entries_.size() > 1) {
    const auto oldest = std::prev(entries_.end());
    if (oldest->graph) api_.wait_stream(stream);  // it may still run
    const auto [first, last] = by_hash_.equal_range(hash_of(oldest->bytes));
    by_hash_.erase(std::find_if(first, last, [&](const auto& e) { return e.second == oldest; }));
    held_ -= oldest->commands;
    entries_.erase(oldest);
  }
}

void ProgramCache::run(const DeviceProgram& program, DeviceApi::Handle stream) {
  if (program.commands() < min_graph_commands || program.commands() > max_commands_) return program.ask(api_, stream);
  const uint64_t hash = hash_of(program.bytes());
  const auto known = find(program, hash);
  if (known == entries_.end()) {
    program.ask(api_, stream);
    return remember(program, hash, stream);
  }
  entries_.splice(entries_.begin(), entries_, known);
  if (!known->graph) try {
      known->graph = {api_.capture(stream, [&] { program.ask(api_, stream); }), {&api_, &DeviceApi::drop_graph}};
    } catch (const DeviceError&) {
      max_commands_ = 0;  // a lost device says so again below
      return program.ask(api_, stream);
    }
  api_.replay(known->graph.get(), stream);
  ++replayed_;
}

}  // namespace fw
