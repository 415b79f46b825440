#include "core/risk/alert_memory.h"

#include <array>

#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace fw {
namespace {

constexpr std::array<const char*, 9> columns = {"layer",        "pcode",           "last_class", "told_class", "told",
                                                "told_unknown", "periods_unknown", "decided",    "version"};

std::string cell_of(const std::optional<Period>& period) { return period ? label(*period) : ""; }

struct Reader {
  const std::string& name;
  const CsvRow& row;

  [[noreturn]] void fail(const std::string& what) const {
    throw InputError("ALERT_MEMORY", name + ", line " + std::to_string(row.line) + ": " + what +
                                         ". Name the folder of an earlier 'forewarn alerts' as it was written, or "
                                         "leave --after out: every unit is then told of anew");
  }
  int integer(size_t column, long long highest) const {
    const auto v = parse_integer(row.cells[column]);
    if (!v || *v < 0 || *v > highest)
      fail("column " + std::string(columns[column]) + ": '" + printable(row.cells[column], 40) +
           "' is no number from 0 to " + std::to_string(highest));
    return static_cast<int>(*v);
  }
  std::optional<Period> period(size_t column) const {
    if (row.cells[column].empty()) return {};
    const auto p = parse_period(row.cells[column]);
    if (!p)
      fail("column " + std::string(columns[column]) + ": '" + printable(row.cells[column], 40) + "' is no period");
    return p;
  }
};

}  // namespace

std::string alert_memory_csv(const AlertRecords& records) {
  std::string out = join({columns.begin(), columns.end()}, ",") + "\n";
  for (const auto& [key, r] : records)
    out += csv_text(key.first) + "," + csv_text(key.second) + "," + std::to_string(r.memory.last_class) + "," +
           std::to_string(r.memory.told_class) + "," + cell_of(r.memory.told) + "," + cell_of(r.memory.told_unknown) +
           "," + std::to_string(r.memory.periods_unknown) + "," + label(r.decided) + "," +
           std::to_string(alert_memory_version) + "\n";
  return out;
}

AlertRecords load_alert_memory(const std::string& text, const std::string& name) {
  const std::vector<CsvRow> rows = parse_csv(text);
  static const CsvRow nothing{};
  if (rows.empty()) Reader{name, nothing}.fail("is empty");
  const std::vector<std::string> header(columns.begin(), columns.end());
  if (rows.front().cells != header) Reader{name, rows.front()}.fail("does not have the columns of an alert memory");
  AlertRecords out;
  for (size_t k = 1; k < rows.size(); ++k) {
    const Reader at{name, rows[k]};
    if (rows[k].cells.size() != columns.size()) at.fail("has " + std::to_string(rows[k].cells.size()) + " cells");
    if (at.integer(8, 1'000'000) != alert_memory_version)
      at.fail("was written by another version (" + printable(rows[k].cells[8], 10) + ", this is " +
              std::to_string(alert_memory_version) + ")");
    AlertRecord r;
    r.memory.last_class = at.integer(2, 5);
    r.memory.told_class = at.integer(3, 5);
    r.memory.told = at.period(4);
    r.memory.told_unknown = at.period(5);
    r.memory.periods_unknown = at.integer(6, 1'000'000);
    const auto decided = at.period(7);
    if (!decided) at.fail("has no period decided on");
    r.decided = *decided;
    if ((r.memory.told_class > 0) != r.memory.told.has_value())
      at.fail("was told a class without a period, or the reverse");
    if ((r.memory.told && r.memory.told->cadence != decided->cadence) ||
        (r.memory.told_unknown && r.memory.told_unknown->cadence != decided->cadence))
      at.fail("mixes dekads and months");
    if (!out.emplace(std::pair(unguard(rows[k].cells[0]), unguard(rows[k].cells[1])), r).second)
      at.fail("names a unit and layer twice");
  }
  return out;
}

}  // namespace fw
