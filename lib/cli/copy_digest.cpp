#include "cli/copy_digest.hpp"

#include "crypto/sha256.hpp"
#include "json/record_scanner.hpp"

namespace medchain::cli {

Result<Digest> digest_of_copy(const vault::Vault& vault, std::uint64_t number, bool canonical) {
  crypto::Sha256 sha256;
  std::string text;
  MC_TRY(vault.read_copy(number, [&](ByteView chunk) -> Status {
    if (canonical)
      text += as_text(chunk);
    else
      sha256.update(chunk);
    return {};
  }));
  if (!canonical) return Digest(sha256.finish());
  std::string_view value = text;
  if (value.starts_with("\xef\xbb\xbf")) value.remove_prefix(3);
  const auto form = json::canonical_json(value);
  if (!form) return fail(Code::copy_damaged, "the copy is not JSON: " + form.error().message);
  return Digest(crypto::sha256(as_bytes(*form)));
}

}  // namespace medchain::cli
