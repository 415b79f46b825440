// Configurations of runs: a complete good one, every wrong key by its code and path, and what follows from them.
#include "jobs/run_config.h"

#include <algorithm>

#include "core/base/text.h"
#include "tests/support.h"

namespace fw {
namespace {

namespace fs = std::filesystem;

const char* const good = R"(name = "watch"
title = "A watch"
input_root = "data"
registry = "sample"
audience = "partner"
cadence = "month"
from = "2015-01-01"
to = "2015-12-31"
reference = ["2001-01-01", "2014-12-31"]
min_years = 7
std_floor = 0.02
rasters = "all"
layers = ["drought"]
indicators = ["ntl_pct"]
water_index = "AWEInsh"
tile_size = 128
threads = 3
memory = "512MiB"
version = 2
output = "out/run"
threshold = 0.6
crs = "EPSG:4326"
bbox = [38.12, 7.22, 38.58, 7.78]
series_product = { NDVI = "time-stack" }
composites = { NDVI = "mean" }
weights = { drought = 0.25, famine = 0.75 }
privacy = { k = 7, enabled = true }
built_up = { a0 = 3, a_ndbi = 10, a_ndvi = -5, window_dekads = 18, min_valid_dekads = 6 }

[[input]]
product = "time-stack"
path = ["scenes", "more.tif"]
dates_csv = "dates.csv"
roles = { value = "ndvi" }
scale = 0.0001
offset = 0.5
qa = "mask.tif"
date = "2015-01-01"
crs = "EPSG:4326"
unit = "1"

[[reports]]
path = "reports.csv"
format = "csv"
columns = { lat = "y", lon = "x" }

[region]
name = "here"
title = "Here"
iso3 = "ETH"
crs = "EPSG:4326"
season = { from = "06-01", to = "10-31" }
[region.grid]
extent = [38, 7, 39, 8]
cell = [0.1, 0.1]
[[region.admin]]
file = "admin.geojson"
layer = "a"
level = 2
pcode = "PCODE"
name = "NAME"
parent = "UP"
)";

/// A folder with everything that `good` names, as the folder the program was started in.
class Site {
 public:
  Site() : before_(fs::current_path()) {
    fs::create_directories(dir_ / "data/scenes");
    for (const char* file :
         {"data/more.tif", "data/reports.csv", "data/admin.geojson", "data/mask.tif", "data/dates.csv"})
      test::write_text(dir_ / file, "x");
    fs::current_path(dir_.path());
  }
  ~Site() { fs::current_path(before_); }
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;
  RunConfig load(const std::string& text, RunOverrides overrides = {}) {
    test::write_text(dir_ / "run.toml", text);
    if (overrides.config_dir.empty()) overrides.config_dir = std::string(FW_SOURCE_DIR) + "/config";
    return load_run_config((dir_ / "run.toml").string(), overrides, report);
  }
  /// "CODE message" of a configuration that is refused; "" when it is taken.
  std::string trouble(const std::string& text, const RunOverrides& overrides = {}) {
    try {
      load(text, overrides);
      return "";
    } catch (const ConfigError& e) {
      return e.code() + " " + e.what();
    }
  }
  fs::path path() const { return dir_.path(); }
  RunReport report;

