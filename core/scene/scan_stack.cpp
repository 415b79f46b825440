// Layout `stack`: one scene per band of a file (or per time step of its variables).
#include <algorithm>
#include <set>

#include "core/base/log.h"
#include "core/base/text.h"
#include "core/scene/scan_parts.h"

namespace fw::scan_parts {
namespace {

struct Layer {
  const BandSpec* spec = nullptr;
  std::string subdataset;
  RasterInfo info;
  std::vector<std::optional<DateTime>> times;
};

/// The file's variable for a role, with the time of each band; nothing when the file does not have it.
std::optional<Layer> read_layer(const Task& task, const FoundFile& file, const BandSpec& spec, OpenFiles& open,
                                bool with_csv) {
  Layer layer;
  layer.spec = &spec;
  if (!spec.subdataset.empty()) {
    layer.subdataset = open.find_subdataset(file, spec.subdataset);
    if (layer.subdataset.empty()) return std::nullopt;
  }
  layer.info = open.open(file, layer.subdataset).info();
  layer.times = stack_times(task, layer.info, with_csv);
  return layer;
}

std::string time_text(const DateTime& t) {
  std::string text = to_string(t);
  text.erase(std::remove_if(text.begin(), text.end(), [](char c) { return c == '-' || c == ':'; }), text.end());
  return text;
}

/// Bands of the quality layer by time. Errors: TIME_INVALID when it has one time twice.
std::map<DateTime, int> bands_by_time(const Layer& layer) {
  std::map<DateTime, int> bands;
  for (size_t i = 0; i < layer.times.size(); ++i) {
    if (layer.times[i] && !bands.emplace(*layer.times[i], static_cast<int>(i + 1)).second)
      throw InputError("TIME_INVALID", "The quality stack has " + to_string(*layer.times[i]) + " twice. Keep one.");
  }
  return bands;
}

void scan_one(const Task& task, const FoundFile& file) {
  OpenFiles open(task);
  std::vector<Layer> layers;
  std::string missing;
  for (const auto& spec : task.product.bands) {
    auto layer = read_layer(task, file, spec, open, true);
    if (layer)
      layers.push_back(std::move(*layer));
    else if (!spec.optional && missing.empty())
      missing = spec.role;
  }
  if (!missing.empty())
    throw InputError("BAND_MISSING:" + missing,
                     "The stack has no variable for '" + missing + "'. Choose another product.");

  std::optional<Layer> qa;
  FoundFile qa_file = file;
  if (task.product.qa && !task.input.qa.empty()) {
    qa_file = {task.input.qa, std::filesystem::path(task.input.qa).filename().string(), ""};
    BandSpec plain = task.product.qa->band;
    plain.subdataset.clear();
    qa = read_layer(task, qa_file, plain, open, false);
    if (std::none_of(qa->times.begin(), qa->times.end(), [](const auto& t) { return t.has_value(); }))
      qa->times = stack_times(task, qa->info, true);
    qa->spec = &task.product.qa->band;
  } else if (task.product.qa && !task.product.qa->band.subdataset.empty()) {
    qa = read_layer(task, file, task.product.qa->band, open, false);
    if (!qa && !task.product.qa->band.optional)
      throw InputError("BAND_MISSING:qa", "The stack has no quality variable, so clouds would count as ground.");
  }
  const auto qa_bands = qa ? bands_by_time(*qa) : std::map<DateTime, int>();

  // One scene per time of the first layer; several bands of one time (two sensors, one day) stay apart by their number.
  const Layer& first = layers.front();
  std::map<DateTime, int> count;
  for (const auto& time : first.times) {
    if (time) ++count[*time];
  }
  size_t untimed = 0;
  for (size_t i = 0; i < first.times.size(); ++i) {
    const std::string item = file.relative + "#" + std::to_string(i + 1);
    if (!first.times[i]) {
      if (untimed++ < 10)
        task.reject(item, first.info.bands[i].description.empty() ? "TIME_MISSING" : "TIME_INVALID",
                    "Band " + std::to_string(i + 1) + " says no ISO date ('" +
                        printable(first.info.bands[i].description, 60) +
                        "'). Describe the band with its date, or give a dates CSV.");
      continue;
    }
    try {
      Scene scene;
      scene.product = task.product.id;
      scene.time = *first.times[i];
      check_time(task, scene.time);
      scene.id = id_from_text(stem_of(file.name)) + "_" + time_text(scene.time) +
                 (count[scene.time] > 1 ? "_b" + std::to_string(i + 1) : "");
      scene.flags = first.info.flags;
      for (const auto& layer : layers) {
        size_t band = i;
        if (&layer != &first) {
          const auto at = std::find(layer.times.begin(), layer.times.end(), first.times[i]);
          if (at == layer.times.end()) {
            if (layer.spec->optional) continue;
            throw InputError("BAND_MISSING:" + layer.spec->role,
                             "Variable '" + layer.spec->role + "' has no band of " + to_string(scene.time) + ".");
          }
          band = static_cast<size_t>(at - layer.times.begin());
        }
        SceneBand b = make_band(file, layer.subdataset, layer.info, static_cast<int>(band + 1), *layer.spec);
        set_scaling(task, *layer.spec, layer.info.bands[band], {}, b);
        scene.bands.emplace(layer.spec->role, std::move(b));
      }
      if (qa) {
        const auto at = qa_bands.find(scene.time);
        if (at == qa_bands.end())
          throw InputError("BAND_MISSING:qa", "The quality stack has no band of " + to_string(scene.time) +
                                                  ", so clouds would count as ground.");
        check_quality(*task.product.qa, qa->info.bands[static_cast<size_t>(at->second - 1)]);
        scene.qa = make_band(qa_file, qa->subdataset, qa->info, at->second, *qa->spec);
        scene.qa_rules = task.product.qa->rules;
      }
      check_extents(scene);
      check_scale(task, scene, open);
      check_saturation(task, scene, open);
      task.scenes.push_back(std::move(scene));
    } catch (const InputError& e) {
      task.reject(item, e.code(), e.what());
    }
  }
  if (untimed > 10)
    task.reject(file.relative, "TIME_MISSING",
                std::to_string(untimed) + " bands say no ISO date (the first 10 are named).");
}

}  // namespace

void scan_stack(const Task& task, const std::vector<FoundFile>& files) {
  Progress progress("scanning " + task.product.id, files.size());
  for (const auto& file : files) {
    std::vector<std::string> all = {file.relative};
    for (const auto& beside : {task.input.qa, task.input.dates_csv})
      if (!beside.empty()) all.push_back(beside);
    scan_or_recall(task, file.relative, all, [&] {
      try {
        scan_one(task, file);
      } catch (const ConfigError& e) {
        if (e.code() != "PATH_OUTSIDE_ROOT" && e.code() != "INPUT_SCHEME") throw;
        task.reject(file.relative, e.code(), e.what());
      } catch (const InputError& e) {
        task.reject(file.relative, e.code(), e.what());
      }
    });
    progress.step();
  }
}

}  // namespace fw::scan_parts
