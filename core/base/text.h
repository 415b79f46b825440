// Text from strangers and text for people: numbers without locale, safe logging, CSV cells that no spreadsheet executes.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fw {

/// A finite decimal number with '.', optional sign and exponent, and nothing else (no hex, no comma, no nan/inf, no blanks).
std::optional<double> parse_number(std::string_view text);
std::optional<long long> parse_integer(std::string_view text);
/// Shortest text that reads back as the same double ("nan" is written as an empty string).
std::string format_number(double v);
/// `digits` decimals, never "-0".
std::string format_fixed(double v, int digits);

std::string trim(std::string_view text);
std::string lower(std::string_view text);
std::vector<std::string> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);

bool is_valid_utf8(std::string_view text);
/// Control bytes (incl. newline, escape, DEL), bidirectional and zero-width controls as \xNN or \u{NNNN}; cut to `limit` bytes on a
/// character boundary with "…". One physical line whatever came in. Invalid UTF-8 bytes become \xNN.
std::string printable(std::string_view text, size_t limit = 200);
/// One CSV cell (RFC 4180): quoted where needed; text starting with = + - @ TAB CR LF gets a leading single quote.
/// Numbers must come through format_number and csv_row's number overload, or "-3" would be quoted.
std::string csv_text(std::string_view text);
/// Takes away the quote that csv_text put before text that a spreadsheet would run.
std::string unguard(const std::string& text);

/// A safe id for names of files: [A-Za-z0-9._-], not starting with '.' or '-', at most 120 bytes.
bool is_safe_id(std::string_view text);
std::string xml_escape(std::string_view text);
/// "1.3 MiB"
std::string format_bytes(double bytes);
/// "256MiB", "2GiB", "1000000" (bytes); nothing when it is not a size or does not fit 63 bits.
std::optional<long long> parse_bytes(std::string_view text);

}  // namespace fw
