// Strong types: what means something different has a different type (STYLE 4.1), so that two 32-byte
// arguments cannot be swapped.  Construction is explicit, there are no conversions between them.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace medchain {

/// 32 bytes with a meaning.  Value-initialised to zeros.
template <class Tag>
struct Hash {
  static constexpr std::size_t size = 32;
  ByteArray<32> bytes{};

  Hash() = default;
  explicit Hash(const ByteArray<32>& from) : bytes(from) {}
  /// Precondition: from.size() == 32.
  static Hash from_view(ByteView from) {
    Hash hash;
    std::memcpy(hash.bytes.data(), from.data(), size);
    return hash;
  }
  ByteView view() const { return bytes; }
  auto operator<=>(const Hash&) const = default;
};

using Digest = Hash<struct DigestTag>;            ///< SHA-256 of a record's bytes, as sha256sum prints it
using Salt = Hash<struct SaltTag>;                ///< 32 random bytes of an opening
using Commitment = Hash<struct CommitmentTag>;    ///< DESIGN 6, what the ledger holds for a record
using RecordTag = Hash<struct RecordTagTag>;      ///< keyed pseudonym of a record id
using SubjectTag = Hash<struct SubjectTagTag>;    ///< keyed pseudonym of a subject
using PersonTag = Hash<struct PersonTagTag>;      ///< keyed pseudonym of a member's person
using ServiceTag = Hash<struct ServiceTagTag>;      ///< keyed pseudonym of a service that a subject is referred for
using PackageHash = Hash<struct PackageHashTag>;  ///< SHA-256 of a sealed package, as sha256sum prints it
using ManifestRoot = Hash<struct ManifestRootTag>;///< RFC 6962 root over the rows of one anchor entry
using TreeHash = Hash<struct TreeHashTag>;        ///< leaf or inner node of an RFC 6962 tree
using RootHash = Hash<struct RootHashTag>;        ///< root of the log
using EntryHash = Hash<struct EntryHashTag>;      ///< SHA-256(0x00 || note bytes): the leaf hash of an entry
using GenesisHash = Hash<struct GenesisHashTag>;  ///< the entry hash of entry 0, names the ledger for ever

/// A number with a meaning.
template <class Tag, class Rep>
class Strong {
 public:
  constexpr Strong() = default;
  constexpr explicit Strong(Rep value) : value_(value) {}
  constexpr Rep get() const { return value_; }
  auto operator<=>(const Strong&) const = default;

 private:
  Rep value_{};
};

using EntryIndex = Strong<struct EntryIndexTag, std::uint64_t>;    ///< 0-based position in the log
using TreeSize = Strong<struct TreeSizeTag, std::uint64_t>;        ///< number of entries
using UnixSeconds = Strong<struct UnixSecondsTag, std::int64_t>;   ///< UTC seconds since 1970

/// 128 bits that name a statement of its author (DESIGN 5), 32 lower-case hex digits in text.
struct StatementId {
  ByteArray<16> bytes{};
  auto operator<=>(const StatementId&) const = default;
};

/// Ed25519 public key of a redeem token (DESIGN 9), 64 lower-case hex digits in text.
struct RedeemKey {
  ByteArray<32> bytes{};
  auto operator<=>(const RedeemKey&) const = default;
};

/// Ed25519 signature by a redeem token, 128 lower-case hex digits in text.
struct RedeemProof {
  ByteArray<64> bytes{};
  auto operator<=>(const RedeemProof&) const = default;
};

}  // namespace medchain
