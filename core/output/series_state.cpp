#include "core/output/series_state.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <nlohmann/json.hpp>

#include "core/base/paths.h"
#include "core/base/text.h"
#include "core/output/block_layout.h"

namespace fw {
namespace {

using Json = nlohmann::ordered_json;

using PlaneValue = uint32_t;  ///< a value of load_plane and keep_plane, of whatever kind

std::string planes_name(const std::string& name, Period period) { return name + "_" + label(period) + ".bin"; }

/// The planes of a file in their order: body(plane, size of a value).
template <class Values, class Body>
void for_each_plane(Values& v, const ReferencePlanes& planes, const Body& body) {
  body(v.count, true);
  body(v.mean, planes.mean);
  body(v.squares, planes.squares);
  body(v.low, planes.range);
  body(v.high, planes.range);
  body(v.median, planes.median);
  body(v.shape, planes.gamma);
  body(v.spread, planes.gamma);
  body(v.p_zero, planes.gamma);
  for (auto& year : v.years) body(year, true);
}

size_t bytes_of(const ReferencePlanes& planes) {
  size_t bytes = 0;
  PlaceValues none;
  none.resize(0, planes);
  for_each_plane(none, planes, [&](const auto& plane, bool there) { bytes += there ? sizeof(plane[0]) : 0; });
  return bytes;
}

Json json_of(const Indicator& i) {
  return {{"id", i.id},
          {"series", i.series},
          {"composite", static_cast<int>(i.composite)},
          {"window", i.window},
          {"window_method", static_cast<int>(i.window_method)},
          {"measure", static_cast<int>(i.measure)},
          {"statistic", static_cast<int>(i.statistic)},
          {"threshold", i.threshold},
          {"above", i.above},
          {"clean_up", i.clean_up},
          {"min_object_ha", i.min_object_ha},
          {"season_window", i.season_window},
          {"gated", i.gated},
          {"seasonal", i.seasonal}};
}

}  // namespace

std::string state_configuration(const SeriesPlan& plan, const RecordPlan& record,
                                const std::vector<AdminUnits>& levels) {
  const Grid& g = plan.grid;
  Json all = {{"grid", {g.crs, g.x0, g.y0, g.dx, g.dy, g.rows, g.cols}},
              {"cadence", periods_per_year(plan.cadence)},
              {"reference", {to_string(plan.reference_from), to_string(plan.reference_to)}},
              {"min_years", plan.min_years},
              {"std_floor", plan.std_floor},
              {"water_index", plan.water_index},
              {"built_up",
               {plan.built_up.a0, plan.built_up.a_ndbi, plan.built_up.a_ndvi, plan.built_up.window_dekads,
                plan.built_up.min_valid_dekads}}};
  const PhenologyRule& rule = plan.phenology;
  all["phenology"] = {
      plan.gate_by_phenology,
      {rule.start, rule.senescence, rule.end, rule.min_amplitude, rule.smooth_dekads, rule.in_season_share}};
  if (plan.season) all["season"] = {plan.season->from_dekad, plan.season->to_dekad};
  for (const auto& i : plan.indicators) all["indicators"].push_back(json_of(i));
  for (const auto& b : record.base) all["base"].push_back({b.name, static_cast<int>(b.composite), b.product});
  for (const auto& l : levels) all["levels"].push_back({l.level(), l.sha256()});
  return all.dump();
}

FolderStore::FolderStore(Publication& publication, const StoredState* last, const SeriesPlan& plan,
                         const RecordPlan& record, const std::vector<AdminUnits>& levels)
    : publication_(publication), last_(last), plan_(plan), record_(record), levels_(levels) {
  std::vector<std::string> wanted;  // by the tiles, which would wait for each other
  for (size_t k = 0; k < record.base.size(); ++k)
    for (int p = keep_from(plan, record.base[k]).number; p <= plan.analysis_to.number; ++p) {
      const Period period{plan.cadence, p};
      const std::string name = composite_name(k, period);
      const int row = p - record.first.number;
      const bool same = last && period <= last->span().to &&
                        (row < 0 || record.changed.at(record.base[k].product)[static_cast<size_t>(row)].empty());
      if (same) {
        if (const FileRecord* file = last->find(name)) {
          publication.keep(last->folder(), *file);
          if (row >= 0 && row < record.periods) wanted.push_back(name);
        }
      } else if (row >= 0) {
        writers_[name] = publication.file(name, plan.grid.pixels() * (sizeof(float) + 1));
      }
    }
  if (last) {
    for (const auto& file : last->files())
      if (file.path.rfind("reference/", 0) == 0 || file.path.rfind("units/", 0) == 0)
        publication.keep(last->folder(), file);
    for (size_t i = 0; i < plan.indicators.size(); ++i)
      for (const int t : record.targets)
        if (const std::string name = reference_name(i, place_in_year({plan.cadence, record.first.number + t}));
            record.unit_series[i] == i && last->find(name))
          wanted.push_back(name);
    std::sort(wanted.begin(), wanted.end());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    tbb::parallel_for(size_t{0}, wanted.size(), [&](size_t i) { last->checked(wanted[i]); });
    return;
  }
  for (size_t i = 0; i < plan.indicators.size(); ++i) {
    const ReferencePlanes planes = reference_planes(plan, record, i);
    if (record.unit_series[i] != i || !planes.any()) continue;
    for (size_t level = 0; level < levels.size(); ++level)
      units_[units_name(level, i)].resize(units_bytes(level, i) * static_cast<size_t>(periods_per_year(plan.cadence)));
  }
}

std::string FolderStore::composite_name(size_t base, Period period) const {
  const char* const methods[] = {"max", "median", "mean", "sum", "last"};
  const BaseSeries& b = record_.base[base];
  return "composites/" + b.name + "_" + methods[static_cast<int>(b.composite)] + "_" + label(period) + ".bin";
}
std::string FolderStore::reference_name(size_t series, int place) const {
  return "reference/" + plan_.indicators[series].id + "_" + std::to_string(place + 1) + ".bin";
}
std::string FolderStore::units_name(size_t level, size_t series) const {
  return "units/" + plan_.indicators[series].id + "_adm" + std::to_string(level) + ".bin";
}
std::string FolderStore::unit_years_name(size_t level, size_t series) const {
  return "units/" + plan_.indicators[series].id + "_adm" + std::to_string(level) + "_years.bin";
}
size_t FolderStore::units_bytes(size_t level, size_t series) const {
  return levels_[level].units().size() * bytes_of(reference_planes(plan_, record_, series));
}

bool FolderStore::has_composite(size_t base, Period period) const {
  return last_ && last_->find(composite_name(base, period)) != nullptr;
}

void FolderStore::load_composite(size_t base, Period period, const Window& window, float* value, uint8_t* reason) {
  const std::string name = composite_name(base, period);
  std::vector<RoomPiece> pieces;
  add_composite(pieces, plan_.grid, window, value, reason);
  last_->read(name, pieces);
}

bool FolderStore::keeps_composite(size_t base, Period period) const {
  return writers_.count(composite_name(base, period)) != 0;
}

void FolderStore::keep_composite(size_t base, Period period, const Window& window, const float* value,
                                 const uint8_t* reason) {
  FileWriter& file = *writers_.at(composite_name(base, period));
  std::vector<FilePiece> pieces;
  add_composite(pieces, plan_.grid, window, value, reason);
  file.write(pieces);
}

void FolderStore::load_reference(size_t series, int place, const Window& window, const ReferencePlanes& wanted,
                                 PlaceValues& values) {
  const std::string name = reference_name(series, place);
  values.resize(window.pixels(), wanted);
  size_t begin = 0;
  std::vector<RoomPiece> pieces;
  PlaceValues there;  // one value of each plane that the file holds
  there.resize(1, reference_planes(plan_, record_, series));
  const auto read = [&](auto& plane, const auto& stored) {
    if (!plane.empty()) add_plane(pieces, plan_.grid, window, begin, plane.data());
    begin += stored.size() * plan_.grid.pixels() * sizeof(plane[0]);
  };
  read(values.count, there.count);
  read(values.mean, there.mean);
  read(values.squares, there.squares);
  read(values.low, there.low);
  read(values.high, there.high);
  read(values.median, there.median);
  read(values.shape, there.shape);
  read(values.spread, there.spread);
  read(values.p_zero, there.p_zero);
  for (size_t y = 0; y < values.years.size(); ++y) read(values.years[y], there.years[y]);
  last_->read(name, pieces);
}

std::shared_ptr<FileWriter> FolderStore::begin_file(const std::string& name, size_t bytes) {
  std::lock_guard lock(mutex_);
  auto& writer = begun_[name];
  if (!writer) writer = publication_.file(name, bytes);
  return writer;
}

void FolderStore::keep_reference(size_t series, int place, const Window& window, const PlaceValues& values) {
  const ReferencePlanes planes = reference_planes(plan_, record_, series);
  const auto file = begin_file(reference_name(series, place), plan_.grid.pixels() * bytes_of(planes));
  size_t begin = 0;
  std::vector<FilePiece> pieces;
  for_each_plane(values, planes, [&](const auto& plane, bool there) {
    if (!there) return;
    add_plane(pieces, plan_.grid, window, begin, plane.data());
    begin += plan_.grid.pixels() * sizeof(plane[0]);
  });
  file->write(pieces);
}

void FolderStore::load_units(size_t level, size_t series, int place, const ReferencePlanes& wanted,
                             PlaceValues& values) {
  const size_t n = levels_[level].units().size();
  PlaceValues all;
  all.resize(n, reference_planes(plan_, record_, series));
  size_t at = units_bytes(level, series) * static_cast<size_t>(place);
  for_each_plane(all, reference_planes(plan_, record_, series), [&](auto& plane, bool there) {
    if (!there || n == 0) return;
    last_->read(units_name(level, series), at, plane.data(), n * sizeof(plane[0]));
    at += n * sizeof(plane[0]);
  });
  if (!wanted.mean) all.mean.clear();
  if (!wanted.squares) all.squares.clear();
  if (!wanted.range) all.low.clear(), all.high.clear();
  if (!wanted.median) all.median.clear();
  if (!wanted.gamma) all.shape.clear(), all.spread.clear(), all.p_zero.clear();
  if (wanted.years == 0) all.years.clear();
  values = std::move(all);
}

void FolderStore::keep_units(size_t level, size_t series, int place, const PlaceValues& values) {
  std::string& file = units_.at(units_name(level, series));
  size_t at = units_bytes(level, series) * static_cast<size_t>(place);
  for_each_plane(values, reference_planes(plan_, record_, series), [&](const auto& plane, bool there) {
    if (!there || plane.empty()) return;
    std::memcpy(file.data() + at, plane.data(), plane.size() * sizeof(plane[0]));
    at += plane.size() * sizeof(plane[0]);
  });
}

void FolderStore::load_unit_years(size_t level, size_t series, std::vector<float>& values) {
  if (!values.empty()) last_->read(unit_years_name(level, series), 0, values.data(), values.size() * sizeof(float));
}

void FolderStore::keep_unit_years(size_t level, size_t series, const std::vector<float>& values) {
  std::string& file = units_[unit_years_name(level, series)];
  file.resize(values.size() * sizeof(float));
  if (!values.empty()) std::memcpy(file.data(), values.data(), file.size());
}

bool FolderStore::has_planes(const std::string& name, Period period) const {
  return last_ && last_->find(planes_name(name, period)) != nullptr;
}

void FolderStore::load_plane(const std::string& name, Period period, size_t plane, const Window& window,
                             void* values) const {
  std::vector<RoomPiece> pieces;
  add_plane(pieces, plan_.grid, window, plane * plan_.grid.pixels() * sizeof(PlaneValue),
            static_cast<PlaneValue*>(values));
  last_->read(planes_name(name, period), pieces);
}

void FolderStore::keep_plane(const std::string& name, Period period, size_t planes, size_t plane, const Window& window,
                             const void* values) {
  const size_t bytes = plan_.grid.pixels() * sizeof(PlaneValue);
  const auto file = begin_file(planes_name(name, period), planes * bytes);
  std::vector<FilePiece> pieces;
  add_plane(pieces, plan_.grid, window, plane * bytes, static_cast<const PlaneValue*>(values));
  file->write(pieces);
}

void FolderStore::keep_planes(const std::string& name, Period period) {
  publication_.keep(last_->folder(), *last_->find(planes_name(name, period)));
}

void FolderStore::finish(const std::string& configuration, const StoredSpan& span, const Catalogue& catalogue,
                         const ScanMemory& scanned, const IndicatorTable& table,
                         const std::vector<Rejection>& rejections) {
  std::vector<std::function<void()>> parts = {
      [&] { publication_.text("scenes.json", catalogue_json(catalogue)); },
      [&] { publication_.text("scanned.json", scanned.scenes_text()); },
      [&] { publication_.text("scanned_files.json", scanned.files_text()); },
      [&] { publication_.text("indicators.csv", indicator_csv(table, false)); }};
  for (const auto* files : {&writers_, &begun_})
    for (const auto& [name, writer] : *files)
      parts.emplace_back([&, &file = writer] { publication_.finish_file(file); });
  for (const auto& [name, content] : units_)
    parts.emplace_back([&, &as = name, &text = content] { publication_.text(as, text); });
  tbb::parallel_for(size_t{0}, parts.size(), [&](size_t i) { parts[i](); });
  publication_.text("state.json", state_json(configuration, span, rejections));
}

}  // namespace fw
