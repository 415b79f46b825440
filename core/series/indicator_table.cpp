#include "core/series/indicator_table.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace fw {
namespace {

constexpr int fraction_bits = 40;

auto key(const IndicatorRow& r) { return std::tie(r.pcode, r.period, r.indicator); }

struct Column {
  const char *name, *hashtag;
};
constexpr Column columns[] = {{"pcode", "#adm+code"},
                              {"name", "#adm+name"},
                              {"level", "#adm+level"},
                              {"period", "#date+period"},
                              {"first_day", "#date+start"},
                              {"last_day", "#date+end"},
                              {"indicator", "#indicator+name"},
                              {"mean", "#indicator+value+mean"},
                              {"stddev", "#indicator+value+stddev"},
                              {"min", "#indicator+value+min"},
                              {"max", "#indicator+value+max"},
                              {"area_km2", "#geo+area+km2"},
                              {"valid_fraction", "#indicator+valid+fraction"},
                              {"fraction_beyond", "#indicator+beyond+fraction"},
                              {"of_mean", "#indicator+value+of_mean"},
                              {"series_mean", "#indicator+value+series_mean"},
                              {"pixels", "#meta+pixels"},
                              {"valid_pixels", "#meta+pixels+valid"},
                              {"reason", "#status+reason"}};

constexpr const char* reason_names[reason_count] = {"value", "not_observed", "masked", "not_in_season", "not_assessed"};

[[noreturn]] void bad(const std::string& file, size_t line, const std::string& what) {
  throw InputError("TABLE_INVALID", printable(file) + ", line " + std::to_string(line) + ": " + what +
                                        ". Make the table again with 'forewarn indicators'.");
}

}  // namespace

double FixedSum::value() const {
  return units_ == none ? std::nan("") : std::ldexp(static_cast<double>(units_), -fraction_bits);
}

void ZonalAccumulator::add(float value, Reason reason, double area, double threshold, bool above) {
  FixedSum whole, sum, sum2, beyond;
  whole.add(area);
  if (is_nan(value)) return add_without_value(reason, 1, whole);
  const double v = value;
  sum.add(v * area);
  sum2.add(v * v * area);
  if (above ? v > threshold : v < threshold) beyond.add(area);
  add_valid(1, whole, sum, sum2, beyond, v, v);
}

void ZonalAccumulator::add_valid(uint64_t pixels, const FixedSum& area, const FixedSum& sum, const FixedSum& sum2,
                                 const FixedSum& beyond, double low, double high) {
  reason_pixels[0] += pixels;
  reason_area_[0].merge(area);
  sum_.merge(sum);
  sum2_.merge(sum2);
  beyond_.merge(beyond);
  min_ = std::isnan(min_) ? low : std::min(min_, low);
  max_ = std::isnan(max_) ? high : std::max(max_, high);
}

void ZonalAccumulator::add_without_value(Reason reason, uint64_t pixels, const FixedSum& area_km2) {
  const auto slot = static_cast<size_t>(reason == Reason::value ? Reason::not_assessed : reason);
  reason_pixels[slot] += pixels;
  reason_area_[slot].merge(area_km2);
}

void ZonalAccumulator::merge(const ZonalAccumulator& o) {
  for (int i = 0; i < reason_count; ++i) {
    reason_pixels[i] += o.reason_pixels[i];
    reason_area_[i].merge(o.reason_area_[i]);
  }
  sum_.merge(o.sum_);
  sum2_.merge(o.sum2_);
  beyond_.merge(o.beyond_);
  if (std::isnan(o.min_)) return;
  min_ = std::isnan(min_) ? o.min_ : std::min(min_, o.min_);
  max_ = std::isnan(max_) ? o.max_ : std::max(max_, o.max_);
}

uint64_t ZonalAccumulator::pixels() const {
  uint64_t n = 0;
  for (const uint64_t k : reason_pixels) n += k;
  return n;
}
double ZonalAccumulator::area_km2() const {
  FixedSum all;
  for (const auto& a : reason_area_) all.merge(a);
  return all.value();
}
double ZonalAccumulator::valid_fraction() const {
  const double in_season = area_km2() - reason_area_[static_cast<int>(Reason::not_in_season)].value();
  return valid_pixels() ? reason_area_[0].value() / in_season : 0;
}
double ZonalAccumulator::mean() const { return valid_pixels() ? sum_.value() / reason_area_[0].value() : std::nan(""); }
double ZonalAccumulator::stddev() const {
  if (!valid_pixels()) return std::nan("");
  const double m = mean();
  const double variance = sum2_.value() / reason_area_[0].value() - m * m;
  return std::sqrt(variance < 0 ? 0.0 : variance);
}
double ZonalAccumulator::fraction_beyond() const {
  return valid_pixels() ? beyond_.value() / reason_area_[0].value() : std::nan("");
}
Reason ZonalAccumulator::main_reason() const {
  if (valid_pixels()) return Reason::value;
  int best = static_cast<int>(Reason::not_observed);
  for (int i = best + 1; i < reason_count; ++i)
    if (reason_area_[i].value() >= reason_area_[best].value() && reason_pixels[i]) best = i;
  return static_cast<Reason>(best);
}

