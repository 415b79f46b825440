// Every operation of a Backend on the same made-up pixels: for comparing CPU and CUDA, whole and split, and for timing.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "kernels/backend.h"

namespace fw::sample {

/// Rows of pixels, [row][pixel].
template <class T>
using Plane = std::vector<T>;

/// Random values with what breaks arithmetic sprinkled in: NaN, infinities, +-0, denormals, huge, n + r = 0, ties.
struct Inputs {
  size_t pixels;
  int times;
  Plane<float> dn, qa;
  Plane<float> band[6];    ///< blue green red nir swir1 swir2
  Plane<float> x, y;       ///< [time][pixel]
  Plane<uint8_t> outcome;  ///< [time][pixel]
  Plane<uint8_t> reason;   ///< [time][pixel]
  std::vector<int32_t> group, year, target;
  std::vector<uint8_t> in_reference;
};

/// splitmix64: the same numbers on every machine.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }
  float unit() { return static_cast<float>(next() >> 40) * 0x1p-24f; }  ///< 0 <= value < 1
  int below(int n) { return static_cast<int>(next() % static_cast<uint64_t>(n)); }

 private:
  uint64_t state_;
};

inline float edge_value(Random& random) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  constexpr float edges[] = {0.0f,     -0.0f,     std::numeric_limits<float>::quiet_NaN(),
                             infinity, -infinity, std::numeric_limits<float>::denorm_min(),
                             -1e-40f,  3e38f,     -3e38f,
                             1e-7f,    -1e-7f,    0.25f};
  return edges[random.below(static_cast<int>(std::size(edges)))];
}

inline Inputs make_inputs(size_t pixels, int times, uint64_t seed = 20240611) {
  Random random(seed);
  Inputs in{};
  in.pixels = pixels;
  in.times = times;
  const auto fill = [&](Plane<float>& plane, size_t rows, int edge_every, auto&& value) {
    plane.resize(rows * pixels);
    for (float& v : plane) v = random.below(edge_every) == 0 ? edge_value(random) : value();
  };
  fill(in.dn, 1, 16, [&] { return static_cast<float>(random.below(65536)); });
  fill(in.qa, 1, 16, [&] { return static_cast<float>(random.below(98304) - 32768); });
  for (auto& band : in.band) fill(band, 1, 64, [&] { return 0.6f * random.unit() - 0.01f; });
  for (size_t i = 0; i < pixels; i += 29) in.band[2][i] = -in.band[3][i];  // nir + red = 0
  const size_t rows = static_cast<size_t>(times);
  fill(in.x, rows, 400, [&] { return random.below(8) == 0 ? std::nanf("") : random.unit(); });
  // Ties: a tenth of the values on a coarse grid.
  fill(in.y, rows, 400,
       [&] { return random.below(10) == 0 ? 0.25f * static_cast<float>(random.below(4)) : random.unit() - 0.5f; });
  in.outcome.resize(rows * pixels);
  in.reason.resize(rows * pixels);
  for (uint8_t& o : in.outcome) o = static_cast<uint8_t>(random.below(6) < 4 ? 0 : 1 + random.below(2));
  for (size_t i = 0; i < in.reason.size(); ++i)
    in.reason[i] = static_cast<uint8_t>(std::isnan(in.x[i]) ? 1 + random.below(2) : 0);
  for (int t = 0; t < times; ++t) {
    in.group.push_back(t % 3);
    in.year.push_back(2000 + t / 3);
    in.in_reference.push_back(t < times * 3 / 4);
    if (t % 5 == 0) in.target.push_back(t);
  }
  return in;
}

/// Pixels begin..end-1 of the inputs.
inline Inputs slice(const Inputs& in, size_t begin, size_t end) {
  Inputs out = in;
  out.pixels = end - begin;
  const auto cut = [&](auto& to, const auto& from) {
    to.clear();
    for (size_t row = 0; row < from.size(); row += in.pixels)
      to.insert(to.end(), from.begin() + static_cast<std::ptrdiff_t>(row + begin),
                from.begin() + static_cast<std::ptrdiff_t>(row + end));
  };
  cut(out.dn, in.dn);
  cut(out.qa, in.qa);
  for (int b = 0; b < 6; ++b) cut(out.band[b], in.band[b]);
  cut(out.x, in.x);
  cut(out.y, in.y);
  cut(out.outcome, in.outcome);
  cut(out.reason, in.reason);
  return out;
}

