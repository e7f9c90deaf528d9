// Texts that people write, from a file or standard input.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/session.hpp"

namespace medchain::cli {

/// The bytes of a file or, with `-`, of standard input, as they are; nothing if the option is not
/// given.
Result<std::optional<std::string>> read_bytes_option(Session& session, std::string_view option);
/// A text given in a file or, with `-`, on standard input, without the last line end; nothing if
/// the option is not given.
Result<std::optional<std::string>> read_text_option(Session& session, std::string_view option);
/// The same, line by line, empty lines left out.
Result<std::vector<std::string>> read_lines_option(Session& session, std::string_view option);
/// --subject, or the first line of --subject-file (so that it is in no list of processes); nothing
/// if neither is given.
Result<std::optional<std::string>> subject_option(Session& session);

}  // namespace medchain::cli
