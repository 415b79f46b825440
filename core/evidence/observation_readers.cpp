// The list of formats of published statistics. A new one: observe_x.cpp, its two functions below and one line.
#include "core/base/text.h"
#include "core/evidence/observation_formats.h"

namespace fw {

const std::vector<ObservationReader>& observation_readers() {
  static const std::vector<ObservationReader> readers = {
      {"acled", "conflict events (ACLED layout)", "acled",
       "event_id_cnty, event_date, event_type, fatalities, latitude, longitude", find_acled, read_acled},
      {"wfp-prices", "market prices (WFP layout)", "wfp", "date, market, commodity, unit, currency, price",
       find_wfp_prices, read_wfp_prices},
      {"hapi-food-security", "IPC phases (HDX HAPI)", "ipc",
       "ipc_phase, ipc_type, population_in_phase, reference_period_start", find_hapi_food_security,
       read_hapi_food_security},
      {"hapi-idps", "displaced persons (HDX HAPI)", "iom-dtm", "population, reporting_round, reference_period_start",
       find_hapi_idps, read_hapi_idps},
      {"hapi-needs", "humanitarian needs (HDX HAPI)", "ocha", "sector_code, population_status, population",
       find_hapi_needs, read_hapi_needs},
      {"ipc-long", "IPC phases, a row per phase (HDX)", "ipc",
       "Area or Level 1, Validity period, From, To, Phase, Number", find_ipc_long, read_ipc_long},
      {"ipc-wide", "IPC phases, a row per area (HDX)", "ipc",
       "Area, Current from, Current to, Phase 1 number current …", find_ipc_wide, read_ipc_wide},
      {"ipc-geojson", "IPC areas (GeoJSON of the IPC)", "ipc", "overall_phase, ipc_period, title, from, to",
       find_ipc_geojson, read_ipc_geojson},
      {"ipc-workbook", "IPC country workbook (XLSX of the IPC)", "ipc",
       "Level 1 Name, Area, Date of Analysis under three bands", find_ipc_workbook, read_ipc_workbook},
      {"cadre-harmonise", "Cadre Harmonisé phases", "cilss",
       "adm1_pcod2, chtype, reference_label, reference_year, phase_class", find_cadre_harmonise, read_cadre_harmonise},
      {"fews-phase", "phases CS, ML1, ML2 (FEWS NET, and IPC in that form)", "fews-net",
       "date, names per admin level, CS, ML1, ML2 or CS_1 … ML2_5", find_fews_phase, read_fews_phase},
      {"dtm", "displaced persons (IOM DTM: API, HDX)", "iom-dtm", "numPresentIdpInd, reportingDate, admin1Pcode …",
       find_dtm, read_dtm},
      {"unhcr", "people of concern by origin and asylum (UNHCR)", "unhcr", "year, coo_iso, coa_iso, refugees …",
       find_unhcr, read_unhcr},
      {"idmc-idu", "displacement events (IDMC IDU)", "idmc", "iso3, figure, displacement_start_date, displacement_type",
       find_idmc_idu, read_idmc_idu},
      {"idmc-gidd", "displacement per year or disaster (IDMC GIDD)", "idmc", "iso3, year, new_displacement",
       find_idmc_gidd, read_idmc_gidd},
      {"hpc-needs", "humanitarian needs (HPC tools)", "ocha",
       "Admin 1 PCode, Cluster, Category, In Need; year by the column map", find_hpc_needs, read_hpc_needs},
      {"population", "population per unit", "", "a p-code column and Total (year by the column map) or p2020pop …",
       find_population, read_population},
      {"world-bank-panel", "food-crisis panel (World Bank)", "world-bank",
       "admin_code, date, fews_ipc, acled_count, p_staple_food", find_world_bank_panel, read_world_bank_panel},
      {"flee-conflict", "conflict zones per day (Flee)", "flee", "#Day and a column per place; start by the column map",
       find_flee_conflict, read_flee_conflict},
      {"flee-series", "people counted per day at one place (Flee)", "unhcr", "two columns: day, count",
       find_flee_series, read_flee_series},
      {"hxl", "any table with HXL hashtags for place, date and a count of people", "",
       "#adm1+code …, #date, #affected …", find_hxl_counts, read_hxl_counts},
  };
  return readers;
}

const ObservationReader& choose_observation_reader(const std::string& format, const ObservationFile& file) {
  std::vector<std::string> known = {"auto"};
  for (const ObservationReader& reader : observation_readers()) {
    if (format == "auto" ? reader.find(file).has_value() : format == reader.format) return reader;
    known.emplace_back(reader.format);
  }
  if (format == "auto") throw InputError("FORMAT_UNKNOWN", why_unknown(file));
  throw ConfigError(
      "UNKNOWN_FORMAT",
      "'" + printable(format, 40) + "' is no format of published statistics. Use one of " + join(known, ", ") + ".");
}

ObservationSet read_observations(const std::string& name, std::string bytes, const ObservationInput& input,
                                 RunReport& report) {
  const ObservationFile file(name, std::move(bytes), input.columns);
  const ObservationReader& reader = choose_observation_reader(input.format, file);
  const std::optional<TableStart> start = reader.find(file);
  if (!start)
    throw InputError("SCHEMA", std::string("The file is not as ") + reader.format + " is: " + reader.how +
                                   ". Name its columns in the column map, or choose another format.");
  ObservationSet set;
  set.file = name;
  set.format = reader.format;
  const auto stated = input.columns.find("source");
  set.source = stated == input.columns.end() ? reader.source : stated->second;
  ObservationTable table(file, *start, &set, &report);
  reader.read(table);
  return set;
}

std::vector<StatisticFormat> describe_statistic_formats() {
  std::vector<StatisticFormat> formats;
  for (const ObservationReader& r : observation_readers()) formats.push_back({r.format, r.title, r.source, r.how});
  return formats;
}

bool is_observation_file(const std::string& name, const std::string& bytes, const ObservationInput& input) {
  try {
    choose_observation_reader(input.format, ObservationFile(name, bytes, input.columns));
    return true;
  } catch (const InputError&) {
    return false;
  }
}

}  // namespace fw
