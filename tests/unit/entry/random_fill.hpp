// Fills whatever a field list names with random well-formed values (STYLE 6.1): a new field is in here without a line.
// The same seed gives the same values on every platform.
#pragma once

#include <optional>
#include <random>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "crypto/ed25519.hpp"
#include "entry/codec.hpp"
#include "entry/row_ranges.hpp"

namespace test {

class RandomFill {
 public:
  enum class Optional { some, all };
  explicit RandomFill(std::uint64_t seed, Optional optional = Optional::some) : engine_(seed), optional_(optional) {}

  template <class T>
  void operator()(const medchain::entry::Field&, T& value) {
    fill(value);
  }

  /// 0 to n - 1.
  std::uint64_t below(std::uint64_t n) { return engine_() % n; }

  template <class T>
  void fill(T& value) {
    using namespace medchain;
    if constexpr (entry::IsOptional<T>::value) {
      value.reset();
      if (below(2) == 0 || optional_ == Optional::all) fill(value.emplace());
    } else if constexpr (entry::IsVector<T>::value) {
      value.resize(below(4));
      for (auto& item : value) fill(item);
    } else if constexpr (entry::HasFields<T>) {
      T::fields(value, *this);
    } else if constexpr (std::is_enum_v<T>) {
      value = static_cast<T>(below(std::size(entry::EnumWords<T>::words)));
    } else if constexpr (std::is_same_v<T, bool>) {
      value = below(2) == 0;
    } else if constexpr (std::is_same_v<T, std::uint64_t>) {
      value = number();
    } else if constexpr (std::is_same_v<T, EntryIndex>) {
      value = EntryIndex(number());
    } else if constexpr (std::is_same_v<T, UnixSeconds>) {
      value = UnixSeconds(time());
    } else if constexpr (std::is_same_v<T, std::string>) {
      value = text("abcABC012./_-~$#\xc3\xa9\xe2\x82\xac", 120);
    } else if constexpr (std::is_same_v<T, MemberName>) {
      value = parsed<MemberName>("m" + text("abcxyz0189.-", MemberName::max_size - 1));
    } else if constexpr (std::is_same_v<T, entry::Word>) {
      value = parsed<entry::Word>(text("abcXYZ019._-", entry::Word::max_size));
    } else if constexpr (std::is_same_v<T, entry::Territory>) {
      const std::string capitals = "ACDEGNX", signs = "AX029";
      std::string made;
      for (int i = 0; i < 2; ++i) made += capitals[below(capitals.size())];
      if (below(2) == 0) {
        made += '-';
        for (std::uint64_t i = below(3) + 1; i > 0; --i) made += signs[below(signs.size())];
      }
      value = parsed<entry::Territory>(made);
    } else if constexpr (std::is_same_v<T, entry::UtcOffset>) {
      value = *entry::UtcOffset::of((static_cast<std::int64_t>(below(2'879)) - 1'439) * 60);
    } else if constexpr (std::is_same_v<T, entry::Label>) {
      value = parsed<entry::Label>(text("aZ 9\"'\\/<&\xc3\xa9\xe4\xb8\xad\xf0\x9f\x8f\xa5", entry::Label::max_size));
    } else if constexpr (std::is_same_v<T, note::VerifierKey>) {
      value.name = text("abc/.-_0", 40);
      value.type = below(2) == 0 ? note::KeyType::ed25519 : note::KeyType::cosignature;
      value.key = public_key();
    } else if constexpr (std::is_same_v<T, entry::RowRanges>) {
      std::vector<std::uint32_t> rows(1 + below(6));
      for (auto& row : rows) row = static_cast<std::uint32_t>(below(below(2) == 0 ? 8 : 8'192));
      value = entry::RowRanges::of(std::move(rows));
    } else if constexpr (std::is_same_v<T, crypto::AgeRecipient>) {
      ByteArray<32> secret{};
      secret[1] = static_cast<std::byte>(below(256));
      value = crypto::recipient_of(crypto::Secret::copy_of(secret));
    } else {
      for (std::byte& b : value.bytes) b = static_cast<std::byte>(below(256));
    }
  }

 private:
  /// Limits more often than chance would have them.
  std::uint64_t number() {
    switch (below(4)) {
      case 0: return below(3);
      case 1: return medchain::entry::max_integer - below(2);
      default: return below(medchain::entry::max_integer) >> below(53);
    }
  }
  std::int64_t time() {
    constexpr std::int64_t first = -62'135'596'800, last = 253'402'300'799;  // years 0001 and 9999
    switch (below(6)) {
      case 0: return first;
      case 1: return last;
      case 2: return 0;
      default: return first + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(last - first)));
    }
  }
  /// 1 to `limit` bytes of whole characters of `alphabet`.
  std::string text(std::string_view alphabet, std::size_t limit) {
    std::vector<std::string> characters;
    for (const char c : alphabet) {
      if ((static_cast<unsigned char>(c) & 0xc0) == 0x80)
        characters.back() += c;
      else
        characters.emplace_back(1, c);
    }
    const std::size_t wanted = below(4) == 0 ? limit : 1 + below(limit);
    std::string out = characters.front();
    for (;;) {
      const std::string& next = characters[below(characters.size())];
      if (out.size() + next.size() > wanted) return out;
      out += next;
    }
  }
  template <class T>
  static T parsed(const std::string& from) {
    auto value = T::parse(from);
    MC_ASSERT(value.ok());
    return std::move(value).value();
  }
  /// One of a few: making a key takes longer than everything else here.
  medchain::crypto::PublicKey public_key() {
    static const std::vector<medchain::crypto::PublicKey> pool = [] {
      std::vector<medchain::crypto::PublicKey> keys;
      medchain::crypto::SeededRandom random(1);
      for (int i = 0; i < 16; ++i) keys.push_back(medchain::crypto::generate_signer(random)->public_key());
      return keys;
    }();
    return pool[below(pool.size())];
  }

  std::mt19937_64 engine_;
  Optional optional_;
};

}  // namespace test
