"""The peers' scripts that can run on this machine, how they are run, and how their outputs compare with ours."""
import os
import re
import resource
import shutil
import signal
import subprocess
import time


def found(*names):
    return all(shutil.which(n) for n in names)


def has_module(*names):
    return subprocess.run(["/usr/bin/python3", "-c", "import " + ",".join(names)], capture_output=True).returncode == 0


def compiled(script, target, flags):
    """Compiles a peer; None where a library is missing."""
    done = subprocess.run(["g++", "-O3", "-march=native", "-std=c++17", script, *flags, "-o", target], capture_output=True)
    return target if done.returncode == 0 else None


def peers(scripts, work, threads):
    """name -> (jobs, command of (job, in, out)); only what can run here."""
    out, n = {}, str(threads)
    at = lambda name: os.path.join(scripts, name)
    if not os.path.isdir(scripts):
        return out
    ref = compiled(at("refengine.cpp"), os.path.join(work, "ref"),
                   ["-ffast-math", "-fno-finite-math-only", "-ltiff", "-ldeflate", "-ltbb"])
    if ref:
        names = {"ABCD1": "A,BC,D1"}
        out["ref"] = (["A", "BC", "D1", "ABCD1", "D2"], lambda j, i, o: [ref, names.get(j, j), i, o, n, "6"])
    if has_module("rasterio", "numpy"):
        out["numpy"] = (["A", "BC", "D1", "D2"], lambda j, i, o: ["/usr/bin/python3", at("p_numpy.py"), j, i, o, n])
    if has_module("xarray", "rioxarray", "dask"):
        can = ["A", "D1"] + (["BC"] if has_module("flox") else []) + (["D2"] if has_module("numba") else [])
        out["dask"] = (can, lambda j, i, o: ["/usr/bin/python3", at("p_dask.py"), j, i, o, n])
    if found("gdal_calc.py"):
        out["gdal_calc"] = (["A", "BC"], lambda j, i, o: ["bash", at("p_gdalcalc.sh"), j, i, o, n])
    if found("grass"):
        out["GRASS"] = (["A", "BC", "D1"], lambda j, i, o: ["bash", at("p_grass.sh"), j, i, o, n])
    if found("otbcli_BandMathX"):
        out["OTB"] = (["A"], lambda j, i, o: ["bash", at("p_otb.sh"), j, i, o, n])
    if found("Rscript"):
        for name, script in (("terra", "p_terra.R"), ("gdalcubes", "p_gdalcubes.R")):
            if subprocess.run(["Rscript", "-e", f"library({name})"], capture_output=True).returncode == 0:
                out[name] = (["A", "BC"], lambda j, i, o, s=script: ["Rscript", at(s), j, i, o, n])
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "vips-cpp"], capture_output=True, text=True) if found(
        "pkg-config") else None
    vips = flags and flags.returncode == 0 and compiled(at("p_vips.cpp"), os.path.join(work, "vips"), flags.stdout.split())
    if vips:
        out["libvips"] = (["A"], lambda j, i, o: [vips, i, o])
    return out


def shared_floor(scripts, work):
    """The floor program of the peers' folder; None where it cannot be compiled."""
    flags = ["-I/usr/include/gdal", "-lgdal", "-ltiff", "-ldeflate", "-ltbb"]
    return compiled(os.path.join(scripts, "floor.cpp"), os.path.join(work, "floor"), flags)


def run_timed(command, limit=None):
    """(exit status or None when stopped at the limit, wall seconds, CPU seconds, its last words); its children end with it."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                          start_new_session=True) as process:
        try:
            said, _ = process.communicate(timeout=limit)
            status = process.returncode
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            said, _ = process.communicate()
            status = None
    wall, after = time.monotonic() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    return status, wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, said.strip()[-200:]


def same_rasters(ours, theirs):
    """(name, our file, its first band, their file): by name; CLIM_MM.tif is the four bands of month MM of CLIM.tif."""
    for name in sorted(os.listdir(theirs)):
        if not name.endswith(".tif"):
            continue
        month = re.fullmatch(r"CLIM_(\d\d)\.tif", name)
        mine = os.path.join(ours, "CLIM.tif" if month else name)
        if os.path.exists(mine):
            yield "CLIM.tif" if month else name, mine, 4 * (int(month[1]) - 1) if month else 0, os.path.join(theirs, name)


# What makes a peer's numbers others than ours.
NOTES = {("D1", "GRASS"): "its slope is per month", ("BC", "gdal_calc"): "its anomalies are made of the rounded climatology"}


def differences(ours, theirs, by_statistic=False):
    """Per kind of raster: the largest difference, and how many pixels of all have a value in one only. by_statistic: their CLIM has the
    twelve means first, then the deviations, minima and maxima, not month after month."""
    import numpy as np
    from osgeo import gdal
    gdal.UseExceptions()
    worst, other, count = {}, {}, {}
    for name, mine, first, file in same_rasters(ours, theirs):
        kind = "IDX" if name.startswith("IDX_") else name[:-4]
        a, b = gdal.Open(mine), gdal.Open(file)
        if (a.RasterXSize, a.RasterYSize) != (b.RasterXSize, b.RasterYSize) or first + b.RasterCount > a.RasterCount:
            return f"{name}: another shape"
        for k in range(1, b.RasterCount + 1):
            mine_k = 4 * ((k - 1) % 12) + (k - 1) // 12 + 1 if by_statistic and kind == "CLIM" else first + k
            x, y = (d.GetRasterBand(n).ReadAsArray().astype("f8") for d, n in ((a, mine_k), (b, k)))
            has_x, has_y = (~np.isnan(v) & (v != -32768) for v in (x, y))
            other[kind] = other.get(kind, 0) + int((has_x != has_y).sum())
            count[kind] = count.get(kind, 0) + x.size
            both = has_x & has_y
            # Floats: per band, and beside the band's own largest value.
            band = a.GetRasterBand(mine_k)
            at = kind if band.DataType == gdal.GDT_Int16 else f"{kind} {band.GetDescription()}"
            if both.any():
                worst[at] = max(worst.get(at, 0.0), float(np.abs(x - y)[both].max()))
    if not count:
        return "nothing in common"
    return (", ".join(f"{k} max |d| {v:.3g}" for k, v in worst.items()) + "; a value in one only: " +
            ", ".join(f"{k} {other[k]} of {count[k]}" for k in count))
