#include "vault/erasing.hpp"

#include <fcntl.h>

#include <algorithm>
#include <map>

#include "entry/codec.hpp"
#include "rules/sharing_view.hpp"
#include "vault/layout_internal.hpp"
#include "vault/second_digest.hpp"
#include "vault/sketch.hpp"
#include "vault/subjects.hpp"
#include "vault/vault_access.hpp"

namespace medchain::vault {
namespace {

constexpr std::uint8_t erasure_format = 1;  // frozen; a new layout takes the next number
constexpr std::string_view seen_key = "erasures-seen";

Error damaged(std::string message) {
  return fail(Code::store_damaged, "vault: " + std::move(message));
}

void append_numbers(const std::vector<std::uint64_t>& numbers, Bytes& out) {
  append_be(static_cast<std::uint32_t>(numbers.size()), out);
  for (const std::uint64_t number : numbers) append_be(number, out);
}

bool take_numbers(ByteView& rest, std::vector<std::uint64_t>& numbers) {
  if (rest.size() < 4) return false;
  const std::uint64_t count = load_be<std::uint32_t>(rest);
  rest = rest.subspan(4);
  if (rest.size() / 8 < count) return false;
  for (std::uint64_t i = 0; i < count; ++i)
    numbers.push_back(load_be<std::uint64_t>(rest.subspan(8 * i)));
  rest = rest.subspan(8 * count);
  return true;
}

/// What redo() has seen of the ledger: how many erase entries there were, and the place behind the
/// newest of this vault's owner.
ByteArray<16> encode_seen(std::uint64_t count, std::uint64_t through) {
  ByteArray<16> out;
  store_be(count, out);
  store_be(through, MutableByteView(out).subspan(8));
  return out;
}

/// Gives the room of a copy back to the file system, as far as that can: its key is gone, so that
/// nothing hangs on it.
void punch(const std::string& directory, const CopyPlace& place) {
  const auto file =
      open_file(blob_path(directory, place.blob), O_WRONLY | O_NOFOLLOW, Code::storage_failed);
  if (!file) return;
  static_cast<void>(fallocate(file->fd(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                              static_cast<off_t>(place.offset), static_cast<off_t>(place.length)));
}

}  // namespace

Bytes encode(const Erasure& erasure) {
  Bytes out;
  append_be(erasure_format, out);
  append_be(static_cast<std::uint8_t>(erasure.state), out);
  append_be(static_cast<std::uint8_t>(erasure.is_given_away), out);
  append_be(erasure.entry.get(), out);
  append_numbers(erasure.subjects, out);
  append_numbers(erasure.records, out);
  append(as_bytes(erasure.note), out);
  return out;
}

Result<Erasure> decode_erasure(ByteView bytes) {
  const auto byte = [&](std::size_t at) { return std::to_integer<std::uint8_t>(bytes[at]); };
  if (bytes.size() < 11 || byte(0) != erasure_format || byte(1) < 1 || byte(1) > 4 || byte(2) > 1)
    return damaged("an erasure is damaged");
  Erasure erasure;
  erasure.state = static_cast<ErasureState>(byte(1));
  erasure.is_given_away = byte(2) == 1;
  erasure.entry = EntryIndex(load_be<std::uint64_t>(bytes.subspan(3)));
  ByteView rest = bytes.subspan(11);
  if (!take_numbers(rest, erasure.subjects) || !take_numbers(rest, erasure.records))
    return damaged("an erasure is damaged");
  erasure.note = as_text(rest);
  return erasure;
}

Result<std::uint64_t> Erasing::last_number() const {
  const auto table = vault_.environment_->later_table("erasures");
  if (!table) return std::uint64_t{0};
  MC_ASSIGN(auto cursor, vault_.txn_->cursor(*table));
  MC_ASSIGN(const bool any, cursor.last());
  if (!any) return std::uint64_t{0};
  if (cursor.key().size() != 8) return damaged("a key of the erasures table is damaged");
  return load_be<std::uint64_t>(cursor.key());
}

Status Erasing::change(store::WriteTxn& txn, std::uint64_t number, const Erasure& erasure) {
  const auto table = vault_.environment_->later_table("erasures");
  MC_ASSERT(table.has_value());  // made when the vault was opened for writing
  return txn.put(*table, number_key(number), encode(erasure));
}

Result<std::vector<std::uint64_t>> Erasing::intend(const std::vector<Erasure>& erasures) {
  std::uint64_t last = 0;
  MC_TRY(vault_.read([&]() -> Status {
    MC_ASSIGN(last, last_number());
    return {};
  }));
  std::vector<std::uint64_t> numbers;
  MC_TRY(vault_.write([&](store::WriteTxn& txn) -> Status {
    for (const Erasure& erasure : erasures) {
      MC_TRY(change(txn, ++last, erasure));
      numbers.push_back(last);
    }
    return {};
  }));
  return numbers;
}

Result<std::optional<Erasure>> Erasing::find(std::uint64_t number) const {
  std::optional<Erasure> found;
  MC_TRY(vault_.read([&]() -> Status {
    const auto table = vault_.environment_->later_table("erasures");
    if (!table) return {};
    MC_ASSIGN(const auto bytes, vault_.txn_->get(*table, number_key(number)));
    if (!bytes) return {};
    MC_ASSIGN(found, decode_erasure(*bytes));
    return {};
  }));
  return found;
}

Status Erasing::for_each(const std::function<Status(std::uint64_t, Erasure)>& visit) const {
  const auto table = vault_.environment_->later_table("erasures");
  if (!table) return {};
  MC_ASSIGN(auto cursor, vault_.txn_->cursor(*table));
  MC_ASSIGN(bool there, cursor.first());
  while (there) {
    if (cursor.key().size() != 8) return damaged("a key of the erasures table is damaged");
    MC_ASSIGN(Erasure erasure, decode_erasure(cursor.value()));
    MC_TRY(visit(load_be<std::uint64_t>(cursor.key()), std::move(erasure)));
    MC_ASSIGN(there, cursor.next());
  }
  return {};
}

Result<std::vector<std::pair<std::uint64_t, Erasure>>> Erasing::unfinished() const {
  std::vector<std::pair<std::uint64_t, Erasure>> left;
  MC_TRY(vault_.read([&] {
    return for_each([&](std::uint64_t number, Erasure erasure) -> Status {
      if (erasure.state == ErasureState::intended || erasure.state == ErasureState::stated)
        left.emplace_back(number, std::move(erasure));
      return {};
    });
  }));
  return left;
}

Result<std::set<EntryIndex>> Erasing::stated() const {
  std::set<EntryIndex> entries;
  MC_TRY(for_each([&](std::uint64_t, Erasure erasure) -> Status {
    if (erasure.state == ErasureState::stated || erasure.state == ErasureState::done)
      entries.insert(erasure.entry);
    return {};
  }));
  return entries;
}

Status Erasing::change_all(const std::vector<std::pair<std::uint64_t, EntryIndex>>& rows,
                           ErasureState state) {
  std::vector<std::pair<std::uint64_t, Erasure>> changed;
  for (const auto& [number, entry] : rows) {
    MC_ASSIGN(auto erasure, find(number));
    if (!erasure) return damaged("an erasure is missing");
    erasure->state = state;
    erasure->entry = entry;
    erasure->note.clear();
    changed.emplace_back(number, std::move(*erasure));
  }
  return vault_.write([&](store::WriteTxn& txn) -> Status {
    for (const auto& [number, erasure] : changed) MC_TRY(change(txn, number, erasure));
    return {};
  });
}

Status Erasing::state(const std::vector<std::pair<std::uint64_t, EntryIndex>>& landed) {
  return change_all(landed, ErasureState::stated);
}

Status Erasing::abandon(const std::vector<std::uint64_t>& numbers) {
  std::vector<std::pair<std::uint64_t, EntryIndex>> rows;
  for (const std::uint64_t number : numbers) rows.emplace_back(number, EntryIndex(0));
  return change_all(rows, ErasureState::abandoned);
}

Result<Doomed> Erasing::doomed_by(const Erasure& erasure) const {
  Doomed doomed;
  doomed.subjects = erasure.subjects;
  for (const std::uint64_t any : erasure.records) {
    MC_ASSIGN(const Version version, vault_.version(any));
    MC_ASSIGN(const auto latest, vault_.find(record_key(version.source, version.type, version.id)));
    for (std::optional<std::uint64_t> at = latest ? latest->number : any; at;) {
      doomed.versions.push_back(*at);
      MC_ASSIGN(const Version one, vault_.version(*at));
      at = one.previous;
    }
  }
  if (erasure.subjects.empty()) return doomed;
  const std::set<std::uint64_t> subjects(erasure.subjects.begin(), erasure.subjects.end());
  MC_TRY(vault_.for_each_version([&](std::uint64_t number, const Version& version) -> Status {
    if (subjects.contains(version.subject)) doomed.versions.push_back(number);
    return {};
  }));
  return doomed;
}

Status Erasing::forget(const Doomed& doomed, std::vector<CopyPlace>& places) {
  VaultAccess access(vault_);
  Dropped dropped;
  MC_TRY(vault_.write([&](store::WriteTxn& txn) -> Status {
    for (const std::uint64_t number : doomed.versions) {
      MC_ASSIGN(const auto bytes, txn.get(vault_.tables_.versions, number_key(number)));
      if (!bytes) return damaged("version " + std::to_string(number) + " is missing");
      MC_ASSIGN(const Version version, decode_version(*bytes));
      // Bytes that come again are no unchanged record: Anchoring::add() looks at the salt then.
      const RecordKey key = record_key(version.source, version.type, version.id);
      MC_ASSIGN(auto latest, vault_.newest(txn, key));
      if (latest && latest->digest != Digest()) {
        latest->digest = Digest();
        MC_TRY(txn.put(vault_.tables_.ids, key, encode_latest(*latest)));
      }
      MC_TRY(access.drop_copy(txn, number, dropped));
      MC_TRY(Sketches(vault_).erase(txn, number));
      MC_TRY(SecondDigests(vault_).erase(txn, number));
    }
    return {};
  }));
  const std::set<std::uint64_t> gone(dropped.blobs.begin(), dropped.blobs.end());
  std::erase_if(places, [&](const CopyPlace& place) { return gone.contains(place.blob); });
  return access.destroy(dropped);
}

Status Erasing::destroy_all(const Doomed& doomed) {
  Dropped slots, keys;
  std::vector<CopyPlace> places;
  MC_TRY(vault_.read([&]() -> Status {
    for (const std::uint64_t number : doomed.versions) {
      MC_ASSIGN(const Version version, vault_.version(number));
      slots.slots.push_back(version.salt_slot);
      MC_ASSIGN(const auto copy, vault_.copy(number));
      if (!copy) continue;
      slots.slots.push_back(copy->key_slot);
      places.push_back(*copy);
    }
    for (const std::uint64_t number : doomed.subjects) {
      MC_ASSIGN(const Subject subject, vault_.subject(number));
      keys.slots.push_back(subject.slot);
    }
    return {};
  }));
  VaultAccess access(vault_);
  // Slots before the rows that name them: after a crash nothing else would know which they are.
  MC_TRY(access.destroy(slots));
  MC_TRY(forget(doomed, places));
  for (const CopyPlace& place : places) punch(vault_.directory_, place);
  // Keys of subjects last: by them redo() knows what is meant.
  return access.destroy(keys);
}

Status Erasing::destroy(std::uint64_t number) {
  MC_ASSIGN(auto erasure, find(number));
  if (!erasure) return damaged("an erasure is missing");
  MC_ASSERT(erasure->state == ErasureState::stated || erasure->state == ErasureState::done);
  Doomed doomed;
  MC_TRY(vault_.read([&]() -> Status {
    MC_ASSIGN(doomed, doomed_by(*erasure));
    return {};
  }));
  MC_TRY(destroy_all(doomed));
  erasure->state = ErasureState::done;
  return vault_.write([&](store::WriteTxn& txn) { return change(txn, number, *erasure); });
}

Result<Doomed> Erasing::doomed_since(const ledger::Snapshot& view, std::uint64_t from,
                                     std::uint64_t& through) const {
  std::set<RecordTag> records;
  std::set<SubjectTag> subjects;
  MC_ASSIGN(const auto carried_out, stated());
  MC_TRY(view.scan("erasure/", [&](std::string_view, std::string_view value) -> Status {
    MC_ASSIGN(const json::Object object, json::parse_object(value));
    MC_ASSIGN(const auto state, entry::decode<rules::ErasureState>(object));
    if (state.custodian != vault_.owner_.member || state.index.get() < from) return {};
    through = std::max(through, state.index.get() + 1);
    if (carried_out.contains(state.index)) return {};
    MC_ASSIGN(const entry::Entry entry, view.entry(state.index));
    const auto* erase = std::get_if<entry::Erase>(&entry.statement.body);
    if (erase == nullptr)
      return fail(Code::store_damaged,
                  "entry " + std::to_string(state.index.get()) + " is no erase entry");
    records.insert(erase->records.begin(), erase->records.end());
    subjects.insert(erase->subjects.begin(), erase->subjects.end());
    return {};
  }));
  Doomed doomed;
  if (records.empty() && subjects.empty()) return doomed;
  // Also subjects that have a key and no record.
  if (!subjects.empty())
    MC_TRY(Subjects(vault_).for_each([&](const Subject& subject) -> Status {
      if (!is_erased(subject.k) && subjects.contains(subject.tag))
        doomed.subjects.push_back(subject.number);
      return {};
    }));
  std::map<std::uint64_t, Subject> known;
  MC_TRY(vault_.for_each_version([&](std::uint64_t number, const Version& version) -> Status {
    auto at = known.find(version.subject);
    if (at == known.end()) {
      MC_ASSIGN(Subject subject, vault_.subject(version.subject));
      at = known.emplace(version.subject, std::move(subject)).first;
    }
    const Subject& whose = at->second;
    if (is_erased(whose.k)) {
      // Of an erased subject: nothing of it may be left, whoever was interrupted.
      MC_ASSIGN(const Salt salt, vault_.salt(version));
      MC_ASSIGN(const auto copy, vault_.copy(number));
      if (!is_erased(salt.bytes) || copy) doomed.versions.push_back(number);
      return {};
    }
    if (subjects.contains(whose.tag) ||
        (!records.empty() &&
         records.contains(entry::record_tag(whose.k, vault_.owner_.genesis, version.source,
                                            version.type, version.id))))
      doomed.versions.push_back(number);
    return {};
  }));
  return doomed;
}

Result<Erasing::Redone> Erasing::redo(const ledger::Snapshot& view) {
  MC_ASSIGN(const std::uint64_t count, rules::erasures(view));
  std::uint64_t seen = 0, through = 0;
  Doomed doomed;
  MC_TRY(vault_.read([&]() -> Status {
    MC_ASSIGN(const auto found, vault_.txn_->get(vault_.tables_.meta, as_bytes(seen_key)));
    if (found && found->size() != 16) return damaged("meta " + quote(seen_key) + " is damaged");
    if (found) {
      seen = load_be<std::uint64_t>(*found);
      through = load_be<std::uint64_t>(found->subspan(8));
    }
    if (seen == count) return {};
    MC_ASSIGN(doomed, doomed_since(view, through, through));
    return {};
  }));
  if (seen == count) return Redone();
  Redone redone;
  if (!doomed.versions.empty() || !doomed.subjects.empty()) {
    // What this vault did itself is told to it once more, and is nothing new.
    MC_TRY(vault_.read([&]() -> Status {
      for (const std::uint64_t number : doomed.versions) {
        MC_ASSIGN(const Version version, vault_.version(number));
        MC_ASSIGN(const Salt salt, vault_.salt(version));
        if (!is_erased(salt.bytes)) ++redone.versions;
      }
      return {};
    }));
    redone.subjects = doomed.subjects.size();
    MC_TRY(destroy_all(doomed));
  }
  MC_TRY(vault_.write([&](store::WriteTxn& txn) {
    return txn.put(vault_.tables_.meta, as_bytes(seen_key), encode_seen(count, through));
  }));
  return redone;
}

}  // namespace medchain::vault
