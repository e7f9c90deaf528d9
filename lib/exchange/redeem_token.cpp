#include "exchange/redeem_token.hpp"

#include "base/file.hpp"
#include "crypto/age_key.hpp"
#include "crypto/sha256.hpp"

namespace medchain::exchange {
namespace {

constexpr std::string_view prefix = "MCRX";
constexpr std::size_t seed_size = 32;
constexpr std::size_t max_file = 4'096;

Error invalid(const std::string& why) { return fail(Code::key_invalid, "redeem token: " + why); }

}  // namespace

RedeemToken RedeemToken::generate(crypto::Random& random) {
  crypto::Secret seed(seed_size);
  random.fill(seed.mutable_view());
  return RedeemToken(std::move(seed));
}

Result<RedeemToken> RedeemToken::parse(std::string_view text) {
  auto decoded = crypto::bech32_decode(text);
  if (!decoded) return invalid(decoded.error().message);
  auto& [found, data] = *decoded;
  const crypto::WipeOnExit wipe_data(data);
  if (found != prefix && found != "mcrx") return invalid("expected prefix 'MCRX'");
  if (data.size() != seed_size)
    return invalid("expected 32 bytes, got " + std::to_string(data.size()));
  return RedeemToken(crypto::Secret::copy_of(data));
}

Result<RedeemToken> RedeemToken::load(const std::string& path) {
  MC_ASSIGN(std::string text, read_private_file(path, max_file));
  const crypto::WipeOnExit wipe_text(text);
  std::string_view line = text;
  if (line.ends_with('\n')) line.remove_suffix(1);
  return parse(line);
}

crypto::Secret RedeemToken::text() const {
  std::string text = crypto::bech32_encode(prefix, signer_.seed().view());
  const crypto::WipeOnExit wipe_text(text);
  return crypto::Secret::copy_of(as_bytes(text));
}

RedeemKey RedeemToken::key() const { return {signer_.public_key().bytes}; }

crypto::Secret RedeemToken::identity() const {
  auto hash = crypto::sha256({as_bytes("medchain/1 redeem identity\n"), signer_.seed().view()});
  const crypto::WipeOnExit wipe_hash(hash);
  return crypto::Secret::copy_of(hash);
}

Result<RedeemProof> RedeemToken::prove(std::string_view redeem_text) {
  MC_ASSIGN(const crypto::Signature signature, signer_.sign(as_bytes(redeem_text)));
  return RedeemProof{signature.bytes};
}

}  // namespace medchain::exchange
