// Texture of a raster from grey-level co-occurrence (GLCM) in a moving window.
#pragma once
#include <cstddef>
#include <cstdint>

namespace fw {

/// Grey levels: (low, high) is cut into `levels` equal parts, values outside take the first or last one. Fixed per
/// sensor, never taken from the scene: only then do two dates compare. NaN and infinities have no level.
struct GreyLevels {
  float low, high;
  int levels;  ///< 2..256; 32 or 64 are usual
};

inline constexpr int max_texture_window = 21;
inline constexpr int max_texture_offsets = 4;

///   contrast       sum p (i - j)^2          0 .. (levels - 1)^2
///   dissimilarity  sum p |i - j|            0 .. levels - 1
///   homogeneity    sum p / (1 + (i - j)^2)  0 .. 1
///   asm_           sum p^2 (angular second moment), energy its root, 0 .. 1
///   correlation    -1 .. 1; NaN in a window of one level
///   entropy        -sum p ln p, >= 0
enum class TextureFeature : uint8_t { contrast, dissimilarity, homogeneity, asm_, energy, correlation, entropy };
inline constexpr int texture_feature_count = 7;

/// Haralick's features of the symmetric, normalised GLCM of the window around each pixel, one GLCM per offset, the
/// features averaged over the offsets. x: [rows][cols]. Both pixels of a pair lie inside the window; pairs with a
/// missing pixel do not count. A pixel has features where its window lies inside the raster (read with a halo of
/// window / 2), it has a value itself, and every offset has at least min_share of its pairs. reason: value;
/// not_observed where x is NaN; else not_assessed. out[k] may be null for features not asked for; so may reason.
/// Source: Haralick, Shanmugam & Dinstein 1973, IEEE Trans. SMC 3:610.
struct GlcmTexture {
  const float* x;
  int rows, cols;
  GreyLevels grey;
  int window;                                                        ///< odd, 3..max_texture_window
  int offsets;                                                       ///< 1..max_texture_offsets
  int row_step[max_texture_offsets], col_step[max_texture_offsets];  ///< not both 0; below the window
  float min_share;                                                   ///< 0 < min_share <= 1
  float* out[texture_feature_count];
  uint8_t* reason;
};

/// PanTex: least contrast over ten offsets of up to two pixels, in grey levels squared: high only where there is
/// contrast in every direction, as among buildings; 0 along edges and roads. Windows, no-data and reason as in
/// GlcmTexture; about 50 m wide.
/// Source: Pesaresi, Gerhardinger & Kayitakire 2008, IEEE JSTARS 1:180.
struct PanTex {
  const float* x;
  int rows, cols;
  GreyLevels grey;
  int window;  ///< odd, 5..max_texture_window
  float min_share;
  float* out;
  uint8_t* reason;
};

void check(const GlcmTexture& op);
void check(const PanTex& op);

}  // namespace fw
