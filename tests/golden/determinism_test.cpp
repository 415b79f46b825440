// The same run with other threads, tiles, memory, instruction sets and order of scenes gives the same bytes.
#include <algorithm>
#include <cstdlib>
#include <set>

#include "core/base/sha256.h"
#include "tests/golden/program.h"

namespace fw {
namespace {

std::map<std::string, std::string> hashes(const std::filesystem::path& folder) {
  std::map<std::string, std::string> out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && entry.path().filename() != "manifest.json")
      out[entry.path().lexically_relative(folder).string()] = sha256_of_file(entry.path());
  return out;
}

/// Runs the program with its loops held to an instruction set (the widest one the machine has, where it lacks it).
test::Outcome forewarn_on(const test::TempDir& dir, const std::string& isa, const std::string& arguments) {
  ::setenv("FOREWARN_ISA", isa.c_str(), 1);
  auto outcome = test::forewarn(dir, arguments);
  ::unsetenv("FOREWARN_ISA");
  return outcome;
}

TEST(Determinism, ThreadsTilesMemoryAndInstructionSetsDoNotChangeAByte) {
  test::TempDir dir;
  ASSERT_EQ(test::forewarn(dir, "make-samples " + (dir / "samples").string()).exit, 0);
  const std::string base =
      "run " FW_SOURCE_DIR "/config/examples/sample.toml -q --input-root " + (dir / "samples").string() + " -o ";
  std::map<std::string, std::string> reference;
  constexpr const char* sets[] = {"plain", "v3", "v4"};
  int k = 0;
  for (const char* threads : {"1", "2", "8"})
    for (const char* tile : {"128", "256", "512"}) {
      const std::string isa = sets[(k + k / 3) % 3];  // a Latin square: every pair of two choices comes up
      ++k;
      const std::string name = std::string("t") + threads + "-" + tile + "-" + isa;
      const std::string memory = std::string(tile) == "512" ? " --memory 256MiB" : "";
      ASSERT_EQ(forewarn_on(dir, isa,
                            base + (dir / name).string() + " --threads " + threads + " --tile-size " + tile + memory)
                    .exit,
                3)
          << name;
      const auto now = hashes(dir / name);
      EXPECT_GT(now.size(), 60U);
      if (reference.empty()) reference = now;
      EXPECT_EQ(now, reference) << name;
      std::filesystem::remove_all(dir / name);
    }
}

TEST(Determinism, TheOrderInWhichScenesAreNamedDoesNotChangeAByte) {
  test::TempDir dir;
  ASSERT_EQ(test::forewarn(dir, "make-samples " + (dir / "samples").string()).exit, 0);
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(dir / "samples" / "rain"))
    if (entry.path().filename().string().find(".2018.") != std::string::npos) files.push_back(entry.path().string());
  ASSERT_GT(files.size(), 10U);
  std::sort(files.begin(), files.end());
  std::map<std::string, std::string> reference;
  for (const char* isa : {"v4", "v3", "plain"}) {
    std::string named;
    for (const auto& file : files) named += " " + file;
    const std::string name = std::string("series-") + isa;
    ASSERT_EQ(forewarn_on(dir, isa,
                          "series -q -p chirps -i rain_mm --stat mean,std,count -o " + (dir / name).string() + named)
                  .exit,
              0);
    const auto now = hashes(dir / name);
    EXPECT_GE(now.size(), 3U);
    if (reference.empty()) reference = now;
    EXPECT_EQ(now, reference) << name;
    std::rotate(files.begin(), files.begin() + 7, files.end());
    std::reverse(files.begin(), files.begin() + 5);
  }
}

TEST(Determinism, TheEnvironmentDoesNotChangeAByte) {
  test::TempDir dir;
  ASSERT_EQ(test::forewarn(dir, "make-samples " + (dir / "samples").string()).exit, 0);
  const std::string arguments =
      "run " FW_SOURCE_DIR "/config/examples/sample.toml -q --input-root " + (dir / "samples").string() + " -o ";
  ASSERT_EQ(test::forewarn(dir, arguments + (dir / "plain").string()).exit, 3);
  test::write_text(dir / "evil.conf", "[configoptions]\nGDAL_VRT_ENABLE_PYTHON=YES\nGDAL_TIFF_INTERNAL_MASK=YES\n");
  const std::string hostile =
      "env TZ=Pacific/Kiritimati LC_ALL=de_DE.UTF-8 GDAL_DRIVER_PATH=/tmp/evil GDAL_DATA=/tmp PROJ_LIB=/tmp "
      "PROJ_DATA=/tmp GDAL_CONFIG_FILE=" +
      (dir / "evil.conf").string() + " GDAL_NUM_THREADS=8 CPL_DEBUG=ON GDAL_PAM_ENABLED=YES '" FW_PROGRAM "' " +
      arguments + (dir / "odd").string();
  const int status = std::system(("cd / && umask 0 && " + hostile + " >/dev/null 2>&1").c_str());
  ASSERT_EQ(WEXITSTATUS(status), 3);
  EXPECT_EQ(hashes(dir / "odd"), hashes(dir / "plain"));
}

}  // namespace
}  // namespace fw
