// Splitting HL7 v2 batches that do not fit in memory: a window at a time.
#pragma once

#include "source/identify.hpp"

namespace medchain::source {

struct Hl7Window {
  std::vector<Hl7Message> messages;  ///< offsets from the beginning of the window
  std::size_t consumed = 0;          ///< what follows must be in the next window
};

/// The messages that are whole in `window`, which begins at byte `base` of the file, with a
/// segment.  `last`: the file ends with this window.  Otherwise a message counts only when the
/// segment behind it has begun.
Result<Hl7Window> split_hl7v2_window(ByteView window, std::uint64_t base, bool last);

}  // namespace medchain::source
