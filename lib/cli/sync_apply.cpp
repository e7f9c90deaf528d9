#include "cli/sync_apply.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "cli/applied.hpp"
#include "cli/arriving_package.hpp"
#include "cli/emitted.hpp"
#include "cli/places.hpp"
#include "cli/shared_packages.hpp"
#include "cli/stream_lines.hpp"
#include "cli/workspace.hpp"
#include "exchange/named_package.hpp"

namespace medchain::cli {
namespace {

/// Entries of one transaction, and bytes of their lines.
constexpr std::size_t max_batch = 256, max_batch_bytes = std::size_t{16} << 20;
constexpr std::uint64_t default_max_package = std::uint64_t{16} << 30;
constexpr std::uint64_t largest_package = std::uint64_t{1} << 50;

/// An entry that is ready to be judged.
struct Ready {
  std::uint64_t line = 0;
  ledger::Prepared prepared;
  std::optional<ArrivedPackage> package;
};

class Apply {
 public:
  Apply(Session& session, ledger::Ledger& ledger, ledger::Host& host, package::Store& store,
        std::uint64_t max_package)
      : session_(session),
        ledger_(ledger),
        host_(host),
        store_(store),
        arriving_(store, session.dry_run(), max_package),
        applied_(session) {}

  Result<int> run(StreamLines& lines) {
    Status status = session_.dry_run() ? Status() : recover();
    if (status) status = read_all(lines);
    // What was read whole is appended, whatever came after it.
    if (!status && !lost_) {
      Status last = flush();
      if (!last) status = std::move(last);
    }
    const Status told = applied_.summarize(status.ok());
    if (status) status = told;
    return applied_.judge(std::move(status));
  }

 private:
  /// What appliers that were killed have left: on the ledger or not.
  Status recover() {
    MC_ASSIGN(const std::size_t published,
              store_.recover([&](const PackageHash& hash) -> Result<package::Verdict> {
                MC_ASSIGN(const auto entry, entry_naming(hash));
                return entry ? package::Verdict::publish : package::Verdict::discard;
              }));
    if (published > 0)
      session_.tell("published " + counted(published, "package") +
                    " that an interrupted run has left");
    return {};
  }

  Status read_all(StreamLines& lines) {
    for (;;) {
      // Who follows a stream must not wait for answers; a rehearsal is one batch as long as it can.
      auto line = lines.next([&] { return session_.dry_run() ? Status() : flush(); });
      if (!line) return bad_stream(lines.number(), std::move(line).error());
      if (!*line) break;
      if ((*line)->empty()) continue;
      if (Status taken = take(**line, lines.number()); !taken) return taken;
    }
    MC_TRY(finish_package());
    return flush();
  }

  /// Nothing behind such a line is believed: who sends it is not who it should be.
  Status bad_stream(std::uint64_t line, Error error) {
    if (info(error.code).exit != info(Code::input_invalid).exit) return error;
    MC_TRY(flush());
    json::Object told = error_object(error);
    MC_TRY(session_.out().line(told.set("line", line)));
    return std::move(error).context("standard input:" + std::to_string(line));
  }

  Status take(std::string_view text, std::uint64_t line) {
    const auto object = json::parse_object(text);
    if (!object) return bad_stream(line, object.error());
    const auto type = stream_type(*object);
    if (!type) return bad_stream(line, type.error());
    if (*type == "package") return take_chunk(*object, line);
    if (*type == "entry") return take_entry(*object, line, text.size());
    if (*type == "summary") return take_summary(*object);
    return bad_stream(line, fail(Code::input_invalid, "field 'type': expected 'entry', 'package' " +
                                                          ("or 'summary', got " + quote(*type))));
  }

  Status take_chunk(const json::Object& object, std::uint64_t line) {
    const auto chunk = parse_chunk(object);
    if (!chunk) return bad_stream(line, chunk.error());
    if (arriving_.is_there() && arriving_.hash() != chunk->package) MC_TRY(finish_package());
    return arriving_.add(*chunk, line);
  }

  Status take_summary(const json::Object& object) {
    const json::Value* complete = object.find("complete");
    if (complete == nullptr || complete->boolean() == nullptr || !*complete->boolean())
      session_.warn("the run that was sent here did not complete");
    return finish_package();
  }

