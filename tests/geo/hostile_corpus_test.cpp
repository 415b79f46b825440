// Malformed rasters of other projects: each in a child of its own with little memory and time. No crash, no hang, a
// coded end.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <iostream>
#include <map>

#include "tests/geo/make_tif.h"
#include "tests/support.h"

namespace {

namespace fs = std::filesystem;

enum End : int { read_whole = 0, coded = 10, no_memory = 11, uncoded = 12 };

#if defined(__SANITIZE_ADDRESS__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

/// In the child: opens the file, reads band 1 by strips.
int end_of(const fs::path& file, std::string* code) {
  try {
    fw::OpenRequest request;
    request.file = file;
    request.drivers = {"GTiff", "JP2OpenJPEG", "HDF4", "netCDF", "HDF5"};
    request.need_georeference = false;
    fw::SceneFile scene = fw::open_scene(request);
    const auto& grid = scene.info().grid;
    std::vector<float> strip(static_cast<size_t>(grid.cols) * 64);
    for (int r = 0; r < grid.rows; r += 64) scene.read(1, {r, 0, std::min(64, grid.rows - r), grid.cols}, strip.data());
    return read_whole;
  } catch (const fw::InputError& e) {
    *code = e.code();
    return coded;
  } catch (const std::bad_alloc&) {
    return no_memory;
  } catch (const std::exception& e) {
    *code = e.what();
    return uncoded;
  }
}

struct Answer {
  int status = 0;
  std::string code;
  double cpu_seconds = 0;
  long peak_kib = 0;
};

Answer in_a_child(const fs::path& file) {
  int pipe_ends[2];
  if (pipe(pipe_ends) != 0) return {};
  const pid_t child = fork();
  if (child == 0) {
    const rlimit memory{1UL << 30, 1UL << 30}, cpu{10, 10}, core{0, 0};
    if (!sanitized) setrlimit(RLIMIT_AS, &memory);
    setrlimit(RLIMIT_CPU, &cpu);
    setrlimit(RLIMIT_CORE, &core);
    alarm(30);
    std::string code;
    const int end = end_of(file, &code);
    if (write(pipe_ends[1], code.data(), std::min<size_t>(code.size(), 200)) < 0) _exit(uncoded);
    _exit(end);
  }
  close(pipe_ends[1]);
  Answer answer;
  char buffer[256];
  for (ssize_t n; (n = read(pipe_ends[0], buffer, sizeof buffer)) > 0;)
    answer.code.append(buffer, static_cast<size_t>(n));
  close(pipe_ends[0]);
  rusage usage{};
  wait4(child, &answer.status, 0, &usage);
  answer.cpu_seconds = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                       static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
  answer.peak_kib = usage.ru_maxrss;
  return answer;
}

class Corpus : public testing::TestWithParam<std::string> {};

TEST_P(Corpus, EndsCodedWithoutCrashOrHang) {
  FW_NEEDS_SHARED(dir, fs::path("hostile") / GetParam());
  fw::prepare_gdal();
  std::map<std::string, int> ends;
  int files = 0;
  double longest = 0;
  long largest = 0;
  for (const auto& entry : fs::recursive_directory_iterator(dir)) {
    if (!entry.is_regular_file()) continue;
    ++files;
    const Answer a = in_a_child(entry.path());
    longest = std::max(longest, a.cpu_seconds);
    largest = std::max(largest, a.peak_kib);
    const std::string name = entry.path().filename().string();
    EXPECT_FALSE(WIFSIGNALED(a.status)) << name << " ended by signal " << WTERMSIG(a.status);
    if (!WIFEXITED(a.status)) continue;
    const int end = WEXITSTATUS(a.status);
    EXPECT_TRUE(end == read_whole || end == coded)
        << name << " ended " << (end == no_memory ? "out of memory" : a.code);
    ++ends[end == read_whole ? "read" : a.code];
  }
  EXPECT_GT(files, 0);
  std::cout << GetParam() << ": " << files << " files, longest " << longest << " s, at most " << largest / 1024
            << " MiB;";
  for (const auto& [code, n] : ends) std::cout << " " << code << " " << n;
  std::cout << "\n";
}

INSTANTIATE_TEST_SUITE_P(Files, Corpus,
                         testing::Values("libtiff", "gdal", "pillow", "gofuzz", "imagetiff", "own/raster"),
                         [](const auto& param) {
                           std::string name = param.param;
                           std::replace(name.begin(), name.end(), '/', '_');
                           return name;
                         });

}  // namespace
