#include "jobs/statistics.h"

#include "core/base/csv.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "jobs/evidence_files.h"

namespace fw {

std::vector<MatchedObservation> match_statistics(RunContext& context, std::vector<FileAccount>* accounts) {
  const RunConfig& config = context.config;
  std::map<std::string, PcodeMatcher> matchers;
  std::vector<MatchedObservation> observations;
  for (const ObservationInput& input : config.observations) {
    auto matcher = matchers.find(input.aliases);
    if (matcher == matchers.end())
      matcher = matchers
                    .emplace(input.aliases,
                             make_matcher(context.levels(), config.region.iso3, config.config_dir, input.aliases))
                    .first;
    const FileAccount a = account_for(printable(input.path), read_file((config.input_root / input.path).string()),
                                      input, &matcher->second, &observations, context.report);
    const auto rate = a.match.rate();
    log_info("statistics: " + a.file + ": " +
             (a.refused.empty()
                  ? std::to_string(a.rows) + " rows, " + std::to_string(a.observations) + " observations, " +
                        (rate ? format_fixed(100 * *rate, 1) + " % matched" : "none to match")
                  : "refused, " + a.refused));
    accounts->push_back(a);
  }
  return observations;
}

}  // namespace fw
