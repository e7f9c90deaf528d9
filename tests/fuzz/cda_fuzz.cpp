// CDA: what is identified looks like CDA to the quick test, and the pieces in which it is read do
// not matter.
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "fuzz/require.hpp"
#include "source/identify.hpp"

using namespace medchain;
using namespace medchain::source;

namespace {

ReadAt reader_of(ByteView file, std::size_t most) {
  return [file, most](std::uint64_t offset, MutableByteView to) -> Result<std::size_t> {
    if (offset >= file.size()) return std::size_t{0};
    const auto start = static_cast<std::size_t>(offset);
    const std::size_t count = std::min({to.size(), file.size() - start, most});
    std::memcpy(to.data(), file.data() + start, count);
    return count;
  };
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView file(reinterpret_cast<const std::byte*>(data), size);
  const bool looks = looks_like_cda(file);
  const auto found = identify_cda(reader_of(file, size), size);
  const auto slowly = identify_cda(reader_of(file, 7), size);
  require(found.ok() == slowly.ok());
  if (!found) {
    require(!found.error().message.empty());
    return 0;
  }
  require(looks || size > 4096);
  require(!found->id.empty());
  require(found->id == slowly->id && found->subject == slowly->subject &&
          found->date == slowly->date);
  return 0;
}
