// Running the program as a user does, and reading what it published.
#pragma once
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/base/csv.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/geo/open_scene.h"
#include "tests/support.h"

namespace fw::test {

struct Outcome {
  int exit = -1;
  std::string out, err;
};

/// Runs `forewarn ARGUMENTS`; standard output and error are kept.
inline Outcome forewarn(const TempDir& scratch, const std::string& arguments) {
  const auto out = scratch / "stdout.txt", err = scratch / "stderr.txt";
  const std::string command =
      "'" FW_PROGRAM "' " + arguments + " >'" + out.string() + "' 2>'" + err.string() + "' </dev/null";
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_text(out), read_text(err)};
}

/// One band of a published raster, and its grid.
inline std::vector<float> pixels(const std::filesystem::path& file, int band = 1, Grid* grid = nullptr) {
  OpenRequest request;
  request.file = std::filesystem::weakly_canonical(file);
  request.max_bands = 10000;
  request.need_georeference = false;
  SceneFile scene = open_scene(request);
  if (grid) *grid = scene.info().grid;
  std::vector<float> values(scene.info().grid.pixels());
  scene.read(band, scene.info().grid.whole(), values.data());
  return values;
}

/// Rows of a CSV as maps from column to cell (a hashtag row is skipped).
inline std::vector<std::map<std::string, std::string>> table(const std::filesystem::path& file) {
  const auto rows = parse_csv(read_file(file.string()));
  std::vector<std::map<std::string, std::string>> out;
  for (size_t i = 1; i < rows.size(); ++i) {
    if (!rows[i].cells[0].empty() && rows[i].cells[0][0] == '#') continue;
    auto& row = out.emplace_back();
    for (size_t c = 0; c < rows[0].cells.size(); ++c) row[rows[0].cells[c]] = rows[i].cells.at(c);
  }
  return out;
}

/// SHA-256 of every file of a folder, by its path in it.
inline std::map<std::string, std::string> hashes(const std::filesystem::path& folder) {
  std::map<std::string, std::string> all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file())
      all[std::filesystem::relative(entry.path(), folder).string()] = sha256_of_file(entry.path());
  return all;
}

}  // namespace fw::test
