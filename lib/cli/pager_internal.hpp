// A pager for people who read results on a terminal, as git(1) has it.
#pragma once

#include <sys/types.h>

#include <memory>

#include "base/file.hpp"
#include "cli/console_internal.hpp"

namespace medchain::cli {

/// MEDCHAIN_PAGER, else PAGER, else less; empty: none is wanted (`cat`, or a dumb terminal).
std::string pager_wanted(const Environment& environment);

/// What is written to fd(), and to standard error where that is a terminal, is shown by another
/// program.  It is started before the process is sealed, and is not sealed.
class Pager {
 public:
  /// `command` is words, or, with what only a shell understands in it, for sh(1).  Nothing if it
  /// cannot be run.
  static std::unique_ptr<Pager> start(const std::string& command);
  /// Waits until people have read.
  ~Pager();
  Pager(const Pager&) = delete;
  Pager& operator=(const Pager&) = delete;
  int fd() const { return input_.fd(); }

 private:
  Pager() = default;
  File input_, error_before_;
  pid_t child_ = -1;
};

}  // namespace medchain::cli
