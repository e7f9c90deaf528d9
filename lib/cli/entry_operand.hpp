// How people name an entry: its index, its entry hash (`sha256:...`), or the first hex digits of
// that hash, at least 8.
#pragma once

#include <string_view>

#include "cli/session.hpp"
#include "ledger/ledger.hpp"
#include "rules/sharing_view.hpp"

namespace medchain::cli {

/// The entry hash of what is named.  `kind` is a prefix of the ledger's state whose keys end in
/// entry hashes: "request", "grant", "emergency", "notice", "assessment".  Fails with usage (no
/// such form, a prefix that is not unique) and entry_missing.
Result<EntryHash> find_entry(const ledger::Snapshot& view, std::string_view kind,
                             std::string_view text);
/// Of any kind, by its index or whole hash.
Result<EntryHash> find_entry(const ledger::Snapshot& view, std::string_view text);
/// An entry of one kind, with what the ledger knows of it.
Result<std::pair<EntryHash, rules::RequestState>> find_request(const ledger::Snapshot& view,
                                                               std::string_view text);
Result<std::pair<EntryHash, rules::GrantState>> find_grant(const ledger::Snapshot& view,
                                                           std::string_view text);

/// A member's name as an operand.  Fails with usage.
Result<MemberName> member_operand(std::string_view text);
/// `option '--from': ...` in front of what is wrong with a member's name.
Result<MemberName> member_option(std::string_view option, std::string_view text);
Result<entry::Word> word_option(std::string_view option, std::string_view text);

}  // namespace medchain::cli
