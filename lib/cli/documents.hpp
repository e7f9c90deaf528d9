// Files that go with the words of an act, in its package.
#pragma once

#include "cli/act_session.hpp"

namespace medchain::cli {

/// `--NAME=FILE`, which may be given several times.
Option document_option(std::string_view name, std::string_view help);

/// The files that `option` names: into the terms of the draft and into its package.  Fails with
/// usage (two of one name, or a name that no file of a package can have) and input_unreadable.
Status read_documents(ActSession& act, std::string_view option, Draft& draft);

}  // namespace medchain::cli
