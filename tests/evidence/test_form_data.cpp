// Real forms and submissions of ODK and Kobo: counted beforehand with Python's json.
#include <gtest/gtest.h>

#include "core/evidence/observation_account.h"
#include "core/evidence/xlsform.h"
#include "tests/evidence/report_helpers.h"

namespace fw::test {
namespace {

namespace fs = std::filesystem;

Outcome read_form_data(const fs::path& folder, const std::string& file,
                       const std::map<std::string, std::string>& columns) {
  EvidenceRequest request = request_for(folder);
  request.inputs = {{file, "auto", columns}};
  request.inputs[0].defaults = {{"consent", "yes"}};
  return read(request);
}

TEST(FormData, EveryMemberOfARepeatedHouseholdIsARow) {
  FW_NEEDS_SHARED(dir, "data/xlsform_samples/formpack");
  const std::map<std::string, std::string> columns = {
      {"reporter_id", "meta/formUID"},
      {"time", "start"},
      {"pcode", "household_visit/household_location"},
      {"category", "household_visit/houshold_member_repeat/household_member_name"},
      {"severity", "household_visit/houshold_member_repeat/household_member_name"}};
  for (const char* form : {"grouped_repeatable", "grouped_repeatable_alias", "hxl_grouped_repeatable"}) {
    const Outcome o = read_form_data(dir, std::string(form) + "/v1.json", columns);
    EXPECT_EQ(o.table.read, 13U) << form << ": 6 households of 13 people";
    EXPECT_EQ(o.table.accepted, 0U) << "towns are no p-codes of the test region and names no numbers";
    EXPECT_EQ(o.table.files_refused, 0U);
  }
}

TEST(FormData, SubmissionsWithoutRepeatsAreARowEach) {
  FW_NEEDS_SHARED(dir, "data/xlsform_samples/formpack");
  const Outcome o = read_form_data(dir, "literacy_test/v1.json",
                                   {{"reporter_id", "_status"},
                                    {"pcode", "formhub/uuid"},
                                    {"category", "__version__"},
                                    {"severity", "russian_passage_1"}});
  EXPECT_EQ(o.table.read, 3U);
}

TEST(FormData, SubmissionsThatDoNotAnswerWhatAReportNeedsAreRefusedByQuestion) {
  FW_NEEDS_SHARED(dir, "data/xlsform_samples/formpack");
  size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(dir)) {
    if (entry.path().extension() != ".json") continue;
    ++files;
    const Outcome o = read_form_data(dir, entry.path().lexically_relative(dir).string(), {});
    EXPECT_EQ(o.table.files_refused, 1U) << entry.path();
    ASSERT_EQ(o.codes(), std::vector<std::string>{"R SCHEMA"}) << entry.path();
    EXPECT_NE(o.notes[0].detail.find("No question answers reporter_id"), std::string::npos);
  }
  EXPECT_EQ(files, 14U);
}

TEST(FormData, FormsAreToldFromAnswers) {
  FW_NEEDS_SHARED(dir, "data/xlsform_samples/pyxform");
  size_t forms = 0, old = 0;
  for (const auto& entry : fs::directory_iterator(dir)) {
    RunReport report;
    const std::string name = entry.path().filename().string();
    const FileAccount a = account_for(name, read_text(entry.path().string()), {}, nullptr, nullptr, report);
    if (entry.path().extension() == ".xls") {
      ++old;
      EXPECT_EQ(a.refused, "XLSX_INVALID") << name;
      EXPECT_NE(a.why.find("Save it as .xlsx"), std::string::npos);
    } else {
      ++forms;
      EXPECT_EQ(a.refused, "FORMAT_UNKNOWN") << name;
      EXPECT_NE(a.why.find("It is an XLSForm"), std::string::npos) << name << ": " << a.why;
    }
    if (entry.path().extension() == ".xlsx") {
      EXPECT_FALSE(XlsForm::read(read_text(entry.path().string())).questions().empty()) << name;
    }
  }
  EXPECT_EQ(forms, 6U);
  EXPECT_EQ(old, 4U);
}

}  // namespace
}  // namespace fw::test
