// A class scheme is data (config/classes): cut points, closed side, labels, colours, source.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace fw {

struct ClassEntry {
  int value = 0;              ///< as written into Byte rasters and tables
  std::string label;          ///< short, for legends
  std::string meaning;        ///< one sentence
  uint8_t red = 0, green = 0, blue = 0;
  bool from_cuts = false;     ///< reached through cut points (else set by a rule: not assessed, out of season)
};

struct ClassScheme {
  std::string id, title, source, unit;
  bool closed_left = true;        ///< class i is [cut i-1, cut i) when true, (cut i-1, cut i] when false
  std::vector<double> cuts;       ///< ascending; n cuts make n + 1 classes
  std::vector<ClassEntry> classes;  ///< those from cuts first, in order, then the others
  int nodata = 255;
  int not_assessed = 0;           ///< value of the "not assessed" class
  int not_in_season = -1;         ///< value of the "not in season" class, -1 where the scheme has none

  /// Class value of a number; `not_assessed` for NaN.
  int classify(double v) const;
  const ClassEntry* find(int value) const;
};

/// Reads config/classes/<id>.toml. Errors: ConfigError (incl. cuts not ascending, two classes with one value, colours not #RRGGBB,
/// cuts and classes that do not fit).
ClassScheme load_class_scheme(const std::string& config_dir, const std::string& id);

}  // namespace fw
