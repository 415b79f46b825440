// The list of formats. A new one: reader_x.cpp and one line here.
#include "core/base/text.h"
#include "core/evidence/hxl_tags.h"
#include "core/evidence/report.h"
#include "core/evidence/report_reader.h"

namespace fw {

const std::vector<ReportReader>& report_readers() {
  static const std::vector<ReportReader> readers = {
      {"kobo-json", "ODK and Kobo submissions, JSON",
       "questions by path or name, repeat groups, geopoints; the column map says which question is which field",
       recognises_kobo_json, read_kobo_json_reports},
      {"kobo-csv", "ODK and Kobo submissions, CSV export", "as kobo-json; one row per submission", recognises_kobo_csv,
       read_kobo_csv_reports},
      {"geojson", "GeoJSON features with Point geometry",
       "properties named as the fields; coordinates [lon, lat] or a pcode property", recognises_geojson,
       read_geojson_reports},
      {"hxl-csv", "HXL-tagged CSV", "a hashtag row within the first 25 rows says which column is which field",
       recognises_hxl, read_hxl_reports},
      {"hxl-xlsx", "HXL-tagged XLSX", "as hxl-csv, in the first sheet that has a hashtag row", recognises_hxl_xlsx,
       read_hxl_reports},
      {"xlsx", "plain XLSX", "as csv, in the first sheet", recognises_xlsx, read_csv_reports},
      {"csv", "plain CSV", "one header row; the column map of the input renames columns", recognises_csv,
       read_csv_reports},
  };
  return readers;
}

const ReportReader& choose_reader(const std::string& format, const ReportFile& file) {
  std::vector<std::string> known = {"auto"};
  for (const ReportReader& reader : report_readers()) {
    if (format == "auto" ? reader.recognises(file) : format == reader.format) return reader;
    known.emplace_back(reader.format);
  }
  if (format == "auto") return report_readers().back();
  throw ConfigError("UNKNOWN_FORMAT", "'" + printable(format, 40) + "' is no format of field reports. Use one of " +
                                          join(known, ", ") + ".");
}

namespace {

bool tags_consent(const ReportFile& file) {
  const auto row = find_hashtag_row(file.table());
  if (!row) return false;
  for (const std::string& cell : file.table()[*row].cells)
    if (const auto tag = parse_hxl_tag(cell); tag && tag->name == "#meta" && tag->has("consent")) return true;
  return false;
}

}  // namespace

bool is_report_file(const std::string& name, const std::string& bytes, const std::string& format,
                    const std::map<std::string, std::string>& columns) {
  std::map<std::string, std::string> fields;  // what is no field belongs to a reader of statistics
  for (const char* field : field_names)
    if (const auto at = columns.find(field); at != columns.end()) fields.insert(*at);
  const ReportFile file(name, bytes, fields);
  for (const ReportReader& reader : report_readers()) {
    if (format == reader.format) return true;
    if (format != "auto" || !reader.recognises(file)) continue;
    // Any JSON and any hashtags are read by these; reports they are only with consent.
    if (reader.read == read_hxl_reports) return tags_consent(file);
    return reader.read != read_geojson_reports ||
           bytes.find('"' + file.column(Field::consent) + '"') != std::string::npos;
  }
  return false;
}

std::vector<FormatDescription> describe_formats() {
  std::vector<FormatDescription> formats;
  for (const ReportReader& r : report_readers())
    formats.push_back({r.format, r.title, r.how, {field_names.begin(), field_names.end()}});
  return formats;
}

}  // namespace fw
