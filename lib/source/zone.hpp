// Zone: from the time on a wall clock to UTC.  A fixed offset, or a zone of the system's tzdata by
// its IANA name (decision 0018).  The zone is read once into a table; after that everything is
// pure.  What a clock shows twice (summer time ends) has two instants, what it never shows (summer
// time begins) has none: who asks must decide, nothing is guessed here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/types.hpp"

namespace medchain::source {

/// Seconds since 1970-01-01T00:00:00 as a clock on the wall of some zone shows them.
using LocalSeconds = Strong<struct LocalSecondsTag, std::int64_t>;

class Zone {
 public:
  /// From `begin` until the next period begins the clock is `offset` seconds ahead of UTC.
  struct Period {
    UnixSeconds begin;
    std::int64_t offset = 0;
    bool operator==(const Period&) const = default;
  };
  /// The last second of 2037: the system's zone data name every change of the clocks until then and
  /// (Debian 12, "fat" files, and the library that reads them) none later.
  static constexpr UnixSeconds last_known{2'145'916'799};

  /// `Europe/Berlin`, `UTC`, `Z`, `+02:00`, `-05:30` (at most 14 hours).  Fails with usage.
  static Result<Zone> parse(std::string_view text);
  static Zone fixed(std::int64_t offset);
  /// Preconditions: not empty, ascending, offsets within a day.  Known until `last`.
  static Zone of_periods(std::vector<Period> periods, UnixSeconds last);

  /// The instants at which the clock shows `local`, ascending: none, one or two.
  std::vector<UnixSeconds> instants_of(LocalSeconds local) const;
  /// False where nothing is known of the zone: before 1970 and behind its last second.
  bool covers(LocalSeconds local) const;
  const std::vector<Period>& periods() const { return periods_; }

 private:
  Zone(std::vector<Period> periods, UnixSeconds last);
  std::vector<Period> periods_;
  UnixSeconds last_;
};

}  // namespace medchain::source
