// 'forewarn make-samples' and 'forewarn verify'.
#include <CLI/CLI.hpp>
#include <iostream>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/output/publication.h"
#include "jobs/jobs.h"
#include "jobs/samples/make_samples.h"

namespace fw {

std::function<int()> declare_make_samples(CLI::App& app) {
  auto folder = std::make_shared<std::string>();
  auto options = std::make_shared<SampleOptions>();
  app.add_option("DIR", *folder, "folder to write (made when absent)")->required();
  app.add_flag("--overwrite", options->overwrite, "write into a folder that holds samples already");
  auto quiet = std::make_shared<bool>(false);
  app.add_flag("-q,--quiet", *quiet, "only warnings and errors");
  app.footer("Example: forewarn make-samples sample_scenes/generated");
  return [folder, options, quiet] {
    start_log({*quiet, ""});
    make_samples(*folder, *options);
    std::cout << *folder << "\n";
    return 0;
  };
}

std::function<int()> declare_verify(CLI::App& app) {
  auto folder = std::make_shared<std::string>();
  app.add_option("DIR", *folder, "published folder (with manifest.json)")->required();
  app.footer(
      "Exit 65 where a file is missing or differs, or where one was added that a GIS reads with it (.ovr, .aux.xml …)."
      "\nExample: forewarn verify out/mine/publish");
  return [folder]() -> int {
    auto damage = verify_publication(*folder);
    for (std::string& line : find_additions(*folder)) damage.push_back(std::move(line));
    for (const auto& line : damage) std::cout << line << "\n";
    if (damage.empty()) std::cout << "all files are as the manifest says\n";
    return static_cast<int>(damage.empty() ? Exit::ok : Exit::data);
  };
}

}  // namespace fw
