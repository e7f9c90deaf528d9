// Where a set of keys is (key_set.hpp).
#pragma once

#include <cstddef>
#include <optional>

#include "store/store.hpp"

namespace medchain::store {

struct KeySetTables {
  std::optional<Table> loose,
      runs;  ///< nothing in an environment made before there was this one: as if empty
  std::size_t key_size = 0;
};

}  // namespace medchain::store
