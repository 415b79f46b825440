// Real HXL and DTM files: read, or refused with the reason a person would give. None of them is a field report with
// consent.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "tests/evidence/report_helpers.h"

namespace fw::test {
namespace {

namespace fs = std::filesystem;

void read_all(const fs::path& dir, const std::vector<std::string>& endings) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(dir))
    if (std::find(endings.begin(), endings.end(), entry.path().extension().string()) != endings.end())
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  ASSERT_FALSE(files.empty());
  for (const fs::path& file : files) {
    EvidenceRequest request = request_for(dir);
    request.inputs = {{fs::relative(file, dir).string(), "auto", {}}};
    const Outcome outcome = read(request);
    std::cout << fs::relative(file, dir).string() << ": " << outcome.table.read << " rows, accepted "
              << outcome.table.accepted;
    if (!outcome.notes.empty()) std::cout << "; " << outcome.notes[0].code << ": " << outcome.notes[0].detail;
    std::cout << "\n";
    EXPECT_TRUE(outcome.table.read > 0 || outcome.table.files_refused == 1) << file;
    for (const Rejection& r : outcome.notes) EXPECT_EQ(printable(r.detail, 1000), r.detail);
  }
}

TEST(RealSamples, HxlFilesAreReadOrRefusedWithAReason) {
  FW_NEEDS_SHARED(dir, "data/hxl_samples");
  read_all(dir, {".csv", ".tsv", ".hxl", ".ssv", ".json"});
}

TEST(RealSamples, DtmFilesAreReadOrRefusedWithAReason) {
  FW_NEEDS_SHARED(dir, "data/dtm_iom");
  read_all(dir, {".csv"});
}

TEST(RealSamples, ATableOfSitesCanBeReadThroughAMapOfHashtags) {
  FW_NEEDS_SHARED(dir, "data/dtm_iom/global-iom-dtm-from-api-admin-0-to-2.csv");
  // The file has p-codes, dates, a reason and counts, and neither reporters nor consent: mapping columns cannot invent
  // them.
  EvidenceRequest request = request_for(dir.parent_path());
  request.inputs = {
      {dir.filename().string(),
       "hxl-csv",
       {{"reporter_id", "#operation+name"}, {"severity", "#adm+level"}, {"consent", "#operation+status"}}}};
  const Outcome outcome = read(request);
  EXPECT_GT(outcome.table.read, 1000U);
  EXPECT_EQ(outcome.table.quarantined, outcome.table.read);
  EXPECT_TRUE(outcome.table.rows.empty());
}

}  // namespace
}  // namespace fw::test
