// Field reports of July and August 2023: most are right, some are wrong, contradict each other, lack consent or are
// broken.
#include <array>
#include <string>
#include <vector>

#include "core/base/date.h"
#include "core/base/text.h"
#include "jobs/samples/files.h"
#include "jobs/samples/noise.h"
#include "jobs/samples/raster_file.h"

namespace fw::samples {
namespace {

enum Cell { id, reporter, org, lat, lon, pcode, time, category, severity, people, consent, text, cell_count };
using Row = std::array<std::string, cell_count>;
/// A report and what must become of it: "accepted", or the code of its rejection.
struct Sent {
  Row row;
  std::string expected = "accepted";
};
struct Sheets {
  std::vector<Sent> hxl, plain;
};

struct Voice {
  const char *key, *prefix;
  int first_reporter;
  bool plain;  ///< sends plain CSV with positions; the others HXL with p-codes
};
constexpr std::array<Voice, 4> voices = {{{"org-north", "n", 1, false},
                                          {"org-river", "v", 4, false},
                                          {"org-radio", "a", 7, true},
                                          {"org-new", "w", 10, true}}};
enum { north, river, radio, newcomers };

/// What one organisation says of one unit in late August. Who tells the truth: all but radio on XS0102, newcomers,
/// river on XS0203.
struct Story {
  int voice;
  const char *unit, *kind;
  double severity;
  const char* words;
};
constexpr std::array<Story, 23> stories = {
    {{north, "XS0101", "drought", 4.5, "No good rain since June"},
     {river, "XS0101", "crop", 4.0, "Millet is failing in most fields"},
     {radio, "XS0101", "livestock", 4.0, "Herds are sold cheaply"},
     {north, "XS0102", "drought", 4.5, "Ponds are empty, pasture is dry"},
     {river, "XS0102", "crop", 4.0, "Second sowing has failed"},
     {radio, "XS0102", "drought", 0.0, "All is well here"},
     {river, "XS0201", "water", 3.5, "The lake shore is far from the landing now"},
     {north, "XS0201", "drought", 0.5, "Rain as usual"},
     {radio, "XS0201", "livestock", 0.5, "Animals are well"},
     {north, "XS0202", "crop", 0.5, "Granaries are full, the flood is high"},
     {river, "XS0202", "price", 1.0, "Prices as every year"},
     {newcomers, "XS0202", "conflict", 5.0, "Everybody has fled"},
     {north, "XS0203", "price", 4.5, "Cereals cost twice as much as last year"},
     {river, "XS0203", "price", 0.5, "Markets are calm"},
     {north, "XS0204", "arrivals", 4.0, "Families arrive every day"},
     {radio, "XS0204", "arrivals", 4.5, "New shelters at the edge of town"},
     {river, "XS0204", "health", 3.0, "The clinic is crowded"},
     {north, "XS0301", "drought", 3.5, "Dry on the western side"},
     {north, "XS0203", "conflict", 5.0, "Armed men took the market road"},
     {river, "XS0203", "conflict", 5.0, "Two villages were attacked"},
     {north, "XS0203", "departures", 5.0, "People leave by night"},
     {river, "XS0203", "departures", 5.0, "The ferry takes families every day"},
     {north, "XS0203", "access", 5.0, "The road is mined"}}};

const Ring& ring_of(const std::string& pcode_text) {
  for (const Unit& u : units())
    if (u.pcode == pcode_text) return u.ring;
  return units().front().ring;
}

/// Latitude and longitude of a place in the unit, five decimals.
void place_in(const std::string& unit, const Noise& noise, uint64_t number, Row& row) {
  for (uint64_t n = 0;; ++n) {
    const int r = static_cast<int>(noise.unit(number, 2 * n) * rows),
              c = static_cast<int>(noise.unit(number, 2 * n + 1) * cols);
    if (!inside(ring_of(unit), r, c)) continue;
    const auto [x, y] = to_lonlat({{r + 0.5, c + 0.5}}).front();
    row[lat] = format_fixed(y, 5);
    row[lon] = format_fixed(x, 5);
    return;
  }
}

/// The story of a unit in the dekads from 1 July (0) to 31 August (5); troubles grow by a quarter of a point per dekad.
Sheets tell_stories(uint64_t seed) {
  const Noise noise(seed, 9);
  Sheets out;
  for (int dekad = 0; dekad < 6; ++dekad)
    for (size_t s = 0; s < stories.size(); ++s) {
      const Story& story = stories[s];
      const Voice& voice = voices.at(static_cast<size_t>(story.voice));
      const uint64_t number = static_cast<uint64_t>(dekad) * 100 + s;
      const int who = voice.first_reporter + (static_cast<int>(s) + dekad) % 3;
      const Period period{Cadence::dekad, 36 * 2023 + 18 + dekad};
      Date day = first_day(period);
      day.day += 2 + static_cast<int>(s) % 6;
      Row row;
      row[id] = std::string(voice.prefix) + "-" + std::to_string(1000 + number);
      row[reporter] = (who < 10 ? "r0" : "r") + std::to_string(who);
      row[org] = voice.key;
      if (voice.plain || noise.unit(number, 999) < 0.5) place_in(story.unit, noise, number, row);
      if (!voice.plain) row[pcode] = story.unit;
      row[time] = to_string(day) + "T0" + std::to_string(6 + s % 4) + ":" + std::to_string(10 + number % 45) + ":00Z";
      row[category] = story.kind;
      row[severity] = format_number(story.severity < 2 ? story.severity : story.severity - 0.25 * (5 - dekad));
      row[people] = story.severity < 2 ? "" : std::to_string(100 + 10 * (number % 40));
      row[consent] = "yes";
      row[text] = story.words;
      (voice.plain ? out.plain : out.hxl).push_back({row});
    }
  return out;
}

/// A good report to break: nobody is registered twice and no number is used again.
Row good_row(const std::string& report_id) {
  Row row;
  row[id] = report_id;
  row[reporter] = "r02";
  row[org] = "org-north";
  row[pcode] = "XS0101";
  row[time] = "2023-08-22T09:00:00Z";
  row[category] = "drought";
  row[severity] = "4";
  row[consent] = "yes";
  return row;
}
Row good_plain_row(const std::string& report_id) {
  Row row = good_row(report_id);
  row[reporter] = "r08";
  row[org] = "org-radio";
  row[pcode] = "";
  row[lat] = "13.55000";
  row[lon] = "2.97000";
  return row;
}

void add_broken(Sheets& out) {
  const auto hxl = [&](const char* report_id, Cell cell, const char* value, const char* expected) {
    Row row = good_row(report_id);
    row[cell] = value;
    out.hxl.push_back({row, expected});
  };
  hxl("b-01", consent, "no", "CONSENT_NO");
  hxl("b-02", consent, "", "CONSENT_MISSING");
  hxl("b-03", text, "Sent once", "accepted");
  hxl("b-03", text, "Sent once", "DUPLICATE");
  hxl("b-04", severity, "4", "ID_CONFLICT");
  hxl("b-04", severity, "1", "ID_CONFLICT");
  hxl("b-05", reporter, "r99", "UNKNOWN_REPORTER");
  hxl("b-06", org, "org-ghost", "UNKNOWN_ORG");
  hxl("b-07", reporter, "r04", "ORG_MISMATCH");
  hxl("b-08", pcode, "XS0999", "PCODE_UNKNOWN");
  hxl("b-09", pcode, "", "LOCATION_MISSING");
  hxl("b-10", severity, "9", "RANGE");
  hxl("b-11", severity, "3,5", "NUMBER_FORMAT");
  hxl("b-12", time, "2023-13-01", "TIME_INVALID");
  hxl("b-13", time, "2031-01-01T00:00:00Z", "TIME_FUTURE");
  hxl("b-14", time, "1975-08-22T09:00:00Z", "TIME_IMPLAUSIBLE");
  hxl("b-15", time, "2023-08-22T09:00:00", "TIME_ZONE_MISSING");
  const auto plain = [&](const char* report_id, Cell cell, const char* value, const char* expected) {
    Row row = good_plain_row(report_id);
    row[cell] = value;
    out.plain.push_back({row, expected});
  };
  Row exchanged = good_plain_row("c-01");
  std::swap(exchanged[lat], exchanged[lon]);
  exchanged[time] =
      "2023-06-05T09:00:00Z";  // long before the others, or they would look like a journey too fast to be true
  out.plain.push_back({exchanged, "OUTSIDE_REGION"});
  Row nowhere = good_plain_row("c-02");
  nowhere[lat] = nowhere[lon] = "0";
  out.plain.push_back({nowhere, "COORD_SUSPECT"});
  plain("c-03", lat, "95", "COORD_RANGE");
  plain("c-04", lon, "", "COORD_INVALID");
  plain("c-05", category, "flying saucer", "UNKNOWN_KIND");
  plain("c-06", text, "Ask for me at somebody@example.org", "PII");
  plain("c-07", text, "=1+1", "accepted");
  plain("c-08", consent, "perhaps", "CONSENT_MISSING");
}

std::string line_of(const Row& row, bool with_pcode) {
  std::vector<std::string> cells;
  for (int c = 0; c < cell_count; ++c) {
    const std::string& value = row[static_cast<size_t>(c)];
    const bool risky =
        value.find_first_of(",\"") != std::string::npos;  // not csv_text: a stranger's file guards nothing
    if (c != pcode || with_pcode) cells.push_back(risky ? "\"" + value + "\"" : value);
  }
  return join(cells, ",") + "\n";
}

}  // namespace

void write_reports(const std::filesystem::path& folder, const std::filesystem::path& truth_folder, uint64_t seed) {
  Sheets sheets = tell_stories(seed);
  add_broken(sheets);
  std::string hxl =
      "Report,Reporter,Organisation,Latitude,Longitude,Admin 2,Date,Event,Severity (0-5),People "
      "affected,Consent,Description\n"
      "#meta+id,#meta+reporter,#org+code,#geo+lat,#geo+lon,#adm2+code,#date+occurred,#event+type,#severity,#affected,#"
      "meta+consent,#description\n";
  std::string plain = "number,who,group,latitude,longitude,when,what,how_bad,persons,agreed,remark\n";
  std::string expected = "file,report_id,expected\n";
  for (const Sent& s : sheets.hxl) {
    hxl += line_of(s.row, true);
    expected += "reports_hxl.csv," + s.row[id] + "," + s.expected + "\n";
  }
  for (const Sent& s : sheets.plain) {
    plain += line_of(s.row, false);
    expected += "reports_plain.csv," + s.row[id] + "," + s.expected + "\n";
  }
  write_text(folder / "reports_hxl.csv", hxl);
  write_text(folder / "reports_plain.csv", plain);
  write_text(truth_folder / "expected_reports.csv", expected);
}

}  // namespace fw::samples
