// Which admin unit a statistic is about: codes first, then exact names within their parent, then a point. Nothing is
// guessed.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/evidence/observation.h"

namespace fw {

/// "0701", "701" and "701.0" are one, and so are "et 0508" and "ET0508": case and blanks do not count, nor in codes of
/// digits alone leading zeros and a ".0".
std::string normal_code(std::string_view code);
/// Names compare without case, accents and other marks (Unicode NFKD, case fold), with every sign between words read as
/// one blank and apostrophes left out: "N'Djaména" is "ndjamena", "Bahr-el-Gazel" is "bahr el gazel". Letters are never
/// dropped or swapped.
std::string normal_name(std::string_view name);

/// A unit that places are looked for among.
struct KnownUnit {
  std::string pcode, name, parent;  ///< parent: p-code one level up, or empty
  int level = 0;
};

/// "This name (within this parent) or this code means that unit": config/aliases/<name>.toml.
struct Alias {
  int level = 0;
  std::string name, code;  ///< as the data have it; one of them
  std::string within;      ///< name of the parent in the data, where that is needed to tell two of one name apart
  std::string pcode;
};
struct AliasTable {
  std::string title, source;
  std::vector<Alias> aliases;
};
/// Errors: ConfigError MISSING_KEY, VALUE, DUPLICATE, UNKNOWN_KEY, CONFIG_UNREADABLE.
AliasTable load_aliases(const std::string& file);

enum class MatchBy : uint8_t { code, name, alias, point, coarser, elsewhere, none };
const char* name_of(MatchBy how);

struct Match {
  MatchBy how = MatchBy::none;
  std::string pcode;  ///< empty for coarser, elsewhere and none
  int level = -1;
  std::string why;  ///< for none: "no unit has this name", "two units have this name" …
};

class PcodeMatcher {
 public:
  /// `country`: ISO 3166 code of the units in three letters; places that name another such code are elsewhere. Empty:
  /// unknown. `locate`: unit that holds a point; may be empty. Errors: ConfigError ALIAS_UNKNOWN (an alias names a
  /// p-code that no unit of its level has).
  PcodeMatcher(std::vector<KnownUnit> units, std::string country, AliasTable aliases,
               std::function<std::optional<std::string>(double lon, double lat)> locate);
  /// The deepest place of the observation decides; it is never moved to a coarser unit because it was not found.
  Match match(const Observation& o) const;
  size_t units() const { return units_.size(); }

 private:
  std::optional<Match> by_code(const Place& p) const;
  std::optional<Match> by_alias(const Place& p, const std::string& within) const;
  Match by_name(const Observation& o, size_t deepest) const;
  Match match_places(const Observation& o) const;

  std::vector<KnownUnit> units_;
  std::string country_;
  AliasTable aliases_;
  std::function<std::optional<std::string>(double, double)> locate_;
  std::map<std::string, std::vector<size_t>> by_code_, by_name_;
  std::map<std::string, size_t> by_pcode_;
  int finest_ = 0, coarsest_ = 99;
};

/// How a file's observations found their units.
struct MatchCount {
  size_t code = 0, name = 0, alias = 0, point = 0, coarser = 0, elsewhere = 0, none = 0;
  std::map<std::string, std::pair<size_t, std::string>> unmatched;  ///< "admin1 Oromia > Foo": rows, why
  void add(const Match& m, const Observation& o);
  size_t matched() const { return code + name + alias + point; }
  /// Matched of those that should be: matched + none. Nothing when there is none of either.
  std::optional<double> rate() const;
};

}  // namespace fw
