#include "core/evidence/pcode_match.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include "core/base/config.h"
#include "core/base/text.h"

namespace fw {
namespace {

constexpr size_t longest_name = 400;

bool is_digits(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_iso3(const std::string& s) {
  return s.size() == 3 && std::all_of(s.begin(), s.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// Apostrophes and the letters used in their place stand inside a word.
bool is_apostrophe(int32_t c) {
  return c == '\'' || c == '`' || c == 0x2018 || c == 0x2019 || c == 0x201B || c == 0x02BC || c == 0x02BB ||
         c == 0x00B4 || c == 0x02B9 || c == 0x2032;
}

bool is_letter_or_digit(int32_t c) {
  switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
      return true;
    default:
      return false;
  }
}

/// The last place that lies below the country.
std::optional<size_t> deepest_place(const Observation& o) {
  for (size_t i = o.places.size(); i-- > 0;)
    if (o.places[i].level != 0) return i;
  return {};
}

std::string label_of(const Observation& o) {
  std::string label;
  for (const Place& p : o.places) {
    const std::string shown = p.name.empty() ? p.code : p.code.empty() ? p.name : p.name + " (" + p.code + ")";
    label += (label.empty() ? "" : " > ") + printable(shown, 80);
  }
  return label.empty() ? "(no place)" : label;
}

}  // namespace

std::string normal_code(std::string_view code) {
  std::string out;
  for (const char c : code)
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
      out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  const std::string_view whole(out);
  if (const size_t dot = whole.find('.'); dot != std::string_view::npos && is_digits(whole.substr(0, dot)) &&
                                          whole.find_first_not_of('0', dot + 1) == std::string_view::npos)
    out.resize(dot);
  if (is_digits(out)) {
    out.erase(0, std::min(out.find_first_not_of('0'), out.size() - 1));
  }
  return out;
}

std::string normal_name(std::string_view name) {
  utf8proc_uint8_t* mapped = nullptr;
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK |
                                                      UTF8PROC_CASEFOLD | UTF8PROC_IGNORE | UTF8PROC_STABLE);
  const std::string_view cut = name.substr(0, longest_name);
  const utf8proc_ssize_t size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(cut.data()),
                                             static_cast<utf8proc_ssize_t>(cut.size()), &mapped, options);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(mapped, std::free);
  if (size < 0) return std::string(cut);  // not UTF-8: equal only to itself
  std::string out;
  bool gap = false;
  for (utf8proc_ssize_t i = 0; i < size;) {
    utf8proc_int32_t c = 0;
    const utf8proc_ssize_t n = utf8proc_iterate(mapped + i, size - i, &c);
    if (n <= 0) break;
    if (is_letter_or_digit(c)) {
      if (gap && !out.empty()) out += ' ';
      out.append(reinterpret_cast<const char*>(mapped + i), static_cast<size_t>(n));
      gap = false;
    } else if (!is_apostrophe(c)) {
      gap = true;
    }
    i += n;
  }
  return out;
}

AliasTable load_aliases(const std::string& file) {
  const ConfigNode root = ConfigNode::load(file);
  AliasTable table{root.text("title"), root.text("source"), {}};
  std::map<std::string, std::string> seen;
  for (const ConfigNode& node : root.list("alias")) {
    Alias a;
    a.level = static_cast<int>(node.integer("level", 1, 5));
    a.name = node.text("name", "");
    a.code = node.text("code", "");
    a.within = node.text("within", "");
    a.pcode = node.text("pcode");
    node.done();
    if (a.name.empty() == a.code.empty()) node.fail("VALUE", "needs either name or code, as the data have it.");
    if (a.pcode.empty()) node.fail("pcode", "VALUE", "is empty.");
    const std::string key =
        std::to_string(a.level) + "|" + normal_name(a.within) + "|" + normal_name(a.name) + "|" + normal_code(a.code);
    const auto [at, added] = seen.emplace(key, a.pcode);
    if (!added && at->second != a.pcode)
      node.fail("DUPLICATE", "says something else than another alias for the same place.");
    table.aliases.push_back(std::move(a));
  }
  root.done();
  return table;
}

const char* name_of(MatchBy how) {
  constexpr std::array names = {"code", "name", "alias", "point", "coarser", "elsewhere", "none"};
  return names[static_cast<size_t>(how)];
}

PcodeMatcher::PcodeMatcher(std::vector<KnownUnit> units, std::string country, AliasTable aliases,
                           std::function<std::optional<std::string>(double, double)> locate)
    : units_(std::move(units)), country_(std::move(country)), aliases_(std::move(aliases)), locate_(std::move(locate)) {
  std::transform(country_.begin(), country_.end(), country_.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  for (size_t i = 0; i < units_.size(); ++i) {
    const KnownUnit& u = units_[i];
    by_code_[normal_code(u.pcode)].push_back(i);
    if (const std::string n = normal_name(u.name); !n.empty()) by_name_[n].push_back(i);
    by_pcode_.emplace(u.pcode, i);
    finest_ = std::max(finest_, u.level);
    coarsest_ = std::min(coarsest_, u.level);
  }
  for (const Alias& a : aliases_.aliases) {
    if (std::none_of(units_.begin(), units_.end(), [&](const KnownUnit& u) { return u.level == a.level; })) continue;
    const auto unit = by_pcode_.find(a.pcode);
    if (unit == by_pcode_.end() || units_[unit->second].level != a.level)
      throw ConfigError("ALIAS_UNKNOWN", "An alias means " + printable(a.pcode, 40) + ", which is no unit of level " +
                                             std::to_string(a.level) +
                                             ". Correct it, or use the table with its own boundaries.");
  }
}

std::optional<Match> PcodeMatcher::by_code(const Place& p) const {
  if (p.code.empty()) return {};
  const auto found = by_code_.find(normal_code(p.code));
  if (found == by_code_.end()) return {};
  std::vector<size_t> fit;
  for (const size_t i : found->second)
    if (units_[i].pcode == p.code) fit = {i};  // to the letter
  if (fit.empty())
    for (const size_t i : found->second)
      if (p.level < 0 || units_[i].level == p.level) fit.push_back(i);
  if (fit.size() != 1) return {};
  return Match{MatchBy::code, units_[fit[0]].pcode, units_[fit[0]].level, {}};
}

std::optional<Match> PcodeMatcher::by_alias(const Place& p, const std::string& within) const {
  for (const Alias& a : aliases_.aliases) {
    if (p.level >= 0 && a.level != p.level) continue;
    const auto unit = by_pcode_.find(a.pcode);
    if (unit == by_pcode_.end()) continue;
    const bool fits =
        a.code.empty() ? normal_name(a.name) == normal_name(p.name) : normal_code(a.code) == normal_code(p.code);
    if (fits && (a.within.empty() || normal_name(a.within) == normal_name(within)))
      return Match{MatchBy::alias, a.pcode, a.level, {}};
  }
  return {};
}

Match PcodeMatcher::by_name(const Observation& o, size_t deepest) const {
  const Place& p = o.places[deepest];
  // The nearest place above it that is named must itself be found; it bounds the search.
  std::string parent, above;
  for (size_t i = deepest; i-- > 0 && parent.empty();) {
    const Place& q = o.places[i];
    if (q.level == 0) continue;
    above = q.name;
    std::optional<Match> m = by_code(q);
    if (!m) m = by_alias(q, {});
    if (!m) {
      const Match named = by_name(o, i);
      if (named.pcode.empty() && q.level >= coarsest_)
        return {MatchBy::none, {}, -1, "its parent is not found: " + named.why};
      if (!named.pcode.empty()) m = named;
    }
    if (m) parent = m->pcode;
  }
  if (auto alias = by_alias(p, above)) return *alias;
  const std::string wanted = normal_name(p.name);
  if (wanted.empty())
    return {MatchBy::none, {}, -1, p.code.empty() ? "it has neither code nor name" : "no unit has this code"};
  const auto found = by_name_.find(wanted);
  std::vector<size_t> fit;
  if (found != by_name_.end())
    for (const size_t i : found->second) {
      const KnownUnit& u = units_[i];
      if (p.level >= 0 && u.level != p.level) continue;
      if (!parent.empty() && u.level <= units_[by_pcode_.at(parent)].level) continue;
      bool inside = parent.empty() || u.parent.empty();
      for (std::string up = u.parent; !inside && !up.empty();) {
        inside = up == parent;
        const auto next = by_pcode_.find(up);
        up = next == by_pcode_.end() || units_[next->second].parent == up ? std::string() : units_[next->second].parent;
      }
      if (inside) fit.push_back(i);
    }
  if (fit.size() == 1) return {MatchBy::name, units_[fit[0]].pcode, units_[fit[0]].level, {}};
  if (fit.size() > 1) return {MatchBy::none, {}, -1, "several units have this name"};
  return {MatchBy::none,
          {},
          -1,
          p.code.empty() ? "no unit has this name" + std::string(parent.empty() ? "" : " in its parent")
                         : "no unit has this code or name"};
}

Match PcodeMatcher::match_places(const Observation& o) const {
  const auto deepest = deepest_place(o);
  if (!deepest) return {MatchBy::coarser, {}, -1, {}};
  const Place& p = o.places[*deepest];
  if (p.level >= 0 && p.level < coarsest_) return {MatchBy::coarser, {}, -1, {}};
  if (auto code = by_code(p)) return *code;
  if (p.level > finest_) {
    // An event or a market lies in the unit above as well; people counted in a part of a unit are not the unit's.
    Observation up = o;
    up.places.resize(*deepest);
    if ((o.dataset == Dataset::conflict || o.dataset == Dataset::price) && deepest_place(up)) return match_places(up);
    return {MatchBy::none, {}, -1, "it is finer than the units that are known"};
  }
  return by_name(o, *deepest);
}

Match PcodeMatcher::match(const Observation& o) const {
  if (!country_.empty() && is_iso3(o.country) && o.country != country_) return {MatchBy::elsewhere, {}, -1, {}};
  const bool placed = deepest_place(o).has_value();
  if (!placed && !o.lat)
    return {o.country.empty() && o.places.empty() ? MatchBy::none : MatchBy::coarser,
            {},
            -1,
            "the file names no place for it"};
  Match m = placed ? match_places(o) : Match{MatchBy::none, {}, -1, "it has a point only"};
  if (m.how != MatchBy::none || !o.lat || !locate_) return m;
  if (const auto here = locate_(*o.lon, *o.lat)) {
    const auto unit = by_pcode_.find(*here);
    return {MatchBy::point, *here, unit == by_pcode_.end() ? -1 : units_[unit->second].level, {}};
  }
  return m;
}

void MatchCount::add(const Match& m, const Observation& o) {
  constexpr size_t most_listed = 2000;
  size_t* const counts[] = {&code, &name, &alias, &point, &coarser, &elsewhere, &none};
  ++*counts[static_cast<size_t>(m.how)];
  if (m.how != MatchBy::none) return;
  const std::string label = label_of(o);
  if (unmatched.size() >= most_listed && !unmatched.count(label)) return;
  auto& entry = unmatched[label];
  ++entry.first;
  entry.second = m.why;
}

std::optional<double> MatchCount::rate() const {
  if (matched() + none == 0) return {};
  return static_cast<double>(matched()) / static_cast<double>(matched() + none);
}

}  // namespace fw
