"""The workload of seed 1, and smaller ones cut from it."""
import concurrent.futures
import glob
import os
import shutil
import subprocess
import sys


def scenes_in(folder):
    return sorted(glob.glob(os.path.join(folder, "S_*.tif")))


def make_workload(folder, scripts, size):
    """Runs the generator unless the folder has scenes."""
    if not scenes_in(folder):
        print(f"making {folder}", file=sys.stderr)
        made = folder + ".part"
        shutil.rmtree(made, ignore_errors=True)
        subprocess.run(["/usr/bin/python3", os.path.join(scripts, "gen_workload.py"), made, "--seed", "1", "--size", str(size)],
                       check=True, stdout=subprocess.DEVNULL)
        os.rename(made, folder)
    return folder


def cut_scene(job):
    from osgeo import gdal
    gdal.UseExceptions()
    source, target, rows, cols = job
    options = ["TILED=YES", "BLOCKXSIZE=512", "BLOCKYSIZE=512", "COMPRESS=DEFLATE", "PREDICTOR=2", "ZLEVEL=6", "INTERLEAVE=PIXEL"]
    scene = gdal.Open(source)
    if rows <= scene.RasterYSize and cols <= scene.RasterXSize:
        gdal.Translate(target, scene, srcWin=[0, 0, cols, rows], creationOptions=options)
        return
    # Larger than the scene: the scene beside itself.
    made = gdal.GetDriverByName("GTiff").Create(target, cols, rows, scene.RasterCount, gdal.GDT_UInt16, options)
    made.SetProjection(scene.GetProjection())
    made.SetGeoTransform(scene.GetGeoTransform())
    pixels = scene.ReadAsArray()
    for band in range(1, scene.RasterCount + 1):
        made.GetRasterBand(band).SetNoDataValue(0)
        made.GetRasterBand(band).SetDescription(scene.GetRasterBand(band).GetDescription())
    for row in range(0, rows, pixels.shape[1]):
        for col in range(0, cols, pixels.shape[2]):
            made.WriteArray(pixels[:, :rows - row, :cols - col], col, row)


def cut_workload(source, folder, rows, cols, dates=None):
    """The first rows, columns and dates of a workload, stored as it is."""
    if not scenes_in(folder):
        os.makedirs(folder)
        jobs = [(file, os.path.join(folder, os.path.basename(file)), rows, cols) for file in scenes_in(source)[:dates]]
        with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(cut_scene, jobs))
    return folder


def linked_dates(source, folder, count):
    """The first dates of a workload; where it has fewer, the same scenes again under later months."""
    if not scenes_in(folder):
        os.makedirs(folder)
        files = scenes_in(source)
        for k in range(count):
            month = 2019 * 12 + k
            os.link(files[k % len(files)], os.path.join(folder, f"S_{month // 12:04d}{month % 12 + 1:02d}.tif"))
    return folder
