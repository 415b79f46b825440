// Real files of published statistics: rows counted beforehand with Python's csv, json and zipfile; match rates with
// unicodedata on the names of the boundary files.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "core/base/csv.h"
#include "core/evidence/observation_account.h"
#include "core/geo/admin_units.h"
#include "tests/support.h"

namespace fw::test {
namespace {

namespace fs = std::filesystem;

struct Counted {
  const char *file, *format;
  size_t rows, empty, refused, set_aside;
};

const Counted counted[] = {
    {"dtm_iom/global-iom-dtm-from-api-admin-0-to-2.csv", "dtm", 13367, 0, 0, 0},
    {"dtm_iom/hdx_hapi_idps_global.csv", "hapi-idps", 6854, 0, 0, 0},
    {"dtm_iom/input/displacement-admin1-admin0pcode-afg.json", "dtm", 1395, 0, 0, 0},
    {"dtm_iom/input/displacement-admin1-admin0pcode-hti.json", "dtm", 235, 0, 0, 0},
    {"dtm_iom/input/displacement-admin1-admin0pcode-tcd.json", "dtm", 56, 0, 0, 0},
    {"dtm_iom/input/displacement-admin2-admin0pcode-hti.json", "dtm", 1384, 0, 0, 0},
    {"dtm_iom/input/displacement-admin2-admin0pcode-tcd.json", "dtm", 145, 0, 0, 0},
    {"eth_food/FewsNetAdmin2/ethiopia_admin2_fewsnet_20090701_20201001_CS.csv", "fews-phase", 3913, 6, 0, 0},
    {"eth_food/FewsNetAdmin2/ethiopia_admin2_fewsnet_20090701_20201001_ML1.csv", "fews-phase", 3913, 5, 0, 0},
    {"eth_food/FewsNetAdmin2/ethiopia_admin2_fewsnet_20090701_20201001_ML2.csv", "fews-phase", 3913, 5, 0, 0},
    {"eth_food/FewsNetCombined/ethiopia_admin1_fewsnet_combined_20090701_20201001.csv", "fews-phase", 473, 0, 0, 0},
    {"eth_food/FewsNetCombined/ethiopia_admin2_fewsnet_combined_20090701_20201001.csv", "fews-phase", 3913, 5, 0, 0},
    {"eth_food/FewsNetWorldPop/eth_admin1_fewsnet_worldpop_20090701_20201001.csv", "fews-phase", 473, 0, 0, 0},
    {"eth_food/FewsNetWorldPop/eth_admin2_fewsnet_worldpop_20090701_20201001.csv", "fews-phase", 3913, 0, 0, 0},
    {"eth_food/GlobalIPC/Ethiopia - IPC Analysis 2017-2020.xlsx", "ipc-workbook", 144, 2, 0, 0},
    {"eth_food/GlobalIPC/GlobalIPC_newcolumnnames.xlsx", "fews-phase", 144, 2, 0, 0},
    {"eth_food/GlobalIPCProcessed/ethiopia_globalipc_ADMIN1.csv", "fews-phase", 13, 0, 0, 0},
    {"eth_food/GlobalIPCProcessed/ethiopia_globalipc_ADMIN2.csv", "fews-phase", 127, 0, 0, 0},
    {"eth_food/Population_OCHA_2020/eth_admpop_adm2_2020.csv", "population", 91, 0, 0, 0},
    {"eth_food/prices/wfp_food_prices_eth.csv", "wfp-prices", 25211, 0, 0, 0},
    {"eth_food/wb/world_bank_processed_ethiopia.csv", "world-bank-panel", 11692, 0, 0, 0},
    {"hno/afg_hpc_needs_api_2024.csv", "hpc-needs", 931, 1, 0, 0},
    {"hno/hdx_hapi_humanitarian_needs_global_2024.csv", "hapi-needs", 1942, 0, 0, 18},
    {"hno/hpc_hno_2024.csv", "hpc-needs", 1058, 1, 0, 0},
    {"hno/sdn_hpc_needs_api_2021.csv", "hpc-needs", 127, 0, 0, 0},
    {"hxl_samples/hxl-showcase/sample-data/iom-haiti-dtm.csv", "hxl", 352, 0, 0, 0},
    {"hxl_samples/hxl-showcase/sample-data/mali-population-movements.csv", "hxl", 21, 0, 0, 0},
    {"hxl_samples/hxl-showcase/sample-data/unhcr-refugee-data.csv", "hxl", 5139, 0, 0, 0},
    {"hxl_samples/hxl-showcase/sample-data/unhcr-refugee-data-full.csv", "hxl", 78089, 2977, 0, 0},
    {"hxl_samples/libhxl/test_io/input-valid.csv", "hxl", 4, 1, 2, 0},
    {"hxl_samples/libhxl/test_io/input-valid.xlsx", "hxl", 4, 1, 2, 0},
    {"idmc/ind_idmc_idu_events.csv", "idmc-idu", 113, 0, 0, 0},
    {"idmc/idmc_idu.json", "idmc-idu", 113, 0, 0, 0},
    {"idmc/Internal Displacements (New Displacements) – IDPs.csv", "idmc-gidd", 961, 2, 0, 0},
    // 563 events of the file end before they begin.
    {"idmc/Internal displacements (new displacements) associated with disasters.csv", "idmc-gidd", 22119, 0, 563, 0},
    // 6105 rows bear an error of the publisher.
    {"ipc_hdx/hdx_hapi_food_security_global.csv", "hapi-food-security", 21158, 0, 0, 6105},
    {"ipc_hdx/ipc_afg.geojson", "ipc-geojson", 45, 0, 0, 0},
    {"ipc_hdx/ipc_eth_area_long.csv", "ipc-long", 4787, 0, 0, 0},
    {"ipc_hdx/ipc_eth_level1_long.csv", "ipc-long", 511, 0, 0, 0},
    {"ipc_hdx/ipc_global_area_long.csv", "ipc-long", 18373, 0, 0, 0},
    {"ipc_hdx/ipc_global_area_wide.csv", "ipc-wide", 1417, 0, 0, 0},
    {"ipc_hdx/ipc_global_level1_long.csv", "ipc-long", 2386, 0, 0, 0},
    {"mwi_food/FewsNetAdmin2/malawi_admin2_fewsnet_20090701_20201001_CS.csv", "fews-phase", 1312, 73, 0, 0},
    {"mwi_food/FewsNetAdmin2/malawi_admin2_fewsnet_20090701_20201001_ML1.csv", "fews-phase", 1312, 14, 0, 0},
    {"mwi_food/FewsNetAdmin2/malawi_admin2_fewsnet_20090701_20201001_ML2.csv", "fews-phase", 1312, 14, 0, 0},
    {"mwi_food/GlobalIPC/Malawi - IPC Analysis 2017-2020.xlsx", "ipc-workbook", 147, 3, 0, 0},
    {"mwi_food/Population_OCHA_2018/mwi_pop_adm2_32_districts.csv", "population", 32, 0, 0, 0},
    {"unhcr_refugees/idmc.csv", "unhcr", 934, 0, 0, 0},
    {"unhcr_refugees/population.csv.gz", "unhcr", 138893, 0, 0, 0},
    {"wca_cadre_harmonise/ch_ipc_wca_2014_2021.csv", "cadre-harmonise", 20537, 0, 0, 0},
    {"wca_cadre_harmonise/geo/finalized_CHgeofiles/wca_CHIPC_nov2021_current_nov2021_simple.geojson", "cadre-harmonise",
     1077, 0, 0, 0},
};

FileAccount account(const fs::path& file, const PcodeMatcher* matcher = nullptr,
                    std::vector<MatchedObservation>* matched = nullptr) {
  ObservationInput input;
  input.columns = {{"year", "2020"}, {"from", "2023-05-01"}, {"to", "2023-10-31"}, {"start", "2012-02-29"}};
  // Keys of the map that a table has as columns would rename them.
  if (file.extension() != ".geojson" || file.filename().string().rfind("ipc", 0) != 0)
    for (const char* key : {"from", "to"}) input.columns.erase(key);
  if (file.string().find("hno") == std::string::npos && file.string().find("Population") == std::string::npos)
    input.columns.erase("year");
  RunReport report;
  return account_for(file.filename().string(), read_file(file.string()), input, matcher, matched, report);
}

TEST(StatisticsData, RowsAreAsCountedBeforehand) {
  FW_NEEDS_SHARED(dir, "data");
  for (const Counted& c : counted) {
    SCOPED_TRACE(c.file);
    if (!fs::exists(dir / c.file)) {
      ADD_FAILURE() << "is missing";
      continue;
    }
    const FileAccount a = account(dir / c.file);
    std::cout << accounts_text({a});
    EXPECT_EQ(a.refused, "") << a.why;
    EXPECT_EQ(a.format, c.format);
    EXPECT_EQ(a.rows, c.rows);
    EXPECT_EQ(a.empty, c.empty);
    EXPECT_EQ(a.refused_rows, c.refused);
    EXPECT_EQ(a.set_aside, c.set_aside);
    EXPECT_EQ(a.rows, a.used + a.empty + a.refused_rows + a.set_aside);
  }
}

TEST(StatisticsData, FleeSeriesHold1731CountsIn52Files) {
  FW_NEEDS_SHARED(dir, "data/flee_conflicts");
  size_t files = 0, rows = 0;
  for (const auto& entry : fs::recursive_directory_iterator(dir)) {
    if (entry.path().extension() != ".csv") continue;
    const FileAccount a = account(entry.path());
    if (a.format == "flee-conflict") continue;
    if (a.format.empty()) {
      EXPECT_EQ(a.refused, "FORMAT_UNKNOWN") << entry.path();
      continue;
    }
    EXPECT_EQ(a.format, "flee-series") << entry.path();
    ++files;
    rows += a.rows;
  }
  EXPECT_EQ(files, 52U);
  EXPECT_EQ(rows, 1731U);
}

TEST(StatisticsData, EveryHxlFileIsReadOrRefusedWithAReason) {
  FW_NEEDS_SHARED(dir, "data/hxl_samples");
  const std::vector<std::string> reasons = {"FORMAT_UNKNOWN", "NO_STATISTIC", "NEEDS_PERIOD",
                                            "ENCODING",       "XLSX_INVALID", "SCHEMA"};
  for (const auto& entry : fs::recursive_directory_iterator(dir)) {
    const std::string extension = entry.path().extension().string();
    if (!entry.is_regular_file() || extension == ".md" || extension.empty()) continue;
    const FileAccount a = account(entry.path());
    std::cout << accounts_text({a});
    if (a.format.empty())
      EXPECT_NE(std::find(reasons.begin(), reasons.end(), a.refused), reasons.end()) << entry.path() << a.refused;
    else
      EXPECT_GT(a.rows, 0U);
  }
}

PcodeMatcher matcher_of(const fs::path& dir, const char* adm1, const char* adm2, const char* iso3,
                        const std::string& aliases) {
  std::vector<KnownUnit> units;
  for (int level = 1; level <= 2; ++level) {
    AdminUnits::Request request;
    request.file = dir / (level == 1 ? adm1 : adm2);
    request.root = dir;
    request.level = level;
    const std::string adm = "ADM" + std::to_string(level);
    request.pcode_field = adm + "_PCODE";
    request.name_field = adm + "_EN";
    request.parent_field = level == 2 ? "ADM1_PCODE" : "";
    const AdminUnits read = AdminUnits::read(request);
    for (const AdminUnit& u : read.units()) units.push_back({u.pcode, u.name, u.parent, level});
  }
  AliasTable table;
  if (!aliases.empty()) table = load_aliases(std::string(FW_SOURCE_DIR) + "/config/aliases/" + aliases + ".toml");
  return PcodeMatcher(units, iso3, table, {});
}

PcodeMatcher ethiopia(const fs::path& dir, const std::string& aliases = "") {
  return matcher_of(dir / "eth_food/admin", "ET_Admin1_OCHA_2019/eth_admbnda_adm1_csa_bofed_20190827.shp",
                    "ET_Admin2_OCHA_2019/eth_admbnda_adm2_csa_bofed_20190827.shp", "eth", aliases);
}

TEST(StatisticsData, MatchRatesAreThoseOfTheNames) {
  FW_NEEDS_SHARED(dir, "data/eth_food/admin");
  const fs::path data = dir.parent_path().parent_path();
  const PcodeMatcher plain = ethiopia(data), aliased = ethiopia(data, "eth-2019");
  const auto match = [&](const char* file, const PcodeMatcher& m) {
    const FileAccount a = account(data / file, &m);
    std::cout << accounts_text({a});
    return a.match;
  };
  EXPECT_EQ(match("eth_food/FewsNetAdmin2/ethiopia_admin2_fewsnet_20090701_20201001_CS.csv", plain).name, 3907U);
  EXPECT_EQ(match("eth_food/FewsNetAdmin2/ethiopia_admin2_fewsnet_20090701_20201001_CS.csv", plain).none, 0U);
  EXPECT_EQ(match("eth_food/Population_OCHA_2020/eth_admpop_adm2_2020.csv", plain).code, 91U);
  EXPECT_EQ(match("eth_food/prices/wfp_food_prices_eth.csv", plain).name,
            3080U);  // the rest by point, which is not asked here
  const MatchCount ipc = match("ipc_hdx/ipc_eth_area_long.csv", plain);
  EXPECT_EQ(ipc.name,
            2 * 1547U);  // people and share of each row; the others are livelihood zones, woredas and clusters
  EXPECT_EQ(ipc.matched() + ipc.none, 2 * 4787U);
  const MatchCount better = match("ipc_hdx/ipc_eth_area_long.csv", aliased);
  EXPECT_GT(better.matched(), ipc.matched());
  EXPECT_EQ(better.matched() + better.none, 2 * 4787U);
  EXPECT_EQ(match("ipc_hdx/ipc_afg_area_long.csv", plain).elsewhere, 11760U);
}

TEST(StatisticsData, MalawisDistrictsAllMatchWithOneAlias) {
  FW_NEEDS_SHARED(dir, "data/mwi_food/admin");
  const PcodeMatcher m =
      matcher_of(dir, "mwi_admbnda_adm1_nso_20181016.shp", "mwi_admbnda_adm2_nso_20181016.shp", "mwi", "mwi-2018");
  EXPECT_EQ(account(dir.parent_path() / "FewsNetAdmin2/malawi_admin2_fewsnet_20090701_20201001_CS.csv", &m).match.name,
            1239U);
  const MatchCount ipc = account(dir.parent_path() / "GlobalIPC/Malawi - IPC Analysis 2017-2020.xlsx", &m).match;
  EXPECT_EQ(ipc.rate(), 1.0);
  EXPECT_EQ(ipc.alias, 126U);
}

TEST(StatisticsData, BaleIsInPhase4In2011AndKefaNeverAbove1) {
  FW_NEEDS_SHARED(dir, "data/eth_food/admin");
  const fs::path data = dir.parent_path().parent_path();
  const PcodeMatcher m = ethiopia(data);
  std::vector<MatchedObservation> found;
  account(data / "eth_food/FewsNetAdmin2/ethiopia_admin2_fewsnet_20090701_20201001_CS.csv", &m, &found);
  int bale = 0, kefa = 0;
  for (const MatchedObservation& o : found) {
    const Observation& each = o.observation;
    if (each.places.back().name == "Bale" && each.from.year == 2011 && (each.from.month == 7 || each.from.month == 10))
      bale += each.value == 4;
    if (o.pcode == "ET0709") {
      ++kefa;
      EXPECT_EQ(each.value, 1);
    }
  }
  EXPECT_EQ(bale, 2);
  EXPECT_EQ(kefa, 43);
}

}  // namespace
}  // namespace fw::test
