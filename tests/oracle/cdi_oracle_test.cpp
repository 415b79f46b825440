// The CDI of 2021 against ../shared/oracles/08_*: SpatIndex (R), its one contradiction to its own table corrected.
#include "core/risk/cdi.h"
#include "oracle.h"

namespace fw {
namespace {

uint8_t next_of(int code, uint8_t state) { return next_cdi_2021(state, code / 100 == 1, code / 10 % 10, code % 10); }

TEST(CdiOracle, TransitionTable) {
  FW_NEEDS_SHARED(file, "oracles/08_cdi_transition_table.csv");
  std::istringstream text(test::read_text(file));
  std::string line;
  std::getline(text, line);
  oracle::Comparison seen("08_cdi_transition_table.csv", 0.0);
  while (std::getline(text, line)) {
    std::istringstream row(line);
    std::vector<int> cells;
    for (std::string cell; std::getline(row, cell, ',');) cells.push_back(std::stoi(cell));
    ASSERT_EQ(cells.size(), 12u);
    for (uint8_t state = 0; state < 7; ++state) {
      const bool documented = state == 0 || state == 4;
      seen.compare(next_of(cells[0], state), documented ? cells[11] : cells[4 + state],
                   std::to_string(cells[0]) + " after " + std::to_string(state));
    }
  }
}

TEST(CdiOracle, Sequences) {
  FW_NEEDS_SHARED(file, "oracles/08_cdi_sequences.csv");
  std::istringstream text(test::read_text(file));
  std::string line;
  std::getline(text, line);
  oracle::Comparison seen("08_cdi_sequences.csv (each step from the state before)", 0.0);
  int before = 0, sequence = 0, corrected = 0;
  while (std::getline(text, line)) {
    int number = 0, t = 0, code = 0, expected = 0;
    ASSERT_EQ(std::sscanf(line.c_str(), "%d,%d,%d,%d", &number, &t, &code, &expected), 4) << line;
    if (number != sequence) before = 0;
    sequence = number;
    const bool wrong_cell = code == 111 && (before == 0 || before == 4);
    corrected += wrong_cell;
    seen.compare(next_of(code, static_cast<uint8_t>(before)), wrong_cell ? 3 : expected, line);
    before = expected;
  }
  EXPECT_EQ(corrected, 44);
}

}  // namespace
}  // namespace fw
