#include "cli/own_side.hpp"

#include "base/file.hpp"
#include "exchange/open_terms.hpp"

namespace medchain::cli {
namespace {

constexpr std::string_view seal_key = "/seal.key";

}  // namespace

Result<OwnSide> OwnSide::open(const Session& session, ledger::Ledger& ledger) {
  OwnSide own(package::Store::at(packages_directory(session, ledger.directory())));
  const auto keys = session.setting("key");
  if (keys) {
    MC_ASSIGN(const entry::Card card, read_card(*keys));
    own.member_ = card.name;
    if (const std::string path = *keys + std::string(seal_key); file_exists(path)) {
      auto identity = crypto::load_age_identity(path);
      if (!identity) return std::move(identity).error();
      own.identity_.emplace(std::move(*identity));
    }
  }
  const auto directory = session.setting("vault");
  if (!own.member_ || !directory || !vault::Vault::exists(*directory)) return own;
  MC_ASSIGN(own.vault_, vault::Vault::open(*directory, {}));
  vault::Owner owner{*own.member_, {}, {}};
  MC_TRY(ledger.read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(owner.origin, rules::origin(view));
    MC_ASSIGN(owner.genesis, rules::genesis(view));
    return {};
  }));
  MC_TRY(own.vault_->check_owner(owner));
  return own;
}

Result<std::optional<entry::Terms>> OwnSide::terms(const ledger::Snapshot& view,
                                                   EntryIndex index) const {
  MC_ASSIGN(const entry::Entry entry, view.entry(index));
  if (!identity_) return fail(Code::key_missing, "there is no seal key that opens the terms");
  return exchange::open_terms(packages_, *identity_, entry);
}

Result<package::Unpacked> OwnSide::documents(const entry::Entry& entry,
                                             const std::string& directory) const {
  MC_ASSERT(identity_.has_value());
  return exchange::open_documents(packages_, *identity_, entry, directory);
}

Result<std::optional<exchange::OpenedDocument>> OwnSide::document(const entry::Entry& entry) const {
  if (!identity_) return fail(Code::key_missing, "there is no seal key that opens the document");
  return exchange::open_document(packages_, *identity_, entry);
}

void own_side_opens(const Session& session, Places& places) {
  if (const auto keys = session.setting("key"))
    places.add(*keys + std::string(seal_key), Access::read);
  if (const auto ledger = session.setting("ledger"))
    places.add(packages_directory(session, *ledger), Access::read);
}

}  // namespace medchain::cli