const IndicatorRow* IndicatorTable::find(const std::string& pcode, Period period, const std::string& indicator) const {
  const auto at = std::lower_bound(rows.begin(), rows.end(), std::tie(pcode, period, indicator),
                                   [](const IndicatorRow& r, const auto& k) { return key(r) < k; });
  return at != rows.end() && at->pcode == pcode && at->period == period && at->indicator == indicator ? &*at : nullptr;
}

void IndicatorTable::sort() {
  std::sort(rows.begin(), rows.end(), [](const IndicatorRow& a, const IndicatorRow& b) { return key(a) < key(b); });
}

std::string indicator_csv(const IndicatorTable& table, bool hxl) {
  std::string out, tags;
  for (const auto& c : columns) {
    out += (out.empty() ? "" : ",") + std::string(c.name);
    tags += (tags.empty() ? "" : ",") + std::string(c.hashtag);
  }
  out += "\n";
  if (hxl) out += tags + "\n";
  for (const auto& r : table.rows) {
    for (const std::string& cell :
         {csv_text(r.pcode), csv_text(r.name), std::to_string(r.level), label(r.period), to_string(first_day(r.period)),
          to_string(last_day(r.period)), r.indicator, format_number(r.mean), format_number(r.stddev),
          format_number(r.min), format_number(r.max), format_number(r.area_km2), format_number(r.valid_fraction),
          format_number(r.fraction_beyond), format_number(r.of_mean), format_number(r.series_mean),
          std::to_string(r.pixels), std::to_string(r.valid_pixels)})
      out += cell + ",";
    out += std::string(reason_names[static_cast<int>(r.reason)]) + "\n";
  }
  return out;
}

IndicatorTable load_indicator_table(const std::string& file) {
  const auto rows = parse_csv(read_file(file));
  constexpr size_t width = std::size(columns);
  if (rows.empty() || rows[0].cells.size() != width) bad(file, 1, "not the columns of an indicator table");
  for (size_t i = 0; i < width; ++i)
    if (rows[0].cells[i] != columns[i].name)
      bad(file, 1,
          "column '" + std::string(columns[i].name) + "' expected, '" + printable(rows[0].cells[i], 40) + "' found");
  IndicatorTable table;
  for (size_t i = 1; i < rows.size(); ++i) {
    const auto& c = rows[i].cells;
    if (i == 1 && !c[0].empty() && c[0][0] == '#') continue;
    if (c.size() != width)
      bad(file, rows[i].line, std::to_string(c.size()) + " cells instead of " + std::to_string(width));
    const auto number = [&](size_t k) {
      if (c[k].empty()) return std::nan("");
      const auto v = parse_number(c[k]);
      if (!v) bad(file, rows[i].line, "'" + printable(c[k], 40) + "' in column " + columns[k].name + " is no number");
      return *v;
    };
    const auto count = [&](size_t k) {
      const auto v = parse_integer(c[k]);
      if (!v || *v < 0)
        bad(file, rows[i].line, "'" + printable(c[k], 40) + "' in column " + columns[k].name + " is no count");
      return static_cast<uint64_t>(*v);
    };
    IndicatorRow r;
    r.pcode = c[0];
    r.name = c[1];
    r.level = static_cast<int>(count(2));
    const auto period = parse_period(c[3]);
    if (!period) bad(file, rows[i].line, "'" + printable(c[3], 40) + "' is no period");
    r.period = *period;
    r.indicator = c[6];
    r.mean = number(7);
    r.stddev = number(8);
    r.min = number(9);
    r.max = number(10);
    r.area_km2 = number(11);
    r.valid_fraction = number(12);
    r.fraction_beyond = number(13);
    r.of_mean = number(14);
    r.series_mean = number(15);
    r.pixels = count(16);
    r.valid_pixels = count(17);
    const auto reason = std::find(std::begin(reason_names), std::end(reason_names), c[18]);
    if (reason == std::end(reason_names)) bad(file, rows[i].line, "'" + printable(c[18], 40) + "' is no reason");
    r.reason = static_cast<Reason>(reason - std::begin(reason_names));
    table.rows.push_back(std::move(r));
  }
  table.sort();
  return table;
}

}  // namespace fw
