// genesis: entry 0.  Names the ledger, its log key, its founders and its first policy.  Its hash is
// the ledger's name for ever.
#pragma once

#include "entry/card.hpp"
#include "entry/policy.hpp"

namespace medchain::entry {

struct Genesis {
  static constexpr std::string_view type = "genesis";
  static constexpr std::string_view text = "the first entry: log key, founders and policy";

  std::uint64_t rules = 1;
  note::VerifierKey log;  ///< type 0x01, named as the origin
  Policy policy;
  std::vector<Card> members;  ///< ascending by name; at least one admin and one clock

  bool operator==(const Genesis&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"rules", Exposure::clear, "number of the rules in force from here"}, self.rules);
    visit(Field{"log", Exposure::clear, "vkey of the log key"}, self.log);
    visit(Field{"policy", Exposure::clear, "the first policy"}, self.policy);
    visit(Field{"members", Exposure::clear, "cards of the founders, ascending by name"},
          self.members);
  }
};

}  // namespace medchain::entry
