// Submissions of ODK and Kobo forms: JSON with its groups and repeat groups, and the flat CSV export. A report is a
// submission or, where what is asked lies in a repeat group, an instance of it.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/config.h"
#include "core/base/date.h"
#include "core/base/text.h"
#include "core/evidence/report_reader.h"
#include "core/evidence/xlsform.h"

namespace fw {
namespace {

using Json = nlohmann::ordered_json;
using Answers = std::map<std::string, std::string>;  ///< question path → cell

constexpr size_t most_reports = 2'000'000;

// Where a field is found when the column map does not say; the first that is there. Times of submission are UTC.
const std::map<Field, std::vector<const char*>> usual = {
    {Field::id, {"_uuid", "meta/instanceID", "meta-instanceID", "instanceID", "KEY", "__id"}},
    {Field::reporter, {"reporter_id", "_submitted_by", "SubmitterID"}},
    {Field::time, {"time", "_submission_time", "SubmissionDate", "end", "start"}}};

bool is_submission_time(const std::string& key) { return key == "_submission_time" || key == "SubmissionDate"; }

/// The one answer whose path is `wanted` or ends in it ("/" of Kobo, "-" of ODK Central). Errors: InputError SCHEMA
/// where several do.
const std::pair<const std::string, std::string>* find_answer(const Answers& answers, const std::string& wanted) {
  if (const auto at = answers.find(wanted); at != answers.end()) return &*at;
  const std::pair<const std::string, std::string>* found = nullptr;
  for (const auto& answer : answers) {
    const std::string& key = answer.first;
    if (key.size() <= wanted.size() || key.compare(key.size() - wanted.size(), wanted.size(), wanted) != 0) continue;
    const char before = key[key.size() - wanted.size() - 1];
    if (before != '/' && before != '-') continue;
    if (found)
      throw InputError("SCHEMA", "Several questions are named '" + printable(wanted, 60) +
                                     "'. Name the one meant with its groups (group/question) in the column map.");
    found = &answer;
  }
  return found;
}

class Submissions {
 public:
  Submissions(const ReportFile& file, std::optional<XlsForm> form) : file_(file), form_(std::move(form)) {
    for (size_t f = 0; f < field_count; ++f) {
      const Field field = static_cast<Field>(f);
      if (const auto asked = file.configured(field)) {
        std::string path = *asked;
        if (path.size() > 6 && path.ends_with(":label")) {
          path.resize(path.size() - 6);
          labels_.insert(field);
        }
        wanted_[field] = {path};
      } else if (const auto known = usual.find(field); known != usual.end()) {
        for (const char* key : known->second) wanted_[field].emplace_back(key);
      } else {
        wanted_[field] = {field_names[f]};
      }
    }
    geopoint_ = file.configured(Field::lat) ? "" : "_geolocation";
    if (form_ && !file.configured(Field::lat))
      for (const FormQuestion& q : form_->questions())
        if (q.type == "geopoint" || q.type == "gps") {
          geopoint_ = q.path;
          break;
        }
  }

  void take_json(const Json& submission, size_t n) {
    if (!submission.is_object()) return misfit(n, "SCHEMA", "The submission is no JSON object.");
    expand(submission, {}, n, "");
  }
  void take_row(Answers answers, size_t line) { finish(answers, line, ""); }

  /// Errors: InputError SCHEMA where a field was found in no submission.
  std::vector<RawReport> done(RunReport& report) {
    Columns found;
    for (size_t f = 0; f < field_count; ++f)
      if (seen_.count(static_cast<Field>(f))) found[f] = 0;
    if (!rows_.empty() || misfits_.empty())
      if (const std::vector<Field> missing = missing_fields(found, file_); !missing.empty()) {
        std::vector<std::string> names;
        for (const Field f : missing) names.emplace_back(field_names[index(f)]);
        throw InputError(
            "SCHEMA", "No question answers " + join(names, ", ") + place_hint(missing) +
                          ". Say which does in the column map of this input (field = \"group/question\"); consent that "
                          "covers all submissions can stand in its defaults.");
      }
    for (Rejection& r : misfits_) report.add(std::move(r));
    return std::move(rows_);
  }

  std::string item(size_t n) const { return file_.name() + (records ? ":submission " : ":") + std::to_string(n); }
  bool records = true;

