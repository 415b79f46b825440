#include "core/series/index_catalogue.h"

#include <algorithm>
#include <set>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/series/index_catalogue_read.h"

namespace fw {

IndexCatalogue IndexCatalogue::load(const std::string& config_dir) {
  IndexCatalogue catalogue;
  catalogue.bands_ = read_catalogue_bands(config_dir);
  catalogue.indices_ = read_catalogue_indices(config_dir, catalogue.bands_);
  return catalogue;
}

const CatalogueIndex& IndexCatalogue::find(const std::string& name) const {
  std::vector<std::string> names;
  for (const CatalogueIndex& index : indices_) {
    if (index.name == name) return index;
    names.push_back(index.name);
  }
  const std::string near = nearest_name(name, names);
  throw ConfigError(
      "UNKNOWN_INDEX",
      "no index '" + printable(name) + "' (config/indices has " + std::to_string(names.size()) + "). " +
          (near.empty() ? "Write an entry for it in a file of that folder" : "Did you mean '" + near + "'?"));
}

std::vector<const CatalogueIndex*> IndexCatalogue::allowed(const std::vector<std::string>& roles) const {
  const std::set<std::string> given(roles.begin(), roles.end());
  std::vector<const CatalogueIndex*> enough;
  for (const CatalogueIndex& index : indices_)
    if (std::all_of(index.roles.begin(), index.roles.end(), [&](const auto& role) { return given.contains(role); }))
      enough.push_back(&index);
  return enough;
}

std::string IndexCatalogue::role_of(const std::string& letter) const {
  for (const CatalogueBand& band : bands_)
    if (band.letter == letter) return band.role;
  return "";
}

std::string IndexCatalogue::letter_of(const std::string& role) const {
  for (const CatalogueBand& band : bands_)
    if (band.role == role) return band.letter;
  return "";
}

FormulaProgram IndexCatalogue::compile(const std::vector<std::string>& names,
                                       const std::map<std::string, double>& constants) const {
  std::vector<FormulaSource> sources;
  std::set<std::string> known;
  for (const std::string& name : names) {
    sources.push_back(find(name).formula);
    for (auto& [constant, value] : sources.back().constants) {
      known.insert(constant);
      if (const auto given = constants.find(constant); given != constants.end()) value = given->second;
    }
  }
  for (const auto& [constant, value] : constants) {
    if (known.contains(constant)) continue;
    throw ConfigError("UNKNOWN_CONSTANT", "no index asked for has a constant '" + printable(constant) +
                                              "'. They have " +
                                              (known.empty() ? "none" : join({known.begin(), known.end()}, ", ")));
  }
  std::vector<std::string> letters;
  for (const CatalogueBand& band : bands_) letters.push_back(band.letter);
  try {
    return FormulaProgram::compile(sources, letters);
  } catch (const FormulaError& e) {
    throw ConfigError("FORMULA", std::string("the indices asked for cannot be compiled: ") + e.what());
  }
}

}  // namespace fw
