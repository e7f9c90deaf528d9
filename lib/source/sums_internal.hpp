// One line of `sha256sum` output.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/types.hpp"

namespace medchain::source {

struct Sum {
  Digest digest;
  std::string name;  ///< unescaped bytes
};

/// `HEX  NAME` or `HEX *NAME`, with a backslash in front if NAME is escaped (\\, \n, \r).  Hex
/// digits in either case, as `sha256sum -c` takes them.  Fails with input_invalid naming what was
/// expected, never the name.
Result<Sum> parse_sum_line(std::string_view line);

}  // namespace medchain::source
