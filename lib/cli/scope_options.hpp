// Scope options: who, what, why, how long and how often, as requests and grants are typed; what a
// ledger shows of it (entry::Scope), and what goes sealed (entry::Terms).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/act_session.hpp"
#include "entry/scope.hpp"

namespace medchain::cli {

/// What was typed; empty or absent: not typed.
struct TypedScope {
  entry::Actors actors;
  std::vector<entry::Word> purposes, actions, types;
  std::vector<std::string> subjects;      ///< identifiers
  std::vector<SubjectTag> tags;           ///< ... or tags of the custodian
  std::vector<std::string> record_names;  ///< Observation/9
  std::vector<entry::RecordSet> places;   ///< 42:0-99, and receipts on standard input
  std::vector<entry::Territory> territories;
  std::optional<UnixSeconds> start, until, erase_at;
  std::optional<std::uint64_t> uses, onward;
  std::optional<entry::Frequency> frequency;
  entry::Conditions conditions;  ///< codes, labels, data period, authors, related
  std::optional<std::string> text, justification, contact;

  bool has_actors() const { return actors != entry::Actors{}; }
};

/// Records that receipts on standard input name.
struct ReceiptInput {
  std::vector<entry::RecordSet> places;
  std::string digest;  ///< of the stream, for ActSession::note_input()
};

std::vector<Option> scope_options();
/// `receipts`: what read_receipts() gave.
Result<TypedScope> read_scope(ActSession& act, const std::optional<ReceiptInput>& receipts);

/// What was typed takes the place of what was there.
void apply_typed(const TypedScope& typed, entry::Scope& scope);
void apply_typed(const TypedScope& typed, entry::Terms& terms);

/// grant_wider if `inner` allows anything that `outer` does not: what the ledger's rules cannot
/// see, and who gives has to see to.
Status check_conditions_within(const entry::Conditions& inner, const entry::Conditions& outer,
                               std::string_view outer_name);

/// `42:0-99,105`: rows of an anchor entry.  Nothing if it has not that form (a record's name).
Result<std::optional<entry::RecordSet>> parse_rows(std::string_view text);
/// The same entry once, ascending.
std::vector<entry::RecordSet> joined(const std::vector<entry::RecordSet>& places);
/// Places of records by type and id, from the vault of who holds them.  Fails with record_unknown.
Result<std::vector<entry::RecordSet>> places_of_records(vault::Vault& vault,
                                                        const std::vector<std::string>& names);
/// Subject tags of identifiers, ascending, from the vault.  Fails with record_unknown, which says
/// how many are not known and names none.
Result<std::vector<SubjectTag>> tags_of_subjects(vault::Vault& vault,
                                                 const std::vector<std::string>& identifiers);

/// Receipts of medchain-anchor on standard input, which end in a summary that says complete, if
/// --record=- asks for them, or if `unless_selected` and no option says which records are meant.
/// To be called before vault and ledger are opened: who writes the receipts is still using them.
/// Fails with input_invalid, input_truncated.
Result<std::optional<ReceiptInput>> read_receipts(Session& session, bool unless_selected);

template <class T>
void sort_unique(std::vector<T>& items) {
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
}

}  // namespace medchain::cli
