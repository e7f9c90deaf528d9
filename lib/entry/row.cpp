#include "entry/row.hpp"

#include "crypto/sha256.hpp"

namespace medchain::entry {
namespace {

// Domain separation (STYLE 7.2): one string per kind of value, with its version.
constexpr std::string_view row_domain = "medchain/1 row\n";
constexpr std::string_view commitment_domain = "medchain/1 commitment\n";
constexpr std::string_view subject_domain = "medchain/1 subject\n";
constexpr std::string_view record_domain = "medchain/1 record\n";

}  // namespace

void Row::put(MutableByteView out) const {
  store_be(type, out);
  store_be(flags, out.subspan(2));
  std::memcpy(out.data() + 4, record.bytes.data(), 32);
  std::memcpy(out.data() + 36, subject.bytes.data(), 32);
  std::memcpy(out.data() + 68, commitment.bytes.data(), 32);
}

Row Row::get(ByteView bytes) {
  Row row;
  row.type = load_be<std::uint16_t>(bytes);
  row.flags = load_be<std::uint16_t>(bytes.subspan(2));
  row.record = RecordTag::from_view(bytes.subspan(4, 32));
  row.subject = SubjectTag::from_view(bytes.subspan(36, 32));
  row.commitment = Commitment::from_view(bytes.subspan(68, 32));
  return row;
}

TreeHash row_hash(const Row& row) {
  // 00 || domain || row in one buffer: one call of the hash function.
  ByteArray<1 + row_domain.size() + Row::size> buffer;
  buffer[0] = std::byte{0};
  std::memcpy(buffer.data() + 1, row_domain.data(), row_domain.size());
  row.put(MutableByteView(buffer).subspan(1 + row_domain.size()));
  return TreeHash(crypto::sha256(buffer));
}

ManifestRoot manifest_root(std::span<const Row> rows) {
  merkle::RootBuilder builder;
  for (const Row& row : rows) builder.add(row_hash(row));
  return ManifestRoot(builder.root().bytes);
}

Commitment commit(const Salt& salt, const Digest& digest) {
  ByteArray<commitment_domain.size() + 64> buffer;
  std::memcpy(buffer.data(), commitment_domain.data(), commitment_domain.size());
  std::memcpy(buffer.data() + commitment_domain.size(), salt.bytes.data(), 32);
  std::memcpy(buffer.data() + commitment_domain.size() + 32, digest.bytes.data(), 32);
  return Commitment(crypto::sha256(buffer));
}

SubjectTag subject_tag(ByteView k, const GenesisHash& genesis) {
  return SubjectTag(crypto::hmac_sha256(k, {as_bytes(subject_domain), genesis.view()}));
}

RecordTag record_tag(ByteView k, const GenesisHash& genesis, std::string_view source,
                     std::string_view type, std::string_view id) {
  const auto length = [](std::string_view part) {
    MC_ASSERT(part.size() <= 0xffff);
    ByteArray<2> bytes;
    store_be(static_cast<std::uint16_t>(part.size()), bytes);
    return bytes;
  };
  const auto source_length = length(source), type_length = length(type), id_length = length(id);
  return RecordTag(crypto::hmac_sha256(
      k, {as_bytes(record_domain), genesis.view(), source_length, as_bytes(source), type_length,
          as_bytes(type), id_length, as_bytes(id)}));
}

ServiceTag service_tag(ByteView k, const GenesisHash& genesis, std::string_view code) {
  return ServiceTag(
      crypto::hmac_sha256(k, {as_bytes("medchain/1 service\n"), genesis.view(), as_bytes(code)}));
}

PersonTag person_tag(ByteView k, const GenesisHash& genesis, std::string_view name) {
  return PersonTag(
      crypto::hmac_sha256(k, {as_bytes("medchain/1 person\n"), genesis.view(), as_bytes(name)}));
}

}  // namespace medchain::entry
