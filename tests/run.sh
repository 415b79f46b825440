#!/usr/bin/env bash
# Installs, builds, runs the tests; the last line is "N passed, N failed" (what was skipped and why stands above it). Arguments go to ctest (-R, -L …).
# Slow suites have their own commands (docs/contributing.md).
set -euo pipefail
cd "$(dirname "$0")/.."
jobs/install-packages.sh libvalijson-dev
jobs/build.sh
report=$(mktemp)
trap 'rm -f "$report"' EXIT
status=0
ctest --test-dir build-release --output-on-failure --no-tests=error -j "$(nproc)" --output-junit "$report" "$@" || status=$?
python3 - "$report" "$status" <<'PYTHON'
import sys
import xml.etree.ElementTree as tree
status = int(sys.argv[2])
try:
    cases = tree.parse(sys.argv[1]).getroot().findall("testcase")
except (tree.ParseError, FileNotFoundError):
    cases = []
skipped = [c for c in cases if c.find("skipped") is not None]
failed = [c for c in cases if c.get("status") == "fail" or c.find("failure") is not None]
reasons = {}
for c in skipped:
    out = [line.strip() for line in (c.findtext("system-out") or "").splitlines()]
    marks = [i for i, line in enumerate(out) if line.endswith(": Skipped") or "[  SKIPPED ]" in line]
    why = next((line for i in marks for line in out[i + 1:i + 2] if line and not line.startswith("[")), "see ctest")
    reasons.setdefault(why[:110], []).append(c.get("name"))
for why, names in sorted(reasons.items()):
    print(f"skipped {len(names)}: {why}")
passed = len(cases) - len(skipped) - len(failed)
if status and not failed:
    failed = ["ctest itself"]
print(f"{passed} passed, {len(failed)} failed")
sys.exit(1 if failed else 0)
PYTHON
