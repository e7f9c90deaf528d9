// Reading state values by their field lists.  Internal to lib/rules.
#pragma once

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "entry/codec.hpp"
#include "rules/view.hpp"

namespace medchain::rules {

inline Error damaged(std::string_view key, const std::string& why) {
  return fail(Code::store_damaged, "state " + quote(key) + ": " + why);
}

/// store_damaged if it does not decode.
template <class T>
Result<T> decode_state(std::string_view key, std::string_view text) {
  auto object = json::parse_object(text);
  if (!object) return damaged(key, object.error().message);
  auto value = entry::decode<T>(*object);
  if (!value) return damaged(key, value.error().message);
  return value;
}

inline Result<EntryIndex> index_in(std::string_view key, std::string_view text) {
  const auto index = parse_u64(text);
  if (!index) return damaged(key, index.error().message);
  return EntryIndex(*index);
}

/// Nothing if there is no such key; store_damaged if its value does not decode.
template <class T>
Result<std::optional<T>> typed(const View& view, const std::string& key) {
  MC_ASSIGN(const auto found, view.get(key));
  if (!found) return std::optional<T>();
  MC_ASSIGN(T state, decode_state<T>(key, *found));
  return std::optional<T>(std::move(state));
}

/// The hash in hex from `at` to the end of a key.
template <class H>
Result<H> hash_at_end(std::string_view key, std::size_t at) {
  H hash;
  if (auto status = parse_hex(key.substr(at), hash.bytes); !status)
    return damaged(key, status.error().message);
  return hash;
}

}  // namespace medchain::rules
