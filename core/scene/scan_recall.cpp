// Files that have not changed since the last scan are not read again.
#include <mutex>

#include "core/base/csv.h"
#include "core/base/paths.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/scene/scan_memory.h"
#include "core/scene/scan_parts.h"

namespace fw::scan_parts {
namespace {

/// Nothing where a file is not there or cannot be asked for: whoever reads it says why, and asks where links lead.
std::optional<std::vector<ScanMemory::Trace>> traces_of(const Task& task, const std::vector<std::string>& files) {
  std::vector<ScanMemory::Trace> traces;
  for (const auto& file : files) try {
      traces.push_back({file, identify(std::filesystem::path(task.request.root) / file)});
    } catch (const Error&) {
      return std::nullopt;
    }
  return traces;
}

bool same(const std::vector<ScanMemory::Trace>& a, const std::vector<ScanMemory::Trace>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return x.identity == y.identity; });
}

bool are_settled(const std::vector<ScanMemory::Trace>& traces) {
  return std::all_of(traces.begin(), traces.end(), [](const auto& t) { return is_settled(t.identity); });
}

}  // namespace

std::string basis_of(const ScanRequest& request, const ScanInput& input) {
  if ((!request.known && !request.next) || !request.expected_sha256.empty()) return "";
  Sha256 hash;
  const auto add = [&](const std::string& text) { hash.add(std::to_string(text.size()) + ":" + text); };
  const auto number = [&](const std::optional<double>& v) { add(v ? format_number(*v) : "none"); };
  add(program_version());
  add(input.product);
  add(read_file((std::filesystem::path(request.config_dir) / "products" / (input.product + ".toml")).string()));
  for (const auto* text : {&input.dates_csv, &input.qa, &input.date, &input.crs, &input.unit}) add(*text);
  number(input.scale);
  number(input.offset);
  add(request.latest ? to_string(*request.latest) : "none");
  add(request.near ? text_of(*request.near) : "none");
  return hash.finish().substr(0, 32);
}

void scan_or_recall(const Task& task, const std::string& item, const std::vector<std::string>& files,
                    const std::function<void()>& read) {
  const std::string key = task.basis + " " + item;
  const auto traces = task.basis.empty() ? std::nullopt : traces_of(task, files);
  if (!traces) return read();
  const size_t scenes = task.scenes.size(), rejections = task.rejections.size();
  // Settled is asked before the files are read: a change while they are read, or later, then shows.
  bool reliable = are_settled(*traces);
  const auto* known = task.request.known ? task.request.known->find(key, *traces) : nullptr;
  if (known) {
    task.scenes.insert(task.scenes.end(), known->begin(), known->end());
  } else {
    read();
    reliable = reliable && task.rejections.size() == rejections && [&] {
      const auto now = traces_of(task, files);
      return now && same(*traces, *now);
    }();
  }
  if (!task.request.next || !reliable) return;
  static std::mutex keeping;  // scenes are scanned on several threads
  const std::lock_guard lock(keeping);
  task.request.next->keep(key, *traces, {task.scenes.begin() + static_cast<std::ptrdiff_t>(scenes), task.scenes.end()});
}

}  // namespace fw::scan_parts
