// What goes with a referral or a step of it: records of one's own, and words.
#pragma once

#include <optional>

#include "cli/act_session.hpp"
#include "cli/scope_options.hpp"
#include "entry/referral.hpp"

namespace medchain::cli {

/// The records that --record names and that receipts on standard input name, as what is shared of
/// this subject; nothing if none is named.  Fails with usage, record_unknown, and as
/// reading a copy does where one of one's own is missing or damaged.
Result<std::optional<entry::Share>> read_share(ActSession& act,
                                               const std::optional<ReceiptInput>& receipts,
                                               const std::optional<SubjectTag>& subject);

/// The words of --text-file, with whom they are about.
Result<entry::Terms> read_words(Session& session);

}  // namespace medchain::cli
