// The readers of published statistics, two functions each, for their list.
#pragma once
#include "core/evidence/observation_reader.h"

namespace fw {

std::optional<TableStart> find_acled(const ObservationFile& file);
void read_acled(ObservationTable& table);
std::optional<TableStart> find_wfp_prices(const ObservationFile& file);
void read_wfp_prices(ObservationTable& table);
std::optional<TableStart> find_hapi_food_security(const ObservationFile& file);
void read_hapi_food_security(ObservationTable& table);
std::optional<TableStart> find_hapi_idps(const ObservationFile& file);
void read_hapi_idps(ObservationTable& table);
std::optional<TableStart> find_hapi_needs(const ObservationFile& file);
void read_hapi_needs(ObservationTable& table);
std::optional<TableStart> find_ipc_long(const ObservationFile& file);
void read_ipc_long(ObservationTable& table);
std::optional<TableStart> find_ipc_wide(const ObservationFile& file);
void read_ipc_wide(ObservationTable& table);
std::optional<TableStart> find_ipc_geojson(const ObservationFile& file);
void read_ipc_geojson(ObservationTable& table);
std::optional<TableStart> find_ipc_workbook(const ObservationFile& file);
void read_ipc_workbook(ObservationTable& table);
std::optional<TableStart> find_cadre_harmonise(const ObservationFile& file);
void read_cadre_harmonise(ObservationTable& table);
std::optional<TableStart> find_fews_phase(const ObservationFile& file);
void read_fews_phase(ObservationTable& table);
std::optional<TableStart> find_dtm(const ObservationFile& file);
void read_dtm(ObservationTable& table);
std::optional<TableStart> find_unhcr(const ObservationFile& file);
void read_unhcr(ObservationTable& table);
std::optional<TableStart> find_idmc_idu(const ObservationFile& file);
void read_idmc_idu(ObservationTable& table);
std::optional<TableStart> find_idmc_gidd(const ObservationFile& file);
void read_idmc_gidd(ObservationTable& table);
std::optional<TableStart> find_hpc_needs(const ObservationFile& file);
void read_hpc_needs(ObservationTable& table);
std::optional<TableStart> find_population(const ObservationFile& file);
void read_population(ObservationTable& table);
std::optional<TableStart> find_world_bank_panel(const ObservationFile& file);
void read_world_bank_panel(ObservationTable& table);
std::optional<TableStart> find_flee_conflict(const ObservationFile& file);
void read_flee_conflict(ObservationTable& table);
std::optional<TableStart> find_flee_series(const ObservationFile& file);
void read_flee_series(ObservationTable& table);
std::optional<TableStart> find_hxl_counts(const ObservationFile& file);
void read_hxl_counts(ObservationTable& table);

/// Why no reader takes a file, for people: what it seems to be instead.
std::string why_unknown(const ObservationFile& file);

}  // namespace fw
