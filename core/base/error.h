// How things go wrong: what stops a run (Error), what is left out of it (Rejection), what a programmer broke (FW_EXPECT).
#pragma once
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace fw {

/// Exit codes of every job (sysexits where one fits). 65: do not retry; 75: retry.
enum class Exit : int { ok = 0, rejections = 3, usage = 64, data = 65, output = 74, temporary = 75, config = 78 };

/// A failure that ends the run. `code` is one upper-case word or words joined by _ (a machine reads it); the message is for
/// people: "problem (why). What to do".
class Error : public std::runtime_error {
 public:
  Error(Exit exit, std::string code, const std::string& message)
      : std::runtime_error(message), exit_(exit), code_(std::move(code)) {}
  Exit exit() const { return exit_; }
  const std::string& code() const { return code_; }

 private:
  Exit exit_;
  std::string code_;
};

/// Input data that the run cannot go on without is unusable (exit 65).
class InputError : public Error {
 public:
  InputError(std::string code, const std::string& message) : Error(Exit::data, std::move(code), message) {}
};
/// The configuration is wrong (exit 78); the message names the file, the key and, where known, line and column.
class ConfigError : public Error {
 public:
  ConfigError(std::string code, const std::string& message) : Error(Exit::config, std::move(code), message) {}
};
/// A result could not be written whole (exit 74).
class OutputError : public Error {
 public:
  OutputError(std::string code, const std::string& message) : Error(Exit::output, std::move(code), message) {}
};

/// Precondition of a function, checked at launch, never per pixel. Breaking one is a bug of ours.
#define FW_EXPECT(condition, message) \
  do {                                \
    if (!(condition)) throw std::logic_error(std::string(__FILE__) + ": " + (message)); \
  } while (false)

/// What happens to a rejected item: refused (R: not usable), quarantined (Q: kept aside for a person, no influence) or only
/// noted (N: used, with a flag).
enum class Verdict : char { refused = 'R', quarantined = 'Q', noted = 'N' };

/// One scene, tile or report row that has no influence on the result (or is used with a flag).
struct Rejection {
  std::string item;    ///< scene id, file or "file:line"; already free of control bytes and of paths outside the run
  std::string stage;   ///< scan, read, evidence, risk…
  std::string code;    ///< GEOREF_INVALID, BAND_MISSING:nir, NUMBER_FORMAT …
  std::string detail;  ///< in words, with line and column or key where there is one
  Verdict verdict = Verdict::quarantined;
};

/// Everything a run left out or flagged, in the order the items came (workers add under a lock; `sorted` makes the order
/// independent of threads).
class RunReport {
 public:
  void add(Rejection r);
  /// Sorted by stage, item, code, detail; what several tiles said alike stands once.
  std::vector<Rejection> sorted() const;
  /// Refused and quarantined (not the merely noted).
  size_t rejected() const;
  bool empty() const;

 private:
  mutable std::mutex mutex_;
  std::vector<Rejection> items_;
};

}  // namespace fw
