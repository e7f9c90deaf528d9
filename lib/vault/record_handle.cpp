#include <algorithm>

#include "crypto/secret.hpp"
#include "crypto/sha256.hpp"
#include "vault/anchoring.hpp"

namespace medchain::vault {

Result<ByteArray<8>> Anchoring::handle_of(const std::string& subject, std::string_view label) {
  SecretValue k{};
  MC_TRY(vault_.read([&]() -> Status {
    MC_ASSIGN(const KnownSubject* known, subject_of(subject));
    k = known->subject.k;
    return {};
  }));
  const auto whole =
      crypto::hmac_sha256(k, {as_bytes("medchain/1 record handle\n"), as_bytes(label)});
  crypto::wipe(k);
  ByteArray<8> handle{};
  std::copy_n(whole.begin(), handle.size(), handle.begin());
  return handle;
}

}  // namespace medchain::vault
