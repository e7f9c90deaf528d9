// medchain-vault prune: deletes packages of one's own entries that nobody needs any more.
#include <map>

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/places.hpp"
#include "cli/vault_acts.hpp"
#include "cli/workspace.hpp"
#include "exchange/deletion.hpp"
#include "report/table.hpp"
#include "rules/view.hpp"

namespace medchain::cli {
namespace {

using exchange::Need;
using exchange::OwnPackage;

std::string_view reason_of(Need need) {
  switch (need) {
    case Need::none:
      break;
    case Need::young:
      return "younger";
    case Need::open:
      return "still read";
    case Need::unused:
      return "not opened yet";
    case Need::held:
      return "under a hold";
  }
  return "";
}

class Prune {
 public:
  Prune(Session& session, const KeyDirectory& keys, ledger::Ledger& ledger, package::Store store)
      : session_(session),
        keys_(keys),
        ledger_(ledger),
        store_(std::move(store)),
        table_({{"ENTRY", report::Align::right},
                {"KIND"},
                {"TIME"},
                {"BYTES", report::Align::right},
                {"PACKAGE"}}) {}

  Result<int> run(std::int64_t retention, bool without_use) {
    std::vector<OwnPackage> own;
    MC_TRY(ledger_.read([&](const ledger::Snapshot& view) -> Status {
      const MemberName& name = keys_.card.name;
      MC_ASSIGN(const auto state, rules::member(view, name));
      if (!state)
        return fail(Code::member_unknown, quote(name.get()) + " is not a member of this ledger");
      // A note by a key that is not on the ledger would be believed by nobody, and its package
      // gone.
      MC_ASSIGN(const auto key, rules::key(view, name.get(), keys_.card.sign.id()));
      if (!key || key->until)
        return fail(Code::key_invalid, "the key of " + quote(keys_.path) + " is not the one that " +
                                           quote(name.get()) + " signs with now");
      MC_ASSIGN(origin_, rules::origin(view));
      MC_ASSIGN(own, exchange::own_packages(view, store_, name, retention, without_use));
      return {};
    }));
    const Status done = remove_all(own);
    MC_TRY(finish(done));
    return 0;
  }

 private:
  Status remove_all(const std::vector<OwnPackage>& own) {
    for (const OwnPackage& each : own) {
      if (session_.interrupted()) return fail(Code::interrupted, "stopped by a signal");
      if (!file_exists(store_.path(each.sealed.hash))) {
        absent_ += file_exists(store_.deletion_path(each.sealed.hash)) ? 0u : 1u;
      } else if (each.need != Need::none) {
        ++kept_[each.need];
      } else {
        if (!session_.dry_run()) MC_TRY(remove(each.sealed.hash));
        MC_TRY(tell(each));
        ++count_;
        bytes_ += each.sealed.bytes;
      }
    }
    return {};
  }
  Status remove(const PackageHash& hash) {
    MC_ASSIGN(
        const std::string note,
        exchange::sign_deletion({origin_, hash, keys_.card.name, session_.now()}, *keys_.sign));
    const Status removed = store_.remove(hash, note);
    // Another run was faster.
    if (!removed && removed.error().code == Code::package_missing) return {};
    return removed;
  }
  Status tell(const OwnPackage& each) {
    const std::string hash = to_text(each.sealed.hash);
    if (session_.format() == "json")
      return session_.out().line(message("deletion")
                                     .set("entry", each.entry.get())
                                     .set("kind", each.kind)
                                     .set("time", format_time(each.time))
                                     .set("package", hash)
                                     .set("bytes", each.sealed.bytes));
    table_.add({std::to_string(each.entry.get()), std::string(each.kind), format_time(each.time),
                std::to_string(each.sealed.bytes), hash});
    return {};
  }

  /// What was deleted is told whatever came after.
  Status finish(const Status& done) {
    std::uint64_t kept = 0;
    std::vector<std::string> reasons;
    for (const auto& [need, count] : kept_) {
      kept += count;
      reasons.push_back(std::to_string(count) + " " + std::string(reason_of(need)));
    }
    if (session_.format() == "json") {
      MC_TRY(session_.out().line(message("summary")
                                     .set("count", count_)
                                     .set("kept", kept)
                                     .set("bytes", bytes_)
                                     .set("complete", bool(done))));
    } else if (!table_.empty()) {
      MC_TRY(session_.out().write(table_.text()));
    }
    session_.tell((session_.dry_run() ? "would delete " : "deleted ") + counted(count_, "package") +
                  " (" + std::to_string(bytes_) + " bytes)" +
                  (kept > 0 ? ", kept " + std::to_string(kept) + ": " + join(reasons, ", ") : ""));
    if (absent_ > 0)
      session_.warn(counted(absent_, "package") + " " + (absent_ == 1 ? "is" : "are") +
                    " not there, though nobody deleted " + (absent_ == 1 ? "it" : "them") +
                    ": see 'medchain-vault check'");
    return done;
  }

  Session& session_;
  const KeyDirectory& keys_;
  ledger::Ledger& ledger_;
  package::Store store_;
  std::string origin_;
  report::Table table_;
  std::map<Need, std::uint64_t> kept_;
  std::uint64_t count_ = 0, bytes_ = 0, absent_ = 0;
};

Result<int> vault_prune(Session& session) {
  MC_ASSIGN(const auto retention, session.duration("older-than"));
  if (!retention)
    return fail(Code::usage, "option '--older-than' is needed: how long packages are kept");
  MC_ASSIGN(const auto keys, open_keys(session));
  MC_ASSIGN(const auto ledger, open_ledger(session, {}));
  const std::string directory = packages_directory(session, ledger->directory());
  return Prune(session, keys, *ledger, package::Store::at(directory))
      .run(*retention, session.has("without-use"));
}

void prune_opens(const Session& session, Places& places) {
  const auto ledger = session.setting("ledger");
  if (!ledger) return;
  const std::string directory = packages_directory(session, *ledger);
  if (file_exists(directory))
    places.add(directory, session.dry_run() ? Access::read : Access::replace);
}

}  // namespace

Verb prune_verb() {
  Verb verb;
  verb.name = "prune";
  verb.summary = "delete packages of one's own that nobody needs any more";
  verb.options = {
      {"older-than", 0, ValueKind::duration, "DURATION", "how long packages are kept"},
      {"without-use", 0, ValueKind::flag, {}, "releases too that nobody has said to have opened"}};
  verb.common = {"ledger", "key", "packages", "time", "dry-run", "output"};
  verb.formats = "text|json";
  verb.max_operands = 0;
  verb.signs = true;
  verb.also_opens = prune_opens;
  verb.run = vault_prune;
  return verb;
}

}  // namespace medchain::cli
