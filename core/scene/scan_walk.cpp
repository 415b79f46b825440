#include <algorithm>
#include <set>

#include "core/base/paths.h"
#include "core/base/text.h"
#include "core/scene/scan_parts.h"

namespace fw::scan_parts {
namespace fs = std::filesystem;
namespace {

/// Of an entry of a walk, which follows no linked folder, or of a path without links: only a link leads elsewhere.
bool is_beneath(const fs::path& file, const fs::path& base, bool is_link) {
  if (!is_link) return true;
  std::error_code error;
  const auto inside = fs::canonical(file, error).lexically_relative(base);
  return !error && !inside.empty() && *inside.begin() != "..";
}

FoundFile found(const fs::path& relative) {
  return {relative.generic_string(), relative.filename().generic_string(), relative.parent_path().generic_string()};
}

bool has_plain_name(const std::string& text) { return is_valid_utf8(text) && printable(text, text.size() + 1) == text; }

/// Takes one file of the walk or named by a person.
bool take(const Task& task, const fs::path& base, const fs::path& file, bool is_link, std::set<std::string>& seen,
          std::vector<FoundFile>& out) {
  const FoundFile f = found(file.lexically_relative(base));
  for (const auto& refused : task.product.refused) {
    if (!refused.pattern.matches(f.name)) continue;
    task.reject(f.relative, refused.code, refused.why);
    return true;
  }
  const auto matches = [&](const Pattern& p) { return p.matches(f.name); };
  const bool is_metadata = std::any_of(task.product.metadata_files.begin(), task.product.metadata_files.end(), matches);
  if (!is_metadata && !matches(task.product.file)) return false;
  if (!seen.insert(f.relative).second) return true;
  if (!has_plain_name(f.relative))
    task.reject(f.relative, "NAME_INVALID", "The name holds control bytes or is not UTF-8. Rename the file.");
  else if (!is_beneath(file, base, is_link))
    task.reject(f.relative, "PATH_OUTSIDE_ROOT", "A symbolic link leads outside the input root. Copy the file.");
  else
    out.push_back(f);
  return true;
}

}  // namespace

std::vector<FoundFile> find_files(const Task& task) {
  std::error_code error;
  const fs::path base = fs::canonical(task.request.root, error);
  if (error)
    throw ConfigError("INPUT_MISSING",
                      "The input root '" + printable(task.request.root.string()) + "' does not exist. Check the name.");
  std::vector<FoundFile> out;
  std::set<std::string> seen;
  for (const auto& name : task.input.paths) {
    const fs::path path = name == "." ? base : resolve_beneath(base, name, true);
    const size_t refused_before = task.rejections.size();
    bool any = false;
    if (fs::is_directory(path)) {
      for (auto it = fs::recursive_directory_iterator(path, fs::directory_options::skip_permission_denied, error);
           !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
        const std::string file = it->path().filename().string();
        if (!file.empty() && file.front() == '.') {
          if (it->is_directory()) it.disable_recursion_pending();
          continue;
        }
        std::error_code ignored;
        if (it->is_regular_file(ignored)) any |= take(task, base, it->path(), it->is_symlink(ignored), seen, out);
      }
      if (error) task.reject(name, "INPUT_UNREADABLE", "The folder cannot be read whole (" + error.message() + ").");
    } else {
      any = take(task, base, path, false, seen, out);
    }
    if (!any && task.rejections.size() == refused_before)
      task.reject(name, "NO_FILES",
                  "No file name matches product '" + task.product.id + "' (" + task.product.file.text() +
                      "). Check path and product.");
  }
  std::sort(out.begin(), out.end(), [](const FoundFile& a, const FoundFile& b) { return a.relative < b.relative; });
  return out;
}

}  // namespace fw::scan_parts
