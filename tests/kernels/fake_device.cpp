#include "fake_device.h"

#include <algorithm>
#include <cstring>

#include "kernels/device_error.h"

namespace fw::test {
namespace {

using Lock = std::lock_guard<std::recursive_mutex>;

template <class Map>
auto block_of(Map& map, const void* memory, size_t bytes) {
  auto* const place = const_cast<unsigned char*>(static_cast<const unsigned char*>(memory));
  auto at = map.upper_bound(place);
  if (at == map.begin()) return map.end();
  --at;
  return place + bytes <= at->first + at->second->bytes.size() ? at : map.end();
}

}  // namespace

FakeApi::~FakeApi() = default;

std::vector<std::string> FakeApi::problems() const {
  const Lock lock(mutex_);
  return problems_;
}
std::vector<std::string> FakeApi::history() const {
  const Lock lock(mutex_);
  return history_;
}
size_t FakeApi::alive() const {
  const Lock lock(mutex_);
  return streams_.size() + events_.size() + pinned_.size() + memory_.size() + graphs_.size();
}
void FakeApi::set(const FakeBehaviour& behaviour) {
  const Lock lock(mutex_);
  behaviour_ = behaviour;
  calls_ = allocations_ = 0;
}
void FakeApi::problem(const std::string& words) {
  if (problems_.size() < 20) problems_.push_back(words);
}

void FakeApi::enter() {
  if (!lost_ && calls_++ == behaviour_.lost_at_call) {
    lost_ = true;
    for (auto& [handle, s] : streams_) {
      for (const Task& task : s->tasks)
        if (task.drops) task.run();
      s->tasks.clear();
    }
    for (auto& [at, block] : pinned_) block->in_flight = 0;
    for (auto& [handle, graph] : graphs_) graph->in_flight = 0;
  }
  if (lost_) throw DeviceError("FAKE: the device is lost (as asked). Use the CPU.");
  if (behaviour_.seed == 0 || streams_.empty()) return;
  for (int steps = static_cast<int>(random_() % 8); steps > 0; --steps) {
    auto at = streams_.begin();
    std::advance(at, static_cast<long>(random_() % streams_.size()));
    step(*at->second);
  }
}

void FakeApi::expect_memory() {
  if (behaviour_.short_at.count(allocations_++)) throw DeviceMemoryError("FAKE: no memory (as asked). Use less.");
}

FakeApi::Stream& FakeApi::stream(Handle handle) {
  const auto at = streams_.find(handle);
  if (at == streams_.end()) throw std::logic_error("fake device: a stream that is not there");
  return *at->second;
}
std::shared_ptr<FakeApi::Event> FakeApi::event(Handle handle) {
  const auto at = events_.find(handle);
  if (at == events_.end()) throw std::logic_error("fake device: an event that is not there");
  return at->second;
}

void FakeApi::ask(Handle handle, Task task) {
  Stream& s = stream(handle);
  if (s.captured)
    s.captured->push_back(std::move(task));
  else
    s.tasks.push_back(std::move(task));
}

/// Runs the first task of a stream if it may run.
bool FakeApi::step(Stream& s) {
  if (s.tasks.empty() || !s.tasks.front().ready()) return false;
  const Task task = std::move(s.tasks.front());
  s.tasks.pop_front();
  if (task.run) task.run();
  if (!task.what.empty()) history_.push_back(task.what);
  return true;
}

/// Runs a stream, and of the others no more than it waits for.
void FakeApi::drain(Stream& s, const std::function<bool()>& until) {
  while (!until()) {
    if (step(s)) continue;
    bool any = false;
    for (auto& [handle, other] : streams_) any = any || step(*other);
    if (any) continue;
    problem("a stream waits for ever");
    s.tasks.clear();
    return;
  }
}

void FakeApi::run_uploads() {
  const Lock lock(mutex_);
  for (auto& [handle, s] : streams_)
    if (std::any_of(s->tasks.begin(), s->tasks.end(), [](const Task& t) { return t.what == "to_device"; }))
      while (step(*s)) {
      }
}

void FakeApi::expect_block(const void* memory, size_t bytes, const char* what) {
  const auto at = block_of(memory_, memory, bytes);
  if (at == memory_.end())
    problem(std::string(what) + ": memory that is not there");
  else if (!at->second->ready)
    problem(std::string(what) + ": memory of another stream before its time");
}
std::shared_ptr<FakeApi::Block> FakeApi::pinned_of(const void* memory, size_t bytes) {
  const auto at = block_of(pinned_, memory, bytes);
  if (at != pinned_.end()) return at->second;
  problem("an asynchronous copy with pageable memory");
  return nullptr;
}

DeviceApi::Handle FakeApi::make_stream() {
  const Lock lock(mutex_);
  enter();
  auto made = std::make_unique<Stream>();
  const Handle handle = made.get();
  streams_[handle] = std::move(made);
  return handle;
}
void FakeApi::drop_stream(Handle handle) noexcept {
  const Lock lock(mutex_);
  Stream& s = stream(handle);
  drain(s, [&] { return s.tasks.empty(); });
  streams_.erase(handle);
}
DeviceApi::Handle FakeApi::make_event(bool timed) {
  const Lock lock(mutex_);
  enter();
  auto made = std::make_shared<Event>();
  made->timed = timed;
  const Handle handle = made.get();
  events_[handle] = std::move(made);
  return handle;
}
void FakeApi::drop_event(Handle handle) noexcept {
  const Lock lock(mutex_);
  if (events_.erase(handle) == 0) problem("an event dropped twice");
}
void FakeApi::record(Handle e, Handle s) {
  const Lock lock(mutex_);
  enter();
  const auto recorded = event(e);
  const long number = ++recorded->recorded;
  ask(s, {"", [recorded, number] { recorded->happened = std::max(recorded->happened, number); }});
}
void FakeApi::wait(Handle s, Handle e) {
  const Lock lock(mutex_);
  enter();
  const auto awaited = event(e);
  ask(s, {"", {}, awaited, awaited->recorded});
}
void FakeApi::wait_event(Handle e) {
  const Lock lock(mutex_);
  enter();
  const auto awaited = event(e);
  Stream none;
  drain(none, [&] { return awaited->happened >= awaited->recorded; });
}
void FakeApi::wait_stream(Handle handle) {
  const Lock lock(mutex_);
  enter();
  Stream& s = stream(handle);
  if (s.captured) problem("the host waits for a stream that is being captured");
  drain(s, [&] { return s.tasks.empty(); });
}
double FakeApi::elapsed_ms(Handle from, Handle to) {
  const Lock lock(mutex_);
  enter();
  for (const Handle h : {from, to})
    if (!event(h)->timed || event(h)->recorded == 0 || event(h)->happened < event(h)->recorded)
      problem("a time between events that are not timed or have not happened");
  return 0.5;
}

void* FakeApi::make_pinned(size_t bytes) {
  const Lock lock(mutex_);
  enter();
  expect_memory();
  auto block = std::make_shared<Block>();
  block->bytes.assign(bytes, 0xEE);
  unsigned char* const at = block->bytes.data();
  pinned_[at] = std::move(block);
  return at;
}
void FakeApi::drop_pinned(void* memory) noexcept {
  const Lock lock(mutex_);
  const auto at = pinned_.find(static_cast<unsigned char*>(memory));
  if (at == pinned_.end()) return problem("pinned memory dropped twice");
  if (at->second->in_flight > 0) problem("pinned memory dropped while it is copied");
  pinned_.erase(at);
}
void* FakeApi::make_memory(size_t bytes, Handle s) {
  const Lock lock(mutex_);
  enter();
  expect_memory();
  if (bytes > behaviour_.memory_bytes - std::min(behaviour_.memory_bytes, live_bytes_))
    throw DeviceMemoryError("FAKE: no memory (all in use). Use less.");
  auto block = std::make_shared<Block>();
  block->bytes.assign(bytes, 0xDD);
  live_bytes_ += bytes;
  peak_bytes_ = std::max(peak_bytes_, live_bytes_);
  unsigned char* const at = block->bytes.data();
  memory_[at] = block;
  if (stream(s).captured) problem("memory asked for while capturing");
  ask(s, {"", [block] { block->ready = true; }});
  return at;
}
void FakeApi::drop_memory(void* memory, Handle s) noexcept {
  const Lock lock(mutex_);
  const auto drop = [this, memory] {
    const auto at = memory_.find(static_cast<unsigned char*>(memory));
    if (at == memory_.end()) return problem("memory dropped twice");
    live_bytes_ -= at->second->bytes.size();
    memory_.erase(at);
  };
  if (lost_) return drop();
  Task task{"", drop};
  task.drops = true;
  ask(s, std::move(task));
}
void FakeApi::trim() {
  const Lock lock(mutex_);
  enter();
}

void FakeApi::copy(void* to, const void* from, size_t bytes, CopyWay way, Handle s) {
  const Lock lock(mutex_);
  enter();
  if (stream(s).captured && way != CopyWay::on_device) problem("a copy over the bus in a graph");
  if (way == CopyWay::on_device) {
    ask(s, {"on_device", [=, this] {
              expect_block(from, bytes, "copy");
              expect_block(to, bytes, "copy");
              std::memcpy(to, from, bytes);
            }});
    return;
  }
  const bool up = way == CopyWay::to_device;
  const auto host = pinned_of(up ? from : to, bytes);
  if (!host) return;
  ++host->in_flight;
  const auto* const now = static_cast<const unsigned char*>(from);
  std::vector<unsigned char> seen;
  if (up)
    seen.assign(now, now + bytes);
  else
    std::memset(to, 0xEE, bytes);  // read too early it shows
  ask(s, {up ? "to_device" : "from_device", [=, this] {
            expect_block(up ? to : from, bytes, "copy over the bus");
            if (up && std::memcmp(from, seen.data(), bytes) != 0) problem("pinned memory changed while it is copied");
            std::memcpy(to, from, bytes);
            --host->in_flight;
          }});
}
void FakeApi::fill(void* to, unsigned char byte, size_t bytes, Handle s) {
  const Lock lock(mutex_);
  enter();
  ask(s, {"fill", [=, this] {
            expect_block(to, bytes, "fill");
            std::memset(to, byte, bytes);
          }});
}
void FakeApi::launch(const Launch& l, Handle s) {
  const Lock lock(mutex_);
  enter();
  if (l.blocks == 0 || l.threads == 0) problem("a launch without threads");
  const auto* const from = static_cast<const unsigned char*>(l.argument);
  const auto argument = std::make_shared<std::vector<unsigned char>>(from, from + l.argument_bytes);
  const auto kernel = reinterpret_cast<HostKernel>(const_cast<void*>(l.function));
  ask(s, {"launch", [=, blocks = l.blocks, threads = l.threads] { kernel(argument->data(), blocks, threads); }});
}

DeviceApi::Handle FakeApi::capture(Handle handle, const std::function<void()>& ask_all) {
  const Lock lock(mutex_);
  enter();
  expect_memory();
  auto graph = std::make_shared<Graph>();
  Stream& s = stream(handle);
  s.captured = &graph->tasks;
  try {
    ask_all();
  } catch (...) {
    s.captured = nullptr;
    throw;
  }
  s.captured = nullptr;
  graphs_[graph.get()] = graph;
  return graph.get();
}
void FakeApi::replay(Handle handle, Handle s) {
  const Lock lock(mutex_);
  enter();
  const auto graph = graphs_.at(handle);
  ++graph->in_flight;
  ++replays_;
  for (const Task& task : graph->tasks) ask(s, task);
  ask(s, {"", [graph] { --graph->in_flight; }});
}
void FakeApi::drop_graph(Handle handle) noexcept {
  const Lock lock(mutex_);
  const auto at = graphs_.find(handle);
  if (at == graphs_.end()) return problem("a graph dropped twice");
  if (at->second->in_flight > 0) problem("a graph dropped while it runs");
  graphs_.erase(at);
}

}  // namespace fw::test
