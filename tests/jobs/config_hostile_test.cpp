// Configurations from ../shared/hostile/own/config: each ends as EXPECTED.tsv asks, before any work and any connection.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <clocale>

#include "jobs/run_config.h"
#include "tests/support.h"

namespace fw {
namespace {

namespace fs = std::filesystem;

struct Ending {
  std::string code, message;
  std::vector<Rejection> notices;
};
/// How loading a configuration ends: "" as code when it is accepted.
Ending load(const fs::path& file) {
  RunReport report;
  RunOverrides overrides;
  overrides.config_dir = std::string(FW_SOURCE_DIR) + "/config";
  Ending ending;
  try {
    load_run_config(file.string(), overrides, report);
  } catch (const ConfigError& e) {
    ending.code = e.code();
    ending.message = e.what();
  }
  ending.notices = report.sorted();
  return ending;
}

/// The folder the program was started in, for one test.
class WorkingFolder {
 public:
  explicit WorkingFolder(const fs::path& dir) : before_(fs::current_path()) { fs::current_path(dir); }
  ~WorkingFolder() { fs::current_path(before_); }
  WorkingFolder(const WorkingFolder&) = delete;
  WorkingFolder& operator=(const WorkingFolder&) = delete;

 private:
  fs::path before_;
};

/// A server that nobody may connect to.
class Listener {
 public:
  explicit Listener(uint16_t port = 0) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
    const int on = 1;
    setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    listening_ = bind(socket_, reinterpret_cast<sockaddr*>(&address), size) == 0 && listen(socket_, 16) == 0 &&
                 getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    port_ = ntohs(address.sin_port);
  }
  ~Listener() { close(socket_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  bool listening() const { return listening_; }
  int port() const { return port_; }
  int connects() const {
    int n = 0;
    for (int client = 0; (client = accept(socket_, nullptr, nullptr)) >= 0; ++n) close(client);
    return n;
  }
  /// Connects, so that a count of 0 means something.
  void knock() const {
    const int client = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port_));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(client, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    close(client);
  }

 private:
  int socket_;
  bool listening_ = false;
  int port_ = 0;
};

struct Case {
  const char* file;
  std::vector<std::string> codes;  ///< any of them
  const char* message;             ///< what the message must hold
};
const std::vector<Case>& cases() {
  static const std::vector<Case> list = {
      {"c01_empty", {"JSON_SYNTAX"}, "line 1, column 1"},
      {"c02_not_json", {"JSON_SYNTAX"}, "line 1, column 2"},
      {"c04_weights_negative", {"WEIGHTS"}, "weights.drought"},
      {"c05_weights_nan", {"WEIGHTS", "JSON_NUMBER"}, "NaN"},
      {"c06_unknown_key_typo", {"UNKNOWN_KEY"}, "weights"},
      {"c07_output_traversal", {"PATH_OUTSIDE_ROOT"}, ".."},
      {"c08_output_absolute_dev", {"PATH_OUTSIDE_ROOT"}, "/dev/sda"},
      {"c09_input_vsicurl", {"INPUT_SCHEME"}, "/vsicurl"},
      {"c10_input_inline_vrt", {"INPUT_SCHEME"}, "VRTDataset"},
      {"c11_input_mem", {"INPUT_SCHEME"}, "MEM:::"},
      {"c12_tile_0", {"RANGE"}, "tile_size"},
      {"c13_tile_huge", {"RANGE"}, "tile_size"},
      {"c14_threads_huge", {"RANGE"}, "threads"},
      {"c15_memory_overflow", {"RANGE"}, "cache_bytes"},
      {"c16_env_injection", {"UNKNOWN_KEY"}, "gdal"},
      {"c17_k_anon_0", {"PRIVACY_FLOOR"}, "privacy.k"},
      {"c18_privacy_off_public", {"PRIVACY_FLOOR"}, "privacy.enabled"},
      {"c19_bbox_inverted", {"RANGE"}, "bbox"},
      {"c20_dates_inverted", {"RANGE"}, "'to'"},
      {"c21_locale_comma", {"NUMBER_FORMAT"}, "threshold"},
      {"c22_dup_key", {"JSON_DUP_KEY"}, "audience"},
      {"c23_crs_url", {"CRS_SCHEME"}, "http://127.0.0.1"},
      {"c24_secret_inline", {"SECRET_IN_CONFIG"}, "signing_key"},
  };
  return list;
}

TEST(HostileConfig, EndsAsExpectedEachFile) {
  FW_NEEDS_SHARED(folder, "hostile/own/config");
  test::TempDir work;
  const WorkingFolder here(work.path());
  for (const auto& c : cases()) {
    const fs::path file = folder / (std::string(c.file) + ".json");
    ASSERT_TRUE(fs::exists(file)) << file;
    const Ending ending = load(file);
    EXPECT_TRUE(std::find(c.codes.begin(), c.codes.end(), ending.code) != c.codes.end())
        << c.file << " ended in '" << ending.code << "': " << ending.message;
    EXPECT_NE(ending.message.find(c.message), std::string::npos) << c.file << ": " << ending.message;
    EXPECT_EQ(ending.message.find('\n'), std::string::npos) << c.file;
  }
  EXPECT_TRUE(fs::is_empty(work.path())) << "a refused configuration leaves nothing behind";
}

TEST(HostileConfig, LeavesNoFileOfTheFolderOut) {
  FW_NEEDS_SHARED(folder, "hostile/own/config");
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string stem = entry.path().stem().string();
    const bool known = stem == "c03_weights_sum_2" || stem == "c25_symlink_out" ||
                       std::any_of(cases().begin(), cases().end(), [&](const Case& c) { return stem == c.file; });
    EXPECT_TRUE(known) << stem << " has no expectation here";
  }
}

TEST(HostileConfig, WeightsThatSumTo2AreDividedWithANotice) {
  FW_NEEDS_SHARED(folder, "hostile/own/config");
  const Ending ending = load(folder / "c03_weights_sum_2.json");
  EXPECT_EQ(ending.code, "MISSING_KEY") << "the file says nothing but weights: " << ending.message;
  ASSERT_EQ(ending.notices.size(), 1u);
  EXPECT_EQ(ending.notices[0].code, "WEIGHTS");
  EXPECT_EQ(ending.notices[0].verdict, Verdict::noted);
  EXPECT_NE(ending.notices[0].detail.find("2"), std::string::npos);
}

TEST(HostileConfig, AnOutputBehindASymbolicLinkIsOutsideTheRoot) {
  FW_NEEDS_SHARED(folder, "hostile/own/config");
  test::TempDir work;
  fs::create_directories(work / "out");
  fs::create_symlink("/etc", work / "out/link_to_etc");
  const WorkingFolder here(work.path());
  EXPECT_EQ(load(folder / "c25_symlink_out.json").code, "PATH_OUTSIDE_ROOT");
  fs::remove(work / "out/link_to_etc");
  EXPECT_EQ(load(folder / "c25_symlink_out.json").code, "MISSING_KEY") << "without the link only the rest is missing";
}

TEST(HostileConfig, ConnectsToNobody) {
  FW_NEEDS_SHARED(folder, "hostile/own/config");
  const Listener own;
  ASSERT_TRUE(own.listening());
  own.knock();
  ASSERT_EQ(own.connects(), 1) << "the listener hears";
  const Listener named(18431);  // the port that c23 names; may be taken on this machine
  test::TempDir work;
  const std::string there = "http://127.0.0.1:" + std::to_string(own.port());
  for (const auto& [file, from, code] :
       {std::array<std::string, 3>{"c09_input_vsicurl.json", "http://169.254.169.254", "INPUT_SCHEME"},
        std::array<std::string, 3>{"c23_crs_url.json", "http://127.0.0.1:18431", "CRS_SCHEME"}}) {
    std::string text = test::read_text(folder / file);
    ASSERT_NE(text.find(from), std::string::npos) << file;
    text.replace(text.find(from), from.size(), there);
    test::write_text(work / file, text);
    EXPECT_EQ(load(work / file).code, code);
    EXPECT_EQ(load(folder / file).code, code);
  }
  EXPECT_EQ(own.connects(), 0);
  if (named.listening()) {
    EXPECT_EQ(named.connects(), 0);
  }
}

TEST(HostileConfig, ReadsNumbersAlikeWhereTheDecimalPointIsAComma) {
  FW_NEEDS_SHARED(folder, "hostile/own/config");
  const char* found = nullptr;
  for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "de_DE", "fr_FR.UTF-8"})
    if (!found) found = std::setlocale(LC_ALL, name);
  if (!found) GTEST_SKIP() << "no locale with a decimal comma (de_DE, fr_FR) on this machine";
  EXPECT_EQ(std::string(std::localeconv()->decimal_point), ",");
  const Ending ending = load(folder / "c21_locale_comma.json");
  test::TempDir work;
  test::write_text(work / "point.json", R"({"threshold": 0.35, "weights": {"drought": 1.5}})");
  const Ending point = load(work / "point.json");
  std::setlocale(LC_ALL, "C");
  EXPECT_EQ(ending.code, "NUMBER_FORMAT");
  EXPECT_EQ(point.code, "MISSING_KEY") << point.message;
  ASSERT_EQ(point.notices.size(), 1u);
  EXPECT_NE(point.notices[0].detail.find("1.5"), std::string::npos) << point.notices[0].detail;
}

}  // namespace
}  // namespace fw
