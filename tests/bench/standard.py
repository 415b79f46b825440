#!/usr/bin/env python3
"""Times the standard jobs beside floors and peers, compares outputs, and fits how cost grows. See run.sh.

Needs python3-numpy and python3-gdal. Each round runs every job and every peer once, one after another, so that what else the machine
does meets all of them; medians of the ratios within a round are printed. Peers are timed from outside (process start included), our jobs
by `forewarn bench standard` (until all files are written; verification, flushing and hashing of a publication are left out, as no
peer does them).
"""
import argparse
import glob
import json
import math
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

JOBS = {"A": "A", "BC": "BC", "D1": "D1", "D2": "D2", "E": "E", "ABCD1": "ABCD1"}


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
        out["dask"] = (["A", "BC", "D1", "D2"], lambda j, i, o: ["/usr/bin/python3", at("p_dask.py"), j, i, o, n])
    if found("gdal_calc.py"):
        out["gdal_calc"] = (["A", "BC"], lambda j, i, o: [at("p_gdalcalc.sh"), j, i, o, n])
    if found("grass"):
        out["GRASS"] = (["A", "BC"], lambda j, i, o: [at("p_grass.sh"), j, i, o, n])
    if found("otbcli_BandMathX"):
        out["OTB"] = (["A"], lambda j, i, o: [at("p_otb.sh"), j, i, o, n])
    if found("Rscript"):
        for name, script in (("terra", "p_terra.R"), ("gdalcubes", "p_gdalcubes.R")):
            if subprocess.run(["Rscript", "-e", f"library({name})"], capture_output=True).returncode == 0:
                out[name] = (["A", "BC"], lambda j, i, o, s=script: ["Rscript", at(s), j, i, o, n])
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "vips-cpp"], capture_output=True, text=True)
    vips = flags.returncode == 0 and compiled(at("p_vips.cpp"), os.path.join(work, "vips"), flags.stdout.split())
    if vips:
        out["libvips"] = (["A"], lambda j, i, o: [vips, i, o])
    return out


def run_timed(command, env=None):
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, env=env)
    wall, after = time.monotonic() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done, wall, cpu


def run_job(options, job, scenes, out, floors=True):
    report = os.path.join(options.work, "report.json")
    command = [options.program, "bench", "standard", scenes, "--jobs", job, "-q", "--json", report, "--memory", options.memory,
               "--threads", str(options.threads), "-o", out] + ([] if floors else ["--no-floors"])
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"error: {' '.join(command)} ended with {done.returncode}: {done.stderr}")
    with open(report, encoding="utf-8") as file:
        return json.load(file)["jobs"][0]


def differences(ours, theirs):
    """Largest difference over common rasters and bands, and pixels of which only one has a value."""
    import numpy as np
    from osgeo import gdal
    gdal.UseExceptions()
    worst, other, count, compared = 0.0, 0, 0, 0
    for name in sorted(os.listdir(ours)):
        if not name.endswith(".tif") or not os.path.exists(os.path.join(theirs, name)):
            continue
        a, b = gdal.Open(os.path.join(ours, name)), gdal.Open(os.path.join(theirs, name))
        if (a.RasterXSize, a.RasterYSize, a.RasterCount) != (b.RasterXSize, b.RasterYSize, b.RasterCount):
            return f"{name}: another shape"
        compared += 1
        for k in range(1, a.RasterCount + 1):
            x, y = (d.GetRasterBand(k).ReadAsArray().astype("f4") for d in (a, b))
            has_x, has_y = (~np.isnan(v) & (v != -32768) for v in (x, y))
            other += int((has_x != has_y).sum())
            count += x.size
            both = has_x & has_y
            if both.any():
                worst = max(worst, float(np.abs(x - y)[both].max()))
    return f"max |d| {worst:.4g}, {other} of {count} only in one ({compared} files)" if compared else "nothing in common"


def make_workload(options, name, *arguments):
    folder = os.path.join(options.dir, name)
    if not glob.glob(os.path.join(folder, "S_*.tif")):
        print(f"making {folder}", file=sys.stderr)
        subprocess.run(["/usr/bin/python3", os.path.join(options.shared, "scripts", "gen_workload.py"), folder, "--seed", "1",
                        *arguments], check=True, stdout=subprocess.DEVNULL)
    return folder


def first_dates(options, folder, count):
    part = os.path.join(options.work, f"first{count}")
    os.makedirs(part, exist_ok=True)
    for file in sorted(glob.glob(os.path.join(folder, "S_*.tif")))[:count]:
        to = os.path.join(part, os.path.basename(file))
        if not os.path.exists(to):
            try:
                os.link(file, to)
            except OSError:
                shutil.copy(file, to)
    return part


def exponent(sizes, seconds):
    xs, ys = [math.log(s) for s in sizes], [math.log(s) for s in seconds]
    mx, my = statistics.mean(xs), statistics.mean(ys)
    return sum((x - mx) * (y - my) for x, y in zip(xs, ys)) / sum((x - mx) ** 2 for x in xs)


