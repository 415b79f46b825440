#include "core/geo/opening.h"
namespace fw {
void refuse_external_links(const std::filesystem::path&, const std::string&) {}
}  // namespace fw
