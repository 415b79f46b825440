#include "core/series/unit_reference.h"

#include <charconv>
#include <set>

#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "kernels/nodata.h"

namespace fw {
namespace {

constexpr const char* fixed[] = {"pcode", "level", "indicator", "statistic", "place"};
constexpr size_t fixed_columns = std::size(fixed);
constexpr long long year_limit = 9999;

[[noreturn]] void bad(const std::string& file, size_t line, const std::string& what) {
  throw InputError("TABLE_INVALID", printable(file) + ", line " + std::to_string(line) + ": " + what +
                                        ". Make the table again with 'forewarn indicators'.");
}

std::string cell(float v) {
  if (is_nan(v)) return "";
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, v).ptr};
}

}  // namespace

UnitReference reference_of(const UnitReference& all, Period from, Period to) {
  std::set<int> places;
  for (int p = from.number; p <= to.number && places.size() < 36; ++p) places.insert(place_in_year({from.cadence, p}));
  UnitReference out{all.cadence, all.first_year, all.years, {}};
  for (const UnitReferenceRow& row : all.rows)
    if (places.count(row.place)) out.rows.push_back(row);
  return out;
}

std::string unit_reference_csv(const UnitReference& reference) {
  std::string out = "pcode,level,indicator,statistic,place";
  for (int y = 0; y < reference.years; ++y) out += ",y" + std::to_string(reference.first_year + y);
  out += "\n";
  for (const UnitReferenceRow& row : reference.rows) {
    out += csv_text(row.pcode) + "," + std::to_string(row.level) + "," + row.indicator + "," + row.statistic + "," +
           std::to_string(row.place + 1);
    for (const float v : row.value) out += "," + cell(v);
    out += "\n";
  }
  return out;
}

UnitReference load_unit_reference(const std::string& file, Cadence cadence) {
  const std::vector<CsvRow> rows = parse_csv(read_file(file));
  if (rows.empty() || rows[0].cells.size() < fixed_columns) bad(file, 1, "not the columns of unit_reference.csv");
  for (size_t c = 0; c < fixed_columns; ++c)
    if (rows[0].cells[c] != fixed[c]) bad(file, 1, "column '" + std::string(fixed[c]) + "' expected");
  UnitReference out;
  out.cadence = cadence;
  out.years = static_cast<int>(rows[0].cells.size() - fixed_columns);
  const auto integer = [&](const CsvRow& row, const std::string& text, long long low, long long high) {
    const auto v = parse_integer(text);
    if (!v || *v < low || *v > high) bad(file, row.line, "'" + printable(text, 40) + "' is out of place");
    return static_cast<int>(*v);
  };
  for (int y = 0; y < out.years; ++y) {
    const std::string& name = rows[0].cells[fixed_columns + static_cast<size_t>(y)];
    if (name.empty() || name[0] != 'y') bad(file, 1, "'" + printable(name, 40) + "' is no year");
    const int year = integer(rows[0], name.substr(1), 1, year_limit);
    if (y == 0) out.first_year = year;
    if (year != out.first_year + y) bad(file, 1, "years are not in their order");
  }
  for (size_t r = 1; r < rows.size(); ++r) {
    const auto& c = rows[r].cells;
    if (c.size() != rows[0].cells.size()) bad(file, rows[r].line, "has " + std::to_string(c.size()) + " cells");
    UnitReferenceRow row{
        c[0], c[2], integer(rows[r], c[1], 0, 99), integer(rows[r], c[4], 1, periods_per_year(cadence)) - 1, c[3], {}};
    for (size_t k = fixed_columns; k < c.size(); ++k) {
      const auto v = c[k].empty() ? std::optional<double>(nan_f()) : parse_number(c[k]);
      if (!v) bad(file, rows[r].line, "'" + printable(c[k], 40) + "' is no number");
      row.value.push_back(static_cast<float>(*v));
    }
    out.rows.push_back(std::move(row));
  }
  std::sort(out.rows.begin(), out.rows.end(), [](const UnitReferenceRow& a, const UnitReferenceRow& b) {
    return std::tie(a.pcode, a.indicator, a.place) < std::tie(b.pcode, b.indicator, b.place);
  });
  return out;
}

}  // namespace fw
