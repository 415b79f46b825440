// The list of formats. A new one: reader_x.cpp and one line here.
#include "core/base/text.h"
#include "core/evidence/report.h"
#include "core/evidence/report_reader.h"

namespace fw {

const std::vector<ReportReader>& report_readers() {
  static const std::vector<ReportReader> readers = {
      {"geojson", "GeoJSON features with Point geometry",
       "properties named as the fields; coordinates [lon, lat] or a pcode property", recognises_geojson,
       read_geojson_reports},
      {"hxl-csv", "HXL-tagged CSV", "a hashtag row within the first 25 rows says which column is which field",
       recognises_hxl, read_hxl_reports},
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

std::vector<FormatDescription> describe_formats() {
  std::vector<FormatDescription> formats;
  for (const ReportReader& r : report_readers())
    formats.push_back({r.format, r.title, r.how, {field_names.begin(), field_names.end()}});
  return formats;
}

}  // namespace fw
