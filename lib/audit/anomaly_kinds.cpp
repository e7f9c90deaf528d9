#include <algorithm>
#include <array>

#include "audit/anomalies.hpp"

namespace medchain::audit {
namespace {

using report::Level;

constexpr auto kinds = std::to_array<report::FindingKind>({
    {"access.no_relation", Level::warning,
     "records were released by a general grant, and no referral, request or linked record relates "
     "the receiver to the subject"},
    {"access.attempt", Level::note, "an access without a basis was refused"},
    {"access.attempt_after_end", Level::warning,
     "an access was refused because its grant, referral or emergency had ended"},
    {"access.attempt_erased", Level::warning, "an access to erased records was refused"},
    {"access.refused_often", Level::warning, "one person was refused again and again"},
    {"use.after_end", Level::warning, "records were opened after their grant had ended"},
    {"use.after_erasure", Level::warning, "records were opened after they had been erased"},
    {"use.after_attestation", Level::error,
     "records were opened by who had attested that they were erased"},
    {"use.without_release", Level::error, "a use of records that nobody released was refused"},
    {"use.failed", Level::warning, "a release could not be opened"},
    {"release.unused", Level::note, "a release was never opened, as far as its receiver says"},
    {"volume.person", Level::warning, "one person opened far more records than its peers"},
    {"hours.person", Level::note, "one person acted outside of working hours"},
    {"emergency.often", Level::warning, "one person broke the glass again and again"},
    {"emergency.unjustified", Level::error, "an emergency was judged unjustified"},
    {"overdue.review", Level::warning, "an emergency was not reviewed in time"},
    {"overdue.notice", Level::warning, "a notice was not acknowledged in time"},
    {"overdue.erasure", Level::warning, "nobody attested an erasure that was due"},
    {"claim.without_dispense", Level::error, "a claim for what was never dispensed was refused"},
    {"claim.twice", Level::error, "a second claim for one receipt was refused"},
    {"claim.two_payers", Level::warning, "receipts of one prescription were claimed by two payers"},
    {"dispense.above", Level::warning, "more than what was prescribed was to be dispensed"},
    {"person.shared_key", Level::warning, "one staff key signed for several persons"},
    {"person.shared_tag", Level::warning, "one person signed with several staff keys by turns"},
    {"clock.drift", Level::warning, "the clock of a member is off log time, always by as much"},
    {"anchor.late", Level::note, "records were anchored long after their own date"},
});

}  // namespace

std::span<const report::FindingKind> anomaly_kinds() { return kinds; }

const report::FindingKind* find_anomaly_kind(std::string_view id) {
  const auto found =
      std::find_if(kinds.begin(), kinds.end(), [&](const auto& kind) { return kind.id == id; });
  return found == kinds.end() ? nullptr : &*found;
}

}  // namespace medchain::audit
