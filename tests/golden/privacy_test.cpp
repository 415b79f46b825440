// What leaves the program for whom: canaries planted in reports, suppressed cells, withdrawals.
#include <csignal>
#include <cstring>
#include <unordered_set>

#include "core/base/sha256.h"
#include "tests/golden/program.h"

namespace fw {
namespace {

namespace fs = std::filesystem;

const char* const header =
    "report_id,reporter_id,org,lat,lon,pcode,time,category,severity,people,consent,text,sensitivity,owner,purpose,"
    "retention\n";

/// The sample region without rasters; scan and indicators are made once and copied for each run.
class Privacy : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = new test::TempDir;
    ASSERT_EQ(test::forewarn(*dir_, "make-samples " + path("samples")).exit, 0);
    write_config();
    test::write_text(*dir_ / "samples/reports.in", header);
    for (const char* step : {"scan ", "indicators "})
      ASSERT_EQ(test::forewarn(*dir_, step + path("run.toml") + " -q -o " + path("base")).exit, 0);
  }
  static void TearDownTestSuite() { delete dir_; }
  static std::string path(const std::string& name) { return (*dir_ / name).string(); }

  static void write_config() {
    std::string text = test::read_text(FW_SOURCE_DIR "/config/examples/sample.toml");
    text = text.substr(0, text.find("[[reports]]"));
    const auto set = [&](const std::string& from, const std::string& to) {
      ASSERT_NE(text.find(from), std::string::npos) << from;
      text.replace(text.find(from), from.size(), to);
    };
    set("../../sample_scenes/generated", "samples");
    set("rasters = \"last\"", "rasters = \"none\"");
    test::write_text(*dir_ / "run.toml", text + "[[reports]]\npath = \"reports.in\"\n");
  }
  /// Runs the steps that depend on reports, with the file `reports` as the run's only input of them.
  static int run(const std::string& reports, const std::string& out, const std::string& more = "") {
    fs::copy_file(*dir_ / reports, *dir_ / "samples/reports.in", fs::copy_options::overwrite_existing);
    fs::copy(*dir_ / "base", *dir_ / out, fs::copy_options::recursive);
    int worst = 0;
    for (const char* step : {"evidence", "risk", "publish"}) {
      const auto outcome = test::forewarn(*dir_, std::string(step) + " " + path("run.toml") + " -o " + path(out) +
                                                     " --log-json " + path("logs/" + out + ".json") + " " + more);
      test::write_text(*dir_ / ("logs/" + out + "-" + step + ".txt"), outcome.out + outcome.err);
      worst = std::max(worst, outcome.exit);
      if (outcome.exit != 0 && outcome.exit != 3) return outcome.exit;
    }
    return worst;
  }
  static void make_vault(const std::string& vault, const std::string& file) {
    const std::string key = " --key-file " + path("vault.key");
    if (!fs::exists(path("vault.key"))) {
      ASSERT_EQ(test::forewarn(*dir_, "vault new-key " + path("vault.key")).exit, 0);
    }
    ASSERT_EQ(test::forewarn(*dir_, "vault init " + path(vault) + key).exit, 0);
    add_to_vault(vault, file);
  }
  static void add_to_vault(const std::string& vault, const std::string& file) {
    const auto added =
        test::forewarn(*dir_, "vault add " + path(vault) + " " + path(file) + " --key-file " + path("vault.key"));
    ASSERT_EQ(added.exit, 0) << added.err;
    test::write_text(*dir_ / "logs/add.txt", added.out + added.err);
  }

  static test::TempDir* dir_;
};
test::TempDir* Privacy::dir_ = nullptr;

std::string report(const std::string& id, const std::string& reporter, const std::string& org, const std::string& pcode,
                   const std::string& day, const std::string& kind, int severity, const std::string& text = "",
                   const std::string& sensitivity = "low") {
  return id + "," + reporter + "," + org + ",,," + pcode + "," + day + "T08:00:00Z," + kind + "," +
         std::to_string(severity) + ",,yes," + text + "," + sensitivity + ",village,early warning,1 year\n";
}
/// Twelve reports of nine reporters in three organisations.
std::string strong_cell(const std::string& prefix, const std::string& pcode, const std::string& kind, int severity) {
  std::string rows;
  for (int i = 0; i < 12; ++i) {
    const int who = 1 + i % 9;
    rows += report(prefix + std::to_string(i), "r0" + std::to_string(who),
                   who < 4   ? "org-north"
                   : who < 7 ? "org-river"
                             : "org-radio",
                   pcode, "2023-08-2" + std::to_string(1 + i % 8), kind, severity);
  }
  return rows;
}

