#!/usr/bin/env python3
"""Times the standard jobs beside floors and peers, compares outputs, and fits how cost grows. See run.sh.

Needs python3-numpy and python3-gdal. Each round runs every job and every peer once, one after another, so that what else the machine
does meets all of them; medians of what was compared within a round are printed. Our jobs run on the whole workload beside the floors of
decoding and encoding it. Peers, which need minutes for it, run on its first 1024 x 1024 pixels (A: first 12 dates of them; D2: 512 x
1024 pixels), and our jobs once more on the same: all from outside, process start included, until all files are written (verification,
flushing and hashing of a publication are left out, as no peer does them). A peer that takes long is not run again: n says how often.
"""
import argparse
import json
import math
import os
import re
import shutil
import statistics
import sys
import tempfile
import time

from peers import NOTES, differences, peers, run_timed, shared_floor
from workloads import cut_workload, linked_dates, make_workload

JOBS = ["A", "BC", "D1", "D2", "E", "ABCD1"]
# FORCE is not in Debian: its BC took 2.0 times the wall time of ref on the machine of the design's measurements.
FORCE_TO_REF = 2.0


def run_job(options, job, scenes, out, floors=True):
    """The report of one job, with process_s: wall seconds from outside, less what publishing took."""
    report = os.path.join(options.work, "report.json")
    command = [options.program, "bench", "standard", scenes, "--jobs", job, "-q", "--json", report, "--memory", options.memory,
               "--threads", str(options.threads), "-o", out] + ([] if floors else ["--no-floors"])
    status, wall, _, said = run_timed(command)
    if status != 0:
        sys.exit(f"error: {' '.join(command)} ended with {status}: {said}")
    with open(report, encoding="utf-8") as file:
        result = json.load(file)["jobs"][0]
    result["process_s"] = wall - result["publish_s"]
    return result


