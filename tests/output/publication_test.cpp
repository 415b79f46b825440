#include "core/output/publication.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "core/base/sha256.h"
#include "tests/output/rasters.h"

using namespace fw;
using namespace fw::test;
namespace fs = std::filesystem;

namespace {

void publish_text(const fs::path& folder, const std::string& content, bool overwrite = false) {
  Publication p({folder, overwrite});
  p.text("a.csv", content);
  p.finish(manifest_info());
}

}  // namespace

TEST(Publication, AppearsWholeWithItsCompanionsAndVerifies) {
  TempDir dir;
  publish_sample(dir / "out");
  const auto names = names_in(dir / "out");
  const std::vector<std::string> expected = {"collection.json",
                                             "items/tst_drought-risk_2024-05-d3_v01.json",
                                             "items/tst_likelihood_2024-05-d3_v01.json",
                                             "manifest.json",
                                             "rasters.json",
                                             "tst_drought-risk_2024-05-d3_v01.qml",
                                             "tst_drought-risk_2024-05-d3_v01.tif",
                                             "tst_drought-risk_2024-05-d3_v01.tif.aux.xml",
                                             "tst_drought-risk_2024-05-d3_v01.tif.vat.dbf",
                                             "tst_likelihood_2024-05-d3_v01.qml",
                                             "tst_likelihood_2024-05-d3_v01.tif"};
  EXPECT_EQ(names, expected);
  EXPECT_TRUE(verify_publication(dir / "out").empty());
  EXPECT_EQ(names_in(dir.path()).size(), expected.size());  // no lock, no staging folder left
}

TEST(Publication, IsNotThereBeforeItIsFinished) {
  TempDir dir;
  {
    Publication p({dir / "out", false});
    p.text("a.csv", "x\n");
    EXPECT_FALSE(fs::exists(dir / "out"));
  }
  EXPECT_TRUE(fs::is_empty(dir.path()));
}

TEST(Publication, IsTheSameBytesTwice) {
  TempDir dir;
  publish_sample(dir / "one", false, 256);
  publish_sample(dir / "two", false, 128);
  for (const auto& name : names_in(dir / "one"))
    EXPECT_EQ(sha256_of_file(dir / "one" / name), sha256_of_file(dir / "two" / name)) << name;
}

TEST(Publication, RefusesToOverwriteUnlessAsked) {
  TempDir dir;
  publish_text(dir / "out", "old\n");
  EXPECT_EQ(code_of([&] { publish_text(dir / "out", "new\n"); }), "EXISTS");
  EXPECT_EQ(read_text(dir / "out" / "a.csv"), "old\n");
  publish_text(dir / "out", "new\n", true);
  EXPECT_EQ(read_text(dir / "out" / "a.csv"), "new\n");
  EXPECT_TRUE(verify_publication(dir / "out").empty());
}

TEST(Publication, LeavesTheOldSetWholeUntilTheNewOneIsFinished) {
  TempDir dir;
  publish_text(dir / "out", "old\n");
  {
    Publication p({dir / "out", true});
    p.text("a.csv", "new\n");
    EXPECT_EQ(read_text(dir / "out" / "a.csv"), "old\n");
    EXPECT_TRUE(verify_publication(dir / "out").empty());
  }
  EXPECT_EQ(read_text(dir / "out" / "a.csv"), "old\n");
  EXPECT_TRUE(verify_publication(dir / "out").empty());
}

TEST(Publication, KeepsWhatAPersonPutIntoTheFolder) {
  TempDir dir;
  publish_text(dir / "out", "old\n");
  write_text(dir / "out" / "my.qgz", "project");
  write_text(dir / "out" / "notes" / "n.txt", "note");
  write_text(dir / "out" / "a.csv.aux.xml", "stale statistics");
  publish_text(dir / "out", "new\n", true);
  EXPECT_EQ(read_text(dir / "out" / "my.qgz"), "project");
  EXPECT_EQ(read_text(dir / "out" / "notes" / "n.txt"), "note");
  EXPECT_FALSE(fs::exists(dir / "out" / "a.csv.aux.xml"));
}

