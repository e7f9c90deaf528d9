// Reading many places again: a compressed file is read through once.
#pragma once

#include <memory>

#include "source/locator.hpp"

namespace medchain::source {

/// As reread().  A compressed file is read on from the place before, if that comes first in it, and
/// not from its beginning for each.
class Rereader {
 public:
  Rereader();
  ~Rereader();
  Result<Reread> reread(const Locator& locator, std::size_t most);

 private:
  struct Stream;
  Result<Reread> reread_inflated(const Locator& locator, std::size_t most);
  std::unique_ptr<Stream> stream_;  ///< of the last place, if that was in a compressed file
};

}  // namespace medchain::source
