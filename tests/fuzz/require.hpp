// What a fuzz target demands: a crash where it does not hold.
#pragma once

inline void require(bool holds) {
  if (!holds) __builtin_trap();
}
