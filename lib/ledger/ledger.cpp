#include "ledger/ledger.hpp"

#include "base/file.hpp"
#include "ledger/directory_internal.hpp"
#include "ledger/tables_internal.hpp"
#include "ledger/writer.hpp"
#include "rules/apply.hpp"

namespace medchain::ledger {
namespace {

/// It has no runs of the indexes: who knows it alone would miss rows.
constexpr std::string_view layout_without_runs = "1";

/// With the log key of another ledger's host, stored checkpoints would verify for nobody.
Status check_log_key(const note::VerifierKey& log, Host& host) {
  if (log.key == host.log_key().public_key()) return {};
  return fail(Code::key_invalid,
              "the log key of this host is not that of ledger " + quote(log.name));
}

/// A ledger that is behind what this host signed once must not sign again (DESIGN 7). Precondition:
/// the view is the writer's, or the mark was read before it began, as others raise it meanwhile.
Status check_high_water(const Snapshot& view, TreeSize size, const std::optional<HighWater>& mark) {
  if (!mark) return {};
  if (size < mark->size)
    return fail(Code::rollback, "the ledger has " + std::to_string(size.get()) + " entries, but " +
                                    std::to_string(mark->size.get()) +
                                    " were signed on this host: restored from an old backup?")
        .with_hint("bring back the newest copy; nothing is signed until then");
  MC_ASSIGN(const RootHash root, view.root(mark->size));
  if (root != mark->root)
    return fail(Code::fork, "the first " + std::to_string(mark->size.get()) +
                                " entries are not those that were signed on this host");
  return {};
}

/// Whether the rules could not judge, as against a refusal.
bool is_of_storage(Code code) {
  return code == Code::storage_failed || code == Code::storage_full ||
         code == Code::store_damaged || code == Code::internal;
}

Result<Appended> append_one(Writer& writer, const Prepared& prepared, bool each) {
  const entry::Header& header = prepared.entry.statement.header;
  MC_ASSIGN(const auto earlier, rules::statement(writer.view(), header.author, header.id));
  if (earlier && earlier->statement == EntryHash(entry::statement_hash(prepared.entry.text)))
    return Appended{earlier->index, true};
  auto changes = writer.judge(prepared.entry, prepared.rows);
  if (!changes && each && !is_of_storage(changes.error().code))
    return Appended{EntryIndex(), false, std::move(changes).error()};
  if (!changes) return std::move(changes).error();
  MC_ASSIGN(const EntryIndex index, writer.write(prepared.entry, prepared.rows, *changes));
  return Appended{index};
}

}  // namespace

Status Ledger::open_environment(const std::string& directory, const OpenOptions& options,
                                bool create) {
  directory_ = directory;
  store::OpenOptions store_options;
  store_options.create = create;
  store_options.read_only = options.read_only;
  store_options.random_access = options.random_access;
  store_options.lock_wait = options.lock_wait;
  MC_ASSIGN(auto opened, open_tables(directory, std::move(store_options)));
  environment_ = std::move(opened.environment);
  tables_ = opened.tables;
  return {};
}

Result<std::unique_ptr<Ledger>> Ledger::create(const std::string& directory,
                                               const entry::Entry& genesis, Host& host,
                                               crypto::Random& random) {
  // All that can be refused is refused before anything is on disk.
  MC_TRY(check_empty(directory));
  MC_TRY(rules::apply(rules::MapView(), {EntryIndex(0), genesis, {}}));
  MC_TRY(check_log_key(std::get<entry::Genesis>(genesis.statement.body).log, host));
  MC_ASSIGN(const auto mark, host.high_water());
  if (mark)
    return fail(Code::rollback, "this host has signed a ledger of " +
                                    std::to_string(mark->size.get()) +
                                    " entries already; a new ledger needs a new host directory");
  MC_TRY(make_directory(directory, 0755, true));
  std::unique_ptr<Ledger> ledger(new Ledger());
  OpenOptions options;
  options.read_only = false;
  MC_TRY(ledger->open_environment(directory, options, true));
  MC_ASSIGN(auto txn, ledger->environment_->begin_write());
  MC_TRY(write_new_meta(txn, ledger->tables_, layout, random));
  Writer writer(txn, ledger->tables_, TreeSize(0));
  MC_ASSIGN(const EntryIndex index, writer.append(genesis, {}));
  MC_ASSERT(index.get() == 0);
  MC_TRY(writer.seal(genesis.statement.header.ledger, host.log_key()));
  MC_ASSIGN(const RootHash root, writer.view().root(TreeSize(1)));
  MC_TRY(std::move(txn).commit());
  MC_TRY(host.raise_high_water({TreeSize(1), root}));
  MC_TRY(ledger->write_derived_files());
  return ledger;
}

Result<std::unique_ptr<Ledger>> Ledger::open(const std::string& directory,
                                             const OpenOptions& options) {
  std::unique_ptr<Ledger> ledger(new Ledger());
  MC_TRY(ledger->open_environment(directory, options, false));
  MC_TRY(store::guard_damage([&]() -> Status {
    MC_ASSIGN(auto txn, ledger->environment_->begin_read());
    MC_ASSIGN(const auto found, txn.get(ledger->tables_.meta, as_bytes("layout")));
    if (!found) return fail(Code::store_damaged, quote(directory) + ": meta 'layout' is missing");
    if (as_text(*found) != layout && as_text(*found) != layout_without_runs)
      return fail(Code::ledger_newer, quote(directory) + " has layout " + quote(as_text(*found)) +
                                          ", this medchain reads " + quote(layout))
          .with_hint(
              "install a newer medchain; 'medchain --version' tells the layout that this one "
              "reads");
    if (options.any_rules) return {};
    return rules::check_rules(Snapshot(txn, ledger->tables_));
  }));
  return ledger;
}

Status Ledger::read(const std::function<Status(const Snapshot&)>& work) {
  // Whoever reads: a damaged page ends in an error, not in the death of the tool.
  return store::guard_damage([&]() -> Status {
    MC_ASSIGN(const auto txn, environment_->begin_read());
    return work(Snapshot(txn, tables_));
  });
}

Result<AppendResult> Ledger::append(std::span<const Prepared> entries, Host& host,
                                    const AppendOptions& options, crypto::Random& random) {
  AppendResult result;
  // Whoever writes reads first: a damaged page ends in an error, not in the death of the tool.
  MC_TRY(store::guard_damage([&]() -> Status {
    MC_ASSIGN(result, append_unguarded(entries, host, options, random));
    return {};
  }));
  return result;
}

Result<AppendResult> Ledger::append_unguarded(std::span<const Prepared> entries, Host& host,
                                              const AppendOptions& options,
                                              crypto::Random& random) {
  AppendResult result;
  MC_ASSIGN(auto txn, environment_->begin_write());
  TreeSize before;
  {
    const Snapshot view(txn, tables_);
    MC_ASSIGN(before, view.size());
    MC_ASSIGN(const auto log, rules::log_key(view));
    MC_TRY(check_log_key(log, host));
    MC_ASSIGN(const auto mark, host.high_water());
    MC_TRY(check_high_water(view, before, mark));
  }
  MC_TRY(txn.put(tables_.meta, as_bytes("layout"), as_bytes(layout)));
  Writer writer(txn, tables_, before);
  MC_ASSIGN(const std::string origin, rules::origin(writer.view()));
  MC_ASSIGN(const UnixSeconds log_time, rules::log_time(writer.view()));
  if (options.now.get() > log_time.get() + rules::tick_after) {
    MC_ASSIGN(const auto header,
              new_header(writer.view(), host.clock().name, random.statement_id(), options.now));
    const entry::SignAs clock{host.clock().name.get(), &host.clock_key()};
    MC_ASSIGN(const auto tick,
              entry::sign_statement({header, entry::Tick{}}, std::span(&clock, 1)));
    auto appended = writer.append(tick, {});
    if (!appended) return std::move(appended).error().context("tick of the ledger's clock");
    result.tick = *appended;
  }
  bool changed = options.tick_alone && result.tick;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    auto one = append_one(writer, entries[i], options.each);
    if (!one && entries.size() == 1) return std::move(one).error();
    if (!one)
      return std::move(one).error().context("entry " + std::to_string(i + 1) + " of " +
                                            std::to_string(entries.size()));
    changed |= !one->existed && !one->refused;
    result.entries.push_back(std::move(*one));
  }
  // Only statements that were there already: a tick alone would be noise.
  if (!changed) {
    result.tick.reset();
    const Snapshot view(txn, tables_);
    MC_ASSIGN(result.checkpoint, view.checkpoint());
    return result;
  }
  // Nothing is signed for a state that will not be: two such checkpoints would prove a fork.
  if (options.dry_run) {
    MC_ASSIGN(result.checkpoint, writer.view().checkpoint());
    return result;
  }
  MC_ASSIGN(result.checkpoint, writer.seal(origin, host.log_key()));
  MC_ASSIGN(const RootHash root, writer.view().root(writer.size()));
  MC_TRY(std::move(txn).commit());
  // From here on everything is durable; what fails now is told, not undone.
  if (auto raised = host.raise_high_water({writer.size(), root}); !raised)
    result.derived_file_error = std::move(raised).error();
  if (auto written = write_derived_files(); !written)
    result.derived_file_error = std::move(written).error();
  return result;
}

