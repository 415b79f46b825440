// Small steps that make a file survive a crash: write, fsync, compare, rename, fsync the folder.
#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace fw {

/// The error that a failed system call on `path` stands for: DISK_FULL (ENOSPC, EDQUOT; names the space left) or
/// WRITE_FAILED.
OutputError output_failure(const std::string& doing, const std::filesystem::path& path, int error_number);

/// Flushes a file, or the entries of a folder, to the device. A failure is never retried: the kernel may have dropped
/// the pages.
void sync_file(const std::filesystem::path& file);
void sync_folder(const std::filesystem::path& folder);
/// Flushes files and folders, several at the same time: a journal then writes them together.
void sync_all(const std::vector<std::filesystem::path>& paths);
/// Lets the device begin with what is dirty of an open file; nothing is promised.
void begin_flush(int file);

/// Writes a new file (it must not exist), reads it back and compares. Errors: OutputError DISK_FULL, WRITE_FAILED,
/// VERIFY_FAILED.
void write_file_compared(const std::filesystem::path& file, std::string_view content);
/// The same, flushed.
void write_file_synced(const std::filesystem::path& file, std::string_view content);

/// Bytes and their place in a file.
struct FilePiece {
  size_t offset;
  const void* bytes;
  size_t count;
};

/// Writes all bytes of a piece into an open file. Errors: output_failure(doing, path).
void write_all(int file, const FilePiece& piece, const char* doing, const std::filesystem::path& path);
/// Reads bytes from their place in an open file. False, with errno, where not all can be had (EIO: the file ends).
bool read_all(int file, size_t offset, void* to, size_t count);
/// A new file (it must not exist) of zeros, and bytes into it: opened once for all pieces. Not flushed.
void create_file(const std::filesystem::path& file, uintmax_t bytes);
void write_into(const std::filesystem::path& file, std::span<const FilePiece> pieces);

/// Copies a file and compares the SHA-256 of the copy. Not flushed. Errors: OutputError DISK_FULL, WRITE_FAILED,
/// VERIFY_FAILED.
void copy_file_compared(const std::filesystem::path& from, const std::filesystem::path& to, const std::string& sha256);

/// rename(2) and fsync of the target's folder.
void rename_synced(const std::filesystem::path& from, const std::filesystem::path& to);

/// Bytes free for this user where `path` lies; 0 when unknown.
uintmax_t free_bytes(const std::filesystem::path& path);

}  // namespace fw
