#include "source/source.hpp"

namespace medchain::source {

Result<bool> read_some(Reader& reader, std::size_t most, std::vector<Item>& items) {
  items.clear();
  while (items.size() < most) {
    MC_ASSIGN(auto item, reader.next());
    if (!item) return false;
    items.push_back(std::move(*item));
  }
  return true;
}

}  // namespace medchain::source
