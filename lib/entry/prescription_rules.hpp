// What a policy says about prescriptions (decision 0023), and the time zone in which it counts
// days, as data: the rules read no zone database.
#pragma once

#include <optional>
#include <vector>

#include "entry/fields.hpp"
#include "entry/scalars.hpp"

namespace medchain::entry {

struct ZonePeriod {
  UnixSeconds from;
  UtcOffset offset;

  bool operator==(const ZonePeriod&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"from", Exposure::clear, "when the clocks were set"}, self.from);
    visit(Field{"offset", Exposure::clear, "how far they are ahead of UTC since then"},
          self.offset);
  }
};

/// Days are calendar days in the policy's time zone; the day of issue is the first.
struct PrescriptionRules {
  std::optional<Word> preset;
  std::uint64_t valid_days = 1;
  std::optional<std::uint64_t> extended_days;
  std::optional<std::uint64_t> parts_days;
  std::optional<std::uint64_t> supply_days, emergency_supply_days, long_term_days;
  bool long_term_controlled = false;
  bool review = false;
  std::optional<std::uint64_t> hold;

  bool operator==(const PrescriptionRules&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"preset", Exposure::clear, "name and date of the preset these were taken from"},
          self.preset);
    visit(Field{"valid_days", Exposure::clear, "days of validity, the day of issue is the first"},
          self.valid_days);
    visit(Field{"extended_days", Exposure::clear,
                "days of validity after an extension; absent: no extension"},
          self.extended_days);
    visit(Field{"parts_days", Exposure::clear,
                "days of validity of several parts; absent: one part only"},
          self.parts_days);
    visit(Field{"supply_days", Exposure::clear, "days of supply at most; absent: no limit"},
          self.supply_days);
    visit(Field{"emergency_supply_days", Exposure::clear, "the same of class emergency"},
          self.emergency_supply_days);
    visit(Field{"long_term_days", Exposure::clear, "the same of class long-term"},
          self.long_term_days);
    visit(Field{"long_term_controlled", Exposure::clear,
                "true: class long-term may have controlled drugs"},
          self.long_term_controlled);
    visit(Field{"review", Exposure::clear, "true: a review must have passed before dispensing"},
          self.review);
    visit(Field{"hold", Exposure::clear, "seconds that a pharmacy may hold it; absent: no limit"},
          self.hold);
  }
};

}  // namespace medchain::entry
