// Keys and values of the vault's tables.  Internal to lib/vault.
#pragma once

#include <string_view>

#include "crypto/sha256.hpp"
#include "vault/vault.hpp"

namespace medchain::vault {

constexpr std::string_view vault_layout = "2";
/// Runs came with layout 2: who knows layout 1 alone would miss versions.
constexpr std::string_view layout_without_runs = "1";

inline ByteArray<8> number_key(std::uint64_t number) {
  ByteArray<8> key;
  store_be(number, key);
  return key;
}

/// A counter or a slot, as the meta table holds it.
inline Result<std::uint64_t> number_in_meta(const std::optional<ByteView>& found,
                                            std::string_view name) {
  if (!found || found->size() != 8)
    return fail(Code::store_damaged, "vault: meta " + quote(name) + " is damaged");
  return load_be<std::uint64_t>(*found);
}

/// Key of the indexes by id and by digest: first 8 bytes of that, number of the version.
constexpr std::size_t version_key_size = 16;
inline ByteArray<version_key_size> version_key(ByteView hash, std::uint64_t number) {
  ByteArray<version_key_size> key;
  std::memcpy(key.data(), hash.data(), 8);
  store_be(number, MutableByteView(key).subspan(8));
  return key;
}

/// SHA-256 of the name: names can be longer than a key may be.
inline ByteArray<32> subject_key(std::string_view name) { return crypto::sha256(as_bytes(name)); }
inline ByteArray<32> path_key(std::string_view path) { return crypto::sha256(as_bytes(path)); }

inline Bytes encode_subject(std::uint64_t slot, std::string_view name) {
  Bytes out;
  append_be(slot, out);
  append(as_bytes(name), out);
  return out;
}

/// In `ids`: what an erasure has left, and what vaults of layout 1 have of all their records.
inline ByteArray<56> encode_latest(const Latest& latest) {
  ByteArray<56> out;
  store_be(latest.number, out);
  store_be(latest.batch, MutableByteView(out).subspan(8));
  store_be(std::uint64_t{0}, MutableByteView(out).subspan(16));
  std::memcpy(out.data() + 24, latest.digest.bytes.data(), 32);
  return out;
}

inline Result<Latest> decode_latest(ByteView bytes) {
  if (bytes.size() != 56) return fail(Code::store_damaged, "vault: the id index is damaged");
  return Latest{load_be<std::uint64_t>(bytes), load_be<std::uint64_t>(bytes.subspan(8)),
                Digest::from_view(bytes.subspan(24, 32))};
}

}  // namespace medchain::vault
