// HXL-tagged CSV: the hashtag row says which column is which field. https://hxlstandard.org/standard/1-1final/
#include <algorithm>
#include <set>

#include "core/base/text.h"
#include "core/evidence/hxl_tags.h"
#include "core/evidence/report_reader.h"

namespace fw {
namespace {

/// A column fits a pattern when the name is the same and it has all attributes of the pattern.
struct Pattern {
  Field field;
  const char* tag;
};
// Of the patterns of a field the first that fits any column wins; of its columns the one with the fewest further
// attributes.
constexpr Pattern patterns[] = {
    {Field::id, "#meta+id"},
    {Field::id, "#report+id"},
    {Field::reporter, "#contact+id"},
    {Field::reporter, "#meta+reporter"},
    {Field::org, "#org+id"},
    {Field::org, "#org+code"},
    {Field::org, "#org"},
    {Field::lat, "#geo+lat"},
    {Field::lat, "#lat_deg"},
    {Field::lon, "#geo+lon"},
    {Field::lon, "#lon_deg"},
    {Field::pcode, "#adm5+code"},
    {Field::pcode, "#adm4+code"},
    {Field::pcode, "#adm3+code"},
    {Field::pcode, "#adm2+code"},
    {Field::pcode, "#adm1+code"},
    {Field::pcode, "#loc+code"},
    {Field::time, "#date+occurred"},
    {Field::time, "#date+reported"},
    {Field::time, "#date+start"},
    {Field::time, "#date"},
    {Field::time, "#report_date"},
    {Field::category, "#cause+type"},
    {Field::category, "#event+type"},
    {Field::category, "#cause"},
    {Field::category, "#event"},
    {Field::severity, "#severity"},
    {Field::severity, "#indicator+severity"},
    {Field::severity, "#indicator+num"},
    {Field::people, "#affected"},
    {Field::consent, "#meta+consent"},
    {Field::text, "#description"},
    {Field::sensitivity, "#meta+sensitivity"},
    {Field::owner, "#meta+owner"},
    {Field::purpose, "#meta+purpose"},
    {Field::retention, "#meta+retention"},
    {Field::witness, "#meta+witness"},
};

/// Where two columns fit equally well: none for people and text (which may be left out).
/// Errors: InputError SCHEMA for the other fields.
std::optional<size_t> find_column(const std::vector<std::optional<HxlTag>>& tags, const HxlTag& wanted, Field field) {
  std::optional<size_t> best;
  bool tie = false;
  for (size_t c = 0; c < tags.size(); ++c) {
    if (!tags[c] || tags[c]->name != wanted.name) continue;
    const std::set<std::string>& has = tags[c]->attributes;
    if (!std::includes(has.begin(), has.end(), wanted.attributes.begin(), wanted.attributes.end())) continue;
    const size_t so_far = best ? tags[*best]->attributes.size() : has.size() + 1;
    if (has.size() == so_far) tie = true;
    if (has.size() >= so_far) continue;
    best = c;
    tie = false;
  }
  if (tie && (field == Field::people || field == Field::text || field > Field::text)) return {};
  if (tie)
    throw InputError("SCHEMA", "Two columns are tagged as " + std::string(field_names[index(field)]) + " (" +
                                   wanted.name + "). Keep one, or name the hashtag in the column map of this input.");
  return best;
}

Columns find_columns(const ReportFile& file, const CsvRow& hashtags) {
  std::vector<std::optional<HxlTag>> tags;
  for (const std::string& cell : hashtags.cells) tags.push_back(parse_hxl_tag(cell));
  Columns columns;
  for (size_t f = 0; f < field_count; ++f)
    if (const auto asked = file.configured(static_cast<Field>(f))) {
      const std::optional<HxlTag> tag = parse_hxl_tag(*asked);
      if (!tag)
        throw ConfigError("COLUMN_MAP", "'" + printable(*asked, 60) + "' is no hashtag (column map of " + file.name() +
                                            "). HXL columns are named by hashtag, such as #adm2+code.");
      columns[f] = find_column(tags, *tag, static_cast<Field>(f));
    }
  for (const Pattern& p : patterns)
    if (const size_t f = index(p.field); !columns[f] && !file.configured(p.field))
      columns[f] = find_column(tags, *parse_hxl_tag(p.tag), p.field);
  return columns;
}

std::string usual_tag(Field field) {
  if (field == Field::pcode) return "#adm2+code";
  if (field == Field::time) return "#date";
  for (const Pattern& p : patterns)
    if (p.field == field) return p.tag;
  return {};
}

}  // namespace

bool recognises_hxl(const ReportFile& file) {
  try {
    // A table that the plain reader understands is plain: no row of it may turn it into something else.
    return !file.is_workbook() && !recognises_csv(file) && find_hashtag_row(file.table()).has_value();
  } catch (const InputError&) {
    return false;
  }
}

bool recognises_hxl_xlsx(const ReportFile& file) {
  try {
    return file.is_workbook() && !recognises_csv(file) && find_hashtag_row(file.table()).has_value();
  } catch (const InputError&) {
    return false;
  }
}

bool recognises_xlsx(const ReportFile& file) { return file.is_workbook() && recognises_csv(file); }

std::vector<RawReport> read_hxl_reports(const ReportFile& file, RunReport& report) {
  const std::vector<CsvRow>& table = file.table();
  const std::optional<size_t> tags_at = find_hashtag_row(table);
  if (!tags_at)
    throw InputError("SCHEMA",
                     "No HXL hashtag row within the first 25 rows. Add one under the header, or read the file as csv.");
  const CsvRow& hashtags = table[*tags_at];
  const Columns columns = find_columns(file, hashtags);
  if (const std::vector<Field> missing = missing_fields(columns, file); !missing.empty()) {
    std::vector<std::string> names;
    for (const Field f : missing) names.push_back(std::string(field_names[index(f)]) + " " + usual_tag(f));
    throw InputError("SCHEMA", "No column is tagged as " + join(names, ", ") + place_hint(missing) +
                                   ". Tag it, or name its hashtag in the column map.");
  }
  std::vector<RawReport> rows;
  for (size_t i = *tags_at + 1; i < table.size(); ++i) {
    const CsvRow& row = table[i];
    const bool blank =
        std::all_of(row.cells.begin(), row.cells.end(), [](const std::string& c) { return trim(c).empty(); });
    if (blank) continue;
    bool beyond = false;
    for (size_t c = hashtags.cells.size(); c < row.cells.size(); ++c) beyond = beyond || !trim(row.cells[c]).empty();
    if (beyond) {
      report.add({file.name() + ":" + std::to_string(row.line), "evidence", "SCHEMA",
                  "The row has cells beyond the hashtag row. Check its separators and quotes.", Verdict::refused});
    } else {
      rows.push_back(take_row(file, row, columns));  // cells missing at the end are empty
    }
  }
  return rows;
}

}  // namespace fw
