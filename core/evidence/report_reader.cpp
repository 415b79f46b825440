#include "core/evidence/report_reader.h"

#include <algorithm>

#include "core/base/text.h"

namespace fw {

ReportFile::ReportFile(std::string name, std::string bytes, const std::map<std::string, std::string>& columns)
    : name_(std::move(name)), bytes_(std::move(bytes)), columns_(columns) {
  for (const auto& [field, column] : columns_)
    if (std::find(field_names.begin(), field_names.end(), field) == field_names.end())
      throw ConfigError("UNKNOWN_FIELD", "'" + printable(field, 60) +
                                             "' is no field of a report (the column map has it). Use " +
                                             join({field_names.begin(), field_names.end()}, ", ") + ".");
}

std::optional<std::string> ReportFile::configured(Field f) const {
  const auto found = columns_.find(field_names[index(f)]);
  return found == columns_.end() ? std::nullopt : std::optional(found->second);
}

const std::vector<CsvRow>& ReportFile::table() const {
  if (!table_) {
    const std::string_view first = bytes().substr(0, bytes().find('\n'));
    const auto count = [&](char c) { return std::count(first.begin(), first.end(), c); };
    const char separator = count(',') > 0 ? ',' : count(';') > 0 ? ';' : count('\t') > 0 ? '\t' : ',';
    table_ = parse_csv(bytes_, separator);
  }
  return *table_;
}

std::vector<Field> missing_fields(const Columns& columns) {
  std::vector<Field> missing;
  for (const Field f : {Field::reporter, Field::time, Field::category, Field::severity, Field::consent})
    if (!columns[index(f)]) missing.push_back(f);
  if (!columns[index(Field::pcode)])
    for (const Field f : {Field::lat, Field::lon})
      if (!columns[index(f)]) missing.push_back(f);
  return missing;
}

std::string place_hint(const std::vector<Field>& missing) {
  const bool place = std::find(missing.begin(), missing.end(), Field::lat) != missing.end() ||
                     std::find(missing.begin(), missing.end(), Field::lon) != missing.end();
  return place ? " (or pcode instead of lat and lon)" : "";
}

RawReport take_row(const ReportFile& file, const CsvRow& row, const Columns& columns) {
  RawReport raw{file.name(), row.line, file.name() + ":" + std::to_string(row.line), {}, {}};
  for (size_t f = 0; f < field_count; ++f) {
    if (!columns[f]) continue;
    raw.given[f] = true;
    if (*columns[f] < row.cells.size()) raw.value[f] = row.cells[*columns[f]];
  }
  return raw;
}

}  // namespace fw
