#include "core/output/staged_dataset.h"

#include <algorithm>
#include <limits>

#include "core/base/error.h"
#include "core/base/paths.h"
#include "core/base/text.h"
#include "core/geo/crs.h"
#include "core/output/gdal_write.h"

namespace fw {
namespace {

class StagedBand final : public GDALRasterBand {
 public:
  StagedBand(GDALDataset* dataset, int band, const StagedPixels& pixels, const RasterSpec& spec, GdalWrite& write)
      : pixels_(pixels), write_(write), unit_(spec.bands[static_cast<size_t>(band - 1)].unit) {
    poDS = dataset;
    nBand = band;
    nRasterXSize = pixels.grid().cols;
    nRasterYSize = pixels.grid().rows;
    eDataType = is_class() ? GDT_Byte : GDT_Float32;
    nBlockXSize = nRasterXSize;
    nBlockYSize = std::clamp((1 << 20) / (nRasterXSize * (is_class() ? 1 : 4)), 1, nRasterYSize);
    GDALRasterBand::SetDescription(spec.bands[static_cast<size_t>(band - 1)].description.c_str());
    single_ = spec.bands.size() == 1;
    if (spec.classes)
      for (const auto& entry : spec.classes->classes) {
        const GDALColorEntry colour = {entry.red, entry.green, entry.blue, 255};
        colours_.SetColorEntry(entry.value, &colour);
      }
  }

  CPLErr IReadBlock(int, int block_row, void* out) override {
    try {
      const int row = block_row * nBlockYSize;
      const Window window = {row, 0, std::min(nBlockYSize, nRasterYSize - row), nRasterXSize};
      if (is_class())
        pixels_.read(nBand, window, static_cast<uint8_t*>(out));
      else
        pixels_.read(nBand, window, static_cast<float*>(out));
      return CE_None;
    } catch (const Error& e) {
      write_.add(e.code(), e.what());
      return CE_Failure;
    }
  }
  double GetNoDataValue(int* has) override {
    if (has) *has = TRUE;
    return is_class() ? pixels_.nodata() : std::numeric_limits<double>::quiet_NaN();
  }
  GDALColorTable* GetColorTable() override { return is_class() && single_ ? &colours_ : nullptr; }
  GDALColorInterp GetColorInterpretation() override {
    return is_class() && single_ ? GCI_PaletteIndex : nBand == 1 ? GCI_GrayIndex : GCI_Undefined;
  }
  const char* GetUnitType() override { return unit_.c_str(); }

 private:
  bool is_class() const { return pixels_.type() == StagedPixels::Type::byte; }
  const StagedPixels& pixels_;
  GdalWrite& write_;
  std::string unit_;
  GDALColorTable colours_;
  bool single_ = true;  ///< a palette belongs to a TIFF of one band
};

class StagedDataset final : public GDALDataset {
 public:
  StagedDataset(const StagedPixels& pixels, const RasterSpec& spec, const std::vector<BandStatistics>& statistics,
                GdalWrite& write)
      : grid_(spec.grid), reference_(parsed_crs(spec.grid.crs)) {
    if (!reference_)
      throw OutputError("WRITE_FAILED", "The CRS '" + printable(spec.grid.crs, 120) +
                                            "' cannot be written (PROJ does not know it). Name an EPSG code or WKT2.");
    eAccess = GA_ReadOnly;
    nRasterXSize = grid_.cols;
    nRasterYSize = grid_.rows;
    for (int b = 1; b <= pixels.bands(); ++b)
      SetBand(b, new StagedBand(this, b, pixels, spec, write));  // the dataset owns it
    for (const auto& [key, value] : spec.metadata) SetMetadataItem(("FW_" + key).c_str(), value.c_str());
    SetMetadataItem("FW_TITLE", spec.title.c_str());
    SetMetadataItem("TIFFTAG_IMAGEDESCRIPTION", spec.title.c_str());
    SetMetadataItem("TIFFTAG_SOFTWARE", (std::string("Forewarn ") + program_version()).c_str());
    SetMetadataItem("AREA_OR_POINT", "Area");
    for (size_t b = 0; b < statistics.size() && !spec.classes; ++b)
      for (const auto& [key, value] : statistics[b].metadata())
        GetRasterBand(static_cast<int>(b) + 1)->SetMetadataItem(key.c_str(), value.c_str());
  }
  CPLErr GetGeoTransform(double* t) override {
    const double values[6] = {grid_.x0, grid_.dx, 0, grid_.y0, 0, -grid_.dy};
    std::copy(values, values + 6, t);
    return CE_None;
  }
  const OGRSpatialReference* GetSpatialRef() const override { return reference_.get(); }

 private:
  Grid grid_;
  std::shared_ptr<const OGRSpatialReference> reference_;
};

}  // namespace

std::unique_ptr<GDALDataset> make_staged_dataset(const StagedPixels& pixels, const RasterSpec& spec,
                                                 const std::vector<BandStatistics>& statistics, GdalWrite& write) {
  return std::make_unique<StagedDataset>(pixels, spec, statistics, write);
}

}  // namespace fw
