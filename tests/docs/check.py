#!/usr/bin/env python3
"""Holds the documentation to the program: links resolve, examples run, catalogue and error codes are complete.

Usage: tests/docs/check.py [--update] SOURCE_DIR BINARY   (--update writes the generated part of docs/method.md first)
Needs python3 only. Exit code 0 only when nothing is wrong; every fault is one line on standard output.

1. Every relative link (and its #anchor) in README.md, docs/ and sample_scenes/README.md resolves.
2. Every fenced block marked ```sh with the line `<!-- run -->` (or `<!-- run: exit 3 -->`) above it is run, line by line, in one
   temporary folder that holds config/ and sample_scenes/README.md; `forewarn` is BINARY. Lines starting with # are left out.
3. Every id that `forewarn describe --json` prints stands in the docs as code (`id`).
4. The codes of the sources and the codes in the table between <!-- codes --> and <!-- /codes --> of docs/operations.md are the same.
5. The part of docs/method.md between its <!-- generated --> marks is what `forewarn describe --markdown` prints.
6. The --help of every job ends with an example that names the job.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r'"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*):?"')
# Statements in which a literal in capitals is a code and not an option of a library.
SAYS_A_CODE = re.compile(
    r"(Error\s*\(|Error\s*\{|RowRefusal\s*\(|\bfail\s*\(|\brefuse\s*\(|\bset_aside\s*\(|\bnote\s*\(|\bMisfit\s*\{|\breject\s*\(|\badd\s*\(|"
    r"\bpush_back\s*\(|\bemplace_back\s*\(|\bleave_out\s*\(|\badd_flag\s*\(|\breport_error\s*\(|\bflags\.insert\s*\(|return\s*\{\s*\"[A-Z_]+\",)")
# Literals in such statements that are no codes.
NO_CODES = {"SCL", "TIFF", "LAYER", "PERIOD", "WORDING", "SOURCE", "EVIDENCE", "INDICATOR", "REFERENCE", "SCENE", "PRODUCT", "INDEX",
            "EPSG", "GPKG", "HDF4", "HDF5", "VRT", "NDVI", "NDBI", "MNDWI", "AREA_OR_POINT", "STATISTICS_VALID_PERCENT"}
IDS = {"statistics": "id", "products": "id", "indices": "id", "indicators": "id", "layers": "id", "jobs": "id", "report_formats": "id",
       "statistic_formats": "id"}

faults = []


def fault(text):
    faults.append(text)
    print(text)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def pages(root):
    found = [os.path.join(root, "README.md"), os.path.join(root, "sample_scenes", "README.md")]
    for folder, _, names in os.walk(os.path.join(root, "docs")):
        found += [os.path.join(folder, n) for n in names if n.endswith(".md")]
    return sorted(p for p in found if os.path.exists(p))


def anchors(text):
    """The anchors that GitHub gives headings."""
    out = set()
    for heading in re.findall(r"^#+\s+(.*)$", text, re.M):
        plain = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower())
        out.add(plain.strip().replace(" ", "-"))
    return out


def without_fences(text):
    return re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)


def check_links(root):
    count = 0
    for page in pages(root):
        for target in LINK.findall(without_fences(read(page))):
            if re.match(r"[a-z]+:", target):
                continue
            count += 1
            path, _, anchor = target.partition("#")
            full = os.path.normpath(os.path.join(os.path.dirname(page), path)) if path else page
            if not os.path.exists(full):
                fault(f"{os.path.relpath(page, root)}: link to {target}, which does not exist")
            elif anchor and full.endswith(".md") and anchor not in anchors(read(full)):
                fault(f"{os.path.relpath(page, root)}: link to {target}, which has no such heading")
    return count


def examples(text):
    """(commands, expected exit code) of the blocks that are to be run."""
    for match in re.finditer(r"^<!-- run(?:: exit (\d+))? -->\n```sh\n(.*?)^```", text, re.M | re.S):
        yield [line for line in match[2].splitlines() if line.strip() and not line.startswith("#")], int(match[1] or 0)


def check_examples(root, binary):
    count = 0
    with tempfile.TemporaryDirectory() as work:
        os.makedirs(os.path.join(work, "bin"))
        os.symlink(os.path.abspath(binary), os.path.join(work, "bin", "forewarn"))
        shutil.copytree(os.path.join(root, "config"), os.path.join(work, "config"))
        env = dict(os.environ, PATH=os.path.join(work, "bin") + os.pathsep + os.environ["PATH"])
        for page in pages(root):
            for commands, expected in examples(read(page)):
                for command in commands:
                    count += 1
                    done = subprocess.run(["bash", "-c", command], cwd=work, env=env, capture_output=True, text=True, timeout=300)
                    if done.returncode != expected:
                        last = (done.stderr.strip().splitlines() or ["nothing on standard error"])[-1]
                        fault(f"{os.path.relpath(page, root)}: '{command}' ended with {done.returncode}, not {expected}: {last}")
    return count


def check_catalogue(root, binary):
    catalogue = json.loads(subprocess.run([binary, "describe", "--json", "--config-dir", os.path.join(root, "config")],
                                          capture_output=True, text=True, check=True).stdout)
    text = "\n".join(read(p) for p in pages(root))
    words = set(re.findall(r"`([^`\n]+)`", text))
    count = 0
    for group, key in IDS.items():
        if group not in catalogue:
            fault(f"describe --json has no group '{group}'")
            continue
        for entry in catalogue[group]:
            name = entry.get(key, entry.get("name", entry.get("format")))
            count += 1
            if name not in words and f"forewarn {name}" not in words:
                fault(f"{group}: '{name}' is nowhere in the docs (as `{name}`)")
    return count


def check_help(root, binary):
    described = json.loads(subprocess.run([binary, "describe", "--json", "--config-dir", os.path.join(root, "config")],
                                          capture_output=True, text=True, check=True).stdout)
    for job in described["jobs"]:
        help_text = subprocess.run([binary, job["id"], "--help"], capture_output=True, text=True).stdout
        if not re.search(r"Examples?\b.*forewarn " + re.escape(job["id"]) + r"\b", help_text, re.S):
            fault(f"forewarn {job['id']} --help: no example")


def statements(text):
    """The statements of C++ source without comments, strings kept."""
    token = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|[^"\'/]+|/', re.S)
    plain = "".join("" if t.startswith(("//", "/*")) else t for t in token.findall(text))
    out, current, in_text, i = [], "", False, 0
    while i < len(plain):
        c = plain[i]
        if c == "\\" and in_text:
            current += plain[i:i + 2]
            i += 2
            continue
        if c == '"':
            in_text = not in_text
        current += c
        if c == ";" and not in_text:
            out.append(current)
            current = ""
        i += 1
    return out + [current]


def codes_of_sources(root):
    codes = {}
    for top in ("core", "jobs"):
        for folder, _, names in os.walk(os.path.join(root, top)):
            for name in names:
                if not name.endswith((".cpp", ".h")):
                    continue
                path = os.path.join(folder, name)
                text = read(path)
                for code in re.findall(r'"error: ([A-Z_]+): ', text):
                    codes.setdefault(code, os.path.relpath(path, root))
                for statement in statements(text):
                    if not SAYS_A_CODE.search(statement):
                        continue
                    for code in CODE.findall(statement):
                        if code not in NO_CODES and len(code) > 2:
                            codes.setdefault(code, os.path.relpath(path, root))
    for folder, _, names in os.walk(os.path.join(root, "config", "products")):
        for name in names:
            for code in re.findall(r'^code = "([A-Z0-9_]+)"', read(os.path.join(folder, name)), re.M):
                codes.setdefault(code, "config/products/" + name)
    return codes


def check_codes(root):
    page = read(os.path.join(root, "docs", "operations.md"))
    parts = re.findall(r"<!-- codes -->(.*?)<!-- /codes -->", page, re.S)
    if not parts:
        fault("docs/operations.md: no table between <!-- codes --> and <!-- /codes -->")
        return 0
    listed = []
    for row in "\n".join(parts).splitlines():
        cells = row.split("|")
        if len(cells) > 2:
            listed += re.findall(r"`([A-Z][A-Z0-9_]*)(?::[^`]*)?`", cells[1])
    codes = codes_of_sources(root)
    for code in sorted(set(codes) - set(listed)):
        fault(f"docs/operations.md lacks the code {code} ({codes[code]})")
    for code in sorted(set(listed) - set(codes)):
        fault(f"docs/operations.md lists {code}, which is in no source")
    for code in sorted({c for c in listed if listed.count(c) > 1}):
        fault(f"docs/operations.md lists {code} twice")
    return len(codes)


GENERATED = re.compile(r"(<!-- generated[^>]*-->\n).*?(<!-- /generated -->)", re.S)


def check_generated(root, binary, update):
    path = os.path.join(root, "docs", "method.md")
    text = read(path)
    made = subprocess.run([binary, "describe", "--markdown"], capture_output=True, text=True, check=True).stdout
    fresh, marks = GENERATED.subn(lambda m: m.group(1) + made + m.group(2), text)
    if marks != 1:
        fault("docs/method.md: one pair of <!-- generated --> marks is needed")
    elif fresh != text and update:
        with open(path, "w", encoding="utf-8") as file:
            file.write(fresh)
    elif fresh != text:
        fault("docs/method.md: its generated part is stale; run tests/docs/check.py --update")


def main():
    update = "--update" in sys.argv
    if update:
        sys.argv.remove("--update")
    if len(sys.argv) != 3:
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 64
    root, binary = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    check_generated(root, binary, update)
    links = check_links(root)
    ids = check_catalogue(root, binary)
    check_help(root, binary)
    codes = check_codes(root)
    commands = check_examples(root, binary)
    print(f"{links} links, {ids} ids, {codes} codes, {commands} commands checked; {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
