#include "core/output/manifest.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <set>

#include "core/base/config.h"
#include "core/base/csv.h"
#include "core/base/paths.h"
#include "core/base/sha256.h"
#include "core/base/text.h"

namespace fw {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;
constexpr int manifest_version = 1;

Json json_of(const std::vector<FileRecord>& files) {
  Json list = Json::array();
  for (const auto& f : files) list.push_back({{"path", f.path}, {"sha256", f.sha256}, {"bytes", f.bytes}});
  return list;
}

/// What GIS keep beside a raster that somebody looked at: it changes nothing of the raster.
bool holds_statistics_only(const fs::path& aux) {
  pugi::xml_document xml;
  if (!aux.string().ends_with(".aux.xml") || fs::is_symlink(aux) || !xml.load_file(aux.c_str())) return false;
  const auto is_statistic = [](pugi::xml_node item) {
    return std::string_view(item.attribute("key").value()).starts_with("STATISTICS_");
  };
  for (const pugi::xml_node band : xml.child("PAMDataset").children()) {
    if (std::string_view(band.name()) != "PAMRasterBand") return false;
    for (const pugi::xml_node part : band.children()) {
      const std::string_view name = part.name();
      const auto items = part.children();
      if (name != "Histograms" && !(name == "Metadata" && std::all_of(items.begin(), items.end(), is_statistic)))
        return false;
    }
  }
  return !xml.child("PAMDataset").empty();
}

Json configuration_of(const std::string& text) {
  if (text.empty()) return nullptr;
  try {
    return parse_json_strict(text);
  } catch (const InputError&) {
    return text;
  }
}

[[noreturn]] void refuse(const fs::path& folder, const std::string& why) {
  throw InputError("MANIFEST_INVALID", printable((folder / "manifest.json").string(), 300) + " cannot be trusted (" +
                                           why + "). Publish the set again, or get it from its source.");
}

bool is_hash(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

void check_path(const fs::path& folder, const std::string& path) {
  const std::string shown = "'" + printable(path, 120) + "'";
  if (path.empty() || fs::path(path).is_absolute() || path.find('\\') != std::string::npos)
    refuse(folder, shown + " is not a relative path");
  for (const auto& part : fs::path(path))
    if (part == ".." || part == "." || part.empty()) refuse(folder, shown + " leaves the folder or is not plain");
  if (path == "manifest.json") refuse(folder, "it lists itself");
}

}  // namespace

std::string manifest_json(const ManifestInfo& info, const std::vector<FileRecord>& outputs) {
  Json rejections = Json::array();
  for (const auto& r : info.rejections)
    rejections.push_back({{"item", r.item},
                          {"stage", r.stage},
                          {"code", r.code},
                          {"detail", r.detail},
                          {"verdict", std::string(1, static_cast<char>(r.verdict))}});
  Json configuration = {{"sha256", info.config_sha256}, {"content", configuration_of(info.config_json)}};
  if (!info.config_files.empty()) configuration["files"] = info.config_files;
  const Json manifest = {{"forewarn_manifest", manifest_version},
                         {"program", {{"name", "forewarn"}, {"version", program_version()}}},
                         {"job", info.job},
                         {"run_id", info.run_id},
                         {"device", info.device},
                         {"configuration", configuration},
                         {"parameters", info.parameters},
                         {"inputs", json_of(info.inputs)},
                         {"outputs", json_of(outputs)},
                         {"rejections", rejections}};
  return manifest.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::vector<FileRecord> load_manifest_outputs(const fs::path& folder) {
  std::vector<FileRecord> files;
  std::error_code error;
  if (fs::is_symlink(fs::symlink_status(folder / "manifest.json", error))) refuse(folder, "it is a symbolic link");
  try {
    const Json manifest = parse_json_strict(read_file((folder / "manifest.json").string(), 256U << 20));
    if (manifest.at("forewarn_manifest").get<int>() != manifest_version)
      refuse(folder, "its version is not known here");
    std::set<std::string> seen;
    for (const auto& f : manifest.at("outputs")) {
      FileRecord record{f.at("path").get<std::string>(), f.at("sha256").get<std::string>(),
                        f.at("bytes").get<uintmax_t>()};
      check_path(folder, record.path);
      if (!is_hash(record.sha256)) refuse(folder, "'" + printable(record.path, 120) + "' has no SHA-256");
      if (!seen.insert(record.path).second) refuse(folder, "it lists '" + printable(record.path, 120) + "' twice");
      files.push_back(std::move(record));
    }
  } catch (const InputError& e) {
    if (e.code() == "MANIFEST_INVALID") throw;
    refuse(folder, e.what());
  } catch (const Json::exception& e) {
    refuse(folder, printable(e.what()));
  }
  return files;
}

std::vector<std::string> verify_publication(const fs::path& folder) {
  std::vector<std::string> problems;
  for (const auto& record : load_manifest_outputs(folder)) {
    fs::path at = folder;
    for (const auto& part : fs::path(record.path)) {
      at /= part;
      std::error_code error;
      if (fs::is_symlink(fs::symlink_status(at, error)))
        refuse(folder, "'" + printable(record.path, 120) + "' is or passes through a symbolic link");
    }
    std::error_code error;
    if (!fs::is_regular_file(at, error)) {
      problems.push_back(record.path + ": missing");
    } else if (fs::file_size(at, error) != record.bytes) {
      problems.push_back(record.path + ": size differs");
    } else {
      try {
        if (sha256_of_file(at) != record.sha256) problems.push_back(record.path + ": content differs (SHA-256)");
      } catch (const InputError& e) {
        problems.push_back(record.path + ": unreadable (" + e.what() + ")");
      }
    }
  }
  return problems;
}

std::vector<std::string> companions_of(const std::string& path) {
  std::vector<std::string> out = {path + ".aux.xml"};
  const std::string stem = fs::path(path).replace_extension().string();
  if (path.ends_with(".tif")) {
    for (const char* end : {".ovr", ".msk"}) out.push_back(path + end);
    for (const char* end : {".tfw", ".tifw", ".wld", ".aux"}) out.push_back(stem + end);
  }
  if (path.ends_with(".gpkg"))
    for (const char* end : {"-wal", "-journal"}) out.push_back(path + end);
  return out;
}

std::vector<std::string> find_additions(const fs::path& folder) {
  std::set<std::string> listed;
  for (const auto& record : load_manifest_outputs(folder)) listed.insert(record.path);
  std::vector<std::string> out;
  for (const std::string& path : listed)
    for (const std::string& companion : companions_of(path)) {
      std::error_code error;
      if (!listed.contains(companion) && fs::exists(fs::symlink_status(folder / companion, error)) &&
          !holds_statistics_only(folder / companion))
        out.push_back(companion + ": not of the set, and read as part of " + path);
    }
  return out;
}

void refuse_unknown(const fs::path& folder) {
  if (!fs::exists(folder / "manifest.json")) return;
  try {
    load_manifest_outputs(folder);
  } catch (const InputError&) {
    throw OutputError("EXISTS", printable(folder.string(), 400) +
                                    " holds a set whose manifest is broken: which files are of the set and which are "
                                    "yours cannot be told. Take yours out and remove the folder, or choose another.");
  }
}

void refuse_published(const fs::path& folder) {
  if (fs::exists(folder / "manifest.json"))
    throw OutputError(
        "EXISTS", printable(folder.string(), 400) +
                      " already holds a published set. Choose another folder, or ask to replace it with --overwrite.");
}

}  // namespace fw
