// Where: the region's grid, admin levels and seasons.
#include <algorithm>
#include <cmath>
#include <set>

#include "core/base/paths.h"
#include "core/base/text.h"
#include "jobs/run_config_parts.h"

namespace fw {
namespace fs = std::filesystem;
namespace {

int dekad_of_year(const ConfigNode& node, const char* key) {
  const auto t = parse_datetime("2000-" + node.text(key));  // a leap year: 02-29 is allowed
  if (!t) node.fail(key, "DATE", "must be a day of the year, MM-DD.");
  return place_in_year(period_of(t->date, Cadence::dekad));
}

Grid read_grid(const ConfigNode& node, const std::string& crs) {
  Grid grid;
  grid.crs = crs;
  const auto cell = fixed_numbers(node, "cell", 2);
  if (!(cell[0] > 0) || !(cell[1] > 0))
    node.fail("cell", "RANGE", "must be two positive numbers (width and height of a cell in units of the CRS).");
  grid.dx = cell[0];
  grid.dy = cell[1];
  double rows = 0, cols = 0;
  if (node.has("extent")) {
    const auto e = fixed_numbers(node, "extent", 4);
    if (!(e[0] < e[2]) || !(e[1] < e[3]))
      node.fail("extent", "RANGE", "must be [west, south, east, north] with west < east and south < north.");
    grid.x0 = e[0];
    grid.y0 = e[3];
    const double wide = (e[2] - e[0]) / cell[0], high = (e[3] - e[1]) / cell[1];
    cols = std::round(wide);
    rows = std::round(high);
    if (std::fabs(wide - cols) > 0.01 || std::fabs(high - rows) > 0.01)
      node.fail("extent", "RANGE",
                "is " + format_fixed(wide, 2) + " x " + format_fixed(high, 2) +
                    " cells; a part of one at its border would be left out. Make it whole ones.");
  } else {
    const auto origin = fixed_numbers(node, "origin", 2), size = fixed_numbers(node, "size", 2);
    grid.x0 = origin[0];
    grid.y0 = origin[1];
    rows = size[0];
    cols = size[1];
  }
  if (rows < 1 || cols < 1 || rows > 200000 || cols > 200000 || rows != std::floor(rows) || cols != std::floor(cols))
    node.fail("RANGE", "gives " + format_number(rows) + " x " + format_number(cols) +
                           " cells; 1 to 200000 whole ones are possible.");
  grid.rows = static_cast<int>(rows);
  grid.cols = static_cast<int>(cols);
  node.done();
  return grid;
}

PhenologyRule read_phenology(const ConfigNode& node) {
  PhenologyRule rule;
  if (node.text("by") != "phenology")
    node.fail("by", "VALUE", "must be \"phenology\"; or declare the season with 'from' and 'to'.");
  rule.start = node.number("start", 0.01, 0.99, rule.start);
  rule.senescence = node.number("senescence", 0.01, 0.99, rule.senescence);
  rule.end = node.number("end", 0.01, 0.99, rule.end);
  if (rule.end > rule.senescence) node.fail("end", "RANGE", "must not be above 'senescence': leaves wither first.");
  rule.min_amplitude = node.number("min_amplitude", 0, 1e6, rule.min_amplitude);
  rule.smooth_dekads = static_cast<int>(node.integer("smooth_dekads", 1, 9, rule.smooth_dekads));
  rule.in_season_share = node.number("in_season_share", 0, 1, rule.in_season_share);
  return rule;
}

}  // namespace

void crop(Grid& grid, const ConfigNode& root) {
  const auto b = fixed_numbers(root, "bbox", 4);
  if (!(b[0] < b[2]) || !(b[1] < b[3]))
    root.fail("bbox", "RANGE", "must be [west, south, east, north] with west < east and south < north.");
  const auto first = [](double at) { return static_cast<int>(std::ceil(at - 0.5 - 1e-9)); };
  const int c0 = std::max(0, first((b[0] - grid.x0) / grid.dx)),
            c1 = std::min(grid.cols, first((b[2] - grid.x0) / grid.dx));
  const int r0 = std::max(0, first((grid.y0 - b[3]) / grid.dy)),
            r1 = std::min(grid.rows, first((grid.y0 - b[1]) / grid.dy));
  if (r0 >= r1 || c0 >= c1) root.fail("bbox", "RANGE", "does not touch the region's grid.");
  grid.x0 += c0 * grid.dx;
  grid.y0 -= r0 * grid.dy;
  grid.cols = c1 - c0;
  grid.rows = r1 - r0;
}

Region read_region(const ConfigNode& node, const fs::path& input_root) {
  Region region;
  region.name = node.text("name");
  if (!is_safe_id(region.name)) node.fail("name", "ID_INVALID", "may hold letters, digits, '.', '_' and '-' only.");
  region.title = node.text("title", region.name);
  region.iso3 = lower(node.text("iso3"));
  if (region.iso3.size() != 3 || !is_safe_id(region.iso3))
    node.fail("iso3", "VALUE", "must be a three-letter country code.");
  const std::string crs = node.text("crs");
  region.grid = read_grid(node.at("grid"), checked_crs(crs));
  for (const auto& admin : node.list("admin")) {
    AdminUnits::Request request;
    request.root = input_root;
    request.file = resolve_beneath(input_root, admin.text("file"), true);
    request.layer = admin.text("layer", "");
    request.level = static_cast<int>(admin.integer("level", 0, 9));
    request.pcode_field = admin.text("pcode");
    request.name_field = admin.text("name", "");
    request.parent_field = admin.text("parent", "");
    admin.done();
    region.admin.push_back(std::move(request));
  }
  if (region.admin.empty())
    node.fail("admin", "MISSING_KEY", "is missing: at least one [[admin]] level with file, level and pcode.");
  if (const auto season = node.find("season")) {
    if (season->has("from") || season->has("to"))
      region.season = Season{dekad_of_year(*season, "from"), dekad_of_year(*season, "to")};
    else
      region.phenology = read_phenology(*season);
    season->done();
  }
  std::set<std::string> with_season;
  for (const auto& own : node.list("unit_season")) {
    region.unit_seasons.push_back({own.strings("pcodes"), {dekad_of_year(own, "from"), dekad_of_year(own, "to")}});
    if (region.unit_seasons.back().pcodes.empty()) own.fail("pcodes", "MISSING_KEY", "names no unit.");
    for (const std::string& pcode : region.unit_seasons.back().pcodes)
      if (!with_season.insert(pcode).second)
        own.fail("pcodes", "DUPLICATE", "names " + printable(pcode, 40) + ", which has a season already.");
    own.done();
  }
  node.done();
  return region;
}

}  // namespace fw
