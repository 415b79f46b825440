// Administrative units: polygons with p-codes, read once, burnt onto a grid by pixel centres.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/geo/grid.h"

namespace fw {

struct AdminUnit {
  std::string pcode;  ///< as text, whatever the file's type
  std::string name;
  std::string parent;  ///< p-code one level up, or empty
};

/// Polygons of one admin level. Copy is cheap (shared).
class AdminUnits {
 public:
  struct Request {
    std::filesystem::path file;                         ///< GeoJSON, GeoPackage, Shapefile; absolute, beneath root
    std::filesystem::path root;                         ///< input root; empty: the file's own folder
    std::string layer;                                  ///< GeoPackage layer; empty: the only one
    std::string pcode_field, name_field, parent_field;  ///< name and parent may be empty
    int level = 2;
  };
  /// Units in the order of their p-codes; parts with one p-code are merged.
  /// Errors: InputError ADMIN_UNREADABLE, FIELD_MISSING (lists the fields), PCODE_MISSING, GEOMETRY_INVALID,
  /// CRS_MISSING, and those of open_scene for the path.
  static AdminUnits read(const Request& request);

  int level() const;
  /// Polygons that crossed or overlapped themselves, or were declared as the wrong type, and were made valid.
  int repaired() const;
  const std::vector<AdminUnit>& units() const;
  std::string sha256() const;
  /// Index into units() per pixel of the window, -1 outside; a pixel belongs to the unit that holds its centre (first
  /// in p-code order where polygons overlap). Independent of the window asked through.
  std::vector<int32_t> rasterise(const Grid& grid, const Window& window) const;
  /// The same for one unit alone: where polygons overlap, each has all of its pixels (published zonal tables count so).
  std::vector<int32_t> rasterise_one(int unit, const Grid& grid, const Window& window) const;
  /// The part of the window outside which the unit has no pixel; no rows or columns where it is elsewhere. Never too
  /// small, often larger than needed.
  Window part_with(int unit, const Grid& grid, const Window& window) const;
  /// Unit that holds a point (WGS 84 degrees).
  std::optional<int> locate(double lon, double lat) const;
  /// Polygons as WKB in EPSG:4326, in the order of units(): what the GeoPackage writer takes.
  std::vector<unsigned char> wkb(int unit) const;
  /// Area of the whole polygon in km² (geodesic).
  double area_km2(int unit) const;

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

}  // namespace fw
