// medchain-sweep: damages a file byte by byte and page by page on copies of its own, and asks after
// each what verification says.  For tamper-sweep.t.  It prints one line of counts, and one for each
// byte that must not be as it is.
//   medchain-sweep WHAT LEDGER VAULT SCRATCH SEED PART    WHAT: ledger, vault, checkpoint; one byte
//   of PART is taken, 1: all
//
// Each look is a child, forked before anything is opened: it may die of the damage, which is a
// finding too.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "crypto/random.hpp"
#include "crypto/sha256.hpp"
#include "ledger/ledger.hpp"
#include "vault/indexes.hpp"
#include "vault/vault.hpp"
#include "verify/ledger_check.hpp"
#include "verify/record_check.hpp"

namespace {

using namespace medchain;  // a test

constexpr std::uint64_t page_size = 4096;

enum Verdict { same, finding, refused, unnoticed, died };
const char* const words[] = {"same", "findings", "refused", "unnoticed", "died"};

[[noreturn]] void stop(const std::string& message) {
  std::fprintf(stderr, "medchain-sweep: %s\n", message.c_str());
  std::exit(2);
}

struct Places {
  std::string ledger, vault;
};

/// Of all that the tables hold, one after the other.
Status digest_tables(store::Environment& environment, const std::vector<std::string>& names,
                     const std::vector<std::string>& later, ByteArray<32>& digest) {
  MC_ASSIGN(const store::ReadTxn txn, environment.begin_read());
  crypto::Sha256 hash;
  std::vector<store::Table> tables;
  for (const std::string& name : names) tables.push_back(environment.table(name));
  for (const std::string& name : later)
    if (const auto table = environment.later_table(name)) tables.push_back(*table);
  for (const store::Table table : tables) {
    MC_ASSIGN(store::Cursor cursor, txn.cursor(table));
    MC_ASSIGN(bool there, cursor.first());
    hash.update("table\n");
    while (there) {
      for (const ByteView bytes : {cursor.key(), cursor.value()})
        hash.update(std::to_string(bytes.size()) + "\n").update(bytes);
      MC_ASSIGN(there, cursor.next());
    }
  }
  digest = hash.finish();
  return {};
}

/// True: something was found.  An error: it was refused.
Result<bool> check_ledger(const Places& places, ByteArray<32>& digest) {
  ledger::OpenOptions options;
  options.any_rules = true;
  MC_ASSIGN(const auto ledger, ledger::Ledger::open(places.ledger, options));
  verify::LedgerCheckOptions with;
  for (auto& [name, text] :
       {std::pair{"/checkpoint", &with.checkpoint_file}, {"/policy", &with.policy_file}})
    if (const auto file =
            read_file_if_exists(places.ledger + name, 1 << 20, Code::input_unreadable);
        file && *file)
      *text = **file;
  crypto::SystemRandom random;
  verify::LedgerReport report;
  MC_TRY(ledger->read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(report, verify::check_ledger(view, with, random));
    return {};
  }));
  if (!report.is_intact() || report.trouble) return true;
  MC_TRY(store::guard_damage([&] {
    return digest_tables(ledger->environment(),
                         {"meta", "entries", "manifests", "tree", "state", "records", "subjects"},
                         {}, digest);
  }));
  return false;
}

Result<bool> check_vault(const Places& places, ByteArray<32>& digest) {
  MC_ASSIGN(const auto ledger, ledger::Ledger::open(places.ledger, {}));
  MC_ASSIGN(const auto vault, vault::Vault::open(places.vault, {}));
  bool found = false;
  MC_TRY(ledger->read([&](const ledger::Snapshot& view) {
    return vault->read([&]() -> Status {
      MC_ASSIGN(const auto indexes, vault::Indexes(*vault, [] { return false; }).compare());
      found = indexes.missing > 0 || indexes.unfounded > 0;
      verify::RecordChecker checker(view, vault.get(), {});
      return vault->for_each_version(
          [&](std::uint64_t number, const vault::Version& version) -> Status {
            MC_TRY(vault->batch(version.batch));
            MC_TRY(vault->path(version.path));
            MC_ASSIGN(const auto verdict, checker.check_version(number, version));
            found = found || !verify::is_good(verdict.verdict);
            return {};
          });
    });
  }));
  if (found) return true;
  MC_TRY(store::guard_damage([&] {
    return digest_tables(vault->environment(),
                         {"meta", "versions", "ids", "digests", "subjects", "subject-names",
                          "paths", "path-numbers", "batches"},
                         {"acts", "copies", "blobs", "erasures", "received-tags", "sketches",
                          "second-digests", "id-keys", "id-runs", "digest-runs"},
                         digest);
  }));
  return false;
}

using Check = Result<bool> (*)(const Places&, ByteArray<32>&);

