#include "crypto/random.hpp"

#include <sodium.h>

#include "crypto/sodium_internal.hpp"

namespace medchain::crypto {

SystemRandom::SystemRandom() { ensure_sodium(); }

void SystemRandom::fill(MutableByteView out) {
  if (!out.empty()) randombytes_buf(out.data(), out.size());
}

// Key: the seed, big-endian, and 24 zero bytes.  Nonce: the number of this call, big-endian.  Each
// call has a stream of its own, so that what a call gives depends on how many calls there were, not
// on how long they were.
void SeededRandom::fill(MutableByteView out) {
  ensure_sodium();
  static_assert(crypto_stream_chacha20_KEYBYTES == 32 && crypto_stream_chacha20_NONCEBYTES == 8);
  ByteArray<32> key{};
  ByteArray<8> nonce{};
  store_be(seed_, key);
  store_be(calls_++, nonce);
  if (!out.empty()) crypto_stream_chacha20(raw(out), out.size(), raw(nonce), raw(key));
}

}  // namespace medchain::crypto
