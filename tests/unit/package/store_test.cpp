#include "package/store.hpp"

#include <sys/resource.h>
#include <sys/stat.h>

#include <filesystem>
#include <map>
#include <set>

#include "unit/child.hpp"
#include "unit/package/package_support.hpp"

using namespace medchain;
using namespace medchain::package;
using test::check_error;
using test::must;
namespace fs = std::filesystem;

namespace {

PackageHash hash_of(std::string_view text) { return PackageHash(crypto::sha256(as_bytes(text))); }
std::string hex(std::string_view text) { return to_hex(hash_of(text).view()); }
/// Where a package of these bytes is in the store, relative.
std::string place(std::string_view text) {
  return hex(text).substr(0, 2) + "/" + hex(text) + ".age";
}

/// Regular files under the directory, relative, with their contents.
std::map<std::string, std::string> files_in(const std::string& directory) {
  std::map<std::string, std::string> files;
  for (const auto& item : fs::recursive_directory_iterator(directory))
    if (item.is_regular_file())
      files[fs::relative(item.path(), directory)] = test::read_all(item.path());
  return files;
}
std::size_t staged_in(const std::string& directory) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& item : fs::directory_iterator(directory + "/staging")) ++count;
  return count;
}
mode_t mode_of(const std::string& path) {
  struct stat facts {};
  REQUIRE(::lstat(path.c_str(), &facts) == 0);
  return facts.st_mode & 07777;
}

Result<Staged> stage(Store& store, std::string_view text) {
  MC_ASSIGN(Staged staged, store.stage());
  const ByteSink sink = staged.sink();
  MC_TRY(sink(as_bytes(text.substr(0, text.size() / 2))));
  MC_TRY(sink(as_bytes(text.substr(text.size() / 2))));
  return staged;
}
Status add(Store& store, std::string_view text) {
  MC_ASSIGN(Staged staged, stage(store, text));
  MC_TRY(staged.seal());
  return staged.publish();
}
Sealed sealed(std::string_view text) { return {hash_of(text), text.size()}; }

using Expected = std::vector<Sealed>;
/// The only note of a deletion that is believed.
constexpr std::string_view deletion_note = "deleted\n";
Status is_note(const PackageHash&, std::string_view note) {
  if (note == deletion_note) return {};
  return fail(Code::package_invalid, "it is not the note");
}
std::vector<Finding> check(const Store& store, const Expected& expected) {
  return must(store.check([&]() -> Result<Expected> { return expected; }, is_note));
}
/// KIND PATH MESSAGE, relative.
std::vector<std::string> found(const std::string& directory, const Expected& expected) {
  const char* kinds[] = {"missing", "damaged", "orphaned", "foreign"};
  std::vector<std::string> lines;
  for (const Finding& finding : check(Store::at(directory), expected))
    lines.push_back(std::string(kinds[static_cast<int>(finding.kind)]) + " " +
                    fs::path(finding.path).lexically_relative(directory).string() + " " +
                    finding.message);
  return lines;
}
using Lines = std::vector<std::string>;

/// A process that leaves a package in staging and is killed; `seals` says how far it comes.
void leave(const std::string& directory, std::string_view text, bool seals) {
  test::Child child([&](const test::Child::Channel& channel) {
    auto store = Store::open(directory);
    if (!store) return 1;
    auto staged = stage(*store, text);
    if (!staged || (seals && !staged->seal())) return 2;
    channel.say('r');
    channel.hear();
    return 0;
  });
  REQUIRE(child.hear() == 'r');
  child.kill(SIGKILL);
  CHECK(child.wait() == -SIGKILL);
}
auto always(Verdict verdict) {
  return [verdict](const PackageHash&) -> Result<Verdict> { return verdict; };
}

}  // namespace

