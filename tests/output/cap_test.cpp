#include "core/output/cap.h"

#include <gtest/gtest.h>
#include <ogr_geometry.h>

#include <cmath>
#include <pugixml.hpp>

namespace fw {
namespace {

std::vector<unsigned char> square(double west, double south, double side) {
  OGRLinearRing ring;
  for (const auto& [x, y] : {std::pair{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}})
    ring.addPoint(west + side * x, south + side * y);
  OGRPolygon polygon;
  polygon.addRing(&ring);
  OGRMultiPolygon all;
  all.addGeometry(&polygon);
  std::vector<unsigned char> wkb(all.WkbSize());
  all.exportToWkb(wkbNDR, wkb.data());
  return wkb;
}

CapDraft make_draft(const std::string& previous = "") {
  const UnitClass now{"XX <1>", "drought", UnitState::assessed, 4, false, {Cadence::month, 12 * 2011 + 6}};
  return draft_cap(now, {AlertKind::raised, 2, 4, "worsened from class 2 to class 4"}, "Bale & Arsi", 0.7,
                   {"NDVI is low\x01"}, previous);
}
CapEnvelope make_envelope() {
  CapEnvelope e;
  e.sender = "ewc@example.org";
  e.period_end = {2011, 7, 31};
  e.area = "Bale & Arsi";
  e.wkb = square(39, 6, 1);
  e.parameters = {{"layer", "drought"}, {"likelihood", "0.7"}};
  return e;
}
pugi::xml_document parsed(const std::string& xml) {
  pugi::xml_document document;
  EXPECT_TRUE(document.load_string(xml.c_str(), pugi::parse_full));
  return document;
}

TEST(CapXml, HasTheElementsOfCapInTheOrderOfItsSchema) {
  const auto document = parsed(cap_xml(make_draft("forewarn-drought-XX <1>-2011-06"), [] {
    CapEnvelope e = make_envelope();
    e.updated_day = Date{2011, 6, 30};
    e.sender_name = "Early Warning Centre";
    e.contact = "desk";
    return e;
  }()));
  const auto names = [](const pugi::xml_node& node) {
    std::vector<std::string> out;
    for (const auto& child : node.children()) out.emplace_back(child.name());
    return out;
  };
  const auto alert = document.child("alert");
  EXPECT_STREQ(alert.attribute("xmlns").value(), "urn:oasis:names:tc:emergency:cap:1.2");
  EXPECT_EQ(names(alert), (std::vector<std::string>{"identifier", "sender", "sent", "status", "msgType", "source",
                                                    "scope", "restriction", "note", "references", "info"}));
  EXPECT_EQ(names(alert.child("info")),
            (std::vector<std::string>{"language", "category", "event", "responseType", "urgency", "severity",
                                      "certainty", "senderName", "headline", "description", "instruction", "contact",
                                      "parameter", "parameter", "area"}));
  EXPECT_EQ(names(alert.child("info").child("area")), (std::vector<std::string>{"areaDesc", "polygon", "geocode"}));
  EXPECT_STREQ(alert.child_value("references"),
               "ewc@example.org,forewarn-drought-XX_20_3c1_3e-2011-06,2011-07-01T00:00:00-00:00");
}
TEST(CapXml, IsARestrictedDraftThatSaysItIsNoActivation) {
  const std::string xml = cap_xml(make_draft(), make_envelope());
  const auto document = parsed(xml);
  const auto alert = document.child("alert");
  EXPECT_STREQ(alert.child_value("status"), "Draft");
  EXPECT_STREQ(alert.child_value("msgType"), "Alert");
  EXPECT_STREQ(alert.child_value("scope"), "Restricted");
  EXPECT_STREQ(alert.child_value("sent"), "2011-08-01T00:00:00-00:00") << "no clock: the day after the period";
  EXPECT_NE(std::string(alert.child("info").child_value("description")).find("not an official activation"),
            std::string::npos);
  EXPECT_FALSE(alert.child("references")) << "a first message updates none";
}
TEST(CapXml, WritesPointsAsLatitudeThenLongitudeInClosedRings) {
  const auto document = parsed(cap_xml(make_draft(), make_envelope()));
  EXPECT_STREQ(document.child("alert").child("info").child("area").child_value("polygon"),
               "6.00000,39.00000 6.00000,40.00000 7.00000,40.00000 7.00000,39.00000 6.00000,39.00000");
}
TEST(CapXml, EscapesTextAndDropsCharactersThatXmlForbids) {
  const std::string xml = cap_xml(make_draft(), make_envelope());
  EXPECT_NE(xml.find("Bale &amp; Arsi (XX &lt;1&gt;)"), std::string::npos) << xml;
  EXPECT_EQ(xml.find('\x01'), std::string::npos);
  EXPECT_STREQ(parsed(xml).child("alert").child_value("identifier"), "forewarn-drought-XX_20_3c1_3e-2011-07");
}
TEST(CapXml, OfAUnitWithoutAPolygonNamesItByItsCode) {
  CapEnvelope e = make_envelope();
  e.wkb.clear();
  const auto document = parsed(cap_xml(make_draft(), e));
  const auto area = document.child("alert").child("info").child("area");
  EXPECT_FALSE(area.child("polygon"));
  EXPECT_STREQ(area.child("geocode").child_value("value"), "XX <1>");
}
TEST(CapXml, IsTheSameForTheSameDraft) {
  EXPECT_EQ(cap_xml(make_draft(), make_envelope()), cap_xml(make_draft(), make_envelope()));
}

}  // namespace
}  // namespace fw
