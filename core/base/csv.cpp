#include "core/base/csv.h"

#include <fstream>
#include <iterator>

#include "core/base/error.h"
#include "core/base/text.h"

namespace fw {
namespace {

void check_encoding(std::string_view text) {
  const auto starts = [&](std::string_view mark) { return text.substr(0, mark.size()) == mark; };
  if (starts("\xFF\xFE") || starts("\xFE\xFF"))
    throw InputError("ENCODING", "The file is UTF-16 (byte order mark FF FE or FE FF). Save it as UTF-8.");
  if (const size_t nul = text.find('\0'); nul != std::string_view::npos)
    throw InputError("ENCODING", "The file holds a NUL byte at offset " + std::to_string(nul) +
                                     " (not text, or UTF-16). Save it as UTF-8.");
  if (!is_valid_utf8(text)) throw InputError("ENCODING", "The file is not valid UTF-8. Save it as UTF-8.");
}

}  // namespace

std::vector<CsvRow> parse_csv(std::string_view text, char separator, const CsvLimits& limits) {
  if (text.size() > limits.file_bytes)
    throw InputError("TOO_LARGE", "The file has " + format_bytes(static_cast<double>(text.size())) + ", more than the limit of " +
                                      format_bytes(static_cast<double>(limits.file_bytes)) + ". Split it.");
  check_encoding(text);
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);

  std::vector<CsvRow> rows;
  CsvRow row{1, {}};
  std::string cell;
  size_t line = 1;
  bool quoted = false, was_quoted = false;
  const auto end_cell = [&] {
    row.cells.push_back(std::move(cell));
    cell.clear();
    was_quoted = false;
    if (row.cells.size() > limits.columns)
      throw InputError("TOO_LARGE", "Line " + std::to_string(row.line) + " has more than " + std::to_string(limits.columns) +
                                        " columns. Check the separator.");
  };
  const auto end_row = [&] {
    const bool blank = row.cells.empty() && cell.empty() && !was_quoted;
    if (!blank) {
      end_cell();
      rows.push_back(std::move(row));
      if (rows.size() > limits.rows) throw InputError("TOO_LARGE", "The file has more rows than the limit. Split it.");
    }
    row = {line + 1, {}};
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
        cell += '"';
        ++i;
      } else if (c == '"') {
        quoted = false;
        was_quoted = true;
      } else {
        if (c == '\n') ++line;
        cell += c;
      }
    } else if (c == separator) {
      end_cell();
    } else if (c == '\n' || (c == '\r' && (i + 1 == text.size() || text[i + 1] == '\n'))) {
      if (c == '\r' && i + 1 < text.size()) ++i;
      end_row();
      ++line;
      row.line = line;
    } else if (c == '"' && cell.empty() && !was_quoted) {
      quoted = true;
    } else if (was_quoted) {
      throw InputError("CSV_SYNTAX", "Line " + std::to_string(line) + ": text follows a closing quote. Double quotes inside a cell.");
    } else {
      cell += c;
    }
  }
  if (quoted)
    throw InputError("CSV_SYNTAX", "The quote opened in the row that starts on line " + std::to_string(row.line) +
                                       " is never closed. Close it or double it.");
  end_row();
  return rows;
}

std::string read_file(const std::string& path, size_t limit_bytes) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw InputError("INPUT_UNREADABLE", printable(path) + " cannot be read. Check that it exists and its permissions.");
  std::string text;
  std::vector<char> block(1 << 16);
  while (in) {
    in.read(block.data(), static_cast<std::streamsize>(block.size()));
    text.append(block.data(), static_cast<size_t>(in.gcount()));
    if (text.size() > limit_bytes)
      throw InputError("TOO_LARGE", printable(path) + " is larger than " + format_bytes(static_cast<double>(limit_bytes)) + ".");
  }
  if (in.bad()) throw InputError("INPUT_UNREADABLE", printable(path) + " could not be read to its end (is it a folder?).");
  return text;
}

}  // namespace fw
