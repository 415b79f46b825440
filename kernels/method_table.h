// The methods on series per pixel, as help, documentation and jobs name them.
#pragma once
#include <span>
#include <string_view>
#include <vector>

namespace fw {

/// One statistic that a method writes.
struct MethodInfo {
  std::string_view name;             ///< as typed: lower case, unique
  std::string_view title;            ///< what it is, for people
  std::string_view unit;             ///< of the result; "as input" where it is that of the series
  std::string_view range;            ///< of the result
  std::string_view source;           ///< paper or standard
  std::string_view limits;           ///< when it has no value, and what not to conclude from it
  std::string_view parameters = "";  ///< name default (allowed), separated by "; "
};

/// All of them, in the order of the families.
const std::vector<MethodInfo>& series_methods();

/// The families. Smoothing, standardised indices, climatology, seasons, composites of bands: fit_methods.cpp.
std::span<const MethodInfo> fit_methods();
/// Trends, harmonic models, breaks, CCDC: trend_methods.cpp.
std::span<const MethodInfo> trend_methods();
/// Water and night light over time: change_methods.cpp.
std::span<const MethodInfo> water_methods();

/// Methods on one scene or two dates (not series, so not in series_methods): change_methods.cpp.
std::span<const MethodInfo> change_methods();

}  // namespace fw
