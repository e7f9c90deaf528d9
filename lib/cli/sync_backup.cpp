#include "cli/sync_backup.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/export_lines.hpp"
#include "cli/places.hpp"
#include "cli/workspace.hpp"
#include "ledger/replica.hpp"

namespace medchain::cli {
namespace {

namespace fs = std::filesystem;

std::string size_words(std::uint64_t entries, std::uint64_t records) {
  return counted(entries, "entry") + ", " + counted(records, "record");
}

Result<int> sync_backup(Session& session) {
  MC_TRY(check_no_terminal(session, "a backup"));
  MC_ASSIGN(const auto ledger, open_ledger(session, {}));
  Exported done;
  {
    const auto progress = session.progress("entries", 0);
    MC_TRY(ledger->read([&](const ledger::Snapshot& view) -> Status {
      MC_ASSIGN(done, write_export(session, view,
                                   [&](std::uint64_t entries) { progress->update(entries, 0); }));
      return {};
    }));
  }
  session.tell("backed up " + size_words(done.head.size, done.records));
  return 0;
}

/// A directory that is made beside the place of the ledger, or somewhere to be removed again.
class Staging {
 public:
  static Result<Staging> make(const std::string& path) {
    std::error_code failed;
    fs::remove_all(path, failed);  // of a run that was cut off
    MC_TRY(make_directory(path, 0755, false));
    return Staging(path);
  }
  Staging(Staging&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Staging& operator=(Staging&&) = delete;
  ~Staging() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

  /// Who reads a ledger is said by its directory (medchain-ledger(5)): that which is there.
  Status take_modes_of(const std::string& directory) const {
    struct stat facts = {};
    if (::stat(directory.c_str(), &facts) != 0) return {};
    if (::chown(path_.c_str(), static_cast<uid_t>(-1), facts.st_gid) != 0 ||
        ::chmod(path_.c_str(), facts.st_mode & 07777) != 0)
      return fail_errno(Code::storage_failed, "set group and mode of", path_, errno);
    return {};
  }
  /// In the place of an empty directory, or of none.
  Status publish(const std::string& target) {
    MC_TRY(sync_directory(path_));
    if (std::rename(path_.c_str(), target.c_str()) != 0)
      return fail_errno(Code::storage_failed, "rename to", target, errno);
    path_.clear();
    return sync_directory(parent_directory(target));
  }

 private:
  explicit Staging(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

/// Nothing is restored over anything.
Status check_target(const std::string& target, const ExportHead& head) {
  std::error_code failed;
  if (!fs::exists(target, failed) && !failed) return {};
  if (fs::is_directory(target, failed) && fs::is_empty(target, failed) && !failed) return {};
  std::string what = "is not an empty directory";
  if (const auto there = ledger::Ledger::open(target, {})) {
    what = "has a ledger that cannot be read";
    static_cast<void>((*there)->read([&](const ledger::Snapshot& view) -> Status {
      MC_ASSIGN(const GenesisHash genesis, rules::genesis(view));
      MC_ASSIGN(const std::string origin, rules::origin(view));
      what =
          genesis == head.genesis ? "has this very ledger, live" : "has another ledger, " + origin;
      return {};
    }));
  }
  return fail(Code::ledger_exists, quote(target) + " " + what + ": nothing is restored over it")
      .with_hint("restore to a new directory, or '--verify-only'");
}

/// The host that is to sign it again: of this ledger, and perhaps ahead of the backup.
Status check_host(Session& session, ledger::Ledger& ledger, const std::string& target) {
  const std::string directory = host_directory(session, target);
  if (!file_exists(directory)) return {};
  MC_ASSIGN(const auto host, ledger::Host::open(directory));
  const Status fits = ledger.check_host(*host);
  if (fits) return {};
  if (fits.error().code != Code::rollback) return fits;
  session.warn(fits.error().message);
  return {};
}

struct Restored {
  ExportHead head;
  std::uint64_t entries = 0, records = 0;
};

Status read_entries(Session& session, ExportReader& reader, ledger::Replica& replica,
                    Restored& done) {
  const auto progress = session.progress("entries", done.head.size);
  for (;;) {
    MC_ASSIGN(const auto entry, reader.entry());
    if (!entry) break;
    MC_TRY(replica.add(*entry));
    const EntryHash hash = entry::entry_hash(entry->entry.bytes);
    if (done.entries == 0 && GenesisHash(hash.bytes) != done.head.genesis)
      return fail(Code::input_invalid,
                  "entry 0 is not the genesis entry that the first line names");
    ++done.entries;
    done.records += entry->rows.size();
    progress->update(done.entries, 0);
  }
  if (done.entries != done.head.size)
    return fail(Code::input_invalid, "expected " + std::to_string(done.head.size) +
                                         " entries, got " + std::to_string(done.entries));
  MC_ASSIGN(const std::string checkpoint, reader.checkpoint());
  return replica.seal(checkpoint);
}

Status restore_into(Session& session, ExportReader& reader, const std::string& directory,
                    Restored& done) {
  MC_ASSIGN(auto replica, ledger::Replica::create(directory, session.random()));
  Status status = read_entries(session, reader, replica, done);
  if (status || info(status.error().code).exit == 7) return status;
  return std::move(status).error().context("standard input:" + std::to_string(reader.line()));
}

std::string staging_path(const Session& session, const std::string& target) {
  if (session.has("verify-only"))
    return scratch_directory(session) + "/medchain-restore-" + std::to_string(::getpid());
  const std::string path = absolute_path(target);
  return parent_directory(path) + "/." + fs::path(path).filename().string() + ".unfinished";
}

Status restore(Session& session, ExportReader& reader, Restored& done) {
  const bool verify_only = session.has("verify-only");
  std::string target;
  if (!verify_only) {
    MC_ASSIGN(target, session.required("ledger"));
  }
  auto head = reader.head();
  if (!head) return std::move(head).error().context("standard input:1");
  done.head = std::move(*head);
  if (!verify_only) MC_TRY(check_target(target, done.head));
  MC_ASSIGN(Staging staging, Staging::make(staging_path(session, target)));
  if (!verify_only) MC_TRY(staging.take_modes_of(target));
  MC_TRY(restore_into(session, reader, staging.path(), done));
  if (verify_only) return {};
  {
    MC_ASSIGN(const auto ledger, ledger::Ledger::open(staging.path(), {}));
    MC_TRY(check_host(session, *ledger, target));
  }
  return staging.publish(absolute_path(target));
}

Result<int> sync_restore(Session& session) {
  MC_ASSIGN(ExportReader reader, ExportReader::open(session));
  Restored done;
  MC_TRY(restore(session, reader, done));
  session.tell((session.has("verify-only") ? "verified a backup of " : "restored ") +
               quote(done.head.ledger) + ": " + size_words(done.entries, done.records));
  json::Object summary = message("summary");
  summary.set("count", done.entries)
      .set("records", done.records)
      .set("ledger", done.head.ledger)
      .set("complete", true);
  MC_TRY(session.out().line(summary));
  return 0;
}

}  // namespace

Verb sync_backup_verb() {
  Verb verb;
  verb.name = "backup";
  verb.summary = "print the whole ledger as it is at one moment, while others append";
  verb.common = {"ledger", "output", "progress"};
  verb.max_operands = 0;
  verb.formats = "json";
  verb.run = sync_backup;
  return verb;
}

Verb sync_restore_verb() {
  Verb verb;
  verb.name = "restore";
  verb.summary = "make a new ledger directory out of a backup on standard input, after all rules";
  verb.options = {{"verify-only", 0, ValueKind::flag, {}, "verify the backup, and leave nothing"}};
  verb.common = {"ledger", "host", "progress"};
  verb.max_operands = 0;
  verb.formats = "json";
  verb.also_opens = [](const Session& session, Places& places) {
    if (session.has("verify-only"))
      places.add(scratch_directory(session), Access::make);
    else if (const auto ledger = session.setting("ledger"))
      places.add(parent_directory(*ledger), Access::make);
    if (const auto ledger = session.setting("ledger"))
      places.add(host_directory(session, *ledger), Access::read);
  };
  verb.run = sync_restore;
  return verb;
}

}  // namespace medchain::cli
