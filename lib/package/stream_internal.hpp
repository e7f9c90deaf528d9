// What writer and reader share.
#pragma once

#include <cstddef>

namespace medchain::package {

/// Data are moved in pieces of this size: one chunk of age.
constexpr std::size_t chunk_size = 65'536;

}  // namespace medchain::package
