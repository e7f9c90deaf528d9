// Many processes: who writes when.
#include <fcntl.h>

#include <atomic>
#include <charconv>
#include <thread>

#include "unit/store/store_support.hpp"

using namespace test;

namespace {

/// Looks to LMDB like a process `pid` of another pid namespace that reads: says 'r', lets go when
/// it hears something, and then waits for the end.
int read_as(const std::string& directory, pid_t pid, const Child::Channel& channel) {
  const int fd = open((directory + "/lock.mdb").c_str(), O_RDWR | O_CLOEXEC);
  struct flock byte = {};
  byte.l_type = F_WRLCK;
  byte.l_whence = SEEK_SET;
  byte.l_start = pid;
  byte.l_len = 1;
  if (fd < 0 || fcntl(fd, F_SETLK, &byte) != 0) return 1;
  channel.say('r');
  channel.hear();
  std::this_thread::sleep_for(milliseconds(300));
  return 0;
}

/// Adds 1 to the number under "n".
Status increment(store::Environment& environment) {
  MC_ASSIGN(store::WriteTxn txn, environment.begin_write());
  const store::Table a = environment.table("a");
  MC_ASSIGN(const auto value, txn.get(a, as_bytes("n")));
  const int n = value ? std::stoi(std::string(as_text(*value))) : 0;
  MC_TRY(txn.put(a, as_bytes("n"), as_bytes(std::to_string(n + 1))));
  return std::move(txn).commit();
}

/// Opens, begins a write, puts a row, says 'w', and waits until it hears something.
int hold_write(const std::string& directory, const Child::Channel& channel) {
  auto environment = store::Environment::open(directory, options());
  if (!environment) return 1;
  auto txn = (*environment)->begin_write();
  if (!txn) return 2;
  if (!txn->put((*environment)->table("a"), as_bytes("held"), as_bytes("1"))) return 3;
  channel.say('w');
  channel.hear();
  return 0;
}

}  // namespace

TEST_CASE("processes that write at the same time lose nothing") {
  const TempDir dir;
  must_open(dir.path(), options(true));
  constexpr int rounds = 100;
  const auto work = [&dir](const Child::Channel& channel) {
    channel.hear();
    auto environment = store::Environment::open(dir.path(), options());
    if (!environment) return 1;
    for (int i = 0; i < rounds; ++i)
      if (!increment(**environment)) return 2;
    return 0;
  };
  Child one(work), two(work), three(work);
  one.say('g');
  two.say('g');
  three.say('g');
  CHECK(one.wait() == 0);
  CHECK(two.wait() == 0);
  CHECK(three.wait() == 0);
  CHECK(*read_rows(*must_open(dir.path(), options()), "a") ==
        Rows{{"n", std::to_string(3 * rounds)}});
}

TEST_CASE("waiting for the writer lock ends in lock.timeout after about the time given") {
  const TempDir dir;
  must_open(dir.path(), options(true));
  Child holder([&dir](const Child::Channel& channel) { return hold_write(dir.path(), channel); });
  REQUIRE(holder.hear() == 'w');
  for (const milliseconds wait : {milliseconds(0), milliseconds(300)}) {
    store::OpenOptions patient = options();
    patient.lock_wait = wait;
    const auto environment = must_open(dir.path(), patient);
    const auto start = Clock::now();
    check_error(environment->begin_write(), Code::lock_timeout, "holds the writer lock");
    CHECK(since(start) >= wait);
    CHECK(since(start) < wait + milliseconds(2000));
    // Readers do not care.
    CHECK(read_rows(*environment, "a").ok());
  }
  holder.say('e');
  CHECK(holder.wait() == 0);
  // It ended without commit.
  const auto environment = must_open(dir.path(), options());
  CHECK(read_rows(*environment, "a")->empty());
  must(increment(*environment));
}

TEST_CASE("a writer gets on as soon as the holder is done") {
  const TempDir dir;
  must_open(dir.path(), options(true));
  Child holder([&dir](const Child::Channel& channel) { return hold_write(dir.path(), channel); });
  REQUIRE(holder.hear() == 'w');
  Child waiter([&dir](const Child::Channel& channel) {
    auto environment = store::Environment::open(dir.path(), options());
    if (!environment) return 1;
    channel.say('r');
    return increment(**environment) ? 0 : 2;
  });
  REQUIRE(waiter.hear() == 'r');
  std::this_thread::sleep_for(milliseconds(50));
  holder.say('e');
  const auto start = Clock::now();
  CHECK(waiter.wait() == 0);
  CHECK(since(start) < milliseconds(5000));
}

