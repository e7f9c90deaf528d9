#include "vault/acts.hpp"

#include <algorithm>

#include "crypto/sha256.hpp"
#include "vault/layout_internal.hpp"

namespace medchain::vault {
namespace {

constexpr std::uint8_t act_format = 1;  // frozen; a new layout takes the next number
constexpr std::string_view act_counter = "last-act";
constexpr std::size_t fixed_size = 4 + 8 + 8 + 32 + 32;

Error damaged(std::string message) {
  return fail(Code::store_damaged, "vault: " + std::move(message));
}

Result<std::uint64_t> number_of(const std::optional<ByteView>& found, std::string_view name) {
  if (!found || found->size() != 8) return damaged("meta " + quote(name) + " is damaged");
  return load_be<std::uint64_t>(*found);
}

}  // namespace

Bytes encode(const Act& act) {
  Bytes out;
  append_be(act_format, out);
  append_be(static_cast<std::uint8_t>(act.state), out);
  append_be(static_cast<std::uint8_t>(act.is_given_away), out);
  append_be(static_cast<std::uint8_t>(act.package.has_value()), out);
  append_be(act.number, out);
  append_be(act.entry.get(), out);
  append(act.package.value_or(PackageHash()).view(), out);
  append(act.intent.view(), out);
  append(as_bytes(act.note), out);
  return out;
}

Result<Act> decode_act(ByteView bytes) {
  const auto byte = [&](std::size_t at) { return std::to_integer<std::uint8_t>(bytes[at]); };
  if (bytes.size() < fixed_size || byte(0) != act_format || byte(1) < 1 || byte(1) > 3 ||
      byte(2) > 1 || byte(3) > 1)
    return damaged("an act is damaged");
  Act act;
  act.state = static_cast<ActState>(byte(1));
  act.is_given_away = byte(2) == 1;
  act.number = load_be<std::uint64_t>(bytes.subspan(4));
  act.entry = EntryIndex(load_be<std::uint64_t>(bytes.subspan(12)));
  const auto package = PackageHash::from_view(bytes.subspan(20, 32));
  if (byte(3) == 1)
    act.package = package;
  else if (package != PackageHash())
    return damaged("an act is damaged");
  act.intent = Digest::from_view(bytes.subspan(52, 32));
  act.note = as_text(bytes.subspan(fixed_size));
  return act;
}

Status Acts::for_each(const std::function<Status(const StatementId&, const Act&)>& visit) const {
  if (!vault_.tables_.acts) return {};  // a vault of old that was opened for reading
  return vault_.read([&]() -> Status {
    MC_ASSIGN(auto cursor, vault_.txn_->cursor(*vault_.tables_.acts));
    MC_ASSIGN(bool there, cursor.first());
    while (there) {
      StatementId id;
      if (cursor.key().size() != id.bytes.size()) return damaged("the key of an act is damaged");
      std::copy(cursor.key().begin(), cursor.key().end(), id.bytes.begin());
      MC_ASSIGN(const Act act, decode_act(cursor.value()));
      MC_TRY(visit(id, act));
      MC_ASSIGN(there, cursor.next());
    }
    return {};
  });
}

Status Acts::keep(std::span<const std::pair<StatementId, Act>> acts) {
  return vault_.write([&](store::WriteTxn& txn) -> Status {
    std::uint64_t number = 0;
    {
      MC_ASSIGN(const auto last, txn.get(vault_.tables_.meta, as_bytes(act_counter)));
      if (last) {
        MC_ASSIGN(number, number_of(last, act_counter));
      }
    }
    for (const auto& [id, act] : acts) {
      MC_ASSIGN(const auto there, txn.get(*vault_.tables_.acts, id.bytes));
      if (there) {
        MC_ASSIGN(const Act before, decode_act(*there));
        if (before.state != ActState::abandoned)
          return fail(Code::entry_id_used, "the vault has another act under this id");
      }
      Act kept = act;
      kept.number = ++number;
      MC_TRY(txn.put(*vault_.tables_.acts, id.bytes, encode(kept)));
    }
    return txn.put(vault_.tables_.meta, as_bytes(act_counter), number_key(number));
  });
}

Status Acts::change(const StatementId& id, store::WriteTxn& txn, ActState state, EntryIndex entry) {
  MC_ASSIGN(const auto found, txn.get(*vault_.tables_.acts, id.bytes));
  if (!found) return damaged("an act is missing");
  MC_ASSIGN(Act act, decode_act(*found));
  act.state = state;
  act.entry = entry;
  act.note.clear();
  return txn.put(*vault_.tables_.acts, id.bytes, encode(act));
}

Status Acts::land(std::span<const std::pair<StatementId, EntryIndex>> acts) {
  return vault_.write([&](store::WriteTxn& txn) -> Status {
    for (const auto& [id, entry] : acts) MC_TRY(change(id, txn, ActState::anchored, entry));
    return {};
  });
}

Status Acts::abandon(std::span<const StatementId> ids) {
  return vault_.write([&](store::WriteTxn& txn) -> Status {
    for (const StatementId& id : ids) MC_TRY(change(id, txn, ActState::abandoned, EntryIndex(0)));
    return {};
  });
}

Result<std::optional<Act>> Acts::find(const StatementId& id) const {
  std::optional<Act> act;
  if (!vault_.tables_.acts) return act;
  MC_TRY(vault_.read([&]() -> Status {
    MC_ASSIGN(const auto found, vault_.txn_->get(*vault_.tables_.acts, id.bytes));
    if (!found) return {};
    MC_ASSIGN(act, decode_act(*found));
    return {};
  }));
  return act;
}

Result<std::vector<std::pair<StatementId, Act>>> Acts::pending() const {
  std::vector<std::pair<StatementId, Act>> waiting;
  MC_TRY(for_each([&](const StatementId& id, const Act& act) -> Status {
    if (act.state == ActState::pending) waiting.emplace_back(id, act);
    return {};
  }));
  std::sort(waiting.begin(), waiting.end(),
            [](const auto& a, const auto& b) { return a.second.number < b.second.number; });
  return waiting;
}

Result<std::optional<Act>> Acts::find(const PackageHash& package) const {
  std::optional<Act> found;
  MC_TRY(for_each([&](const StatementId&, const Act& act) -> Status {
    if (act.package == package) found = act;
    return {};
  }));
  return found;
}

}  // namespace medchain::vault
