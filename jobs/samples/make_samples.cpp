#include "jobs/samples/make_samples.h"

#include "core/base/error.h"
#include "core/base/log.h"
#include "jobs/samples/files.h"
#include "jobs/samples/raster_file.h"
#include "jobs/samples/scenes.h"

namespace fw {

void make_samples(const std::filesystem::path& folder, const SampleOptions& options) {
  using namespace samples;
  FW_EXPECT(options.first_year >= samples::first_year && options.last_year <= samples::last_year &&
                options.first_year <= options.last_year,
            "samples exist for 2018 to 2023");
  const std::filesystem::path mark = folder / "truth" / "truth.json";
  if (!options.overwrite && std::filesystem::exists(mark))
    throw OutputError("EXISTS",
                      folder.string() + " already holds samples. Choose another folder, or allow to overwrite");
  std::error_code ignored;
  std::filesystem::remove(mark, ignored);  // written last: a folder without it is not complete
  for (const char* part : {"scenes", "rain", "admin", "reports", "truth"}) make_folder(folder / part);
  const Truth truth(options.seed);
  write_admin(folder / "admin");
  write_reports(folder / "reports", folder / "truth", options.seed);
  Progress progress("making samples", static_cast<size_t>(options.last_year - options.first_year + 1) * 36);
  for (int year = options.first_year; year <= options.last_year; ++year)
    for (int dekad = 0; dekad < 36; ++dekad) {
      write_scene(folder / "scenes", make_scene(truth, options.seed, year, dekad), scene_day(year, dekad));
      write_rain(folder / "rain", options.seed, year, dekad);
      progress.step();
    }
  write_truth(folder / "truth", truth, options);
}

}  // namespace fw
