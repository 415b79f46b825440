// Submissions of ODK and Kobo forms.
#include <gtest/gtest.h>

#include "core/evidence/xlsform.h"
#include "tests/evidence/make_xlsx.h"
#include "tests/evidence/report_helpers.h"

namespace fw::test {
namespace {

const std::vector<std::vector<std::string>> survey = {{"type", "name", "label::English (en)"},
                                                      {"begin group", "intro", "Intro"},
                                                      {"select_one yes_no", "agree", "May we use it?"},
                                                      {"geopoint", "where", "Where?"},
                                                      {"end group", "", ""},
                                                      {"begin_repeat", "problem", "Problem"},
                                                      {"select_one what", "what", "What?"},
                                                      {"integer", "bad", "How bad?"},
                                                      {"end_repeat", "", ""}};
const std::vector<std::vector<std::string>> choices = {
    {"list_name", "name", "label::English (en)", "label::Français (fr)"},
    {"yes_no", "yes", "Yes, agreed", "D'accord"},
    {"yes_no", "no", "No", "Non"},
    {"what", "1", "drought", "sécheresse"},
    {"what", "2", "conflict", "conflit"}};
std::string form() { return make_xlsx({{"survey", text_rows(survey)}, {"choices", text_rows(choices)}}); }

const std::map<std::string, std::string> columns = {
    {"consent", "intro/agree"}, {"category", "problem/what:label"}, {"severity", "problem/bad"}, {"org", "org"}};

Outcome read_submissions(const std::string& name, const std::string& text,
                         const std::map<std::string, std::string>& map = columns, bool with_form = true) {
  TempDir dir;
  EvidenceRequest request = request_for(dir.path());
  write_text(dir / name, text);
  write_text(dir / "form.xlsx", form());
  ReportInput input{name, "auto", map};
  if (with_form) input.form = "form.xlsx";
  request.inputs = {input};
  return read(request);
}

const std::string submission =
    R"({"_uuid": "u1", "_submitted_by": "p7", "org": "orgA", "_submission_time": "2026-03-01T10:00:00", "intro/agree": "Yes, agreed",
        "intro/where": "14.5 33.2 310.0 4.9", "_attachments": [{"filename": "x.jpg"}],
        "problem": [{"problem/what": "1", "problem/bad": 3}, {"problem/what": "conflit", "problem/bad": "4"}]})";

TEST(XlsForm, KnowsQuestionsByPathAndChoicesByLabel) {
  const XlsForm f = XlsForm::read(form());
  ASSERT_EQ(f.questions().size(), 4U);
  EXPECT_EQ(f.questions()[0].path, "intro/agree");
  EXPECT_TRUE(f.questions()[2].repeats);
  const FormQuestion* what = f.find("what");
  ASSERT_TRUE(what);
  EXPECT_EQ(what->path, "problem/what");
  EXPECT_EQ(f.choice_name(*what, "sécheresse"), "1");
  EXPECT_EQ(f.choice_name(*what, "2"), "2");
  EXPECT_EQ(f.choice_label(*what, "2"), "conflict");
  EXPECT_FALSE(f.choice_name(*what, "flood"));
  const XlsForm json = XlsForm::read(
      R"({"content": {"survey": [{"type": "select_one", "$autoname": "q", "select_from_list_name": "l"}], "choices": [{"list_name": "l", "name": "a", "label": ["A", null]}]}})");
  EXPECT_EQ(json.choice_name(*json.find("q"), "A"), "a");
}

TEST(KoboJson, EachInstanceOfARepeatGroupIsAReport) {
  const Outcome outcome = read_submissions("s.json", "{\"count\": 1, \"results\": [" + submission + "]}");
  EXPECT_EQ(outcome.table.read, 2U);
  EXPECT_EQ(outcome.table.accepted, 2U) << join(outcome.codes(), ", ");
  ASSERT_EQ(outcome.table.rows.size(), 2U);
  EXPECT_EQ(outcome.table.rows[0].kind, "conflict");
  EXPECT_DOUBLE_EQ(outcome.table.rows[0].value, 0.8);
  EXPECT_EQ(outcome.table.rows[1].kind, "drought");
  EXPECT_EQ(outcome.table.rows[0].pcode, "SD01");
}

TEST(KoboJson, WithoutItsFormACodeStaysACode) {
  auto map = columns;
  map["lat"] = "intro/where";
  const Outcome outcome = read_submissions("s.json", "[" + submission + "]", map, false);
  EXPECT_EQ(outcome.table.accepted, 0U);  // "Yes, agreed" is no yes
  EXPECT_TRUE(outcome.has(Verdict::quarantined, "CONSENT_MISSING"));
}

TEST(KoboJson, NeedsToKnowWhichQuestionAsksForConsent) {
  const Outcome outcome =
      read_submissions("s.json", "[" + submission + "]", {{"category", "what:label"}, {"severity", "bad"}});
  EXPECT_EQ(outcome.table.files_refused, 1U);
  ASSERT_TRUE(outcome.has(Verdict::refused, "SCHEMA"));
  EXPECT_NE(outcome.notes[0].detail.find("consent"), std::string::npos);
}

TEST(KoboJson, TwoQuestionsOfOneNameMustBeNamedByTheirGroups) {
  const std::string text =
      R"([{"_uuid": "u1", "_submitted_by": "p7", "a/agree": "yes", "b/agree": "no", "what": "drought", "bad": 1}])";
  EXPECT_TRUE(read_submissions("s.json", text, {{"consent", "agree"}, {"category", "what"}, {"severity", "bad"}}, false)
                  .has(Verdict::refused, "SCHEMA"));
}

TEST(KoboCsv, IsReadByQuestionAndItsPointIsSplit) {
  const std::string text =
      "intro/agree;intro/where;org;what;bad;_uuid;_submission_time;_submitted_by\n"
      "D'accord;14.5 33.2 0 0;orgA;1;2;u1;2026-03-01T10:00:00;p7\n"
      "Non;14.5 33.2 0 0;orgA;1;2;u2;2026-03-01T10:00:00;p7\n"
      "yes;14.5 33.2 0 0;orgA;1\n";
  const Outcome outcome =
      read_submissions("s.csv", text, {{"consent", "agree"}, {"category", "what:label"}, {"severity", "bad"}});
  EXPECT_EQ(outcome.table.accepted, 1U) << join(outcome.codes(), ", ");
  EXPECT_TRUE(outcome.has(Verdict::refused, "CONSENT_NO"));
  EXPECT_TRUE(outcome.has(Verdict::refused, "SCHEMA"));
  EXPECT_EQ(outcome.table.rows.at(0).kind, "drought");
}

}  // namespace
}  // namespace fw::test
