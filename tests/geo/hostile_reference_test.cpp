// Files that point elsewhere: nothing but the file itself is opened, nobody is called.
#include <arpa/inet.h>
#include <cpl_http.h>
#include <cpl_vsi.h>
#include <hdf5.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/socket.h>

#include <map>
#include <set>

#include "core/geo/admin_units.h"
#include "tests/geo/make_tif.h"
#include "tests/support.h"

namespace {

namespace fs = std::filesystem;
using fw::OpenRequest;
using fw::test::make_tif;
using fw::test::outcome;
using fw::test::TempDir;
using fw::test::TifSpec;

/// Names of the files that are opened in a folder while it lives.
class Watch {
 public:
  explicit Watch(const fs::path& dir) : handle_(inotify_init1(IN_NONBLOCK)) {
    inotify_add_watch(handle_, dir.c_str(), IN_OPEN);
  }
  ~Watch() { close(handle_); }
  std::set<std::string> opened() {
    std::set<std::string> names;
    alignas(inotify_event) char buffer[65536];
    for (ssize_t n; (n = ::read(handle_, buffer, sizeof buffer)) > 0;)
      for (ssize_t at = 0; at < n;) {
        const auto* event = reinterpret_cast<const inotify_event*>(buffer + at);
        if (event->len > 0 && !(event->mask & IN_ISDIR)) names.insert(event->name);
        at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
      }
    return names;
  }

 private:
  int handle_;
};

/// Counts who knocks at 127.0.0.1.
class Listener {
 public:
  explicit Listener(uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
    const int on = 1;
    setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address = local(port);
    listening_ = bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 && listen(socket_, 16) == 0;
    socklen_t length = sizeof address;
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
  }
  ~Listener() { close(socket_); }
  static sockaddr_in local(uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }
  bool listening() const { return listening_; }
  uint16_t port() const { return port_; }
  int knocks() {
    int n = 0;
    for (int guest; (guest = accept(socket_, nullptr, nullptr)) >= 0; ++n) close(guest);
    return n;
  }

