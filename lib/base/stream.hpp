// Streams of bytes as functions: what produces data calls a sink, what consumes them calls a
// source. So layers (archive, encryption, file) are put together without knowing each other.
#pragma once

#include <functional>
#include <string>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/result.hpp"

namespace medchain {

/// Takes all of the bytes or fails.
using ByteSink = std::function<Status(ByteView)>;
/// Fills some of the space and says how much; 0 is the end (the space is never empty).  After the
/// end or a failure it is not called again.
using ByteSource = std::function<Result<std::size_t>(MutableByteView)>;

/// The rest of an open file.  `fd` must stay open; `name` is for messages.  Fails with `code`.
ByteSource read_from(int fd, std::string name, Code code);
/// Appends to an open file.  `fd` must stay open.  Fails with storage_failed.
ByteSink write_to(int fd, std::string name);
/// Bytes that must stay where they are.
ByteSource read_from(ByteView bytes);

}  // namespace medchain
