#!/usr/bin/env bash
# Installs what Forewarn is built with on Debian 12; does nothing where all of it is there. Needs root or sudo only to install.
set -euo pipefail
packages=(build-essential cmake ninja-build ccache pkg-config ca-certificates
  libgdal-dev gdal-bin libopencv-dev libtbb-dev libproj-dev libgtest-dev libbenchmark-dev libcli11-dev libspdlog-dev
  libtomlplusplus-dev nlohmann-json3-dev libpugixml-dev libsqlite3-dev libssl-dev libsodium-dev libutf8proc-dev libzip-dev zlib1g-dev libgeos-dev libhdf5-dev libdeflate-dev libisal-dev libzstd-dev
  python3 python3-gdal python3-numpy)
missing=()
for p in "${packages[@]}" "$@"; do
  dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing+=("$p")
done
[ ${#missing[@]} -eq 0 ] && exit 0
echo "Installing ${#missing[@]} packages: ${missing[*]}" >&2
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "error: these packages are missing, and there is neither root nor sudo: ${missing[*]}" >&2; exit 75; }
  as_root=(sudo)
fi
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=300 update &&
       "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  echo "error: apt-get could not install the packages above. Check the network and try again." >&2
  exit 75
fi
