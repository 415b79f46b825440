// Plain CSV: one header row, fields by column name.
#include "core/base/text.h"
#include "core/evidence/hxl_tags.h"
#include "core/evidence/report_reader.h"

namespace fw {
namespace {

/// Errors: InputError SCHEMA where two columns bear the name of one field.
Columns find_columns(const ReportFile& file, const CsvRow& header) {
  Columns columns;
  for (size_t f = 0; f < field_count; ++f) {
    const std::string wanted = lower(file.column(static_cast<Field>(f)));
    for (size_t c = 0; c < header.cells.size(); ++c) {
      if (lower(trim(header.cells[c])) != wanted) continue;
      if (columns[f])
        throw InputError("SCHEMA", "Columns " + std::to_string(*columns[f] + 1) + " and " + std::to_string(c + 1) +
                                       " are both named '" + printable(wanted, 60) + "' (" + field_names[f] +
                                       "). Keep one of them.");
      columns[f] = c;
    }
  }
  return columns;
}

}  // namespace

bool recognises_csv(const ReportFile& file) {
  try {
    return !file.table().empty() && missing_fields(find_columns(file, file.table().front()), file).empty();
  } catch (const InputError&) {
    return false;  // nobody recognises it, so it is read as plain CSV in the end, which says what is wrong
  }
}

std::vector<RawReport> read_csv_reports(const ReportFile& file, RunReport& report) {
  const std::vector<CsvRow>& table = file.table();
  if (table.empty()) throw InputError("SCHEMA", "The file is empty (no header row). Export it again.");
  const CsvRow& header = table.front();
  const Columns columns = find_columns(file, header);
  if (const std::vector<Field> missing = missing_fields(columns, file); !missing.empty()) {
    std::vector<std::string> names;
    for (const Field f : missing) names.push_back(printable(file.column(f), 60));
    // The first row is not quoted: without a header it would be somebody's report.
    throw InputError("SCHEMA", "The header row lacks " + join(names, ", ") + place_hint(missing) +
                                   ". Add the column, or name it in the column map of this input.");
  }
  std::vector<RawReport> rows;
  std::vector<Rejection> misfits;
  // HXL hashtags under a header that already says everything are no report.
  const size_t first = table.size() > 1 && is_hashtag_row(table[1]) ? 2 : 1;
  for (size_t i = first; i < table.size(); ++i) {
    if (table[i].cells.size() == header.cells.size()) {
      rows.push_back(take_row(file, table[i], columns));
    } else {
      misfits.push_back({file.name() + ":" + std::to_string(table[i].line), "evidence", "SCHEMA",
                         "The row has " + std::to_string(table[i].cells.size()) + " cells, the header " +
                             std::to_string(header.cells.size()) + ". Check its separators and quotes.",
                         Verdict::refused});
    }
  }
  if (rows.empty() && !misfits.empty())
    throw InputError("SCHEMA", "No row has the " + std::to_string(header.cells.size()) +
                                   " cells of the header. Check the separator, or export the file again.");
  for (Rejection& r : misfits) report.add(std::move(r));
  return rows;
}

}  // namespace fw