TEST(Publication, LeavesBehindWhatWasMadeOfTheFilesItReplaces) {
  TempDir dir;
  publish_sample(dir / "out", false, 128);
  const std::string raster = "tst_drought-risk_2024-05-d3_v01.tif";
  write_text(dir / "out" / (raster + ".ovr"), "overviews of the old one");
  write_text(dir / "out" / "tst_drought-risk_2024-05-d3_v01.tfw", "moved");
  publish_text(dir / "out", "new\n", true);
  EXPECT_FALSE(fs::exists(dir / "out" / (raster + ".ovr")));
  EXPECT_FALSE(fs::exists(dir / "out" / "tst_drought-risk_2024-05-d3_v01.tfw"));
}

TEST(Publication, GoesIntoAFolderThatAlreadyHoldsOtherFiles) {
  TempDir dir;
  write_text(dir / "out" / "log.jsonl", "{}");
  publish_text(dir / "out", "new\n");
  EXPECT_EQ(read_text(dir / "out" / "log.jsonl"), "{}");
  EXPECT_TRUE(verify_publication(dir / "out").empty());
}

TEST(Publication, IsLockedWhileAnotherRunPublishes) {
  TempDir dir;
  const auto first = std::make_unique<Publication>(Publication::Options{dir / "out", false});
  try {
    Publication second({dir / "out", false});
    FAIL() << "the second run was let in";
  } catch (const OutputError& e) {
    EXPECT_EQ(e.code(), "LOCKED");
    EXPECT_NE(std::string(e.what()).find(std::to_string(getpid())), std::string::npos) << e.what();
  }
}

TEST(Publication, TakesOverTheLockAndClearsTheRestsOfAKilledRun) {
  TempDir dir;
  publish_text(dir / "out", "old\n");
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    Publication p({dir / "out", true});
    p.text("a.csv", "half\n");
    _exit(0);  // dies without a word: no destructor runs
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(fs::exists(dir / ".out.staging"));
  EXPECT_EQ(read_text(dir / "out" / "a.csv"), "old\n");
  publish_text(dir / "out", "new\n", true);
  EXPECT_EQ(read_text(dir / "out" / "a.csv"), "new\n");
  EXPECT_FALSE(fs::exists(dir / ".out.staging"));
  EXPECT_FALSE(fs::exists(dir / ".out.lock"));
}

TEST(Publication, FinishesASwapThatWasCutShort) {
  TempDir dir;
  // Killed after the exchange: the old set, with a person's file in it, still lies in the staging folder.
  publish_text(dir / "out", "new\n");
  publish_text(dir / "old", "old\n");
  write_text(dir / "old" / "mine.txt", "keep");
  fs::rename(dir / "old", dir / ".out.staging");
  publish_text(dir / "out", "newer\n", true);
  EXPECT_EQ(read_text(dir / "out" / "mine.txt"), "keep");
  EXPECT_EQ(read_text(dir / "out" / "a.csv"), "newer\n");
  // Killed between the two renames where a file system cannot exchange: the old set comes back.
  fs::rename(dir / "out", dir / ".out.retired");
  EXPECT_EQ(code_of([&] { publish_text(dir / "out", "x\n"); }), "EXISTS");
  EXPECT_EQ(read_text(dir / "out" / "a.csv"), "newer\n");
}

TEST(Publication, RefusesNamesThatLeaveTheFolder) {
  TempDir dir;
  Publication p({dir / "out", false});
  for (const char* name :
       {"../a.csv", "/tmp/a.csv", "x/../../a", "", ".hidden", "manifest.json", "rasters.json", "a//b", "a/", "a b/\n"})
    EXPECT_THROW(p.text(name, "x"), std::logic_error) << name;
  p.text("tables/a.csv", "x");
  EXPECT_THROW(p.text("tables/a.csv", "y"), std::logic_error);
}

