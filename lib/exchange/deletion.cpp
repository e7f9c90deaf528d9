#include "exchange/deletion.hpp"

#include <algorithm>
#include <set>

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "exchange/named_package.hpp"
#include "rules/prescription_state.hpp"
#include "rules/sharing_view.hpp"

namespace medchain::exchange {
namespace {

class Needs {
 public:
  Needs(const ledger::Snapshot& view, std::int64_t retention, bool without_use)
      : view_(view), retention_(retention), without_use_(without_use) {}

  Status prepare(const package::Store& store) {
    MC_ASSIGN(now_, rules::log_time(view_));
    if (without_use_) return {};
    return rules::for_each_state<rules::ReleaseState>(
        view_, "release/", [&](const EntryHash&, const rules::ReleaseState& state) -> Status {
          if (state.opened > 0 || !state.grant) return {};
          MC_ASSIGN(const entry::Entry entry, view_.entry(state.index));
          const auto* body = std::get_if<entry::Release>(&entry.statement.body);
          if (body == nullptr || !file_exists(store.path(body->package.hash))) return {};
          return mark_read(*state.grant);
        });
  }

  Result<Need> of(const entry::Entry& entry) const {
    const EntryHash hash = entry::entry_hash(entry.bytes);
    if (const auto* body = std::get_if<entry::Release>(&entry.statement.body)) {
      MC_ASSIGN(const RecordsAre records, look_at(body->records));
      if (records.held) return Need::held;
      if (records.erased) return Need::none;
      MC_ASSIGN(const auto state, rules::release(view_, hash));
      if (!without_use_ && state && state->opened == 0) return Need::unused;
    }
    MC_ASSIGN(const bool is_open, is_read(hash));
    if (is_open) return Need::open;
    return now_.get() - entry.statement.header.time.get() < retention_ ? Need::young : Need::none;
  }

 private:
  /// The terms of a grant, and of those that it passes on, are read when its releases are opened.
  Status mark_read(EntryHash grant) {
    while (read_.insert(grant).second) {
      MC_ASSIGN(const auto state, rules::grant(view_, grant));
      if (!state || !state->body.parent) break;
      grant = *state->body.parent;
    }
    return {};
  }
  Result<bool> is_read(const EntryHash& hash) const {
    if (read_.contains(hash)) return true;
    MC_ASSIGN(const auto request, rules::request(view_, hash));
    if (request && !request->answer && now_ < request->body.expires) return true;
    MC_ASSIGN(const auto grant, rules::grant(view_, hash));
    if (grant && is_in_force(*grant)) return true;
    MC_ASSIGN(const auto prescription, rules::prescription(view_, hash));
    if (prescription && is_in_hand(*prescription)) return true;
    MC_ASSIGN(const auto emergency, rules::emergency(view_, hash));
    return emergency && (!emergency->is_reviewed() || now_ < emergency->body.until);
  }
  bool is_in_force(const rules::GrantState& state) const {
    const bool is_ended = state.status == rules::GrantStatus::revoked ||
                          state.status == rules::GrantStatus::amended ||
                          state.status == rules::GrantStatus::ended;
    return !is_ended && (!state.body.scope.until || now_ < *state.body.scope.until);
  }

  /// Somebody can redeem it, or holds it and reads it again.
  bool is_in_hand(const rules::PrescriptionState& state) const {
    if (state.status == rules::RxStatus::held) return true;
    return state.status == rules::RxStatus::issued && now_ < state.body.parts->back().until;
  }

  struct RecordsAre {
    bool held = false, erased = false;
  };
  Result<RecordsAre> look_at(const std::vector<entry::RecordSet>& records) const {
    RecordsAre are;
    for (const entry::RecordSet& set : records)
      MC_TRY(view_.placed_rows(
          set.entry, set.rows, [&](std::uint32_t, const rules::PlacedRow& placed) -> Status {
            const auto& [row, custodian, type] = placed;
            MC_ASSIGN(const auto holds,
                      rules::holds(view_, custodian, row.record, row.subject, now_));
            are.held = are.held || !holds.empty();
            MC_ASSIGN(const auto erased,
                      rules::erased_at(view_, custodian, row.record, row.subject));
            are.erased = are.erased || erased;
            return {};
          }));
    return are;
  }

  const ledger::Snapshot& view_;
  std::int64_t retention_;
  bool without_use_;
  UnixSeconds now_;
  std::set<EntryHash> read_;  // grants whose terms are needed to open releases
};

constexpr std::string_view title = "medchain/1 package deletion";

std::string text_of(const Deletion& deletion) {
  return std::string(title) + "\n" + deletion.origin + "\n" + to_text(deletion.package) + "\n" +
         format_time(deletion.time) + "\n";
}

Error invalid(const std::string& what) {
  return fail(Code::package_invalid, "the note of its deletion is not valid: " + what);
}

}  // namespace

Status for_each_package(
    const ledger::Snapshot& view,
    const std::function<Status(EntryIndex, const entry::Entry&, const entry::PackageRef&)>& visit) {
  MC_ASSIGN(const TreeSize size, view.size());
  for (std::uint64_t i = 0; i < size.get(); ++i) {
    MC_ASSIGN(const entry::Entry entry, view.entry(EntryIndex(i)));
    const auto package = package_of(entry.statement.body);
    if (package) MC_TRY(visit(EntryIndex(i), entry, *package));
  }
  return {};
}

Result<std::vector<OwnPackage>> own_packages(const ledger::Snapshot& view,
                                             const package::Store& store, const MemberName& author,
                                             std::int64_t retention, bool without_use) {
  Needs needs(view, retention, without_use);
  MC_TRY(needs.prepare(store));
  std::vector<OwnPackage> own;
  MC_TRY(for_each_package(
      view,
      [&](EntryIndex index, const entry::Entry& entry, const entry::PackageRef& ref) -> Status {
        if (entry.statement.header.author != author) return {};
        MC_ASSIGN(const Need need, needs.of(entry));
        own.push_back({{ref.hash, ref.bytes},
                       index,
                       entry::type_of(entry.statement.body),
                       entry.statement.header.time,
                       need});
        return {};
      }));
  return own;
}

Result<std::string> sign_deletion(const Deletion& deletion, crypto::Signer& signer) {
  note::Note note;
  note.text = text_of(deletion);
  MC_ASSIGN(note::SignatureLine line, note::sign(note.text, deletion.author.get(), signer));
  note.signatures.push_back(std::move(line));
  return note::format(note);
}

Status check_deletion(const ledger::Snapshot& view, const PackageHash& package,
                      const MemberName& author, std::string_view text) {
  const auto note = note::parse(text);
  if (!note) return invalid(note.error().message);
  const std::vector<std::string_view> lines = split(note->text, '\n');
  if (lines.size() != 5 || lines[0] != title)
    return invalid("expected four lines, the first " + quote(title));
  MC_ASSIGN(const std::string origin, rules::origin(view));
  if (lines[1] != origin) return invalid("it is of ledger " + quote(lines[1]));
  if (lines[2] != to_text(package)) return invalid("it is of another package");
  const auto time = parse_time_strict(lines[3]);
  if (!time) return invalid(time.error().message);
  for (const note::SignatureLine& line : note->signatures) {
    if (line.name != author.get()) continue;
    MC_ASSIGN(const auto key, rules::key(view, line.name, line.id));
    if (!key) continue;
    // A key that has ended may have signed: of when it did there is only its own word.
    if (const Status good = note::check(note->text, line, key->key); !good)
      return invalid(good.error().message);
    return {};
  }
  return invalid("no key of " + quote(author.get()) + " signed it");
}

}  // namespace medchain::exchange
