// Making keys and cards, as medchain-key and medchain-init do.
#pragma once

#include <string>
#include <vector>

#include "cli/session.hpp"
#include "entry/card.hpp"

namespace medchain::cli {

/// Options that describe a member: name, kind, level, territory, display, contact, role,
/// witness-key, sign-key, staff-of.
std::vector<Option> card_options();

/// Options that change a card: kind, level, territory, display, contact, role (all of them anew).
std::vector<Option> card_changes();
/// `card` with what the options say; what they do not say stays.  Fails with usage.
Result<entry::Card> changed_card(const Session& session, entry::Card card);

struct CardRequest {
  entry::Card card;  ///< without keys
  bool with_witness = false;
  std::string sign_key;  ///< an existing OpenSSH private key, or a .pub whose key is in ssh-agent;
                         ///< empty: a new key
};
/// From the options.  Patients and devices get a random name if none is given.  Fails with usage.
Result<CardRequest> card_request(Session& session);

/// Makes `directory` (0700) with sign.key or sign.pub, seal.key, witness.key and NAME.member.  An
/// existing key file is never overwritten (key_invalid); on failure nothing that was made is left.
Result<entry::Card> make_keys(Session& session, const std::string& directory,
                              const CardRequest& request);

/// sign.key and a file `staff` with the vkey MEMBER/s-HEX16.
Result<note::VerifierKey> make_staff_key(Session& session, const std::string& directory);

/// Text for people, one `name: value` a line.
std::string describe_card(const entry::Card& card);

/// The only line of standard input.  Fails with input_invalid or input_truncated.
Result<std::string> read_one_line(Session& session);

}  // namespace medchain::cli