def growth(options):
    print("\nGrowth of BC (no floors): CPU seconds, wall seconds and peak MiB, medians")
    side = options.growth_size
    stack = make_workload(options, f"growth{side}x120", "--size", str(side), "--years", "10")
    cases = {f"dates, {side} x {side}": [(t, first_dates(options, stack, t)) for t in (15, 30, 60, 120)],
             "pixels, 12 dates": [(s * s, make_workload(options, f"growth{s}x12", "--size", str(s), "--years", "1"))
                                  for s in (side, 2 * side, 4 * side)]}
    for what, folders in cases.items():
        rounds = {size: [] for size, _ in folders}
        for _ in range(options.rounds):
            for size, folder in folders:
                rounds[size].append(run_job(options, "BC", folder, os.path.join(options.work, "growth"), floors=False))
        middle = lambda size, key: statistics.median(r[key] for r in rounds[size])
        sizes = [size for size, _ in folders]
        for size in sizes:
            print(f"  {what} {size:>9}: {middle(size, 'cpu_s'):7.2f} {middle(size, 'wall_s'):7.2f} "
                  f"{middle(size, 'peak_bytes') / 2**20:6.0f}")
        print(f"  {what}: exponent CPU {exponent(sizes, [middle(s, 'cpu_s') for s in sizes]):.3f}, "
              f"wall {exponent(sizes, [middle(s, 'wall_s') for s in sizes]):.3f}, "
              f"peak {max(middle(s, 'peak_bytes') for s in sizes) / 2**20:.0f} MiB at most")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dir", help="folder for workloads")
    parser.add_argument("--program", required=True)
    parser.add_argument("--shared", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--jobs", default=",".join(JOBS))
    parser.add_argument("--peers", help="only these (default: all that are installed)")
    parser.add_argument("--size", type=int, default=2048, help="rows and columns of the workload (the figures of the docs: 2048)")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--memory", default="256MiB")
    parser.add_argument("--growth-size", type=int, default=1024, help="rows and columns the growth check begins with")
    parser.add_argument("--no-growth", action="store_true")
    options = parser.parse_args()
    options.dir = os.path.abspath(options.dir)
    os.makedirs(options.dir, exist_ok=True)
    options.work = tempfile.mkdtemp(dir=options.dir, prefix=".work-")
    try:
        table(options)
        if not options.no_growth:
            growth(options)
    finally:
        shutil.rmtree(options.work)


def table(options):
    large = make_workload(options, f"w{options.size}", "--size", str(options.size))
    small = make_workload(options, "w512", "--size", "512")  # D2: peers need minutes per megapixel
    others = peers(os.path.join(options.shared, "scripts"), options.work, options.threads)
    if options.peers is not None:
        others = {name: peer for name, peer in others.items() if name in options.peers.split(",")}
    jobs = options.jobs.split(",")
    ours, theirs, said = {j: [] for j in jobs}, {}, []
    for number in range(options.rounds):
        for job in jobs:
            print(f"round {number + 1} of {options.rounds}: {job}", file=sys.stderr)
            out = os.path.join(options.work, "ours")
            result = run_job(options, job, large, out)
            ours[job].append(result)
            beside, scenes = result, large
            if job == "D2" and any(job in peer[0] for peer in others.values()):
                beside, scenes = run_job(options, job, small, os.path.join(options.work, "ours-small"), floors=False), small
                out = os.path.join(options.work, "ours-small")
            for name, (can, command) in others.items():
                if job not in can:
                    continue
                folder = os.path.join(options.work, "peer")
                shutil.rmtree(folder, ignore_errors=True)
                os.makedirs(folder)
                done, wall, cpu = run_timed(command(job, scenes, folder))
                if done.returncode != 0:
                    said.append(f"{name} failed on {job}: {done.stderr.strip()[-200:]}")
                    continue
                theirs.setdefault((job, name), []).append((wall / beside["wall_s"], cpu / beside["cpu_s"], wall))
                if number == 0:
                    said.append(f"{job:5} against {name}: {differences(os.path.join(out, job), folder)}")
            shutil.rmtree(os.path.join(options.work, "ours"))
    middle = lambda job, key: statistics.median(r[key] for r in ours[job])
    print(f"median of {options.rounds} interleaved rounds, {options.threads} threads, --memory {options.memory}, DEFLATE 6")
    print("x floor: time / (decode + encode floor) of the same round, wall and CPU. Peers: their wall / ours (their CPU / ours).\n")
    names = list(others)
    head = ["job", "wall s", "CPU s", "x floor", "x CPU fl.", "x decode", "x CPU dec.", "peak MiB", "us/px CPU", "bound by", *names]
    rows = []
    for job in jobs:
        row = [job, f"{middle(job, 'wall_s'):.2f}", f"{middle(job, 'cpu_s'):.2f}", f"{middle(job, 'wall_to_floor'):.2f}",
               f"{middle(job, 'cpu_to_floor'):.2f}", f"{middle(job, 'wall_to_decode_floor'):.2f}",
               f"{middle(job, 'cpu_to_decode_floor'):.2f}", f"{middle(job, 'peak_bytes') / 2**20:.0f}",
               f"{1e6 * middle(job, 'compute_thread_s') / ours[job][0]['pixels']:.2f}", ours[job][-1]["bound_by"]]
        for name in names:
            runs = theirs.get((job, name))
            row.append(f"{statistics.median(r[0] for r in runs):.1f} ({statistics.median(r[1] for r in runs):.1f})" if runs else "-")
        rows.append(row)
    widths = [max(len(r[k]) for r in [head, *rows]) for k in range(len(head))]
    for row in [head, *rows]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
    print()
    for line in said:
        print(line)


if __name__ == "__main__":
    main()
