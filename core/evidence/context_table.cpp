// load_context.
#include <array>

#include "core/base/csv.h"
#include "core/base/text.h"
#include "core/evidence/observation_evidence.h"

namespace fw {
namespace {

constexpr std::array columns = {"pcode", "dataset", "quantity", "detail", "outlook", "from",  "to",
                                "value", "unit",    "site",     "source", "issued",  "flags", "item"};
enum : size_t { pcode, dataset, quantity, detail, outlook, from, to, value, unit, site, source, issued, flags, item };

[[noreturn]] void refuse(const std::string& file, const CsvRow& row, const std::string& what) {
  throw InputError("TABLE_INVALID", file + ", line " + std::to_string(row.line) + ": " + what +
                                        ". Make the table again with `forewarn evidence`");
}

template <class Value>
Value value_named(const std::string& file, const CsvRow& row, size_t column, Value last) {
  for (int v = 0; v <= static_cast<int>(last); ++v)
    if (row.cells[column] == name_of(static_cast<Value>(v))) return static_cast<Value>(v);
  refuse(file, row, std::string(columns[column]) + " '" + printable(row.cells[column], 40) + "' is unknown");
}
Date day_of(const std::string& file, const CsvRow& row, size_t column) {
  const auto t = parse_datetime(row.cells[column]);
  if (!t) refuse(file, row, std::string(columns[column]) + " is not a day");
  return t->date;
}

}  // namespace

std::vector<MatchedObservation> load_context(const std::string& file) {
  const std::vector<CsvRow> rows = parse_csv(read_file(file));
  if (rows.empty() || !std::equal(columns.begin(), columns.end(), rows[0].cells.begin(), rows[0].cells.end()))
    throw InputError("TABLE_INVALID",
                     file + ": has not the columns of a context table. Make it again with `forewarn evidence`");
  std::vector<MatchedObservation> out;
  out.reserve(rows.size());
  for (size_t r = 1; r < rows.size(); ++r) {
    const CsvRow& row = rows[r];
    if (row.cells.size() != columns.size()) refuse(file, row, "has not as many cells as the header");
    MatchedObservation m;
    Observation& o = m.observation;
    m.pcode = row.cells[pcode];
    o.dataset = value_named(file, row, dataset, Dataset::climate);
    o.quantity = row.cells[quantity];
    o.detail = row.cells[detail];
    o.outlook = value_named(file, row, outlook, Outlook::second_projection);
    o.from = day_of(file, row, from);
    o.to = day_of(file, row, to);
    const auto number = parse_number(row.cells[value]);
    if (!number) refuse(file, row, "value is not a number");
    o.value = *number;
    o.unit = row.cells[unit];
    o.site = row.cells[site];
    o.source = row.cells[source];
    if (!row.cells[issued].empty()) o.issued = day_of(file, row, issued);
    if (!row.cells[flags].empty()) o.flags = split(row.cells[flags], ';');
    m.item = row.cells[item];
    out.push_back(std::move(m));
  }
  return out;
}

}  // namespace fw
