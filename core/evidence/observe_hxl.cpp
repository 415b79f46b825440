// Any table with HXL hashtags that counts people at a place and a time.
#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/evidence/hxl_tags.h"
#include "core/evidence/observation_formats.h"

namespace fw {
namespace {

using Column = ObservationTable::Column;

struct Counted {
  const char* tag;
  const char* quantity;
  Dataset dataset;
};
// The first that fits. Those with _num are the tags of 2014.
constexpr Counted counted[] = {{"#affected+idps", "idps", Dataset::displacement},
                               {"#affected+refugees", "refugees", Dataset::displacement},
                               {"#affected+returnees", "returnees", Dataset::displacement},
                               {"#affected", "people_affected", Dataset::needs},
                               {"#idp_num", "idps", Dataset::displacement},
                               {"#refugee_num", "refugees", Dataset::displacement},
                               {"#aff_num", "people_affected", Dataset::needs},
                               {"#people_num", "people", Dataset::displacement},
                               {"#inneed", "people_in_need", Dataset::needs},
                               {"#inneed_num", "people_in_need", Dataset::needs},
                               {"#targeted", "people_targeted", Dataset::needs},
                               {"#reached", "people_reached", Dataset::needs},
                               {"#reached_num", "people_reached", Dataset::needs},
                               {"#population", "population", Dataset::population}};
// Attributes of columns that hold words or something other than a count of these people.
constexpr std::array no_count = {"sex", "age", "type", "name", "code", "text", "origin", "label", "pct", "ratio", "hh"};

bool fits(const HxlTag& tag, const HxlTag& wanted) {
  return tag.name == wanted.name && std::includes(tag.attributes.begin(), tag.attributes.end(),
                                                  wanted.attributes.begin(), wanted.attributes.end());
}

struct Tags {
  std::vector<std::optional<HxlTag>> of;
  explicit Tags(const CsvRow& row) {
    for (const std::string& cell : row.cells) of.push_back(parse_hxl_tag(cell));
  }
  /// The first of the tags that is there; of its columns the one with the fewest further attributes.
  Column find(std::initializer_list<const char*> tags) const {
    for (const char* tag : tags) {
      Column best;
      for (size_t c = 0; c < of.size(); ++c)
        if (of[c] && fits(*of[c], *parse_hxl_tag(tag)) && !of[c]->has("origin") &&
            (!best || of[c]->attributes.size() < of[*best]->attributes.size()))
          best = c;
      if (best) return best;
    }
    return {};
  }
};

std::optional<TableStart> find_tags(const ObservationFile& file) {
  for (const SourceTable& table : file.tables())
    if (const auto row = find_hashtag_row(table.rows)) return TableStart{&table, *row, true, false};
  return {};
}

struct PlaceColumns {
  int level;
  Column code, name;
};

std::vector<PlaceColumns> place_columns(const Tags& tags) {
  std::vector<PlaceColumns> places;
  for (int level = 1; level <= 5; ++level) {
    const std::string adm = "#adm" + std::to_string(level);
    const Column code = tags.find({(adm + "+code").c_str(), (adm + "_id").c_str()});
    Column name = tags.find({(adm + "+name").c_str(), adm.c_str()});
    if (name == code) name = {};
    if (code || name) places.push_back({level, code, name});
  }
  return places;
}

}  // namespace

std::optional<TableStart> find_hxl_counts(const ObservationFile& file) {
  const auto start = find_tags(file);
  // What states consent is a report of a person, whatever it counts.
  return start && !Tags(start->table->rows[start->header]).find({"#meta+consent"}) ? start : std::nullopt;
}

void read_hxl_counts(ObservationTable& table) {
  const Tags tags(table.start().table->rows[table.start().header]);
  struct CountColumn {
    size_t column;
    const Counted* what;
    std::string detail;
    bool part = false;  ///< of what another column counts: women of the displaced
  };
  std::vector<CountColumn> counts;
  for (size_t c = 0; c < tags.of.size(); ++c) {
    if (!tags.of[c]) continue;
    const HxlTag& tag = *tags.of[c];
    if (std::any_of(no_count.begin(), no_count.end(), [&](const char* a) { return tag.has(a); })) continue;
    for (const Counted& k : counted) {
      const HxlTag wanted = *parse_hxl_tag(k.tag);
      if (!fits(tag, wanted)) continue;
      std::vector<std::string> rest;
      for (const std::string& a : tag.attributes)
        if (!wanted.attributes.count(a)) rest.push_back(a);
      counts.push_back({c, &k, join(rest, "+")});
      break;
    }
  }
  for (CountColumn& k : counts)
    k.part = std::any_of(counts.begin(), counts.end(), [&](const CountColumn& other) {
      const auto &all = tags.of[other.column]->attributes, &some = tags.of[k.column]->attributes;
      return other.what == k.what && all.size() < some.size() &&
             std::includes(some.begin(), some.end(), all.begin(), all.end());
    });
  if (counts.empty())
    throw InputError("NO_STATISTIC",
                     "No column is tagged as a count of people (#affected, #inneed, #population …): this is a list of "
                     "places, activities or orders, not a statistic. There is nothing to read from it.");
  const Column start = tags.find({"#date+start", "#date+occurred", "#from_date", "#date+reported", "#date",
                                  "#period_date", "#report_date"}),
               end = tags.find({"#date+end", "#to_date"}),
               country = tags.find({"#country+code", "#country+iso3", "#country_id", "#country"}),
               lat = tags.find({"#geo+lat", "#lat_deg"}), lon = tags.find({"#geo+lon", "#lon_deg"}),
               site = tags.find({"#loc+name", "#loc"});
  const std::string stated = table.option("date");
  if (!start && !parse_span(stated))
    throw InputError(
        "NEEDS_PERIOD",
        "No column is tagged as a date (#date). Tag it, or say the date in the column map: date = \"2013-05\" "
        "(or --set date=2013-05).");
  const std::vector<PlaceColumns> places = place_columns(tags);
  table.each([&](const ObservationRow& row, std::vector<Observation>& out) {
    Observation place;
    const bool any =
        std::any_of(counts.begin(), counts.end(), [&](const auto& k) { return !row.text(k.column).empty(); });
    if (!any) return;
    const DaySpan first = start ? row.span(start, "The date") : *parse_span(stated);
    place.from = first.from;
    place.to = end && !row.text(end).empty() ? row.span(end, "The last day").to : first.to;
    if (place.to < place.from) throw RowRefusal("TIME_INVALID", "The period ends before it begins.");
    place.country = row.text(country);
    place.site = row.text(site);
    for (const PlaceColumns& p : places) add_place(&place, p.level, row.text(p.code), row.text(p.name));
    row.point(lat, lon, &place);
    for (const CountColumn& k : counts)
      if (const auto n = row.count(k.column, k.what->quantity)) {
        Observation o = place;
        o.dataset = k.what->dataset;
        o.quantity = k.what->quantity;
        o.detail = k.detail;
        o.unit = "people";
        o.value = *n;
        if (k.part) o.flags.emplace_back("PART");
        out.push_back(std::move(o));
      }
  });
}

std::string why_unknown(const ObservationFile& file) {
  const SourceTable* first = nullptr;
  for (const SourceTable& table : file.tables())
    if (!first && !table.rows.empty()) first = &table;
  if (!first) return "The file holds no table.";
  std::string names;
  for (const std::string& cell : first->rows.front().cells) names += lower(trim(cell)) + ",";
  const auto says = [&](const char* word) { return names.find(word) != std::string::npos; };
  for (const SourceTable& table : file.tables())
    if (lower(table.sheet) == "survey" || names.rfind("survey,", 0) == 0)
      return "It is an XLSForm: questions, not answers. Name it as the form of an input with submissions.";
  if (says("name1") && says("name2"))
    return "It lists routes or border closures between places (input of a model), with no day of the calendar.";
  if (says("location_type") || says("lat") || says("pcod"))
    return "It lists places without a day or year, so it states nothing that can be placed in time.";
  if (says("date") || says("year") || says("day") || says("time") || says("from"))
    return "No reader knows its columns. Rename them in the column map, or see 'forewarn describe' for the formats.";
  return "No reader knows it: it has neither the columns of a published statistic nor those of a report, and no row of "
         "HXL "
         "hashtags.";
}

}  // namespace fw
