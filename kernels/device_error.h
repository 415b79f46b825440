// What goes wrong with a device.
#pragma once
#include <stdexcept>

namespace fw {

/// A call of the device's runtime failed, or a device was asked for and is not there. what(): "problem (why). What to
/// do".
class DeviceError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The device has too little memory for what was asked, also after everything idle was given back. The device goes on
/// working: ask for less.
class DeviceMemoryError : public DeviceError {
 public:
  using DeviceError::DeviceError;
};

}  // namespace fw
