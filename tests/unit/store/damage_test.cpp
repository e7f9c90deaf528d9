// Files that are not as LMDB left them, and the guard that turns their faults into errors.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <map>
#include <random>
#include <stdexcept>

#include "store/header_internal.hpp"
#include "unit/store/store_support.hpp"

using namespace test;

namespace {

constexpr std::size_t page = 4096;

Rows many_rows() {
  Rows rows;
  for (int i = 0; i < 80; ++i)
    rows.emplace_back("key-" + std::to_string(1000 + i), std::string(40, 'v'));
  rows.emplace_back("overflow", std::string(5000, 'o'));
  return rows;
}

/// A small store with branch, leaf, overflow and free pages.
void make_store(const std::string& directory) {
  const TempDir first;
  {
    const auto environment = must_open(first.path(), options(true));
    must(write_rows(*environment, "a", many_rows()));
    must(environment->copy_to(directory));  // leaves the pages out that are free so far
  }
  must(write_rows(*must_open(directory, options()), "b", {{"last", "1"}}));
}

void write_file(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

/// All rows of both tables in one transaction; the second table is read also where the first one is
/// damaged.
Status read_both(store::Environment& environment, Rows& rows) {
  MC_ASSIGN(const store::ReadTxn txn, environment.begin_read());
  Status first;
  for (const char* table : {"a", "b"}) {
    auto read = read_rows(txn, environment.table(table));
    if (read) {
      rows.insert(rows.end(), read->begin(), read->end());
      continue;
    }
    if (read.error().code != Code::store_damaged) return read.error();
    if (first) first = read.error();
  }
  return first;
}

/// Opens and reads everything, as a careful caller does.
Status open_and_read(const std::string& directory, Rows& rows) {
  std::unique_ptr<store::Environment> environment;
  const Status read = store::guard_damage([&]() -> Status {
    MC_ASSIGN(environment, store::Environment::open(directory, options()));
    return read_both(*environment, rows);
  });
  // Without a guard of the caller's.
  if (environment)
    if (const auto usage = environment->usage(); !usage && read) return usage.error();
  return read;
}

std::string data_of(const TempDir& dir) { return dir.path("data.mdb"); }

/// What the newer header says the file should be at least.
std::uint64_t bytes_in_header(const std::string& path) {
  const auto file = open_file(path, O_RDONLY, Code::storage_failed);
  must(file);
  const auto header = store::read_header(*file, path);
  must(header);
  return header->bytes();
}

template <class T>
void poke(std::string& bytes, std::size_t at, T value) {
  std::memcpy(bytes.data() + at, &value, sizeof value);
}

}  // namespace

TEST_CASE("files that are not LMDB are damage, and say why") {
  const TempDir dir;
  const auto refused = [&dir](std::string_view bytes, std::string_view part,
                              Code code = Code::store_damaged) {
    write_file(data_of(dir), bytes);
    check_error(store::Environment::open(dir.path(), options()), code, part);
    check_error(store::Environment::open(dir.path(), options(true)), code, part);
    CHECK(read_all(data_of(dir)) == bytes);
  };
  refused("", "empty");
  refused("x", "too short for meta page 0");
  refused(std::string(151, '\0'), "too short for meta page 0");
  refused(std::string(100'000, '\0'), "not an LMDB file");
  refused(std::string(100'000, '\xa5'), "not an LMDB file");
  std::filesystem::remove(data_of(dir));
  make_store(dir.path());
  const std::string good = read_all(data_of(dir));
  refused(good.substr(0, page), "4096 bytes, less than two pages");
  refused(good.substr(0, 2 * page - 1), "8191 bytes, less than two pages");
  std::string bytes = good;
  for (const std::size_t at : {std::size_t{20}, page + 20}) {
    poke<std::uint32_t>(bytes, at, 2);
    refused(bytes, "has data version 2, this medchain knows 1", Code::ledger_newer);
    poke<std::uint32_t>(bytes, at, 0);
    refused(bytes, "wrong data version");
    bytes = good;
  }
  poke<std::uint32_t>(bytes, page + 16, 1);
  refused(bytes, "meta page 1 is damaged: wrong magic");
  bytes = good;
  poke<std::uint32_t>(bytes, 40, 4095);
  refused(bytes, "page size 4095");
  poke<std::uint32_t>(bytes, 40, 0);
  refused(bytes, "page size 0");
  bytes = good;
  poke<std::uint32_t>(bytes, page + 40, 8192);
  refused(bytes, "different page sizes");
  write_file(data_of(dir), good);
  Rows rows;
  must(open_and_read(dir.path(), rows));
  CHECK(rows.size() == many_rows().size() + 1);
}

TEST_CASE("a file cut anywhere is found at open, and never ends the process") {
  const TempDir dir;
  make_store(dir.path());
  const std::string good = read_all(data_of(dir));
  const std::uint64_t needed = bytes_in_header(data_of(dir));
  REQUIRE(good.size() >= needed);
  for (std::size_t size = 0; size < good.size(); size += page / 2 + 1) {
    write_file(data_of(dir), std::string_view(good).substr(0, size));
    CAPTURE(size);
    CHECK(run_in_child([&] {
            Rows rows;
            const Status status = open_and_read(dir.path(), rows);
            if (status) {
              // Only free pages may be cut off.
              Rows expected = many_rows();
              expected.emplace_back("last", "1");
              return size > 2 * page && rows == expected ? 0 : 1;
            }
            if (status.error().code != Code::store_damaged) return 2;
            if (size < 2 * page) return 0;
            const std::string said = " is " + std::to_string(size) +
                                     " bytes, its header says at least " + std::to_string(needed);
            return status.error().message.find(said) != std::string::npos ? 0 : 3;
          }) == 0);
  }
}

TEST_CASE("the end of a file may be missing where its pages are free") {
  // LMDB does this once in a while; the check of the length once took it for damage.
  const std::uint64_t seed = 3;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  int found = 0;
  for (int round = 0; round < 40 && found < 2; ++round) {
    const TempDir dir;
    std::map<std::string, std::string> expected;
    for (int i = 0; i < 12 && found < 2; ++i) {
      const auto environment = must_open(dir.path(), options(i == 0));
      const store::Table a = environment->table("a");
      auto txn = environment->begin_write();
      must(txn);
      for (std::uint64_t step = random() % 60; step > 0; --step) {
        const std::string key = "k" + std::to_string(random() % 200);
        if (random() % 2 == 0) {
          must(txn->erase(a, as_bytes(key)));
          expected.erase(key);
        } else {
          expected[key] = std::string(random() % 6 == 0 ? random() % 60'000 : random() % 300, 'v');
          must(txn->put(a, as_bytes(key), as_bytes(expected[key])));
        }
      }
      must(std::move(*txn).commit());
      if (std::filesystem::file_size(data_of(dir)) < bytes_in_header(data_of(dir))) ++found;
    }
    CHECK(*read_rows(*must_open(dir.path(), options()), "a") ==
          Rows(expected.begin(), expected.end()));
  }
  CHECK(found == 2);
}

TEST_CASE("each byte of a file changed gives an error or data, never death by a signal") {
  const TempDir dir;
  make_store(dir.path());
  const std::string good = read_all(data_of(dir));
  Rows expected = many_rows();
  expected.emplace_back("last", "1");

  struct Progress {
    std::size_t next, found, same, different;
  };
  void* const shared =
      mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  REQUIRE(shared != MAP_FAILED);
  for (const int mask : {0xff, 0x01}) {
    Progress& progress = *new (shared) Progress{};
    // After a fault was caught a process must end, so children take turns.
    constexpr int go_on = 10;
    int status = go_on;
    while (status == go_on) {
      status = run_in_child([&] {
        const int fd = ::open(data_of(dir).c_str(), O_RDWR);
        while (progress.next < good.size()) {
          const auto at = static_cast<off_t>(progress.next);
          // Inside of a long run of equal bytes one is like the next.  Sanitizers are slow here.
          const auto around = std::string_view(good).substr(
              progress.next - std::min<std::size_t>(progress.next, 8), 17);
          const bool is_in_run = around.find_first_not_of(around[0]) == std::string_view::npos;
          if ((is_in_run && progress.next % 32 != 0) || (is_sanitized && progress.next % 7 != 0)) {
            ++progress.next;
            continue;
          }
          const char was = good[progress.next];
          const char changed = static_cast<char>(was ^ static_cast<char>(mask));
          ++progress.next;
          if (pwrite(fd, &changed, 1, at) != 1) return 1;
          alarm(30);
          Rows rows;
          const Status read = open_and_read(dir.path(), rows);
          alarm(0);
          if (pwrite(fd, &was, 1, at) != 1) return 1;
          if (!read) {
            ++progress.found;
            if (read.error().code == Code::internal) return 3;
            if (read.error().message.find("damaged page in") != std::string::npos) return go_on;
          } else if (rows == expected) {
            ++progress.same;
          } else {
            ++progress.different;
          }
        }
        return 0;
      });
    }
    CAPTURE(progress.next);
    CHECK(status == 0);
    MESSAGE("mask " << mask << ": found " << progress.found << ", same data " << progress.same
                    << ", other data " << progress.different);
    CHECK(progress.found > 100);
  }
  munmap(shared, sizeof(Progress));
  CHECK(read_all(data_of(dir)) == good);
}

TEST_CASE("the header of the newer meta page is checked in every field") {
  const TempDir dir;
  make_store(dir.path());
  const std::string good = read_all(data_of(dir));
  std::uint64_t txn_0 = 0, txn_1 = 0;
  std::memcpy(&txn_0, good.data() + 144, 8);
  std::memcpy(&txn_1, good.data() + page + 144, 8);
  const std::size_t newer = txn_1 > txn_0 ? page : 0;
  const auto refused = [&](std::size_t at, std::uint64_t value, std::string_view part) {
    std::string bytes = good;
    poke(bytes, newer + at, value);
    write_file(data_of(dir), bytes);
    check_error(store::Environment::open(dir.path(), options()), Code::store_damaged, part);
  };
  refused(0, 7, "wrong page header");
  refused(8, 0, "wrong page header");
  refused(136, 0, "last page 0");
  refused(136, ~std::uint64_t{0}, "last page");
  refused(136, 1'000'000, "its header says at least 4096004096");
  refused(40, 4096 | (std::uint64_t{1} << 32), "impossible free list");
  refused(80, 1, "impossible free list");
  refused(80, 1'000'000, "impossible free list");
  refused(88, std::uint64_t{4} << 32, "impossible table list");
  refused(88, std::uint64_t{33} << 48, "impossible table list");
  refused(128, 0, "impossible table list");
}

TEST_CASE("the older meta page may hold what LMDB leaves when it could not be written") {
  const TempDir dir;
  make_store(dir.path());
  std::string bytes = read_all(data_of(dir));
  std::uint64_t txn_0 = 0, txn_1 = 0;
  std::memcpy(&txn_0, bytes.data() + 144, 8);
  std::memcpy(&txn_1, bytes.data() + page + 144, 8);
  // New trees beside the old transaction number and last page.
  const std::size_t older = txn_1 > txn_0 ? 0 : page;
  poke(bytes, older + 80, 1'000'000);
  poke(bytes, older + 128, 1'000'001);
  write_file(data_of(dir), bytes);
  CHECK(store::Environment::open(dir.path(), options()).ok());
}

TEST_CASE("file systems without real locks are known by name") {
  CHECK(store::unsafe_file_system(0x6969) == "NFS");
  CHECK(store::unsafe_file_system(0xff534d42) == "CIFS");
  CHECK(store::unsafe_file_system(0xfe534d42) == "SMB2");
  CHECK(store::unsafe_file_system(0x01021997) == "9p");
  CHECK(store::unsafe_file_system(0x65735546) == "FUSE");
  for (const std::uint64_t safe : {0xef53U, 0x01021994U, 0x794c7630U, 0x58465342U, 0x9123683eU})
    CHECK(!store::unsafe_file_system(safe));
}

// The guard itself.  Whatever faults does so in a child, because a process must end after that.

namespace {

int read_address(const volatile int* address) { return *address; }

/// A map of two pages over a file of one.
const char* map_past_end(const std::string& path) {
  write_file(path, std::string(page, 'x'));
  const int fd = ::open(path.c_str(), O_RDONLY);
  void* const map = mmap(nullptr, 2 * page, PROT_READ, MAP_SHARED, fd, 0);
  close(fd);
  return map == MAP_FAILED ? nullptr : static_cast<const char*>(map);
}

int fault() {
  // Volatile, so that the compiler does not know where it points.
  const int* volatile nowhere = reinterpret_cast<const int*>(std::uintptr_t{64});
  return read_address(nowhere);
}

}  // namespace

TEST_CASE("a guard passes on what its work says") {
  must(store::guard_damage([]() -> Status { return {}; }));
  check_error(
      store::guard_damage([]() -> Status { return medchain::fail(Code::entry_missing, "mine"); }),
      Code::entry_missing, "mine");
  CHECK_THROWS_AS(
      static_cast<void>(store::guard_damage([]() -> Status { throw std::runtime_error("x"); })),
      std::runtime_error);
  // The handlers are those of before.
  CHECK(run_in_child([] {
          signal(SIGBUS, SIG_IGN);
          static_cast<void>(store::guard_damage([]() -> Status { return {}; }));
          return signal(SIGBUS, SIG_DFL) == SIG_IGN ? 0 : 1;
        }) == 0);
}

TEST_CASE("faults inside of a guard become store.damaged") {
  const TempDir dir;
  CHECK(run_in_child([] {
          const Status status = store::guard_damage([]() -> Status {
            fault();
            return {};
          });
          if (status || status.error().code != Code::store_damaged) return 1;
          return status.error().message.find("outside of the map") != std::string::npos ? 0 : 2;
        }) == 0);
  CHECK(run_in_child([&dir] {
          const char* map = map_past_end(dir.path("file"));
          if (map == nullptr) return 1;
          const Status status = store::guard_damage([map]() -> Status {
            if (map[0] != 'x') return medchain::fail(Code::internal, "not mapped");
            read_address(reinterpret_cast<const volatile int*>(map + page));
            return {};
          });
          if (status || status.error().code != Code::store_damaged) return 2;
          return status.error().message.find("past the end of the file") != std::string::npos ? 0
                                                                                              : 3;
        }) == 0);
}

TEST_CASE("guards nest, and a second fault is caught as well") {
  CHECK(run_in_child([] {
          int reached = 0;
          const Status outer = store::guard_damage([&reached]() -> Status {
            const Status inner = store::guard_damage([]() -> Status {
              fault();
              return {};
            });
            if (!inner) ++reached;
            fault();
            ++reached;
            return {};
          });
          return !outer && reached == 1 ? 0 : 1;
        }) == 0);
}

TEST_CASE("outside of a guard a fault kills as ever") {
  const int status = run_in_child([] {
    static_cast<void>(store::guard_damage([]() -> Status { return {}; }));
    fault();
    return 0;
  });
  CHECK(status == -SIGSEGV);
  // Also one that was sent and not raised by an access.
  const int sent = run_in_child([] {
    static_cast<void>(store::guard_damage([]() -> Status {
      raise(SIGSEGV);
      return {};
    }));
    return 0;
  });
  CHECK(sent == -SIGSEGV);
}

TEST_CASE("after damage was met nothing is written any more") {
  const TempDir dir;
  must_open(dir.path(), options(true));
  CHECK(run_in_child([&dir] {
          auto environment = store::Environment::open(dir.path(), options());
          if (!environment) return 1;
          auto txn = (*environment)->begin_write();
          if (!txn) return 2;
          if (!txn->put((*environment)->table("a"), as_bytes("k"), as_bytes("1"))) return 3;
          static_cast<void>(store::guard_damage([]() -> Status {
            fault();
            return {};
          }));
          const Status status = std::move(*txn).commit();
          if (status || status.error().code != Code::store_damaged) return 4;
          return (*environment)->begin_read().ok() ? 5 : 0;
        }) == 0);
  CHECK(read_rows(*must_open(dir.path(), options()), "a")->empty());
}
