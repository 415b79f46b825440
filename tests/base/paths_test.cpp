#include "core/base/paths.h"

#include <cstdlib>

#include "core/base/error.h"
#include "tests/support.h"

namespace fw {
namespace {

std::string code_of(const std::filesystem::path& root, const std::string& name) {
  try {
    resolve_beneath(root, name, false);
  } catch (const Error& e) {
    return e.code();
  }
  return "";
}

TEST(Paths, StayBeneathTheirRoot) {
  test::TempDir dir;
  test::write_text(dir / "in/x.txt", "1");
  std::filesystem::create_directory_symlink("/etc", dir / "link");
  EXPECT_EQ(code_of(dir.path(), "in/x.txt"), "");
  EXPECT_EQ(code_of(dir.path(), "in/new/y.tif"), "");
  EXPECT_EQ(code_of(dir.path(), "../x"), "PATH_OUTSIDE_ROOT");
  EXPECT_EQ(code_of(dir.path(), "in/../../x"), "PATH_OUTSIDE_ROOT");
  EXPECT_EQ(code_of(dir.path(), "/dev/sda"), "PATH_OUTSIDE_ROOT");
  EXPECT_EQ(code_of(dir.path(), "link/passwd"), "PATH_OUTSIDE_ROOT");
  for (const char* scheme : {"/vsicurl/http://169.254.169.254/x.tif", "<VRTDataset/>", "MEM:::DATAPOINTER=4096",
                             "vrt://x.tif", "NETCDF:x.nc:sm", "http://x/y"})
    EXPECT_EQ(code_of(dir.path(), scheme), "INPUT_SCHEME") << scheme;
}

TEST(Environment, LosesWhatCouldSteerTheLibraries) {
  setenv("GDAL_DRIVER_PATH", "/tmp/evil", 1);
  setenv("PROJ_LIB", "/tmp/evil", 1);
  setenv("AWS_ACCESS_KEY_ID", "x", 1);
  setenv("CPL_DEBUG", "ON", 1);
  scrub_environment();
  EXPECT_STREQ(getenv("GDAL_DRIVER_PATH"), "disable");
  EXPECT_EQ(getenv("PROJ_LIB"), nullptr);
  EXPECT_EQ(getenv("AWS_ACCESS_KEY_ID"), nullptr);
  EXPECT_EQ(getenv("CPL_DEBUG"), nullptr);
}

}  // namespace
}  // namespace fw
