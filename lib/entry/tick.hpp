// tick: the clock member moves log time to the entry's own time.
#pragma once

#include "entry/fields.hpp"

namespace medchain::entry {

struct Tick {
  static constexpr std::string_view type = "tick";
  static constexpr std::string_view text = "the clock moves log time to the time of this entry";

  bool operator==(const Tick&) const = default;
  template <class Self, class Visitor>
  static void fields(Self&, Visitor&) {}
};

}  // namespace medchain::entry
