// Text made comparable for the search of personal data: other scripts' digits as 0-9, look-alike signs as ASCII.
#pragma once
#include <string>
#include <string_view>

namespace fw {

/// Digits of Arabic, Persian, Devanagari, Bengali, Gurmukhi, Myanmar, Khmer, Thai, full-width and Ethiopic (1-9)
/// scripts as ASCII digits; hyphens and dashes of any kind as '-', full-width and Arabic '+', '@', '.' and non-breaking
/// blanks as their ASCII forms; zero-width and bidirectional signs are left out. All else stays as it is.
std::string plain_signs(std::string_view text);

/// A Plus Code (Open Location Code), full ("6FG22222+22") or short ("9G8F+6W"). Source: Open Location Code
/// specification.
bool has_plus_code(std::string_view text);
/// An MGRS reference of 1 km or finer ("37N CB 1234 5678", "37PBM12345678"). Source: NGA.STND.0037.
bool has_mgrs(std::string_view text);
/// Degrees with minutes, or degrees beside a compass letter: 14°30'N, 14 deg 30 min, 14 30 12 N, N14.5123.
bool has_degrees(std::string_view text);
/// A run of 9 or more letters and digits with at least 5 digits, as on identity cards and passports, or an IBAN.
bool has_identity_number(std::string_view text);

}  // namespace fw
