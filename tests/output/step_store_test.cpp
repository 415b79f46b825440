// The state folder of 'forewarn series': what was kept by some windows is loaded by others, and told from what is not
// there.
#include "core/output/step_store.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support.h"

namespace fw {
namespace {

const Grid grid{"EPSG:32637", 500000, 1600000, 10, 10, 300, 530};  // six stored blocks
constexpr Period may{Cadence::month, 2024 * 12 + 4}, june{Cadence::month, 2024 * 12 + 5};

float value_at(int row, int col) { return static_cast<float>(row * 1000 + col); }
uint8_t reason_at(int row, int col) { return static_cast<uint8_t>((row + col) % 5); }

template <class T, class At>
std::vector<T> window_of(const Window& w, const At& at) {
  std::vector<T> values;
  for (int r = 0; r < w.rows; ++r)
    for (int c = 0; c < w.cols; ++c) values.push_back(static_cast<T>(at(w.row + r, w.col + c)));
  return values;
}
double plane_at(int plane, int row, int col) { return plane * 1e7 + row * 1000 + col; }
std::vector<double> planes_of(const Window& w) {
  std::vector<double> all;
  for (int k = 0; k < 3; ++k)
    for (const double v : window_of<double>(w, [k](int r, int c) { return plane_at(k, r, c); })) all.push_back(v);
  return all;
}

void finish(StepStore& store, Publication& publication) {
  store.finish("{}", {may, may, june}, {}, {}, {});
  publication.finish({});
}

/// A state with one period and three planes, kept by windows that do not lie as blocks are stored.
void make(const std::filesystem::path& folder) {
  Publication publication({folder, false});
  StepStore store(publication, nullptr, grid);
  EXPECT_FALSE(store.has(may));
  for (int row = 0; row < grid.rows; row += 70)
    for (int col = 0; col < grid.cols; col += 90) {
      const Window w{row, col, std::min(70, grid.rows - row), std::min(90, grid.cols - col)};
      store.keep(may, w, window_of<float>(w, value_at).data(), window_of<uint8_t>(w, reason_at).data());
      store.keep_planes("model", w, planes_of(w));
    }
  finish(store, publication);
}

TEST(StepStore, LoadsByAnyWindowWhatWasKeptByOthers) {
  test::TempDir dir;
  make(dir / "state");
  const StoredState last(dir / "state");
  Publication publication({dir / "state", true});
  const StepStore store(publication, &last, grid);
  EXPECT_TRUE(store.has(may));
  EXPECT_FALSE(store.has(june));
  for (const Window w :
       {grid.whole(), Window{250, 0, 13, grid.cols}, Window{255, 500, 2, 30}, Window{299, 529, 1, 1}}) {
    std::vector<float> values(w.pixels());
    std::vector<uint8_t> reasons(w.pixels());
    store.load(may, w, values.data(), reasons.data());
    EXPECT_EQ(values, window_of<float>(w, value_at));
    EXPECT_EQ(reasons, window_of<uint8_t>(w, reason_at));
    EXPECT_EQ(store.load_planes("model", 3, w), planes_of(w));
  }
}

TEST(StepStore, TakesPeriodsAndPlanesOverFromTheLastState) {
  test::TempDir dir;
  make(dir / "first");
  {
    const StoredState last(dir / "first");
    Publication publication({dir / "second", false});
    StepStore store(publication, &last, grid);
    store.take_over(may);
    store.take_over_planes("model");
    finish(store, publication);
  }
  std::filesystem::remove_all(dir / "first");
  EXPECT_TRUE(verify_publication(dir / "second").empty());
  const StoredState last(dir / "second");
  EXPECT_EQ(last.span().to, june);
  Publication publication({dir / "third", false});
  const StepStore store(publication, &last, grid);
  const Window w{100, 200, 40, 100};
  std::vector<float> values(w.pixels());
  store.load(may, w, values.data(), nullptr);
  EXPECT_EQ(values, window_of<float>(w, value_at));
}

TEST(StepStore, FindsADamagedFileBeforeAnythingIsTakenFromIt) {
  test::TempDir dir;
  make(dir / "state");
  const auto file = dir / "state/steps/2024-05.bin";
  std::string bytes = test::read_text(file);
  bytes[bytes.size() / 3] = static_cast<char>(bytes[bytes.size() / 3] ^ 4);
  test::write_text(file, bytes);
  const StoredState last(dir / "state");
  Publication publication({dir / "next", false});
  const StepStore store(publication, &last, grid);
  std::vector<float> values(1);
  try {
    store.load(may, {0, 0, 1, 1}, values.data(), nullptr);
    ADD_FAILURE() << "a flipped bit was taken";
  } catch (const InputError& e) {
    EXPECT_EQ(e.code(), "STATE_DAMAGED");
  }
}

}  // namespace
}  // namespace fw