Status Ledger::check_host(Host& host) {
  MC_ASSIGN(const auto mark, host.high_water());
  return read([&](const Snapshot& view) -> Status {
    MC_ASSIGN(const auto log, rules::log_key(view));
    MC_TRY(check_log_key(log, host));
    MC_ASSIGN(const TreeSize size, view.size());
    return check_high_water(view, size, mark);
  });
}

Status Ledger::write_derived_files() {
  // Another appender may have committed and written its files between our reading and our renaming,
  // which then put back the older ones. Who wrote looks again: the last one to rename has written
  // the newest.
  std::string written;
  for (;;) {
    DerivedFiles files;
    MC_TRY(read([&](const Snapshot& view) -> Status {
      MC_ASSIGN(files, derived_files(view));
      return {};
    }));
    if (files.checkpoint == written) return {};
    MC_TRY(write_files(directory_, files));
    written = std::move(files.checkpoint);
  }
}

Result<entry::Header> new_header(const rules::View& view, const MemberName& author,
                                 const StatementId& id, UnixSeconds time) {
  entry::Header header;
  MC_ASSIGN(header.ledger, rules::origin(view));
  MC_ASSIGN(header.genesis, rules::genesis(view));
  header.author = author;
  header.id = id;
  header.time = time;
  return header;
}

}  // namespace medchain::ledger
