#include "core/output/geopackage.h"

#include <cpl_conv.h>
#include <cpl_string.h>
#include <gdal_priv.h>
#include <ogrsf_frmts.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>

#include "core/base/text.h"
#include "core/geo/crs.h"
#include "core/output/atomic_file.h"
#include "core/output/gdal_write.h"
#include "core/output/qml.h"

namespace fw {
namespace {

struct Column {
  std::string name;
  OGRFieldType type;
};

/// Columns of a layer, in order, and the cells of one row to match.
std::vector<Column> columns_of(const UnitTable& t, const LayerShapes& shapes) {
  std::vector<Column> columns;
  for (const auto& key : shapes.key_columns) columns.push_back({key, OFTString});
  const auto has = [&](const std::string& name) {
    return std::any_of(columns.begin(), columns.end(), [&](const Column& c) { return lower(c.name) == lower(name); });
  };
  for (const auto& name : t.text_columns)
    if (!has(name)) columns.push_back({name, OFTString});
  for (const auto& name : t.number_columns)
    if (name != t.class_column && !has(name)) columns.push_back({name, OFTReal});
  columns.push_back({t.class_column, OFTInteger});
  if (!has(t.class_column + "_label")) columns.push_back({t.class_column + "_label", OFTString});
  return columns;
}

const ClassScheme& classes_of(const UnitTable& t, const ClassScheme& of_file) {
  return t.classes ? *t.classes : of_file;
}

using FeatureOwner = std::unique_ptr<OGRFeature, void (*)(OGRFeature*)>;

FeatureOwner feature_of(OGRFeatureDefn* definition, const UnitTable& t, const UnitTable::Row& row,
                        const LayerShapes& shapes, const ClassScheme& classes) {
  FW_EXPECT(row.texts.size() == t.text_columns.size() && row.numbers.size() == t.number_columns.size(),
            "a row does not fit its columns");
  FeatureOwner feature(OGRFeature::CreateFeature(definition), OGRFeature::DestroyFeature);
  const auto shape = static_cast<size_t>(row.unit);
  const auto set = [&](const std::string& name, const std::string& text) {
    feature->SetField(name.c_str(), text.c_str());
  };
  for (size_t k = 0; k < shapes.key_columns.size(); ++k) set(shapes.key_columns[k], shapes.keys.at(shape).at(k));
  const ClassEntry* entry = classes_of(t, classes).find(row.class_value);
  set(t.class_column + "_label", entry ? entry->label : "");
  for (size_t i = 0; i < row.texts.size(); ++i) set(t.text_columns[i], row.texts[i]);
  for (size_t i = 0; i < row.numbers.size(); ++i) {
    if (t.number_columns[i] == t.class_column) continue;
    if (std::isnan(row.numbers[i]))
      feature->SetFieldNull(feature->GetFieldIndex(t.number_columns[i].c_str()));
    else
      feature->SetField(t.number_columns[i].c_str(), row.numbers[i]);
  }
  feature->SetField(t.class_column.c_str(), row.class_value);
  const auto& wkb = shapes.wkb.at(shape);
  OGRGeometry* geometry = nullptr;
  if (OGRGeometryFactory::createFromWkb(wkb.data(), nullptr, &geometry, wkb.size()) == OGRERR_NONE && geometry)
    feature->SetGeometryDirectly(OGRGeometryFactory::forceToMultiPolygon(geometry));
  return feature;
}

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

void run_sql(GDALDataset& dataset, const std::string& sql) {
  if (OGRLayer* result = dataset.ExecuteSQL(sql.c_str(), nullptr, nullptr)) dataset.ReleaseResultSet(result);
}

/// The table in which QGIS looks for styles: one default style per layer.
void write_styles(GDALDataset& dataset, const std::vector<UnitTable>& tables, const ClassScheme& classes,
                  const std::string& now) {
  run_sql(dataset,
          "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), "
          "f_table_schema TEXT(256), "
          "f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, "
          "useAsDefault BOOLEAN, "
          "description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME)");
  run_sql(
      dataset,
      "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) VALUES ('layer_styles', "
      "'attributes', 'layer_styles', '', " +
          quoted(now) + ")");
  for (const auto& t : tables) {
    const ClassScheme& its = classes_of(t, classes);
    run_sql(dataset,
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
            "styleQML, styleSLD, "
            "useAsDefault, description, owner, ui, update_time) VALUES ('', '', " +
                quoted(t.layer) + ", 'geom', " + quoted(its.id) + ", " + quoted(unit_qml(its, t.class_column)) +
                ", '', 1, " + quoted(its.title) + ", '', NULL, " + quoted(now) + ")");
  }
}

void write_layer(GDALDataset& dataset, const UnitTable& t, const std::string& identifier, const LayerShapes& shapes,
                 const ClassScheme& classes) {
  CPLStringList options;
  options.SetNameValue("GEOMETRY_NAME", "geom");
  options.SetNameValue("IDENTIFIER", identifier.c_str());
  options.SetNameValue("DESCRIPTION", t.title.c_str());
  const auto reference = parsed_crs(wgs84_crs);
  OGRSpatialReference wgs84(*reference);
  OGRLayer* layer = dataset.CreateLayer(t.layer.c_str(), &wgs84, wkbMultiPolygon, options.List());
  if (!layer) return;  // the failure is kept by GdalWrite
  for (const auto& c : columns_of(t, shapes)) {
    OGRFieldDefn field(c.name.c_str(), c.type);
    if (layer->CreateField(&field) != OGRERR_NONE) return;
  }
  for (const auto& row : t.rows)
    if (layer->CreateFeature(feature_of(layer->GetLayerDefn(), t, row, shapes, classes).get()) != OGRERR_NONE) return;
}

std::string difference(const std::filesystem::path& file, const std::vector<UnitTable>& tables,
                       const LayerShapes& shapes, const ClassScheme& classes) {
  const char* const drivers[] = {"GPKG", nullptr};
  const std::unique_ptr<GDALDataset> back(GDALDataset::Open(file.c_str(), GDAL_OF_VECTOR | GDAL_OF_READONLY, drivers));
  if (!back) return "it does not open";
  for (const auto& t : tables) {
    OGRLayer* layer = back->GetLayerByName(t.layer.c_str());
    if (!layer || layer->GetFeatureCount() != static_cast<GIntBig>(t.rows.size()))
      return "layer " + t.layer + " has another number of rows";
    for (const auto& row : t.rows) {
      const FeatureOwner read(layer->GetNextFeature(), OGRFeature::DestroyFeature);
      if (!read) return "layer " + t.layer + " ends early";
      const auto written = feature_of(layer->GetLayerDefn(), t, row, shapes, classes);
      written->SetFID(read->GetFID());
      if (!written->Equal(read.get())) return "layer " + t.layer + ", row " + std::to_string(read->GetFID());
    }
  }
  return "";
}

}  // namespace

void write_geopackage(const std::filesystem::path& file, const LayerShapes& shapes,
                      const std::vector<UnitTable>& tables, const ClassScheme& classes, const std::string& last_day) {
  const std::string now = last_day + "T00:00:00.000Z";
  GdalWrite write;
  // Unfinished, it is worth nothing, whole, it is flushed with all others: SQLite need not flush each step of its own.
  const std::pair<const char*, const char*> while_writing[] = {
      {"OGR_CURRENT_DATE", now.c_str()}, {"OGR_SQLITE_SYNCHRONOUS", "OFF"}, {"OGR_SQLITE_JOURNAL", "MEMORY"}};
  for (const auto& [name, value] : while_writing) CPLSetThreadLocalConfigOption(name, value);
  {
    GDALDriver* driver = GetGDALDriverManager()->GetDriverByName("GPKG");
    if (!driver) throw OutputError("WRITE_FAILED", "This GDAL has no GeoPackage driver. Install libgdal with SQLite.");
    std::unique_ptr<GDALDataset> dataset(driver->Create(file.c_str(), 0, 0, 0, GDT_Unknown, nullptr));
    if (dataset) {
      std::set<std::string> identifiers;  // GeoPackage wants them unique
      for (const auto& t : tables) {
        FW_EXPECT(!t.class_column.empty(), "a unit table needs a class column");
        const bool usable = !t.title.empty() && identifiers.insert(t.title).second;
        write_layer(*dataset, t, usable ? t.title : t.layer, shapes, classes);
      }
      write_styles(*dataset, tables, classes, now);
      dataset->FlushCache(true);
    } else {
      write.add("WRITE_FAILED",
                "Cannot create " + printable(file.string(), 400) + ". Check the folder's permissions and the device.");
    }
  }
  for (const auto& [name, value] : while_writing) CPLSetThreadLocalConfigOption(name, nullptr);
  write.check("write", file);
  const std::string differs = difference(file, tables, shapes, classes);
  if (!differs.empty())
    throw OutputError("VERIFY_FAILED", printable(file.filename().string()) +
                                           " does not read back as it was computed (" + differs + ").");
}

LayerShapes shapes_of(const AdminUnits& units) {
  LayerShapes shapes{{"pcode", "name", "parent"}, {}, {}};
  for (size_t u = 0; u < units.units().size(); ++u) {
    const AdminUnit& unit = units.units()[u];
    shapes.keys.push_back({unit.pcode, unit.name, unit.parent});
    shapes.wkb.push_back(units.wkb(static_cast<int>(u)));
  }
  return shapes;
}

}  // namespace fw
