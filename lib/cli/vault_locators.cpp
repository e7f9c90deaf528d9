#include "cli/vault_locators.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/listing.hpp"
#include "cli/own_records.hpp"
#include "cli/places.hpp"
#include "cli/workspace.hpp"
#include "vault/locators.hpp"

namespace medchain::cli {
namespace {

// What one transaction sets at most, so that a run that was cut off has not read all in vain and
// others can use the vault in between.
constexpr std::size_t records_at_once = 1'000;
constexpr std::uint64_t bytes_at_once = std::uint64_t{1} << 30;
// Of one file in one reading of it.
constexpr std::size_t sought_at_once = 100'000;

Result<std::unique_ptr<vault::Vault>> open_to_write(const Session& session) {
  vault::OpenOptions options;
  options.read_only = false;
  MC_ASSIGN(options.lock_wait, lock_wait(session));
  return open_vault(session, options);
}

std::string_view to_text(source::Trace trace) {
  switch (trace) {
    case source::Trace::there:
      return "set";
    case source::Trace::missing:
      return "missing";
    case source::Trace::unreadable:
      return "unreadable";
    case source::Trace::changed:
      break;
  }
  return "changed";
}

json::Object line_of(const vault::Version& version, std::string_view state) {
  json::Object line = message("locator");
  line.set("record", printable(version.type + "/" + version.id));
  if (!version.source.empty()) line.set("source", printable(version.source));
  line.set("state", state);
  return line;
}

void add_place(const std::string& path, std::uint64_t number, json::Object& line) {
  line.set("path", escape_for_terminal(path));
  if (number > 0) line.set("line", number);
}

/// `path` without slashes at its end, with one in front of what is below it.
std::string prefix_of(const std::string& directory) {
  std::string path = absolute_path(directory);
  while (!path.empty() && path.back() == '/') path.pop_back();
  return path + "/";
}

Status check_directory(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0)
    return fail_errno(Code::input_unreadable, "look at", path, errno);
  if (!S_ISDIR(info.st_mode))
    return fail(Code::input_unreadable, quote(path) + " is not a directory");
  return {};
}

/// All that was read below one directory and is below another now.  The vault is open only while it
/// is asked or written: files may take long.
class Move {
 public:
  Move(Session& session, std::string from, std::string to)
      : session_(session), from_(std::move(from)), to_(std::move(to)) {}

  Result<int> run() {
    MC_TRY(find_candidates());
    if (candidates_.empty() && already_ == 0)
      return fail(Code::record_unknown, "no record was read below " + quote(from_));
    progress_ = session_.progress("records", candidates_.size());
    if (Status done = move_all(); !done) {
      if (set_ == 0) return done.error();
      return std::move(done).error().context(counted(set_, "locator") + " set, then");
    }
    return finish();
  }

 private:
  struct Candidate {
    std::uint64_t path = 0, number = 0;
    auto operator<=>(const Candidate&) const = default;
  };

  bool is_to_move(const std::string& path) const {
    // The new place may be below the old one.
    return path.starts_with(from_) && !(to_.starts_with(from_) && path.starts_with(to_));
  }

  Status find_candidates() {
    MC_ASSIGN(const auto vault, open_vault(session_, {}));
    const vault::Locators locators(*vault);
    std::uint64_t last = 0;
    bool moves = false, moved = false;
    MC_TRY(vault->read([&] {
      return vault->for_each_version(
          [&](std::uint64_t number, const vault::Version& version) -> Status {
            if (version.path == 0) return {};
            if (version.path != last) {
              MC_ASSIGN(const std::string path, vault->path(version.path));
              last = version.path;
              moves = is_to_move(path);
              moved = !moves && path.starts_with(to_);
            }
            if (!moves && !moved) return {};
            MC_ASSIGN(const bool current, locators.is_current(number, version));
            if (current && moves) candidates_.push_back({version.path, number});
            already_ += current && moved ? 1u : 0u;
            return {};
          });
    }));
    std::sort(candidates_.begin(), candidates_.end());
    return {};
  }

