// Values of a vault's database: one value, one encoding.
#include <cstdint>

#include "fuzz/require.hpp"
#include "vault/version.hpp"

using namespace medchain;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(reinterpret_cast<const std::byte*>(data), size);
  if (const auto version = vault::decode_version(bytes))
    require(equal(vault::encode(*version), bytes));
  if (const auto batch = vault::decode_batch(bytes)) require(equal(vault::encode(*batch), bytes));
  return 0;
}
