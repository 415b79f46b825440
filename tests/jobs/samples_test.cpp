#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "core/base/csv.h"
#include "core/base/sha256.h"
#include "core/evidence/report.h"
#include "core/geo/admin_units.h"
#include "core/geo/open_scene.h"
#include "core/scene/catalogue.h"
#include "jobs/samples/files.h"
#include "jobs/samples/noise.h"
#include "jobs/samples/scenes.h"
#include "tests/support.h"

namespace fw::samples {
namespace {

using test::TempDir;

constexpr uint64_t seed = 2018;
const Truth& truth() {
  static const Truth t(seed);
  return t;
}

TEST(SampleNoise, IsTheSameOnEveryMachine) {
  EXPECT_EQ(Noise(1, 2).bits(3, 4), 18085234591431046375ULL) << "pinned: another value changes every sample";
}

TEST(SampleNoise, IsSpreadAsItClaims) {
  const Noise noise(5, 6);
  double sum = 0, sum2 = 0, uniform = 0;
  constexpr int n = 100000;
  for (int i = 0; i < n; ++i) {
    const double v = noise.normal(static_cast<uint64_t>(i));
    sum += v;
    sum2 += v * v;
    uniform += noise.unit(static_cast<uint64_t>(i), 1);
    ASSERT_LT(std::abs(v), 3.47);
  }
  EXPECT_NEAR(sum / n, 0, 0.02);
  EXPECT_NEAR(sum2 / n, 1, 0.02);
  EXPECT_NEAR(uniform / n, 0.5, 0.005);
}

TEST(SampleTruth, LakeShrinksSettlementGrowsAndNothingElseTurnsBack) {
  size_t lake_before = pixels, roofs_before = 0;
  for (int year = first_year; year <= last_year; ++year) {
    size_t lake = 0, roofs = 0;
    for (size_t p = 0; p < pixels; ++p) {
      lake += truth().lake(p, year);
      roofs += truth().settlement(p, year);
      if (year > first_year) {
        ASSERT_TRUE(!truth().lake(p, year) || truth().lake(p, year - 1));
        ASSERT_TRUE(truth().settlement(p, year) || !truth().settlement(p, year - 1));
      }
    }
    EXPECT_LT(lake, lake_before);
    EXPECT_GE(roofs, roofs_before);
    lake_before = lake;
    roofs_before = roofs;
  }
  size_t old_lake = 0, old_roofs = 0;
  for (size_t p = 0; p < pixels; ++p) {
    old_lake += truth().lake(p, 2021);
    old_roofs += truth().settlement(p, 2021);
  }
  EXPECT_LT(lake_before, old_lake / 2);
  EXPECT_GT(roofs_before, 2 * old_roofs);
}

TEST(SampleTruth, EveryPixelBelongsToOneUnitAndOneParent) {
  for (int row = 0; row < rows; ++row)
    for (int col = 0; col < cols; ++col) {
      const auto holds = [&](const Unit& u) { return inside(u.ring, row, col); };
      ASSERT_EQ(std::count_if(units().begin(), units().end(), holds), 1) << row << ' ' << col;
      ASSERT_EQ(std::count_if(parents().begin(), parents().end(), holds), 1) << row << ' ' << col;
      ASSERT_EQ(truth().observed(static_cast<size_t>(row * cols + col)), !holds(units().back()));
    }
}

/// Mean of an index over clear pixels of a place, by the rule of the product.
double mean_index(int year, int dekad, Band plus, Band minus, const std::function<bool(size_t)>& place) {
  const SceneArrays scene = make_scene(truth(), seed, year, dekad);
  const int offset = offset_of(scene_day(year, dekad));
  double sum = 0;
  int count = 0;
  for (size_t p = 0; p < pixels; ++p) {
    if (!place(p) || (scene.scl[p] != 4 && scene.scl[p] != 5 && scene.scl[p] != 6)) continue;
    const double a = scene.dn[plus][p] + offset, b = scene.dn[minus][p] + offset;
    sum += (a - b) / (a + b);
    ++count;
  }
  return count ? sum / count : std::nan("");
}

TEST(SampleScenes, ShowTheDroughtOfAugust2023InItsHalfOnly) {
  constexpr int late_august = 23;
  const auto dry = [](size_t p) { return truth().drought(p) && truth().land(p) != Cover::bare; };
  const auto ordinary = [](size_t p) {
    return !truth().drought(p) && truth().land(p) != Cover::bare && !truth().lake(p, 2018) &&
           !truth().settlement(p, 2023);
  };
  double west = 0, east = 0;
  for (int year = 2018; year <= 2021; ++year) {
    west += mean_index(year, late_august, nir, red, dry) / 4;
    east += mean_index(year, late_august, nir, red, ordinary) / 4;
  }
  EXPECT_LT(mean_index(2023, late_august, nir, red, dry), west - 0.12);
  EXPECT_NEAR(mean_index(2023, late_august, nir, red, ordinary), east, 0.03);
}

TEST(SampleScenes, HaveTheSpectraOfTheirCovers) {
  const auto is = [](Cover cover, int year, int dekad) {
    return [=](size_t p) { return truth().cover(p, year, dekad) == cover; };
  };
  EXPECT_GT(mean_index(2023, 23, green, swir1, is(Cover::lake, 2023, 23)), 0.5);
  for (const Cover cover : {Cover::crop, Cover::bare, Cover::lake_bed, Cover::roofs})
    EXPECT_LT(mean_index(2023, 23, green, swir1, is(cover, 2023, 23)), 0) << static_cast<int>(cover);
  EXPECT_GT(mean_index(2023, 23, swir1, nir, is(Cover::roofs, 2023, 23)), 0.05);
  EXPECT_LT(mean_index(2023, 23, nir, red, is(Cover::roofs, 2023, 23)), 0.2);
  EXPECT_LT(mean_index(2021, 6, nir, red, is(Cover::bare, 2021, 6)), 0.2) << "dry season";
  EXPECT_GT(mean_index(2021, 24, nir, red, is(Cover::bare, 2021, 24)),
            mean_index(2021, 6, nir, red, is(Cover::bare, 2021, 6)) + 0.1);
}

TEST(SampleScenes, AreNumberedHigherByThousandFromBaselineFour) {
  EXPECT_STREQ(baseline_of({2022, 1, 15}), "03.01");
  EXPECT_STREQ(baseline_of({2022, 1, 25}), "04.00");
  EXPECT_EQ(offset_of({2022, 1, 24}), 0);
  EXPECT_EQ(offset_of({2022, 1, 25}), -1000);
  const auto lake = [](size_t p) { return truth().lake(p, 2023); };
  const double before = mean_index(2022, 1, green, red, lake), after = mean_index(2022, 2, green, red, lake);
  EXPECT_NEAR(before, after, 0.02) << "the same water on both sides of the change";
}

TEST(SampleScenes, NeverSeeTheStripAndSomeDekadsNothingAtAll) {
  int overcast = 0;
  for (int year = first_year; year <= last_year; ++year)
    for (int dekad = 0; dekad < 36; dekad += year == 2023 ? 1 : 6) {
      const SceneArrays scene = make_scene(truth(), seed, year, dekad);
      size_t clear = 0;
      for (size_t p = 0; p < pixels; ++p) {
        ASSERT_EQ(scene.scl[p] == 0, !truth().observed(p));
        ASSERT_EQ(scene.dn[nir][p] == 0, !truth().observed(p));
        clear += scene.scl[p] >= 4 && scene.scl[p] <= 6;
      }
      overcast += clear == 0;
    }
  EXPECT_GE(overcast, 1);
}

TEST(SampleScenes, HoldTheSameNumbersOnEveryMachine) {
  const SceneArrays scene = make_scene(truth(), seed, 2023, 23);
  Sha256 hash;
  for (const auto& band : scene.dn)
    for (const uint16_t v : band) {
      const unsigned char bytes[] = {static_cast<unsigned char>(v & 255), static_cast<unsigned char>(v >> 8)};
      hash.add(bytes, 2);
    }
  hash.add(scene.scl.data(), scene.scl.size());
  EXPECT_EQ(hash.finish(), "5bfc66c692dab4180069f8a081db6882863a2f3b1dbd17da709f8aeb30db9b6a");
}

/// All sample files of one year, made once.
const std::filesystem::path& samples_2022() {
  static const TempDir dir;
  static const std::filesystem::path folder = [] {
    make_samples(dir / "samples", {2022, 2022, seed, false});
    return dir / "samples";
  }();
  return folder;
}

TEST(MakeSamples, RefusesAFolderThatHoldsSamplesUnlessAllowed) {
  try {
    make_samples(samples_2022(), {2022, 2022, seed, false});
    FAIL() << "was overwritten";
  } catch (const OutputError& e) {
    EXPECT_EQ(e.code(), "EXISTS");
  }
}

TEST(MakeSamples, GivesTheSameBytesTwice) {
  TempDir again;
  make_samples(again.path(), {2022, 2022, seed, false});
  size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(samples_2022())) {
    if (!entry.is_regular_file()) continue;
    ++files;
    const auto relative = std::filesystem::relative(entry.path(), samples_2022());
    ASSERT_EQ(sha256_of_file(entry.path()), sha256_of_file(again.path() / relative)) << relative;
  }
  EXPECT_EQ(files, 36U * 8 + 3 + 2 + 17 + 1 + 1)
      << "scenes and rain, admin and people, reports, rasters, truth.json and expected_reports.csv";
}

TEST(MakeSamples, ScansAsSentinel2WithItsOffsetAndAsChirps) {
  RunReport report;
  ScanRequest request;
  request.config_dir = std::string(FW_SOURCE_DIR) + "/config";
  request.root = samples_2022();
  ScanInput scenes, rain;
  scenes.product = "sentinel2-l2a";
  scenes.paths = {"scenes"};
  rain.product = "chirps";
  rain.paths = {"rain"};
  request.inputs = {scenes, rain};
  const Catalogue catalogue = scan(request, report);
  EXPECT_EQ(report.rejected(), 0U) << (report.empty() ? "" : report.sorted().front().code);
  std::map<std::string, int> count;
  for (const Scene& s : catalogue.scenes) {
    ++count[s.product];
    if (s.product != "sentinel2-l2a") continue;
    const bool late = !(s.time.date < Date{2022, 1, 25});
    EXPECT_NEAR(s.bands.at("red").offset, late ? -0.1 : 0, 1e-12) << s.id;
    EXPECT_EQ(s.baseline, late ? "04.00" : "03.01");
    EXPECT_TRUE(s.qa.has_value());
    EXPECT_EQ(s.bands.at("swir2").grid.rows, rows);
  }
  EXPECT_EQ(count["sentinel2-l2a"], 36);
  EXPECT_EQ(count["chirps"], 36);
}

TEST(MakeSamples, BurnsItsUnitsWhereTheTruthHasThem) {
  AdminUnits::Request request;
  request.file = samples_2022() / "admin" / "admin2.geojson";
  request.root = samples_2022();
  request.pcode_field = "adm2_pcode";
  request.name_field = "adm2_name";
  request.parent_field = "adm1_pcode";
  const AdminUnits admin = AdminUnits::read(request);
  ASSERT_EQ(admin.units().size(), units().size());
  Grid grid{"EPSG:" + std::to_string(epsg), x0, y0, cell_m, cell_m, rows, cols};
  const auto burnt = admin.rasterise(grid, grid.whole());
  size_t differ = 0;
  for (int row = 0; row < rows; ++row)
    for (int col = 0; col < cols; ++col) {
      const int unit = burnt[static_cast<size_t>(row * cols + col)];
      differ += unit < 0 || !inside(units().at(static_cast<size_t>(unit)).ring, row, col);
      if (unit < 0) continue;
      ASSERT_EQ(admin.units()[static_cast<size_t>(unit)].pcode, units()[static_cast<size_t>(unit)].pcode);
    }
  EXPECT_LE(differ, 20U) << "only pixels cut by an edge";
}

TEST(MakeSamples, HasReportsThatEndAsExpected) {
  AdminUnits::Request admin_request;
  admin_request.file = samples_2022() / "admin" / "admin2.geojson";
  admin_request.root = samples_2022();
  admin_request.pcode_field = "adm2_pcode";
  const AdminUnits admin = AdminUnits::read(admin_request);
  EvidenceRequest request;
  request.root = samples_2022().string();
  ReportInput hxl, plain;
  hxl.path = "reports/reports_hxl.csv";
  plain.path = "reports/reports_plain.csv";
  plain.format = "csv";
  plain.columns = {{"report_id", "number"}, {"reporter_id", "who"}, {"org", "group"},     {"lat", "latitude"},
                   {"lon", "longitude"},    {"time", "when"},       {"category", "what"}, {"severity", "how_bad"},
                   {"people", "persons"},   {"consent", "agreed"},  {"text", "remark"}};
  request.inputs = {hxl, plain};
  request.defaults = {{"owner", "villages"}, {"purpose", "early warning"}, {"retention", "1 year"}};
  request.registry = load_registry(std::string(FW_SOURCE_DIR) + "/config/reporters/sample.toml");
  request.locate = [&](double lon, double lat) -> std::optional<std::string> {
    const auto unit = admin.locate(lon, lat);
    return unit ? std::optional(admin.units()[static_cast<size_t>(*unit)].pcode) : std::nullopt;
  };
  for (const AdminUnit& u : admin.units()) request.pcodes.push_back(u.pcode);
  request.as_of = *parse_datetime("2023-08-31T00:00:00Z");
  RunReport report;
  const EvidenceTable table = read_evidence(request, report);

  std::map<std::string, std::string> lines;  // "file:line" → expected; rows stand in the order of the expectations
  std::map<std::string, size_t> next = {{"reports_hxl.csv", 3}, {"reports_plain.csv", 2}};
  size_t left_out = 0, copies = 0;
  for (const CsvRow& row : parse_csv(test::read_text(samples_2022() / "truth" / "expected_reports.csv"))) {
    if (row.line == 1) continue;
    lines["reports/" + row.cells[0] + ":" + std::to_string(next[row.cells[0]]++)] = row.cells[2];
    copies += row.cells[2] == "DUPLICATE";
  }
  std::map<std::string, std::string> found;
  for (const Rejection& r : report.sorted()) {
    if (r.code == "DUPLICATE") continue;  // told of the first of the copies
    found[r.item] = r.code;
    left_out += r.verdict != Verdict::noted;
  }
  for (const auto& [item, code] : lines) {
    if (code == "accepted" || code == "DUPLICATE") {
      EXPECT_EQ(found.count(item), 0U) << item << ' ' << found[item];
    } else {
      EXPECT_EQ(found[item], code) << item;
    }
  }
  EXPECT_EQ(table.duplicates, copies);
  EXPECT_EQ(table.read, lines.size());
  EXPECT_EQ(table.accepted + left_out + copies, lines.size());
  const auto unit_kind = [&](const std::string& pcode, const std::string& kind) {
    double worst = -1;
    for (const EvidenceRow& row : table.rows)
      if (row.pcode == pcode && row.kind == kind) worst = std::max(worst, row.value);
    return worst;
  };
  EXPECT_GT(unit_kind("XS0101", "drought"), 0.8);
  EXPECT_LT(unit_kind("XS0202", "crop"), 0.2);
  EXPECT_GT(unit_kind("XS0204", "arrivals"), 0.7);
  EXPECT_EQ(unit_kind("XS0103", "drought"), -1) << "the silent unit";
}

}  // namespace
}  // namespace fw::samples
