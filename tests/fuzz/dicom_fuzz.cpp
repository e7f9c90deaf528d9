// DICOM: what is identified looks like DICOM, has a UID as id, and reading through small windows
// finds the same.
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
    require(!to.empty());
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
  const auto found = identify_dicom(reader_of(file, size), size);
  const auto slowly = identify_dicom(reader_of(file, 1), size);
  require(found.ok() == slowly.ok());
  if (!found) {
    require(found.error().message == slowly.error().message && !found.error().message.empty());
    return 0;
  }
  require(looks_like_dicom(file));
  require(!found->id.empty() && found->id.size() <= 64);
  require(found->id.find_first_not_of("0123456789.") == std::string::npos);
  require(found->group.find_first_not_of("0123456789.") == std::string::npos);
  require(found->id == slowly->id && found->group == slowly->group &&
          found->subject == slowly->subject);
  return 0;
}
