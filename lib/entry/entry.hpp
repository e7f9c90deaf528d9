// Entries (DESIGN 5; medchain-ledger(5)): a C2SP signed note whose text is one line of JSON, the
// statement. This layer knows form; whether an entry may be appended is decided in lib/rules.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/member_name.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "entry/kinds.hpp"
#include "note/note.hpp"

namespace medchain::entry {

constexpr std::size_t max_entry_size = 65'535;
constexpr std::string_view schema = "medchain/1";
/// The newest rules number that this medchain knows.
constexpr std::uint64_t known_rules = 1;
/// Fails with rules_newer.
Status check_rules_known(std::uint64_t rules);

/// What every statement begins with.
struct Header {
  std::string ledger;                  ///< origin
  std::optional<GenesisHash> genesis;  ///< absent in the genesis entry only
  MemberName author;
  StatementId id;
  UnixSeconds time;

  bool operator==(const Header&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"ledger", Exposure::clear, "the ledger's origin"}, self.ledger);
    visit(Field{"genesis", Exposure::clear, "entry hash of entry 0; absent there"}, self.genesis);
    visit(Field{"author", Exposure::clear, "the member that states this"}, self.author);
    visit(Field{"id", Exposure::clear, "128 random bits or the caller's idempotency key"}, self.id);
    visit(Field{"time", Exposure::clear, "when it was stated"}, self.time);
  }
};

struct Statement {
  Header header;
  Body body;
  bool operator==(const Statement&) const = default;
};

std::string_view type_of(const Body& body);

/// The one spelling: a line of JSON and LF.
std::string format_statement(const Statement& statement);
/// Fails with entry_invalid: not the one spelling, wrong schema, unknown type, unknown, missing or
/// ill-typed field, naming it.  With rules_newer where such a form comes with rules that are not
/// known here, which may have made it.
Result<Statement> parse_statement(std::string_view text);

struct Entry {
  std::string bytes;  ///< the note
  std::string text;   ///< its signed text
  Statement statement;
  std::vector<note::SignatureLine> signatures;  ///< the author's first, then by (name, key id)
};

/// Fails with entry_invalid: over 65,535 bytes, note or statement of wrong form, signature lines
/// out of order or double, first one not the author's, bytes that are not the one spelling of the
/// note; with rules_newer as parse_statement.  Verifies no signature.
Result<Entry> parse_entry(std::string_view bytes);

struct SignAs {
  std::string name;  ///< MEMBER or MEMBER/STAFF
  crypto::Signer* signer;
};
/// Signs: the first is the author.  Fails as the signers do, or with entry_invalid (too large).
Result<Entry> sign_statement(const Statement& statement, std::span<const SignAs> signers);
/// Adds a signature at its place; the same key again is an error (signature_superfluous).
Result<Entry> add_signature(const Entry& entry, const SignAs& signer);

/// SHA-256(0x00 || bytes), RFC 6962 leaf hash.
EntryHash entry_hash(std::string_view bytes);
inline TreeHash as_leaf(const EntryHash& hash) { return TreeHash(hash.bytes); }
/// SHA-256 of the statement's text: what (author, id) stands for.
ByteArray<32> statement_hash(std::string_view text);

}  // namespace medchain::entry
