#include "cli/job_retry.hpp"

#include <poll.h>

#include <cerrno>
#include <chrono>

#include "base/file.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "store/file_system.hpp"

namespace medchain::cli {
namespace {

class RetryingReader final : public source::Reader {
 public:
  RetryingReader(std::unique_ptr<source::Reader> inner, ReadAgain again, RetryFiles retry)
      : reader_(std::move(inner)), again_(std::move(again)), retry_(std::move(retry)) {}

  Result<std::optional<source::Item>> next() override {
    for (;;) {
      MC_ASSIGN(auto item, reader_->next());
      if (item && keep(*item)) continue;
      if (item) {
        item->number = ++number_;
        return item;
      }
      if (kept_.empty()) return item;
      end_round();
    }
  }
  std::optional<source::RecordBytes> bytes() const override { return reader_->bytes(); }
  std::uint64_t bytes_read() const override { return bytes_read_ + reader_->bytes_read(); }
  std::uint64_t left_out() const override { return left_out_ + reader_->left_out(); }
  std::vector<std::string> take_notices() override {
    for (std::string& notice : reader_->take_notices()) notices_.push_back(std::move(notice));
    return std::move(notices_);
  }

 private:
  bool keep(const source::Item& item) {
    if (last_ || !item.unread || item.problem->code != Code::input_unreadable) return false;
    if (!retry_.may_come_back(item.unread->path)) return false;
    kept_.push_back(*item.unread);
    return true;
  }

  /// The files that were kept are read next.
  void end_round() {
    bytes_read_ += reader_->bytes_read();
    left_out_ += reader_->left_out();
    for (std::string& notice : reader_->take_notices()) notices_.push_back(std::move(notice));
    last_ = !retry_.wait(kept_.size()) || ++round_ >= retry_.times;
    reader_ = again_(std::move(kept_));
    kept_.clear();
  }

  std::unique_ptr<source::Reader> reader_;
  ReadAgain again_;
  RetryFiles retry_;
  std::vector<source::FileName> kept_;
  std::vector<std::string> notices_;
  bool last_ = false;
  std::uint64_t round_ = 0, number_ = 0, bytes_read_ = 0, left_out_ = 0;
};

}  // namespace

bool wait_to_retry(Session& session, const Retry& retry, std::string_view why) {
  using std::chrono::steady_clock;
  if (session.interrupted()) return false;
  session.tell(std::string(why) + "; trying again in " + format_duration(retry.wait));
  const auto end = steady_clock::now() + std::chrono::seconds(retry.wait);
  while (!session.interrupted()) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - steady_clock::now()).count();
    if (left <= 0) return true;
    pollfd stop{session.stop_descriptor(), POLLIN, 0};
    (void)::poll(&stop, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
  }
  return false;
}

bool is_on_share(const std::string& path) {
  const Status local = store::check_file_system(parent_directory(absolute_path(path)));
  return !local && local.error().code == Code::ledger_unavailable;
}

std::unique_ptr<source::Reader> retry_unreadable(std::unique_ptr<source::Reader> inner,
                                                 ReadAgain again, RetryFiles retry) {
  return std::make_unique<RetryingReader>(std::move(inner), std::move(again), std::move(retry));
}

}  // namespace medchain::cli
