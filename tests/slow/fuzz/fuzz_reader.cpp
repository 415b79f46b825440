// One libFuzzer target for every reader of reports and statistics: the name of the program says which ("fuzz_acled", "fuzz_hxl-csv", "fuzz_xlsx",
// "fuzz_xlsform"). Whatever the bytes, a reader reads or refuses; it never crashes, hangs or throws anything but an Error.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "core/base/text.h"
#include "core/evidence/observation_reader.h"
#include "core/evidence/pcode_match.h"
#include "core/evidence/report_reader.h"
#include "core/evidence/validate.h"
#include "core/evidence/xlsform.h"
#include "core/evidence/xlsx.h"

namespace {

std::string format;

void expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", what);
  std::abort();
}

const fw::ReportReader* report_reader() {
  for (const fw::ReportReader& r : fw::report_readers())
    if (format == r.format) return &r;
  return nullptr;
}

void read_statistics(const std::string& bytes) {
  fw::ObservationInput input;
  input.format = format;
  input.columns = {{"year", "2024"}, {"start", "2024-01-01"}};
  fw::RunReport report;
  const fw::ObservationSet set = fw::read_observations("file", bytes, input, report);
  expect(set.rows == set.used + set.empty + set.refused + set.set_aside, "every row is accounted for");
  expect(report.sorted().size() <= set.refused + set.set_aside, "a rejection for each row left out and no other");
  for (const fw::Observation& o : set.observations) {
    expect(o.value == o.value && fw::is_valid(o.from) && fw::is_valid(o.to) && o.from <= o.to, "a value and days in order");
    expect(!o.lat || (*o.lat >= -90 && *o.lat <= 90 && *o.lon >= -180 && *o.lon <= 180), "a point on the globe");
    for (const fw::Place& p : o.places) fw::normal_name(p.name + p.code);
  }
}

void read_reports(const fw::ReportReader& reader, const std::string& bytes) {
  fw::ReportFile file("file", bytes, {});
  reader.recognises(file);
  fw::RunReport report;
  fw::EvidenceRequest request;
  for (const fw::RawReport& raw : reader.read(file, report)) fw::judge_row(raw, request);
  for (const fw::Rejection& r : report.sorted()) expect(fw::printable(r.detail, 1 << 20) == r.detail, "messages are printable");
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char*** argv) {
  const std::string name = std::filesystem::path((*argv)[0]).filename().string();
  format = name.substr(std::string("fuzz_").size());
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  try {
    if (format == "workbook")
      fw::read_xlsx(bytes);
    else if (format == "xlsform")
      fw::XlsForm::read(bytes);
    else if (const fw::ReportReader* reader = report_reader())
      read_reports(*reader, bytes);
    else
      read_statistics(bytes);
  } catch (const fw::Error&) {
  }
  return 0;
}
