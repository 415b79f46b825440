// What must hold for the source tree as a whole: folders in the order of the data flow, two doors for rasters, one
// arithmetic, files a person can read in one go.
#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support.h"

namespace fw {
namespace {

namespace fs = std::filesystem;

const fs::path root = FW_SOURCE_DIR;
const std::vector<std::string> flow = {"kernels",  "base", "geo",    "scene", "series",
                                       "evidence", "risk", "output", "jobs"};

/// Files of the project, relative to its root: what git knows or would take, else all but build folders.
const std::vector<std::string>& project_files() {
  static const std::vector<std::string> files = [] {
    std::vector<std::string> found;
    const std::string ask = "git -C '" + root.string() + "' ls-files --cached --others --exclude-standard 2>/dev/null";
    const std::unique_ptr<FILE, int (*)(FILE*)> git(popen(ask.c_str(), "r"), pclose);
    char line[4096];
    while (git && std::fgets(line, sizeof(line), git.get()))
      found.emplace_back(line, std::string_view(line).find_first_of("\r\n"));
    const bool asked_git = !found.empty();
    for (auto at = fs::recursive_directory_iterator(root); !asked_git && at != fs::recursive_directory_iterator();
         ++at) {
      const std::string name = at->path().lexically_relative(root).generic_string();
      if (at->is_directory() && (name.starts_with("build") || name == "out" || name == ".git" ||
                                 name == "sample_scenes/generated" || name.ends_with("/node_modules")))
        at.disable_recursion_pending();
      else if (at->is_regular_file())
        found.push_back(name);
    }
    std::erase_if(found, [](const std::string& f) { return !fs::is_regular_file(root / f); });
    std::sort(found.begin(), found.end());
    return found;
  }();
  return files;
}

bool has_ending(const std::string& file, const std::vector<std::string>& endings) {
  return std::any_of(endings.begin(), endings.end(), [&](const auto& e) { return file.ends_with(e); });
}
bool starts_with_any(const std::string& file, const std::vector<std::string>& starts) {
  return std::any_of(starts.begin(), starts.end(), [&](const auto& s) { return file.starts_with(s); });
}
bool is_cpp(const std::string& file) { return has_ending(file, {".h", ".cpp", ".cu"}); }

/// Lines without what stands behind //.
std::vector<std::string> code_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line.substr(0, line.find("//")));
  return lines;
}
std::vector<std::string> code_lines_of(const std::string& file) { return code_lines(test::read_text(root / file)); }

/// What a line includes, empty when nothing.
std::string included(const std::string& line) {
  const size_t hash = line.find_first_not_of(" \t");
  if (hash == std::string::npos || line[hash] != '#' || line.find("include") == std::string::npos) return "";
  const size_t open = line.find_first_of("<\"");
  const size_t close = open == std::string::npos ? open : line.find_first_of(">\"", open + 1);
  return close == std::string::npos ? "" : line.substr(open + 1, close - open - 1);
}

/// Place of a file in the data flow; -1 for tests, configuration, the standard library.
int place(const std::string& file) {
  const std::string inner = file.starts_with("core/") ? file.substr(5) : file;
  if (!file.starts_with("core/") && !file.starts_with("kernels/") && !file.starts_with("jobs/")) return -1;
  const auto at = std::find(flow.begin(), flow.end(), inner.substr(0, inner.find('/')));
  return at == flow.end() ? -1 : static_cast<int>(at - flow.begin());
}

/// "file includes what" for every include that points forward in the data flow or out of the source into the tests.
std::vector<std::string> forward_includes(const std::string& file, const std::string& text) {
  std::vector<std::string> bad;
  for (const auto& line : code_lines(text)) {
    const std::string what = included(line);
    if (place(what) > place(file) || what.starts_with("tests/") || what.find("../") != std::string::npos)
      bad.push_back(file + " includes " + what);
  }
  return bad;
}

