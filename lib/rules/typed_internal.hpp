// Reading state values by their field lists.  Internal to lib/rules.
#pragma once

#include "base/encoding.hpp"
#include "rules/view.hpp"

namespace medchain::rules {

inline Error damaged(std::string_view key, const std::string& why) {
  return fail(Code::store_damaged, "state " + quote(key) + ": " + why);
}

/// Nothing if there is no such key; store_damaged if its value does not decode.
template <class T>
Result<std::optional<T>> typed(const View& view, const std::string& key) {
  MC_ASSIGN(auto found, view.get(key));
  if (!found) return std::optional<T>();
  auto object = json::parse_object(*found);
  if (!object) return damaged(key, object.error().message);
  auto value = entry::decode<T>(*object);
  if (!value) return damaged(key, value.error().message);
  return std::optional<T>(std::move(*value));
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
