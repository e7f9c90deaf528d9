// The rules that a ledger's members agreed on, in the genesis entry and in `policy` entries.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/member_name.hpp"
#include "entry/prescription_rules.hpp"
#include "note/checkpoint.hpp"

namespace medchain::entry {

struct WitnessKey {
  MemberName name;
  note::VerifierKey key;  ///< type 0x04

  bool operator==(const WitnessKey&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"name", Exposure::clear, "name of the witness in the tlog-policy"}, self.name);
    visit(Field{"key", Exposure::clear, "vkey of type 04"}, self.key);
  }
};

struct Policy {
  std::uint64_t admit =
      1;  ///< admin signatures that admission, suspension, revocation and policy changes need
  std::uint64_t max_skew = 300;      ///< seconds
  std::uint64_t max_delay = 86'400;  ///< seconds; for kinds that may be prepared elsewhere
  std::string timezone = "UTC";      ///< IANA name
  std::vector<Word> signed_person;   ///< kinds that demand a person's own signature, ascending
  std::vector<WitnessKey> witnesses;
  std::uint64_t quorum = 0;  ///< cosignatures that a checkpoint needs
  /// Purposes for which records of a subject with a patient member need the patient's own grant;
  /// those for which consent is the basis, one consent for each; ascending.
  std::optional<std::vector<Word>> patient_grant, consent;
  std::optional<std::uint64_t> max_emergency;  ///< seconds; absent: 4 hours
  /// The clocks of `timezone`, ascending; the first period holds before it too.
  std::optional<std::vector<ZonePeriod>> zone;
  std::optional<PrescriptionRules> prescription;

  bool operator==(const Policy&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(
        Field{"admit", Exposure::clear, "admin signatures that membership and policy changes need"},
        self.admit);
    visit(
        Field{"max_skew", Exposure::clear, "seconds by which an entry's time may be off log time"},
        self.max_skew);
    visit(Field{"max_delay", Exposure::clear,
                "seconds by which a prepared anchor or erase may be late"},
          self.max_delay);
    visit(Field{"timezone", Exposure::clear, "IANA time zone in which days are counted"},
          self.timezone);
    visit(Field{"signed_person", Exposure::clear, "kinds that demand a staff signature, ascending"},
          self.signed_person);
    visit(Field{"witnesses", Exposure::clear, "who cosigns checkpoints"}, self.witnesses);
    visit(Field{"quorum", Exposure::clear, "cosignatures that a checkpoint needs"}, self.quorum);
    visit(Field{"patient_grant", Exposure::clear,
                "purposes that need the patient's own grant, ascending"},
          self.patient_grant);
    visit(
        Field{"consent", Exposure::clear, "purposes that rest on consent, one for each, ascending"},
        self.consent);
    visit(Field{"max_emergency", Exposure::clear,
                "seconds that an emergency lasts at most, up to 14400"},
          self.max_emergency);
    visit(Field{"zone", Exposure::clear, "the clocks of the time zone, ascending; absent: UTC"},
          self.zone);
    visit(Field{"prescription", Exposure::clear, "limits of prescriptions; absent: none"},
          self.prescription);
  }
};

/// Ranges and consistency: admit 1..100, signed_person ascending, max_skew 1..86400, max_delay
/// max_skew..31 days, quorum <= witnesses, distinct names and keys, zone ascending, days 1..731.
/// Fails with entry_invalid.
Status check_policy(const Policy& policy);

/// The default quorum for n witnesses: 0 for none, else 1 + floor(2n/3) (DESIGN 7).
std::uint64_t default_quorum(std::uint64_t witnesses);

/// The C2SP tlog-policy of a ledger with this log key.
note::Policy tlog_policy(const Policy& policy, const note::VerifierKey& log_key);

}  // namespace medchain::entry
