// How the numbers of one band become physical, and why: nothing resolvable is refused, never guessed.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/geo/open_scene.h"
#include "core/scene/product.h"

namespace fw {

/// What a scene's files say about its scaling (Sentinel-2).
class ScaleFacts {
 public:
  /// From the name of the scene or its folder: "N0400" between underscores.
  void take_name(std::string_view name);
  /// From a raster: PROCESSING_BASELINE, BOA_ADD_OFFSET, QUANTIFICATION_VALUE, BOA_OFFSET_APPLIED or
  /// earthsearch:boa_offset_applied.
  void take_raster(const std::string& source, const std::map<std::string, std::string>& metadata);
  /// From MTD_MSIL2A.xml. Errors: InputError METADATA_SYNTAX.
  void take_xml(const std::string& source, std::string_view text);
  /// From a STAC item: s2:processing_baseline, earthsearch:boa_offset_applied. JSON that is no STAC item says nothing.
  /// Errors: InputError METADATA_SYNTAX.
  void take_stac(const std::string& source, std::string_view text);

  /// Offset in DN of a band, by this order: the provider has applied it already (0); stated in the raster or its
  /// metadata file; from the baseline (04.00 and later -1000, before 0). Errors: InputError OFFSET_UNRESOLVED (nothing
  /// says; or what is said contradicts itself).
  double offset_dn(const std::string& metadata_id) const;
  /// DN per unit reflectance; `fallback` where nothing is said. Errors: InputError SCALE_INVALID.
  double quantification(double fallback) const;
  /// "04.00", or empty.
  std::string baseline() const;

 private:
  void add_baseline(const std::string& source, std::string_view text);
  std::optional<int> agreed_baseline() const;
  std::vector<std::pair<std::string, int>> baselines_;   ///< source, 400 for 04.00
  std::vector<std::pair<std::string, double>> offsets_;  ///< of the raster as a whole
  std::map<std::string, double> band_offsets_;           ///< by band_id of the metadata file
  std::vector<double> quantifications_;
  std::vector<std::pair<std::string, bool>> applied_;
};

struct Scaling {
  double scale = 1, offset = 0;
};

/// Errors: InputError OFFSET_UNRESOLVED, SCALE_UNRESOLVED (integers of a from_file product that declare no scale),
/// SCALE_INVALID (of another product rule: the file declares another scaling than the product has).
Scaling resolve_scaling(const Product& product, const BandSpec& spec, const BandInfo& band, const ScaleFacts& facts);

}  // namespace fw