  Status take_entry(const json::Object& object, std::uint64_t line, std::size_t size) {
    auto prepared = parse_emitted(object);
    Ready ready;
    ready.line = line;
    std::optional<entry::PackageRef> named;
    if (prepared) {
      ready.prepared = std::move(*prepared);
      named = exchange::package_of(ready.prepared.entry.statement.body);
    }
    std::optional<Error> fault;
    if (arriving_.is_there() && named && named->hash == arriving_.hash()) {
      auto package = arriving_.take();
      if (!package && is_trouble(package.error().code)) return std::move(package).error();
      if (!package)
        fault = std::move(package).error();
      else
        ready.package.emplace(std::move(*package));
    }
    MC_TRY(finish_package());
    if (!prepared) fault = std::move(prepared).error();
    if (ready.package && ready.package->sealed.bytes != named->bytes) {
      fault = fail(Code::input_invalid, "package " + to_text(named->hash) + " has " +
                                            std::to_string(ready.package->sealed.bytes) +
                                            " bytes, and its entry says " +
                                            std::to_string(named->bytes));
      MC_TRY(discard(ready));
    }
    if (fault) return refuse(line, std::move(*fault));
    const bool brings_package = ready.package && ready.package->staged;
    batch_.push_back(std::move(ready));
    batch_bytes_ += size;
    if (brings_package || batch_.size() >= max_batch || batch_bytes_ >= max_batch_bytes)
      return flush();
    return {};
  }

  Status refuse(std::uint64_t line, Error error) {
    MC_TRY(flush());
    return applied_.tell(line, std::move(error));
  }

  static bool is_trouble(Code code) {
    return code == Code::storage_failed || code == Code::storage_full ||
           code == Code::store_damaged || code == Code::internal;
  }

  static Status discard(Ready& ready) {
    return ready.package && ready.package->staged ? ready.package->staged->discard() : Status();
  }

  Result<std::optional<EntryIndex>> entry_naming(const PackageHash& hash) {
    std::optional<EntryIndex> entry;
    MC_TRY(ledger_.read([&](const ledger::Snapshot& view) -> Status {
      MC_ASSIGN(entry, exchange::entry_that_names(view, hash));
      return {};
    }));
    return entry;
  }

  /// A package that came without its entry: that of an entry that is on the ledger already.
  Status finish_package() {
    if (!arriving_.is_there()) return {};
    MC_TRY(flush());
    const std::uint64_t line = arriving_.line();
    auto package = arriving_.take();
    if (!package && is_trouble(package.error().code)) return std::move(package).error();
    if (!package) return applied_.tell(line, std::move(package).error());
    MC_ASSIGN(const auto index, entry_naming(package->sealed.hash));
    if (!index) {
      if (package->staged) MC_TRY(package->staged->discard());
      return applied_.tell(
          line, fail(Code::input_invalid,
                     "package " + to_text(package->sealed.hash) + ": no entry names it"));
    }
    publish(*package, *index);
    std::optional<entry::Entry> entry;
    MC_TRY(ledger_.read([&](const ledger::Snapshot& view) -> Status {
      MC_ASSIGN(entry, view.entry(*index));
      return {};
    }));
    MC_TRY(applied_.tell(line, *entry, {*index, true}));
    return session_.out().flush();
  }

  /// Its entry is durable: what fails is told at the end, and completed by the next run.
  void publish(ArrivedPackage& package, EntryIndex index) {
    if (!package.staged) return;
    if (auto published = package.staged->publish(); !published)
      applied_.keep(std::move(published).error().context("the package of entry " +
                                                         std::to_string(index.get())));
    else
      applied_.count_package();
  }

  Status flush() {
    if (batch_.empty()) return {};
    std::vector<Ready> batch = std::move(batch_);
    batch_.clear();
    batch_bytes_ = 0;
    std::vector<ledger::Prepared> prepared;
    for (const Ready& each : batch) prepared.push_back(each.prepared);
    const ledger::AppendOptions options{session_.clock(), session_.dry_run(), false, true};
    auto result = ledger_.append(prepared, host_, options, session_.random());
    if (!result) {
      lost_ = true;
      // Whether it is on the disk is not sure after trouble with storage: the next run looks.
      if (!is_trouble(result.error().code))
        for (Ready& each : batch) MC_TRY(discard(each));
      return std::move(result).error();
    }
    if (result->derived_file_error) applied_.keep(std::move(*result->derived_file_error));
    MC_TRY(tick_if_late(*result));
    // Also if nobody reads the answers any more.
    for (std::size_t i = 0; i < batch.size(); ++i) MC_TRY(settle(batch[i], result->entries[i]));
    for (std::size_t i = 0; i < batch.size(); ++i) MC_TRY(answer(batch[i], result->entries[i]));
    return session_.out().flush();
  }

