#include "source/read_ahead.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <new>

#include "base/file.hpp"
#include "base/second_thread.hpp"

namespace medchain::source {
namespace {

/// Items are handed over by so many, so that neither thread waits for the other with each.
constexpr std::size_t items_of_block = 256;
/// How far the thread is ahead at most.
constexpr std::size_t most_blocks = 16;

struct Block {
  std::vector<Item> items;
  std::optional<Status> end;  ///< behind the items: the stream has ended, well or not
  std::uint64_t bytes_read = 0, left_out = 0;
};

/// Readable when either of two descriptors is: the caller's, and one that is set here.
class Stop {
 public:
  explicit Stop(int stop_fd)
      : own_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), either_(epoll_create1(EPOLL_CLOEXEC)) {
    is_whole_ =
        own_.is_open() && either_.is_open() && watch(own_.fd()) && (stop_fd < 0 || watch(stop_fd));
  }
  bool is_whole() const { return is_whole_; }
  int descriptor() const { return either_.fd(); }
  void set() {
    const std::uint64_t one = 1;
    static_cast<void>(::write(own_.fd(), &one, sizeof one) < 0);  // it fails only where it is set
  }

 private:
  bool watch(int fd) {
    epoll_event event = {};
    event.events = EPOLLIN;
    return epoll_ctl(either_.fd(), EPOLL_CTL_ADD, fd, &event) == 0;
  }

  File own_, either_;
  bool is_whole_ = false;
};

class Ahead : public Reader {
 public:
  Ahead(MakeReader make, int stop_fd) : make_(std::move(make)), stop_fd_(stop_fd), stop_(stop_fd) {}

  ~Ahead() override {
    if (!thread_.joinable()) return;
    {
      const std::lock_guard lock(mutex_);
      is_left_ = true;
    }
    stop_.set();
    changed_.notify_all();
    thread_.join();
  }

  Result<std::optional<Item>> next() override {
    if (!thread_.joinable() && !reader_ && !start()) reader_ = make_(stop_fd_);
    if (reader_) return reader_->next();
    while (at_ == block_.items.size()) {
      if (block_.end) {
        MC_TRY(*block_.end);
        return std::optional<Item>();
      }
      take_block();
    }
    return std::optional(std::move(block_.items[at_++]));
  }

  std::optional<RecordBytes> bytes() const override { return std::nullopt; }
  std::uint64_t bytes_read() const override {
    return reader_ ? reader_->bytes_read() : block_.bytes_read;
  }
  std::uint64_t left_out() const override {
    return reader_ ? reader_->left_out() : block_.left_out;
  }
  std::vector<std::string> take_notices() override {
    if (reader_) return reader_->take_notices();
    return block_.end ? std::move(notices_) : std::vector<std::string>();
  }

 private:
  bool start() {
    if (!stop_.is_whole()) return false;
    thread_ = start_thread([this] { read(); });
    return thread_.joinable();
  }

  /// Precondition: the last one has no end.
  void take_block() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !blocks_.empty(); });
    block_ = std::move(blocks_.front());
    blocks_.pop_front();
    at_ = 0;
    lock.unlock();
    changed_.notify_all();
  }

  // The second thread.

  void read() {
    Status end;
    try {
      const auto reader = make_(stop_.descriptor());
      end = read_all(*reader);
    } catch (const std::bad_alloc&) {
      end = out_of_memory("read records");
    }
    last_.end = std::move(end);
    give();
  }

  Status read_all(Reader& reader) {
    for (;;) {
      auto item = reader.next();
      last_.bytes_read = reader.bytes_read();
      last_.left_out = reader.left_out();
      if (!item || !*item) {
        notices_ = reader.take_notices();
        if (!item) return std::move(item).error();
        return {};
      }
      last_.items.push_back(std::move(**item));
      if (last_.items.size() == items_of_block && !give()) return {};
    }
  }

  /// False: nobody wants more.
  bool give() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return blocks_.size() < most_blocks || is_left_; });
    if (is_left_) return false;
    const Block next{{}, {}, last_.bytes_read, last_.left_out};
    blocks_.push_back(std::move(last_));
    last_ = next;
    lock.unlock();
    changed_.notify_all();
    return true;
  }

  const MakeReader make_;
  const int stop_fd_;
  Stop stop_;
  std::unique_ptr<Reader> reader_;  ///< where there is no thread
  // The caller's.
  Block block_;
  std::size_t at_ = 0;
  // The thread's, until it has given the last block.
  Block last_;
  std::vector<std::string> notices_;
  // Of both.
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Block> blocks_;
  bool is_left_ = false;
  std::thread thread_;  ///< last, as it uses all of these
};

}  // namespace

std::unique_ptr<Reader> read_ahead(MakeReader make, int stop_fd) {
  return std::make_unique<Ahead>(std::move(make), stop_fd);
}

}  // namespace medchain::source
