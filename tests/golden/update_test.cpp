// 'forewarn update' dekad by dekad on the sample region: everything published is what a full run publishes.
#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <thread>

#include "core/output/publication.h"
#include "tests/golden/program.h"

namespace fw {
namespace {

namespace fs = std::filesystem;

using test::hashes;

class Update : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = new test::TempDir;
    ASSERT_EQ(test::forewarn(*dir_, "make-samples " + (*dir_ / "all").string()).exit, 0);
    fs::copy(*dir_ / "all", *dir_ / "data", fs::copy_options::recursive);
  }
  static void TearDownTestSuite() { delete dir_; }

  /// The sample's configuration until a day, on the data of the test.
  static std::string config(const std::string& to, const std::string& min_years = "3") {
    std::string text = test::read_text(FW_SOURCE_DIR "/config/examples/sample.toml");
    const auto put = [&](const std::string& from, const std::string& with) {
      ASSERT_NE(text.find(from), std::string::npos) << from;
      text.replace(text.find(from), from.size(), with);
    };
    put("to = \"2023-08-31\"", "to = \"" + to + "\"");
    put("min_years = 3", "min_years = " + min_years);
    if (!cdi_.empty()) {
      put("cadence = \"dekad\"", "cadence = \"dekad\"\ncdi = \"" + cdi_ + "\"");
      text += "\n[[input]]\nproduct = \"value-tif\"\npath = \"soil\"\nroles = { value = \"soil_moisture\" }\n";
    }
    const fs::path file = *dir_ / "config.toml";
    fs::remove(file);
    test::write_text(file, text);
    return file.string();
  }
  static test::Outcome job(const std::string& name, const std::string& to, const std::string& out,
                           const std::string& more = "") {
    return test::forewarn(*dir_, name + " " + config(to) + " -q --threads 2 --input-root " + (*dir_ / "data").string() +
                                     " -o " + (*dir_ / out).string() + " " + more);
  }
  static void expect_full_run(const std::string& to) {
    ASSERT_EQ(job("run", to, "full", "--overwrite").exit, 3);
    for (const char* step : {"catalogue", "indicators", "evidence", "risk", "publish"}) {
      const auto full = hashes(*dir_ / "full" / step), now = hashes(*dir_ / "out" / step);
      EXPECT_GT(full.size(), 1U);
      for (const auto& [name, hash] : full)
        EXPECT_TRUE(now.count(name) && now.at(name) == hash) << to << ": " << step << "/" << name;
      EXPECT_EQ(now.size(), full.size()) << step;
    }
  }
  /// Moves scenes of a dekad out of the archive, or back.
  static void hide(const std::string& pattern) { move(*dir_ / "data", *dir_ / "hidden", pattern); }
  static void show(const std::string& pattern) { move(*dir_ / "hidden", *dir_ / "data", pattern); }
  static void move(const fs::path& from, const fs::path& to, const std::string& pattern) {
    std::vector<fs::path> found;
    for (auto it = fs::recursive_directory_iterator(from); it != fs::recursive_directory_iterator(); ++it)
      if (it->path().filename().string().find(pattern) != std::string::npos) {
        found.push_back(it->path());
        if (it->is_directory()) it.disable_recursion_pending();
      }
    ASSERT_FALSE(found.empty()) << pattern;
    for (const auto& path : found) {
      const fs::path target = to / fs::relative(path, from);
      fs::create_directories(target.parent_path());
      fs::rename(path, target);
    }
  }
  static test::TempDir* dir_;
  static std::string cdi_;  ///< version of the Combined Drought Indicator to map; the archive has soil moisture then
};
test::TempDir* Update::dir_ = nullptr;
std::string Update::cdi_;

