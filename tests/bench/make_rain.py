"""Twenty years of made rain, dekad by dekad, as rain/chirps-v2.0.*.tif of SIZE x SIZE pixels: python3 make_rain.py SIZE"""
import multiprocessing, os, sys
import numpy
from osgeo import gdal, osr
gdal.UseExceptions()
size = int(sys.argv[1])
srs = osr.SpatialReference()
srs.ImportFromEPSG(4326)
os.makedirs("rain", exist_ok=True)
fields = [numpy.round(numpy.random.default_rng(k).gamma(2, 20, (size, size)), 1).astype("float32") for k in range(3)]

def make(n):  # dekad n since 2004: one of the fields, moved
    year, dekad = 2004 + n // 36, n % 36
    name = f"rain/chirps-v2.0.{year}.{dekad // 3 + 1:02d}.{dekad % 3 + 1}.tif"
    if os.path.exists(name):
        return
    values = numpy.roll(fields[n % 3], numpy.random.default_rng(1000 + n).integers(0, size, 2), (0, 1))
    tif = gdal.GetDriverByName("GTiff").Create(name + ".part", size, size, 1, gdal.GDT_Float32,
                                               ["COMPRESS=DEFLATE", "ZLEVEL=1", "TILED=YES"])
    tif.SetGeoTransform([38, 0.01, 0, 8, 0, -0.01])
    tif.SetProjection(srs.ExportToWkt())
    tif.GetRasterBand(1).SetNoDataValue(-9999)
    tif.GetRasterBand(1).WriteArray(values)
    tif = None
    os.rename(name + ".part", name)

with multiprocessing.Pool() as pool:
    pool.map(make, range(20 * 36 + 2), 8)
