// The form behind submissions: XLSForm as a workbook, or as the JSON that Kobo keeps. https://xlsform.org/en/ref-table
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fw {

struct FormQuestion {
  std::string path;  ///< "group/subgroup/name"
  std::string name, type;
  std::string list;      ///< of choices, for select_one and select_multiple
  bool repeats = false;  ///< lies in a repeat group
};

class XlsForm {
 public:
  /// Errors: InputError SCHEMA (no survey), and those of read_xlsx and parse_json_strict.
  static XlsForm read(std::string_view bytes);
  const std::vector<FormQuestion>& questions() const { return questions_; }
  /// By path or, where only one question has it, by name.
  const FormQuestion* find(std::string_view path_or_name) const;
  /// The name of the choice that a cell holds, which may be its name or one of its labels; nothing when it is neither.
  std::optional<std::string> choice_name(const FormQuestion& question, const std::string& cell) const;
  /// The first label of a choice.
  std::optional<std::string> choice_label(const FormQuestion& question, const std::string& cell) const;

 private:
  struct Choice {
    std::string name;
    std::vector<std::string> labels;
  };
  void add_row(const std::string& type, const std::string& name, const std::string& list);
  std::vector<FormQuestion> questions_;
  std::vector<std::pair<std::string, bool>> groups_;  ///< open while reading: name, repeats
  std::map<std::string, std::vector<Choice>> choices_;
};

}  // namespace fw
