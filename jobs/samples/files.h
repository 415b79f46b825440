// The parts of the sample region besides its scenes. Each writes into the folder given; errors: OutputError
// WRITE_FAILED.
#pragma once
#include <filesystem>

#include "jobs/samples/truth.h"

namespace fw::samples {

/// CHIRPS-like dekadal rain: mm on cells of 0.05 degrees, Float32, -9999 undeclared.
void write_rain(const std::filesystem::path& folder, uint64_t seed, int year, int dekad);
/// admin1.geojson, admin2.geojson and people.csv (population and access of the units of level 2).
void write_admin(const std::filesystem::path& folder);
/// reports_hxl.csv and reports_plain.csv; beside the truth expected_reports.csv, what must become of each.
void write_reports(const std::filesystem::path& folder, const std::filesystem::path& truth_folder, uint64_t seed);
/// Masks and truth.json.
void write_truth(const std::filesystem::path& folder, const Truth& truth, const SampleOptions& options);

}  // namespace fw::samples
