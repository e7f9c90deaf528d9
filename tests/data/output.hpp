// Buffered output to a file descriptor, and the one way this program gives up.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace medchain::testdata {

constexpr int exit_failure = 1;
constexpr int exit_usage = 2;

/// Prints `medchain-testdata: MESSAGE` to standard error and exits.
[[noreturn]] void fail(int status, std::string_view message);

/// Collects bytes in `buffer()` and writes them out in large pieces.  Any write error ends the
/// program with a message naming the file.  The destructor does not write: call close().
class Sink {
 public:
  static Sink standard_output();
  /// Creates or empties `path`.
  static Sink create(const std::string& path);

  Sink(Sink&& other) noexcept;
  Sink& operator=(Sink&&) = delete;
  ~Sink();

  [[nodiscard]] std::string& buffer() { return buffer_; }

  /// Call between records: writes when enough has been collected.
  void record_done() {
    if (buffer_.size() >= flush_at) flush();
  }

  void flush();
  void close();

 private:
  static constexpr std::size_t flush_at = std::size_t{256} << 10;

  Sink(int descriptor, std::string name);

  int descriptor_;
  std::string name_;
  std::string buffer_;
};

/// Writes a new file; an existing one is an error, so that two runs are never mixed unnoticed.
void write_new_file(const std::string& path, std::string_view bytes);

/// Creates a directory and its parents; an existing one is no error.
void make_directories(const std::string& path);

}  // namespace medchain::testdata