TEST_F(Privacy, ASuppressedCellLooksLikeNoDataInEveryByteOfAPublicRun) {
  const std::string open = strong_cell("s", "XS0101", "crop", 4);
  // One reporter's word, a severe cell, and faulty rows: in other units and kinds, none of it for the public.
  const std::string small = report("x1", "r01", "org-north", "XS0202", "2023-08-22", "conflict", 5) +
                            report("x2", "r99", "org-north", "XS0203", "2023-08-22", "price", 5) +
                            report("x3", "r02", "org-ghost", "XS0203", "2023-08-22", "price", 5) +
                            report("x4", "r05", "org-river", "XS0301", "2023-07-03", "arrivals", 4,
                                   "ask for Amina +249 912 345 678", "severe");
  test::write_text(*dir_ / "in/r.csv", header + open);
  ASSERT_EQ(run("in/r.csv", "public-without", "--audience public"), 0);
  ASSERT_EQ(run("in/r.csv", "partner-without", "--audience partner"), 0);
  ASSERT_EQ(run("in/r.csv", "internal-without"), 0);
  test::write_text(*dir_ / "in/r.csv", header + open + small);
  ASSERT_EQ(run("in/r.csv", "public-with", "--audience public"), 3);
  ASSERT_EQ(run("in/r.csv", "partner-with", "--audience partner"), 3);
  ASSERT_EQ(run("in/r.csv", "internal-with"), 3);
  EXPECT_NE(test::hashes(*dir_ / "internal-with/publish"), test::hashes(*dir_ / "internal-without/publish"))
      << "the small cells do count inside";
  for (const char* audience : {"public", "partner"})
    for (const char* step : {"evidence", "risk", "publish"})
      EXPECT_EQ(test::hashes(*dir_ / (std::string(audience) + "-with") / step),
                test::hashes(*dir_ / (std::string(audience) + "-without") / step))
          << audience << ' ' << step;
  // Nor is it told from which files the reports come, nor whose they are.
  for (const char* name : {"reports.in", "sample communities"}) {
    const auto tells = [&](const char* out) {
      return test::read_text(*dir_ / out / "publish/manifest.json").find(name) != std::string::npos;
    };
    EXPECT_TRUE(tells("internal-with")) << name;
    EXPECT_FALSE(tells("partner-with") || tells("public-with")) << name;
  }
  const auto evidence = test::table(*dir_ / "public-with/publish/evidence.csv");
  ASSERT_EQ(evidence.size(), 1U);
  EXPECT_EQ(evidence[0].at("reports"), "10");
  bool told = false;
  for (const auto& row : test::table(*dir_ / "public-with/publish/risk_drought.csv"))
    told |= !row.at("field_score").empty();
  EXPECT_TRUE(told) << "what may be shown is used";
}

TEST_F(Privacy, NineReportsAreInThePublicTableAndMoveNoPublicMap) {
  std::string nine;
  for (int i = 0; i < 9; ++i)
    nine += report("n" + std::to_string(i), "r0" + std::to_string(1 + i),
                   i < 3   ? "org-north"
                   : i < 6 ? "org-river"
                           : "org-radio",
                   "XS0202", "2023-08-22", "crop", 5);
  test::write_text(*dir_ / "in/nine.csv", header + nine);
  ASSERT_EQ(run("in/nine.csv", "nine", "--audience public"), 0);
  EXPECT_EQ(test::table(*dir_ / "nine/publish/evidence.csv").size(), 1U);
  for (const auto& row : test::table(*dir_ / "nine/publish/risk_drought.csv"))
    EXPECT_TRUE(row.at("field_score").empty());
}

