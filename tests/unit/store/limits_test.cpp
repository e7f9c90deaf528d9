// What happens when something runs out or is forbidden: map, disk, address space, permissions.
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <filesystem>

#include "unit/store/store_support.hpp"

using namespace test;

namespace {

Rows big_rows(int count) {
  Rows rows;
  for (int i = 0; i < count; ++i)
    rows.emplace_back("big" + std::to_string(i), std::string(100'000, 'x'));
  return rows;
}

/// Runs in a child that is not root; as root it becomes nobody.
int run_unprivileged(const std::function<int()>& work) {
  return run_in_child([&work] {
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) return 78;
    return work();
  });
}

}  // namespace

TEST_CASE("a full map is storage.full and nothing is written") {
  const TempDir dir;
  store::OpenOptions tiny = options(true);
  tiny.map_size = 256 * 1024;
  const auto environment = must_open(dir.path(), tiny);
  must(write_rows(*environment, "a", {{"k", "1"}}));
  check_error(write_rows(*environment, "a", big_rows(5)), Code::storage_full, "the map is full");
  CHECK(*read_rows(*environment, "a") == Rows{{"k", "1"}});
  // Ignoring the failed write does not help: the commit fails for the same reason.
  {
    auto txn = environment->begin_write();
    must(txn);
    for (const auto& [key, value] : big_rows(5))
      static_cast<void>(txn->put(environment->table("a"), as_bytes(key), as_bytes(value)).ok());
    check_error(std::move(*txn).commit(), Code::storage_full, "the map is full");
  }
  CHECK(*read_rows(*environment, "a") == Rows{{"k", "1"}});
  must(write_rows(*environment, "a", {{"l", "2"}}));
}

TEST_CASE("a map that was full grows when opened larger") {
  const TempDir dir;
  {
    store::OpenOptions tiny = options(true);
    tiny.map_size = 256 * 1024;
    const auto environment = must_open(dir.path(), tiny);
    REQUIRE(!write_rows(*environment, "a", big_rows(5)));
  }
  const auto environment = must_open(dir.path(), options());
  must(write_rows(*environment, "a", big_rows(5)));
}

TEST_CASE("a process follows when another makes the file larger than its map") {
  const TempDir dir;
  must_open(dir.path(), options(true));
  Child writer([&dir](const Child::Channel& channel) {
    auto environment = store::Environment::open(dir.path(), options());
    if (!environment) return 1;
    channel.say('o');
    channel.hear();
    if (!write_rows(**environment, "a", big_rows(20))) return 2;
    channel.say('w');
    channel.hear();
    return write_rows(**environment, "a", big_rows(100)) ? 0 : 3;
  });
  REQUIRE(writer.hear() == 'o');
  store::OpenOptions tiny = options();
  tiny.map_size = 256 * 1024;
  const auto environment = must_open(dir.path(), tiny);
  CHECK(read_rows(*environment, "a")->empty());
  writer.say('g');
  REQUIRE(writer.hear() == 'w');
  CHECK(*read_rows(*environment, "a") == [] {
    Rows rows = big_rows(20);
    std::sort(rows.begin(), rows.end());
    return rows;
  }());
  must(write_rows(*environment, "b", {{"k", "1"}}));
  {
    // Not while another transaction of this process looks at the old map.
    const auto reading = environment->begin_read();
    must(reading);
    writer.say('g');
    CHECK(writer.wait() == 0);
    check_error(environment->begin_read(), Code::storage_full, "larger than this one's map");
    CHECK(read_rows(*reading, environment->table("a"))->size() == 20);
  }
  CHECK(read_rows(*environment, "a")->size() == 100);
}

TEST_CASE("a file size limit is storage.failed and nothing is written") {
  const TempDir dir;
  must(write_rows(*must_open(dir.path(), options(true)), "a", {{"k", "1"}}));
  CHECK(run_in_child([&dir] {
          signal(SIGXFSZ, SIG_IGN);
          auto environment = store::Environment::open(dir.path(), options());
          if (!environment) return 1;
          const rlimit limit = {200'000, 200'000};
          if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return 2;
          const Status status = write_rows(**environment, "a", big_rows(5));
          if (status || status.error().code != Code::storage_failed) return 3;
          if (status.error().message.find("nothing was written") == std::string::npos) return 4;
          const auto rows = read_rows(**environment, "a");
          return rows && *rows == Rows{{"k", "1"}} ? 0 : 5;
        }) == 0);
  CHECK(*read_rows(*must_open(dir.path(), options()), "a") == Rows{{"k", "1"}});
}

TEST_CASE("a full disk is storage.failed and nothing is written") {
  const TempDir dir;
  const auto status = run_with_mounts([&dir] {
    if (mount("none", dir.path().c_str(), "tmpfs", 0, "size=400k") != 0) return 1;
    {
      auto environment = store::Environment::open(dir.path(), options(true));
      if (!environment) return 2;
      if (!write_rows(**environment, "a", {{"k", "1"}})) return 3;
      const Status full = write_rows(**environment, "a", big_rows(5));
      if (full || full.error().code != Code::storage_failed) return 4;
    }
    auto environment = store::Environment::open(dir.path(), options());
    if (!environment) return 5;
    const auto rows = read_rows(**environment, "a");
    if (!rows || *rows != Rows{{"k", "1"}}) return 6;
    return write_rows(**environment, "a", {{"l", "2"}}) ? 0 : 7;
  });
  if (status) CHECK(*status == 0);
}

TEST_CASE("little address space is enough") {
  if (is_sanitized) return;  // sanitizers need all of it themselves
  const TempDir dir;
  must(write_rows(*must_open(dir.path(), options(true)), "a", {{"k", "1"}}));
  for (const rlim_t bytes : {rlim_t{1} << 28, rlim_t{1} << 32, rlim_t{1} << 36}) {
    CAPTURE(bytes);
    CHECK(run_in_child([&dir, bytes] {
            const rlimit limit = {bytes, bytes};
            if (setrlimit(RLIMIT_AS, &limit) != 0) return 1;
            auto environment = store::Environment::open(dir.path(), options());
            if (!environment) return 2;
            if (!write_rows(**environment, "a", big_rows(5))) return 3;
            const auto rows = read_rows(**environment, "a");
            return rows && rows->size() == 6 ? 0 : 4;
          }) == 0);
  }
  CHECK(run_in_child([&dir] {
          const rlimit limit = {rlim_t{1} << 22, rlim_t{1} << 22};
          if (setrlimit(RLIMIT_AS, &limit) != 0) return 1;
          const auto environment = store::Environment::open(dir.path(), options());
          return !environment && environment.error().code == Code::memory_exhausted ? 0 : 2;
        }) == 0);
}

TEST_CASE("without the lock file nothing is read") {
  const TempDir dir;
  must_open(dir.path(), options(true));
  std::filesystem::permissions(dir.path(), std::filesystem::perms(0755));
  std::filesystem::permissions(dir.path("data.mdb"), std::filesystem::perms(0644));
  store::OpenOptions read_only = options();
  read_only.read_only = true;
  const auto refused = [&] {
    return run_unprivileged([&] {
      const auto environment = store::Environment::open(dir.path(), read_only);
      if (environment || environment.error().code != Code::ledger_unavailable) return 1;
      const std::string& message = environment.error().message;
      return message.find("lock.mdb': permission denied") != std::string::npos &&
                     message.find("without the lock") != std::string::npos
                 ? 0
                 : 2;
    });
  };
  std::filesystem::permissions(dir.path("lock.mdb"), std::filesystem::perms(0444));
  CHECK(refused() == 0);
  if (geteuid() == 0) {
    std::filesystem::remove(dir.path("lock.mdb"));
    CHECK(refused() == 0);  // and cannot be made
    // With the lock a reader needs no right to write data.mdb.
    must_open(dir.path(), options());
    std::filesystem::permissions(dir.path("lock.mdb"), std::filesystem::perms(0666));
    CHECK(run_unprivileged([&] {
            const auto reading = store::Environment::open(dir.path(), read_only);
            if (!reading || !read_rows(**reading, "a")) return 1;
            return 0;
          }) == 0);
    CHECK(run_unprivileged([&] {
            const auto writing = store::Environment::open(dir.path(), options());
            return !writing && writing.error().code == Code::ledger_unavailable ? 0 : 1;
          }) == 0);
  }
}

TEST_CASE("a lock file that is no file is refused") {
  const TempDir dir;
  must_open(dir.path(), options(true));
  std::filesystem::remove(dir.path("lock.mdb"));
  std::filesystem::create_directory(dir.path("lock.mdb"));
  check_error(store::Environment::open(dir.path(), options()), Code::ledger_unavailable,
              "lock.mdb");
  std::filesystem::remove(dir.path("lock.mdb"));
  REQUIRE(mkfifo(dir.path("lock.mdb").c_str(), 0600) == 0);
  check_error(store::Environment::open(dir.path(), options()), Code::ledger_unavailable,
              "not a regular file");
}

TEST_CASE("on a read-only mount nothing is read") {
  const TempDir dir;
  must_open(dir.path(), options(true));
  const auto status = run_with_mounts([&dir] {
    const std::string place = dir.path();
    if (mount(place.c_str(), place.c_str(), nullptr, MS_BIND, nullptr) != 0) return 1;
    if (mount(nullptr, place.c_str(), nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr) != 0)
      return 2;
    store::OpenOptions read_only = options();
    read_only.read_only = true;
    const auto environment = store::Environment::open(place, read_only);
    if (environment || environment.error().code != Code::ledger_unavailable) return 3;
    const std::string& message = environment.error().message;
    return message.find("without the lock") != std::string::npos &&
                   message.find("read-only file system") != std::string::npos
               ? 0
               : 4;
  });
  if (status) CHECK(*status == 0);
}

TEST_CASE("a directory that cannot be written cannot get a store") {
  const TempDir dir;
  std::filesystem::permissions(dir.path(), std::filesystem::perms(0755));
  if (geteuid() != 0) {
    MESSAGE("skipped: needs root to become somebody else");
    return;
  }
  CHECK(run_unprivileged([&dir] {
          const auto environment = store::Environment::open(dir.path(), options(true));
          return !environment && environment.error().code == Code::ledger_unavailable ? 0 : 1;
        }) == 0);
  CHECK(std::filesystem::is_empty(dir.path()));
}