 private:
  void misfit(size_t n, const char* code, const std::string& problem) {
    misfits_.push_back({item(n), "evidence", code, problem, Verdict::refused});
  }

  bool is_wanted(const std::string& key) const {
    const size_t slash = key.rfind('/');
    for (const auto& [field, paths] : wanted_)
      for (const std::string& p : paths)
        if (p == key || (slash != std::string::npos && key.substr(slash + 1) == p)) return true;
    return key == geopoint_;
  }

  /// Whether a field of a report is asked for inside a repeat group.
  bool holds_wanted(const Json& instances) const {
    for (const Json& instance : instances)
      if (instance.is_object())
        for (const auto& [key, value] : instance.items())
          if (value.is_array() && !value.empty() && value.front().is_object() ? holds_wanted(value) : is_wanted(key))
            return true;
    return false;
  }

  static std::string cell_of(const Json& v) {
    if (v.is_string()) return v.get<std::string>();
    if (v.is_null()) return {};
    if (v.is_boolean()) return v.get<bool>() ? "true" : "false";
    if (v.is_number_float()) return format_number(v.get<double>());
    if (v.is_array()) {  // [lat, lon] of _geolocation
      std::vector<std::string> parts;
      for (const Json& part : v)
        if (part.is_number()) parts.push_back(part.is_number_float() ? format_number(part.get<double>()) : part.dump());
      return join(parts, " ");
    }
    return v.is_number() ? v.dump() : std::string();
  }

  void expand(const Json& object, Answers answers, size_t n, const std::string& suffix) {
    const Json* repeat = nullptr;
    for (const auto& [key, value] : object.items()) {
      const bool group = value.is_array() && !value.empty() && value.front().is_object();
      if (!group) {
        answers[key] = cell_of(value);
      } else if (key.rfind("_", 0) != 0 && holds_wanted(value)) {
        if (repeat)
          return misfit(n, "SCHEMA",
                        "What is asked lies in two repeat groups beside each other, which makes no report.");
        repeat = &value;
      }
    }
    if (!repeat) return finish(answers, n, suffix);
    size_t i = 0;
    for (const Json& instance : *repeat) {
      ++i;
      if (instance.is_object()) expand(instance, answers, n, suffix + "." + std::to_string(i));
    }
  }

  void finish(const Answers& answers, size_t n, const std::string& suffix) {
    if (rows_.size() >= most_reports)
      throw InputError("TOO_LARGE", "The file holds more submissions than is read. Split it.");
    RawReport raw{file_.name(), n, item(n), {}, {}};
    for (const auto& [field, paths] : wanted_)
      for (const std::string& path : paths) {
        const auto* answer = find_answer(answers, path);
        if (!answer) continue;
        set(raw, field, value_of(field, *answer));
        break;
      }
    split_point(raw, answers);
    if (!suffix.empty() && !trim(raw[Field::id]).empty()) raw.value[index(Field::id)] += suffix;
    rows_.push_back(std::move(raw));
  }

  void set(RawReport& raw, Field field, std::string value) {
    raw.value[index(field)] = std::move(value);
    raw.given[index(field)] = true;
    seen_.insert(field);
  }

  std::string value_of(Field field, const std::pair<const std::string, std::string>& answer) const {
    std::string value = trim(answer.second);
    if (form_)
      if (const FormQuestion* q = form_->find(answer.first); q && !q->list.empty()) {
        const auto choice = labels_.count(field) ? form_->choice_label(*q, value) : form_->choice_name(*q, value);
        if (choice) value = *choice;
      }
    // Kobo writes the time of submission in UTC without saying so.
    if (field == Field::time && is_submission_time(answer.first))
      if (const auto t = parse_datetime(value); t && t->has_time && !t->has_zone) value += "Z";
    return value;
  }

  /// "lat lon altitude accuracy" in one answer.
  void split_point(RawReport& raw, const Answers& answers) {
    std::string point = raw[Field::lat];
    if (point.empty() && !geopoint_.empty())
      if (const auto* answer = find_answer(answers, geopoint_)) point = trim(answer->second);
    if (point.find(' ') == std::string::npos) return;
    std::vector<std::string> parts = split(point, ' ');
    std::erase_if(parts, [](const std::string& p) { return p.empty(); });
    if (parts.size() < 2 || parts.size() > 4) return;
    set(raw, Field::lat, parts[0]);
    set(raw, Field::lon, parts[1]);
  }