TEST_CASE("a package is staged, sealed and published under its hash") {
  const test::TempDir dir;
  const std::string root = dir.path("packages");
  Store store = must(Store::open(root));
  CHECK(mode_of(root + "/staging") == 0700);
  {
    Staged staged = must(stage(store, "sealed bytes"));
    CHECK(staged_in(root) == 1);
    CHECK(must(staged.seal()) == sealed("sealed bytes"));
    CHECK_FALSE(file_exists(store.path(hash_of("sealed bytes"))));
    must(staged.publish());
  }
  CHECK(files_in(root) ==
        std::map<std::string, std::string>{{place("sealed bytes"), "sealed bytes"}});
  CHECK(mode_of(store.path(hash_of("sealed bytes"))) == 0644);
  CHECK(staged_in(root) == 0);
  const File file = must(store.read(hash_of("sealed bytes")));
  Bytes space(100);
  CHECK(*read_from(file.fd(), "x", Code::internal)(space) == 12);
  // Once more, and by another store object: it is the same.
  Store again = must(Store::open(root));
  must(add(again, "sealed bytes"));
  CHECK(files_in(root).size() == 1);
  CHECK(staged_in(root) == 0);
}

TEST_CASE("staging is private even if somebody opened it, and is a directory") {
  const test::TempDir dir;
  must(Store::open(dir.path()));
  fs::permissions(dir.path("staging"), fs::perms::all);
  must(Store::open(dir.path()));
  CHECK(mode_of(dir.path("staging")) == 0700);
  fs::remove(dir.path("staging"));
  fs::create_symlink("/tmp", dir.path("staging"));
  check_error(Store::open(dir.path()), Code::storage_failed,
              "'" + dir.path("staging") + "' is not a directory");
}

TEST_CASE("what is not published leaves nothing") {
  const test::TempDir dir;
  Store store = must(Store::open(dir.path()));
  { const Staged dropped = must(stage(store, "unsealed")); }
  CHECK(staged_in(dir.path()) == 0);
  Staged loser = must(stage(store, "loser"));
  must(loser.seal());
  must(loser.discard());
  CHECK(staged_in(dir.path()) == 0);
  CHECK(files_in(dir.path()).empty());
}

TEST_CASE("a sealed package that nobody decided about stays until it is settled") {
  const test::TempDir dir;
  Store store = must(Store::open(dir.path()));
  {
    Staged pending = must(stage(store, "pending"));
    must(pending.seal());
  }
  CHECK(staged_in(dir.path()) == 1);
  CHECK(must(store.recover(always(Verdict::keep))) == 0);
  CHECK(staged_in(dir.path()) == 1);
  std::vector<PackageHash> asked;
  CHECK(must(store.recover([&](const PackageHash& hash) -> Result<Verdict> {
          asked.push_back(hash);
          return Verdict::publish;
        })) == 1);
  CHECK(asked == std::vector{hash_of("pending")});
  CHECK(files_in(dir.path()) == std::map<std::string, std::string>{{place("pending"), "pending"}});
  CHECK(staged_in(dir.path()) == 0);
}

TEST_CASE("a process killed in staging leaves nothing published; recover settles what it left") {
  const test::TempDir dir;
  leave(dir.path(), "unsealed", false);
  leave(dir.path(), "lost the race", true);
  leave(dir.path(), "committed", true);
  leave(dir.path(), "still pending", true);
  CHECK(staged_in(dir.path()) == 4);
  for (const auto& [path, content] : files_in(dir.path())) CHECK(path.starts_with("staging/"));
  Store store = must(Store::open(dir.path()));
  const Staged alive = must(stage(store, "of a living process"));
  const auto judge = [](const PackageHash& hash) -> Result<Verdict> {
    if (hash == hash_of("committed")) return Verdict::publish;
    if (hash == hash_of("still pending")) return Verdict::keep;
    CHECK(hash == hash_of("lost the race"));
    return Verdict::discard;
  };
  CHECK(must(store.recover(judge)) == 1);
  CHECK(staged_in(dir.path()) == 2);  // pending and alive
  CHECK(must(store.recover(judge)) == 0);
  CHECK(staged_in(dir.path()) == 2);
  auto files = files_in(dir.path());
  CHECK(files.size() == 3);
  CHECK(files[place("committed")] == "committed");
}

TEST_CASE("folders of packages are as open as the directory, whatever the umask") {
  const test::TempDir dir;
  Store store = must(Store::open(dir.path("packages")));
  fs::permissions(dir.path("packages"), fs::perms(0750));
  const mode_t before = ::umask(077);
  must(add(store, "for the group"));
  ::umask(before);
  CHECK(mode_of(parent_directory(store.path(hash_of("for the group")))) == 0750);
}