/// Lines of own C++ outside `allowed` that hold one of `words` and none of `harmless`.
std::vector<std::string> uses(const std::vector<std::string>& words, const std::vector<std::string>& allowed,
                              const std::vector<std::string>& harmless = {}) {
  std::vector<std::string> bad;
  const auto holds = [](const std::string& line, const auto& list) {
    return std::any_of(list.begin(), list.end(), [&](const auto& w) { return line.find(w) != std::string::npos; });
  };
  for (const auto& file : project_files()) {
    if (!is_cpp(file) || starts_with_any(file, allowed)) continue;
    for (const auto& line : code_lines_of(file))
      if (holds(line, words) && !holds(line, harmless)) bad.push_back(file + ": " + line);
  }
  return bad;
}

std::string text_of(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& l : lines) out += l + "\n";
  return out;
}

TEST(Architecture, AFolderIncludesOnlyItselfAndThoseBeforeIt) {
  EXPECT_EQ(forward_includes("core/geo/a.h", "#include \"core/scene/b.h\"\n#include \"core/base/c.h\"").size(), 1u);
  EXPECT_EQ(forward_includes("kernels/a.h", "  # include <core/base/b.h>\n// #include \"jobs/c.h\"").size(), 1u);
  int files = 0;
  for (const auto& file : project_files()) {
    if (!is_cpp(file) || place(file) < 0) continue;
    ++files;
    const auto bad = forward_includes(file, test::read_text(root / file));
    EXPECT_TRUE(bad.empty()) << text_of(bad);
  }
  EXPECT_GT(files, 100);
}

TEST(Architecture, EveryFolderOfCoreHasAPlaceInTheFlow) {
  for (const auto& file : project_files()) {
    if (file.starts_with("core/") && is_cpp(file)) {
      EXPECT_GE(place(file), 0) << file;
    }
  }
}

TEST(Architecture, FoldersDoNotIncludeEachOtherInACircle) {
  std::map<std::string, std::set<std::string>> includes;
  for (const auto& file : project_files()) {
    if (!is_cpp(file) || place(file) < 0) continue;
    const std::string folder = fs::path(file).parent_path().generic_string();
    for (const auto& line : code_lines_of(file)) {
      const std::string to = fs::path(included(line)).parent_path().generic_string();
      if (place(included(line)) >= 0 && to != folder) includes[folder].insert(to);
    }
  }
  EXPECT_GT(includes.size(), 6u);
  std::set<std::string> finished;
  std::vector<std::string> way;
  std::function<bool(const std::string&)> circle = [&](const std::string& folder) {
    if (std::find(way.begin(), way.end(), folder) != way.end()) return true;
    if (!finished.insert(folder).second) return false;
    way.push_back(folder);
    for (const auto& to : includes[folder])
      if (circle(to)) return true;
    way.pop_back();
    return false;
  };
  for (const auto& folder : std::map(includes)) ASSERT_FALSE(circle(folder.first)) << text_of(way);
}

TEST(Architecture, TheTopLevelHoldsNothingUnexpected) {
  const std::set<std::string> expected = {"CMakeLists.txt", "core",  "kernels", "jobs",     "config",
                                          "sample_scenes",  "tests", "docs",    "README.md"};
  const std::set<std::string> also = {"CMakePresets.json", "LICENSE"};
  std::set<std::string> found;
  for (const auto& file : project_files()) found.insert(file.substr(0, file.find('/')));
  for (const auto& name : found) {
    EXPECT_TRUE(expected.count(name) || also.count(name) || name.starts_with(".")) << name;
  }
  for (const auto& name : expected) EXPECT_TRUE(found.count(name)) << name << " is missing";
}

TEST(Architecture, RastersAreOpenedOnlyInCoreGeo) {
  // A GeoPackage that was just written is read again as vectors.
  const std::vector<std::string> words = {"GDALOpen", "GDALDataset::Open", "imread", "SetFromUserInput"};
  EXPECT_EQ(text_of(uses(words, {"core/geo/", "tests/"}, {"GDAL_OF_VECTOR"})), "");
  EXPECT_NE(text_of(uses({"GDALDataset::Open"}, {"tests/"}, {"GDAL_OF_VECTOR"})), "") << "the door must be found";
}

