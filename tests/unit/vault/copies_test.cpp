// Copies: sealed beside their openings, exact again, and gone when they are erased.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "crypto/chunks.hpp"
#include "unit/vault/copies_support.hpp"

using namespace test;

using medchain::Bytes;
using medchain::ByteView;
using medchain::Status;
using vault::Outcome;

namespace {

std::string read(const std::string& path) { return must(medchain::read_file(path, 1u << 30, Code::internal)); }

void change_byte(const std::string& path, std::uint64_t at) {
  std::string bytes = read(path);
  bytes.at(at) = static_cast<char>(bytes.at(at) ^ 1);
  std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace

TEST_CASE("copies of every size come back exactly, and nothing of them is in the vault in clear") {
  Copies u;
  constexpr std::size_t chunk = medchain::crypto::chunk_size;
  std::vector<std::pair<std::string, std::string>> records;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{300}, chunk - 1, chunk, chunk + 1, 3 * chunk,
                                 (std::size_t{1} << 20), (std::size_t{1} << 20) + 1, (std::size_t{3} << 20) + 7}) {
    std::string text;
    while (text.size() < size) text += "CanaryOfARecord" + std::to_string(text.size()) + "\n";
    text.resize(size);
    records.emplace_back("r" + std::to_string(size), text);
  }
  u.put(records);
  for (std::size_t i = 0; i < records.size(); ++i) CHECK(u.get(i + 1) == records[i].second);
  // One blob of all that are small, and one for each large one.
  CHECK(u.files() == std::vector<std::string>{"0000000000000001", "0000000000000002", "0000000000000003"});
  for (const auto& file : fs::recursive_directory_iterator(u.path())) {
    if (!file.is_regular_file() || file.path().filename() == "lock.mdb") continue;
    CHECK(read(file.path().string()).find("CanaryOfARecord") == std::string::npos);
    CHECK((fs::status(file.path()).permissions() & fs::perms(0077)) == fs::perms::none);
  }
  CHECK((fs::status(u.path() + "/blobs").permissions() & fs::perms::all) == fs::perms(0700));
}

TEST_CASE("a large file is copied from its descriptor, and one that changed meanwhile is refused") {
  Copies u;
  const std::string path = u.dir.path("large");
  std::string text(2'000'000, 'x');
  text += "end";
  std::ofstream(path) << text;
  const medchain::File file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  auto run = u.copying();
  must(run.begin());
  auto record = record_of("large", text);
  const source::RecordBytes bytes{{}, file.fd(), text.size()};
  must(run.add(Copies::item(record, 1), bytes));
  auto other = record_of("other", text + "?");
  check_refused(run.add(Copies::item(other, 2), bytes), Code::input_changed, "while it was copied");
  const source::RecordBytes longer{{}, file.fd(), text.size() + 1};
  check_refused(run.add(Copies::item(other, 3), longer), Code::input_changed, "shorter");
  const auto batch = must(run.flush(u.log_time()));
  // A copy that failed leaves the batch as it was, and no file.
  CHECK(batch.prepared.rows.size() == 1);
  CHECK(u.files().size() == 1);
  CHECK(u.get(1) == text);
}

