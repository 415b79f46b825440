// What alerts remember between runs, as a file: which class a unit had, and what was told of it when.
#pragma once
#include <map>
#include <string>
#include <utility>

#include "core/risk/alert_rules.h"

namespace fw {

inline constexpr int alert_memory_version = 1;

struct AlertRecord {
  AlertMemory memory;
  Period decided;  ///< the last period that was decided on
};
using AlertRecords = std::map<std::pair<std::string, std::string>, AlertRecord>;  ///< by layer, p-code

/// CSV; the same records give the same bytes.
std::string alert_memory_csv(const AlertRecords& records);
/// In: name: of the file, for messages. Errors: InputError ALERT_MEMORY (another version, damaged, a unit twice).
AlertRecords load_alert_memory(const std::string& text, const std::string& name);

}  // namespace fw
