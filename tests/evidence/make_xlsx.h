// ZIP files and workbooks for tests, made in memory.
#pragma once
#include <zlib.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace fw::test {

using Entries = std::vector<std::pair<std::string, std::string>>;

inline void put(std::string& out, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
}

inline std::string deflated(const std::string& text) {
  z_stream s{};
  deflateInit2(&s, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&s, text.size()), '\0');
  s.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  s.avail_in = static_cast<uInt>(text.size());
  s.next_out = reinterpret_cast<Bytef*>(out.data());
  s.avail_out = static_cast<uInt>(out.size());
  deflate(&s, Z_FINISH);
  out.resize(s.total_out);
  deflateEnd(&s);
  return out;
}

/// `flags`: of every entry (1: says that it is encrypted).
inline std::string make_zip(const Entries& entries, int flags = 0) {
  std::string out, directory;
  for (const auto& [name, text] : entries) {
    const std::string packed = deflated(text);
    std::string common;
    put(common, 20, 2);
    put(common, static_cast<uint64_t>(flags), 2);
    put(common, 8, 2);
    put(common, 0, 4);
    put(common, crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())), 4);
    put(common, packed.size(), 4);
    put(common, text.size(), 4);
    put(common, name.size(), 2);
    put(common, 0, 2);
    put(directory, 0x02014b50, 4);
    put(directory, 20, 2);
    directory += common;
    put(directory, 0, 2 + 2 + 2 + 4);
    put(directory, out.size(), 4);
    directory += name;
    put(out, 0x04034b50, 4);
    out += common + name + packed;
  }
  const size_t at = out.size();
  out += directory;
  put(out, 0x06054b50, 4);
  put(out, 0, 4);
  put(out, entries.size(), 2);
  put(out, entries.size(), 2);
  put(out, directory.size(), 4);
  put(out, at, 4);
  put(out, 0, 2);
  return out;
}

/// A workbook of the given parts of sheets ("<row>…</row>") with shared strings; style 1 is a date, style 2 a date and
/// time.
inline Entries workbook_parts(const std::vector<std::pair<std::string, std::string>>& sheets,
                              const std::string& strings = "", bool epoch_1904 = false) {
  const std::string head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
  std::string book =
      head + "<workbook xmlns:r=\"r\">" + (epoch_1904 ? "<workbookPr date1904=\"1\"/>" : "") + "<sheets>";
  std::string relations = head + "<Relationships>";
  Entries entries;
  int n = 0;
  for (const auto& [name, rows] : sheets) {
    const std::string id = std::to_string(++n);
    book += "<sheet name=\"" + name + "\" sheetId=\"" + id + "\" r:id=\"rId" + id + "\"/>";
    relations += "<Relationship Id=\"rId" + id + "\" Target=\"worksheets/sheet" + id + ".xml\"/>";
    entries.emplace_back("xl/worksheets/sheet" + id + ".xml",
                         head + "<worksheet><sheetData>" + rows + "</sheetData></worksheet>");
  }
  entries.emplace_back("xl/workbook.xml", book + "</sheets></workbook>");
  entries.emplace_back("xl/_rels/workbook.xml.rels", relations + "</Relationships>");
  entries.emplace_back("xl/sharedStrings.xml", head + "<sst>" + strings + "</sst>");
  entries.emplace_back(
      "xl/styles.xml",
      head +
          "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"dd/mm/yyyy hh:mm\"/></numFmts>"
          "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/></cellXfs></styleSheet>");
  return entries;
}
inline std::string make_xlsx(const std::vector<std::pair<std::string, std::string>>& sheets,
                             const std::string& strings = "", bool epoch_1904 = false) {
  return make_zip(workbook_parts(sheets, strings, epoch_1904));
}

/// Rows of inline text for make_xlsx; numbers stay numbers.
inline std::string text_rows(const std::vector<std::vector<std::string>>& rows) {
  std::string xml;
  for (const auto& row : rows) {
    xml += "<row>";
    for (const std::string& cell : row) xml += "<c t=\"inlineStr\"><is><t>" + cell + "</t></is></c>";
    xml += "</row>";
  }
  return xml;
}

}  // namespace fw::test