TEST_F(Privacy, AWithdrawnReportLeavesTheRunAsIfItHadNeverBeenThere) {
  test::write_text(*dir_ / "in/first.csv", header + strong_cell("s", "XS0101", "crop", 4) +
                                               report("a1", "r02", "org-north", "XS0202", "2023-08-22", "price", 3));
  test::write_text(*dir_ / "in/second.csv",
                   header + report("b1", "r01", "org-north", "XS0202", "2023-08-23", "price", 5, "call Amina") +
                       report("b2", "r04", "org-river", "XS0101", "2023-08-24", "drought", 5) +
                       report("b3", "r77", "org-river", "XS0101", "2023-08-24", "drought", 5));
  const std::string key = " --key-file " + path("vault.key");
  make_vault("in/r.vault", "in/first.csv");
  ASSERT_EQ(run("in/r.vault", "never", key), 0);
  add_to_vault("in/r.vault", "in/second.csv");
  run("in/r.vault", "with", key);
  EXPECT_NE(test::hashes(*dir_ / "with/publish"), test::hashes(*dir_ / "never/publish"));
  for (const char* who : {"--report b1", "--reporter r77", "--report b2 --reporter r04"})
    EXPECT_EQ(test::forewarn(*dir_, "vault withdraw " + path("in/r.vault") + key + " " + who).exit, 0);
  ASSERT_EQ(run("in/r.vault", "after", key), 0);
  EXPECT_EQ(test::hashes(*dir_ / "after"), test::hashes(*dir_ / "never"));
}

// Marks that stand in nothing else; each canary is a mark and a number.
const std::vector<std::string> marks = {"Qzvname", "249987", "551777", "Qzvkey", "qzvmail", "Qzvfree"};

void add_canaries(std::string& rows, std::unordered_set<uint64_t>& points, int n) {
  char lat[32], lon[32], phone[32];
  for (int i = 0; i < n; ++i) {
    std::snprintf(lat, sizeof lat, "13.551777%03d", i);
    std::snprintf(lon, sizeof lon, "2.9551777%03d", i);
    std::snprintf(phone, sizeof phone, "+249987%06d", i);
    for (const char* cell : {lat, lon}) {
      const double v = std::strtod(cell, nullptr);
      uint64_t bits;
      std::memcpy(&bits, &v, sizeof bits);
      points.insert(bits);
      points.insert(__builtin_bswap64(bits));
    }
    const std::string number = std::to_string(i);
    const bool known = i % 3 == 0;
    std::string text = "Qzvname" + number + " " + phone + " qzvmail" + number + "@example.org Qzvfree" + number;
    // Every fifth row is wrong somewhere, with a canary in the wrong cell.
    std::vector<std::string> cells = {"Qzvkey-" + number,
                                      known ? "r0" + std::to_string(1 + i % 9) : "Qzvkey" + number,
                                      known ? (i % 9 < 3   ? "org-north"
                                               : i % 9 < 6 ? "org-river"
                                                           : "org-radio")
                                            : "org-north",
                                      lat,
                                      lon,
                                      "",
                                      "2023-08-2" + std::to_string(1 + i % 8) + "T08:00:00Z",
                                      "crop",
                                      "3",
                                      "",
                                      "yes",
                                      text,
                                      i % 2 ? "low" : "severe",
                                      "Qzvname" + number,
                                      "early warning",
                                      "1 year"};
    if (i % 5 == 0) cells[static_cast<size_t>(i / 5) % cells.size()] = "Qzvfree" + number + (i % 10 ? "\x1b[31m" : "");
    rows += join(cells, ",") + "\n";
  }
}

/// Every file under `root` that holds a mark or a point, but those of `inputs`.
std::vector<std::string> leaks(const fs::path& root, const std::vector<std::string>& inputs,
                               const std::unordered_set<uint64_t>& points, const std::string& key) {
  std::vector<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const std::string name = entry.path().lexically_relative(root).string();
    for (const std::string& mark : marks)
      if (name.find(mark) != std::string::npos) found.push_back("the name " + name);
    if (!entry.is_regular_file() || entry.path().extension() == ".tif" ||
        std::find(inputs.begin(), inputs.end(), name) != inputs.end())
      continue;
    const std::string bytes = test::read_text(entry.path());
    for (const std::string& mark : marks)
      if (bytes.find(mark) != std::string::npos) found.push_back(name + ": " + mark);
    if (bytes.find(key) != std::string::npos) found.push_back(name + ": the key");
    for (size_t i = 0; i + 8 <= bytes.size(); ++i) {
      uint64_t bits;
      std::memcpy(&bits, bytes.data() + i, sizeof bits);
      if (points.count(bits)) found.push_back(name + ": a point as a number");
    }
  }
  return found;
}

