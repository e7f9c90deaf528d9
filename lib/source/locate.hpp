// Finding records again: in a file that took the place of the one they were read from.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "source/locator.hpp"

namespace medchain::source {

/// A record by its bytes, and where it was.
struct Sought {
  Digest digest;
  std::uint64_t size = 0;  ///< bytes that were digested; 0: not known, only a whole file is it
  std::uint64_t line = 0, offset = 0;
  bool canonical = false;
};

struct Spot {
  std::uint64_t line = 0, offset = 0;  ///< as of Record: both 0 for a whole file
};
struct Located {
  std::vector<std::optional<Spot>> spots;  ///< of each that was sought; nothing: it is not there
  std::int64_t mtime = 0;                  ///< of the file, seconds
};

/// As a whole file, as lines of it or as messages in it, whatever identity they have.  Of bytes
/// that are there several times the place where they were is taken, else the first.  Fails with
/// input_unreadable (also for what is no file), input_changed (while it was read), and with
/// interrupted once `stopped` says so.
Result<Located> locate(const std::string& path, std::span<const Sought> sought,
                       const std::function<bool()>& stopped);

/// What can be told of a place without reading what is there.
enum class Trace : std::uint8_t { there, missing, unreadable, changed };
/// `changed`: no regular file, or too short, or for a whole file of another size.  Of what was
/// compressed nothing more is known than whether it still begins as such a stream.
Trace trace_of(const Locator& locator);

}  // namespace medchain::source