/// One output of an operation: rows of pixels as bytes.
struct Result {
  std::string name;
  bool is_float;
  size_t element_bytes;
  std::vector<unsigned char> bytes;
};

/// An operation with its memory in place. launch may be called again and again (in-place operations then see their own
/// result: for timing only).
struct Prepared {
  std::function<void()> launch;
  std::function<std::vector<Result>()> collect;
  double bytes;  ///< read and written once, for the bandwidth
  double items;  ///< pixels, for a series pixels x periods
};

struct OpCase {
  std::string name;
  bool series;  ///< works on [time][pixel]
  std::function<Prepared(Backend&, const Inputs&)> prepare;
  bool splits = true;  ///< pixels do not depend on their neighbours
};

/// Memory of a case: uploads inputs, makes outputs, counts their bytes, downloads the outputs.
class Memory {
 public:
  explicit Memory(Backend& backend) : backend_(backend) {}
  template <class T>
  T* in(const std::vector<T>& host, bool counted = true) {
    T* memory = make<T>(host.size());
    backend_.upload(memory, host.data(), host.size() * sizeof(T));
    if (counted) bytes_ += static_cast<double>(host.size() * sizeof(T));
    return memory;
  }
  template <class T>
  T* out(const std::string& name, size_t count) {
    T* memory = make<T>(count);
    backend_.fill(memory, 0xCD, count * sizeof(T));  // what is not written shows
    remember(name, memory, count);
    return memory;
  }
  /// An input that the operation changes.
  template <class T>
  T* in_out(const std::string& name, const std::vector<T>& host) {
    T* memory = in(host);
    remember(name, memory, host.size());
    return memory;
  }
  std::vector<Result> collect() const {
    std::vector<Result> results;
    for (const Output& o : outputs_) {
      results.push_back({o.name, o.is_float, o.element_bytes, std::vector<unsigned char>(o.count * o.element_bytes)});
      backend_.download(results.back().bytes.data(), o.memory, results.back().bytes.size());
    }
    return results;
  }
  double bytes() const { return bytes_; }

 private:
  struct Output {
    std::string name;
    bool is_float;
    size_t element_bytes, count;
    const void* memory;
  };
  template <class T>
  T* make(size_t count) {
    auto buffer = std::make_shared<Buffer<T>>(backend_, count);
    kept_.push_back(buffer);
    return buffer->data();
  }
  template <class T>
  void remember(const std::string& name, const T* memory, size_t count) {
    outputs_.push_back({name, std::is_same_v<T, float>, sizeof(T), count, memory});
    bytes_ += static_cast<double>(count * sizeof(T));
  }
  Backend& backend_;
  std::vector<std::shared_ptr<void>> kept_;
  std::vector<Output> outputs_;
  double bytes_ = 0.0;
};

template <class Op>
int periods(const Op& op) {
  if constexpr (requires { op.scenes; }) return op.scenes;
  if constexpr (requires { op.times; }) return op.times;
  if constexpr (requires { op.months; }) return op.months;
  if constexpr (requires { op.nights; }) return op.nights;
  return 1;
}

/// Makes a case from a function that fills the operation's structure from a Memory.
template <class MakeOp>
OpCase make_case(std::string name, bool series, MakeOp make_op) {
  return {name, series, [make_op](Backend& backend, const Inputs& in) {
            auto memory = std::make_shared<Memory>(backend);
            const auto op = make_op(*memory, in);
            return Prepared{[&backend, op, memory] { backend.run(op); }, [memory] { return memory->collect(); },
                            memory->bytes(), static_cast<double>(in.pixels) * periods(op)};
          },
          true};
}

/// Adds the cases of every_fit.cpp.
void add_fits(std::vector<OpCase>& cases);

/// Adds the cases of every_change.cpp.
void add_changes(std::vector<OpCase>& cases);

/// Adds the cases of every_trend.cpp.
void add_trends(std::vector<OpCase>& cases);

/// Adds the cases of every_formula.cpp.
void add_formulas(std::vector<OpCase>& cases);

/// One case per operation, and per index and method.
std::vector<OpCase> every_op();

}  // namespace fw::sample
