// Variables of HDF4, HDF5 and netCDF files, on real products.
#include <algorithm>
#include <cmath>
#include <map>
#include <thread>

#include "tests/geo/make_tif.h"
#include "tests/support.h"

namespace {

using fw::OpenRequest;
using fw::test::has_flag;
using fw::test::outcome;
using fw::test::read_whole;

constexpr const char* mod13a2 = "data/gulf_guinea_mod13a2/init/MOD13A2.A2025049.h18v09.061.2025070114438.hdf";
constexpr const char* c3s_monthly =
    "data/c3s_soil_moisture/img/TCDR/061_monthlyImages/combined/"
    "C3S-SOILMOISTURE-L3S-SSMV-COMBINED-MONTHLY-20140101000000-TCDR-v201801.0.0.nc";
constexpr const char* c3s_daily =
    "data/c3s_soil_moisture/img/TCDR/060_dailyImages/combined/2014/"
    "C3S-SOILMOISTURE-L3S-SSMV-COMBINED-DAILY-20140101000000-TCDR-v201801.0.0.nc";

OpenRequest request_for(const std::filesystem::path& file, const std::string& driver, const std::string& name) {
  OpenRequest request;
  request.file = file;
  request.drivers = {driver};
  request.subdataset = name;
  return request;
}

TEST(Subdatasets, OfAModisFileAreListedAndOpenedByNameOrLastPart) {
  FW_NEEDS_SHARED(file, mod13a2);
  auto request = request_for(file, "HDF4", "");
  const auto names = fw::list_subdatasets(request);
  EXPECT_EQ(names.size(), 12U);
  EXPECT_EQ(names[0], "1 km 16 days NDVI");
  EXPECT_EQ(outcome(request), "SUBDATASET_MISSING") << "the container itself holds no band";
  request.subdataset = "1 km 16 days LAI";
  EXPECT_EQ(outcome(request), "SUBDATASET_MISSING");

  request.subdataset = "1 km 16 days NDVI";
  auto scene = fw::open_scene(request);
  const auto& info = scene.info();
  EXPECT_EQ(info.driver, "HDF4");
  EXPECT_EQ(info.grid.rows, 1200);
  EXPECT_EQ(info.bands[0].type, "Int16");
  EXPECT_EQ(info.bands[0].nodata, -3000);
  EXPECT_TRUE(info.bands[0].has_scale);
  EXPECT_EQ(info.bands[0].scale, 10000) << "as the file says; MODIS divides by it";
  EXPECT_NE(info.grid.crs.find("Sinusoidal"), std::string::npos);
  EXPECT_EQ(info.metadata.at("RANGEBEGINNINGDATE"), "2025-02-18");
  double lon = 0, lat = 0;
  fw::pixel_lonlat(info.grid, 1199.5, -0.5, &lon, &lat);
  EXPECT_NEAR(lat, -10, 1e-6) << "tile h18v09 ends at 10 degrees south";
  EXPECT_NEAR(lon, 0, 1e-6);
  const auto values = read_whole(scene);
  size_t n = 0;
  double sum = 0;
  for (float v : values)
    if (!std::isnan(v)) {
      ++n;
      sum += v;
    }
  EXPECT_EQ(n, 28825U) << "as gdal_translate counts them";
  EXPECT_NEAR(sum / n, 7862.52, 0.01);

  request.subdataset = "MODIS_Grid_16DAY_1km_VI:1 km 16 days NDVI";
  auto again = fw::open_scene(request);
  EXPECT_EQ(again.info().grid, info.grid);
}

TEST(Subdatasets, OfSignedBytesInHdf4ReadAsSigned) {
  FW_NEEDS_SHARED(file, mod13a2);
  auto scene = fw::open_scene(request_for(file, "HDF4", "1 km 16 days pixel reliability"));
  EXPECT_EQ(scene.info().bands[0].type, "Int8");
  EXPECT_EQ(scene.info().bands[0].nodata, -1) << "the product's fill value; GDAL 3.6 says 255";
  std::map<int, int> counts;
  int filled = 0;
  for (float v : read_whole(scene)) std::isnan(v) ? ++filled : ++counts[static_cast<int>(v)];
  EXPECT_EQ(filled, 1411175);
  EXPECT_EQ(counts, (std::map<int, int>{{0, 22368}, {1, 5679}, {3, 778}}));
}

TEST(Subdatasets, OfCfNetcdfHaveTheirOwnSizeAndTime) {
  FW_NEEDS_SHARED(file, c3s_monthly);
  auto request = request_for(file, "netCDF", "");
  EXPECT_EQ(outcome(request), "SUBDATASET_MISSING") << "the container shows 512 x 512 and no band";
  request.subdataset = "sm";
  auto scene = fw::open_scene(request);
  EXPECT_EQ(scene.info().grid, (fw::Grid{"EPSG:4326", -180, 90, 0.25, 0.25, 720, 1440}));
  EXPECT_TRUE(has_flag(scene.info(), "CRS_FROM_CF")) << "degrees_north and degrees_east, no datum";
  EXPECT_EQ(scene.info().metadata.at("time#units"), "days since 1970-01-01 00:00:00 UTC");
  EXPECT_EQ(scene.info().bands[0].metadata.at("NETCDF_DIM_time"), "16071") << "1 January 2014";
  size_t n = 0;
  double sum = 0;
  for (float v : read_whole(scene))
    if (!std::isnan(v)) {
      ++n;
      sum += v;
    }
  EXPECT_EQ(n, 119187U) << "as gdal_translate counts them";
  EXPECT_NEAR(sum / n, 0.213619, 1e-6);
}

TEST(Subdatasets, OfSignedBytesInNetcdfReadAsSigned) {
  FW_NEEDS_SHARED(file, c3s_daily);
  auto scene = fw::open_scene(request_for(file, "netCDF", "flag"));
  EXPECT_EQ(scene.info().bands[0].type, "Int8");
  EXPECT_EQ(scene.info().bands[0].nodata, 127);
  std::map<int, int> counts;
  for (float v : read_whole(scene))
    if (!std::isnan(v)) ++counts[static_cast<int>(v)];
  EXPECT_EQ(counts[0], 77473);
  EXPECT_EQ(counts[32], 25283);
  EXPECT_EQ(counts.count(127), 0U);
}

TEST(Subdatasets, OfATimeStackHaveABandPerDate) {
  FW_NEEDS_SHARED(file, "data/s2_scl_fusets/raw_s2_ndvi_field.nc");
  auto request = request_for(file, "netCDF", "B04");
  auto scene = fw::open_scene(request);
  EXPECT_EQ(scene.info().grid, (fw::Grid{"EPSG:32630", 344130, 4626620, 10, 10, 57, 56}));
  ASSERT_EQ(scene.info().bands.size(), 33U);
  EXPECT_EQ(scene.info().bands[0].metadata.at("NETCDF_DIM_t"), "10618");
  EXPECT_EQ(scene.info().bands[2].metadata.at("NETCDF_DIM_t"), "10633");
  EXPECT_EQ(scene.info().metadata.at("t#units"), "days since 1990-01-01");
  request.max_bands = 32;
  EXPECT_EQ(outcome(request), "TOO_MANY_BANDS");
  EXPECT_EQ(fw::list_subdatasets(request), (std::vector<std::string>{"B04", "B08", "SCL", "CLM", "NDVI"}));
}

TEST(Subdatasets, OfAFileWithOneVariableAreThatOne) {
  FW_NEEDS_SHARED(file, "data/wofs_c3_sample/sample_wofl.nc");
  auto request = request_for(file, "netCDF", "water");
  EXPECT_EQ(fw::list_subdatasets(request), (std::vector<std::string>{"water"}));
  EXPECT_EQ(outcome(request), "CRS_MISSING") << "its CRS stands only in a free attribute: no guess";
  request.need_georeference = false;
  auto scene = fw::open_scene(request);
  EXPECT_EQ(scene.info().metadata.at("NC_GLOBAL#crs"), "EPSG:32754");
  EXPECT_EQ(scene.info().grid.rows, 78);
  request.subdataset = "land";
  EXPECT_EQ(outcome(request), "SUBDATASET_MISSING");
}

TEST(Subdatasets, OfAnHdf5FileNeedTheirOwnGeoreference) {
  FW_NEEDS_SHARED(file, "data/gulf_guinea_mod13a2/viirs/VNP13A2.A2025001.h18v09.002.2025017085341.h5");
  auto request = request_for(file, "HDF5", "1_km_16_days_NDVI");
  EXPECT_EQ(outcome(request), "CRS_MISSING") << "GDAL 3.6 does not read the grid of HDF-EOS5";
  request.need_georeference = false;
  auto scene = fw::open_scene(request);
  EXPECT_EQ(scene.info().grid.cols, 1200);
  EXPECT_EQ(scene.info().driver, "HDF5");
  request.subdataset = "1_km_16_days_pixel_reliability";
  EXPECT_EQ(fw::open_scene(request).info().bands[0].type, "Byte");
}

TEST(Subdatasets, AreNotWhatAGeoTiffHas) {
  fw::test::TempDir dir;
  auto request = request_for(fw::test::make_tif(dir / "a.tif"), "GTiff", "red");
  EXPECT_EQ(outcome(request), "SUBDATASET_MISSING");
  request.subdataset = "";
  EXPECT_TRUE(fw::list_subdatasets(request).empty());
}

TEST(Subdatasets, MayBeReadFromManyThreadsAtOnce) {
  FW_NEEDS_SHARED(hdf, mod13a2);
  FW_NEEDS_SHARED(nc, "data/s2_scl_fusets/raw_s2_ndvi_field.nc");
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 3; ++i) {
        auto scene =
            fw::open_scene(t % 2 ? request_for(hdf, "HDF4", "1 km 16 days NDVI") : request_for(nc, "netCDF", "NDVI"));
        const auto v = read_whole(scene);
        if (std::any_of(v.begin(), v.end(), [](float x) { return x == x; })) ++right;
      }
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(right, 12);
}

}  // namespace
