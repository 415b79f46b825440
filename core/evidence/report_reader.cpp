#include "core/evidence/report_reader.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/evidence/hxl_tags.h"
#include "core/evidence/table_file.h"
#include "core/evidence/xlsx.h"

namespace fw {

ReportFile::ReportFile(std::string name, std::string bytes, const std::map<std::string, std::string>& columns,
                       const std::map<std::string, std::string>& stated)
    : name_(std::move(name)), bytes_(std::move(bytes)), columns_(columns), stated_(stated) {
  for (const auto& [field, column] : columns_)
    if (std::find(field_names.begin(), field_names.end(), field) == field_names.end())
      throw ConfigError("UNKNOWN_FIELD", "'" + printable(field, 60) +
                                             "' is no field of a report (the column map has it). Use " +
                                             join({field_names.begin(), field_names.end()}, ", ") + ".");
  for (const auto& [field, value] : stated_) {
    const bool known = std::any_of(stated_fields.begin(), stated_fields.end(),
                                   [&, name = field](Field f) { return name == field_names[index(f)]; });
    if (!known)
      throw ConfigError("UNKNOWN_FIELD", "'" + printable(field, 60) +
                                             "' cannot be stated for a whole input. Use consent, sensitivity, owner, "
                                             "purpose, retention.");
  }
}

std::optional<std::string> ReportFile::configured(Field f) const {
  const auto found = columns_.find(field_names[index(f)]);
  return found == columns_.end() ? std::nullopt : std::optional(found->second);
}

const std::vector<CsvRow>& ReportFile::table() const {
  if (table_) return *table_;
  if (is_workbook()) {
    std::vector<Sheet> sheets = read_xlsx(bytes_);
    const auto tagged =
        std::find_if(sheets.begin(), sheets.end(), [](const Sheet& s) { return find_hashtag_row(s.rows).has_value(); });
    table_ = std::move((tagged == sheets.end() ? sheets.front() : *tagged).rows);
  } else {
    table_ = parse_separated(bytes_);
  }
  return *table_;
}

bool ReportFile::is_workbook() const { return is_xlsx(bytes_); }

std::vector<Field> missing_fields(const Columns& columns, const ReportFile& file) {
  std::vector<Field> missing;
  for (const Field f : {Field::reporter, Field::time, Field::category, Field::severity, Field::consent})
    if (!columns[index(f)] && !file.states(f)) missing.push_back(f);
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

void apply_stated(std::vector<RawReport>& rows, const std::map<std::string, std::string>& stated) {
  for (const Field f : stated_fields) {
    const auto at = stated.find(field_names[index(f)]);
    if (at == stated.end()) continue;
    const bool whole = f == Field::consent || f == Field::sensitivity;
    if (whole && std::any_of(rows.begin(), rows.end(), [&](const RawReport& r) { return r.given[index(f)]; })) continue;
    for (RawReport& raw : rows)
      if (trim(raw[f]).empty()) raw.value[index(f)] = at->second;
  }
}

}  // namespace fw
