#include "core/output/cap.h"

#include <ogr_geometry.h>

#include <memory>
#include <pugixml.hpp>
#include <sstream>

#include "core/base/error.h"
#include "core/base/text.h"

namespace fw {
namespace {

constexpr double simplify_degrees = 0.005;

bool is_token_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' ||
         c == '-' || c == '@';
}

/// Midnight UTC after a day, as CAP writes it (it has no "Z").
std::string time_after(const Date& day) {
  return to_string(date_from_days(days_since_epoch(day) + 1)) + "T00:00:00-00:00";
}

/// XML 1.0 has no control characters but tab and newline.
std::string xml_safe(const std::string& text) {
  std::string out;
  for (const char c : text) out += static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' ? ' ' : c;
  return out;
}

void put(pugi::xml_node parent, const char* name, const std::string& text) {
  if (!text.empty()) parent.append_child(name).text().set(xml_safe(text).c_str());
}

void put_value(pugi::xml_node parent, const char* element, const std::string& name, const std::string& value) {
  pugi::xml_node node = parent.append_child(element);
  put(node, "valueName", name);
  put(node, "value", value);
}

std::string ring_text(const OGRLinearRing& ring) {
  std::string out;
  for (int k = 0; k < ring.getNumPoints(); ++k)
    out += (k > 0 ? " " : "") + format_fixed(ring.getY(k), 5) + "," + format_fixed(ring.getX(k), 5);
  return out;
}

std::vector<std::string> polygons_of(const std::vector<unsigned char>& wkb) {
  std::vector<std::string> out;
  OGRGeometry* made = nullptr;
  if (wkb.empty() || OGRGeometryFactory::createFromWkb(wkb.data(), nullptr, &made, wkb.size()) != OGRERR_NONE)
    return out;
  const std::unique_ptr<OGRGeometry> whole(made);
  std::unique_ptr<OGRGeometry> simple(whole->SimplifyPreserveTopology(simplify_degrees));
  const OGRGeometry& shape = simple && !simple->IsEmpty() ? *simple : *whole;
  const auto add = [&](const OGRPolygon& polygon) {
    const OGRLinearRing* ring = polygon.getExteriorRing();
    if (ring && ring->getNumPoints() >= 4) out.push_back(ring_text(*ring));
  };
  const auto type = wkbFlatten(shape.getGeometryType());
  if (type == wkbPolygon) add(*shape.toPolygon());
  if (type == wkbMultiPolygon)
    for (const OGRPolygon* polygon : *shape.toMultiPolygon()) add(*polygon);
  return out;
}

}  // namespace

std::string cap_token(const std::string& text) {
  constexpr const char* digits = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_token_character(c))
      out += c;
    else
      out += {'_', digits[byte >> 4], digits[byte & 15]};
  }
  return out;
}

std::string cap_xml(const CapDraft& draft, const CapEnvelope& e) {
  FW_EXPECT(!draft.identifier.empty() && !e.sender.empty() && cap_token(e.sender) == e.sender,
            "a CAP message needs an identifier and a sender without blanks, commas, '<' and '&'");
  pugi::xml_document document;
  pugi::xml_node alert = document.append_child("alert");
  alert.append_attribute("xmlns") = "urn:oasis:names:tc:emergency:cap:1.2";
  put(alert, "identifier", cap_token(draft.identifier));
  put(alert, "sender", e.sender);
  put(alert, "sent", time_after(e.period_end));
  put(alert, "status", draft.status);
  put(alert, "msgType", draft.msg_type);
  put(alert, "source", "Forewarn, model-indicated");
  put(alert, "scope", draft.scope);
  put(alert, "restriction", draft.restriction);
  put(alert, "note",
      "Draft made by a program; 'sent' is set by whoever signs and sends it. Not an official activation.");
  if (!draft.references.empty() && e.updated_day)
    put(alert, "references", e.sender + "," + cap_token(draft.references) + "," + time_after(*e.updated_day));
  pugi::xml_node info = alert.append_child("info");
  put(info, "language", e.language);
  put(info, "category", draft.category);
  put(info, "event", draft.event);
  put(info, "responseType", "Assess");
  put(info, "urgency", draft.urgency);
  put(info, "severity", draft.severity);
  put(info, "certainty", draft.certainty);
  put(info, "senderName", e.sender_name);
  put(info, "headline", draft.headline);
  put(info, "description", draft.description);
  put(info, "instruction", draft.instruction);
  put(info, "contact", e.contact);
  for (const auto& [name, value] : e.parameters) put_value(info, "parameter", name, value);
  pugi::xml_node area = info.append_child("area");
  put(area, "areaDesc", e.area + " (" + draft.pcode + ")");
  for (const std::string& polygon : polygons_of(e.wkb)) put(area, "polygon", polygon);
  put_value(area, "geocode", "p-code", draft.pcode);
  std::ostringstream out;
  document.save(out, "  ", pugi::format_default, pugi::encoding_utf8);
  return out.str();
}

}  // namespace fw