TEST_F(Update, GivesTheBytesOfAFullRunAndRefusesWhatItCannotGive) {
  const std::string state = "--state " + (*dir_ / "state").string();
  const auto expect_refused = [&](const std::string& to, const std::string& code) {
    const auto before = hashes(*dir_ / "state");
    const test::Outcome outcome = job("update", to, "out", state);
    EXPECT_NE(outcome.exit, 0);
    EXPECT_NE(outcome.err.find("error: " + code + ":"), std::string::npos) << code << " expected\n" << outcome.err;
    EXPECT_TRUE(hashes(*dir_ / "state") == before) << "a refused update leaves the state as it was";
  };
  EXPECT_NE(job("update", "2023-08-10", "out", state).err.find("STATE_MISSING"), std::string::npos);
  EXPECT_FALSE(fs::exists(*dir_ / "state"));
  hide("S2_20230725");
  hide("S2_20230815");
  hide("2023.08.2");
  ASSERT_EQ(job("run", "2023-08-10", "out", state).exit, 3);
  EXPECT_TRUE(verify_publication(*dir_ / "state").empty());

  expect_refused("2023-08-10", "NO_NEW_SCENES");
  expect_refused("2023-07-31", "STATE_ORDER");

  // A new dekad, and a scene of three dekads ago that came late.
  show("2023.08.2");
  show("S2_20230815");
  show("S2_20230725");
  ASSERT_EQ(job("update", "2023-08-20", "out", state).exit, 3);
  expect_full_run("2023-08-20");
  EXPECT_TRUE(verify_publication(*dir_ / "state").empty());

  // The next one, while a rain grid was replaced.
  fs::copy_file(*dir_ / "data/rain/chirps-v2.0.2023.06.1.tif", *dir_ / "data/rain/chirps-v2.0.2023.08.1.tif",
                fs::copy_options::overwrite_existing);
  ASSERT_EQ(job("update", "2023-08-31", "out", state).exit, 3);
  expect_full_run("2023-08-31");

  // A file touched, its bytes the same: nothing is new, and nothing is computed. Hashed or not.
  fs::last_write_time(*dir_ / "data/rain/chirps-v2.0.2023.05.1.tif", fs::file_time_type::clock::now());
  expect_refused("2023-08-31", "NO_NEW_SCENES");
  EXPECT_NE(job("update", "2023-08-31", "out", state + " --rescan").err.find("NO_NEW_SCENES"), std::string::npos);

  // A file replaced by another of the same size and time of modification.
  const fs::path last = *dir_ / "data/rain/chirps-v2.0.2023.08.3.tif";
  const auto time = fs::last_write_time(last);
  for (const auto& entry : fs::directory_iterator(*dir_ / "all/rain"))
    if (entry.file_size() == fs::file_size(last) && sha256_of_file(entry.path()) != sha256_of_file(last))
      fs::copy_file(entry.path(), *dir_ / "other.tif", fs::copy_options::overwrite_existing);
  ASSERT_TRUE(fs::exists(*dir_ / "other.tif")) << "the case needs two files of one size";
  fs::last_write_time(*dir_ / "other.tif", time);
  fs::rename(*dir_ / "other.tif", last);
  ASSERT_EQ(job("update", "2023-08-31", "out", state).exit, 3);
  expect_full_run("2023-08-31");

  // Scenes that the state cannot follow: too late, inside the reference, a state that is not whole or of another run.
  hide("S2_20230215");
  expect_refused("2023-08-31", "STATE_LATE");
  show("S2_20230215");
  hide("S2_20200815");
  expect_refused("2023-08-31", "STATE_REFERENCE");
  show("S2_20200815");
  hide("S2_20230825");
  fs::resize_file(*dir_ / "state/indicators.csv", 100);
  expect_refused("2023-08-31", "STATE_DAMAGED");
}

TEST_F(Update, GoesOnWithTheDroughtIndicatorOfPixels) {
  cdi_ = "2021";
  const auto clear = [](std::string* version) { version->clear(); };
  const std::unique_ptr<std::string, decltype(clear)> reset(&cdi_, clear);
  fs::remove_all(*dir_ / "data");
  fs::copy(*dir_ / "all", *dir_ / "data", fs::copy_options::recursive);
  fs::create_directories(*dir_ / "data/soil");
  for (const auto& entry : fs::directory_iterator(*dir_ / "data/rain")) {  // wet soil where it rained the dekad before
    const std::string name = entry.path().filename().string();             // chirps-v2.0.yyyy.mm.d.tif
    if (name.rfind("chirps-v2.0.", 0) != 0) continue;
    const std::string day = name.substr(20, 1) == "1" ? "01" : name.substr(20, 1) == "2" ? "11" : "21";
    fs::copy_file(entry.path(),
                  *dir_ / "data/soil" / ("soil_" + name.substr(12, 4) + name.substr(17, 2) + day + ".tif"));
  }
  const std::string state = "--state " + (*dir_ / "with_cdi").string();
  hide("2023.08.2");
  hide("soil_20230721");
  hide("soil_20230811");
  ASSERT_EQ(job("run", "2023-08-10", "out", state + " --overwrite").exit, 3);
  show("2023.08.2");
  show("soil_20230721");  // late: two dekads back, and all that remember it
  show("soil_20230811");
  ASSERT_EQ(job("update", "2023-08-20", "out", state).exit, 3);
  expect_full_run("2023-08-20");
  cdi_ = "4";
  EXPECT_NE(job("update", "2023-08-31", "out", state).err.find("error: STATE_MEASURE:"), std::string::npos);
  cdi_ = "2021";
  ASSERT_EQ(job("update", "2023-08-31", "out", state).exit, 3);
  expect_full_run("2023-08-31");
  std::set<float> codes;
  for (const auto& entry : fs::directory_iterator(*dir_ / "out/indicators"))
    if (entry.path().filename().string().find("cdi-2021") != std::string::npos && entry.path().extension() == ".tif")
      for (const float code : test::pixels(entry.path())) codes.insert(code);
  EXPECT_GT(codes.size(), 3U) << "else the case shows nothing";
}

