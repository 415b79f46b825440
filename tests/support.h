// What tests share: where the shared data lies, folders that vanish, messages for skipping.
#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace fw::test {

/// The folder with shared data, oracles and hostile files: $FW_SHARED or ../shared beside the checkout; empty when
/// absent.
inline std::filesystem::path shared_dir() {
  const char* asked = std::getenv("FW_SHARED");
  const std::filesystem::path dir = asked ? asked : std::filesystem::path(FW_SOURCE_DIR).parent_path() / "shared";
  return std::filesystem::is_directory(dir / "data") ? std::filesystem::canonical(dir) : std::filesystem::path();
}

#define FW_NEEDS_SHARED(variable, relative)                                                           \
  const auto variable =                                                                               \
      fw::test::shared_dir().empty() ? std::filesystem::path() : fw::test::shared_dir() / (relative); \
  if (variable.empty() || !std::filesystem::exists(variable))                                         \
  GTEST_SKIP() << "needs ../shared/" << (relative) << ", which is not here"

/// A folder of its own for one test, removed afterwards.
class TempDir {
 public:
  TempDir() {
    std::string pattern = (std::filesystem::temp_directory_path() / "forewarn-test-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

inline void write_text(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}
inline std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace fw::test
