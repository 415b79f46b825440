// Sheets of an XLSX workbook (ECMA-376) as tables of text.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/base/csv.h"

namespace fw {

struct Sheet {
  std::string name;
  std::vector<CsvRow> rows;  ///< rows that hold something; `line` is the row number of the sheet, from 1
};

struct XlsxLimits {
  size_t part_bytes = 128U << 20;  ///< of one XML part, unpacked
  size_t text_bytes = 256U << 20;  ///< of all cells together, shared strings counted wherever they are used
  size_t cells = 20'000'000;       ///< of all sheets
  size_t columns = 4096;
};

/// A ZIP file with a workbook in it.
bool is_xlsx(std::string_view bytes);

/// Numbers as the shortest decimal text, dates as YYYY-MM-DD, or YYYY-MM-DDThh:mm:ss where there is a time of day
/// (never with a zone), truth values as TRUE and FALSE, formulas as the value last computed. Cells left out are empty.
/// Errors: InputError ZIP_INVALID, TOO_LARGE, XLSX_INVALID (no workbook, broken XML or references), XML_ENTITY (a
/// document type or entities, which no spreadsheet program writes).
std::vector<Sheet> read_xlsx(std::string_view bytes, const XlsxLimits& limits = {});

/// A serial number of a workbook as a date. `epoch_1904`: the workbook counts from 1904. Nothing outside 1900..9999 or
/// for 29 February 1900, which spreadsheets count and no calendar has.
std::string xlsx_date(double serial, bool epoch_1904);
/// Whether a number format shows a date: d, m, y, h or s outside quotes, brackets and escapes.
bool is_date_format(std::string_view code);

}  // namespace fw