  Status settle(Ready& ready, const ledger::Appended& appended) {
    if (appended.refused) return discard(ready);
    if (ready.package) publish(*ready.package, appended.index);
    if (!session_.dry_run()) tell_missing(ready, appended.index);
    return {};
  }

  Status answer(Ready& ready, const ledger::Appended& appended) {
    if (appended.refused) return applied_.tell(ready.line, *appended.refused);
    entry::Entry there = std::move(ready.prepared.entry);
    // The same statement may stand there with other signatures: a receipt names what is there.
    if (appended.existed && !session_.dry_run())
      MC_TRY(ledger_.read([&](const ledger::Snapshot& view) -> Status {
        MC_ASSIGN(there, view.entry(appended.index));
        return {};
      }));
    return applied_.tell(ready.line, there, appended);
  }

  void tell_missing(const Ready& ready, EntryIndex index) {
    const auto named = exchange::package_of(ready.prepared.entry.statement.body);
    if (!named || ready.package || file_exists(store_.path(named->hash)) ||
        file_exists(store_.deletion_path(named->hash)))
      return;
    session_.warn("the package of entry " + std::to_string(index.get()) +
                  " did not come with it; sent later, it is taken by itself");
  }

  /// So that a statement found too late is too late for ever.
  Status tick_if_late(const ledger::AppendResult& result) {
    const bool is_late =
        std::any_of(result.entries.begin(), result.entries.end(), [](const ledger::Appended& each) {
          return each.refused && each.refused->code == Code::entry_time;
        });
    if (!is_late || session_.dry_run()) return {};
    const ledger::AppendOptions tick{session_.clock(), false, true, false};
    const auto ticked = ledger_.append({}, host_, tick, session_.random());
    return ticked ? Status() : Status(ticked.error());
  }

  Session& session_;
  ledger::Ledger& ledger_;
  ledger::Host& host_;
  package::Store& store_;
  ArrivingPackage arriving_;
  Applied applied_;
  std::vector<Ready> batch_;
  std::size_t batch_bytes_ = 0;
  bool lost_ = false;  ///< a batch could not be appended: nothing more is
};

Result<package::Store> open_store(const Session& session, const std::string& ledger) {
  const std::string directory = packages_directory(session, ledger);
  if (session.dry_run()) return package::Store::at(directory);
  MC_TRY(share_packages(session, ledger));
  return package::Store::open(directory);
}

Result<int> sync_apply(Session& session) {
  MC_ASSIGN(const auto max_package, session.number("max-package", 1, largest_package));
  ledger::OpenOptions options;
  options.read_only = false;
  options.random_access = true;
  MC_ASSIGN(const auto ledger, open_ledger(session, options));
  MC_ASSIGN(const auto host, open_host(session, *ledger));
  MC_ASSIGN(package::Store store, open_store(session, ledger->directory()));
  MC_ASSIGN(StreamLines lines, StreamLines::open(session));
  return Apply(session, *ledger, *host, store, max_package.value_or(default_max_package))
      .run(lines);
}

}  // namespace

Verb sync_apply_verb() {
  Verb verb;
  verb.name = "apply";
  verb.summary =
      "append the acts on standard input that others have signed and printed by '--emit'";
  verb.options = {{"max-package", 0, ValueKind::number, "BYTES",
                   "largest package that is taken (default 16 GiB)"}};
  verb.common = {"ledger", "host", "packages", "time", "wait", "dry-run", "output"};
  verb.max_operands = 0;
  verb.formats = "json";
  verb.appends = true;
  verb.writes = {"ledger", "host"};
  verb.also_opens = [](const Session& session, Places& places) {
    if (const auto ledger = session.setting("ledger"))
      places.add(packages_to_write(session, *ledger));
  };
  verb.run = sync_apply;
  return verb;
}

}  // namespace medchain::cli