class Sweep {
 public:
  Sweep(Check check, Places places, std::string file)
      : check_(check), places_(std::move(places)), file_(std::move(file)) {
    auto bytes = read_file(file_, std::size_t{1} << 30, Code::input_unreadable);
    if (!bytes) stop(bytes.error().message);
    original_ = std::move(*bytes);
    fd_ = ::open(file_.c_str(), O_RDWR);
    if (fd_ < 0) stop("cannot open " + file_);
    // In a child too: nothing of a ledger is open in this process when it forks.
    int out[2];
    if (::pipe(out) != 0) stop("pipe");
    const pid_t pid = ::fork();
    if (pid == 0) {
      const auto found = check_(places_, intact_);
      const bool good =
          found && !*found &&
          ::write(out[1], intact_.data(), intact_.size()) == static_cast<ssize_t>(intact_.size());
      if (!found) std::fprintf(stderr, "%s\n", found.error().message.c_str());
      ::_exit(good ? 0 : 1);
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    if (status != 0 ||
        ::read(out[0], intact_.data(), intact_.size()) != static_cast<ssize_t>(intact_.size()))
      stop("it is not intact to begin with");
  }

  std::uint64_t bytes() const { return original_.size(); }
  const std::string& original() const { return original_; }

  void write(std::uint64_t at, std::string_view text) {
    if (::pwrite(fd_, text.data(), text.size(), static_cast<off_t>(at)) !=
        static_cast<ssize_t>(text.size()))
      stop("pwrite");
  }
  void cut(std::uint64_t size) {
    if (::ftruncate(fd_, static_cast<off_t>(size)) != 0) stop("ftruncate");
  }
  void restore() {
    cut(original_.size());
    write(0, original_);
  }

  void look(const std::string& what) {
    const pid_t pid = ::fork();
    if (pid < 0) stop("fork");
    if (pid == 0) {
      ::alarm(20);  // what never ends has died
      ByteArray<32> digest{};
      const auto found = check_(places_, digest);
      ::_exit(!found ? refused : *found ? finding : digest == intact_ ? same : unnoticed);
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    const Verdict verdict = WIFEXITED(status) ? static_cast<Verdict>(WEXITSTATUS(status)) : died;
    ++counts_[verdict];
    if (verdict == unnoticed || verdict == died)
      std::printf(
          "%s %s%s\n", words[verdict], what.c_str(),
          verdict == died ? (" of signal " + std::to_string(WTERMSIG(status))).c_str() : "");
  }

  void print(const char* of) const {
    std::printf("%s:", of);
    for (const Verdict verdict : {same, finding, refused, unnoticed, died}) {
      const auto count = counts_.find(verdict);
      std::printf(" %llu %s",
                  static_cast<unsigned long long>(count == counts_.end() ? 0 : count->second),
                  words[verdict]);
    }
    std::printf("\n");
  }

 private:
  Check check_;
  Places places_;
  std::string file_, original_;
  int fd_ = -1;
  ByteArray<32> intact_{};
  std::map<Verdict, std::uint64_t> counts_;
};

/// The same for the same seed, on every machine.
std::uint64_t drawn(std::uint64_t seed, std::uint64_t number) {
  std::uint64_t x = seed * 0x9e3779b97f4a7c15 + number + 1;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

void sweep_bytes(Sweep& sweep, std::uint64_t seed, std::uint64_t part) {
  for (std::uint64_t at = 0; at < sweep.bytes(); ++at) {
    const std::uint64_t draw = drawn(seed, at);
    if (draw % part != 0) continue;
    const auto mask = static_cast<unsigned char>(1 + (draw >> 32) % 255);
    const char old = sweep.original()[at],
               changed = static_cast<char>(static_cast<unsigned char>(old) ^ mask);
    sweep.write(at, {&changed, 1});
    sweep.look("byte " + std::to_string(at) + " xor " + std::to_string(mask));
    sweep.write(at, {&old, 1});
  }
}

void sweep_pages(Sweep& sweep, std::uint64_t seed) {
  const std::uint64_t pages = sweep.bytes() / page_size;
  const auto page = [&](std::uint64_t number) {
    return std::string_view(sweep.original()).substr(number * page_size, page_size);
  };
  for (std::uint64_t first = 0; first < pages; ++first)
    for (const std::uint64_t second : {(first + 1) % pages, drawn(seed, first) % pages}) {
      sweep.write(first * page_size, page(second));
      sweep.write(second * page_size, page(first));
      sweep.look("pages " + std::to_string(first) + " and " + std::to_string(second) + " swapped");
      sweep.restore();
    }
  for (std::uint64_t left = 0; left < pages; ++left) {
    sweep.cut(left * page_size);
    sweep.look("cut to " + std::to_string(left) + " pages");
    sweep.restore();
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) stop("usage: medchain-sweep WHAT LEDGER VAULT SCRATCH SEED PART");
  const std::string what = argv[1], scratch = argv[4];
  const std::uint64_t seed = std::strtoull(argv[5], nullptr, 10),
                      part = std::strtoull(argv[6], nullptr, 10);
  const Places copies = {scratch + "/ledger", scratch + "/vault"};
  std::filesystem::create_directories(scratch);
  std::filesystem::copy(argv[2], copies.ledger, std::filesystem::copy_options::recursive);
  std::filesystem::copy(argv[3], copies.vault, std::filesystem::copy_options::recursive);
  const bool is_vault = what == "vault";
  const std::string file =
      is_vault ? copies.vault + "/data.mdb"
               : copies.ledger + (what == "checkpoint" ? "/checkpoint" : "/data.mdb");
  Sweep bytes(is_vault ? check_vault : check_ledger, copies, file);
  sweep_bytes(bytes, seed, part);
  bytes.print("bytes");
  if (what == "checkpoint") return 0;
  Sweep pages(is_vault ? check_vault : check_ledger, copies, file);
  sweep_pages(pages, seed);
  pages.print("pages");
  return 0;
}
