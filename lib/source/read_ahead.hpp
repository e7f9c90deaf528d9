// Reading in a second thread, while the caller works on what was read.
#pragma once

#include <functional>
#include <memory>

#include "source/source.hpp"

namespace medchain::source {

/// Makes the reader when reading begins; `stop_fd` is readable when it shall stop, also because
/// nobody wants what it would read.
using MakeReader = std::function<std::unique_ptr<Reader>(int stop_fd)>;

/// The same items in the same order.  The thread begins with the first next(), is some blocks of
/// items ahead at most and ends with the reader; nothing that it uses may be used by others
/// meanwhile.  Where it cannot begin, the caller reads.  `stop_fd` as Options::stop_fd.
///
/// bytes() gives nothing: only the thread has them.  Notices, and the files that were left out,
/// are told when the stream has ended.
std::unique_ptr<Reader> read_ahead(MakeReader make, int stop_fd);

}  // namespace medchain::source
