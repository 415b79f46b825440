// What AdminUnits holds. Internal to core/geo.
#pragma once
#include <map>
#include <mutex>

#include "core/geo/admin_units.h"
#include "core/geo/polygon_edges.h"

namespace fw {

/// Rings of one unit's multipolygon in longitude and latitude.
struct UnitRings {
  struct Ring {
    std::vector<double> x, y;
    bool hole = false;
  };
  std::vector<Ring> rings;
};

struct AdminUnits::Impl {
  int level = 0;
  std::string sha256;
  int repaired = 0;
  std::vector<AdminUnit> units;
  std::vector<UnitRings> rings;
  std::vector<std::vector<unsigned char>> wkb;
  std::vector<double> area_km2;
  std::vector<PolygonEdges> edges;  ///< longitudes and latitudes

  /// Edges of all units in a CRS, made once. An empty one: the unit has no whole image there; its pixels are asked one
  /// by one.
  std::shared_ptr<const std::vector<PolygonEdges>> edges_in(const std::string& crs) const;
  /// Writes `unit` into the pixels of out whose centre it holds and that are still -1.
  void burn(int unit, const Grid& grid, const Window& window, int32_t* out) const;

 private:
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::shared_ptr<const std::vector<PolygonEdges>>> projected_;
};

}  // namespace fw
