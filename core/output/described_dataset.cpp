#include "core/output/described_dataset.h"

#include <algorithm>
#include <limits>

#include "core/base/error.h"
#include "core/base/paths.h"
#include "core/base/text.h"
#include "core/geo/crs.h"

namespace fw {
namespace {

class DescribedBand final : public GDALRasterBand {
 public:
  DescribedBand(GDALDataset* dataset, int band, const RasterSpec& spec)
      : unit_(spec.bands[static_cast<size_t>(band - 1)].unit), is_class_(spec.classes.has_value()) {
    poDS = dataset;
    nBand = band;
    nRasterXSize = nRasterYSize = nBlockXSize = nBlockYSize = 1;
    eDataType = is_class_ ? GDT_Byte : GDT_Float32;
    if (is_class_) nodata_ = spec.classes->nodata;
    GDALRasterBand::SetDescription(spec.bands[static_cast<size_t>(band - 1)].description.c_str());
    single_ = spec.bands.size() == 1;
    if (spec.classes)
      for (const auto& entry : spec.classes->classes) {
        const GDALColorEntry colour = {entry.red, entry.green, entry.blue, 255};
        colours_.SetColorEntry(entry.value, &colour);
      }
  }

  CPLErr IReadBlock(int, int, void* out) override {
    if (is_class_)
      *static_cast<uint8_t*>(out) = static_cast<uint8_t>(nodata_);
    else
      *static_cast<float*>(out) = static_cast<float>(nodata_);
    return CE_None;
  }
  double GetNoDataValue(int* has) override {
    if (has) *has = TRUE;
    return nodata_;
  }
  GDALColorTable* GetColorTable() override { return is_class_ && single_ ? &colours_ : nullptr; }
  GDALColorInterp GetColorInterpretation() override {
    return is_class_ && single_ ? GCI_PaletteIndex : nBand == 1 ? GCI_GrayIndex : GCI_Undefined;
  }
  const char* GetUnitType() override { return unit_.c_str(); }

 private:
  std::string unit_;
  bool is_class_;
  double nodata_ = std::numeric_limits<double>::quiet_NaN();
  GDALColorTable colours_;
  bool single_ = true;  ///< a palette belongs to a TIFF of one band
};

class DescribedDataset final : public GDALDataset {
 public:
  DescribedDataset(const RasterSpec& spec, const std::vector<BandStatistics>& statistics)
      : grid_(spec.grid), reference_(parsed_crs(spec.grid.crs)) {
    if (!reference_)
      throw OutputError("WRITE_FAILED", "The CRS '" + printable(spec.grid.crs, 120) +
                                            "' cannot be written (PROJ does not know it). Name an EPSG code or WKT2.");
    eAccess = GA_ReadOnly;
    nRasterXSize = nRasterYSize = 1;
    for (int b = 1; b <= static_cast<int>(spec.bands.size()); ++b)
      SetBand(b, new DescribedBand(this, b, spec));  // the dataset owns it
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

std::unique_ptr<GDALDataset> make_described_dataset(const RasterSpec& spec,
                                                    const std::vector<BandStatistics>& statistics) {
  return std::make_unique<DescribedDataset>(spec, statistics);
}

}  // namespace fw
