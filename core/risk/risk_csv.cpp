// Risk tables as CSV, and back.
#include <algorithm>
#include <array>
#include <cmath>
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
constexpr std::array<Column, 25> fixed = {{{"layer", "#indicator+code"},
                                           {"level", "#adm+level"},
                                           {"pcode", "#adm+code"},
                                           {"name", "#adm+name"},
                                           {"period", "#date+period"},
                                           {"first_day", "#date+start"},
                                           {"last_day", "#date+end"},
                                           {"class_scheme", "#meta+scheme"},
                                           {"class_value", "#severity+class+num"},
                                           {"score", "#indicator+score+num"},
                                           {"likelihood", "#indicator+likelihood+num"},
                                           {"low", "#indicator+likelihood+low+num"},
                                           {"high", "#indicator+likelihood+high+num"},
                                           {"confidence", "#indicator+confidence+num"},
                                           {"satellite_score", "#indicator+score+satellite+num"},
                                           {"field_score", "#indicator+score+field+num"},
                                           {"conflict", "#indicator+conflict+num"},
                                           {"input_age_days", "#indicator+age+num"},
                                           {"rank", "#indicator+rank+num"},
                                           {"rank_low", "#indicator+rank+low+num"},
                                           {"rank_high", "#indicator+rank+high+num"},
                                           {"flags", "#meta+flags"},
                                           {"reasons", "#description+reasons"},
                                           {"moves", "#description+moves"},
                                           {"wording", "#meta+wording"}}};
/// Places of the fixed columns.
enum : size_t {
  at_layer,
  at_level,
  at_pcode,
  at_name,
  at_period,
  at_first_day,
  at_last_day,
  at_class_scheme,
  at_class_value,
  at_score,
  at_likelihood,
  at_low,
  at_high,
  at_confidence,
  at_satellite_score,
  at_field_score,
  at_conflict,
  at_input_age_days,
  at_rank,
  at_rank_low,
  at_rank_high,
  at_flags,
  at_reasons,
  at_moves,
  at_wording,
};
constexpr std::string_view reason_separator = " | ", evidence_prefix = "evidence:", evidence_column = "evidence_",
                           rule_prefix = "r_";

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

/// "#adm2" where all units are of level 2; "#loc" where they are not of one level from 1 to 5.
std::string place_tag(const RiskTable& table) {
  if (table.rows.empty()) return "#loc";
  const int level = table.rows.front().level;
  const bool one = std::ranges::all_of(table.rows, [&](const RiskRow& row) { return row.level == level; });
  return one && level >= 1 && level <= 5 ? "#adm" + std::to_string(level) : "#loc";
}

