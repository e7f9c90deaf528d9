// The words and documents of a referral as text for people.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "entry/terms.hpp"

namespace medchain::cli {

/// `    NAME: VALUE`, harmless on a terminal; nothing for an empty value.
std::string words_row(std::string_view name, std::string_view value);
/// Rows for all that the terms say, or for why they cannot be read.
std::string words_rows(const std::optional<entry::Terms>& terms,
                       const std::optional<Error>& closed);

}  // namespace medchain::cli
