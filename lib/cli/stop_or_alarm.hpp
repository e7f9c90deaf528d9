// StopOrAlarm: one descriptor that is readable once the run shall stop or a time is up, for readers
// that know only how to stop.
#pragma once

#include <cstdint>

#include "base/file.hpp"
#include "base/result.hpp"

namespace medchain::cli {

class StopOrAlarm {
 public:
  /// `stop_fd` as Session::stop_descriptor().  Fails with internal.
  static Result<StopOrAlarm> open(int stop_fd);
  int descriptor() const { return both_.fd(); }
  /// In so many seconds, above 0; a set alarm stays as it is.
  void set(std::int64_t seconds);
  /// Whether the time is up.
  bool is_due() const;
  void clear();

 private:
  File timer_, both_;
  bool is_set_ = false;
};

}  // namespace medchain::cli