 private:
  test::TempDir dir_;
  fs::path before_;
};

std::string with(const std::string& from, const std::string& to) {
  std::string text = good;
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(RunConfig, TakesEveryKey) {
  Site site;
  const RunConfig c = site.load(good);
  EXPECT_EQ(std::tie(c.name, c.title, c.registry, c.rasters, c.water_index),
            std::make_tuple("watch", "A watch", "sample", "all", "AWEInsh"));
  EXPECT_EQ(c.input_root, fs::weakly_canonical(site.path() / "data"));
  EXPECT_EQ(c.cadence, Cadence::month);
  EXPECT_EQ(to_string(c.from) + to_string(c.to), "2015-01-012015-12-31");
  EXPECT_EQ(to_string(c.reference_from) + to_string(c.reference_to), "2001-01-012014-12-31");
  EXPECT_EQ(std::tie(c.min_years, c.tile_size, c.threads, c.version), std::make_tuple(7, 128, 3, 2));
  EXPECT_EQ(c.std_floor, 0.02);
  EXPECT_EQ(c.memory_bytes, size_t{512} << 20);
  EXPECT_EQ(c.output, "out/run");
  EXPECT_EQ(c.threshold, 0.6);
  EXPECT_EQ(c.privacy.audience, "partner");
  EXPECT_EQ(c.privacy.k, 7);
  EXPECT_EQ(c.layer_weights.at("famine"), 0.75);
  EXPECT_EQ(c.series_product.at("NDVI"), "time-stack");
  EXPECT_EQ(c.composites.at("NDVI"), CompositeMethod::mean);
  EXPECT_EQ(std::tie(c.built_up.window_dekads, c.built_up.min_valid_dekads), std::make_tuple(18, 6));
  ASSERT_EQ(c.inputs.size(), 1u);
  const ScanInput& input = c.inputs[0];
  EXPECT_EQ(input.paths, (std::vector<std::string>{"scenes", "more.tif"}));
  EXPECT_EQ(input.roles.at("value"), "ndvi");
  EXPECT_EQ(input.scale, 0.0001);
  EXPECT_EQ(input.offset, 0.5);
  EXPECT_EQ(std::tie(input.qa, input.dates_csv, input.crs), std::make_tuple("mask.tif", "dates.csv", "EPSG:4326"));
  ASSERT_EQ(c.reports.size(), 1u);
  EXPECT_EQ(c.reports[0].columns.at("lat"), "y");
  ASSERT_EQ(c.region.admin.size(), 1u);
  EXPECT_EQ(c.region.admin[0].pcode_field, "PCODE");
  EXPECT_EQ(c.region.iso3, "eth");
  ASSERT_TRUE(c.region.season);
  EXPECT_EQ(c.region.season->from_dekad, 15);
  EXPECT_EQ(c.region.season->to_dekad, 29);
  EXPECT_TRUE(site.report.empty());
}

TEST(RunConfig, ASeasonByPhenologyGatesPixelsAndTellsThem) {
  Site site;
  const RunConfig c = site.load(
      with("season = { from = \"06-01\", to = \"10-31\" }", "season = { by = \"phenology\", min_amplitude = 0.2 }"));
  EXPECT_FALSE(c.region.season);
  ASSERT_TRUE(c.region.phenology);
  EXPECT_EQ(c.region.phenology->min_amplitude, 0.2);
  EXPECT_EQ(c.region.phenology->start, 0.25);
  for (const char* id : {"season_active", "season_senescent"})
    EXPECT_EQ(std::count(c.indicators.begin(), c.indicators.end(), id), 1) << id;
  const SeriesPlan plan = series_plan(c, std::filesystem::temp_directory_path());
  EXPECT_TRUE(plan.gate_by_phenology);
  EXPECT_EQ(plan.phenology.min_amplitude, 0.2);
}

TEST(RunConfig, ACombinedDroughtIndicatorNamesItsVersionAndBringsItsInputs) {
  Site site;
  const std::string dekads = with("cadence = \"month\"", "cadence = \"dekad\"\ncdi = \"4\"");
  const auto ids = site.load(dekads).indicators;
  for (const char* id : {"rain_spi1", "rain_spi3", "sm_z", "ndvi_z"})
    EXPECT_EQ(std::count(ids.begin(), ids.end(), id), 1) << id;
  EXPECT_EQ(site.trouble(with("cadence = \"month\"", "cadence = \"dekad\"\ncdi = \"3\"")).substr(0, 5), "VALUE");
  EXPECT_EQ(site.trouble(with("cadence = \"month\"", "cadence = \"month\"\ncdi = \"4\"")).substr(0, 5), "VALUE");
}

TEST(RunConfig, AddsTheIndicatorsThatItsLayersNeed) {
  Site site;
  const auto ids = site.load(good).indicators;
  EXPECT_EQ(ids.front(), "ntl_pct");
  EXPECT_GT(ids.size(), 1u);
  EXPECT_EQ(std::count(ids.begin(), ids.end(), "ndvi_z") + std::count(ids.begin(), ids.end(), "ndvi3_z") > 0, true);
}

TEST(RunConfig, NamesWhatIsWrongByCodeAndKey) {
  struct Wrong {
    const char *from, *to, *code, *key;
  };
  const Wrong list[] = {
      {"name = \"watch\"", "name = \"a b\"", "ID_INVALID", "name"},
      {"name = \"watch\"", "nmae = \"watch\"", "UNKNOWN_KEY", "nmae"},
      {"audience = \"partner\"", "audience = \"all\"", "VALUE", "audience"},
      {"cadence = \"month\"", "cadence = \"week\"", "VALUE", "cadence"},
      {"from = \"2015-01-01\"", "from = \"2015-02-30\"", "DATE", "from"},
      {"from = \"2015-01-01\"\n", "", "MISSING_KEY", "from"},
      {"to = \"2015-12-31\"", "to = \"2014-12-31\"", "RANGE", "to"},
      {"[\"2001-01-01\", \"2014-12-31\"]", "[\"2014-12-31\", \"2001-01-01\"]", "DATE", "reference"},
      {"[\"2001-01-01\", \"2014-12-31\"]", "[\"2014-12-31\"]", "TYPE", "reference"},
      {"min_years = 7", "min_years = 1", "RANGE", "min_years"},
      {"min_years = 7", "min_years = \"7\"", "NUMBER_FORMAT", "min_years"},
      {"std_floor = 0.02", "std_floor = -1", "RANGE", "std_floor"},
      {"rasters = \"all\"", "rasters = \"some\"", "VALUE", "rasters"},
      {"indicators = [\"ntl_pct\"]", "indicators = [\"ntl\"]", "UNKNOWN_INDICATOR", "ntl"},
      {"water_index = \"AWEInsh\"", "water_index = \"NDVI\"", "VALUE", "water_index"},
      {"tile_size = 128", "tile_size = 31", "RANGE", "tile_size"},
      {"tile_size = 128", "tile_size = 128.5", "TYPE", "tile_size"},
      {"threads = 3", "threads = -1", "RANGE", "threads"},
      {"memory = \"512MiB\"", "memory = \"much\"", "RANGE", "memory"},
      {"version = 2", "version = 100", "RANGE", "version"},
      {"output = \"out/run\"", "output = \"../run\"", "PATH_OUTSIDE_ROOT", "../run"},
      {"output = \"out/run\"", "output = \"/tmp/run\"", "PATH_OUTSIDE_ROOT", "/tmp/run"},
      {"threshold = 0.6", "threshold = 1.1", "RANGE", "threshold"},
      {"threshold = 0.6\ncrs = \"EPSG:4326\"", "crs = \"EPSG:999999\"", "CRS_INVALID", "EPSG:999999"},
      {"[38.12, 7.22, 38.58, 7.78]", "[38.58, 7.22, 38.12, 7.78]", "RANGE", "bbox"},
      {"[38.12, 7.22, 38.58, 7.78]", "[38.12, 7.22, 38.58]", "TYPE", "bbox"},
      {"[38.12, 7.22, 38.58, 7.78]", "[48, 7.22, 49, 7.78]", "RANGE", "bbox"},
      {"composites = { NDVI = \"mean\" }", "composites = { NDVI = \"best\" }", "VALUE", "composites.NDVI"},
      {"drought = 0.25", "drought = -0.25", "WEIGHTS", "weights.drought"},
      {"drought = 0.25", "drought = nan", "WEIGHTS", "weights.drought"},
      {"{ drought = 0.25, famine = 0.75 }", "{ drought = 0 }", "WEIGHTS", "weights"},
      {"k = 7", "k = 4", "PRIVACY_FLOOR", "privacy.k"},
      {"enabled = true", "enabled = false", "PRIVACY_FLOOR", "privacy.enabled"},
      {"enabled = true", "enabld = true", "UNKNOWN_KEY", "privacy.enabld"},
      {"a0 = 3", "a0 = 30000", "RANGE", "built_up.a0"},
      {"window_dekads = 18", "window_dekads = 73", "RANGE", "built_up.window_dekads"},
      {"product = \"time-stack\"\npath", "path", "MISSING_KEY", "input[0].product"},
      {"path = [\"scenes\", \"more.tif\"]\n", "", "MISSING_KEY", "input[0].path"},
      {"\"more.tif\"", "\"less.tif\"", "INPUT_MISSING", "less.tif"},
      {"\"more.tif\"", "\"/vsizip/a.zip\"", "INPUT_SCHEME", "/vsizip"},
      {"\"more.tif\"", "\"../data/more.tif\"", "PATH_OUTSIDE_ROOT", ".."},
      {"unit = \"1\"", "units = \"1\"", "UNKNOWN_KEY", "input[0].units"},
      {"path = \"reports.csv\"", "path = \"none.csv\"", "INPUT_MISSING", "none.csv"},
      {"format = \"csv\"", "fromat = \"csv\"", "UNKNOWN_KEY", "reports[0].fromat"},
      {"name = \"here\"", "name = \"../here\"", "ID_INVALID", "region.name"},
      {"iso3 = \"ETH\"", "iso3 = \"Ethiopia\"", "VALUE", "region.iso3"},
      {"from = \"06-01\"", "from = \"06-31\"", "DATE", "region.season.from"},
      {"from = \"06-01\", to = \"10-31\"", "by = \"moon\"", "VALUE", "region.season.by"},
      {"from = \"06-01\", to = \"10-31\"", "by = \"phenology\", end = 0.8", "RANGE", "region.season.end"},
      {"cell = [0.1, 0.1]", "cell = [0.1, 0]", "RANGE", "region.grid.cell"},
      {"cell = [0.1, 0.1]", "cell = [1e-6, 1e-6]", "RANGE", "region.grid"},
      {"extent = [38, 7, 39, 8]", "extent = [39, 7, 38, 8]", "RANGE", "region.grid.extent"},
      {"extent = [38, 7, 39, 8]", "extent = [38, 7, 39.004, 8]", "RANGE", "region.grid.extent"},
      {"extent = [38, 7, 39, 8]", "size = [10, 10]", "TYPE", "region.grid.origin"},
      {"file = \"admin.geojson\"", "file = \"none.geojson\"", "INPUT_MISSING", "none.geojson"},
      {"level = 2", "level = 10", "RANGE", "region.admin[0].level"},
      {"pcode = \"PCODE\"\n", "", "MISSING_KEY", "region.admin[0].pcode"},
      {"[[region.admin]]", "[[region.unit_season]]\npcodes = []\nfrom = \"11-01\"\nto = \"03-31\"\n[[region.admin]]",
       "MISSING_KEY", "region.unit_season[0].pcodes"},
      {"[[region.admin]]",
       "[[region.unit_season]]\npcodes = [\"A\", \"A\"]\nfrom = \"11-01\"\nto = \"03-31\"\n[[region.admin]]",
       "DUPLICATE", "region.unit_season[0].pcodes"},
  };
  Site site;
  for (const auto& w : list) {
    const std::string found = site.trouble(with(w.from, w.to));
    EXPECT_EQ(found.substr(0, found.find(' ')), w.code) << w.to << " -> " << found;
    EXPECT_NE(found.find(w.key), std::string::npos) << w.to << " -> " << found;
  }
}

TEST(RunConfig, SaysTheLineOfAWrongKey) {
  Site site;
  EXPECT_NE(site.trouble(with("rasters = \"all\"", "rasters = 3")).find("line 12"), std::string::npos);
}

TEST(RunConfig, RefusesSecrets) {
  Site site;
  for (const char* key : {"signing_key", "key", "password", "token", "secret"}) {
    const std::string found = site.trouble(std::string(key) + " = \"RWQAAAA\"\n" + good);
    EXPECT_EQ(found.substr(0, 16), "SECRET_IN_CONFIG") << key;
    EXPECT_EQ(found.find("RWQAAAA"), std::string::npos) << "the message must not print it";
  }
}

TEST(RunConfig, CutsTheGridToWholeCellsWhoseCentresLieInTheBox) {
  Site site;
  const Grid cut = site.load(good).region.grid,
             whole = site.load(with("bbox = [38.12, 7.22, 38.58, 7.78]\n", "")).region.grid;
  EXPECT_EQ(whole.rows, 10);
  EXPECT_EQ(whole.cols, 10);
  EXPECT_EQ(cut.cols, 5) << "centres 38.15 to 38.55";
  EXPECT_EQ(cut.rows, 6) << "centres 7.25 to 7.75";
  EXPECT_NEAR(cut.x0, 38.1, 1e-12);
  EXPECT_NEAR(cut.y0, 7.8, 1e-12);
  int row = 0, col = 0;
  ASSERT_TRUE(aligned(whole, cut, &row, &col));
  EXPECT_EQ(row, 2);
  EXPECT_EQ(col, 1);
  const Grid all = site.load(with("[38.12, 7.22, 38.58, 7.78]", "[0, -10, 100, 10]")).region.grid;
  EXPECT_EQ(all, whole) << "a box around the region cuts nothing";
}

TEST(RunConfig, ReadsSizesOfMemoryInWords) {
  Site site;
  const auto bytes = [&](const std::string& text) { return site.load(with("512MiB", text)).memory_bytes; };
  EXPECT_EQ(bytes("2GiB"), size_t{2} << 30);
  EXPECT_EQ(bytes("16MiB"), size_t{16} << 20);
  EXPECT_EQ(bytes("20000000"), 20000000u);
  for (const char* wrong : {"15MiB", "100TiB", "-1GiB", "1.5.2GiB", "99999999999999999999GiB", ""})
    EXPECT_EQ(site.trouble(with("512MiB", wrong)).substr(0, 6), "RANGE ") << wrong;
  EXPECT_EQ(site.load(with("memory = \"512MiB\"", "cache_bytes = 33554432")).memory_bytes, size_t{32} << 20);
}

TEST(RunConfig, LetsTheCommandLineOverrideTheFile) {
  Site site;
  RunOverrides overrides;
  overrides.memory = "1GiB";
  overrides.tile_size = 64;
  overrides.threads = 1;
  const RunConfig c = site.load(good, overrides);
  EXPECT_EQ(c.memory_bytes, size_t{1} << 30);
  EXPECT_EQ(c.tile_size, 64);
  EXPECT_EQ(c.threads, 1);
  overrides.memory = "lots";
  EXPECT_EQ(site.trouble(good, overrides).substr(0, 6), "RANGE ");
  overrides.memory.clear();
  overrides.tile_size = 8;
  EXPECT_EQ(site.trouble(good, overrides).substr(0, 6), "RANGE ");
}

TEST(RunConfig, KeepsThePrivacyFloorForEveryAudience) {
  Site site;
  for (const char* audience : {"internal", "partner", "public"}) {
    const std::string text = with("audience = \"partner\"", "audience = \"" + std::string(audience) + "\"");
    EXPECT_EQ(site.load(text).privacy.audience, audience);
    std::string low = text;
    low.replace(low.find("k = 7"), 5, "k = 0");
    EXPECT_EQ(site.trouble(low).substr(0, 13), "PRIVACY_FLOOR") << audience;
  }
  EXPECT_EQ(site.load(with("audience = \"partner\"", "audience = \"restricted\"")).privacy.audience, "internal");
  EXPECT_EQ(site.load(with("privacy = { k = 7, enabled = true }\n", "")).privacy.k, privacy_floor_k);
}

TEST(RunConfig, TakesTermsOfReportsForAnInputAndForAllAndRefusesWhatIsNone) {
  Site site;
  const std::string terms = with("columns = { lat = \"y\", lon = \"x\" }",
                                 "columns = { lat = \"y\", lon = \"x\" }\ndefaults = { owner = \"a\", retention = \"90 "
                                 "days\", consent = \"yes\" }");
  const auto replaced = [](std::string text, const std::string& from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
  };
  const RunConfig c =
      site.load(replaced(terms, "enabled = true }", "purpose = \"health\", defaults = { sensitivity = \"low\" } }"));
  EXPECT_EQ(c.reports[0].defaults,
            (std::map<std::string, std::string>{{"consent", "yes"}, {"owner", "a"}, {"retention", "90 days"}}));
  EXPECT_EQ(c.privacy.purpose, "health");
  EXPECT_EQ(c.privacy.defaults.at("sensitivity"), "low");
  EXPECT_EQ(site.trouble(replaced(terms, "90 days", "for ever")).substr(0, 6), "VALUE ");
  EXPECT_EQ(site.trouble(replaced(terms, "consent = \"yes\"", "consent = \"no\"")).substr(0, 6), "VALUE ");
  EXPECT_EQ(site.trouble(replaced(terms, "owner = \"a\"", "sensitivity = \"harmless\"")).substr(0, 6), "VALUE ");
  EXPECT_EQ(site.trouble(replaced(terms, "owner = \"a\"", "text = \"a\"")).substr(0, 12), "UNKNOWN_KEY ");
}

TEST(RunConfig, AnotherAudienceChangesOnlyTheStepsThatReadReports) {
  Site site;
  RunOverrides overrides;
  const RunConfig as_configured = site.load(good);
  overrides.audience = "public";
  const RunConfig c = site.load(good, overrides);
  EXPECT_EQ(c.privacy.level(), Audience::public_);
  for (const char* step : {"catalogue", "indicators"})
    EXPECT_EQ(c.canonical_of(step), as_configured.canonical_of(step));
  for (const char* step : {"evidence", "risk", "publish"})
    EXPECT_NE(c.canonical_of(step), as_configured.canonical_of(step));
  EXPECT_NE(c.canonical.find("\"audience\":\"public\""), std::string::npos);
}

TEST(RunConfig, DividesWeightsByTheirSumWithANotice) {
  Site site;
  const RunConfig c = site.load(with("drought = 0.25, famine = 0.75", "drought = 1, famine = 3"));
  EXPECT_EQ(c.layer_weights.at("drought"), 0.25);
  EXPECT_EQ(c.layer_weights.at("famine"), 0.75);
  ASSERT_EQ(site.report.sorted().size(), 1u);
  EXPECT_EQ(site.report.sorted()[0].verdict, Verdict::noted);
  EXPECT_EQ(site.report.rejected(), 0u);
}

TEST(RunConfig, TakesARegionByName) {
  Site site;
  std::string text = good;
  text.resize(text.find("[region]"));
  const std::string nowhere = site.trouble("region = \"nowhere\"\n" + text);
  EXPECT_EQ(nowhere.substr(0, 17), "CONFIG_UNREADABLE");
  EXPECT_NE(nowhere.find("There are: bale, ethiopia, sample."), std::string::npos) << nowhere;
  EXPECT_EQ(site.trouble("region = \"../regions/bale\"\n" + text).substr(0, 10), "ID_INVALID");
  fs::create_directories(site.path() / "config/regions");
  for (const char* folder : {"products", "indicators", "risk", "classes", "reporters"})
    fs::copy(fs::path(FW_SOURCE_DIR) / "config" / folder, site.path() / "config" / folder);
  std::string region = std::string(good).substr(std::string(good).find("[region]") + 9);
  for (size_t at = 0; (at = region.find("region.", at)) != std::string::npos;) region.erase(at, 7);
  test::write_text(site.path() / "config/regions/here.toml", region);
  RunOverrides own;
  own.config_dir = (site.path() / "config").string();
  const RunConfig by_name = site.load("region = \"here\"\n" + text, own), in_line = site.load(good, own);
  EXPECT_EQ(by_name.region.name, "here");
  EXPECT_EQ(by_name.region.grid, in_line.region.grid);
  EXPECT_NE(by_name.canonical.find("\"region\":{"), std::string::npos) << "the region's own text is hashed too";
}

TEST(RunConfig, OfTheExamplesAreReadAsTheyLie) {
  FW_NEEDS_SHARED(data, "data");
  RunReport report;
  RunOverrides overrides;
  overrides.input_root = data.string();
  const RunConfig c = load_run_config(std::string(FW_SOURCE_DIR) + "/config/examples/bale.toml", overrides, report);
  EXPECT_EQ(c.region.name, "bale");
  EXPECT_EQ(c.region.grid.rows, 6);
}

TEST(RunConfig, BecomesAPlan) {
  Site site;
  const RunConfig c = site.load(good);
  const SeriesPlan plan = series_plan(c, site.path());
  EXPECT_EQ(plan.indicators.size(), c.indicators.size());
  for (const auto& i : plan.indicators) {
    if (i.series == "NDVI") {
      EXPECT_EQ(i.composite, CompositeMethod::mean) << i.id;
    }
  }
  EXPECT_EQ(label(plan.analysis_from) + label(plan.analysis_to), "2015-012015-12");
  EXPECT_EQ(std::tie(plan.min_years, plan.tile_size, plan.threads, plan.memory_bytes),
            std::tie(c.min_years, c.tile_size, c.threads, c.memory_bytes));
  EXPECT_EQ(plan.grid, c.region.grid);
  EXPECT_EQ(raster_stem(c, "drought_risk", plan.analysis_to), "eth_drought-risk_2015-12_v02");
}

}  // namespace
}  // namespace fw
