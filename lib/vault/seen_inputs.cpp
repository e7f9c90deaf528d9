#include "vault/seen_inputs.hpp"

#include <algorithm>
#include <limits>

namespace medchain::vault {

void SeenInputs::add(std::uint64_t version, std::uint64_t input) {
  // What does not fit is still known to have been seen.
  pages_[version / page_size][version % page_size] = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(input, std::numeric_limits<std::uint32_t>::max()));
}

std::uint64_t SeenInputs::find(std::uint64_t version) const {
  const auto page = pages_.find(version / page_size);
  return page == pages_.end() ? 0 : page->second[version % page_size];
}

}  // namespace medchain::vault