 private:
  int socket_;
  bool listening_ = false;
  uint16_t port_ = 0;
};

void set_overview_file(GDALDataset& d, const std::string& file) {
  d.SetMetadataItem("OVERVIEW_FILE", file.c_str(), "OVERVIEWS");
}

TEST(FilesThatPointElsewhere, AreReadAlone) {
  TempDir dir;
  make_tif(dir / "other.tif");
  TifSpec spec;
  spec.grid.rows = spec.grid.cols = 64;
  spec.also = [&](GDALDataset& d) { set_overview_file(d, (dir / "other.tif").string()); };
  const auto file = make_tif(dir / "a.tif", spec);
  for (const char* extension : {".ovr", ".msk", ".aux.xml", ".tfw", ".wld", ".rrd"})
    fs::copy_file(dir / "other.tif", dir / (std::string("a.tif") + extension));
  for (const char* name : {"a.tfw", "a.wld", "a.tab", "a.prj", "a.aux", "a.rrd", "a_MTL.txt", "a.IMD", "a.RPB"})
    fs::copy_file(dir / "other.tif", dir / name);
  Watch watch(dir.path());
  ASSERT_EQ(outcome(file), "");
  EXPECT_EQ(watch.opened(), (std::set<std::string>{"a.tif"}));
  std::ifstream(dir / "other.tif").get();
  EXPECT_EQ(watch.opened().count("other.tif"), 1U) << "the watch sees what is opened";
}

TEST(FilesThatPointElsewhere, DoNotLeadToOtherFilesThroughOverviews) {
  FW_NEEDS_SHARED(dir, "hostile/own/raster");
  for (const char* name : {"r51_gtiff_overviewfile_inline_vrt.tif", "r52_gtiff_overviewfile_ssrf.tif",
                           "r53_gtiff_overviewfile_othertif.tif", "r54_sidecar.tif"}) {
    OpenRequest request;
    request.file = dir / name;
    request.need_georeference = false;
    // Other programs open files there too, but not every time: what each of several reads opens is ours.
    std::map<std::string, int> times;
    constexpr int reads = 8;
    for (int i = 0; i < reads; ++i) {
      Watch watch(dir), etc("/etc");
      EXPECT_EQ(outcome(request), "") << name;
      for (const std::string& opened : watch.opened()) ++times[opened];
      times["/etc/passwd"] += static_cast<int>(etc.opened().count("passwd"));
    }
    for (const auto& [opened, n] : times) EXPECT_EQ(n == reads, opened == name) << name << " opens " << opened;
  }
}

TEST(FilesThatPointElsewhere, CallNobody) {
  FW_NEEDS_SHARED(dir, "hostile/own/raster");
  Listener listener(18431);  // the port in the files
  if (!listener.listening()) GTEST_SKIP() << "port 18431 is taken";
  for (const char* name : {"r46_vrt_ssrf.tif", "r52_gtiff_overviewfile_ssrf.tif"}) outcome(dir / name);
  EXPECT_EQ(listener.knocks(), 0);

  const int guest = socket(AF_INET, SOCK_STREAM, 0);
  const sockaddr_in address = Listener::local(18431);
  ASSERT_EQ(connect(guest, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(listener.knocks(), 1) << "the listener hears";
  close(guest);
}

TEST(FilesThatPointElsewhere, FindTheNetworkAndVirtualFilesOff) {
  fw::prepare_gdal();
  Listener listener(0);
  ASSERT_TRUE(listener.listening());
  const std::string url = "http://127.0.0.1:" + std::to_string(listener.port()) + "/x.tif";
  CPLPushErrorHandler(CPLQuietErrorHandler);
  for (const std::string prefix : {"/vsicurl/", "/vsicurl?url=", "/vsicurl_streaming/", "/vsigzip//vsicurl/", "/vsis3/",
                                   "/vsigs/", "/vsiaz/", "/vsioss/", "/vsiswift/", "/vsihdfs/", "/vsiwebhdfs/"})
    EXPECT_EQ(VSIFOpenL((prefix + url).c_str(), "rb"), nullptr) << prefix;
  for (const std::string name : {"/vsizip//etc/x.zip", "/vsitar//etc/x.tar", "/vsisubfile/0_10,/etc/passwd",
                                 "/vsistdin/", "/vsisparse//etc/passwd", "/vsicached?file=/etc/passwd"})
    EXPECT_EQ(VSIFOpenL(name.c_str(), "rb"), nullptr) << name;
  CPLHTTPResult* result = CPLHTTPFetch(url.c_str(), nullptr);
  EXPECT_TRUE(result == nullptr || result->nStatus != 0);
  CPLHTTPDestroyResult(result);
  CPLPopErrorHandler();
  EXPECT_THROW(fw::checked_crs(url), fw::ConfigError);
  EXPECT_FALSE(fw::same_crs(url, "EPSG:4326"));
  TempDir dir;
  fw::test::write_text(dir / "linked.geojson",
                       R"({"type":"FeatureCollection","crs":{"type":"link","properties":{"href":")" + url +
                           R"(","type":"proj4"}},"features":[{"type":"Feature","properties":{"P":"A"},"geometry":)"
                           R"({"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}]})");
  fw::AdminUnits::Request units;
  units.file = dir / "linked.geojson";
  units.pcode_field = "P";
  try {
    fw::AdminUnits::read(units);
  } catch (const fw::InputError&) {  // refused or read as degrees: only the silence counts
  }
  EXPECT_EQ(listener.knocks(), 0);
}

TEST(FilesThatPointElsewhere, FindNoDriverThatFollowsThem) {
  fw::prepare_gdal();
  std::set<std::string> names;
  for (int i = 0; i < GetGDALDriverManager()->GetDriverCount(); ++i)
    names.insert(GetGDALDriverManager()->GetDriver(i)->GetDescription());
  const std::set<std::string> policy = {"GTiff", "MEM",       "COG",    "JP2OpenJPEG", "HDF4", "HDF4Image",
                                        "HDF5",  "HDF5Image", "netCDF", "GeoJSON",     "GPKG", "ESRI Shapefile"};
  EXPECT_EQ(names, policy);
}

