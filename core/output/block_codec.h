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

/// Appends a zlib stream to `out`. level: 1..12. Any thread.
void deflate(const void* data, size_t bytes, int level, Bytes& out);

}  // namespace fw
