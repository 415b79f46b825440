// The catalogue of spectral indices: every entry of config/indices, checked when it is read. An entry is data; adding
// an index is writing one in a file of that folder.
#pragma once
#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kernels/formula_program.h"

namespace fw {

/// A letter of formulas and the role that products give to such a band.
struct CatalogueBand {
  std::string letter, role, title;
  std::string unit;                                    ///< "1" (reflectance), "K", "linear power"
  std::optional<std::array<double, 2>> wavelength_nm;  ///< radar has none
};

struct CatalogueIndex {
  std::string name, title, domain, reference;
  std::string source, licence;  ///< of the file it stands in
  FormulaSource formula;        ///< text, constants with their defaults, definitions, precision
  std::vector<std::string> bands,
      roles;         ///< what the formula reads: letters and their roles, in the order of bands.toml
  std::string unit;  ///< "1" where not stated
  std::optional<std::array<double, 2>> range;  ///< for physical inputs; empty: not bounded
  std::string corrected;                       ///< why it differs from its source; empty: it does not
  std::string limits;                          ///< what to know before using it; may be empty
};

class IndexCatalogue {
 public:
  /// Reads config/indices: bands.toml and every other *.toml, in the order of their names.
  /// Errors: ConfigError: FORMULA (with line of the text and caret), DUPLICATE_INDEX, DUPLICATE_BAND, INDEX_CATALOGUE
  /// (folder or bands missing), and those of ConfigNode.
  static IndexCatalogue load(const std::string& config_dir);

  const std::vector<CatalogueIndex>& indices() const { return indices_; }  ///< by file, then as written
  const std::vector<CatalogueBand>& bands() const { return bands_; }
  /// Errors: ConfigError UNKNOWN_INDEX with the nearest name. Letters count as written: BI is not Bi.
  const CatalogueIndex& find(const std::string& name) const;
  /// The indices that these roles (blue, nir, vh...) are enough for, in the order of indices().
  std::vector<const CatalogueIndex*> allowed(const std::vector<std::string>& roles) const;
  /// Role of a letter, letter of a role; empty when there is none.
  std::string role_of(const std::string& letter) const;
  std::string letter_of(const std::string& role) const;

  /// Compiles indices into one program whose bands are letters (role_of gives the roles). `constants` replaces defaults
  /// by name in every index that has them. Errors: ConfigError UNKNOWN_INDEX, UNKNOWN_CONSTANT (no index asked for has
  /// it), FORMULA.
  FormulaProgram compile(const std::vector<std::string>& names,
                         const std::map<std::string, double>& constants = {}) const;

 private:
  std::vector<CatalogueIndex> indices_;
  std::vector<CatalogueBand> bands_;
};

}  // namespace fw