/// HDF5 files whose pixels lie in another file, by each of the three ways.
TEST(FilesThatPointElsewhere, AreRefusedAsHdf5) {
  TempDir dir;
  fw::test::write_text(dir / "secret.bin", std::string(400, 's'));
  const hsize_t size[2] = {20, 20};
  const auto write = [&](const std::string& name, auto&& fill) {
    const hid_t file = H5Fcreate((dir / name).c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const hid_t space = H5Screate_simple(2, size, nullptr), plan = H5Pcreate(H5P_DATASET_CREATE);
    fill(file, space, plan);
    H5Pclose(plan);
    H5Sclose(space);
    H5Fclose(file);
    OpenRequest request;
    request.file = dir / name;
    request.drivers = {"netCDF", "HDF5"};
    request.need_georeference = false;
    return outcome(request);
  };
  const auto dataset = [](hid_t file, hid_t space, hid_t plan) {
    H5Dclose(H5Dcreate2(file, "red", H5T_NATIVE_UCHAR, space, H5P_DEFAULT, plan, H5P_DEFAULT));
  };
  EXPECT_NE(write("plain.h5", dataset), "EXTERNAL_REFERENCE");
  EXPECT_EQ(write("storage.h5",
                  [&](hid_t file, hid_t space, hid_t plan) {
                    H5Pset_external(plan, (dir / "secret.bin").c_str(), 0, 400);
                    dataset(file, space, plan);
                  }),
            "EXTERNAL_REFERENCE");
  EXPECT_EQ(write("link.h5",
                  [&](hid_t file, hid_t space, hid_t plan) {
                    dataset(file, space, plan);
                    H5Lcreate_external((dir / "plain.h5").c_str(), "red", file, "blue", H5P_DEFAULT, H5P_DEFAULT);
                  }),
            "EXTERNAL_REFERENCE");
  EXPECT_EQ(write("virtual.h5",
                  [&](hid_t file, hid_t space, hid_t plan) {
                    H5Pset_virtual(plan, space, (dir / "plain.h5").c_str(), "red", space);
                    dataset(file, space, plan);
                  }),
            "EXTERNAL_REFERENCE");
  EXPECT_EQ(write("deep.h5",
                  [&](hid_t file, hid_t space, hid_t plan) {
                    const hid_t group = H5Gcreate2(file, "a", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
                    H5Pset_external(plan, (dir / "secret.bin").c_str(), 0, 400);
                    dataset(group, space, plan);
                    H5Gclose(group);
                  }),
            "EXTERNAL_REFERENCE");
}

TEST(FilesThatPointElsewhere, AreRefusedAsHdf4) {
  TempDir dir;
  const auto with_special_code = [&](char code) {
    // Magic; one block of one descriptor, no next; special tag 0x4001 at offset 22, length 20; there its code.
    const std::string bytes = std::string("\x0e\x03\x13\x01", 4) + std::string("\0\1\0\0\0\0", 6) +
                              std::string("\x40\x01\0\1\0\0\0\x16\0\0\0\x14", 12) + std::string("\0", 1) + code +
                              std::string(18, '\0');
    fw::test::write_text(dir / "a.hdf", bytes);
    OpenRequest request;
    request.file = dir / "a.hdf";
    request.drivers = {"HDF4"};
    return outcome(request);
  };
  EXPECT_EQ(with_special_code(2), "EXTERNAL_REFERENCE");
  EXPECT_NE(with_special_code(3), "EXTERNAL_REFERENCE") << "compressed elements stay in the file";
  // A chain of descriptor blocks that never ends.
  fw::test::write_text(dir / "loop.hdf", std::string("\x0e\x03\x13\x01\0\0\0\0\0\4", 10));
  OpenRequest request;
  request.file = dir / "loop.hdf";
  request.drivers = {"HDF4"};
  EXPECT_EQ(outcome(request), "NOT_A_RASTER");
}

}  // namespace
