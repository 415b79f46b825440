#include "core/output/qml.h"

#include <cstdio>

#include "core/base/text.h"

namespace fw {
namespace {

constexpr const char* head =
    "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
    "<qgis version=\"3.22.16\" styleCategories=\"Symbology\">\n";

std::string rgb(const ClassEntry& e) {
  return std::to_string(e.red) + "," + std::to_string(e.green) + "," + std::to_string(e.blue) + ",255";
}

std::string class_renderer(const ClassScheme& classes) {
  std::string xml =
      "    <rasterrenderer type=\"paletted\" band=\"1\" opacity=\"1\" alphaBand=\"-1\" nodataColor=\"\">\n"
      "      <rasterTransparency/>\n      <colorPalette>\n";
  for (const auto& e : classes.classes)
    xml += "        <paletteEntry value=\"" + std::to_string(e.value) + "\" label=\"" + xml_escape(e.label) +
           "\" color=\"" + html_colour(e) + "\" alpha=\"255\"/>\n";
  return xml + "      </colorPalette>\n    </rasterrenderer>\n";
}

std::string range_renderer(const RasterSpec& spec) {
  // Viridis in five steps where the caller names no colours: even in brightness, told apart by colour-blind people.
  static const std::vector<std::string> viridis = {"#440154", "#3b528b", "#21918c", "#5ec962", "#fde725"};
  const auto& colours = spec.style_colours.size() >= 2 ? spec.style_colours : viridis;
  const std::string lowest = format_number(spec.style_min), highest = format_number(spec.style_max);
  const std::string unit =
      spec.bands.front().unit.empty() || spec.bands.front().unit == "1" ? "" : " " + spec.bands.front().unit;
  std::string xml =
      "    <rasterrenderer type=\"singlebandpseudocolor\" band=\"1\" opacity=\"1\" alphaBand=\"-1\" nodataColor=\"\" "
      "classificationMin=\"" +
      lowest + "\" classificationMax=\"" + highest +
      "\">\n"
      "      <rasterTransparency/>\n      <rastershader>\n"
      "        <colorrampshader colorRampType=\"INTERPOLATED\" classificationMode=\"1\" clip=\"0\" minimumValue=\"" +
      lowest + "\" maximumValue=\"" + highest + "\">\n";
  for (size_t i = 0; i < colours.size(); ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(colours.size() - 1);
    const std::string value = format_number(spec.style_min + share * (spec.style_max - spec.style_min));
    xml += "          <item value=\"" + value + "\" label=\"" + value + xml_escape(unit) + "\" color=\"" +
           xml_escape(lower(colours[i])) + "\" alpha=\"255\"/>\n";
  }
  return xml + "        </colorrampshader>\n      </rastershader>\n    </rasterrenderer>\n";
}

std::string fill_layer(const std::string& colour, const std::string& style) {
  return "<layer class=\"SimpleFill\" enabled=\"1\" locked=\"0\" pass=\"0\"><prop k=\"color\" v=\"" + colour +
         "\"/><prop k=\"outline_color\" v=\"60,60,60,255\"/><prop k=\"outline_width\" v=\"0.2\"/><prop k=\"style\" "
         "v=\"" +
         style + "\"/></layer>";
}

}  // namespace

std::string html_colour(const ClassEntry& e) {
  char text[8];
  std::snprintf(text, sizeof text, "#%02x%02x%02x", e.red, e.green, e.blue);
  return text;
}

std::string raster_qml(const RasterSpec& spec) {
  return head + std::string("  <pipe>\n") + (spec.classes ? class_renderer(*spec.classes) : range_renderer(spec)) +
         "  </pipe>\n  <blendMode>0</blendMode>\n</qgis>\n";
}

std::string unit_qml(const ClassScheme& classes, const std::string& column) {
  std::string categories, symbols;
  const auto add = [&](size_t i, const std::string& value, const std::string& label, const std::string& layers) {
    categories += "      <category symbol=\"" + std::to_string(i) + "\" value=\"" + value + "\" label=\"" +
                  xml_escape(label) + "\" render=\"true\"/>\n";
    symbols += "      <symbol type=\"fill\" name=\"" + std::to_string(i) + "\" alpha=\"1\">" + layers + "</symbol>\n";
  };
  for (size_t i = 0; i < classes.classes.size(); ++i) {
    const auto& e = classes.classes[i];
    // Hatching over the colour: "not assessed" must not be mistaken for a light risk, in grey print neither.
    const std::string hatch = e.value == classes.not_assessed ? fill_layer("60,60,60,255", "b_diagonal") : "";
    add(i, std::to_string(e.value), e.label, fill_layer(rgb(e), "solid") + hatch);
  }
  add(classes.classes.size(), "", "No value", fill_layer("150,150,150,255", "cross"));
  return head + std::string("  <renderer-v2 type=\"categorizedSymbol\" attr=\"") + xml_escape(column) +
         "\" enableorderby=\"0\" forceraster=\"0\" symbollevels=\"0\">\n    <categories>\n" + categories +
         "    </categories>\n    <symbols>\n" + symbols + "    </symbols>\n  </renderer-v2>\n</qgis>\n";
}

}  // namespace fw
