// Several processes with one ledger.  Children are forked while this process has no environment open (STYLE 8.6); they leave by _exit
// and do not use doctest.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "unit/ledger/replay.hpp"

using namespace medchain;
using test::Union;

namespace {

/// A child that runs `work` with one end of a pipe; its result is the exit status.
class Child {
 public:
  template <class Work>
  explicit Child(Work work) {
    int down[2] = {-1, -1}, up[2] = {-1, -1};
    if (pipe(down) != 0 || pipe(up) != 0) std::abort();
    pid_ = fork();
    if (pid_ == 0) {
      close(down[1]);
      close(up[0]);
      _exit(work(down[0], up[1]));
    }
    close(down[0]);
    close(up[1]);
    in_ = up[0];
    out_ = down[1];
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    close(out_);
    if (pid_ > 0) {
      kill();
      wait();
    }
    close(in_);
  }
  void kill() const { ::kill(pid_, SIGKILL); }
  int wait() {
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  void say() const { REQUIRE(write(out_, "x", 1) == 1); }
  /// How many bytes have come in until the end of the pipe.
  std::size_t hear_all() const {
    char buffer[256];
    std::size_t all = 0;
    for (ssize_t got = 0; (got = read(in_, buffer, sizeof buffer)) > 0;) all += static_cast<std::size_t>(got);
    return all;
  }
  bool hear() const {
    char c = 0;
    return read(in_, &c, 1) == 1;
  }

 private:
  pid_t pid_ = -1;
  int in_ = -1, out_ = -1;
};

/// Appends entries one by one as another process does: `count` of them, groups named after `name`, each told through `out` once it is
/// durable.  Not a statement twice, so that each one is one entry.
int append_many(const std::string& root, const std::string& name, int count, int out) {
  ledger::OpenOptions options;
  options.read_only = false;
  options.lock_wait = std::chrono::seconds(60);
  auto host = ledger::Host::open(root + "/host");
  auto ledger = ledger::Ledger::open(root + "/ledger", options);
  if (!host || !ledger) return 2;
  crypto::SystemRandom random;
  auto& key = test::key_of("hosp-a");
  for (int i = 0; i < count; ++i) {
    const std::string what = name + "-" + std::to_string(i);
    entry::Statement statement;
    test::Manifest rows;
    const Status read = (*ledger)->read([&](const ledger::Snapshot& view) -> Status {
      MC_ASSIGN(const auto author, MemberName::parse("hosp-a"));
      MC_ASSIGN(const auto time, rules::log_time(view));
      MC_ASSIGN(statement.header, ledger::new_header(view, author, random.statement_id(), time));
      entry::Anchor body;
      for (int r = 0; r < 90; ++r) rows.push_back(test::row(what + "/" + std::to_string(r)));
      body.custodian = author;
      body.count = rows.size();
      body.root = entry::manifest_root(rows);
      MC_ASSIGN(auto type, entry::Word::parse("Observation"));
      body.types = {std::move(type)};
      statement.body = std::move(body);
      return {};
    });
    if (!read) return 3;
    const entry::SignAs as{"hosp-a", &key};
    auto entry = entry::sign_statement(statement, std::span(&as, 1));
    if (!entry) return 4;
    const ledger::Prepared prepared{std::move(*entry), std::move(rows)};
    const auto result = (*ledger)->append(std::span(&prepared, 1), **host, {test::World::start, false}, random);
    if (!result) return 10 + static_cast<int>(result.error().code);
    if (result->derived_file_error) return 5;
    if (write(out, "x", 1) != 1) return 6;
  }
  return 0;
}

}  // namespace

TEST_CASE("the entries of several processes that append at once are all there, each once") {
  Union all;
  all.close();
  constexpr int processes = 4, each = 12;
  {
    std::vector<std::unique_ptr<Child>> children;
    for (int p = 0; p < processes; ++p)
      children.push_back(std::make_unique<Child>(
          [&, p](int, int out) { return append_many(all.dir.path(), "child" + std::to_string(p), each, out); }));
    for (auto& child : children) {
      CHECK(child->hear_all() == each);
      CHECK(child->wait() == 0);
    }
  }
  all.reopen();
  CHECK(all.size() == 1 + processes * each);
  test::check_consistent(all);
  for (int p = 0; p < processes; ++p)
    for (int i = 0; i < each; ++i) {
      const auto tag = test::row("child" + std::to_string(p) + "-" + std::to_string(i) + "/0").record;
      CHECK(all.get([&](const ledger::Snapshot& view) { return view.find_record(tag); }).size() == 1);
    }
}

TEST_CASE("a snapshot stays what it was while others append") {
  Union all;
  const std::string root = all.dir.path();
  all.close();
  Child writer([&](int in, int out) {
    char c = 0;
    if (read(in, &c, 1) != 1) return 1;
    return append_many(root, "late", 3, out);
  });
  all.reopen(true);
  test::must(all.ledger->read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(const std::string before, view.checkpoint());
    writer.say();
    for (int i = 0; i < 3; ++i) REQUIRE(writer.hear());
    MC_ASSIGN(const TreeSize size, view.size());
    CHECK(size == TreeSize(1));
    MC_ASSIGN(const std::string now, view.checkpoint());
    CHECK(now == before);
    test::check_refused(view.entry_bytes(EntryIndex(1)), Code::entry_missing, "there is no entry 1");
    MC_ASSIGN(const auto places, view.find_record(test::row("late-0/0").record));
    CHECK(places.empty());
    return test::check_consistent(view);
  }));
  CHECK(all.size() == 4);
  CHECK(writer.wait() == 0);
  test::check_consistent(all);
}

