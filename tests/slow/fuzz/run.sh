#!/usr/bin/env bash
# Fuzzes every reader of reports and statistics under AddressSanitizer and UndefinedBehaviorSanitizer.
# Usage: tests/slow/fuzz/run.sh [SECONDS per reader, default 60] [FORMAT...]     Needs clang (Debian: clang, libclang-rt-14-dev or clang's own).
set -euo pipefail
cd "$(dirname "$0")/../../.."
seconds=${1:-60}
shift || true
out=build-fuzz
mkdir -p "$out/o"
flags=(-std=c++20 -g1 -O1 -I. -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
  -DFW_SOURCE_DIR=\"$PWD\" -DFW_VERSION=\"fuzz\" $(pkg-config --cflags libzip libutf8proc spdlog))
compile() {
  local source=$1; shift
  local object=build-fuzz/o/${source//\//_}.o
  [ "$object" -nt "$source" ] || { echo "  $source"; clang++ "$@" -fsanitize=fuzzer-no-link -c "$source" -o "$object"; }
}
export -f compile
echo "compiling"
printf '%s\n' core/base/*.cpp core/evidence/*.cpp tests/slow/fuzz/fuzz_reader.cpp |
  xargs -P "${JOBS:-2}" -I{} bash -c 'compile "$@"' _ {} "${flags[@]}"
libraries=(-lcrypto -lz -lpugixml $(pkg-config --libs libzip libutf8proc spdlog))
pkg-config --exists libsodium && libraries+=($(pkg-config --libs libsodium))
clang++ -fsanitize=fuzzer,address,undefined "$out"/o/*.o -o "$out/fuzz_reader" "${libraries[@]}"
python3 - "$out" <<'PY'
import os, re, sys
out = sys.argv[1]
page = open("docs/formats.md", encoding="utf-8").read()
for n, (words, text) in enumerate(re.findall(r"<!-- example: ([^>]*) -->\n```[a-z]+\n(.*?)```", page, re.S)):
    folder = os.path.join(out, "corpus", words.split(",")[0].strip())
    os.makedirs(folder, exist_ok=True)
    open(os.path.join(folder, f"example{n}"), "w", encoding="utf-8").write(text)
row = "R1,p7,orgA,14.5,33.2,2026-03-01T10:00:00Z,drought,3,120,yes,well dry\n"
seeds = {
    "csv": "report_id,reporter_id,org,lat,lon,time,category,severity,people,consent,text\n" + row,
    "hxl-csv": "#meta+id,#contact+id,#org+id,#geo+lat,#geo+lon,#date,#cause+type,#severity,#affected,#meta+consent,#description\n" + row,
    "geojson": '{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[33.2,14.5]},"properties":{"reporter_id":"p7","time":"2026-03-01","category":"drought","severity":3,"consent":"yes"}}]}',
    "kobo-json": '[{"_uuid":"u1","_submitted_by":"p7","g/consent":"yes","g/lat":"14.5 33.2 0 1","time":"2026-03-01","r":[{"r/category":"drought","r/severity":3}]}]',
    "kobo-csv": "_uuid,_submission_time,_submitted_by,g/consent,category,severity,pcode\nu1,2026-03-01T10:00:00,p7,yes,drought,3,SD01\n",
    "xlsform": '{"content":{"survey":[{"type":"begin_group","name":"g"},{"type":"select_one l","name":"q"}],"choices":[{"list_name":"l","name":"a","label":["A"]}]}}',
}
for name, text in seeds.items():
    os.makedirs(os.path.join(out, "corpus", name), exist_ok=True)
    open(os.path.join(out, "corpus", name, "seed"), "w", encoding="utf-8").write(text)
import io, zipfile
head = '<?xml version="1.0"?>'
def workbook(rows):
    cells = "".join("<row>" + "".join(f'<c t="inlineStr"><is><t>{c}</t></is></c>' for c in r.split(",")) + "</row>" for r in rows.strip().split("\n"))
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_STORED) as z:
        z.writestr("xl/workbook.xml", head + '<workbook><sheets><sheet name="survey" r:id="a"/></sheets></workbook>')
        z.writestr("xl/_rels/workbook.xml.rels", head + '<Relationships><Relationship Id="a" Target="worksheets/sheet1.xml"/></Relationships>')
        z.writestr("xl/worksheets/sheet1.xml", head + f"<worksheet><sheetData>{cells}<row><c t=\"s\"><v>0</v></c><c s=\"1\"><v>44197</v></c></row></sheetData></worksheet>")
        z.writestr("xl/sharedStrings.xml", head + "<sst><si><t>x</t></si></sst>")
        z.writestr("xl/styles.xml", head + '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>')
    return data.getvalue()
for name in ("workbook", "xlsform", "xlsx", "hxl-xlsx", "ipc-workbook"):
    os.makedirs(os.path.join(out, "corpus", name), exist_ok=True)
    open(os.path.join(out, "corpus", name, "book"), "wb").write(workbook(seeds["hxl-csv" if name == "hxl-xlsx" else "csv"]))
PY
formats=("$@")
[ ${#formats[@]} -gt 0 ] || mapfile -t formats < <(ls "$out/corpus")
for format in "${formats[@]}"; do
  ln -sf fuzz_reader "$out/fuzz_$format"
  mkdir -p "$out/corpus/$format" "$out/found"
  echo "fuzz_$format: ${seconds} s"
  UBSAN_OPTIONS=print_stacktrace=1 "$out/fuzz_$format" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=3000 -max_len=65536 -print_final_stats=1 \
    -artifact_prefix="$out/found/$format-" "$out/corpus/$format" 2>"$out/$format.log" ||
    { tail -n 40 "$out/$format.log" >&2; echo "fuzz_$format found something: $out/found" >&2; exit 1; }
  grep -E 'number_of_executed_units' "$out/$format.log"
done
echo "all readers: nothing found"
