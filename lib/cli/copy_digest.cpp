#include "cli/copy_digest.hpp"

#include "base/byte_order_mark.hpp"
#include "crypto/sha256.hpp"
#include "json/record_scanner.hpp"
#include "source/source.hpp"

namespace medchain::cli {
namespace {

// A byte order mark is no part of the value.
constexpr std::size_t max_value = source::max_record_line + byte_order_mark.size();

Error not_json(const std::string& why) {
  return fail(Code::copy_damaged, "the copy is not JSON: " + why);
}

Result<source::Reread> read_canonical(const vault::Vault& vault, std::uint64_t number,
                                      std::size_t most) {
  source::Reread found;
  MC_TRY(vault.read_copy(number, [&](ByteView chunk) -> Status {
    found.text += as_text(chunk);
    if (found.text.size() <= max_value) return {};
    return not_json("it is over " + std::to_string(max_value) + " bytes");
  }));
  const auto form = json::canonical_json(without_mark(found.text));
  if (!form) return not_json(form.error().message);
  found.digest = Digest(crypto::sha256(as_bytes(*form)));
  found.complete = found.text.size() <= most;
  if (!found.complete) found.text.resize(most);
  return found;
}

}  // namespace

Result<Digest> digest_of_copy(const vault::Vault& vault, std::uint64_t number, bool canonical) {
  MC_ASSIGN(const source::Reread found, read_copy(vault, number, canonical, 0));
  return found.digest;
}

Result<source::Reread> read_copy(const vault::Vault& vault, std::uint64_t number, bool canonical,
                                 std::size_t most) {
  if (canonical) return read_canonical(vault, number, most);
  source::Reread found;
  found.complete = true;
  crypto::Sha256 sha256;
  MC_TRY(vault.read_copy(number, [&](ByteView chunk) -> Status {
    sha256.update(chunk);
    const std::string_view part = as_text(chunk).substr(0, most - found.text.size());
    found.text += part;
    found.complete = found.complete && part.size() == chunk.size();
    return {};
  }));
  found.digest = Digest(sha256.finish());
  return found;
}

}  // namespace medchain::cli
