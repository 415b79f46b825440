#include "jobs/samples/truth.h"

#include <array>
#include <limits>

#include "jobs/samples/noise.h"

namespace fw::samples {
namespace {

constexpr int always = -1, never = std::numeric_limits<int>::max();

struct Place {
  int row, col;
};
constexpr Place lake_middle = {29, 145}, town = {145, 143};
constexpr std::array<Place, 6> villages = {{{28, 40}, {85, 60}, {140, 30}, {90, 120}, {85, 170}, {10, 108}}};
constexpr double village_radius = 3;

/// The town's edge in pixels from its middle, and the dekad from which it lies there.
struct Stage {
  double radius;
  int since;
};
constexpr int dekad_number(int year, int month, int third) {
  return (year - first_year) * 36 + (month - 1) * 3 + third;
}
constexpr std::array<Stage, 4> town_stages = {
    {{6, always}, {10, dekad_number(2022, 2, 0)}, {14, dekad_number(2022, 7, 0)}, {15, dekad_number(2023, 1, 0)}}};

// Ordinary years differ too: without that there would be nothing to compare a drought with.
constexpr std::array<double, years> usual_vigour = {1.08, 0.87, 1.13, 0.92, 1.00, 1.00};
constexpr std::array<double, years> usual_rain = {1.06, 0.85, 1.18, 0.93, 1.09, 1.07};
constexpr std::array<double, years> lake_limits = {25, 24.5, 24, 23.5, 17, 12};

/// Distance from a place without square roots: squared is enough to compare, but the shore's wiggle needs the distance
/// itself.
double distance(int row, int col, const Place& from) {
  const double dr = row - from.row, dc = col - from.col;
  return __builtin_sqrt(dr * dr + dc * dc);  // IEEE square root is exact on every machine
}

int roofs_since(int row, int col, double wiggle) {
  for (const Place& v : villages)
    if (distance(row, col, v) <= village_radius) return always;
  const double d = distance(row, col, town) * (1 + 0.3 * (wiggle - 0.5));
  for (const Stage& s : town_stages)
    if (d <= s.radius) return s.since;
  return never;
}

}  // namespace

Truth::Truth(uint64_t seed)
    : seed_(seed), land_(pixels), lake_radius_(pixels), roofs_since_(pixels), drought_(pixels), site_(pixels) {
  const Noise shape(seed, 1);
  for (int row = 0; row < rows; ++row)
    for (int col = 0; col < cols; ++col) {
      const size_t p = static_cast<size_t>(row) * cols + static_cast<size_t>(col);
      const double kind = 0.7 * shape.field(row, col, 24, 0) + 0.3 * shape.field(row, col, 8, 1);
      land_[p] = kind > 0.54 ? Cover::crop : kind > 0.30 ? Cover::rangeland : Cover::bare;
      const double wiggle = shape.field(row, col, 12, 2);
      lake_radius_[p] = distance(row, col, lake_middle) * (1 + 0.15 * (wiggle - 0.5));
      roofs_since_[p] = samples::roofs_since(row, col, wiggle);
      const bool dry_side = col + 10 * (shape.field(row, 0, 16, 3) - 0.5) < middle_col;
      drought_[p] = dry_side && roofs_since_[p] == never && lake_radius_[p] >= lake_limit(first_year) ? 1 : 0;
      site_[p] = 0.6 * shape.field(row, col, 16, 4) + 0.4 * shape.unit(p, 5);
    }
}

double Truth::lake_limit(int year) { return lake_limits.at(static_cast<size_t>(year - first_year)); }

bool Truth::settlement(size_t p, int year) const { return roofs_since_[p] <= dekad_number(year, 8, 2); }

Cover Truth::cover(size_t p, int year, int dekad) const {
  if (roofs_since_[p] <= (year - first_year) * 36 + dekad) return Cover::roofs;
  if (lake(p, year)) return Cover::lake;
  return lake(p, first_year) ? Cover::lake_bed : land_[p];
}

double Truth::vigour(size_t p, int year) const {
  const int row = static_cast<int>(p) / cols, col = static_cast<int>(p) % cols;
  const Noise local(seed_, 2);
  double v = usual_vigour.at(static_cast<size_t>(year - first_year)) * (0.92 + 0.16 * site_[p]) *
             (1 + 0.06 * (local.field(row, col, 20, static_cast<uint64_t>(year)) - 0.5));
  if (!drought(p) || year < 2022) return v;
  const bool severe = year >= 2023;
  switch (land_[p]) {
    case Cover::crop:
      return v * (severe ? 0.45 : 0.80);
    case Cover::rangeland:
      return v * (severe ? 0.50 : 0.85);
    default:
      return v * (severe ? 0.70 : 0.92);
  }
}

double Truth::rain_factor(int year, bool west) {
  const double usual = usual_rain.at(static_cast<size_t>(year - first_year));
  return !west || year < 2022 ? usual : usual * (year == 2022 ? 0.75 : 0.35);
}

bool inside(const Ring& ring, int row, int col) {
  const double r = row + 0.5, c = col + 0.5;
  bool in = false;
  for (size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
    const auto& [ri, ci] = ring[i];
    const auto& [rj, cj] = ring[j];
    if ((ri > r) != (rj > r) && c < (cj - ci) * (r - ri) / (rj - ri) + ci) in = !in;
  }
  return in;
}

const std::vector<Unit>& units() {
  static const std::vector<Unit> list = {
      {"XS0101", "Tamalet", "XS01", {{0, 0}, {0, 96}, {56, 94}, {58, 0}}},
      {"XS0102", "Inkori", "XS01", {{58, 0}, {56, 94}, {115, 98}, {113, 0}}},
      {"XS0103", "Gadabo", "XS01", {{113, 0}, {115, 98}, {172, 96}, {172, 0}}},
      {"XS0201", "Lake Wari", "XS02", {{0, 96}, {0, 192}, {60, 192}, {58, 144}, {56, 94}}},
      {"XS0202", "Dalli", "XS02", {{56, 94}, {58, 144}, {116, 145}, {115, 98}}},
      {"XS0203", "Soumra", "XS02", {{58, 144}, {60, 192}, {117, 192}, {116, 145}}},
      {"XS0204", "Kessou", "XS02", {{115, 98}, {116, 145}, {117, 192}, {172, 192}, {172, 96}}},
      {"XS0301", "Far South", "XS03", {{172, 0}, {172, 96}, {172, 192}, {192, 192}, {192, 0}}}};
  return list;
}

const std::vector<Unit>& parents() {
  static const std::vector<Unit> list = {
      {"XS01", "West", "", {{0, 0}, {0, 96}, {56, 94}, {115, 98}, {172, 96}, {172, 0}, {113, 0}, {58, 0}}},
      {"XS02", "East", "", {{0, 96}, {0, 192}, {60, 192}, {117, 192}, {172, 192}, {172, 96}, {115, 98}, {56, 94}}},
      {"XS03", "South", "", {{172, 0}, {172, 96}, {172, 192}, {192, 192}, {192, 0}}}};
  return list;
}

}  // namespace fw::samples
