// The public card of a member (DESIGN 4): who it is, what it may do, its keys.  The file
// NAME.member is a signed note whose text is the card's JSON line, signed with the card's own sign
// key: proof of possession.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/member_name.hpp"
#include "crypto/age_key.hpp"
#include "entry/fields.hpp"
#include "entry/scalars.hpp"
#include "note/note.hpp"

namespace medchain::entry {

struct Card {
  MemberName name;
  std::optional<Label> display;  ///< not for patients and devices
  MemberKind kind = MemberKind::hospital;
  std::optional<Level> level;
  std::optional<Territory> territory;  ///< where it is, not for patients and devices
  std::vector<Role> roles;             ///< ascending, no doubles
  note::VerifierKey sign;              ///< type 0x01, named as the member
  std::optional<crypto::AgeRecipient> seal;
  std::optional<note::VerifierKey> witness;  ///< type 0x04
  std::optional<Label> contact;              ///< not for patients and devices

  bool operator==(const Card&) const = default;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"name", Exposure::clear, "the member's name on this ledger"}, self.name);
    visit(Field{"display", Exposure::clear, "display name of an institution"}, self.display);
    visit(Field{"kind", Exposure::clear, "what kind of member"}, self.kind);
    visit(Field{"level", Exposure::clear, "tertiary, secondary or community"}, self.level);
    visit(Field{"territory", Exposure::clear, "where the institution is: ISO 3166, CN or CN-GX"},
          self.territory);
    visit(Field{"roles", Exposure::clear, "what it may do, ascending"}, self.roles);
    visit(Field{"sign", Exposure::clear, "vkey of the signing key"}, self.sign);
    visit(Field{"seal", Exposure::clear, "age recipient that packages are sealed to"}, self.seal);
    visit(Field{"witness", Exposure::clear, "vkey of the cosigning key, type 04"}, self.witness);
    visit(Field{"contact", Exposure::clear, "where the institution is reached"}, self.contact);
  }
};

bool has_role(const Card& card, Role role);

/// What a card must be whatever the ledger says: key names and types, roles ascending, no display
/// name, contact or territory for patients and devices, whose names are `p-`/`d-` + 16 hex digits;
/// names with these prefixes are theirs alone.  Fails with entry_invalid.
Status check_card(const Card& card);

/// The signed note.
Result<std::string> sign_card(const Card& card, crypto::Signer& signer);
/// Fails with entry_invalid (form), signature_invalid or signature_missing (proof of possession).
Result<Card> parse_card(std::string_view bytes);

}  // namespace medchain::entry
