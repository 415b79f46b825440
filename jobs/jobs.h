// The list of jobs of the program 'forewarn': explicit, one line each. Help, describe and completion are made from it.
#pragma once
#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace fw {

/// A subcommand: declares its arguments on `app` and returns what to do when it was chosen (out: exit code).
struct Job {
  const char *name, *group, *summary;
  std::function<std::function<int()>(CLI::App& app)> declare;
};
const std::vector<Job>& all_jobs();

std::function<int()> declare_run(CLI::App& app);
std::function<int()> declare_update(CLI::App& app);
std::function<int()> declare_scan(CLI::App& app);
std::function<int()> declare_indicators(CLI::App& app);
std::function<int()> declare_evidence(CLI::App& app);
std::function<int()> declare_risk(CLI::App& app);
std::function<int()> declare_publish(CLI::App& app);
std::function<int()> declare_alerts(CLI::App& app);
std::function<int()> declare_index(CLI::App& app);
std::function<int()> declare_composite(CLI::App& app);
std::function<int()> declare_series(CLI::App& app);
std::function<int()> declare_water(CLI::App& app);
std::function<int()> declare_change(CLI::App& app);
std::function<int()> declare_texture(CLI::App& app);
std::function<int()> declare_settlement(CLI::App& app);
std::function<int()> declare_zonal(CLI::App& app);
std::function<int()> declare_describe(CLI::App& app);
std::function<int()> declare_make_samples(CLI::App& app);
std::function<int()> declare_verify(CLI::App& app);
std::function<int()> declare_vault(CLI::App& app);
std::function<int()> declare_fit(CLI::App& app);
std::function<int()> declare_bench(CLI::App& app);

/// Parses the command line and runs the job. Out: exit code (core/base/error.h).
int run_program(int argc, const char* const* argv);

}  // namespace fw
