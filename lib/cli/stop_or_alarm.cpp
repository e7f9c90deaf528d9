#include "cli/stop_or_alarm.hpp"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>

#include <cerrno>

namespace medchain::cli {
namespace {

void arm(int timer, std::int64_t seconds) {
  itimerspec when = {};
  when.it_value.tv_sec = static_cast<time_t>(seconds);
  timerfd_settime(timer, 0, &when, nullptr);
}

}  // namespace

Result<StopOrAlarm> StopOrAlarm::open(int stop_fd) {
  StopOrAlarm made;
  made.timer_ = File(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  made.both_ = File(epoll_create1(EPOLL_CLOEXEC));
  epoll_event event = {};
  event.events = EPOLLIN;
  const auto watch = [&](int fd) {
    return epoll_ctl(made.both_.fd(), EPOLL_CTL_ADD, fd, &event) == 0;
  };
  if (!made.timer_.is_open() || !made.both_.is_open() || !watch(made.timer_.fd()) ||
      (stop_fd >= 0 && !watch(stop_fd)))
    return fail_errno(Code::internal, "make", "a timer", errno);
  return made;
}

void StopOrAlarm::set(std::int64_t seconds) {
  if (is_set_) return;
  arm(timer_.fd(), seconds);
  is_set_ = true;
}

bool StopOrAlarm::is_due() const {
  pollfd timer = {timer_.fd(), POLLIN, 0};
  return is_set_ && poll(&timer, 1, 0) > 0;
}

void StopOrAlarm::clear() {
  arm(timer_.fd(), 0);
  is_set_ = false;
}

}  // namespace medchain::cli
