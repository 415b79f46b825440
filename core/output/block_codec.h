// How blocks of TIFF files are made small: predictors 2 and 3, and DEFLATE.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace fw {

using Bytes = std::vector<unsigned char>;

/// Takes the differences of neighbours in every row of a block (predictor 2, Int16). Row: samples of a row, `channels`
/// of each pixel side by side.
void predict(int16_t* samples, size_t rows, size_t row, size_t channels);
/// Writes every row as its bytes by significance, highest first, each less the one before (predictor 3). Source: Adobe
/// Photoshop TIFF technical note 3.
void predict(float* samples, size_t rows, size_t row, size_t channels);

/// fast: ISA-L's level 1, for numbers; the same bytes on every processor with SSE 4.2. small: libdeflate's level 6, for
/// classes and whatever repeats. docs/decisions/0015.
enum class Deflate : uint8_t { fast, small };
/// Appends a zlib stream to `out`. bytes: 1 to 2^31. Any thread.
void deflate(const void* data, size_t bytes, Deflate how, Bytes& out);

}  // namespace fw
