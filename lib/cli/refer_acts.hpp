// The acts of medchain-refer.  Each prints receipts, or with --emit the signed entries.
#pragma once

#include "cli/places.hpp"

namespace medchain::cli {

/// A subject is referred to one member with its records.
Result<int> refer_create(Session& session);
/// Several members and groups are asked for their opinion.
Result<int> refer_consult(Session& session);

/// Steps of a referral; its entry is the operand.
Result<int> refer_accept(Session& session);
Result<int> refer_decline(Session& session);
/// Seals the records for who is asked; with --standing for every referral that was accepted.
/// Status 1: some could not be served.
Result<int> refer_release(Session& session);
/// Every release by the referral to this member.
Result<int> refer_open(Session& session);
/// --schedule, --reschedule, --no-show, --appointment-cancel or --interim-note.
Result<int> refer_update(Session& session);
Result<int> refer_complete(Session& session);
/// The initiator asks for it, the recipient confirms.
Result<int> refer_cancel(Session& session);
Result<int> refer_opinion(Session& session);
Result<int> refer_close(Session& session);

/// Status 1 with --max-age: something waits for longer.
Result<int> refer_list(Session& session);
/// What waits for this member, with the words that were sealed to it.
Result<int> refer_inbox(Session& session);

/// What was said of a referral, or in one step of it.  Status 1: words sealed to this member are
/// missing or damaged.
Result<int> refer_show(Session& session);
std::vector<Option> show_options();
void show_opens(const Session& session, Places& places);

/// Options of create and consult, and of the steps that bring words and records.
std::vector<Option> order_options();
std::vector<Option> share_options();
void share_opens(const Session& session, Places& places);
std::vector<Option> words_options();

}  // namespace medchain::cli
