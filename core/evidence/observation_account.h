// What became of a file of published statistics: what it holds, what was left out and why, which units it is about.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "core/evidence/observation.h"
#include "core/evidence/pcode_match.h"

namespace fw {

/// An observation and its unit.
struct MatchedObservation {
  Observation observation;
  std::string pcode;
  std::string item;  ///< "file:line"
};

struct FileAccount {
  std::string file, format;
  std::string refused;  ///< code of the error where the file as a whole was refused; `why` in words
  std::string why;
  size_t rows = 0, used = 0, empty = 0, refused_rows = 0, set_aside = 0, observations = 0;
  struct Quantity {
    size_t observations = 0;
    Date from, to;
  };
  std::map<std::tuple<std::string, std::string, std::string>, Quantity> quantities;  ///< dataset, quantity, outlook
  bool matched = false;                                                              ///< units were given to match with
  MatchCount match;
};

/// Reads one file and matches it when there are units. A file that is refused as a whole is a Rejection, not an error.
/// Errors: ConfigError UNKNOWN_FORMAT.
FileAccount account_for(const std::string& name, std::string bytes, const ObservationInput& input,
                        const PcodeMatcher* matcher, std::vector<MatchedObservation>* matched, RunReport& report);

/// The accounts as JSON text (an array), all unmatched places included.
std::string accounts_json(const std::vector<FileAccount>& accounts);
/// As text for people: a line per file, then what is in it, where it lies, and what was left out.
std::string accounts_text(const std::vector<FileAccount>& accounts);

}  // namespace fw
