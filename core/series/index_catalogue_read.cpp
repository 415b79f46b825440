#include "core/series/index_catalogue_read.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "core/base/config.h"
#include "core/base/error.h"

namespace fw {
namespace {

namespace fs = std::filesystem;

/// The catalogue's files but bands.toml, in the order of their names.
std::vector<fs::path> index_files(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.path().extension() == ".toml" && entry.path().filename() != "bands.toml") files.push_back(entry.path());
  if (error || files.empty())
    throw ConfigError("INDEX_CATALOGUE", "no catalogue of indices in '" + folder.string() + "' (" +
                                             (error ? error.message() : "no .toml file") +
                                             "). Give the configuration folder of the program");
  std::sort(files.begin(), files.end());
  return files;
}

bool is_name(const std::string& text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !text.empty() && text.size() <= 64 && letter(text[0]) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}
std::string name_at(const ConfigNode& node, const char* key) {
  const std::string name = node.text(key);
  if (!is_name(name))
    node.fail(key, "NAME", "a name has letters, digits and _, starts with a letter, and has 64 at most");
  return name;
}

std::optional<std::array<double, 2>> pair_at(const ConfigNode& node, const char* key) {
  if (!node.has(key)) return {};
  const std::vector<double> numbers = node.numbers(key);
  if (numbers.size() != 2 || !(numbers[0] < numbers[1]))
    node.fail(key, "RANGE", "two numbers are needed here, the smaller one first");
  return std::array<double, 2>{numbers[0], numbers[1]};
}

FormulaSource formula_at(const ConfigNode& node, const std::string& name) {
  FormulaSource formula{name, node.text("formula"), {}, {}, false};
  if (const auto constants = node.find("constants")) {
    for (const std::string& constant : constants->keys())
      formula.constants.emplace_back(constant, constants->number(constant, -1e30, 1e30));
    constants->done();
  }
  if (const auto where = node.find("where")) {
    for (const std::string& defined : where->keys()) formula.definitions.emplace_back(defined, where->text(defined));
    where->done();
  }
  const std::string precision = node.text("precision", "float");
  if (precision != "float" && precision != "double") node.fail("precision", "CHOICE", "precision is float or double");
  formula.in_double = precision == "double";
  return formula;
}

/// Every constant and definition is used: a slip of the finger in one would otherwise be silent.
void check_all_used(const ConfigNode& node, const FormulaSource& formula) {
  std::vector<std::string> used = formula_names(parse_formula(formula.text));
  for (const auto& definition : formula.definitions)
    for (const std::string& name : formula_names(parse_formula(definition.second))) used.push_back(name);
  const auto check = [&](const std::string& name, const char* key) {
    if (std::find(used.begin(), used.end(), name) == used.end())
      node.fail(key, "FORMULA", "the formula does not use '" + name + "'");
  };
  for (const auto& constant : formula.constants) check(constant.first, "constants");
  for (const auto& definition : formula.definitions) check(definition.first, "where");
}

CatalogueIndex read_index(const ConfigNode& node, const ConfigNode& file, const std::vector<CatalogueBand>& bands) {
  CatalogueIndex index;
  index.name = name_at(node, "name");
  index.title = node.text("title", index.name);
  index.domain = file.has("domain") ? node.text("domain", file.text("domain")) : node.text("domain", "other");
  index.reference = node.text("reference", "");
  index.source = file.text("source", "");
  index.licence = file.text("licence", "");
  index.formula = formula_at(node, index.name);
  index.unit = node.text("unit", "1");
  index.range = pair_at(node, "range");
  index.corrected = node.text("corrected", "");
  index.limits = node.text("limits", "");
  node.done();

  std::vector<std::string> letters;
  for (const CatalogueBand& band : bands) letters.push_back(band.letter);
  for (const auto& constant : index.formula.constants)
    if (std::find(letters.begin(), letters.end(), constant.first) != letters.end())
      node.fail("constants", "FORMULA", "'" + constant.first + "' is a band; give the constant another name");
  try {
    index.bands = formula_bands(index.formula, letters);
    check_all_used(node, index.formula);
  } catch (const FormulaError& e) {
    node.fail("formula", "FORMULA", e.what());
  }
  if (index.bands.empty()) node.fail("formula", "FORMULA", "the formula reads no band");
  for (const std::string& letter : index.bands)
    index.roles.push_back(
        std::find_if(bands.begin(), bands.end(), [&](const CatalogueBand& b) { return b.letter == letter; })->role);
  return index;
}

}  // namespace

std::vector<CatalogueBand> read_catalogue_bands(const std::string& config_dir) {
  const fs::path file = fs::path(config_dir) / "indices" / "bands.toml";
  const ConfigNode config = ConfigNode::load(file.string());
  std::vector<CatalogueBand> bands;
  for (const ConfigNode& node : config.list("band")) {
    CatalogueBand band{name_at(node, "letter"), name_at(node, "role"), node.text("title"), node.text("unit", "1"),
                       pair_at(node, "wavelength_nm")};
    node.done();
    for (const CatalogueBand& other : bands)
      if (other.letter == band.letter || other.role == band.role)
        node.fail("letter", "DUPLICATE_BAND", "letter '" + band.letter + "' or role '" + band.role + "' stands twice");
    bands.push_back(std::move(band));
  }
  config.done();
  if (bands.empty()) config.fail("INDEX_CATALOGUE", "the file names no band");
  return bands;
}

std::vector<CatalogueIndex> read_catalogue_indices(const std::string& config_dir,
                                                   const std::vector<CatalogueBand>& bands) {
  std::vector<CatalogueIndex> indices;
  std::map<std::string, std::string> file_of;
  for (const fs::path& path : index_files(fs::path(config_dir) / "indices")) {
    const ConfigNode config = ConfigNode::load(path.string());
    for (const ConfigNode& node : config.list("index")) {
      indices.push_back(read_index(node, config, bands));
      const auto [entry, is_new] = file_of.emplace(indices.back().name, path.filename().string());
      if (!is_new)
        node.fail("name", "DUPLICATE_INDEX",
                  "an index of this name stands in " + entry->second + ". Choose another name");
    }
    config.done();
  }
  return indices;
}

}  // namespace fw
