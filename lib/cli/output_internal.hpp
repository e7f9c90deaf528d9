// Where results go: stdout, or the file of -o.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/file.hpp"
#include "cli/session.hpp"

namespace medchain::cli {

/// Buffered; after a failure every call fails in the same way, so that a caller may look at the end
/// only.
class StreamOutput final : public Output {
 public:
  /// Does not own `fd`.
  static std::unique_ptr<StreamOutput> to_descriptor(int fd, std::string name);
  /// A new regular file is made beside `path` with 0644 less the umask (one that is there keeps its
  /// mode) and renamed by finish(); links are followed, and what is no regular file, such as
  /// /dev/null, is written to directly.  Fails with output_failed, and with usage if `path` is one
  /// of the `inputs` or the regular file on stdin.
  /// `only_own`: the file has 0600 in any case.
  static Result<std::unique_ptr<StreamOutput>> to_file(const std::string& path,
                                                       std::span<const std::string> inputs,
                                                       bool only_own = false);
  ~StreamOutput() override;

  Status write(std::string_view bytes) override;
  Status flush() override;
  Status finish() override;
  /// Where finish() renames, or nothing.
  std::optional<std::string> directory() const;
  /// Called before bytes go out, so that a progress line is not in their way.
  void before_write(std::function<void()> call) { before_write_ = std::move(call); }

 private:
  StreamOutput(int fd, std::string name) : fd_(fd), name_(std::move(name)) {}
  Status failed(Error error);
  Status close_checked();

  File owned_;
  int fd_;
  std::string name_;
  std::string buffer_;
  std::string temporary_;  ///< to be renamed to target_, or empty
  std::string target_;
  std::optional<Error> failure_;
  bool finished_ = false;
  std::function<void()> before_write_;
};

}  // namespace medchain::cli