TEST(Publication, RefusesAFileOrALinkInPlaceOfTheFolder) {
  TempDir dir;
  write_text(dir / "file", "x");
  fs::create_directory(dir / "elsewhere");
  fs::create_directory_symlink(dir / "elsewhere", dir / "link");
  EXPECT_EQ(code_of([&] { Publication({dir / "file", true}); }), "EXISTS");
  EXPECT_EQ(code_of([&] { Publication({dir / "link", true}); }), "EXISTS");
}

TEST(Publication, TakesOverAPublishedRasterUnchanged) {
  TempDir dir;
  publish_sample(dir / "one");
  {
    Publication p({dir / "two", false});
    p.adopt_all(dir / "one");
    p.stac("test-run", "Test run", {{"run_id", "r1"}});
    p.finish(manifest_info());
  }
  for (const auto& name : names_in(dir / "one"))
    EXPECT_EQ(sha256_of_file(dir / "one" / name), sha256_of_file(dir / "two" / name)) << name;
}

TEST(Publication, FinishesRastersFromSeveralThreadsToTheSameBytes) {
  TempDir dir;
  const Grid grid = utm_grid(300, 400);
  const auto publish = [&](const fs::path& folder, bool threads) {
    Publication p({folder, false});
    std::vector<std::thread> running;
    for (int i = 0; i < 4; ++i) {
      const auto spec =
          i % 2 ? class_spec(grid, "tst_" + std::to_string(i)) : continuous_spec(grid, "tst_" + std::to_string(i));
      const auto writer = p.raster(spec);
      fill(*writer, spec, tiles(grid, 128));
      running.emplace_back([&p, writer] { p.finish_raster(writer); });
      if (!threads) running.back().join();
    }
    for (auto& thread : running)
      if (thread.joinable()) thread.join();
    p.finish(manifest_info());
  };
  publish(dir / "one", false);
  publish(dir / "two", true);
  EXPECT_EQ(read_text(dir / "one" / "manifest.json"), read_text(dir / "two" / "manifest.json"));
}

TEST(Publication, RefusesToTakeOverARasterThatChanged) {
  TempDir dir;
  publish_sample(dir / "one");
  const auto specs = load_raster_index(dir / "one");
  write_text(dir / "one" / (specs[0].stem + ".qml"), "changed");
  Publication p({dir / "two", false});
  EXPECT_EQ(code_of([&] { p.adopt(specs[0], dir / "one" / (specs[0].stem + ".tif")); }), "SET_INVALID");
  EXPECT_EQ(code_of([&] { p.adopt(specs[1], dir / "one" / "other.tif"); }), "SET_INVALID");
}

TEST(Publication, SaysDiskFullAndPublishesNothing) {
  TempDir dir;
  const auto mount = dir / "small";
  fs::create_directory(mount);
  if (geteuid() != 0 ||
      std::system(("mount -t tmpfs -o size=256k tmpfs '" + mount.string() + "' 2>/dev/null").c_str()) != 0)
    GTEST_SKIP() << "needs root and tmpfs";
  const auto unmount = [&] { return std::system(("umount '" + mount.string() + "'").c_str()); };
  EXPECT_EQ(code_of([&] { publish_text(mount / "text", std::string(1 << 20, 'x')); }), "DISK_FULL");
  EXPECT_EQ(code_of([&] { publish_sample(mount / "sample"); }), "DISK_FULL");
  EXPECT_TRUE(fs::is_empty(mount));
  EXPECT_EQ(code_of([&] { publish_text(mount, "x\n"); }), "WRITE_FAILED");  // the mount point itself cannot be swapped
  publish_text(mount / "text", "fits\n");                                   // and recovers
  EXPECT_TRUE(verify_publication(mount / "text").empty());
  EXPECT_EQ(unmount(), 0);
}
