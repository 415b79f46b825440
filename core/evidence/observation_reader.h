// What a reader of published statistics works with: a table found by its columns, its rows one by one, and where the
// observations go.
#pragma once
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/evidence/observation.h"
#include "core/evidence/observation_dates.h"
#include "core/evidence/table_file.h"

namespace fw {

/// Why one row is not used. Thrown by a reader while it takes a row; caught by ObservationTable::each.
struct RowRefusal : std::runtime_error {
  RowRefusal(std::string code_, const std::string& problem, Verdict verdict_ = Verdict::refused)
      : std::runtime_error(problem), code(std::move(code_)), verdict(verdict_) {}
  std::string code;
  Verdict verdict;
};

/// A file whose tables are parsed at most once.
class ObservationFile {
 public:
  ObservationFile(std::string name, std::string bytes, std::map<std::string, std::string> columns);
  const std::string& name() const { return name_; }
  const std::map<std::string, std::string>& columns() const { return columns_; }
  /// Errors: as read_tables.
  const std::vector<SourceTable>& tables() const;

 private:
  std::string name_, bytes_;
  std::map<std::string, std::string> columns_;
  mutable std::optional<std::vector<SourceTable>> tables_;
};

/// Where a format's table starts.
struct TableStart {
  const SourceTable* table = nullptr;
  size_t header = 0;       ///< row of the column names
  bool has_header = true;  ///< false: data from the first row on
  bool comments = false;   ///< rows that begin with # are none
};
/// The first table with a row, among its first 25, that has all these columns (in any case, renamed by the column map).
std::optional<TableStart> find_table(const ObservationFile& file, std::initializer_list<const char*> columns);

class ObservationTable;

/// One row. Columns by position, nothing where the file has no such column.
class ObservationRow {
 public:
  using Column = std::optional<size_t>;
  ObservationRow(const CsvRow& row) : row_(row) {}
  size_t line() const { return row_.line; }
  /// Without blanks round it; empty where there is nothing, or one of "NA", "N/A", "Not available", "NULL", "NaN",
  /// "None".
  std::string text(Column c) const;
  /// Nothing where the cell is empty. Refusals: NUMBER_FORMAT, RANGE.
  std::optional<double> number(Column c, const char* what, double lo, double hi) const;
  /// Count of people or events: 0..1e10.
  std::optional<double> count(Column c, const char* what) const { return number(c, what, 0, 1e10); }
  /// Refusals: TIME_INVALID (also when empty).
  Date day(Column c, const char* what) const;
  DaySpan span(Column c, const char* what) const;
  /// Refusals: COORD_INVALID, COORD_RANGE, NUMBER_FORMAT. Nothing where both are empty or 0, 0.
  void point(Column lat, Column lon, Observation* o) const;

 private:
  const CsvRow& row_;
};

class ObservationTable {
 public:
  ObservationTable(const ObservationFile& file, const TableStart& start, ObservationSet* set, RunReport* report);
  using Column = ObservationRow::Column;
  Column find(const char* name) const;
  /// The first that is there.
  Column find_any(std::initializer_list<const char*> names) const;
  /// Errors: InputError SCHEMA.
  size_t need(const char* name) const;
  const std::vector<std::string>& header() const { return header_; }
  /// What the input's column map says for something that is no column ("year"); empty when it says nothing.
  std::string option(const char* name) const;
  /// The year that the table is about, of the column map. Errors: InputError NEEDS_YEAR.
  int stated_year() const;
  const TableStart& start() const { return start_; }
  const std::string& file_name() const { return file_.name(); }

  /// Calls take(row, out) for every row below the header that is neither blank nor a row of hashtags; what it appends
  /// is kept when it returns. Nothing appended: the row states no value. RowRefusal: the row is left out with its line
  /// and code.
  template <class Take>
  void each(Take take) {
    for (size_t i = start_.has_header ? start_.header + 1 : 0; i < start_.table->rows.size(); ++i) {
      const CsvRow& row = start_.table->rows[i];
      if (skips(row)) continue;
      std::vector<Observation> out;
      try {
        check_width(row);
        if (!is_footnote(row)) take(ObservationRow(row), out);
      } catch (const RowRefusal& why) {
        leave_out(row, why);
        continue;
      }
      keep(row, out);
    }
  }

 private:
  bool skips(const CsvRow& row) const;
  void check_width(const CsvRow& row) const;
  /// A line of words below a table of a workbook.
  bool is_footnote(const CsvRow& row) const;
  void keep(const CsvRow& row, std::vector<Observation>& out);
  void leave_out(const CsvRow& row, const RowRefusal& why);

  const ObservationFile& file_;
  TableStart start_;
  std::vector<std::string> header_;
  ObservationSet* set_;
  RunReport* report_;
};

/// A format of published statistics. `find` looks at columns only; `read` may throw InputError when the file as a whole
/// is unusable.
struct ObservationReader {
  const char* format;
  const char* title;
  const char* source;  ///< key of the organisation where the file names none
  const char* how;     ///< which columns, for people
  std::optional<TableStart> (*find)(const ObservationFile& file);
  void (*read)(ObservationTable& table);
};
/// All readers, in the order in which "auto" asks them. A new one: observe_x.cpp and one line in
/// observation_readers.cpp.
const std::vector<ObservationReader>& observation_readers();
/// Errors: ConfigError UNKNOWN_FORMAT; InputError FORMAT_UNKNOWN.
const ObservationReader& choose_observation_reader(const std::string& format, const ObservationFile& file);

/// Adds a place when it has a code or a name.
void add_place(Observation* o, int level, std::string code, std::string name);
/// "current", "first projection", "second projection" (any case; "projected" is the first).
std::optional<Outlook> parse_outlook(const std::string& text);

}  // namespace fw
