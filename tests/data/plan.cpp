#include "plan.hpp"

#include <algorithm>

#include "prng.hpp"

namespace medchain::testdata {

std::string_view name_of(PlantKind kind) {
  switch (kind) {
    case PlantKind::exact_duplicate:
      return "exact-duplicate";
    case PlantKind::near_duplicate_note:
      return "near-duplicate-note";
    case PlantKind::copy_paste_note:
      return "copy-paste-note";
    case PlantKind::same_id_other_bytes:
      return "same-id-other-bytes";
  }
  return "";
}

PlantPlan::PlantPlan(std::uint64_t count, bool wanted, bool with_conflicts)
    : count_(count), kinds_(with_conflicts ? 4 : 3) {
  if (wanted && count >= least_count) plants_ = std::max<std::uint64_t>(kinds_, count / 100);
}

std::uint64_t PlantPlan::segment_start(std::uint64_t segment) const {
  return segment * count_ / plants_;
}

std::uint64_t PlantPlan::item_of_plant(std::uint64_t plant) const {
  return segment_start(plant + 1) - 1;
}

std::uint64_t PlantPlan::item_of_original(std::uint64_t original) const {
  // Before segment s there are s plants, so its first original has the number start(s) - s.  The
  // wanted segment is the last one that starts at or before the original.
  std::uint64_t low = 0;
  std::uint64_t high = plants_;
  while (high - low > 1) {
    const std::uint64_t middle = low + (high - low) / 2;
    (segment_start(middle) - middle <= original ? low : high) = middle;
  }
  return original + low;
}

PlantKind PlantPlan::kind(std::uint64_t plant) const {
  // Conflicts come second, so that the notes wait until there is something to copy.
  static constexpr std::array<PlantKind, 4> with_conflicts = {
      PlantKind::exact_duplicate, PlantKind::same_id_other_bytes, PlantKind::near_duplicate_note,
      PlantKind::copy_paste_note};
  static constexpr std::array<PlantKind, 3> without = {
      PlantKind::exact_duplicate, PlantKind::near_duplicate_note, PlantKind::copy_paste_note};
  const auto index = static_cast<std::size_t>(plant % kinds_);
  return kinds_ == with_conflicts.size() ? with_conflicts[index] : without[index];
}

Version NightlyChanges::version_of(RecordPlace place) const {
  if (percent_ == 0) return {};
  constexpr std::uint64_t block_size = 100;
  const std::uint64_t index = place.period * slots_per_period + place.slot;
  // Within a block, i -> (a i + b) mod 100 with a prime to 100 is a permutation; those that it
  // sends below `percent` have changed.
  static constexpr std::array<unsigned, 4> last_digits = {1, 3, 7, 9};
  Prng block(derive(seed_, for_night, night_, index / block_size));
  const unsigned tens = block.below(10);
  const unsigned factor = 10 * tens + block.pick(last_digits);
  const unsigned offset = block.below(block_size);
  const std::uint64_t position = (factor * (index % block_size) + offset) % block_size;
  if (position >= percent_) return {};
  return {derive(seed_, for_night, night_, index) | 1, night_};
}

}  // namespace medchain::testdata