TEST_CASE("a writer killed in its transaction neither blocks nor leaves anything") {
  const TempDir dir;
  must_open(dir.path(), options(true));
  for (int i = 0; i < 5; ++i) {
    Child holder([&dir](const Child::Channel& channel) { return hold_write(dir.path(), channel); });
    REQUIRE(holder.hear() == 'w');
    const auto environment =
        must_open(dir.path(), options());  // keeps the lock file of the dead one
    holder.kill(SIGKILL);
    CHECK(holder.wait() == -SIGKILL);
    const auto start = Clock::now();
    must(increment(*environment));
    CHECK(since(start) < milliseconds(2000));
    CHECK(*read_rows(*environment, "a") == Rows{{"n", std::to_string(i + 1)}});
  }
}

TEST_CASE("readers that were killed are cleared at the next opening") {
  const TempDir dir;
  must_open(dir.path(), options(true));
  const auto read_forever = [&dir](const Child::Channel& channel) {
    auto environment = store::Environment::open(dir.path(), options());
    if (!environment) return 1;
    const auto txn = (*environment)->begin_read();
    channel.say('r');
    channel.hear();
    return 0;
  };
  Child living(read_forever), dead(read_forever);
  REQUIRE(living.hear() == 'r');
  REQUIRE(dead.hear() == 'r');
  CHECK(must_open(dir.path(), options())->usage()->readers == 2);
  dead.kill(SIGKILL);
  dead.wait();
  CHECK(must_open(dir.path(), options())->usage()->readers == 1);
  living.say('e');
  CHECK(living.wait() == 0);
}

TEST_CASE("a process that commits without pause does not starve another") {
  const TempDir dir;
  must_open(dir.path(), options(true));
  Child busy([&dir](const Child::Channel& channel) {
    auto environment = store::Environment::open(dir.path(), options());
    if (!environment) return 1;
    channel.say('r');
    for (;;)
      if (!increment(**environment)) return 2;
  });
  REQUIRE(busy.hear() == 'r');
  const auto environment = must_open(dir.path(), options());
  const auto start = Clock::now();
  for (int i = 0; i < 20; ++i) must(increment(*environment));
  CHECK(since(start) < milliseconds(10'000));
}

TEST_CASE("threads of a process wait for each other too") {
  const TempDir dir;
  const auto environment = must_open(dir.path(), options(true));
  std::vector<std::thread> threads;
  std::atomic<int> failures = 0;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int j = 0; j < 50; ++j)
        if (!increment(*environment) || !read_rows(*environment, "a")) ++failures;
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(failures == 0);
  CHECK(*read_rows(*environment, "a") == Rows{{"n", "200"}});
}

TEST_CASE("a second write transaction in a process times out and does not hang") {
  const TempDir dir;
  store::OpenOptions patient = options(true);
  patient.lock_wait = milliseconds(50);
  const auto environment = must_open(dir.path(), patient);
  const auto txn = environment->begin_write();
  must(txn);
  check_error(environment->begin_write(), Code::lock_timeout, "this process");
}

TEST_CASE("signals do not end the wait") {
  const TempDir dir;
  must_open(dir.path(), options(true));
  Child holder([&dir](const Child::Channel& channel) { return hold_write(dir.path(), channel); });
  REQUIRE(holder.hear() == 'w');
  Child waiter([&dir](const Child::Channel& channel) {
    struct sigaction action = {};
    action.sa_handler = [](int) {};
    sigaction(SIGUSR1, &action, nullptr);
    store::OpenOptions patient = options();
    patient.lock_wait = milliseconds(400);
    auto environment = store::Environment::open(dir.path(), patient);
    if (!environment) return 1;
    channel.say('r');
    const auto start = Clock::now();
    const auto txn = (*environment)->begin_write();
    if (txn || txn.error().code != Code::lock_timeout) return 2;
    return since(start) >= milliseconds(400) ? 0 : 3;
  });
  REQUIRE(waiter.hear() == 'r');
  for (int i = 0; i < 20; ++i) {
    waiter.kill(SIGUSR1);
    std::this_thread::sleep_for(milliseconds(10));
  }
  CHECK(waiter.wait() == 0);
  holder.say('e');
  CHECK(holder.wait() == 0);
}

TEST_CASE("a reader with our process id in another pid namespace is waited for") {
  const TempDir dir;
  must_open(dir.path(), options(true));
  const pid_t own = getpid();
  Child other([&](const Child::Channel& channel) { return read_as(dir.path(), own, channel); });
  REQUIRE(other.hear() == 'r');
  store::OpenOptions patient = options();
  patient.lock_wait = milliseconds(100);
  auto start = Clock::now();
  check_error(store::Environment::open(dir.path(), patient), Code::lock_timeout,
              "a process of another pid namespace that reads it has the process id of this one");
  CHECK(since(start) >= milliseconds(100));
  // It goes while we wait.
  other.say('e');
  patient.lock_wait = milliseconds(10'000);
  start = Clock::now();
  must_open(dir.path(), patient);
  CHECK(since(start) < milliseconds(5'000));
  CHECK(other.wait() == 0);
}
