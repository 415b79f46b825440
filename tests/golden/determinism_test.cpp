// The same run with other threads, tiles and memory gives the same bytes.
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

TEST(Determinism, ThreadsTilesAndMemoryDoNotChangeAByte) {
  test::TempDir dir;
  ASSERT_EQ(test::forewarn(dir, "make-samples " + (dir / "samples").string()).exit, 0);
  const std::string base =
      "run " FW_SOURCE_DIR "/config/examples/sample.toml -q --input-root " + (dir / "samples").string() + " -o ";
  std::map<std::string, std::string> reference;
  for (const char* threads : {"1", "2", "4"})
    for (const char* tile : {"128", "256", "512"}) {
      const std::string name = std::string("t") + threads + "-" + tile;
      const std::string memory = std::string(tile) == "512" ? " --memory 256MiB" : "";
      ASSERT_EQ(
          test::forewarn(dir, base + (dir / name).string() + " --threads " + threads + " --tile-size " + tile + memory)
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