TEST_CASE("a sealed package that waits can be read") {
  const test::TempDir dir;
  Store store = must(Store::open(dir.path()));
  CHECK_FALSE(must(store.read_staged(hash_of("waits"))));
  Staged staged = must(stage(store, "waits"));
  CHECK_FALSE(must(store.read_staged(hash_of("waits"))));
  must(staged.seal());
  const auto file = must(store.read_staged(hash_of("waits")));
  REQUIRE(file);
  Bytes space(100);
  CHECK(must(read_from(file->fd(), "x", Code::internal)(space)) == 5);
  must(staged.discard());
  CHECK_FALSE(must(store.read_staged(hash_of("waits"))));
}

TEST_CASE("who may not write into the store stages elsewhere, and lets go of what others have published") {
  const test::TempDir dir;
  const std::string own = dir.path("own");
  Store theirs = must(Store::open(dir.path("packages")));
  Store store = must(Store::open_elsewhere(dir.path("packages"), own));
  CHECK(mode_of(own) == 0700);
  {
    Staged staged = must(stage(store, "given away"));
    must(staged.seal());
  }
  CHECK(files_in(dir.path("packages")).empty());
  CHECK(must(store.read_staged(hash_of("given away"))));
  // Its entry is there, the package is not yet.
  CHECK(must(store.recover(always(Verdict::publish))) == 0);
  CHECK(files_in(own).size() == 1);
  must(add(theirs, "given away"));
  const auto published = files_in(dir.path("packages"));
  CHECK(must(store.recover(always(Verdict::publish))) == 1);
  CHECK(files_in(own).empty());
  CHECK(files_in(dir.path("packages")) == published);
}

TEST_CASE("a judge that fails, or a package that changed, is left for the next time") {
  const test::TempDir dir;
  leave(dir.path(), "first", true);
  leave(dir.path(), "second", true);
  Store store = must(Store::open(dir.path()));
  check_error(store.recover([](const PackageHash&) -> Result<Verdict> {
    return fail(Code::ledger_unavailable, "no ledger");
  }),
              Code::ledger_unavailable, "no ledger");
  CHECK(staged_in(dir.path()) == 2);
  std::string changed;
  for (const auto& [path, content] : files_in(dir.path()))
    if (content == "first") changed = dir.path(path);
  std::ofstream(changed) << "First";
  check_error(
      store.recover(always(Verdict::publish)), Code::store_damaged,
      "package '" + changed + "': its bytes have another hash: " + to_text(hash_of("First")));
  CHECK(staged_in(dir.path()) == 1);
  CHECK(file_exists(store.path(hash_of("second"))));
  CHECK_FALSE(file_exists(store.path(hash_of("first"))));
  CHECK(must(store.recover(always(Verdict::discard))) == 0);
  CHECK(staged_in(dir.path()) == 0);
}

TEST_CASE("a damaged package in the place is not taken for the same") {
  const test::TempDir dir;
  Store store = must(Store::open(dir.path()));
  must(add(store, "good"));
  std::ofstream(store.path(hash_of("good"))) << "bad";
  {
    Staged staged = must(stage(store, "good"));
    must(staged.seal());
    check_error(
        staged.publish(), Code::store_damaged,
        "package '" + store.path(hash_of("good")) +
            "' is there already, but its bytes have another hash: " + to_text(hash_of("bad")));
  }
  must(store.remove(hash_of("good"), deletion_note));
  CHECK(must(store.recover(always(Verdict::publish))) == 1);
  CHECK(test::read_all(store.path(hash_of("good"))) == "good");
}

