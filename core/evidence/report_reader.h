// What a reader of field reports delivers: the fields of each row as text, still unjudged, with the place they came
// from.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/csv.h"
#include "core/base/error.h"

namespace fw {

/// The fields of a report, in the order of field_names.
enum class Field : uint8_t {
  id,
  reporter,
  org,
  lat,
  lon,
  pcode,
  time,
  category,
  severity,
  people,
  consent,
  text,
  sensitivity,
  owner,
  purpose,
  retention,
  witness
};
constexpr size_t field_count = 17;
constexpr std::array<const char*, field_count> field_names = {
    "report_id", "reporter_id", "org",  "lat",         "lon",   "pcode",   "time",      "category",  "severity",
    "people",    "consent",     "text", "sensitivity", "owner", "purpose", "retention", "witness_id"};
constexpr size_t index(Field f) { return static_cast<size_t>(f); }
/// Fields that an input may state for all of its rows (ReportInput::defaults).
constexpr std::array<Field, 5> stated_fields = {Field::consent, Field::sensitivity, Field::owner, Field::purpose,
                                                Field::retention};

/// One row or feature as it stands in the file. `given` tells an absent column from an empty cell.
struct RawReport {
  std::string file;  ///< printable, relative to the root
  size_t place = 0;  ///< line of the file from 1; in GeoJSON the number of the feature from 1
  std::string item;  ///< "file:line" or "file:feature n"
  std::array<std::string, field_count> value;
  std::array<bool, field_count> given{};
  const std::string& operator[](Field f) const { return value[index(f)]; }
};

/// One file in memory, its table parsed at most once.
class ReportFile {
 public:
  /// `columns`: field → column name (plain CSV, GeoJSON property) or hashtag (HXL). Errors: ConfigError UNKNOWN_FIELD.
  /// `stated`: field → what the input says for all rows. Errors: ConfigError UNKNOWN_FIELD where it is none of
  /// stated_fields.
  ReportFile(std::string name, std::string bytes, const std::map<std::string, std::string>& columns,
             const std::map<std::string, std::string>& stated = {});
  const std::string& name() const { return name_; }
  std::string_view bytes() const { return bytes_; }
  /// The column configured for a field; nothing when the default applies.
  std::optional<std::string> configured(Field f) const;
  /// The configured column or the field's own name.
  std::string column(Field f) const { return configured(f).value_or(field_names[index(f)]); }
  /// Whether the input states the field for all rows: the file need not have it.
  bool states(Field f) const { return stated_.count(field_names[index(f)]) > 0; }
  /// Rows of CSV split at ',' or, where the first line has none of it, at ';' or TAB; of an XLSX workbook those of the
  /// first sheet with a row of hashtags, else of the first sheet. Errors: as parse_csv, read_xlsx.
  const std::vector<CsvRow>& table() const;
  bool is_workbook() const;
  /// The XLSForm behind submissions, as bytes; empty when none was named.
  std::string_view form() const { return form_; }
  void set_form(std::string bytes) { form_ = std::move(bytes); }

 private:
  std::string name_, bytes_, form_;
  std::map<std::string, std::string> columns_, stated_;
  mutable std::optional<std::vector<CsvRow>> table_;
};

/// A format of field reports. `read` throws InputError when the file as a whole is unusable (SCHEMA, CSV_SYNTAX,
/// ENCODING, JSON_*), and adds a Rejection for a row that has no shape (SCHEMA, GEOMETRY_INVALID). Messages never quote
/// the file.
struct ReportReader {
  const char* format;
  const char* title;
  const char* how;  ///< which columns, tags or properties, for people
  bool (*recognises)(const ReportFile& file);
  std::vector<RawReport> (*read)(const ReportFile& file, RunReport& report);
};

/// All readers, in the order in which "auto" asks them; the last one takes what nobody recognised.
const std::vector<ReportReader>& report_readers();
/// Errors: ConfigError UNKNOWN_FORMAT.
const ReportReader& choose_reader(const std::string& format, const ReportFile& file);

/// Whether the columns, hashtags or properties are those of field reports (a hashtag row alone is not: it must tag
/// consent). With a format other than "auto": whether it is one of these formats.
bool is_report_file(const std::string& name, const std::string& bytes, const std::string& format,
                    const std::map<std::string, std::string>& columns);

bool recognises_csv(const ReportFile& file);
std::vector<RawReport> read_csv_reports(const ReportFile& file, RunReport& report);
bool recognises_hxl(const ReportFile& file);
bool recognises_hxl_xlsx(const ReportFile& file);
bool recognises_xlsx(const ReportFile& file);
std::vector<RawReport> read_hxl_reports(const ReportFile& file, RunReport& report);
bool recognises_kobo_json(const ReportFile& file);
std::vector<RawReport> read_kobo_json_reports(const ReportFile& file, RunReport& report);
bool recognises_kobo_csv(const ReportFile& file);
std::vector<RawReport> read_kobo_csv_reports(const ReportFile& file, RunReport& report);
/// The strict JSON reader's error without what it found in the file.
InputError without_quotes(const InputError& e);
bool recognises_geojson(const ReportFile& file);
std::vector<RawReport> read_geojson_reports(const ReportFile& file, RunReport& report);

/// Which cell of a row holds a field; nothing where the file has no such column.
using Columns = std::array<std::optional<size_t>, field_count>;
/// Names of the fields without which no row can be used and that `columns` lacks: reporter_id, time, category,
/// severity, consent (unless the input states it), and lat with lon or pcode.
std::vector<Field> missing_fields(const Columns& columns, const ReportFile& file);
/// " (or pcode instead of lat and lon)" where that would do.
std::string place_hint(const std::vector<Field>& missing);
RawReport take_row(const ReportFile& file, const CsvRow& row, const Columns& columns);
/// Fills what rows lack from what the input states: consent and sensitivity only where no row of the file has the
/// field (an empty cell is somebody's silence, not the file's), the others wherever the cell is empty.
void apply_stated(std::vector<RawReport>& rows, const std::map<std::string, std::string>& stated);

}  // namespace fw
