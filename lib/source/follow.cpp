// NDJSON that never ends: a FIFO whose writers come and go, a file that grows and is replaced.
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.hpp"
#include "base/text.hpp"
#include "source/ndjson_internal.hpp"

namespace medchain::source {
namespace {

/// Nothing tells that a file on a share has grown: it is looked at so often.
constexpr int look_again_ms = 250;

/// Fails with interrupted once `stop_fd` is readable.
Status wait_a_while(int stop_fd) {
  pollfd stop{stop_fd, POLLIN, 0};
  const int ready = ::poll(&stop, 1, look_again_ms);
  if (ready > 0) return fail(Code::interrupted, "stopped by a signal");
  return {};
}

/// What is read at the end of which is waited.  Its end is that of a file that was replaced or cut.
class Growing final : public ByteInput {
 public:
  Growing(int fd, std::string path, bool is_file, int stop_fd)
      : fd_(fd), path_(std::move(path)), is_file_(is_file), stop_fd_(stop_fd) {}

  Result<std::size_t> read(char* to, std::size_t count) override {
    for (;;) {
      if (is_stopped(stop_fd_)) return fail(Code::interrupted, "stopped by a signal");
      // Asked before reading: what was written before the file was replaced is then read.
      const bool was_over = is_file_ && is_over();
      const ssize_t got = ::read(fd_, to, count);
      if (got > 0) {
        position_ += got;
        return static_cast<std::size_t>(got);
      }
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && errno != EAGAIN)
        return fail_system(Code::input_unreadable, "read the file", errno);
      if (was_over) return std::size_t{0};
      MC_TRY(wait_a_while(stop_fd_));
    }
  }

 private:
  bool is_over() const {
    struct stat here, named;
    if (::fstat(fd_, &here) != 0 || here.st_size < position_) return true;
    // While nothing has the name a new file is on its way.
    return ::stat(path_.c_str(), &named) == 0 &&
           !FileState::of(named).is_same_file(FileState::of(here));
  }

  int fd_;
  std::string path_;
  bool is_file_;
  int stop_fd_;
  off_t position_ = 0;
};

class FollowingReader final : public Reader {
 public:
  FollowingReader(std::string path, const Options& options)
      : run_(options), path_(std::move(path)), place_(escape_for_terminal(path_)) {}

  Result<std::optional<Item>> next() override {
    MC_TRY(run_.valid);
    MC_TRY(check_line_options(run_.options));
    for (;;) {
      if (!lines_) MC_TRY(open());
      std::optional<Item> item(std::in_place);
      auto more = lines_->next(*item);
      if (!more) return std::move(more).error().context(place_);
      if (*more) return item;
      lines_.reset();
      file_.reset();
    }
  }
  std::optional<RecordBytes> bytes() const override {
    return RecordBytes{lines_->text(), -1, lines_->text().size()};
  }
  std::uint64_t bytes_read() const override { return run_.bytes_read; }
  std::vector<std::string> take_notices() override { return run_.notices.take(); }

 private:
  /// Waits until there is something, but for the first time.
  Status open() {
    for (;;) {
      // O_NONBLOCK: a FIFO is opened without a writer.
      file_ = File(::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
      if (file_.is_open()) break;
      if (errno != ENOENT || !was_open_)
        return fail_system(Code::input_unreadable, "open the file", errno).context(place_);
      MC_TRY(wait_a_while(run_.options.stop_fd));
    }
    struct stat status;
    if (::fstat(file_.fd(), &status) != 0)
      return fail_system(Code::input_unreadable, "read the file", errno).context(place_);
    const bool is_file = S_ISREG(status.st_mode);
    if (!is_file && !S_ISFIFO(status.st_mode))
      return fail(Code::input_unreadable, "expected a file or a fifo to follow").context(place_);
    was_open_ = true;
    RecordLines::Input input{file_.fd(), path_, is_file ? absolute_path(path_) : ""};
    input.mtime = is_file ? status.st_mtim.tv_sec : 0;
    input.input = std::make_unique<Growing>(file_.fd(), path_, is_file, run_.options.stop_fd);
    lines_.emplace(run_, std::move(input));
    return {};
  }

  Run run_;
  std::string path_, place_;
  File file_;
  bool was_open_ = false;
  std::optional<RecordLines> lines_;
};

}  // namespace

std::unique_ptr<Reader> follow_ndjson(std::string path, const Options& options) {
  return std::make_unique<FollowingReader>(std::move(path), options);
}

}  // namespace medchain::source