TEST_CASE("two processes with the same statement put one entry on the ledger") {
  Union all;
  const auto one = all.anchor(test::rows(85));
  const std::string root = all.dir.path();
  all.close();
  const auto append_it = [&](int in, int out) {
    ledger::OpenOptions options;
    options.read_only = false;
    auto host = ledger::Host::open(root + "/host");
    auto ledger = ledger::Ledger::open(root + "/ledger", options);
    char c = 0;
    if (!host || !ledger || write(out, "x", 1) != 1 || read(in, &c, 1) != 1) return 2;
    crypto::SystemRandom random;
    const auto result = (*ledger)->append(std::span(&one, 1), **host, {test::World::start, false}, random);
    if (!result || result->entries[0].index != EntryIndex(1)) return 3;
    return result->entries[0].existed ? 1 : 0;
  };
  Child first(append_it), second(append_it);
  REQUIRE(first.hear());
  REQUIRE(second.hear());
  first.say();
  second.say();
  const int first_status = first.wait(), second_status = second.wait();
  CHECK(first_status + second_status == 1);
  CHECK(first_status * second_status == 0);
  all.reopen();
  CHECK(all.size() == 2);
  test::check_consistent(all);
}

TEST_CASE("an appender that is killed at any moment leaves a whole ledger, with all that it had told") {
  Union all;
  const std::string root = all.dir.path();
  std::uint64_t told = 0;
  for (unsigned round = 0; round < 20; ++round) {
    CAPTURE(round);
    all.close();
    {
      Child child([&](int, int out) { return append_many(root, "round" + std::to_string(round), 1'000, out); });
      // Two entries first in some rounds, then anywhere in the next.
      for (unsigned i = 0; i < round % 3; ++i) REQUIRE(child.hear());
      told += round % 3;
      usleep(500 + round * 1'300 % 9'700);
      child.kill();
      CHECK(child.wait() == -SIGKILL);
      told += child.hear_all();
    }
    all.reopen();
    CHECK(all.size() >= 1 + told);
    all.accept({all.small()});
    ++told;
    if (round % 5 == 4) test::check_consistent(all);
  }
  CHECK(told > 20);  // something was appended before the kill, else nothing was tried
  test::check_consistent(all);
}
