#include "core/geo/outlines.h"

#include <gtest/gtest.h>
#include <ogr_geometry.h>

#include <map>
#include <memory>

namespace fw {
namespace {

const Grid small{"EPSG:4326", 10, 20, 1, 1, 4, 4};

std::unique_ptr<OGRGeometry> polygon_of(const std::vector<unsigned char>& wkb) {
  OGRGeometry* geometry = nullptr;
  if (OGRGeometryFactory::createFromWkb(wkb.data(), nullptr, &geometry, wkb.size()) != OGRERR_NONE) return nullptr;
  return std::unique_ptr<OGRGeometry>(geometry);
}

std::map<uint32_t, std::vector<unsigned char>> outline(const std::vector<uint32_t>& label, const Grid& grid) {
  Outlines outlines(grid);
  for (size_t i = 0; i < label.size(); i += static_cast<size_t>(grid.cols)) outlines.add(&label[i]);
  return outlines.finish();
}

double area_of(const OGRGeometry& g) { return g.toMultiPolygon()->get_Area(); }

TEST(Outline, FollowsTheEdgesOfCellsWithoutPointsInStraightLines) {
  const auto shapes = outline({0, 0, 0, 0, 0, 7, 7, 0, 0, 7, 7, 0, 0, 0, 0, 0}, small);
  ASSERT_EQ(shapes.size(), 1U);
  const auto square = polygon_of(shapes.at(7));
  ASSERT_TRUE(square && square->IsValid());
  EXPECT_EQ(area_of(*square), 4);
  EXPECT_EQ(square->toMultiPolygon()->getGeometryRef(0)->getExteriorRing()->getNumPoints(), 5);
  OGREnvelope box;
  square->getEnvelope(&box);
  EXPECT_EQ(box.MinX, 11);
  EXPECT_EQ(box.MaxY, 19);
}

TEST(Outline, GivesHolesAndPartsThatTouchAtCorners) {
  // 1: a ring around a hole whose wall is open at a corner; 2: two cells that touch at a corner.
  const auto shapes = outline({1, 1, 1, 0,  //
                               1, 0, 1, 2,  //
                               1, 1, 0, 0,  //
                               0, 0, 2, 0},
                              small);
  const auto ring = polygon_of(shapes.at(1)), pair = polygon_of(shapes.at(2));
  ASSERT_TRUE(ring->IsValid() && pair->IsValid());
  EXPECT_EQ(area_of(*ring), 7);
  EXPECT_EQ(ring->toMultiPolygon()->getNumGeometries(), 1);
  EXPECT_EQ(ring->toMultiPolygon()->getGeometryRef(0)->getNumInteriorRings(), 1) << "the hole stays a hole";
  EXPECT_EQ(area_of(*pair), 2);
  EXPECT_EQ(pair->toMultiPolygon()->getNumGeometries(), 2);
}

TEST(Outline, BeginsEachRingAtItsFirstCellAndTheOuterOneFirst) {
  const auto shapes = outline({0, 3, 3, 3,  //
                               3, 3, 0, 3,  //
                               3, 3, 3, 3,  //
                               0, 0, 0, 0},
                              small);
  const auto shape = polygon_of(shapes.at(3));
  const OGRPolygon& polygon = *shape->toMultiPolygon()->getGeometryRef(0);
  const auto corners = [](const OGRLinearRing& ring) {
    std::vector<std::pair<double, double>> out;
    for (int i = 0; i < ring.getNumPoints(); ++i) out.emplace_back(ring.getX(i) - 10, 20 - ring.getY(i));
    return out;
  };
  using Corners = std::vector<std::pair<double, double>>;
  EXPECT_EQ(corners(*polygon.getExteriorRing()), (Corners{{1, 0}, {4, 0}, {4, 3}, {0, 3}, {0, 1}, {1, 1}, {1, 0}}));
  EXPECT_EQ(corners(*polygon.getInteriorRing(0)), (Corners{{3, 1}, {2, 1}, {2, 2}, {3, 2}, {3, 1}}))
      << "first the lower side of the cell above the hole";
}

TEST(Outline, OfRandomLabelsIsValidAndKeepsEveryArea) {
  Grid grid = small;
  grid.rows = 30, grid.cols = 40;
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    std::vector<uint32_t> label(grid.pixels());
    uint32_t state = seed;
    std::map<uint32_t, double> cells;
    for (auto& l : label) {
      state = state * 1664525U + 1013904223U;
      l = (state >> 16) % 4;
      if (l) ++cells[l];
    }
    const auto shapes = outline(label, grid);
    ASSERT_EQ(shapes.size(), cells.size());
    for (const auto& [id, wkb] : shapes) {
      const auto shape = polygon_of(wkb);
      EXPECT_TRUE(shape->IsValid()) << seed << ", " << id;
      EXPECT_NEAR(area_of(*shape), cells[id], 1e-9);
    }
  }
}

}  // namespace
}  // namespace fw