/// Puts other text into a file of a published folder, and its hash into the manifest: a set that verifies.
void publish_again(const fs::path& folder, const std::string& name, const std::string& from, const std::string& to) {
  const auto put = [&](const fs::path& file, const std::string& a, const std::string& b) {
    std::string text = test::read_text(file);
    ASSERT_NE(text.find(a), std::string::npos) << file << " has no " << a;
    test::write_text(file, text.replace(text.find(a), a.size(), b));
  };
  const std::string before = sha256_of_file(folder / name);
  ASSERT_EQ(from.size(), to.size());
  put(folder / name, from, to);
  put(folder / "manifest.json", before, sha256_of_file(folder / name));
}

TEST_F(Update, SaysWhatIsWrongWithAStateAndOffersAFullRun) {
  fs::remove_all(*dir_ / "data");
  fs::copy(*dir_ / "all", *dir_ / "data", fs::copy_options::recursive);
  hide("2023.08.3");
  std::this_thread::sleep_for(std::chrono::milliseconds(2100));  // younger files are not remembered by a scan
  const fs::path made = *dir_ / "made", used = *dir_ / "used";
  ASSERT_EQ(job("run", "2023-08-20", "again", "--state " + made.string()).exit, 3);
  show("2023.08.3");
  const auto expect_refused = [&](const std::string& what, const std::string& code, const auto& spoil) {
    fs::remove_all(used);
    fs::copy(made, used, fs::copy_options::recursive);
    spoil();
    const auto before = hashes(used), published = hashes(*dir_ / "again");
    const test::Outcome outcome = job("update", "2023-08-31", "again", "--state " + used.string());
    EXPECT_EQ(outcome.exit, 65) << what;
    EXPECT_NE(outcome.err.find("error: " + code + ":"), std::string::npos) << what << "\n" << outcome.err;
    EXPECT_NE(outcome.err.find("'forewarn run' with --state and --overwrite"), std::string::npos) << outcome.err;
    EXPECT_TRUE(hashes(used) == before &&
                hashes(*dir_ / "again").at("publish/manifest.json") == published.at("publish/manifest.json"))
        << what << ": nothing may change";
  };
  const auto first_in = [&](const char* folder) { return fs::directory_iterator(used / folder)->path(); };
  const auto cut = [](const fs::path& file) { fs::resize_file(file, fs::file_size(file) / 2); };
  expect_refused("state.json cut", "STATE_DAMAGED", [&] { cut(used / "state.json"); });
  expect_refused("manifest cut", "STATE_DAMAGED", [&] { cut(used / "manifest.json"); });
  expect_refused("scan cut", "STATE_DAMAGED", [&] { cut(used / "scanned.json"); });
  expect_refused("a file gone", "STATE_DAMAGED", [&] { fs::remove(used / "scanned_files.json"); });
  expect_refused("composites cut", "STATE_DAMAGED", [&] {
    for (const auto& entry : fs::directory_iterator(used / "composites")) cut(entry.path());
  });
  expect_refused("reference cut", "STATE_DAMAGED", [&] {
    for (const auto& entry : fs::directory_iterator(used / "reference")) cut(entry.path());
  });
  expect_refused("a byte changed", "STATE_DAMAGED", [&] {
    std::string bytes = test::read_text(first_in("units"));
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    test::write_text(first_in("units"), bytes);
    for (const auto& entry : fs::directory_iterator(used / "units")) cut(entry.path());
  });
  expect_refused("another format", "STATE_VERSION",
                 [&] { publish_again(used, "state.json", "\"forewarn_state\": 2", "\"forewarn_state\": 1"); });
  expect_refused("a scan that does not fit", "STATE_DAMAGED",
                 [&] { publish_again(used, "scanned_files.json", "\"scenes\":1", "\"scenes\":9"); });

  // Another configuration.
  const std::string state = "--state " + made.string();
  const test::Outcome other =
      test::forewarn(*dir_, "update " + config("2023-08-31", "4") + " -q --input-root " + (*dir_ / "data").string() +
                                " -o " + (*dir_ / "again").string() + " " + state);
  EXPECT_NE(other.err.find("error: STATE_OTHER_CONFIG:"), std::string::npos) << other.err;
  EXPECT_NE(other.err.find("'forewarn run' with --state and --overwrite"), std::string::npos) << other.err;
  // A dekad twice, under another name and with other numbers: counted once, and said.
  fs::copy_file(*dir_ / "data/rain/chirps-v2.0.2023.08.1.tif", *dir_ / "data/rain/chirps-v2.0.2023.08.3_copy.tif");
  ASSERT_EQ(job("update", "2023-08-31", "again", state).exit, 3);
  EXPECT_NE(test::read_text(*dir_ / "again/catalogue/rejections.csv").find("SUPERSEDED"), std::string::npos);
  ASSERT_EQ(job("run", "2023-08-31", "full", "--overwrite").exit, 3);
  EXPECT_TRUE(hashes(*dir_ / "again/publish") == hashes(*dir_ / "full/publish"));
}

}  // namespace
}  // namespace fw
