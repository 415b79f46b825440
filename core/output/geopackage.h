// GeoPackage of admin units or other polygons: one styled layer per table.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "core/output/publication.h"

namespace fw {

/// Writes and flushes `file` (it must not exist), then opens it again and compares every row and polygon.
/// Columns: those of the shapes' keys, the table's texts and numbers, the class column as integer and `<class column>_label`.
/// last_day: ISO date written as the date of change, in place of the clock. The same tables give the same bytes.
/// Errors: OutputError DISK_FULL, WRITE_FAILED, VERIFY_FAILED.
void write_geopackage(const std::filesystem::path& file, const LayerShapes& shapes, const std::vector<UnitTable>& tables,
                      const ClassScheme& classes, const std::string& last_day);

/// Admin units as shapes, in their order; keys: pcode, name, parent.
LayerShapes shapes_of(const AdminUnits& units);

}  // namespace fw
