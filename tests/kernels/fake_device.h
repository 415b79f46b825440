// A device on host memory: streams that run as late, or as unevenly, as they may, with a watch over what a real device
// would punish now and then. Kernels are functions of the host.
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "kernels/backend.h"
#include "kernels/device_api.h"
#include "kernels/device_queue.h"

namespace fw::test {

/// What FakeApi launches.
using HostKernel = void (*)(const void* argument, unsigned blocks, unsigned threads);

struct FakeBehaviour {
  std::string name = "cuda:0 (Fake)";
  uint64_t seed = 0;               ///< 0: nothing runs before somebody waits for it; else streams run on at random
  size_t memory_bytes = SIZE_MAX;  ///< of the device
  long lost_at_call = -1;          ///< the device is lost at this call (0-based) and answers no more
  std::set<long> short_at = {};    ///< allocations (0-based, device and pinned) for which there is no memory
  int capability = 90;             ///< 0: no formulas
};

class FakeApi final : public DeviceApi {
 public:
  explicit FakeApi(FakeBehaviour behaviour = {}) : behaviour_(std::move(behaviour)), random_(behaviour_.seed) {}
  ~FakeApi() override;

  /// What was done wrong, in words.
  std::vector<std::string> problems() const;
  size_t alive() const;  ///< handles and pieces of memory not dropped yet
  long calls() const { return calls_; }
  long allocations() const { return allocations_; }
  size_t peak_bytes() const { return peak_bytes_; }
  size_t replays() const { return replays_; }
  /// What ran, in order: "to_device", "from_device", "on_device", "fill", "launch".
  std::vector<std::string> history() const;
  /// Runs what may run on streams that have copies to the device, and on no other.
  void run_uploads();
  void set(const FakeBehaviour& behaviour);

  std::string name() const override { return behaviour_.name; }
  int capability() const override { return behaviour_.capability; }
  Handle make_stream() override;
  void drop_stream(Handle) noexcept override;
  Handle make_event(bool timed) override;
  void drop_event(Handle) noexcept override;
  void record(Handle event, Handle stream) override;
  void wait(Handle stream, Handle event) override;
  void wait_event(Handle event) override;
  void wait_stream(Handle stream) override;
  double elapsed_ms(Handle from, Handle to) override;
  void* make_pinned(size_t bytes) override;
  void drop_pinned(void*) noexcept override;
  void* make_memory(size_t bytes, Handle stream) override;
  void drop_memory(void*, Handle stream) noexcept override;
  void trim() override;
  void copy(void* to, const void* from, size_t bytes, CopyWay way, Handle stream) override;
  void fill(void* to, unsigned char byte, size_t bytes, Handle stream) override;
  void launch(const Launch& launch, Handle stream) override;
  Handle capture(Handle stream, const std::function<void()>& ask) override;
  void replay(Handle graph, Handle stream) override;
  void drop_graph(Handle) noexcept override;

 private:
  struct Event {
    bool timed = false;
    long recorded = 0, happened = 0;
  };
  struct Task {
    std::string what;
    std::function<void()> run;
    std::shared_ptr<Event> awaited = nullptr;
    long awaited_record = 0;
    bool drops = false;  ///< memory
    bool ready() const { return !awaited || awaited->happened >= awaited_record; }
  };
  struct Stream {
    std::deque<Task> tasks;
    std::vector<Task>* captured = nullptr;
  };
  struct Block {
    std::vector<unsigned char> bytes;
    bool ready = false;
    int in_flight = 0;
  };
  struct Graph {
    std::vector<Task> tasks;
    int in_flight = 0;
  };
  void enter();
  void expect_memory();
  void problem(const std::string& words);
  Stream& stream(Handle);
  std::shared_ptr<Event> event(Handle);
  void ask(Handle stream, Task task);
  bool step(Stream&);
  void drain(Stream&, const std::function<bool()>& until);
  void expect_block(const void* memory, size_t bytes, const char* what);
  std::shared_ptr<Block> pinned_of(const void* memory, size_t bytes);

  mutable std::recursive_mutex mutex_;
  FakeBehaviour behaviour_;
  std::mt19937_64 random_;
  long calls_ = 0, allocations_ = 0;
  size_t live_bytes_ = 0, peak_bytes_ = 0, replays_ = 0;
  bool lost_ = false;
  std::map<Handle, std::unique_ptr<Stream>> streams_;
  std::map<Handle, std::shared_ptr<Event>> events_;
  std::map<unsigned char*, std::shared_ptr<Block>> pinned_, memory_;
  std::map<Handle, std::shared_ptr<Graph>> graphs_;
  std::vector<std::string> problems_, history_;
};

/// A backend whose kernels are the bodies compiled for the host.
std::unique_ptr<Backend> make_fake_backend(std::shared_ptr<DeviceApi> api, QueueLimits limits = {});

/// As choose_device gives it: a run on these devices.
ChosenDevice choose_fakes(const std::vector<std::shared_ptr<FakeApi>>& fakes, QueueLimits limits = {});

}  // namespace fw::test
