#include "core/geo/gdal_errors.h"

#include <cpl_error.h>

#include "core/base/text.h"

namespace fw {
namespace {

void CPL_STDCALL collect(CPLErr kind, CPLErrorNum, const char* message) {
  if (auto* errors = static_cast<GdalErrors*>(CPLGetErrorHandlerUserData())) errors->take(kind, message);
}

}  // namespace

GdalErrors::GdalErrors() {
  CPLErrorReset();
  CPLPushErrorHandlerEx(collect, this);
}

GdalErrors::~GdalErrors() {
  CPLPopErrorHandler();
  CPLErrorReset();
}

void GdalErrors::take(int kind, const char* message) {
  if (kind >= CE_Failure) {
    if (failures_++ == 0) failure_ = message ? message : "";
  } else if (kind == CE_Warning) {
    if (warnings_++ == 0) warning_ = message ? message : "";
  }
}

void GdalErrors::clear() {
  failures_ = warnings_ = 0;
  failure_.clear();
  warning_.clear();
  CPLErrorReset();
}

std::string GdalErrors::text() const {
  if (failures_ == 0 && warnings_ == 0) return "no reason given";
  return printable(failures_ > 0 ? failure_ : warning_);
}

}  // namespace fw
