#include "jobs/summary.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/text.h"
#include "core/scene/product.h"

namespace fw {
namespace {

constexpr size_t page_width = 120;

std::string place(const RiskRow& row) { return row.name + " (" + row.pcode + ")"; }

std::string lines_of(const std::vector<std::string>& reasons) {
  std::string out;
  for (const auto& reason : reasons) out += "      " + reason + "\n";
  return out;
}

/// Names after a heading, in lines no wider than the page where names allow it.
std::string listed(const std::string& heading, const std::vector<const RiskRow*>& rows) {
  std::string out, line = heading;
  for (const RiskRow* row : rows) {
    const std::string next = place(*row) + (row == rows.back() ? "" : ",");
    if (line.size() + 1 + next.size() > page_width && line != heading) {
      out += line + "\n";
      line = "     ";
    }
    line += " " + next;
  }
  return out + line + "\n";
}

std::string label_of(const ClassScheme& scheme, int value) {
  const ClassEntry* entry = scheme.find(value);
  return entry ? entry->label : "";
}

std::string units_of(int n) { return std::to_string(n) + (n == 1 ? " unit" : " units"); }

/// How many units of each class, the finest admin level first: a coarse unit holds the finer ones, and their sum means
/// nothing.
std::string class_counts(const ClassScheme& scheme, const std::vector<const RiskRow*>& rows) {
  std::map<int, std::map<int, int>, std::greater<>> count;  // by level, by class
  for (const RiskRow* row : rows) ++count[row->level][row->class_value];
  std::string out;
  for (const auto& entry : scheme.classes) {
    std::string line;
    for (auto& [level, of_class] : count)
      line += (line.empty() ? units_of(of_class[entry.value]) : ", " + std::to_string(of_class[entry.value])) +
              (count.size() > 1 ? " of admin level " + std::to_string(level) : "");
    out += "  " + entry.label + ": " + (line.empty() ? units_of(0) : line) + "\n";
  }
  return out;
}

std::string assessed_units(const LoadedLayer& l, std::vector<const RiskRow*> rows, double threshold) {
  std::erase_if(rows, [&](const RiskRow* row) { return !(row->likelihood >= threshold); });
  std::stable_sort(rows.begin(), rows.end(),
                   [](const RiskRow* a, const RiskRow* b) { return a->likelihood > b->likelihood; });
  std::string out;
  for (const RiskRow* row : rows)
    out += "  * " + place(*row) + ": " + label_of(l.scheme, row->class_value) + ", likelihood " +
           format_fixed(row->likelihood, 2) + ", confidence " + format_fixed(row->confidence, 2) + "\n" +
           lines_of(row->reasons);
  return out;
}

std::string unassessed_units(const LoadedLayer& l, const std::vector<const RiskRow*>& rows) {
  struct Group {
    std::string label;
    std::vector<const RiskRow*> rows;
  };
  std::vector<Group> groups;  // in the order of their first unit
  std::map<std::pair<std::string, std::string>, size_t> known;
  for (const RiskRow* row : rows) {
    if (!std::isnan(row->likelihood)) continue;
    const std::string label = label_of(l.scheme, row->class_value);
    const auto [at, added] = known.try_emplace({label, lines_of(row->reasons)}, groups.size());
    if (added) groups.push_back({label, {}});
    groups[at->second].rows.push_back(row);
  }
  std::string out;
  for (const Group& g : groups) {
    out += g.rows.size() == 1
               ? "  * " + place(*g.rows[0]) + ": " + g.label + "\n"
               : listed("  * " + g.label + ", " + std::to_string(g.rows.size()) + " units alike:", g.rows);
    out += lines_of(g.rows[0]->reasons);
  }
  return out;
}

}  // namespace

std::string summary_text(const RunConfig& config, const std::vector<LoadedLayer>& layers, Period period) {
  std::string out = config.title + " - " + config.region.title + "\nPeriod: " + describe(period) + " (" +
                    label(period) + ")\nReference years: " + to_string(config.reference_from) + " to " +
                    to_string(config.reference_to) + ", never the year itself\n\n";
  out +=
      "Model-indicated conditions. Not an IPC classification, not a declaration of famine, not an official "
      "activation.\n"
      "\"Not assessed\" means that nothing can be said; it is neither safe nor at risk.\n";
  for (const auto& l : layers) {
    out += "\n" + l.layer.title + "\n" + std::string(l.layer.title.size(), '-') + "\n";
    std::vector<const RiskRow*> rows;
    for (const auto& row : l.table.rows)
      if (row.period == period) rows.push_back(&row);
    out += class_counts(l.scheme, rows) + assessed_units(l, rows, config.threshold) + unassessed_units(l, rows);
  }
  const std::vector<std::string> credits = data_credits(config);
  if (!credits.empty()) out += "\nData\n----\n";
  for (const std::string& credit : credits) out += "  " + credit + "\n";
  return out;
}

std::vector<std::string> data_credits(const RunConfig& config) {
  std::vector<std::string> out;
  for (const ScanInput& input : config.inputs) {
    const Product product = load_product(config.config_dir.string(), input.product);
    std::vector<std::string> paths(input.paths.begin(),
                                   input.paths.begin() + std::min<long>(3, std::ssize(input.paths)));
    if (paths.size() < input.paths.size())
      paths.push_back("and " + std::to_string(input.paths.size() - paths.size()) + " more");
    // A generic product describes a layout; whose data they are the file says.
    const bool generic = product.source.starts_with("This project");
    out.push_back(join(paths, ", ") + ": " + product.title + ". " +
                  (generic ? "Source and licence are those of the file" : product.licence + ". " + product.source));
  }
  for (const ObservationInput& input : config.observations) out.push_back(input.path + ": published statistics");
  return out;
}

}  // namespace fw
