// A published statistic (a phase, a price, a count of events or people) as read, with the place, days and source it
// states. Unlike a report it names no person; unlike evidence it has no weight yet.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/date.h"
#include "core/base/error.h"

namespace fw {

enum class Dataset : uint8_t { phase, price, conflict, displacement, arrivals, population, needs, climate };
/// "phase", "price" …
const char* name_of(Dataset d);

/// What the value is about: something counted or measured, or the present or a projection of an analysis. Never mixed.
enum class Outlook : uint8_t { measured, current, first_projection, second_projection };
const char* name_of(Outlook o);

/// One level of the place of an observation as the file names it.
struct Place {
  int level = 0;  ///< admin level 0 (country) .. 5; -1: the file does not say
  std::string code, name;
};

struct Observation {
  size_t line = 0;     ///< line, row or number of the record in the file
  std::string source;  ///< key of the organisation that published it: "ipc", "wfp", "iom-dtm" …
  Dataset dataset = Dataset::phase;
  Outlook outlook = Outlook::measured;
  std::string
      quantity;  ///< what was counted: "phase", "people_in_phase", "price", "events", "idps" … (docs/formats.md)
  std::string detail;  ///< of which sort: the phase, commodity, sector, cause
  std::string site;    ///< market, camp or event, where there is one
  double value = 0;
  std::string unit;                ///< "people", "events", "ETB/KG", "1"
  std::string country;             ///< ISO 3166 code or name, as given; empty: the file does not say
  std::vector<Place> places;       ///< below the country, coarse first
  std::optional<double> lat, lon;  ///< degrees WGS 84
  Date from, to;                   ///< first and last day that the value is about
  std::optional<Date> issued;      ///< first day of the month or day when it was made known
  std::vector<std::string> flags;  ///< WITH_ASSISTANCE, PERIOD_NOT_STATED, FORECAST, TOTAL …
};

/// One file, read. Rows: rows = used + empty + refused + set_aside.
struct ObservationSet {
  std::string file, format, source;
  std::vector<Observation> observations;
  size_t rows = 0, used = 0;
  size_t empty = 0;  ///< rows that state no value: absent, which is not 0
  size_t refused = 0, set_aside = 0;
};

/// "file:line", or "file:record n" for JSON.
std::string item_of(const std::string& file, size_t line, bool record);

struct ObservationInput {
  std::string path;             ///< beneath the root
  std::string format = "auto";  ///< or the name of a reader
  std::string aliases;          ///< name in config/aliases; empty: none
  /// Columns under other names (column of the format → column of the file), and what a file does not say: "year"
  /// (needs, population), "start" (first day of a Flee conflict table).
  std::map<std::string, std::string> columns;
};

/// Reads one file. Rows that cannot be used are Rejections (stage "evidence", item "file:line"); the rest is read.
/// Errors: InputError where the file as a whole cannot be read (FORMAT_UNKNOWN, SCHEMA, ENCODING, CSV_SYNTAX, JSON_*,
/// XLSX_*, ZIP_INVALID, GZIP_INVALID, XML_ENTITY, TOO_LARGE, NEEDS_YEAR, NEEDS_START, NO_STATISTIC); ConfigError
/// UNKNOWN_FORMAT.
ObservationSet read_observations(const std::string& name, std::string bytes, const ObservationInput& input,
                                 RunReport& report);
/// Whether a reader knows the file (by its columns, never by its name).
bool is_observation_file(const std::string& name, const std::string& bytes, const ObservationInput& input);

/// A format of published statistics, for `describe`.
struct StatisticFormat {
  std::string format, title, source, how;
};
std::vector<StatisticFormat> describe_statistic_formats();

}  // namespace fw
