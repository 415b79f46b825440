#include "core/evidence/table_file.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "core/base/config.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/evidence/xlsx.h"
#include "core/evidence/zip_archive.h"

namespace fw {
namespace {

using Json = nlohmann::ordered_json;
constexpr size_t largest_unpacked = 512U << 20;
constexpr size_t most_cells = 20'000'000, most_columns = 4096;

std::string cell_of(const Json& value) {
  if (value.is_null()) return {};
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) return format_number(value.get<double>());
  if (value.is_boolean()) return value.get<bool>() ? "TRUE" : "FALSE";
  return value.dump();
}

SourceTable table_of_lists(const Json& list) {
  SourceTable table{{}, {}, true};
  size_t n = 0;
  for (const Json& row : list) {
    if (!row.is_array()) throw InputError("SCHEMA", "The JSON list mixes rows and other things. Export it again.");
    CsvRow out{n++, {}};
    for (const Json& value : row) out.cells.push_back(cell_of(value));
    table.rows.push_back(std::move(out));
  }
  return table;
}

/// `member`: where the fields of a record lie ("properties"); null: the record itself.
SourceTable table_of_objects(const Json& list, const char* member) {
  SourceTable table{{}, {{0, {}}}, true};
  std::map<std::string, size_t> columns;
  size_t cells = 0, n = 0;
  for (const Json& record : list) {
    ++n;
    const Json* fields = &record;
    if (member && record.is_object() && record.contains(member)) fields = &record[member];
    CsvRow row{n, {}};
    if (fields->is_object())
      for (const auto& [key, value] : fields->items()) {
        const auto at = columns.emplace(key, columns.size()).first->second;
        if (at >= most_columns) throw InputError("TOO_LARGE", "The JSON records have too many different fields.");
        if (row.cells.size() <= at) row.cells.resize(at + 1);
        row.cells[at] = cell_of(value);
      }
    cells += row.cells.size();
    if (cells > most_cells) throw InputError("TOO_LARGE", "The JSON holds more records than is read. Split it.");
    table.rows.push_back(std::move(row));
  }
  if (columns.size() * table.rows.size() > most_cells)
    throw InputError("TOO_LARGE", "The JSON holds more records than is read. Split it.");
  table.rows[0].cells.resize(columns.size());
  for (const auto& [key, at] : columns) table.rows[0].cells[at] = key;
  for (CsvRow& row : table.rows) row.cells.resize(columns.size());
  return table;
}

SourceTable table_of_json(std::string_view bytes) {
  const Json json = parse_json_strict(bytes);
  const Json* list = json.is_array() ? &json : nullptr;
  const bool features = json.is_object() && json.contains("features") && json["features"].is_array();
  if (features) list = &json["features"];
  if (!list && json.is_object())
    for (const char* key : {"result", "results", "data", "submissions"})
      if (!list && json.contains(key) && json[key].is_array()) list = &json[key];
  if (!list)
    throw InputError("SCHEMA",
                     "The JSON holds no list of records (a list, or one under result, results, data or features).");
  if (!list->empty() && list->front().is_array()) return table_of_lists(*list);
  return table_of_objects(*list, features ? "properties" : nullptr);
}

}  // namespace

std::vector<CsvRow> parse_separated(std::string_view bytes) {
  const std::string_view first = bytes.substr(0, bytes.find('\n'));
  const auto count = [&](char c) { return std::count(first.begin(), first.end(), c); };
  return parse_csv(bytes, count(',') > 0 ? ',' : count(';') > 0 ? ';' : count('\t') > 0 ? '\t' : ',');
}

std::vector<SourceTable> read_tables(std::string_view bytes) {
  if (is_gzip(bytes)) {
    const std::string unpacked = unpack_gzip(bytes, largest_unpacked);
    if (is_gzip(unpacked)) throw InputError("GZIP_INVALID", "The gzip file holds another one. Unpack it.");
    return read_tables(unpacked);
  }
  if (is_zip(bytes)) {
    if (!is_xlsx(bytes))
      throw InputError("XLSX_INVALID", "The ZIP file holds no workbook. Unpack it and give the files in it.");
    std::vector<SourceTable> tables;
    for (Sheet& sheet : read_xlsx(bytes)) tables.push_back({std::move(sheet.name), std::move(sheet.rows), false});
    return tables;
  }
  if (bytes.substr(0, 4) == "\xD0\xCF\x11\xE0")
    throw InputError("XLSX_INVALID", "The file is an old .xls workbook. Save it as .xlsx or CSV.");
  const std::string_view text = bytes.substr(0, 3) == "\xEF\xBB\xBF" ? bytes.substr(3) : bytes;
  const size_t start = text.find_first_not_of(" \t\r\n");
  if (start != std::string_view::npos && (text[start] == '{' || text[start] == '[')) return {table_of_json(text)};
  return {{{}, parse_separated(bytes), false}};
}

}  // namespace fw
