"""What QGIS shows of a published folder: class rasters with exactly their classes, GeoPackages styled by class.

Exit code 0 only when every raster of rasters.json and every layer of every .gpkg is shown as its scheme says.
"""
import glob
import json
import os
import sys

from qgis.core import (Qgis, QgsApplication, QgsMapRendererSequentialJob, QgsMapSettings, QgsRasterLayer, QgsVectorLayer)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

WIDTH, HEIGHT = 400, 300
BACKGROUND = "#ffffff"


def hex_colour(parts):
    return "#%02x%02x%02x" % tuple(parts)


def render(layer):
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setOutputSize(QSize(WIDTH, HEIGHT))
    settings.setDestinationCrs(layer.crs())
    settings.setExtent(layer.extent())
    settings.setBackgroundColor(QColor(BACKGROUND))
    settings.setFlag(QgsMapSettings.Antialiasing, False)
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    return job.renderedImage()


def colours_shown(image):
    return {image.pixelColor(x, y).name() for x in range(0, WIDTH, 2) for y in range(0, HEIGHT, 2)}


def check_class_raster(layer, scheme, image):
    if layer.renderer().type() != "paletted":
        return ["opens as %s, not as classes" % layer.renderer().type()]
    want = [(c["value"], c["label"], hex_colour(c["colour"])) for c in scheme["classes"]]
    got = [(int(c.value), c.label, c.color.name()) for c in layer.renderer().classes()]
    problems = [] if got == want else ["legend is %s, expected %s" % (got, want)]
    stray = colours_shown(image) - {colour for _, _, colour in want} - {BACKGROUND}
    if stray:
        problems.append("colours that no class has: %s" % sorted(stray)[:5])
    return problems


def check_continuous_raster(layer, style):
    renderer = layer.renderer()
    if renderer.type() != "singlebandpseudocolor":
        return ["opens as %s, not with its colour ramp" % renderer.type()]
    got = (renderer.classificationMin(), renderer.classificationMax())
    want = (style["min"], style["max"])
    return [] if got == want else ["range is %s, expected %s" % (got, want)]


def check_raster(folder, spec, pictures):
    layer = QgsRasterLayer(os.path.join(folder, spec["stem"] + ".tif"), spec["stem"])
    if not layer.isValid():
        return ["does not open"]
    image = render(layer)
    image.save(os.path.join(pictures, spec["stem"] + ".png"))
    problems = []
    if layer.bandCount() != len(spec["bands"]):
        problems.append("%d bands, expected %d" % (layer.bandCount(), len(spec["bands"])))
    if not layer.crs().isValid():
        problems.append("no CRS")
    if "classes" in spec:
        return problems + check_class_raster(layer, spec["classes"], image)
    return problems + check_continuous_raster(layer, spec["style"])


def check_unit_layer(layer, schemes, pictures, name):
    if not layer.isValid():
        return ["does not open"]
    renderer = layer.renderer()
    if renderer.type() != "categorizedSymbol":
        return ["opens as %s, not styled by class" % renderer.type()]
    shown = {str(c.value()): (c.label(), c.symbol().color().name()) for c in renderer.categories()}
    image = render(layer)
    image.save(os.path.join(pictures, name + ".png"))
    if not schemes:
        return []
    wanted = [{str(c["value"]): (c["label"], hex_colour(c["colour"])) for c in s["classes"]} for s in schemes]
    if not any(all(shown.get(v) == e for v, e in want.items()) for want in wanted):
        return ["legend is %s, which is no class scheme of the set" % shown]
    column = renderer.classAttribute()
    values = {str(f[column]) for f in layer.getFeatures()}
    stray = values - set(shown)
    return ["values without a symbol: %s" % sorted(stray)] if stray else []


def main(folder, pictures):
    os.makedirs(pictures, exist_ok=True)
    failures = checked = 0
    with open(os.path.join(folder, "rasters.json"), encoding="utf-8") as file:
        specs = json.load(file)["rasters"]
    schemes = [s["classes"] for s in specs if "classes" in s]
    results = [(s["stem"], check_raster(folder, s, pictures)) for s in specs]
    for path in sorted(glob.glob(os.path.join(folder, "**", "*.gpkg"), recursive=True)):
        package = QgsVectorLayer(path, "all", "ogr")
        for table in [t.split("!!::!!")[1] for t in package.dataProvider().subLayers()]:
            if table == "layer_styles":
                continue
            layer = QgsVectorLayer(path + "|layername=" + table, table, "ogr")
            results.append((os.path.basename(path) + " " + table, check_unit_layer(layer, schemes, pictures, table)))
    for name, problems in results:
        checked += 1
        failures += bool(problems)
        print("%s  %s%s" % ("FAIL" if problems else "ok  ", name, "".join("\n      " + p for p in problems)))
    print("QGIS %s: %d layers, %d failed" % (Qgis.QGIS_VERSION, checked, failures))
    return 1 if failures or not checked else 0


if __name__ == "__main__":
    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], False)
    application.initQgis()
    try:
        code = main(sys.argv[1], sys.argv[2])
    except Exception as error:  # the interpreter must not be left to its destructors, see below
        print("FAIL", repr(error))
        code = 1
    sys.stdout.flush()
    os._exit(code)  # PyQGIS aborts in static destructors otherwise
