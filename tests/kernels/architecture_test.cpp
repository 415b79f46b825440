// What must hold for kernels/ as source: free of GDAL, OpenCV and JSON, and compiled with one arithmetic.
#include <regex>
#include <sstream>
#include <vector>

#include "../support.h"

namespace fw {
namespace {

std::vector<std::filesystem::path> kernel_sources() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(FW_SOURCE_DIR) / "kernels")) {
    const auto ending = entry.path().extension();
    if (ending == ".h" || ending == ".cpp" || ending == ".cu") files.push_back(entry.path());
  }
  return files;
}

TEST(KernelsArchitecture, IncludesOnlyItselfTheStandardLibraryTbbAndCuda) {
  const auto files = kernel_sources();
  ASSERT_GT(files.size(), 10u);
  const std::regex include(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
  const std::regex allowed(R"(kernels/\w+\.h|[a-z_]+|oneapi/tbb/\w+\.h|cuda_runtime\.h)");
  for (const auto& file : files) {
    std::istringstream text(test::read_text(file));
    std::string line;
    std::smatch found;
    while (std::getline(text, line))
      if (std::regex_search(line, found, include)) {
        const std::string name = found[1];
        EXPECT_TRUE(std::regex_match(name, allowed)) << file << " includes " << name;
      }
  }
}

TEST(KernelsArchitecture, OnlyTheCudaBackendKnowsCuda) {
  for (const auto& file : kernel_sources()) {
    if (file.extension() != ".cu") {
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
