// Files that hold tables: CSV, XLSX, lists of JSON objects, GeoJSON properties; gzip around any of them.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/base/csv.h"

namespace fw {

struct SourceTable {
  std::string sheet;
  std::vector<CsvRow> rows;
  bool records = false;  ///< from JSON: `line` is the number of the record, the row of names has 0
};

/// Rows split at ',' or, where the first line has none of it, at ';' or TAB. Errors: as parse_csv.
std::vector<CsvRow> parse_separated(std::string_view bytes);

/// All tables of a file. JSON: a list of objects or of lists, alone or under "result", "results", "data" or
/// "submissions", or the properties of GeoJSON features; a nested value is its JSON text. Errors: as parse_csv,
/// read_xlsx, unpack_gzip, parse_json_strict; InputError SCHEMA where JSON holds no such list.
std::vector<SourceTable> read_tables(std::string_view bytes);

}  // namespace fw
