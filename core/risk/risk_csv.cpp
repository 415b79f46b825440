// Risk tables as CSV, and back.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>

#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/risk/risk.h"

namespace fw {
namespace {

struct Column {
  const char *name, *tag;
};
constexpr std::array<Column, 16> fixed = {{{"layer", "#indicator+code"},
                                           {"level", "#adm+level"},
                                           {"pcode", "#adm+code"},
                                           {"name", "#adm+name"},
                                           {"period", "#date+period"},
                                           {"first_day", "#date+start"},
                                           {"last_day", "#date+end"},
                                           {"class_value", "#severity+class+num"},
                                           {"score", "#indicator+score+num"},
                                           {"likelihood", "#indicator+likelihood+num"},
                                           {"confidence", "#indicator+confidence+num"},
                                           {"satellite_score", "#indicator+score+satellite+num"},
                                           {"field_score", "#indicator+score+field+num"},
                                           {"flags", "#meta+flags"},
                                           {"reasons", "#description+reasons"},
                                           {"wording", "#meta+wording"}}};
constexpr std::string_view reason_separator = " | ", evidence_prefix = "evidence:", evidence_column = "evidence_";

std::string column_of(const std::string& factor) {
  if (!factor.starts_with(evidence_prefix)) return factor;
  return std::string(evidence_column) + factor.substr(evidence_prefix.size());
}
std::string factor_of(const std::string& column) {
  if (!column.starts_with(evidence_column)) return column;
  return std::string(evidence_prefix) + column.substr(evidence_column.size());
}

std::vector<std::string> factors_of(const RiskLayer& layer) {
  std::vector<std::string> out;
  for (const RiskFactor& f : layer.factors) out.push_back(f.indicator);
  for (const RiskEvidence& e : layer.evidence) out.push_back(std::string(evidence_prefix) + e.kind);
  return out;
}

std::string tag_text(const std::string& column) {  // HXL attributes: lower-case letters, digits and _
  std::string out = lower(column);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c == '.' || c == '-'; }, '_');
  return out;
}

std::string csv_line(const RiskLayer& layer, const RiskRow& row) {
  std::vector<std::string> cells = {csv_text(row.layer),
                                    std::to_string(row.level),
                                    csv_text(row.pcode),
                                    csv_text(row.name),
                                    label(row.period),
                                    to_string(first_day(row.period)),
                                    to_string(last_day(row.period)),
                                    std::to_string(row.class_value),
                                    format_number(row.score),
                                    format_number(row.likelihood),
                                    format_number(row.confidence),
                                    format_number(row.satellite_score),
                                    format_number(row.field_score),
                                    csv_text(join(row.flags, ";")),
                                    csv_text(join(row.reasons, reason_separator)),
                                    csv_text(layer.wording)};
  for (const Contribution& c : row.contributions) {
    cells.push_back(format_number(c.membership));
    cells.push_back(format_number(c.contribution));
  }
  return join(cells, ",") + "\n";
}

/// One row of a table being read, with its place for messages.
struct Cells {
  const std::string& file;
  const CsvRow& row;

  [[noreturn]] void fail(size_t column, const std::string& what) const {
    throw InputError("TABLE_INVALID", file + ", line " + std::to_string(row.line) + ", column " +
                                          std::to_string(column + 1) + ": " + what +
                                          ". Make the table again with `forewarn risk`");
  }
  const std::string& text(size_t column) const { return row.cells[column]; }
  double number(size_t column) const {
    if (text(column).empty()) return std::numeric_limits<double>::quiet_NaN();
    const auto v = parse_number(text(column));
    if (!v || *v < 0 || *v > 1 + 1e-9)
      fail(column, "'" + printable(text(column), 40) + "' is not a number from 0 to 1");
    return *v;
  }
  int integer(size_t column, long long hi) const {
    const auto v = parse_integer(text(column));
    if (!v || *v < 0 || *v > hi)
      fail(column, "'" + printable(text(column), 40) + "' is not a number from 0 to " + std::to_string(hi));
    return static_cast<int>(*v);
  }
};

std::vector<std::string> split_reasons(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const size_t at = text.find(reason_separator);
    out.emplace_back(text.substr(0, at));
    text.remove_prefix(at == std::string_view::npos ? text.size() : at + reason_separator.size());
  }
  return out;
}