TEST(Architecture, ResultsAreWrittenOnlyInCoreOutput) {
  // The sample writer makes inputs, not results; the log is no result; a raster in memory is no file.
  const std::vector<std::string> doors = {"core/output/", "jobs/samples/", "core/base/log", "tests/"};
  EXPECT_EQ(text_of(uses({"GDALCreate(", "CreateCopy(", "->Create(", "ofstream", "fopen(", "imwrite"}, doors,
                         {"\"MEM\"", "\"r\"", "\"rb\""})),
            "");
  EXPECT_NE(text_of(uses({"->Create(", "CreateCopy("}, {"tests/"}, {"\"MEM\""})), "") << "the door must be found";
}

TEST(Architecture, FoldersWithoutRastersAreFreeOfGdalAndOpenCv) {
  for (const auto& file : project_files()) {
    if (!is_cpp(file) || !starts_with_any(file, {"core/base/", "core/evidence/", "core/risk/", "kernels/"})) continue;
    for (const auto& line : code_lines_of(file)) {
      const std::string what = included(line);
      EXPECT_FALSE(starts_with_any(what, {"gdal", "ogr", "cpl_", "opencv2", "proj"})) << file << " includes " << what;
    }
  }
}

TEST(Architecture, EveryFileIsCompiledWithOneArithmetic) {
  const auto commands = test::read_text(fs::path(FW_BINARY_DIR) / "compile_commands.json");
  if (commands.empty()) GTEST_SKIP() << "no compile_commands.json (generator without compile commands)";
  std::istringstream in(commands);
  std::string command;
  int checked = 0;
  for (std::string line; std::getline(in, line);) {
    if (line.find("\"command\":") != std::string::npos) command = line;
    const size_t file = line.find("\"file\":");
    if (file == std::string::npos || line.find("\"" + root.string() + "/", file) == std::string::npos) continue;
    ++checked;
    EXPECT_NE(command.find("-ffp-contract=off"), std::string::npos) << line;
    EXPECT_EQ(command.find("fast-math"), std::string::npos) << line;
    EXPECT_EQ(command.find("-Ofast"), std::string::npos) << line;
  }
  EXPECT_GT(checked, 100);
}

TEST(Architecture, SourceFilesAreShort) {
  size_t files = 0, longer = 0;
  for (const auto& file : project_files()) {
    if (!is_cpp(file) && !has_ending(file, {".sh", ".py", ".cmake", ".js", ".ts", ".tsx", ".css", "CMakeLists.txt"}))
      continue;
    const std::string text = test::read_text(root / file);
    const auto lines = std::count(text.begin(), text.end(), '\n');
    EXPECT_LE(lines, 700) << file;
    ++files;
    longer += lines > 300;
  }
  ASSERT_GT(files, 200u);
  EXPECT_LE(longer * 10, files) << longer << " of " << files << " are longer than 300 lines";
}

TEST(Architecture, ShellScriptsParse) {
  int scripts = 0;
  for (const auto& file : project_files()) {
    if (!file.ends_with(".sh")) continue;
    ++scripts;
    EXPECT_EQ(std::system(("bash -n '" + (root / file).string() + "'").c_str()), 0) << file;
  }
  EXPECT_GT(scripts, 2);
}

TEST(Architecture, NoFileIsLarge) {
  uintmax_t samples = 0;
  for (const auto& file : project_files()) {
    const auto bytes = fs::file_size(root / file);
    EXPECT_LE(bytes, 1U << 20) << file;
    if (file.starts_with("sample_scenes/")) samples += bytes;
  }
  EXPECT_LE(samples, 5U << 20);
}

TEST(Architecture, NothingIsLeftForLater) {
  const std::vector<std::string> words = {std::string("TO") + "DO", std::string("FIX") + "ME"};
  for (const auto& file : project_files()) {
    const std::string text = test::read_text(root / file);
    for (const auto& word : words) EXPECT_EQ(text.find(word), std::string::npos) << file << " holds " << word;
  }
}

}  // namespace
}  // namespace fw
