// The formulas of DESIGN 6 against constants that Python's hashlib and hmac computed:
//   h=lambda b:hashlib.sha256(b).digest(); K=b'K'*32; G=b'G'*32; mac=lambda m:hmac.new(K,m,'sha256').hexdigest()
//   commitment  h(b"medchain/1 commitment\n"+bytes(range(32))+h(b"abc")).hex()
//   subject     mac(b"medchain/1 subject\n"+G)
//   record      l=lambda x:struct.pack(">H",len(x))+x; mac(b"medchain/1 record\n"+G+l(source)+l(type)+l(id))
//   row(n)      struct.pack(">HH",n,1)+bytes([n])*32+bytes([0x80+n])*32+bytes([0xc0+n])*32
//   leaf(n)     h(b"\0medchain/1 row\n"+row(n));  roots: node=lambda a,b:h(b"\1"+a+b)
#include "entry/row.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/encoding.hpp"
#include "crypto/sha256.hpp"
#include "entry/entry.hpp"
#include "unit/merkle/reference.hpp"

using namespace medchain;
using entry::Row;

namespace {

std::string hex(ByteView bytes) { return to_hex(bytes); }

template <class H>
H filled(unsigned value) {
  H hash;
  hash.bytes.fill(static_cast<std::byte>(value));
  return hash;
}

Row row(unsigned n) {
  return {static_cast<std::uint16_t>(n), 1, filled<RecordTag>(n), filled<SubjectTag>(0x80 + n),
          filled<Commitment>(0xc0 + n)};
}

std::vector<Row> rows(unsigned count) {
  std::vector<Row> all;
  for (unsigned n = 0; n < count; ++n) all.push_back(row(n));
  return all;
}

}  // namespace

TEST_CASE("a commitment is the hash of its domain, the salt and the digest") {
  Salt salt;
  for (std::size_t i = 0; i < 32; ++i) salt.bytes[i] = static_cast<std::byte>(i);
  const Digest digest(crypto::sha256(as_bytes("abc")));
  CHECK(hex(entry::commit(salt, digest).view()) == "fa74ff7021b815ca5307293fa87587198713e4daa38796b568525d1f109dbb99");
  Salt other = salt;
  other.bytes[31] ^= std::byte{1};
  CHECK(entry::commit(other, digest) != entry::commit(salt, digest));
}

TEST_CASE("tags are keyed hashes over the genesis hash and the length-prefixed parts") {
  const ByteArray<32> k = filled<Salt>('K').bytes;
  const auto genesis = filled<GenesisHash>('G');
  CHECK(hex(entry::subject_tag(k, genesis).view()) == "ecc3848324b8111ac6bae0bc2b80c6a523b77f013ee99d20370918f3f94034a1");
  const auto record = [&](std::string_view source, std::string_view type, std::string_view id) {
    return hex(entry::record_tag(k, genesis, source, type, id).view());
  };
  CHECK(record("his", "Observation", "9") == "3af0384796d913ea52251956c1bca0d6ecc9c6e656f313abb6844817608a967e");
  CHECK(record("", "", "") == "7e39487040165faa11bcf5e26e5cd06a04dc45f224c9ad1d158aa6b26657d597");
  CHECK(record(std::string(65'535, 's'), "t", "\xc3\xa9") ==
        "ba75840ea852a6c82ba300ee9d87aeb1c747a5f21720dbb62949b8f8b938245b");
}

TEST_CASE("no two divisions of the same bytes into source, type and id have the same record tag") {
  const ByteArray<32> k = filled<Salt>('K').bytes;
  const auto genesis = filled<GenesisHash>('G');
  const std::string_view all = "abcd";
  std::vector<RecordTag> tags;
  for (std::size_t i = 0; i <= all.size(); ++i)
    for (std::size_t j = i; j <= all.size(); ++j)
      tags.push_back(entry::record_tag(k, genesis, all.substr(0, i), all.substr(i, j - i), all.substr(j)));
  std::sort(tags.begin(), tags.end());
  CHECK(std::adjacent_find(tags.begin(), tags.end()) == tags.end());
  CHECK(entry::subject_tag(k, genesis) != entry::subject_tag(k, filled<GenesisHash>('H')));
  CHECK(entry::subject_tag(k, genesis) != entry::subject_tag(filled<Salt>('L').bytes, genesis));
}

TEST_CASE("a row is 100 bytes, each field at its place, big-endian") {
  ByteArray<Row::size> bytes{};
  row(2).put(bytes);
  CHECK(hex(bytes) == "00020001" + hex(filled<Salt>(2).view()) + hex(filled<Salt>(0x82).view()) +
                          hex(filled<Salt>(0xc2).view()));
  CHECK(Row::get(bytes) == row(2));
  Row wide = row(2);
  wide.type = 0x0102;
  wide.flags = 0xfffe;
  wide.put(bytes);
  CHECK(hex(ByteView(bytes).first(4)) == "0102fffe");
  // Each byte counts, and counts once.
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    CAPTURE(i);
    auto other = bytes;
    other[i] ^= std::byte{0x40};
    const Row read = Row::get(other);
    CHECK(read != wide);
    ByteArray<Row::size> again{};
    read.put(again);
    CHECK(again == other);
    CHECK(entry::row_hash(read) != entry::row_hash(wide));
  }
}

TEST_CASE("manifest leaves and roots are those of RFC 6962 over the rows in their order") {
  CHECK(hex(entry::row_hash(row(2)).view()) == "482ddf1ae0ac807ff35069031446b20ac2d2fd5d07aa07745288d27323d6a3c0");
  const auto root = [](unsigned count) { return hex(entry::manifest_root(rows(count)).view()); };
  CHECK(root(0) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(root(1) == "4951bce977eb27581a33614ad26adfe15dbf5cdf852588ee3d8f00a4f8677267");
  CHECK(root(2) == "233fec684053340ea08efca8b6e351cf1e5a01cb383f25d5f4195667f718bf70");
  CHECK(root(3) == "0780284cc43c2f99f280e2c46ceb1710c25004eda5d519d979875023fa6b1613");
  auto swapped = rows(3);
  std::swap(swapped[0], swapped[2]);
  CHECK(entry::manifest_root(swapped) != entry::manifest_root(rows(3)));
}

TEST_CASE("manifest roots of all small sizes equal the slow reference") {
  for (unsigned count = 1; count <= 70; ++count) {
    const auto all = rows(count);
    std::vector<TreeHash> leaves;
    for (const Row& one : all) leaves.push_back(entry::row_hash(one));
    CHECK(entry::manifest_root(all).bytes == test::rfc6962::mth(leaves).bytes);
  }
}

TEST_CASE("the entry hash is the RFC 6962 leaf hash of the note, the statement hash that of the text alone") {
  CHECK(hex(entry::entry_hash("hello\n").view()) == "54a6dc1bfc990ced3f5757264f357ad708a9ee54ce3d117299641b234f6d5800");
  CHECK(hex(entry::statement_hash("hello\n")) == "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03");
  CHECK(entry::as_leaf(entry::entry_hash("x")).bytes == entry::entry_hash("x").bytes);
}
