// Versions and batches as bytes; the file of secrets.
#include <doctest/doctest.h>

#include "base/encoding.hpp"
#include "unit/vault/vault_support.hpp"

using namespace test;
using medchain::Bytes;
using medchain::ByteView;
using vault::Secrets;
using vault::SecretValue;

namespace {

vault::Version sample() {
  vault::Version version;
  version.batch = 7;
  version.previous = 0;
  version.salt_slot = 12;
  version.subject = 3;
  version.flags = 1;
  version.digest = hash_of<medchain::Digest>("x");
  version.size = 1ull << 40;
  version.source = "lis";
  version.type = "Observation";
  version.id = "o1";
  version.group = "g";
  version.date = "2026-01-01";
  version.code = "2339-0";
  version.path = 5;
  version.line = 9;
  version.offset = 1ull << 33;
  version.mtime = -1;
  return version;
}

}  // namespace

TEST_CASE("a version keeps every field, and empty ones") {
  CHECK(must(vault::decode_version(vault::encode(sample()))) == sample());
  const vault::Version empty;
  CHECK(must(vault::decode_version(vault::encode(empty))) == empty);
  vault::Version longest = sample();
  longest.id = std::string(65'535, 'x');
  CHECK(must(vault::decode_version(vault::encode(longest))) == longest);
}

TEST_CASE("a version keeps its labels, and none is not the same as not known") {
  vault::Version version = sample();
  for (const std::string& labels : {std::string(), std::string("R"), std::string("R\nPSY")}) {
    version.labels = labels;
    CHECK(must(vault::decode_version(vault::encode(version))) == version);
  }
  const Bytes bytes = vault::encode(version);
  CHECK(bytes[0] == std::byte{2});
  for (std::size_t size = 0; size < bytes.size(); ++size)
    check_refused(vault::decode_version(ByteView(bytes).first(size)), Code::store_damaged, "version");
}

TEST_CASE("a version written before labels were kept is read, and written back as it was") {
  const std::string_view hex =
      "01" "0001" "0000000000000007" "0000000000000001" "000000000000000c" "0000000000000003"
      "0000010000000000" "0000000000000005" "0000000000000009" "0000000200000000" "ffffffffffffffff"
      "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
      "00036c6973" "000b4f62736572766174696f6e" "00026f31" "000167" "000a323032362d30312d3031" "0006323333392d30";
  Bytes bytes(hex.size() / 2);
  must(medchain::parse_hex(hex, bytes));
  const vault::Version version = must(vault::decode_version(bytes));
  CHECK(version == sample());
  CHECK_FALSE(version.labels.has_value());
  CHECK(vault::encode(version) == bytes);
}

TEST_CASE("a version that is cut off, too long or of another format is damaged") {
  Bytes bytes = vault::encode(sample());
  for (std::size_t size = 0; size < bytes.size(); ++size)
    check_refused(vault::decode_version(ByteView(bytes).first(size)), Code::store_damaged, "version");
  bytes.push_back(std::byte{0});
  check_refused(vault::decode_version(bytes), Code::store_damaged, "version");
  bytes.pop_back();
  for (const unsigned format : {0u, 2u, 3u, 255u}) {
    bytes[0] = std::byte(format);
    check_refused(vault::decode_version(bytes), Code::store_damaged, "version");
  }
}

TEST_CASE("a batch keeps its state, place and statement") {
  for (const auto state : {vault::BatchState::pending, vault::BatchState::anchored, vault::BatchState::abandoned}) {
    const vault::Batch batch{state, 4, 3, EntryIndex(17), "note\n"};
    const vault::Batch again = must(vault::decode_batch(vault::encode(batch)));
    CHECK(again.state == state);
    CHECK(again.first == 4);
    CHECK(again.count == 3);
    CHECK(again.entry == EntryIndex(17));
    CHECK(again.note == "note\n");
  }
  Bytes bytes = vault::encode(vault::Batch{});
  for (const unsigned state : {0u, 4u, 255u}) {
    bytes[0] = std::byte(state);
    check_refused(vault::decode_batch(bytes), Code::store_damaged, "batch");
  }
  bytes[0] = std::byte{1};
  for (std::size_t size = 0; size < bytes.size(); ++size)
    check_refused(vault::decode_batch(ByteView(bytes).first(size)), Code::store_damaged, "batch");
}

TEST_CASE("secrets are kept in slots, and a destroyed one is gone from the file") {
  TempDir dir;
  const std::string path = dir.path("secrets");
  must(Secrets::create(path));
  SecretValue one, two;
  one.fill(std::byte{0xa1});
  two.fill(std::byte{0xb2});
  {
    Secrets secrets = must(Secrets::open(path, false));
    const std::vector<SecretValue> both = {one, two};
    must(secrets.write(Secrets::first_slot, both));
    must(secrets.sync());
  }
  Secrets secrets = must(Secrets::open(path, false));
  CHECK(must(secrets.read(1)) == one);
  CHECK(must(secrets.read(2)) == two);
  check_refused(secrets.read(3), Code::store_damaged, "ends before slot 3");
  must(secrets.destroy(1));
  CHECK(vault::is_erased(must(secrets.read(1))));
  CHECK_FALSE(vault::is_erased(must(secrets.read(2))));
  const std::string all = read_all(path);
  CHECK(all.find(std::string(8, '\xa1')) == std::string::npos);
  CHECK(all.find(std::string(32, '\xb2')) != std::string::npos);
}

TEST_CASE("a secrets file that is open to others or has no header is refused") {
  TempDir dir;
  const std::string path = dir.path("secrets");
  must(Secrets::create(path));
  CHECK((std::filesystem::status(path).permissions() & std::filesystem::perms::all) ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  check_refused(Secrets::create(path), Code::storage_failed, "secrets");
  std::filesystem::permissions(path, std::filesystem::perms(0640));
  check_refused(Secrets::open(path, true), Code::key_unsafe, "secrets");
  std::filesystem::permissions(path, std::filesystem::perms(0600));
  std::ofstream(path) << std::string(64, 'x');
  check_refused(Secrets::open(path, true), Code::store_damaged, "not a secrets file");
  std::ofstream(path) << "short";
  check_refused(Secrets::open(path, true), Code::store_damaged, "ends before slot 0");
}

TEST_CASE("one holder of the lock at a time") {
  TempDir dir;
  const std::string path = dir.path("secrets");
  must(Secrets::create(path));
  Secrets other = must(Secrets::open(path, false));
  {
    Secrets first = must(Secrets::open(path, false));
    must(first.lock(std::chrono::milliseconds(0)));
    check_refused(other.lock(std::chrono::milliseconds(30)), Code::lock_timeout, "another run");
  }
  must(other.lock(std::chrono::milliseconds(0)));
}