def print_rows(rows):
    widths = [max(len(r[k]) for r in rows) for k in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


class Standard:
    """Our jobs beside the floors, and the peers."""

    def __init__(self, options):
        self.o, self.jobs = options, options.jobs.split(",")
        scripts = os.path.join(options.shared, "scripts")
        self.scenes = make_workload(os.path.join(options.dir, f"w{options.size}"), scripts, options.size)
        self.peers = peers(scripts, options.work, options.threads)
        if options.peers is not None:
            self.peers = {name: peer for name, peer in self.peers.items() if name in options.peers.split(",")}
        self.ours = {job: [] for job in self.jobs}
        self.beside, self.theirs, self.said = {}, {}, []
        self.floor = shared_floor(scripts, options.work) if "D1" in self.jobs else None
        self.to_floor = []

    def cut(self, job):
        """The workload that peers get for a job."""
        side = min(self.o.peer_size, self.o.size)
        rows = min(side, 512) if job == "D2" else side
        folder = os.path.join(self.o.work, f"cut{rows}x{side}")
        cut_workload(self.scenes, folder, rows, side)
        return linked_dates(folder, folder + "x12", 12) if job == "A" else folder

    def run(self):
        for number in range(self.o.rounds):
            for job in self.jobs:
                print(f"round {number + 1} of {self.o.rounds}: {job}", file=sys.stderr)
                out = os.path.join(self.o.work, "ours")
                self.ours[job].append(run_job(self.o, job, self.scenes, out))
                shutil.rmtree(out)
                if self.floor and job == "D1":
                    self.to_floor.append(self.ours[job][-1]["wall_s"] / self.floor_seconds())
                self.run_peers(job, number)

    def floor_seconds(self):
        """Reading, inflating and undoing the predictor, by the floor program of the peers' folder."""
        status, _, _, said = run_timed([self.floor, "libdef", self.scenes, str(self.o.threads)])
        took = re.search(r"wall ([0-9.]+) s", said)
        if status != 0 or not took:
            sys.exit(f"error: floor.cpp ended with {status}: {said}")
        return float(took[1])

    def run_peers(self, job, number):
        asked = {name: command for name, (can, command) in self.peers.items()
                 if job in can and not self.is_done(job, name)}
        if not asked:
            return
        scenes, out = self.cut(job), os.path.join(self.o.work, "ours-cut")
        mine = run_job(self.o, job, scenes, out, floors=False)
        self.beside.setdefault(job, []).append(mine)
        for name, command in asked.items():
            print(f"  {name}", file=sys.stderr)
            folder = os.path.join(self.o.work, "peer")
            shutil.rmtree(folder, ignore_errors=True)
            os.makedirs(folder)
            status, wall, cpu, said = run_timed(command(job, scenes, folder), self.o.peer_limit)
            runs = self.theirs.setdefault((job, name), [])
            if status not in (0, None):
                self.said.append(f"{job:5} {name} failed: {said}")
                runs.append(None)
                continue
            # The CPU time of what was stopped is not known.
            runs.append({"wall": wall / mine["process_s"], "cpu": cpu / mine["cpu_s"] if status == 0 else None, "seconds": wall,
                         "us_per_pixel": 1e6 * cpu / mine["pixels"], "stopped": status is None})
            if number == 0 and status == 0:
                note = f" ({NOTES[job, name]})" if (job, name) in NOTES else ""
                self.said.append(f"{job:5} {name}: {differences(os.path.join(out, job), folder, name == 'terra')}{note}")
        shutil.rmtree(out)

    def is_done(self, job, name):
        runs = self.theirs.get((job, name), [])
        return bool(runs) and (runs[-1] is None or runs[0]["seconds"] > self.o.peer_seconds)

    def middle(self, job, key):
        return statistics.median(r[key] for r in self.ours[job])

    def peer(self, job, name, key):
        """Median of their figure / ours; None where there is none."""
        runs = [r for r in self.theirs.get((job, name), []) if r and (key == "wall" or not r["stopped"])]
        return statistics.median(r[key] for r in runs) if runs else None

    def print(self):
        o = self.o
        first = next(iter(self.ours.values()))[0]
        print(f"\n{first['dates']} dates of {o.size} x {o.size} pixels, median of {o.rounds} interleaved rounds, {o.threads} threads, "
              f"--memory {o.memory}, DEFLATE")
        print("x floor: time / (decode + encode floor) measured in the same round; x level 6: with libdeflate's level 6, as GDAL "
              "writes; x decode: / decode floor alone.\n")
        rows = [["job", "wall s", "CPU s", "x floor", "x CPU fl.", "x level 6", "x decode", "x CPU dec.", "peak MiB", "us/px", "bound by"]]
        for job in self.jobs:
            m = lambda key, job=job: self.middle(job, key)
            rows.append([job, *(f"{m(k):.2f}" for k in ("wall_s", "cpu_s", "wall_to_floor", "cpu_to_floor", "wall_to_floor_level6",
                                                        "wall_to_decode_floor", "cpu_to_decode_floor")),
                         f"{m('peak_bytes') / 2**20:.0f}", f"{1e6 * m('compute_thread_s') / first['pixels']:.2f}",
                         self.ours[job][-1]["bound_by"]])
        print_rows(rows)
        print("us/px: thread-time of arithmetic per pixel, all dates")
        self.print_peers()
        self.print_targets()

    def print_peers(self):
        if not self.theirs:
            return
        names = [name for name in self.peers if any(n == name for _, n in self.theirs)]
        side = min(self.o.peer_size, self.o.size)
        print(f"\nPeers on {side} x {side} pixels of it (A: 12 dates; D2: {min(side, 512)} x {side}): their wall time / ours "
              "(CPU time / ours; n runs)\n")
        rows = [["job", "our wall s", *names]]
        for job in self.jobs:
            if job not in self.beside:
                continue
            row = [job, f"{statistics.median(r['process_s'] for r in self.beside[job]):.2f}"]
            for name in names:
                runs = [r for r in self.theirs.get((job, name), []) if r]
                more = ">" if runs and runs[0]["stopped"] else ""
                cpu = self.peer(job, name, "cpu")
                row.append(f"{more}{self.peer(job, name, 'wall'):.1f} ({'-' if cpu is None else f'{cpu:.1f}'}; {len(runs)})"
                           if runs else "-")
            rows.append(row)
        print_rows(rows)
        print("\nOutputs beside ours (Int16: units as stored; floats: as they are):")
        for line in self.said:
            print("  " + line)

    def print_targets(self):
        """What was aimed at, beside what was measured."""
        rows = [["target", "measured", ""]]

        def add(text, value, met):
            if value is not None:
                rows.append([text, f"{value:.2f}", "met" if met(value) else "MISSED"])
        has = lambda job: job in self.jobs
        if has("D1"):
            add("D1 / decode floor (its predictor not undone) <= 1.15", self.middle("D1", "wall_to_decode_floor"), lambda v: v <= 1.15)
            add("D1 / floor.cpp libdef (predictor undone) <= 1.15", statistics.median(self.to_floor) if self.to_floor else None,
                lambda v: v <= 1.15)
        for job in filter(has, ("A", "BC", "ABCD1")):
            add(f"{job} / (decode + encode floor) <= 1.15", self.middle(job, "wall_to_floor"), lambda v: v <= 1.15)
        for name, least in (("numpy", 1.9), ("gdalcubes", 8), ("dask", 15), ("gdal_calc", 15), ("GRASS", 25)):
            add(f"BC: {name} / ours >= {least}", self.peer("BC", name, "wall"), lambda v, least=least: v >= least)
        ref = self.peer("BC", "ref", "wall")
        if ref:
            add("BC: FORCE / ours >= 2.4 (its figure, through ref)", FORCE_TO_REF * ref, lambda v: v >= 2.4)
        numpy = self.peer("D2", "numpy", "us_per_pixel")
        if numpy:
            for what, key in (("the whole job", "cpu_s"), ("our arithmetic", "compute_thread_s")):
                add(f"D2: numpy ({numpy:.0f} us) / {what}, CPU per pixel, >= 30",
                    numpy / (1e6 * self.middle("D2", key) / self.ours["D2"][0]["pixels"]), lambda v: v >= 30)
        if has("E"):
            add("E: us per pixel per core <= 1", 1e6 * self.middle("E", "compute_thread_s") / self.ours["E"][0]["pixels"],
                lambda v: v <= 1)
        add("peak MiB <= 256", max(self.middle(j, "peak_bytes") for j in self.jobs) / 2**20, lambda v: v <= 256)
        print()
        print_rows(rows)


def exponent(sizes, seconds):
    xs, ys = [math.log(s) for s in sizes], [math.log(s) for s in seconds]
    mx, my = statistics.mean(xs), statistics.mean(ys)
    return sum((x - mx) * (y - my) for x, y in zip(xs, ys)) / sum((x - mx) ** 2 for x in xs)


def growth(options):
    """BC over dates and over pixels; scenes are cut from the workload, beside themselves where that is too small."""
    side, whole = options.size // 2, os.path.join(options.dir, f"w{options.size}")
    at = lambda name: os.path.join(options.work, name)
    stack = cut_workload(whole, at(f"cut{side}x{side}"), side, side)
    linked = lambda source, name, count: linked_dates(source, at(name), count)
    cases = {f"dates, {side} x {side} pixels": [(t, linked(stack, f"t{t}", t)) for t in (15, 30, 60, 120)],
             "pixels, 12 dates": [(side * side, linked(stack, "s1", 12)), (options.size**2, linked(whole, "s2", 12)),
                                  (4 * options.size**2, cut_workload(whole, at("s4"), 2 * options.size, 2 * options.size, 12))]}
    print(f"\nGrowth of BC, medians of {options.rounds} (120 dates: the workload's 60 twice; the largest scenes: the workload's, 2 x 2)\n")
    rows = [["over", "size", "CPU s", "wall s", "peak MiB"]]
    said = []
    for what, folders in cases.items():
        rounds = {size: [] for size, _ in folders}
        for _ in range(options.rounds):
            for size, folder in folders:
                rounds[size].append(run_job(options, "BC", folder, at("growth"), floors=False))
                shutil.rmtree(at("growth"))
        middle = {size: {key: statistics.median(r[key] for r in runs) for key in ("cpu_s", "wall_s", "peak_bytes")}
                  for size, runs in rounds.items()}
        for size, m in middle.items():
            rows.append([what, str(size), f"{m['cpu_s']:.2f}", f"{m['wall_s']:.2f}", f"{m['peak_bytes'] / 2**20:.0f}"])
        said.append(f"{what}: exponent of CPU {exponent(list(middle), [m['cpu_s'] for m in middle.values()]):.3f}, of wall time "
                    f"{exponent(list(middle), [m['wall_s'] for m in middle.values()]):.3f} (target <= 1.05)")
    print_rows(rows)
    print("\n".join(said))


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
    parser.add_argument("--peer-size", type=int, default=1024, help="rows and columns of what peers get")
    parser.add_argument("--peer-seconds", type=float, default=8, help="a peer that takes longer is not run again")
    parser.add_argument("--peer-limit", type=float, default=90, help="seconds after which a peer is stopped")
    parser.add_argument("--no-growth", action="store_true")
    options = parser.parse_args()
    options.dir = os.path.abspath(options.dir)
    os.makedirs(options.dir, exist_ok=True)
    options.work = tempfile.mkdtemp(dir=options.dir, prefix=".work-")
    begin = time.monotonic()
    try:
        standard = Standard(options)
        standard.run()
        standard.print()
        if not options.no_growth:
            growth(options)
    finally:
        shutil.rmtree(options.work)
    print(f"\nall of it took {time.monotonic() - begin:.0f} s; load of the machine at its end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