TEST_CASE("what is not there cannot be read or removed") {
  const test::TempDir dir;
  Store store = must(Store::open(dir.path()));
  const std::string message = "there is no package '" + store.path(hash_of("x")) + "'";
  check_error(store.read(hash_of("x")), Code::package_missing, message);
  check_error(store.remove(hash_of("x"), deletion_note), Code::package_missing, message);
  CHECK(!fs::exists(store.deletion_path(hash_of("x"))));
  must(add(store, "x"));
  must(store.remove(hash_of("x"), deletion_note));
  CHECK(test::read_all(store.deletion_path(hash_of("x"))) == deletion_note);
  CHECK(mode_of(store.deletion_path(hash_of("x"))) == 0644);
  const std::string deleted = "package '" + store.path(hash_of("x")) + "' was deleted, as '" +
                              store.deletion_path(hash_of("x")) + "' says";
  check_error(store.read(hash_of("x")), Code::package_missing, deleted);
  check_error(store.remove(hash_of("x"), "other"), Code::package_missing, deleted);
  must(add(store, "x"));
  CHECK(store.read(hash_of("x")));
  fs::remove(store.path(hash_of("x")));
  fs::create_directory(store.path(hash_of("x")));
  check_error(store.read(hash_of("x")), Code::storage_failed,
              "'" + store.path(hash_of("x")) + "' is not a regular file");
}

TEST_CASE("check finds what is missing, damaged, orphaned and foreign, and nothing else") {
  const test::TempDir dir;
  const std::string root = dir.path("packages");
  CHECK(found(root, {}).empty());
  CHECK(found(root, {sealed("a")}) ==
        Lines{"missing " + place("a") + " an entry names it, and it is not there"});
  Store store = must(Store::open(root));
  for (const char* text : {"a", "b", "c"}) must(add(store, text));
  CHECK(found(root, {sealed("a"), sealed("b"), sealed("c")}).empty());
  CHECK(found(root, {sealed("a"), sealed("c"), sealed("a")}) ==
        Lines{"orphaned " + place("b") + " no entry names it"});
  CHECK(found(root, {sealed("a"), sealed("b"), {hash_of("c"), 2}}) ==
        Lines{"damaged " + place("c") + " it has 1 bytes, expected 2"});
  const auto path = [&](const char* text) { return store.path(hash_of(text)); };
  std::ofstream(path("a")) << "A";
  CHECK(found(root, {sealed("a"), sealed("b"), sealed("c")}) ==
        Lines{"damaged " + place("a") + " its bytes have another hash: " + to_text(hash_of("A"))});
  std::ofstream(path("a")) << "";
  CHECK(found(root, {sealed("a"), sealed("b"), sealed("c")}) ==
        Lines{"damaged " + place("a") + " it has 0 bytes, expected 1"});
  fs::remove(path("a"));
  fs::create_symlink(path("b"), path("a"));
  REQUIRE(found(root, {sealed("a"), sealed("b"), sealed("c")}).size() == 1);
  CHECK(
      found(root, {sealed("a"), sealed("b"), sealed("c")})[0].starts_with("damaged " + place("a")));
  fs::remove(path("a"));
  must(add(store, "a"));
  // Staging is the business of recover().
  const Staged alive = must(stage(store, "alive"));
  CHECK(found(root, {sealed("a"), sealed("b"), sealed("c")}).empty());
  std::ofstream(root + "/README") << "x";
  fs::create_directory(root + "/abc");
  std::ofstream(fs::path(path("a")).parent_path() / "x.age") << "x";
  fs::copy(path("a"), root + "/" + place("b").substr(0, 3) + hex("a") + ".age");
  const auto foreign = found(root, {sealed("a"), sealed("b"), sealed("c")});
  std::set<std::string> lines(foreign.begin(), foreign.end());
  CHECK(lines ==
        std::set<std::string>{
            "foreign README it is no folder of packages", "foreign abc it is no folder of packages",
            "foreign " + place("a").substr(0, 3) + "x.age it is not named as a package",
            "foreign " + place("b").substr(0, 3) + hex("a") + ".age it is not named as a package"});
}