/// What csv_text put before text that a spreadsheet would run.
std::string unguard(const std::string& text) {
  const bool guarded =
      text.size() > 1 && text[0] == '\'' && std::string_view("=+-@\t\r\n").find(text[1]) != std::string_view::npos;
  return guarded ? text.substr(1) : text;
}

std::vector<std::string> read_header(const std::string& file, const CsvRow& header) {
  const Cells at{file, header};
  if (header.cells.size() < fixed.size() || header.cells.size() % 2 != fixed.size() % 2)
    at.fail(0, "has " + std::to_string(header.cells.size()) + " columns, not those of a risk table");
  for (size_t c = 0; c < fixed.size(); ++c)
    if (header.cells[c] != fixed[c].name) at.fail(c, "must be '" + std::string(fixed[c].name) + "'");
  std::vector<std::string> factors;
  for (size_t c = fixed.size(); c < header.cells.size(); c += 2) {
    const std::string &m = header.cells[c], &share = header.cells[c + 1];
    if (!m.starts_with("m_") || share != "c_" + m.substr(2)) at.fail(c, "must be m_<factor>, with c_<factor> after it");
    factors.push_back(factor_of(m.substr(2)));
  }
  return factors;
}

RiskRow read_row(const Cells& at, const std::vector<std::string>& factors) {
  RiskRow out{};
  out.layer = unguard(at.text(0));
  out.level = at.integer(1, 10);
  out.pcode = unguard(at.text(2));
  out.name = unguard(at.text(3));
  const auto period = parse_period(at.text(4));
  if (!period) at.fail(4, "'" + printable(at.text(4), 40) + "' is not a period (2024-05-d3, 2024-05)");
  out.period = *period;
  out.class_value = at.integer(7, 255);
  out.score = at.number(8);
  out.likelihood = at.number(9);
  out.confidence = at.number(10);
  out.satellite_score = at.number(11);
  out.field_score = at.number(12);
  if (std::isnan(out.confidence)) at.fail(10, "confidence is never empty");
  if (!at.text(13).empty()) out.flags = split(at.text(13), ';');
  out.reasons = split_reasons(unguard(at.text(14)));
  for (size_t k = 0; k < factors.size(); ++k)
    out.contributions.push_back({factors[k], at.number(fixed.size() + 2 * k), at.number(fixed.size() + 2 * k + 1)});
  return out;
}

}  // namespace

std::string risk_csv(const RiskLayer& layer, const RiskTable& table, bool hxl) {
  const std::vector<std::string> factors = factors_of(layer);
  std::vector<std::string> names, tags;
  for (const Column& c : fixed) {
    names.emplace_back(c.name);
    std::string tag = c.tag;
    if (!table.rows.empty() && tag.starts_with("#adm+")) tag.insert(4, std::to_string(table.rows.front().level));
    tags.push_back(tag);
  }
  for (const std::string& factor : factors) {
    const std::string column = column_of(factor);
    names.push_back(csv_text("m_" + column));
    names.push_back(csv_text("c_" + column));
    tags.push_back("#indicator+membership+" + tag_text(column) + "+num");
    tags.push_back("#indicator+contribution+" + tag_text(column) + "+num");
  }
  std::string out = join(names, ",") + "\n";
  if (hxl) out += join(tags, ",") + "\n";
  for (const RiskRow& row : table.rows) {
    FW_EXPECT(row.contributions.size() == factors.size(), "a row must have the factors of its layer");
    out += csv_line(layer, row);
  }
  return out;
}

RiskTable load_risk_table(const std::string& file) {
  const std::vector<CsvRow> rows = parse_csv(read_file(file));
  if (rows.empty()) throw InputError("TABLE_INVALID", file + ": is empty. Make the table again with `forewarn risk`");
  const std::vector<std::string> factors = read_header(file, rows.front());
  RiskTable table;
  for (size_t r = 1; r < rows.size(); ++r) {
    const Cells at{file, rows[r]};
    if (r == 1 && !rows[r].cells.empty() && rows[r].cells[0].starts_with('#')) continue;  // HXL tags
    if (rows[r].cells.size() != rows.front().cells.size())
      at.fail(0, "has " + std::to_string(rows[r].cells.size()) + " cells, the header has " +
                     std::to_string(rows.front().cells.size()));
    table.rows.push_back(read_row(at, factors));
  }
  return table;
}

}  // namespace fw
