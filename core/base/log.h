// What a job tells its operator: messages, warnings, progress with ETA on a terminal, JSON lines for machines (all on
// stderr).
#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace fw {

struct LogOptions {
  bool quiet = false;     ///< only warnings and errors
  std::string json_file;  ///< JSON lines are appended here; "-" is stderr, and people's lines are then left out
};
/// Errors: OutputError WRITE_FAILED (the JSON file cannot be written).
void start_log(const LogOptions& options);

using LogFields = std::vector<std::pair<std::string, std::string>>;
void log_info(const std::string& message, const LogFields& fields = {});
void log_warning(const std::string& message, const LogFields& fields = {});
void log_error(const std::string& message, const LogFields& fields = {});

/// Progress of one step. On a terminal a bar with ETA on one line; elsewhere one line each 10 %. Thread-safe.
class Progress {
 public:
  Progress(std::string what, size_t total);
  ~Progress();
  void step(size_t done = 1);

 private:
  void show(size_t done);
  std::string what_;
  size_t total_;
  std::atomic<size_t> done_{0};
  std::chrono::steady_clock::time_point begin_;
  std::mutex mutex_;
  int shown_percent_ = -1;
};

}  // namespace fw
