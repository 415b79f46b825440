// What of the evidence may leave for whom. The floors are compiled in; a configuration can only raise them.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/evidence/evidence_table.h"

namespace fw {

enum class Audience : uint8_t { internal, partner, public_ };
/// "internal", "partner", "public"; nothing for other words.
std::optional<Audience> parse_audience(std::string_view text);
const char* name_of(Audience a);

/// Least support of a cell (unit × period × kind) by those who have a say in its value, and the highest sensitivity of any report in it.
struct DisclosureRule {
  int reports = 0, reporters = 0, organisations = 0;
  Sensitivity most = Sensitivity::severe;
};
/// internal: everything. partner: 3 reports of 2 reporters, none severe. public: 5 reports (or `k`, where that is more)
/// of 3 reporters and 2 organisations, none high or severe.
DisclosureRule rule_of(Audience audience, int k = 0);
/// Reports without which a cell has no influence on what is mapped for the public.
inline constexpr int public_map_reports = 10;

/// Unit → the unit above it; units without one are absent.
using UnitParents = std::map<std::string, std::string>;

/// The rows that the audience may see, coarsened: counts to steps, values, weights and ages to classes, everything
/// about single sources left out. Of an internal audience the table itself.
/// A row below the rule goes. Then, wherever totals could be known (of a unit, the units of one parent or all units,
/// in a period, month, year or ever, and over the kinds of one cell), rows that pass go too, the smallest first: until
/// what a total leaves after the rows shown is more than one row and one of them would pass by itself, and until no row
/// below the rule follows from all these totals together (sums_attack.h). A hidden row then looks like no report at
/// all. Coverage and silence rest on hidden reports as well and are left out. A table in which more than 2,000 hidden
/// rows hang together by totals is not shown at all.
EvidenceTable disclose(const EvidenceTable& table, Audience audience, int k, const UnitParents& parents);

/// The writers' own check, whatever happened before. Errors: OutputError PRIVACY_FLOOR where a row is below the rule or
/// not coarsened.
void expect_disclosed(const EvidenceTable& table, Audience audience);

/// Rows that may move what is mapped for the audience: for the public those of public_map_reports or more.
EvidenceTable mappable(EvidenceTable table, Audience audience);

/// What may be said of things left out: for others than "internal" nothing about reports, whose number, place in a file
/// and faults are told to the operator only.
std::vector<Rejection> disclose(std::vector<Rejection> rejections, Audience audience);

}  // namespace fw