TEST_CASE("check takes the right note in the place of a package, and nothing else") {
  const test::TempDir dir;
  const std::string root = dir.path("packages");
  Store store = must(Store::open(root));
  for (const char* text : {"a", "b"}) must(add(store, text));
  must(store.remove(hash_of("a"), deletion_note));
  CHECK(found(root, {sealed("a"), sealed("b")}).empty());
  const std::string note = place("a").substr(0, place("a").size() - 4) + ".deleted";
  CHECK(found(root, {sealed("b")}) == Lines{"orphaned " + note + " no entry names its package"});
  const std::string missing = "missing " + place("a") + " an entry names it, and it is not there; ";
  std::ofstream(store.deletion_path(hash_of("a"))) << "something else";
  CHECK(found(root, {sealed("a"), sealed("b")}) == Lines{missing + "it is not the note"});
  std::ofstream(store.deletion_path(hash_of("a"))) << std::string(5'000, 'x');
  CHECK(found(root, {sealed("a"), sealed("b")}).size() == 1);
  fs::remove(store.deletion_path(hash_of("a")));
  fs::create_directory(store.deletion_path(hash_of("a")));
  CHECK(found(root, {sealed("a"), sealed("b")}) ==
        Lines{missing + "'" + store.deletion_path(hash_of("a")) + "' is not a regular file"});
  fs::remove(store.deletion_path(hash_of("a")));
  // A deletion that was interrupted: the package is there, and must be whole.
  std::ofstream(store.deletion_path(hash_of("b"))) << deletion_note;
  std::ofstream(store.path(hash_of("b"))) << "x";
  CHECK(found(root, {sealed("b")}).size() == 1);
}

TEST_CASE("a package that is published while check runs is no finding") {
  const test::TempDir dir;
  Store store = must(Store::open(dir.path()));
  must(add(store, "before"));
  const auto findings = must(store.check(
      [&]() -> Result<Expected> {
        MC_TRY(add(store, "meanwhile"));
        return Expected{sealed("before"), sealed("meanwhile")};
      },
      is_note));
  CHECK(findings.empty());
  check_error(
      store.check([]() -> Result<Expected> { return fail(Code::ledger_missing, "none"); }, is_note),
      Code::ledger_missing, "none");
}

TEST_CASE("every flipped bit of a package is found") {
  const test::TempDir dir;
  Store store = must(Store::open(dir.path()));
  const std::string text(300, 'p');
  must(add(store, text));
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ (1 << (i % 8)));
    std::ofstream(store.path(hash_of(text)), std::ios::binary) << changed;
    REQUIRE(found(dir.path(), {sealed(text)}).size() == 1);
  }
}

TEST_CASE("a full disk is storage.failed wherever it fills up, and nothing is published") {
  const test::TempDir dir;
  const auto status = test::run_with_mounts([&] {
    if (mount("none", dir.path().c_str(), "tmpfs", 0, "size=300k,nr_inodes=40") != 0) return 1;
    auto store = Store::open(dir.path());
    if (!store || !add(*store, "small")) return 2;
    {
      auto staged = store->stage();
      if (!staged) return 3;
      const ByteSink sink = staged->sink();
      Status full;
      for (int i = 0; i < 100 && full; ++i) full = sink(as_bytes(std::string(10'000, 'x')));
      if (full || full.error().code != Code::storage_failed) return 4;
      if (full.error().message.find("no space left on device") == std::string::npos) return 5;
    }
    if (files_in(dir.path()).size() != 1 || staged_in(dir.path()) != 0) return 6;
    // Enough for the package, but not for the folder of its place: it can be published later.
    {
      auto staged = stage(*store, "late");
      if (!staged || !staged->seal()) return 7;
      std::error_code failed;
      for (int i = 0; i < 100 && !failed; ++i)
        fs::create_directory(dir.path("filler" + std::to_string(i)), failed);
      const Status published = staged->publish();
      if (published || published.error().code != Code::storage_failed) return 8;
    }
    for (int i = 0; i < 100; ++i) fs::remove(dir.path("filler" + std::to_string(i)));
    if (file_exists(store->path(hash_of("late")))) return 9;
    const auto recovered = store->recover(always(Verdict::publish));
    if (!recovered || *recovered != 1 || staged_in(dir.path()) != 0) return 10;
    return test::read_all(store->path(hash_of("late"))) == "late" ? 0 : 11;
  });
  if (status) CHECK(*status == 0);
}

TEST_CASE("a file size limit is storage.failed") {
  const test::TempDir dir;
  CHECK(test::run_in_child([&] {
          signal(SIGXFSZ, SIG_IGN);
          const rlimit limit = {50'000, 50'000};
          if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
          auto store = Store::open(dir.path());
          if (!store) return 2;
          const auto failed = stage(*store, std::string(100'000, 'x'));
          return !failed && failed.error().code == Code::storage_failed ? 0 : 3;
        }) == 0);
  CHECK(staged_in(dir.path()) == 0);
  CHECK(files_in(dir.path()).empty());
}
