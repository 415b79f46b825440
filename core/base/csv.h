// A strict CSV table (RFC 4180): UTF-8, one header row, line numbers kept for messages.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace fw {

struct CsvRow {
  size_t line = 0;  ///< line of the file where the row starts, from 1
  std::vector<std::string> cells;
};

struct CsvLimits {
  size_t file_bytes = 512U << 20;
  size_t rows = 20'000'000;
  size_t columns = 4096;
};

/// All rows of a CSV text, the header row included (row 0). A byte order mark is skipped, CRLF and LF end a row, blank lines are
/// skipped. Cells are not trimmed.
/// Errors: InputError ENCODING (NUL bytes, UTF-16, not UTF-8), CSV_SYNTAX (open quote, text after a closing quote; with line),
/// TOO_LARGE.
std::vector<CsvRow> parse_csv(std::string_view text, char separator = ',', const CsvLimits& limits = {});

/// Whole file as bytes. Errors: InputError INPUT_UNREADABLE, TOO_LARGE.
std::string read_file(const std::string& path, size_t limit_bytes = 512U << 20);

}  // namespace fw
