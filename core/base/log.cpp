#include "core/base/log.h"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/text.h"

namespace fw {
namespace {

struct Log {
  LogOptions options;
  std::atomic<bool> bar{false};  ///< a bar stands on the terminal's last line
  std::shared_ptr<spdlog::logger> people, machine;
};
Log& current() {
  static Log log;
  return log;
}

void write(spdlog::level::level_enum level, const std::string& message, const LogFields& fields) {
  Log& log = current();
  const std::string line = printable(message, 4000);
  if (log.machine) {
    nlohmann::ordered_json entry;
    entry["time"] =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
            .count();
    entry["level"] = std::string(spdlog::level::to_string_view(level).data());
    entry["message"] = line;
    for (const auto& [key, value] : fields) entry[key] = printable(value, 4000);
    log.machine->log(spdlog::level::info, entry.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  }
  const std::string told =
      level >= spdlog::level::warn ? (level == spdlog::level::warn ? "warning: " : "error: ") + line : line;
  if (log.people && log.people->should_log(level)) {
    if (log.bar.exchange(false)) std::fputs("\r\033[K", stderr);  // the bar comes back below with its next step
    log.people->log(level, told);
  } else if (!log.people && !log.machine && level >= spdlog::level::warn)
    std::fprintf(stderr, "%s\n", told.c_str());
}

}  // namespace

void start_log(const LogOptions& options) {
  Log& log = current();
  log.options = options;
  log.people.reset();
  log.machine.reset();
  if (!options.json_file.empty()) {
    std::shared_ptr<spdlog::sinks::sink> sink;
    if (options.json_file == "-")
      sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    else {
      try {
        sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(options.json_file);
      } catch (const spdlog::spdlog_ex& e) {
        throw OutputError("WRITE_FAILED", "--log-json " + printable(options.json_file, 200) + " cannot be written (" +
                                              e.what() + "). Name a file.");
      }
    }
    log.machine = std::make_shared<spdlog::logger>("machine", sink);
    log.machine->set_pattern("%v");
    log.machine->flush_on(spdlog::level::info);
  }
  if (options.json_file != "-") {
    log.people = std::make_shared<spdlog::logger>("people", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    log.people->set_pattern("%v");
    log.people->set_level(options.quiet ? spdlog::level::warn : spdlog::level::info);
  }
}

void log_info(const std::string& message, const LogFields& fields) { write(spdlog::level::info, message, fields); }
void log_warning(const std::string& message, const LogFields& fields) { write(spdlog::level::warn, message, fields); }
void log_error(const std::string& message, const LogFields& fields) { write(spdlog::level::err, message, fields); }

Progress::Progress(std::string what, size_t total)
    : what_(std::move(what)), total_(total ? total : 1), begin_(std::chrono::steady_clock::now()) {}

void Progress::step(size_t done) { show(done_ += done); }

void Progress::show(size_t done) {
  Log& log = current();
  if (!log.people || log.options.quiet) return;
  const bool terminal = isatty(STDERR_FILENO);
  const int percent = static_cast<int>(100 * done / total_);
  std::lock_guard lock(mutex_);
  if (percent <= shown_percent_ ||
      (!terminal && percent < 100 && percent / 10 <= shown_percent_ / 10 && shown_percent_ >= 0))
    return;
  shown_percent_ = percent;
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  const double left =
      done ? seconds * static_cast<double>(total_ - std::min(done, total_)) / static_cast<double>(done) : 0;
  if (terminal) log.bar = true;
  if (terminal)
    std::fprintf(stderr, "\r%-24s [%-25s] %3d %%  %s left ", what_.c_str(),
                 std::string(static_cast<size_t>(percent / 4), '=').c_str(), percent,
                 left < 90 ? (format_fixed(left, 0) + " s").c_str() : (format_fixed(left / 60, 0) + " min").c_str());
  else
    std::fprintf(stderr, "%s: %d %%, about %s s left\n", what_.c_str(), percent, format_fixed(left, 0).c_str());
}

Progress::~Progress() {
  if (current().bar.exchange(false)) std::fprintf(stderr, "\n");
}

}  // namespace fw
