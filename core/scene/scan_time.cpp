#include <cmath>

#include "core/base/csv.h"
#include "core/base/paths.h"
#include "core/base/text.h"
#include "core/scene/scan_parts.h"

namespace fw::scan_parts {
namespace {

constexpr long long seconds_per_day = 86400;

/// "days since 1990-01-01[ hh:mm:ss[.f]][ UTC]": the unit in seconds and the origin. Nothing for months, years, other
/// calendars.
struct TimeAxis {
  double unit_s = 0;
  int64_t origin_s = 0;
};
std::optional<TimeAxis> parse_axis(const std::string& units, const std::string& calendar) {
  static const Pattern form(
      "^(days|hours|minutes|seconds) since ([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})(?:[T "
      "]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:\\.[0-9]*)?)?(?: ?(?:UTC|Z))?$");
  const std::string c = lower(calendar);
  if (!c.empty() && c != "standard" && c != "gregorian" && c != "proleptic_gregorian") return std::nullopt;
  const auto match = form.search(trim(units));
  if (!match) return std::nullopt;
  const auto parts = split(match->groups[2], '-');
  const auto two = [](const std::string& s) { return s.size() == 1 ? "0" + s : s; };
  std::string origin = parts[0] + "-" + two(parts[1]) + "-" + two(parts[2]);
  if (!match->groups[3].empty()) origin += "T" + match->groups[3] + "Z";
  const auto time = parse_datetime(origin);
  if (!time) return std::nullopt;
  const char unit = match->groups[1][0];
  return TimeAxis{unit == 'd' ? 86400.0 : unit == 'h' ? 3600.0 : unit == 'm' ? 60.0 : 1.0, seconds_since_epoch(*time)};
}

DateTime time_from_seconds(int64_t s, bool has_time) {
  DateTime t;
  const int64_t days = (s >= 0 ? s : s - (seconds_per_day - 1)) / seconds_per_day;
  t.date = date_from_days(days);
  t.seconds_of_day = static_cast<int>(s - days * seconds_per_day);
  t.has_time = t.has_zone = has_time || t.seconds_of_day != 0;
  return t;
}

std::optional<DateTime> netcdf_time(const RasterInfo& info, const BandInfo& band) {
  for (const auto& [key, value] : band.metadata) {
    if (key.rfind("NETCDF_DIM_", 0) != 0) continue;
    const std::string axis = key.substr(11);
    const auto find = [&](const std::string& name) {
      const auto it = info.metadata.find(axis + "#" + name);
      return it == info.metadata.end() ? std::string() : it->second;
    };
    const auto parsed = parse_axis(find("units"), find("calendar"));
    const auto number = parse_number(trim(value));
    if (!parsed || !number || std::abs(*number * parsed->unit_s) > 1e12) continue;
    return time_from_seconds(parsed->origin_s + std::llround(*number * parsed->unit_s), false);
  }
  return std::nullopt;
}

/// "1984-06-06_LT51700551984158XXX01", "2015-07-11T10:00:08".
std::optional<DateTime> description_time(const std::string& description) {
  const std::string text = trim(description);
  if (const auto whole = parse_datetime(text)) return whole;
  return parse_datetime(text.substr(0, text.find_first_of("_ ", 8)));
}

std::map<int, DateTime> read_dates(const Task& task) {
  const std::string& name = task.input.dates_csv;
  const auto rows = parse_csv(fw::read_file(resolve_beneath(task.request.root, name, true).string(), 16u << 20));
  const auto refuse = [&](size_t line, const std::string& what) {
    throw InputError("DATES_CSV", printable(name) + ":" + std::to_string(line) + ": " + what +
                                      " (columns band,date; a row per band).");
  };
  if (rows.empty()) refuse(1, "is empty");
  size_t band_at = rows[0].cells.size(), date_at = band_at;
  for (size_t i = 0; i < rows[0].cells.size(); ++i) {
    if (lower(trim(rows[0].cells[i])) == "band") band_at = i;
    if (lower(trim(rows[0].cells[i])) == "date") date_at = i;
  }
  if (band_at == rows[0].cells.size() || date_at == rows[0].cells.size())
    refuse(rows[0].line, "has no columns 'band' and 'date'");
  std::map<int, DateTime> dates;
  for (size_t r = 1; r < rows.size(); ++r) {
    const auto& cells = rows[r].cells;
    if (cells.size() <= std::max(band_at, date_at)) refuse(rows[r].line, "has too few cells");
    const auto band = parse_integer(trim(cells[band_at]));
    const auto time = parse_datetime(trim(cells[date_at]));
    if (!band || *band < 1 || *band > 1000000)
      refuse(rows[r].line, "'" + printable(cells[band_at], 30) + "' is no band number");
    if (!time) refuse(rows[r].line, "'" + printable(cells[date_at], 30) + "' is no ISO date");
    if (!dates.emplace(static_cast<int>(*band), *time).second)
      refuse(rows[r].line, "band " + std::to_string(*band) + " is given twice");
  }
  return dates;
}

}  // namespace

namespace {

void check_launch(const Task& task, const DateTime& time) {
  if (!task.product.launch.empty() && time.date < parse_datetime(task.product.launch)->date)
    throw InputError("TIME_IMPLAUSIBLE", to_string(time.date) + " is before " + task.product.launch +
                                             ", when product '" + task.product.id + "' began.");
}

}  // namespace

void check_time(const Task& task, const DateTime& time) {
  check_launch(task, time);
  if (task.request.latest && *task.request.latest < time.date)
    throw InputError("TIME_INVALID", to_string(time.date) + " is after " + to_string(*task.request.latest) +
                                         ", the latest day asked for.");
}

void set_time(const Task& task, const TimeSources& sources, Scene& scene) {
  for (const auto& source : task.product.date_from) {
    if (source == "name" || source == "folder") {
      const std::string& text = source == "name" ? sources.name : sources.folder;
      for (const auto& pattern : task.product.date_patterns) {
        const auto date = date_by_pattern(pattern, text);
        if (!date) continue;
        if (!date->valid)
          throw InputError("TIME_INVALID", "The date in the name '" + printable(text, 80) + "' does not exist.");
        scene.time = date->time;
        if (task.product.spans) scene.days = date->days;
        return check_time(task, scene.time);
      }
    } else if (source.rfind("metadata:", 0) == 0 && sources.metadata) {
      const auto it = sources.metadata->find(source.substr(9));
      if (it == sources.metadata->end() || trim(it->second).empty()) continue;
      const bool of_file = source == "metadata:TIFFTAG_DATETIME";  // TIFF 6.0: when the image file was made
      const auto time = parse_datetime(trim(it->second));
      if (of_file && !task.input.date.empty()) {
        if (time) check_launch(task, *time);  // no file is older than its sensor: 1970 comes from a broken writer
        continue;
      }
      if (!time)
        throw InputError("TIME_INVALID",
                         source.substr(9) + " is '" + printable(it->second, 40) + "', which is no date.");
      scene.time = *time;
      check_time(task, scene.time);
      if (of_file)
        throw InputError("TIME_MISSING", "Only the TIFF tag DateTime says a day (" + to_string(scene.time.date) +
                                             "), on which the file was written. Name the file with the date of its "
                                             "scene, or state the date of this input.");
      return;
    }
  }
  if (task.input.date.empty())
    throw InputError("TIME_MISSING", "Nothing says when the scene was taken (" + join(task.product.date_from, ", ") +
                                         "). Name the file with its date, or state the date of this input.");
  const auto given = parse_datetime(task.input.date);
  if (!given)
    throw ConfigError("DATE", "The date '" + printable(task.input.date, 40) + "' of an input is not an ISO date.");
  scene.time = *given;
  scene.flags.push_back("DATE_GIVEN");
  check_time(task, scene.time);
}

std::vector<std::optional<DateTime>> stack_times(const Task& task, const RasterInfo& info, bool with_csv) {
  std::vector<std::optional<DateTime>> times(info.bands.size());
  if (with_csv && !task.input.dates_csv.empty()) {
    for (const auto& [band, time] : read_dates(task)) {
      if (band > static_cast<int>(times.size()))
        throw InputError("DATES_CSV", printable(task.input.dates_csv) + ": band " + std::to_string(band) +
                                          " is not in the stack (it has " + std::to_string(times.size()) + ").");
      times[static_cast<size_t>(band - 1)] = time;
    }
    return times;
  }
  for (size_t i = 0; i < times.size(); ++i) {
    for (const auto& source : task.product.date_from) {
      if (source == "netcdf-time") times[i] = netcdf_time(info, info.bands[i]);
      if (source == "description") times[i] = description_time(info.bands[i].description);
      if (times[i]) break;
    }
  }
  return times;
}

}  // namespace fw::scan_parts
