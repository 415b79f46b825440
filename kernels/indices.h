// The built-in spectral indices: one structure each. To add one: the structure, its place in AllIndices, its name in
// IndexId (ops.h), a row in the oracle test. Other indices are formulas in config/indices.
#pragma once
#include "kernels/arithmetic.h"
#include "kernels/backend.h"

namespace fw::indices {

enum BandBit : unsigned { B = 1, G = 2, R = 4, N = 8, S1 = 16, S2 = 32 };

/// Surface reflectance (0..1) of one pixel; bands an index does not name in its band_mask are not loaded.
struct Pixel {
  float blue, green, red, nir, swir1, swir2;
};

/// Denominators smaller than this (in reflectance) carry only noise.
inline constexpr float smallest_denominator = 1e-6f;

FW_HD float ratio(float numerator, float denominator) {
  const float magnitude = denominator < 0.0f ? -denominator : denominator;
  return magnitude < smallest_denominator ? nan_f() : numerator / denominator;
}

// clang-format off
struct NDVI {
  static constexpr IndexId id = IndexId::NDVI;
  static constexpr IndexInfo info{"NDVI", "Normalized difference vegetation index", "(N - R) / (N + R)", "N R",
                                  "Tucker 1979, Remote Sens. Environ. 8:127", N | R};
  static FW_HD float eval(const Pixel& p) { return ratio(p.nir - p.red, p.nir + p.red); }
};
struct EVI {
  static constexpr IndexId id = IndexId::EVI;
  static constexpr IndexInfo info{"EVI", "Enhanced vegetation index", "2.5 * (N - R) / (N + 6 * R - 7.5 * B + 1)", "N R B",
                                  "Huete et al. 2002, Remote Sens. Environ. 83:195", N | R | B};
  static FW_HD float eval(const Pixel& p) {
    return ratio(2.5f * (p.nir - p.red), p.nir + 6.0f * p.red - 7.5f * p.blue + 1.0f);
  }
};
struct EVI2 {
  static constexpr IndexId id = IndexId::EVI2;
  static constexpr IndexInfo info{"EVI2", "Two-band enhanced vegetation index", "2.5 * (N - R) / (N + 2.4 * R + 1)", "N R",
                                  "Jiang et al. 2008, Remote Sens. Environ. 112:3833", N | R};
  static FW_HD float eval(const Pixel& p) { return ratio(2.5f * (p.nir - p.red), p.nir + 2.4f * p.red + 1.0f); }
};
struct SAVI {
  static constexpr IndexId id = IndexId::SAVI;
  static constexpr IndexInfo info{"SAVI", "Soil-adjusted vegetation index (L = 0.5)", "1.5 * (N - R) / (N + R + 0.5)", "N R",
                                  "Huete 1988, Remote Sens. Environ. 25:295", N | R};
  static FW_HD float eval(const Pixel& p) { return ratio(1.5f * (p.nir - p.red), p.nir + p.red + 0.5f); }
};
struct MSAVI2 {
  static constexpr IndexId id = IndexId::MSAVI2;
  static constexpr IndexInfo info{"MSAVI2", "Modified soil-adjusted vegetation index 2",
                                  "0.5 * (2 * N + 1 - ((2 * N + 1) ** 2 - 8 * (N - R)) ** 0.5)", "N R",
                                  "Qi et al. 1994, Remote Sens. Environ. 48:119", N | R};
  static FW_HD float eval(const Pixel& p) {
    const float a = 2.0f * p.nir + 1.0f;
    return 0.5f * (a - sqrtf(a * a - 8.0f * (p.nir - p.red)));  // NaN where the root has no real value
  }
};
struct NDMI {
  static constexpr IndexId id = IndexId::NDMI;
  static constexpr IndexInfo info{"NDMI", "Normalized difference moisture index", "(N - S1) / (N + S1)", "N S1",
                                  "Gao 1996, Remote Sens. Environ. 58:257", N | S1};
  static FW_HD float eval(const Pixel& p) { return ratio(p.nir - p.swir1, p.nir + p.swir1); }
};
struct NDWI {
  static constexpr IndexId id = IndexId::NDWI;
  static constexpr IndexInfo info{"NDWI", "Normalized difference water index (open water)", "(G - N) / (G + N)", "G N",
                                  "McFeeters 1996, Int. J. Remote Sens. 17:1425", G | N};
  static FW_HD float eval(const Pixel& p) { return ratio(p.green - p.nir, p.green + p.nir); }
};
struct MNDWI {
  static constexpr IndexId id = IndexId::MNDWI;
  static constexpr IndexInfo info{"MNDWI", "Modified normalized difference water index", "(G - S1) / (G + S1)", "G S1",
                                  "Xu 2006, Int. J. Remote Sens. 27:3025", G | S1};
  static FW_HD float eval(const Pixel& p) { return ratio(p.green - p.swir1, p.green + p.swir1); }
};
struct AWEIsh {
  static constexpr IndexId id = IndexId::AWEIsh;
  static constexpr IndexInfo info{"AWEIsh", "Automated water extraction index (with shadow)",
                                  "B + 2.5 * G - 1.5 * (N + S1) - 0.25 * S2", "B G N S1 S2",
                                  "Feyisa et al. 2014, Remote Sens. Environ. 140:23", B | G | N | S1 | S2};
  static FW_HD float eval(const Pixel& p) {
    return p.blue + 2.5f * p.green - 1.5f * (p.nir + p.swir1) - 0.25f * p.swir2;
  }
};
struct AWEInsh {
  static constexpr IndexId id = IndexId::AWEInsh;
  static constexpr IndexInfo info{"AWEInsh", "Automated water extraction index (no shadow)",
                                  "4 * (G - S1) - (0.25 * N + 2.75 * S2)", "G N S1 S2",
                                  "Feyisa et al. 2014, Remote Sens. Environ. 140:23", G | N | S1 | S2};
  static FW_HD float eval(const Pixel& p) { return 4.0f * (p.green - p.swir1) - (0.25f * p.nir + 2.75f * p.swir2); }
};
struct NDBI {
  static constexpr IndexId id = IndexId::NDBI;
  static constexpr IndexInfo info{"NDBI", "Normalized difference built-up index", "(S1 - N) / (S1 + N)", "S1 N",
                                  "Zha et al. 2003, Int. J. Remote Sens. 24:583", S1 | N};
  static FW_HD float eval(const Pixel& p) { return ratio(p.swir1 - p.nir, p.swir1 + p.nir); }
};
struct UI {
  static constexpr IndexId id = IndexId::UI;
  static constexpr IndexInfo info{"UI", "Urban index", "(S2 - N) / (S2 + N)", "S2 N",
                                  "Kawamura et al. 1996, ISPRS Archives 31-B7:321", S2 | N};
  static FW_HD float eval(const Pixel& p) { return ratio(p.swir2 - p.nir, p.swir2 + p.nir); }
};
struct BSI {
  static constexpr IndexId id = IndexId::BSI;
  static constexpr IndexInfo info{"BSI", "Bare soil index", "((S1 + R) - (N + B)) / ((S1 + R) + (N + B))", "S1 R N B",
                                  "Rikimaru et al. 2002, Tropical Ecology 43:39", S1 | R | N | B};
  static FW_HD float eval(const Pixel& p) {
    const float soil = p.swir1 + p.red, other = p.nir + p.blue;
    return ratio(soil - other, soil + other);
  }
};
struct NBR {
  static constexpr IndexId id = IndexId::NBR;
  static constexpr IndexInfo info{"NBR", "Normalized burn ratio", "(N - S2) / (N + S2)", "N S2",
                                  "Key & Benson 2006, USDA RMRS-GTR-164-CD", N | S2};
  static FW_HD float eval(const Pixel& p) { return ratio(p.nir - p.swir2, p.nir + p.swir2); }
};
// clang-format on

template <class... Index>
struct List {
  static constexpr int size = static_cast<int>(sizeof...(Index));
};
/// In the order of IndexId (indices.cpp checks it).
using AllIndices = List<NDVI, EVI, EVI2, SAVI, MSAVI2, NDMI, NDWI, MNDWI, AWEIsh, AWEInsh, NDBI, UI, BSI, NBR>;
static_assert(AllIndices::size == static_cast<int>(IndexId::count), "every IndexId has its structure");

/// Calls visit(Index{}) with the structure of `id`.
template <class Visit, class... Index>
void visit_index(IndexId id, List<Index...>, Visit&& visit) {
  ((Index::id == id ? visit(Index{}) : void()), ...);
}

}  // namespace fw::indices
