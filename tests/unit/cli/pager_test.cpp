#include <doctest/doctest.h>

#include <map>

#include "cli/pager_internal.hpp"

using namespace medchain::cli;

namespace {

std::string wanted(const std::map<std::string, std::string>& variables) {
  return pager_wanted([&](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(std::string(name));
    if (found == variables.end() || found->second.empty()) return std::nullopt;
    return found->second;
  });
}

}  // namespace

TEST_CASE("which pager is wanted") {
  CHECK(wanted({{"TERM", "xterm"}}) == "less");
  CHECK(wanted({{"TERM", "xterm"}, {"PAGER", "more"}}) == "more");
  CHECK(wanted({{"TERM", "xterm"}, {"PAGER", "more"}, {"MEDCHAIN_PAGER", " most -s "}}) ==
        "most -s");
  CHECK(wanted({{"TERM", "xterm"}, {"PAGER", "more"}, {"MEDCHAIN_PAGER", ""}}) == "more");
  CHECK(wanted({{"TERM", "xterm"}, {"PAGER", "more"}, {"MEDCHAIN_PAGER", "cat"}}).empty());
  CHECK(wanted({{"TERM", "dumb"}, {"MEDCHAIN_PAGER", "more"}}).empty());
  CHECK(wanted({{"MEDCHAIN_PAGER", "more"}}).empty());
}

TEST_CASE("what cannot be run is no pager") {
  CHECK(Pager::start("") == nullptr);
  CHECK(Pager::start("/nowhere/at-all --flag") == nullptr);
}
