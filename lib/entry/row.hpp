// Rows, manifests and the values in them: the exact formulas of DESIGN 6.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "crypto/secret.hpp"
#include "merkle/tree.hpp"

namespace medchain::entry {

/// u16 type || u16 flags || record tag[32] || subject tag[32] || commitment[32], big-endian.
struct Row {
  static constexpr std::size_t size = 100;
  static constexpr std::uint16_t flag_canonical_json =
      1;  ///< digest of the canonical form, not of the bytes
  static constexpr std::uint16_t known_flags = flag_canonical_json;

  std::uint16_t type = 0;  ///< index into the anchor's `types`
  std::uint16_t flags = 0;
  RecordTag record;
  SubjectTag subject;
  Commitment commitment;
  bool operator==(const Row&) const = default;

  void put(MutableByteView out) const;  ///< precondition: 100 bytes
  static Row get(ByteView bytes);       ///< precondition: 100 bytes
};

constexpr std::size_t max_rows = 8'192;

/// SHA-256(00 || "medchain/1 row\n" || row).
TreeHash row_hash(const Row& row);
ManifestRoot manifest_root(std::span<const Row> rows);

/// SHA-256("medchain/1 commitment\n" || salt || digest).
Commitment commit(const Salt& salt, const Digest& digest);
/// HMAC-SHA-256(K, "medchain/1 subject\n" || genesis).
SubjectTag subject_tag(ByteView k, const GenesisHash& genesis);
/// HMAC-SHA-256(K, "medchain/1 record\n" || genesis || len,source || len,type || len,id), lengths
/// u16 big-endian. Precondition: each at most 65,535 bytes.
RecordTag record_tag(ByteView k, const GenesisHash& genesis, std::string_view source,
                     std::string_view type, std::string_view id);

/// HMAC-SHA-256(K, "medchain/1 service\n" || genesis || code of the service).
ServiceTag service_tag(ByteView k, const GenesisHash& genesis, std::string_view code);

/// HMAC-SHA-256(K of persons, "medchain/1 person\n" || genesis || name of the person).
PersonTag person_tag(ByteView k, const GenesisHash& genesis, std::string_view name);

}  // namespace medchain::entry
