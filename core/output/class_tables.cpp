#include "core/output/class_tables.h"

#include <algorithm>

#include "core/base/date.h"
#include "core/base/text.h"

namespace fw {
namespace {

uint64_t count_of(const std::array<uint64_t, 256>& counts, int value) {
  return value >= 0 && value < 256 ? counts[static_cast<size_t>(value)] : 0;
}

void put_little_endian(std::string& out, uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
}

struct DbfField {
  const char* name;
  char type;  ///< N: right-aligned number, C: left-aligned text
  uint8_t width;
};
constexpr DbfField dbf_fields[] = {{"Value", 'N', 9}, {"Count", 'N', 18}, {"Label", 'C', 80},
                                   {"Red", 'N', 4},   {"Green", 'N', 4},  {"Blue", 'N', 4}};

/// Text in `width` bytes, cut on a character boundary.
std::string cell(const DbfField& field, std::string text) {
  if (text.size() > field.width) {
    size_t end = field.width;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    text.resize(end);
  }
  const std::string pad(field.width - text.size(), ' ');
  return field.type == 'N' ? pad + text : text + pad;
}

}  // namespace

namespace {

std::string attribute_table(const ClassScheme& scheme, const std::array<uint64_t, 256>& counts) {
  std::string xml = "    <GDALRasterAttributeTable tableType=\"thematic\">\n";
  // Type 0 integer, 2 text; usage 5 value, 1 pixel count, 2 name, 6-8 colour, 0 other (gdal.h).
  constexpr struct {
    const char* name;
    int type, usage;
  } fields[] = {{"Value", 0, 5}, {"Count", 1, 1}, {"Label", 2, 2},  {"Red", 0, 6},
                {"Green", 0, 7}, {"Blue", 0, 8},  {"Meaning", 2, 0}};
  int index = 0;
  for (const auto& f : fields)
    xml += "      <FieldDefn index=\"" + std::to_string(index++) + "\"><Name>" + f.name + "</Name><Type>" +
           std::to_string(f.type) + "</Type><Usage>" + std::to_string(f.usage) + "</Usage></FieldDefn>\n";
  index = 0;
  for (const auto& e : scheme.classes) {
    xml += "      <Row index=\"" + std::to_string(index++) + "\">";
    for (const auto& text :
         {std::to_string(e.value), std::to_string(count_of(counts, e.value)), xml_escape(e.label),
          std::to_string(e.red), std::to_string(e.green), std::to_string(e.blue), xml_escape(e.meaning)})
      xml += "<F>" + text + "</F>";
    xml += "</Row>\n";
  }
  return xml + "    </GDALRasterAttributeTable>\n";
}

}  // namespace

std::string class_aux_xml(const RasterSpec& spec, const std::vector<BandStatistics>& statistics) {
  const ClassScheme& scheme = *spec.classes;
  int highest = 0;
  for (const auto& e : scheme.classes) highest = std::max(highest, e.value);
  std::string names = "    <CategoryNames>\n";
  for (int v = 0; v <= highest; ++v) {
    const ClassEntry* entry = scheme.find(v);
    names += "      <Category>" + (entry ? xml_escape(entry->label) : std::string()) + "</Category>\n";
  }
  names += "    </CategoryNames>\n";
  std::string xml = "<PAMDataset>\n";
  for (size_t b = 0; b < statistics.size(); ++b)
    xml += "  <PAMRasterBand band=\"" + std::to_string(b + 1) + "\">\n" + (statistics.size() == 1 ? names : "") +
           attribute_table(scheme, statistics[b].counts) + "  </PAMRasterBand>\n";
  return xml + "</PAMDataset>\n";
}

std::string class_vat_dbf(const RasterSpec& spec, const std::array<uint64_t, 256>& counts) {
  const auto day = parse_datetime(spec.last_day);
  const Date date = day ? day->date : Date{2000, 1, 1};
  size_t record_size = 1;
  for (const auto& f : dbf_fields) record_size += f.width;
  std::string out = "\x03";
  for (const int part : {date.year - 1900, date.month, date.day}) out += static_cast<char>(part & 0xff);
  put_little_endian(out, static_cast<uint32_t>(spec.classes->classes.size()), 4);
  put_little_endian(out, static_cast<uint32_t>(32 + 32 * std::size(dbf_fields) + 1), 2);
  put_little_endian(out, static_cast<uint32_t>(record_size), 2);
  out.append(20, '\0');
  for (const auto& f : dbf_fields) {
    std::string descriptor = f.name;
    descriptor.resize(11, '\0');
    descriptor += f.type;
    descriptor.append(4, '\0');
    descriptor += static_cast<char>(f.width);
    descriptor.resize(32, '\0');
    out += descriptor;
  }
  out += '\r';
  for (const auto& e : spec.classes->classes) {
    const std::string values[] = {std::to_string(e.value),
                                  std::to_string(count_of(counts, e.value)),
                                  e.label,
                                  std::to_string(e.red),
                                  std::to_string(e.green),
                                  std::to_string(e.blue)};
    out += ' ';
    for (size_t i = 0; i < std::size(values); ++i) out += cell(dbf_fields[i], values[i]);
  }
  return out + '\x1a';
}

}  // namespace fw