  Status move_all() {
    std::size_t begin = 0;
    while (begin < candidates_.size()) {
      // Whole files, as far as they are not very large.
      std::size_t end = begin;
      while (end < candidates_.size() && end - begin < sought_at_once) {
        const bool same_file = end > begin && candidates_[end].path == candidates_[end - 1].path;
        if (!same_file && end - begin >= records_at_once) break;
        ++end;
      }
      MC_TRY(load(begin, end));
      for (std::size_t first = 0; first < loaded_.size();) {
        std::size_t next = first;
        while (next < loaded_.size() && loaded_[next].path == loaded_[first].path) ++next;
        MC_TRY(look(std::span(loaded_).subspan(first, next - first)));
        first = next;
        if (found_.size() >= records_at_once || bytes_ >= bytes_at_once) MC_TRY(write());
      }
      MC_TRY(write());
      begin = end;
    }
    return {};
  }

  Status load(std::size_t begin, std::size_t end) {
    loaded_.clear();
    MC_ASSIGN(const auto vault, open_vault(session_, {}));
    return vault->read([&]() -> Status {
      for (std::size_t i = begin; i < end; ++i) {
        vault::Relocated one;
        one.number = candidates_[i].number;
        MC_ASSIGN(one.seen, vault->version(one.number));
        // Another run may have set it meanwhile.
        MC_ASSIGN(const std::string path, vault->path(one.seen.path));
        if (!is_to_move(path)) continue;
        one.path = to_ + path.substr(from_.size());
        loaded_.push_back(std::move(one));
      }
      return {};
    });
  }

  /// Versions of one file.
  Status look(std::span<vault::Relocated> versions) {
    std::vector<source::Sought> sought;
    for (const vault::Relocated& one : versions) sought.push_back(vault::sought(one.seen));
    const std::string& path = versions.front().path;
    const auto located = source::locate(path, sought, [&] { return session_.interrupted(); });
    if (!located && located.error().code == Code::interrupted)
      return fail(Code::interrupted, "stopped by a signal; the same command goes on");
    source::Trace trace = source::Trace::changed;
    if (!located && located.error().code == Code::input_unreadable)
      trace = file_exists(path) ? source::Trace::unreadable : source::Trace::missing;
    for (std::size_t i = 0; i < versions.size(); ++i) {
      vault::Relocated& one = versions[i];
      bytes_ += one.seen.size;
      progress_->update(++looked_, 0);
      if (!located || !located->spots[i]) {
        ++lost_;
        json::Object line = line_of(one.seen, to_text(trace));
        add_place(path, one.seen.line, line);
        MC_TRY(session_.out().line(line));
        continue;
      }
      one.spot = *located->spots[i];
      one.mtime = located->mtime;
      found_.push_back(one);
    }
    return {};
  }

  Status write() {
    bytes_ = 0;
    if (found_.empty()) return {};
    if (session_.dry_run()) {
      set_ += found_.size();
    } else {
      MC_ASSIGN(const auto vault, open_to_write(session_));
      MC_ASSIGN(const std::uint64_t now, vault::Locators(*vault).set(found_));
      set_ += now;
    }
    found_.clear();
    return {};
  }

  Result<int> finish() {
    const int status = lost_ > 0 ? 1 : 0;
    json::Object summary = message("summary");
    summary.set("count", std::uint64_t{candidates_.size()})
        .set("good", set_)
        .set("findings", lost_)
        .set("status", status)
        .set("complete", true);
    if (session_.dry_run()) summary.set("dry_run", true);
    MC_TRY(session_.out().line(summary));
    session_.tell((session_.dry_run() ? "would set " : "set ") + std::to_string(set_) + " of " +
                  counted(candidates_.size(), "locator") +
                  (lost_ > 0 ? "; " + counted(lost_, "record") + " not found there" : "") +
                  (already_ > 0 ? "; " + counted(already_, "record") + " there before" : ""));
    const std::uint64_t left = candidates_.size() - set_ - lost_;
    if (left > 0)
      session_.warn(counted(left, "record") + " changed meanwhile, and kept what place it has");
    return status;
  }

