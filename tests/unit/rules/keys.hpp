// Keys and cards for the tests of lib/rules, made of names.
#pragma once

#include <map>
#include <memory>

#include "crypto/sha256.hpp"
#include "unit/entry/entry_support.hpp"

namespace test {

/// Who signs: a name and which of its keys.
struct By {
  By(const char* as) : name(as) {}                                          // NOLINT implicit
  By(std::string as, int key = 0) : name(std::move(as)), generation(key) {} // NOLINT implicit
  std::string name;
  int generation = 0;
};

/// The key of this name and number.
inline medchain::crypto::SeedSigner& key_of(const By& by) {
  static std::map<std::pair<std::string, int>, std::unique_ptr<medchain::crypto::SeedSigner>> keys;
  auto& key = keys[{by.name, by.generation}];
  if (!key) {
    const auto seed = medchain::crypto::sha256(medchain::as_bytes(by.name + "#" + std::to_string(by.generation)));
    key = std::make_unique<medchain::crypto::SeedSigner>(medchain::crypto::Secret::copy_of(seed));
  }
  return *key;
}
inline medchain::note::VerifierKey vkey(const By& by) { return key(by.name, key_of(by)); }

inline entry::Card card_of(const By& by, std::vector<entry::Role> roles = {}, entry::MemberKind kind = entry::MemberKind::hospital) {
  entry::Card card;
  card.name = name(by.name);
  card.kind = kind;
  card.roles = std::move(roles);
  card.sign = vkey(by);
  return card;
}

/// The card with a seal key, made of its name.
inline entry::Card sealed(entry::Card card) {
  const auto seed = medchain::crypto::sha256(medchain::as_bytes("seal of " + card.name.get()));
  card.seal = medchain::crypto::recipient_of(medchain::crypto::Secret::copy_of(seed));
  return card;
}

}  // namespace test