  const ReportFile& file_;
  std::optional<XlsForm> form_;
  std::map<Field, std::vector<std::string>> wanted_;
  std::set<Field> labels_, seen_;
  std::string geopoint_;
  std::vector<RawReport> rows_;
  std::vector<Rejection> misfits_;
};

const Json* submissions_of(const Json& json) {
  if (json.is_array()) return &json;
  if (json.is_object())
    for (const char* key : {"results", "submissions", "value"})
      if (json.contains(key) && json[key].is_array()) return &json[key];
  return nullptr;
}

std::optional<XlsForm> form_of(const ReportFile& file, const Json* json) {
  if (!file.form().empty()) return XlsForm::read(file.form());
  if (json && json->is_object() && json->contains("content")) return XlsForm::read((*json)["content"].dump());
  return {};
}

}  // namespace

bool recognises_kobo_json(const ReportFile& file) {
  const std::string_view bytes = file.bytes();
  const size_t start = bytes.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (start == std::string_view::npos || (bytes[start] != '{' && bytes[start] != '[')) return false;
  const auto holds = [&](const char* key) { return bytes.find(key) != std::string_view::npos; };
  return !holds("\"FeatureCollection\"") &&
         (holds("\"_uuid\"") || holds("\"meta/instanceID\"") || holds("\"_submission_time\"") ||
          (holds("\"submissions\"") && holds("\"survey\"")));
}

std::vector<RawReport> read_kobo_json_reports(const ReportFile& file, RunReport& report) {
  Json json;
  try {
    json = parse_json_strict(file.bytes().substr(file.bytes().substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0));
  } catch (const InputError& e) {
    throw without_quotes(e);
  }
  const Json* list = submissions_of(json);
  if (!list)
    throw InputError("SCHEMA",
                     "The JSON holds no list of submissions (a list, or one under results, submissions or value).");
  Submissions submissions(file, form_of(file, &json));
  size_t n = 0;
  for (const Json& s : *list) submissions.take_json(s, ++n);
  return submissions.done(report);
}

bool recognises_kobo_csv(const ReportFile& file) {
  try {
    if (file.is_workbook() || file.table().empty() || recognises_csv(file)) return false;
    std::set<std::string> names;
    for (const std::string& cell : file.table().front().cells) names.insert(trim(cell));
    return (names.count("_uuid") && names.count("_submission_time")) || names.count("meta/instanceID") ||
           (names.count("KEY") && (names.count("SubmissionDate") || names.count("meta-instanceID")));
  } catch (const InputError&) {
    return false;
  }
}

std::vector<RawReport> read_kobo_csv_reports(const ReportFile& file, RunReport& report) {
  const std::vector<CsvRow>& table = file.table();
  if (table.empty()) throw InputError("SCHEMA", "The file is empty (no header row). Export it again.");
  Submissions submissions(file, form_of(file, nullptr));
  submissions.records = false;
  const CsvRow& header = table.front();
  std::set<std::string> names;
  for (const std::string& cell : header.cells)
    if (!trim(cell).empty() && !names.insert(trim(cell)).second)
      throw InputError("SCHEMA", "Two columns have one name. Export with the groups in the names.");
  std::vector<Rejection> misfits;
  for (size_t r = 1; r < table.size(); ++r) {
    if (table[r].cells.size() != header.cells.size()) {
      misfits.push_back({submissions.item(table[r].line), "evidence", "SCHEMA",
                         "The row has " + std::to_string(table[r].cells.size()) + " cells, the header " +
                             std::to_string(header.cells.size()) + ". Check its separators and quotes.",
                         Verdict::refused});
      continue;
    }
    Answers answers;
    for (size_t c = 0; c < header.cells.size(); ++c)
      if (const std::string name = trim(header.cells[c]); !name.empty()) answers[name] = table[r].cells[c];
    submissions.take_row(std::move(answers), table[r].line);
  }
  for (Rejection& m : misfits) report.add(std::move(m));
  return submissions.done(report);
}

}  // namespace fw
