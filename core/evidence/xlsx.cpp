#include "core/evidence/xlsx.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <map>
#include <optional>
#include <pugixml.hpp>
#include <set>

#include "core/base/date.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/evidence/zip_archive.h"

namespace fw {
namespace {

[[noreturn]] void invalid(const std::string& why) {
  throw InputError("XLSX_INVALID", "The workbook " + why + ". Save it again as .xlsx, or as CSV.");
}

/// Local name without a namespace prefix: some programs write <x:row>.
std::string_view local(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

pugi::xml_node child(const pugi::xml_node& node, std::string_view name) {
  for (const pugi::xml_node& c : node.children())
    if (local(c) == name) return c;
  return {};
}

class Workbook {
 public:
  Workbook(std::string_view bytes, const XlsxLimits& limits) : zip_(bytes), limits_(limits) {}

  std::vector<Sheet> read() {
    pugi::xml_document book, relations;
    load("xl/workbook.xml", &book);
    load("xl/_rels/workbook.xml.rels", &relations);
    std::map<std::string, std::string> targets;
    for (const pugi::xml_node& r : relations.document_element().children())
      targets[r.attribute("Id").value()] = path_of(r.attribute("Target").value());
    const pugi::xml_node root = book.document_element();
    const std::string_view flag = child(root, "workbookPr").attribute("date1904").value();
    epoch_1904_ = flag == "1" || flag == "true";
    read_styles();
    read_strings();
    std::vector<Sheet> sheets;
    for (const pugi::xml_node& s : child(root, "sheets").children()) {
      std::string id;
      for (const pugi::xml_attribute& a : s.attributes())
        if (const std::string_view n = a.name(); n == "id" || n.ends_with(":id")) id = a.value();
      const auto at = targets.find(id);
      if (at == targets.end()) invalid("names a sheet that is not in it");
      if (at->second.find("worksheets/") == std::string::npos) continue;  // charts
      sheets.push_back({s.attribute("name").value(), {}});
      read_sheet(at->second, &sheets.back());
    }
    if (sheets.empty()) invalid("has no sheet");
    return sheets;
  }

 private:
  static std::string path_of(std::string target) {
    if (!target.empty() && target[0] == '/') return target.substr(1);
    return "xl/" + target;
  }

  void load(const std::string& part, pugi::xml_document* document) {
    const std::string text = zip_.read(part, limits_.part_bytes);
    for (const char* mark : {"<!DOCTYPE", "<!ENTITY", "<!doctype"})
      if (text.find(mark) != std::string::npos)
        throw InputError("XML_ENTITY",
                         "The workbook declares a document type or entities, which no spreadsheet program "
                         "writes. It is not read; save it again.");
    const auto result =
        document->load_buffer(text.data(), text.size(), pugi::parse_default | pugi::parse_ws_pcdata_single);
    if (!result) invalid("holds broken XML in " + printable(part, 60));
    if (!document->document_element()) invalid("has an empty part " + printable(part, 60));
  }

  void read_styles() {
    if (!zip_.has("xl/styles.xml")) return;
    pugi::xml_document styles;
    load("xl/styles.xml", &styles);
    const pugi::xml_node root = styles.document_element();
    std::set<int> dates = {14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47};
    for (const pugi::xml_node& f : child(root, "numFmts").children())
      if (is_date_format(f.attribute("formatCode").value())) dates.insert(f.attribute("numFmtId").as_int());
    for (const pugi::xml_node& x : child(root, "cellXfs").children())
      is_date_.push_back(dates.count(x.attribute("numFmtId").as_int()) > 0);
  }

  /// Text of <t> and of the runs <r>; phonetic hints <rPh> are no text of the cell.
  static std::string text_of(const pugi::xml_node& node) {
    std::string text;
    for (const pugi::xml_node& part : node.children()) {
      if (local(part) == "t") text += part.text().get();
      if (local(part) == "r") text += child(part, "t").text().get();
    }
    return text;
  }

  void read_strings() {
    if (!zip_.has("xl/sharedStrings.xml")) return;
    pugi::xml_document document;
    load("xl/sharedStrings.xml", &document);
    for (const pugi::xml_node& si : document.document_element().children()) strings_.push_back(text_of(si));
  }

  /// "BC12" → 54; nothing when it is no reference.
  std::optional<size_t> column_of(std::string_view reference) const {
    size_t column = 0, i = 0;
    for (; i < reference.size() && reference[i] >= 'A' && reference[i] <= 'Z' && i < 4; ++i)
      column = column * 26 + static_cast<size_t>(reference[i] - 'A' + 1);
    if (i == 0 || i > 3) return {};
    return column - 1;
  }

  std::string value_of(const pugi::xml_node& cell) const {
    const std::string_view type = cell.attribute("t").value();
    if (type == "inlineStr") return text_of(child(cell, "is"));
    const std::string value = child(cell, "v").text().get();
    if (type == "s") {
      const auto at = parse_integer(trim(value));
      if (value.empty()) return {};
      if (!at || *at < 0 || static_cast<size_t>(*at) >= strings_.size()) invalid("refers to a text that is not in it");
      return strings_[static_cast<size_t>(*at)];
    }
    if (type == "b") return value == "1" ? "TRUE" : "FALSE";
    if (type == "str" || type == "e" || type == "d") return value;
    const auto number = parse_number(trim(value));
    if (!number) return value;
    const auto style = static_cast<size_t>(std::max(0, cell.attribute("s").as_int()));
    if (style < is_date_.size() && is_date_[style])
      if (const std::string date = xlsx_date(*number, epoch_1904_); !date.empty()) return date;
    return format_number(*number);
  }

  void read_sheet(const std::string& part, Sheet* sheet) {
    pugi::xml_document document;
    load(part, &document);
    size_t line = 0;
    for (const pugi::xml_node& row : child(document.document_element(), "sheetData").children()) {
      const auto stated = parse_integer(row.attribute("r").value());
      const size_t number = stated && *stated > 0 && *stated <= 1048576 ? static_cast<size_t>(*stated) : line + 1;
      if (number <= line) invalid("has rows out of order");
      line = number;
      CsvRow out{line, {}};
      bool holds = false;
      for (const pugi::xml_node& cell : row.children()) {
        if (local(cell) != "c") continue;
        const std::string_view reference = cell.attribute("r").value();
        const std::optional<size_t> column = reference.empty() ? out.cells.size() : column_of(reference);
        if (!column) invalid("has a cell without a place");
        if (*column >= limits_.columns) too_large();
        std::string value = value_of(cell);
        if (value.empty()) continue;
        holds = true;
        text_bytes_ += value.size();
        if (out.cells.size() <= *column) {
          cells_ += *column + 1 - out.cells.size();
          out.cells.resize(*column + 1);
        }
        if (cells_ > limits_.cells || text_bytes_ > limits_.text_bytes) too_large();
        out.cells[*column] = std::move(value);
      }
      if (holds) sheet->rows.push_back(std::move(out));
    }
    // Cells at the end of a row that hold nothing are not written; a table is as wide as its widest row.
    size_t width = 0;
    for (const CsvRow& r : sheet->rows) width = std::max(width, r.cells.size());
    if (width * sheet->rows.size() > limits_.cells) too_large();
    for (CsvRow& r : sheet->rows) r.cells.resize(width);
  }

  [[noreturn]] static void too_large() {
    throw InputError("TOO_LARGE", "The workbook has more cells or text than is read. Split it.");
  }

  ZipArchive zip_;
  const XlsxLimits limits_;
  bool epoch_1904_ = false;
  std::vector<bool> is_date_;
  std::vector<std::string> strings_;
  size_t text_bytes_ = 0, cells_ = 0;
};

}  // namespace

bool is_xlsx(std::string_view bytes) {
  if (!is_zip(bytes)) return false;
  try {
    return ZipArchive(bytes).has("xl/workbook.xml");
  } catch (const InputError&) {
    return false;
  }
}

std::vector<Sheet> read_xlsx(std::string_view bytes, const XlsxLimits& limits) {
  std::vector<Sheet> sheets = Workbook(bytes, limits).read();
  for (const Sheet& sheet : sheets)
    for (const CsvRow& row : sheet.rows)
      for (const std::string& cell : row.cells)
        if (!is_valid_utf8(cell)) throw InputError("ENCODING", "The workbook holds text that is not UTF-8.");
  return sheets;
}

std::string xlsx_date(double serial, bool epoch_1904) {
  if (!(serial >= 0) || serial > 2958466) return {};
  int64_t days = static_cast<int64_t>(std::floor(serial));
  int64_t seconds = std::llround((serial - std::floor(serial)) * 86400);
  if (seconds == 86400) {
    ++days;
    seconds = 0;
  }
  if (epoch_1904) {
    days += days_since_epoch({1904, 1, 1});
  } else {
    if (days == 60) return {};  // the 29 February 1900 that never was
    if (days < 1) return {};
    days += days_since_epoch({1899, 12, 30}) + (days < 60 ? 1 : 0);
  }
  const std::string date = to_string(date_from_days(days));
  if (seconds == 0) return date;
  char clock[40];
  std::snprintf(clock, sizeof(clock), "T%02d:%02d:%02d", static_cast<int>(seconds / 3600),
                static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
  return date + clock;
}

bool is_date_format(std::string_view code) {
  if (code == "General" || code == "@") return false;
  for (size_t i = 0; i < code.size(); ++i) {
    const char c = code[i];
    if (c == '\\' || c == '_' || c == '*') {
      ++i;
    } else if (c == '"' || c == '[') {
      const size_t end = code.find(c == '"' ? '"' : ']', i + 1);
      if (end == std::string_view::npos) return false;
      // [h]:mm is a duration, not a day.
      if (c == '[' && end == i + 2 && std::strchr("hmsHMS", code[i + 1])) return false;
      i = end;
    } else if (std::strchr("dmyhsDMYHS", c)) {
      return true;
    }
  }
  return false;
}

}  // namespace fw
