// Trying again what may be better in a minute: locks that another process holds, and files on
// network shares.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/session.hpp"
#include "source/source.hpp"

namespace medchain::cli {

struct Retry {
  std::uint64_t times = 0;  ///< after the first
  std::int64_t wait = 60;   ///< seconds before each
};

/// Waits, and says why and for how long; false once a signal came.
bool wait_to_retry(Session& session, const Retry& retry, std::string_view why);

/// What `act` gives, which is called again while it fails with lock_timeout.
template <class Act>
auto retry_locks(Session& session, const Retry& retry, Act act) {
  auto result = act();
  for (std::uint64_t i = 0; i < retry.times && !result; ++i) {
    if (result.error().code != Code::lock_timeout) break;
    if (!wait_to_retry(session, retry, result.error().message)) break;
    result = act();
  }
  return result;
}

struct RetryFiles {
  std::uint64_t times = 0;
  std::function<bool(const std::string& path)> may_come_back;
  std::function<bool(std::uint64_t files)> wait;  ///< false: no more
};
/// Whether a file is on a network share, or on what cannot be asked.
bool is_on_share(const std::string& path);

/// A reader of files that another could not read.
using ReadAgain = std::function<std::unique_ptr<source::Reader>(std::vector<source::FileName>)>;

/// The records of `inner`; files that could not be read and may come back are read again when it
/// has ended, all of them after each wait, and only then are problems.  A file that broke off
/// within is none of them: what it gave was given.  Inputs are numbered as they are given.
std::unique_ptr<source::Reader> retry_unreadable(std::unique_ptr<source::Reader> inner,
                                                 ReadAgain again, RetryFiles retry);

}  // namespace medchain::cli