TEST_CASE("what was changed, cut, moved or is gone is damage") {
  Copies u;
  u.put({{"a", "the first record"}, {"b", "the second record"}, {"c", std::string(200'000, 'c')}});
  const auto a = u.place(1), b = u.place(2), c = u.place(3);
  for (std::uint64_t at = a.offset; at < a.offset + a.length; ++at) {
    change_byte(u.blob(1), at);
    check_refused(u.try_get(1), Code::copy_damaged, "chunk 1 at byte 0 was changed");
    CHECK(u.get(2) == "the second record");
    change_byte(u.blob(1), at);
  }
  change_byte(u.blob(1), c.offset + 70'000);
  check_refused(u.try_get(3), Code::copy_damaged, "chunk 2");
  change_byte(u.blob(1), c.offset + 70'000);
  CHECK(u.get(3) == std::string(200'000, 'c'));

  const std::string whole = read(u.blob(1));
  fs::resize_file(u.blob(1), whole.size() - 1);
  check_refused(u.try_get(3), Code::copy_damaged, "bytes, expected");
  CHECK(u.get(1) == "the first record");
  // The copies of two versions in each other's places.
  std::string swapped = whole;
  REQUIRE(a.length + 1 == b.length);
  swapped.replace(a.offset, a.length, whole, b.offset, a.length);
  std::ofstream(u.blob(1), std::ios::binary) << swapped;
  check_refused(u.try_get(1), Code::copy_damaged, "was changed");
  fs::remove(u.blob(1));
  check_refused(u.try_get(2), Code::copy_damaged, "not there");
  fs::create_directory(u.blob(1));
  check_refused(u.try_get(2), Code::copy_damaged, "not a regular file");
}

TEST_CASE("the key in the slot of another copy opens nothing, and a slot of zeros is an erased record") {
  Copies u;
  u.put({{"a", "the first"}, {"b", "the other"}});
  const auto a = u.place(1), b = u.place(2);
  vault::Secrets secrets = must(vault::Secrets::open(u.path() + "/secrets", false));
  const auto key_a = must(secrets.read(a.key_slot)), key_b = must(secrets.read(b.key_slot));
  CHECK(key_a != key_b);
  check_refused(vault::open_copy(u.path(), a, key_b, [](ByteView) -> Status { return {}; }), Code::copy_damaged, "changed");
  must(secrets.destroy(a.key_slot));
  check_refused(u.try_get(1), Code::record_erased, "erased");
  CHECK(u.get(2) == "the other");
}

TEST_CASE("an unchanged record gets the copy it lacks, once") {
  Copies u;
  u.anchor_records({record_of("a", "text a"), record_of("b", "text b")});
  check_refused(u.try_get(1), Code::copy_missing, "no copy");
  u.put({{"a", "text a"}, {"a", "text a"}});
  CHECK(u.get(1) == "text a");
  check_refused(u.try_get(2), Code::copy_missing, "no copy");
  CHECK(u.files().size() == 1);
  u.put({{"a", "text a"}});
  CHECK(u.files().size() == 1);
  // A blob that is gone is as good as none.
  const auto before = u.place(1);
  fs::remove(u.blob(before.blob));
  u.put({{"a", "text a"}, {"b", "text b"}});
  CHECK(u.get(1) == "text a");
  CHECK(u.get(2) == "text b");
  CHECK(u.place(1).blob != before.blob);
  vault::Secrets secrets = must(vault::Secrets::open(u.path() + "/secrets", true));
  CHECK(vault::is_erased(must(secrets.read(before.key_slot))));
  CHECK_FALSE(u.ask([&](const vault::Vault& v) { return v.blob(before.blob); }).has_value());
}

TEST_CASE("an erased record is not copied again") {
  Copies u;
  u.anchor_records({record_of("a", "text a")});
  const auto version = u.version(1);
  vault::Secrets secrets = must(vault::Secrets::open(u.path() + "/secrets", false));
  must(secrets.destroy(version.salt_slot));
  auto run = u.copying();
  must(run.begin());
  const std::string text = "text a";
  check_refused(run.add(Copies::item(record_of("a", text), 1), in_memory(text)), Code::record_erased, "erased");
}

TEST_CASE("a batch that is abandoned takes its copies with it, and leaves those of others") {
  Copies u;
  u.anchor_records({record_of("old", "text of old")});
  auto run = u.copying();
  must(run.begin());
  const std::string old = "text of old", large((1u << 20) + 5, 'l'), small = "small";
  must(run.add(Copies::item(record_of("old", old), 1), in_memory(old)));
  must(run.add(Copies::item(record_of("large", large), 2), in_memory(large)));
  must(run.add(Copies::item(record_of("small", small), 3), in_memory(small)));
  const auto batch = must(run.flush(u.log_time()));
  const auto copy = u.place(3), gone = u.place(2);
  CHECK(u.files().size() == 2);
  must(run.abandon(batch.number));
  CHECK(u.files() == std::vector<std::string>{vault::blob_name(copy.blob)});
  CHECK(u.get(1) == old);
  for (const std::uint64_t version : {2u, 3u}) check_refused(u.try_get(version), Code::copy_missing, "no copy");
  vault::Secrets secrets = must(vault::Secrets::open(u.path() + "/secrets", true));
  for (const auto& place : {copy, gone}) CHECK(vault::is_erased(must(secrets.read(place.key_slot))));
}

TEST_CASE("what a run that was cut off has left is removed by the next, and nothing else") {
  Copies u;
  u.put({{"a", "text a"}});
  {
    auto run = u.copying();
    must(run.begin());
    const std::string text = "never promised";
    must(run.add(Copies::item(record_of("b", text), 1), in_memory(text)));
    // Ends before flush().
  }
  std::ofstream(u.path() + "/blobs/notes.txt") << "not ours";
  CHECK(u.files().size() == 3);
  u.anchor_records({record_of("c", "text c")});
  CHECK(u.files() == std::vector<std::string>{"0000000000000001", "notes.txt"});
  CHECK(u.get(1) == "text a");
  u.put({{"b", "never promised"}});
  CHECK(u.get(3) == "never promised");
}

TEST_CASE("a vault without copies opens for reading as it is, and has the tables once it was written") {
  const vault::OpenOptions reading;
  VaultUnion u;
  u.anchor_records({record_of("a", "text a")});
  u.vault.reset();
  // As an earlier release made it.
  {
    namespace store = medchain::store;
    store::OpenOptions options;
    options.tables = {"meta", "versions", "ids", "digests", "subjects", "subject-names", "paths", "path-numbers", "batches"};
    options.create = true;
    const std::string old = u.dir.path("old");
    fs::create_directory(old);
    fs::permissions(old, fs::perms(0700));
    fs::copy_file(u.path() + "/secrets", old + "/secrets");
    options.mode = 0600;
    auto to = must(store::Environment::open(old, options));
    options.create = false;
    auto from = must(store::Environment::open(u.path(), options));
    auto writing = must(to->begin_write());
    const auto reading_txn = must(from->begin_read());
    for (const std::string& table : options.tables) {
      auto cursor = must(reading_txn.cursor(from->table(table)));
      for (bool there = must(cursor.first()); there; there = must(cursor.next()))
        must(writing.put(to->table(table), cursor.key(), cursor.value()));
    }
    // Layout 1 has the newest version of a record here: number, batch, run, digest.
    medchain::Bytes latest;
    for (int i = 0; i < 3; ++i) medchain::append_be(std::uint64_t{1}, latest);
    const auto record = record_of("a", "text a");
    medchain::append(record.digest.view(), latest);
    must(writing.put(to->table("ids"), vault::record_key(record.source, record.type, record.id), latest));
    must(writing.put(to->table("meta"), medchain::as_bytes("layout"), medchain::as_bytes("1")));
    must(std::move(writing).commit());
  }
  {
    const auto old = must(vault::Vault::open(u.dir.path("old"), reading));
    must(old->read([&]() -> Status {
      CHECK_FALSE(must(old->copy(1)).has_value());
      CHECK_FALSE(must(old->blob(1)).has_value());
      CHECK(must(old->version(1)).id == "a");
      check_refused(old->read_copy(1, [](ByteView) -> Status { return {}; }), Code::copy_missing, "no copy");
      return {};
    }));
  }
  fs::remove_all(u.path());
  fs::rename(u.dir.path("old"), u.path());
  u.open_vault();
  must(u.vault->make_blobs());
  vault::Anchoring::Identity identity{name("hosp-a"), entry::SignAs{"hosp-a", &key_of("hosp-a")}};
  identity.keeps_copies = true;
  vault::Anchoring run(*u.vault, std::move(identity), u.random);
  must(run.begin());
  const std::string text = "text a";
  must(run.add(VaultUnion::item(record_of("a", text), 1), in_memory(text)));
  must(run.flush(u.log_time()));
  must(run.finish());
  std::string got;
  must(u.vault->read([&] { return u.vault->read_copy(1, Copies::collect(got)); }));
  CHECK(got == text);
}
