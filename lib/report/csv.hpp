// CSV as RFC 4180 has it: CRLF, quotes where they are needed and doubled inside.  Spreadsheets take
// a cell that begins with = + - @, tab or carriage return for a formula: an apostrophe goes in
// front of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/value.hpp"

namespace medchain::report {

std::string csv_line(const std::vector<std::string>& cells);

/// The members of `object` with these names, a cell each; empty where there is none.  What an array
/// holds is joined by spaces; an object is its JSON.
std::string csv_line(const json::Object& object, const std::vector<std::string_view>& names);

}  // namespace medchain::report
