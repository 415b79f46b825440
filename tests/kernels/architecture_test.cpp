// What must hold for kernels/ as source: free of GDAL, OpenCV and JSON, and compiled with one arithmetic.
#include <sstream>
#include <string>
#include <vector>

#include "../support.h"

namespace fw {
namespace {

std::vector<std::filesystem::path> kernel_sources() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(FW_SOURCE_DIR) / "kernels")) {
    const auto ending = entry.path().extension();
    if (ending == ".h" || ending == ".cpp" || ending == ".cu" || ending == ".cuh") files.push_back(entry.path());
  }
  return files;
}

/// What a line includes; empty when it includes nothing.
std::string included(const std::string& line) {
  const size_t word = line.find("include"), hash = line.find_first_not_of(" \t");
  if (hash == std::string::npos || line[hash] != '#' || word == std::string::npos) return "";
  const size_t open = line.find_first_of("<\"", word);
  const size_t close = open == std::string::npos ? open : line.find_first_of(">\"", open + 1);
  return close == std::string::npos ? "" : line.substr(open + 1, close - open - 1);
}

TEST(KernelsArchitecture, IncludesOnlyItselfTheStandardLibraryTbbAndCuda) {
  const auto files = kernel_sources();
  ASSERT_GT(files.size(), 10u);
  int includes = 0;
  for (const auto& file : files) {
    std::istringstream text(test::read_text(file));
    std::string line;
    while (std::getline(text, line)) {
      const std::string name = included(line);
      if (name.empty()) continue;
      ++includes;
      const bool standard = name.find_first_of("./") == std::string::npos;
      EXPECT_TRUE(standard || name.starts_with("kernels/") || name.starts_with("oneapi/tbb/") ||
                  name == "cuda_runtime.h" || name == "dlfcn.h")
          << file << " includes " << name;
    }
  }
  EXPECT_GT(includes, 30);
}

TEST(KernelsArchitecture, OnlyTheCudaBackendKnowsCuda) {
  for (const auto& file : kernel_sources()) {
    if (file.extension() != ".cu" && file.extension() != ".cuh") {
      EXPECT_EQ(test::read_text(file).find("cuda_runtime"), std::string::npos) << file;
    }
  }
}

TEST(KernelsArchitecture, EveryFileIsCompiledWithoutContractionAndFastMath) {
  const auto commands = test::read_text(std::filesystem::path(FW_BINARY_DIR) / "compile_commands.json");
  if (commands.empty()) GTEST_SKIP() << "no compile_commands.json (generator without compile commands)";
  std::istringstream text(commands);
  std::string line;
  int checked = 0;
  while (std::getline(text, line)) {
    if (line.find("\"command\":") == std::string::npos) continue;
    EXPECT_EQ(line.find("fast-math"), std::string::npos) << line;
    EXPECT_EQ(line.find("-Ofast"), std::string::npos) << line;
    if (line.find("/kernels/") == std::string::npos || line.find("fw_kernels") == std::string::npos) continue;
    EXPECT_NE(line.find("-ffp-contract=off"), std::string::npos) << line;
    if (line.find("nvcc") != std::string::npos) {
      EXPECT_NE(line.find("-fmad=false"), std::string::npos) << line;
    }
    ++checked;
  }
  EXPECT_GE(checked, 4);
}

}  // namespace
}  // namespace fw
