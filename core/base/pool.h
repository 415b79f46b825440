// Tools that are dear to make, each used by one thread at a time.
#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace fw {

/// Lends tools; makes a further one only while all are in use. Thread-safe.
template <class Tool>
class Pool {
 public:
  explicit Pool(std::function<std::unique_ptr<Tool>()> make) : make_(std::move(make)) {}
  /// Calls use(tool). A tool whose use failed is not lent again.
  template <class Use>
  void lend(const Use& use) {
    std::unique_ptr<Tool> tool;
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        tool = std::move(idle_.back());
        idle_.pop_back();
      }
    }
    if (!tool) tool = make_();
    use(*tool);
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(tool));
  }

 private:
  std::function<std::unique_ptr<Tool>()> make_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Tool>> idle_;
};

}  // namespace fw