std::string csv_line(const RiskLayer& layer, const RiskRow& row) {
  std::vector<std::string> cells = {csv_text(row.layer),
                                    std::to_string(row.level),
                                    csv_text(row.pcode),
                                    csv_text(row.name),
                                    label(row.period),
                                    to_string(first_day(row.period)),
                                    to_string(last_day(row.period)),
                                    csv_text(layer.classes),
                                    std::to_string(row.class_value)};
  for (const double v : {row.score, row.likelihood, row.low, row.high, row.confidence, row.satellite_score,
                         row.field_score, row.conflict, row.input_age_days, row.rank, row.rank_low, row.rank_high})
    cells.push_back(format_number(v));
  for (const std::string& text : {join(row.flags, ";"), join(row.reasons, reason_separator), row.moves, layer.wording})
    cells.push_back(csv_text(text));
  for (const Contribution& c : row.contributions) {
    cells.push_back(format_number(c.membership));
    cells.push_back(format_number(c.contribution));
  }
  for (const RuleOutcome& r : row.rules) cells.push_back(format_number(r.value));
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
  double any_number(size_t column) const {
    if (text(column).empty()) return nan_d();
    const auto v = parse_number(text(column));
    if (!v || !std::isfinite(*v)) fail(column, "'" + printable(text(column), 40) + "' is not a number");
    return *v;
  }
  double number(size_t column, double highest = 1 + 1e-9) const {
    const double v = any_number(column);
    if (v < 0 || v > highest)
      fail(column,
           "'" + printable(text(column), 40) + "' is not a number from 0 to " + format_number(std::floor(highest)));
    return v;
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

struct Header {
  std::vector<std::string> factors, rules;
};

Header read_header(const std::string& file, const CsvRow& header) {
  const Cells at{file, header};
  if (header.cells.size() < fixed.size())
    at.fail(0, "has " + std::to_string(header.cells.size()) + " columns, not those of a risk table");
  for (size_t c = 0; c < fixed.size(); ++c)
    if (header.cells[c] != fixed[c].name) at.fail(c, "must be '" + std::string(fixed[c].name) + "'");
  Header out;
  size_t c = fixed.size();
  for (; c < header.cells.size() && !header.cells[c].starts_with(rule_prefix); c += 2) {
    const std::string& m = header.cells[c];
    if (!m.starts_with("m_") || c + 1 == header.cells.size() || header.cells[c + 1] != "c_" + m.substr(2))
      at.fail(c, "must be m_<factor>, with c_<factor> after it");
    out.factors.push_back(factor_of(m.substr(2)));
  }
  for (; c < header.cells.size(); ++c) {
    if (!header.cells[c].starts_with(rule_prefix)) at.fail(c, "must be r_<rule>: rules are the last columns");
    out.rules.push_back(header.cells[c].substr(rule_prefix.size()));
  }
  return out;
}

RiskRow read_row(const Cells& at, const Header& header) {
  constexpr double most = 1e9;
  RiskRow out;
  out.layer = unguard(at.text(at_layer));
  out.level = at.integer(at_level, 10);
  out.pcode = unguard(at.text(at_pcode));
  out.name = unguard(at.text(at_name));
  const auto period = parse_period(at.text(at_period));
  if (!period) at.fail(at_period, "'" + printable(at.text(at_period), 40) + "' is not a period (2024-05-d3, 2024-05)");
  out.period = *period;
  out.class_value = at.integer(at_class_value, 255);
  out.score = at.any_number(at_score);  // 0..1, or logits of a learnt layer
  out.likelihood = at.number(at_likelihood);
  out.low = at.number(at_low);
  out.high = at.number(at_high);
  out.confidence = at.number(at_confidence);
  out.satellite_score = at.number(at_satellite_score);
  out.field_score = at.number(at_field_score);
  out.conflict = at.number(at_conflict);
  out.input_age_days = at.number(at_input_age_days, most);
  out.rank = at.number(at_rank, most);
  out.rank_low = at.number(at_rank_low, most);
  out.rank_high = at.number(at_rank_high, most);
  if (std::isnan(out.confidence)) at.fail(at_confidence, "confidence is never empty");
  if (!at.text(at_flags).empty()) out.flags = split(unguard(at.text(at_flags)), ';');
  out.reasons = split_reasons(unguard(at.text(at_reasons)));
  out.moves = unguard(at.text(at_moves));
  size_t c = fixed.size();
  for (const std::string& factor : header.factors) {
    const double membership = at.number(c++);
    out.contributions.push_back({factor, membership, at.any_number(c++)});
  }
  for (const std::string& rule : header.rules) out.rules.push_back({rule, at.any_number(c++)});
  return out;
}

}  // namespace

double rule_value(const RiskRow& row, const std::string& id) {
  const auto found = std::ranges::find(row.rules, id, &RuleOutcome::id);
  return found == row.rules.end() ? nan_d() : found->value;
}

std::string risk_csv(const RiskLayer& layer, const RiskTable& table, bool hxl) {
  const std::vector<std::string> factors = factors_of(layer);
  std::vector<std::string> names, tags;
  const std::string place = place_tag(table);
  for (const Column& c : fixed) {
    names.emplace_back(c.name);
    std::string tag = c.tag;
    if (tag.starts_with("#adm+")) tag.replace(0, 4, place);
    tags.push_back(tag);
  }
  for (const std::string& factor : factors) {
    const std::string column = column_of(factor);
    names.push_back(csv_text("m_" + column));
    names.push_back(csv_text("c_" + column));
    tags.push_back("#indicator+membership+" + tag_text(column) + "+num");
    tags.push_back("#indicator+contribution+" + tag_text(column) + "+num");
  }
  const std::vector<RuleOutcome> rules = table.rows.empty() ? std::vector<RuleOutcome>{} : table.rows.front().rules;
  for (const RuleOutcome& r : rules) {
    names.push_back(std::string(rule_prefix) + r.id);
    tags.push_back("#indicator+rule+" + tag_text(r.id) + "+num");
  }
  std::string out = join(names, ",") + "\n";
  if (hxl) out += join(tags, ",") + "\n";
  for (const RiskRow& row : table.rows) {
    FW_EXPECT(row.contributions.size() == factors.size(), "a row must have the factors of its layer");
    FW_EXPECT(std::ranges::equal(row.rules, rules, {}, &RuleOutcome::id, &RuleOutcome::id),
              "the rows of a layer must have the same rules");
    out += csv_line(layer, row);
  }
  return out;
}

RiskTable load_risk_table(const std::string& file) {
  const std::vector<CsvRow> rows = parse_csv(read_file(file));
  if (rows.empty()) throw InputError("TABLE_INVALID", file + ": is empty. Make the table again with `forewarn risk`");
  const Header header = read_header(file, rows.front());
  RiskTable table;
  for (size_t r = 1; r < rows.size(); ++r) {
    const Cells at{file, rows[r]};
    if (r == 1 && !rows[r].cells.empty() && rows[r].cells[0].starts_with('#')) continue;  // HXL tags
    if (rows[r].cells.size() != rows.front().cells.size())
      at.fail(0, "has " + std::to_string(rows[r].cells.size()) + " cells, the header has " +
                     std::to_string(rows.front().cells.size()));
    table.rows.push_back(read_row(at, header));
  }
  return table;
}

}  // namespace fw