  Session& session_;
  std::string from_, to_;
  std::vector<Candidate> candidates_;
  std::vector<vault::Relocated> loaded_, found_;
  std::unique_ptr<Progress> progress_;
  std::uint64_t already_ = 0, set_ = 0, lost_ = 0, looked_ = 0, bytes_ = 0;
};

/// The newest version of the record that is meant, and its path.
Result<vault::Relocated> find_version(vault::Vault& vault, const NamedRecord& named) {
  vault::Relocated found;
  MC_TRY(vault.read([&]() -> Status {
    MC_ASSIGN(found.number, find_own_record(vault, named));
    MC_ASSIGN(found.seen, vault.version(found.number));
    MC_ASSIGN(const bool current, vault::Locators(vault).is_current(found.number, found.seen));
    if (!current) return fail(Code::record_erased, "the record was erased from this vault");
    return {};
  }));
  return found;
}

Result<int> link_one(Session& session, const NamedRecord& named, const std::string& path) {
  vault::Relocated found;
  {
    MC_ASSIGN(const auto vault, open_vault(session, {}));
    MC_ASSIGN(found, find_version(*vault, named));
  }
  const source::Sought wanted = vault::sought(found.seen);
  auto located = source::locate(path, std::span(&wanted, 1), [&] { return session.interrupted(); });
  if (!located) return std::move(located).error().context(quote(path));
  if (!located->spots.front())
    return fail(Code::input_changed,
                quote(path) + " does not have the bytes of the newest version of the record");
  found.path = absolute_path(path);
  found.spot = *located->spots.front();
  found.mtime = located->mtime;
  if (!session.dry_run()) {
    MC_ASSIGN(const auto vault, open_to_write(session));
    MC_ASSIGN(const std::uint64_t set, vault::Locators(*vault).set(std::span(&found, 1)));
    if (set == 0)
      return fail(Code::input_conflict,
                  "the record changed in the vault while its bytes were looked for")
          .with_hint("do the same again");
  }
  json::Object line = line_of(found.seen, to_text(source::Trace::there));
  add_place(found.path, found.spot.line, line);
  if (session.dry_run()) line.set("dry_run", true);
  MC_TRY(session.out().line(line));
  session.tell((session.dry_run() ? "would set the locator of " : "set the locator of ") +
               quote(named.name));
  return 0;
}

}  // namespace

Result<int> link_locator(Session& session) {
  for (const std::string_view name : {"subject", "subject-file", "with", "with-tag", "emit", "id",
                                      "person", "person-file", "person-key"})
    if (session.arguments().has(name))
      return fail(Code::usage, "option '--" + std::string(name) +
                                   "' does not go with '--locator', which is not of the ledger");
  MC_ASSIGN(const std::string to, session.required("locator"));
  const auto from = session.setting("moved-from");
  if (session.operands().size() != (from ? 0u : 1u))
    return fail(Code::usage, from ? "option '--moved-from' takes the place of RECORD"
                                  : "expected one RECORD, or '--moved-from'");
  MC_ASSIGN(const std::string directory, session.required("vault"));
  MC_ASSIGN(const auto named, named_records(session, session.operands()));
  if (from) MC_TRY(check_directory(to));
  Places places = everything();
  places.add(session.dry_run() ? store_to_read(directory) : store_to_write(directory));
  session.seal(places);
  if (!from) return link_one(session, named.front(), to);
  const std::string old_prefix = prefix_of(*from), new_prefix = prefix_of(to);
  if (old_prefix == new_prefix)
    return fail(Code::usage, "'--moved-from' and '--locator' are the same directory");
  return Move(session, old_prefix, new_prefix).run();
}

Result<LostRecords> print_lost_records(Session& session, vault::Vault& vault) {
  const bool json = session.format() == "json";
  report::Table table({{"STATE"}, {"RECORD"}, {"PATH"}});
  LostRecords counts;
  const vault::Locators locators(vault);
  const auto look = [&](std::uint64_t number, const vault::Version& version) -> Status {
    if (session.interrupted()) return fail(Code::interrupted, "stopped by a signal");
    MC_ASSIGN(const auto copy, vault.copy(number));
    if (copy && vault.has_blob(copy->blob)) return {};
    MC_ASSIGN(const bool current, locators.is_current(number, version));
    if (!current) return {};
    ++counts.records;
    MC_ASSIGN(const std::string path, vault.path(version.path));
    const source::Trace trace =
        path.empty() ? source::Trace::missing : source::trace_of(vault::locator(version, path));
    if (trace == source::Trace::there) return {};
    ++(path.empty() ? counts.nowhere : counts.lost);
    const std::string_view state = path.empty() ? "none" : to_text(trace);
    if (!json) {
      const std::string line = version.line > 0 ? ":" + std::to_string(version.line) : "";
      table.add(
          {std::string(state), version.type + "/" + version.id, path.empty() ? "" : path + line});
      return {};
    }
    json::Object line = line_of(version, state);
    if (!path.empty()) add_place(path, version.line, line);
    return session.out().line(line);
  };
  MC_TRY(vault.read([&] { return vault.for_each_version(look); }));
  if (!table.empty()) MC_TRY(session.out().write(table.text()));
  return counts;
}

}  // namespace medchain::cli
