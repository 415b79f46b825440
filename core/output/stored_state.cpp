#include <fcntl.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "core/base/config.h"
#include "core/base/csv.h"
#include "core/base/paths.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/output/manifest.h"
#include "core/output/series_state.h"

namespace fw {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void damaged(const std::string& what) {
  throw InputError("STATE_DAMAGED", "The state cannot be used (" + what +
                                        "). To compute everything anew: 'forewarn run' with --state and --overwrite "
                                        "(of a series: 'forewarn series').");
}

}  // namespace

std::string state_json(const std::string& configuration, const StoredSpan& span,
                       const std::vector<Rejection>& rejections) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const auto& r : rejections)
    list.push_back({{"item", r.item},
                    {"stage", r.stage},
                    {"code", r.code},
                    {"detail", r.detail},
                    {"verdict", std::string(1, static_cast<char>(r.verdict))}});
  const nlohmann::ordered_json all = {{"forewarn_state", state_version},
                                      {"program", program_version()},
                                      {"configuration", configuration},
                                      {"record_first", label(span.record_first)},
                                      {"from", label(span.from)},
                                      {"to", label(span.to)},
                                      {"rejections", list}};
  return all.dump(1) + "\n";
}

StoredState::StoredState(fs::path folder) : folder_(std::move(folder)) {
  if (!fs::exists(folder_ / "manifest.json"))
    throw InputError("STATE_MISSING", "There is no state in " + printable(folder_.string(), 300) + ".");
  try {
    for (auto& record : load_manifest_outputs(folder_)) records_.emplace(record.path, record);
  } catch (const InputError& e) {
    damaged(e.what());
  }
  using Json = nlohmann::ordered_json;
  try {
    const Json all = parse_json_strict(read_file(checked("state.json").string()));
    if (all.at("forewarn_state") != state_version || all.at("program") != program_version())
      throw InputError("STATE_VERSION", "The state was made by forewarn " + printable(all.at("program").dump(), 40) +
                                            " in format " + printable(all.at("forewarn_state").dump(), 10) +
                                            ", this is " + program_version() + ", format " +
                                            std::to_string(state_version) + ".");
    configuration_ = all.at("configuration");
    const auto period = [&](const char* key) {
      const auto p = parse_period(all.at(key).get<std::string>());
      if (!p) damaged(std::string(key) + " is no period");
      return *p;
    };
    span_ = {period("record_first"), period("from"), period("to")};
    for (const auto& r : all.at("rejections")) {
      const std::string verdict = r.at("verdict");
      rejections_.push_back({r.at("item"), r.at("stage"), r.at("code"), r.at("detail"),
                             verdict == "R"   ? Verdict::refused
                             : verdict == "N" ? Verdict::noted
                                              : Verdict::quarantined});
    }
  } catch (const Json::exception& e) {
    damaged("state.json: " + printable(e.what()));
  } catch (const InputError& e) {
    if (e.code().rfind("STATE_", 0) == 0) throw;
    damaged(e.what());
  }
}

ScanMemory StoredState::scan_memory() const {
  const fs::path scenes = checked("scanned.json"), files = checked("scanned_files.json");
  try {
    return ScanMemory(scenes, files);
  } catch (const InputError& e) {
    damaged(e.what());
  }
}

const FileRecord* StoredState::find(const std::string& name) const {
  const auto at = records_.find(name);
  return at == records_.end() ? nullptr : &at->second;
}

std::vector<FileRecord> StoredState::files() const {
  std::vector<FileRecord> all;
  for (const auto& [name, record] : records_) all.push_back(record);
  return all;
}

fs::path StoredState::checked(const std::string& name) const {
  const FileRecord* record = find(name);
  if (!record) damaged(name + " is missing");
  const fs::path path = folder_ / name;
  Check& check = [&]() -> Check& {
    const std::lock_guard lock(mutex_);
    return checks_[name];
  }();
  const std::lock_guard lock(check.mutex);  // others check other files meanwhile
  if (check.done) return path;
  std::error_code error;
  if (fs::is_symlink(path, error) || !fs::is_regular_file(path, error)) damaged(name + " is missing");
  if (fs::file_size(path, error) != record->bytes) damaged(name + " is cut or has grown");
  if (sha256_of_file(path) != record->sha256) damaged(name + " was changed");
  check.done = true;
  return path;
}

void StoredState::read(const std::string& name, std::span<const RoomPiece> pieces) const {
  const fs::path path = checked(name);
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  bool whole = file >= 0;
  for (const RoomPiece& piece : pieces) whole = whole && read_all(file, piece.offset, piece.room, piece.count);
  if (file >= 0) ::close(file);
  if (!whole) damaged(name + " cannot be read");
}

}  // namespace fw