TEST_F(Privacy, AThousandCanariesAppearInNothingThatIsWritten) {
  std::string rows;
  std::unordered_set<uint64_t> points;
  add_canaries(rows, points, 200);  // 200 names, phones, mails, points and keys
  rows += strong_cell("s", "XS0101", "crop", 4);
  test::write_text(*dir_ / "in/canary.csv", header + rows);
  test::write_text(*dir_ / "in/broken.csv", header + rows + "\"Qzvname unterminated");
  test::write_text(*dir_ / "in/noheader.csv", rows);
  fs::create_directories(*dir_ / "temporary");
  ::setenv("TMPDIR", path("temporary").c_str(), 1);
  for (const char* audience : {"internal", "partner", "public"})
    EXPECT_EQ(run("in/canary.csv", std::string("canary-") + audience, std::string("--audience ") + audience), 3)
        << audience;
  EXPECT_EQ(run("in/broken.csv", "broken"), 3);
  EXPECT_EQ(run("in/noheader.csv", "noheader", "--audience public"), 3);

  make_vault("in/canary.vault", "in/canary.csv");
  const std::string key_option = " --key-file " + path("vault.key"), vault = path("in/canary.vault");
  EXPECT_EQ(run("in/canary.vault", "canary-vault", key_option), 3);
  int number = 0;
  const auto keep = [&](const std::string& arguments, int exit) {
    const auto outcome = test::forewarn(*dir_, arguments);
    EXPECT_TRUE(exit < 0 || outcome.exit == exit) << outcome.exit << " of " << arguments << outcome.err;
    test::write_text(*dir_ / ("logs/command" + std::to_string(number++) + ".txt"), outcome.out + outcome.err);
  };
  keep("vault list --json " + vault + key_option, 0);
  keep("vault verify " + vault + key_option, 0);
  for (const char* place : {"unit", "displaced", "grid"})
    for (const char* audience : {"internal", "partner"})
      keep("vault export-features " + vault + key_option + " -r sample --as-of 2023-08-31 -a " +
               path("samples/admin/admin2.geojson") + " --pcode adm2_pcode --place " + place + " --audience " +
               audience + " -o " + path(std::string("features-") + place + audience + ".csv"),
           0);
  for (const char* file : {"canary.csv", "broken.csv", "noheader.csv"})
    for (const char* json : {"", " --json"})
      keep("evidence " + path(std::string("in/") + file) + " --registry sample --as-of 2023-08-31 --admin " +
               path("samples/admin/admin2.geojson") + " --pcode-field adm2_pcode" + json,
           -1);
  // Failures: another key, a cut vault, nobody's key, no room, a kill in the middle.
  keep("vault new-key " + path("other.key"), 0);
  keep("vault verify " + vault + " --key-file " + path("other.key"), 65);
  keep("vault add " + vault + " " + path("in/broken.csv") + key_option, 65);
  keep("vault export-features " + vault + key_option + " -r sample --as-of 2023-08-31 -o " +
           path("nowhere/features.csv"),
       74);
  const std::string sealed = test::read_text(vault);
  test::write_text(*dir_ / "in/cut.vault", sealed.substr(0, sealed.size() - 9));
  keep("vault list " + path("in/cut.vault") + key_option, 65);
  keep("vault export-features " + path("in/cut.vault") + key_option + " -r sample --as-of 2023-08-31 -o " +
           path("cut.csv"),
       65);
  EXPECT_FALSE(fs::exists(*dir_ / "cut.csv"));
  EXPECT_EQ(run("in/cut.vault", "cut", key_option), 65);
  EXPECT_FALSE(fs::exists(*dir_ / "cut/evidence"));
  fs::copy_file(*dir_ / "in/canary.vault", *dir_ / "samples/reports.in", fs::copy_options::overwrite_existing);
  for (const char* wait : {"0.02", "0.05", "0.1"}) {
    const std::string command = "cd '" + path("temporary") + "' && ulimit -c unlimited && timeout -s ABRT " + wait +
                                " '" FW_PROGRAM "' evidence " + path("run.toml") + " --overwrite -o " +
                                path("canary-vault") + key_option + " >'" + path("logs/killed.txt") + "' 2>&1";
    (void)!std::system(command.c_str());
  }
  ::unsetenv("TMPDIR");
  const std::string key = trim(test::read_text(*dir_ / "vault.key"));
  for (const std::string& leak :
       leaks(dir_->path(), {"in/canary.csv", "in/broken.csv", "in/noheader.csv", "vault.key"}, points, key))
    ADD_FAILURE() << leak;
  // The search finds what is there.
  EXPECT_FALSE(leaks(*dir_ / "in", {}, points, key).empty());
  const auto features = test::table(*dir_ / "features-displacedpartner.csv");
  EXPECT_GT(features.size(), 50U);
  for (const auto& row : features) EXPECT_NE(row.at("sensitivity"), "severe");
}

}  // namespace
}  // namespace fw
