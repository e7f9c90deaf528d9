// Reading many places again: a file is read through once.
#pragma once

#include <memory>

#include "source/locator.hpp"

namespace medchain::source {

/// As reread().  A file is read on from the place before; a compressed one from its beginning only
/// for a place that lies before that.
class Rereader {
 public:
  Rereader();
  ~Rereader();
  Result<Reread> reread(const Locator& locator, std::size_t most);

 private:
  struct Opened;
  Status open(const std::string& path);
  std::unique_ptr<Opened> opened_;  ///< the file of the last place
};

}  // namespace medchain::source
