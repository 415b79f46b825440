#include "core/evidence/xlsform.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/config.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/evidence/xlsx.h"

namespace fw {
namespace {

using Json = nlohmann::ordered_json;

/// Cells of a sheet by column name.
std::vector<std::map<std::string, std::string>> records(const Sheet& sheet) {
  std::vector<std::map<std::string, std::string>> list;
  for (size_t r = 1; r < sheet.rows.size(); ++r) {
    std::map<std::string, std::string> record;
    for (size_t c = 0; c < sheet.rows[r].cells.size(); ++c)
      if (c < sheet.rows[0].cells.size()) record[lower(trim(sheet.rows[0].cells[c]))] = trim(sheet.rows[r].cells[c]);
    list.push_back(std::move(record));
  }
  return list;
}

std::string text_of(const Json& object, const char* key) {
  if (!object.is_object() || !object.contains(key)) return {};
  const Json& v = object[key];
  return v.is_string() ? trim(v.get<std::string>()) : v.is_number() ? v.dump() : std::string();
}

const Sheet* sheet_named(const std::vector<Sheet>& sheets, const char* name) {
  for (const Sheet& s : sheets)
    if (lower(trim(s.name)) == name && !s.rows.empty()) return &s;
  return nullptr;
}

std::string first_of(const std::map<std::string, std::string>& record, std::initializer_list<const char*> keys) {
  for (const char* key : keys)
    if (const auto at = record.find(key); at != record.end() && !at->second.empty()) return at->second;
  return {};
}

}  // namespace

void XlsForm::add_row(const std::string& type, const std::string& name, const std::string& list) {
  std::string t = lower(type);
  std::replace(t.begin(), t.end(), '_', ' ');
  if (t == "begin group" || t == "begin repeat") {
    groups_.emplace_back(name, t == "begin repeat" || (!groups_.empty() && groups_.back().second));
  } else if (t == "end group" || t == "end repeat") {
    if (!groups_.empty()) groups_.pop_back();
  } else if (!name.empty()) {
    FormQuestion q{"", name, t, list, !groups_.empty() && groups_.back().second};
    for (const auto& [group, repeats] : groups_) q.path += group + "/";
    q.path += name;
    // "select_one yes_no": the list stands behind the type.
    const std::vector<std::string> words = split(trim(type), ' ');
    if (q.list.empty() && words.size() > 1 && lower(words[0]).rfind("select", 0) == 0) {
      q.type = lower(words[0]);
      q.list = words.back();
    }
    questions_.push_back(std::move(q));
  }
}

XlsForm XlsForm::read(std::string_view bytes) {
  XlsForm form;
  if (is_xlsx(bytes)) {
    const std::vector<Sheet> sheets = read_xlsx(bytes);
    const Sheet* survey = sheet_named(sheets, "survey");
    if (!survey) throw InputError("SCHEMA", "The form has no sheet 'survey'. Give the XLSForm.");
    for (const auto& r : records(*survey)) form.add_row(first_of(r, {"type"}), first_of(r, {"name"}), {});
    if (const Sheet* choices = sheet_named(sheets, "choices"))
      for (const auto& r : records(*choices)) {
        Choice c{first_of(r, {"name", "value"}), {}};
        for (const auto& [column, text] : r)
          if ((column.rfind("label", 0) == 0 || column.rfind("text", 0) == 0) && !text.empty())
            c.labels.push_back(text);
        form.choices_[first_of(r, {"list_name", "list name"})].push_back(std::move(c));
      }
  } else {
    const Json json = parse_json_strict(bytes);
    const Json& content = json.is_object() && json.contains("content") ? json["content"] : json;
    if (!content.is_object() || !content.contains("survey") || !content["survey"].is_array())
      throw InputError("SCHEMA", "The form has no list 'survey'. Give the XLSForm as .xlsx, or the asset's JSON.");
    for (const Json& q : content["survey"]) {
      const std::string name = text_of(q, "name");
      form.add_row(text_of(q, "type"), name.empty() ? text_of(q, "$autoname") : name,
                   text_of(q, "select_from_list_name"));
    }
    if (content.contains("choices") && content["choices"].is_array())
      for (const Json& c : content["choices"]) {
        Choice choice{text_of(c, "name"), {}};
        if (c.is_object() && c.contains("label")) {
          if (c["label"].is_string()) choice.labels.push_back(trim(c["label"].get<std::string>()));
          if (c["label"].is_array())
            for (const Json& l : c["label"])
              if (l.is_string()) choice.labels.push_back(trim(l.get<std::string>()));
        }
        form.choices_[text_of(c, "list_name")].push_back(std::move(choice));
      }
  }
  return form;
}

const FormQuestion* XlsForm::find(std::string_view wanted) const {
  const FormQuestion* found = nullptr;
  for (const FormQuestion& q : questions_) {
    if (q.path == wanted) return &q;
    if (q.name != wanted) continue;
    if (found) return nullptr;
    found = &q;
  }
  return found;
}

std::optional<std::string> XlsForm::choice_name(const FormQuestion& question, const std::string& cell) const {
  const auto list = choices_.find(question.list);
  if (list == choices_.end()) return {};
  for (const Choice& c : list->second)
    if (c.name == cell) return c.name;
  for (const Choice& c : list->second)
    if (std::find(c.labels.begin(), c.labels.end(), cell) != c.labels.end()) return c.name;
  return {};
}

std::optional<std::string> XlsForm::choice_label(const FormQuestion& question, const std::string& cell) const {
  const auto name = choice_name(question, cell);
  if (!name) return {};
  for (const Choice& c : choices_.at(question.list))
    if (c.name == *name && !c.labels.empty()) return c.labels.front();
  return name;
}

}  // namespace fw
