#include "verify/newest_rows.hpp"

#include <utility>

namespace medchain::verify {

namespace {

constexpr unsigned row_bits = 13;
static_assert(entry::max_rows <= std::size_t{1} << row_bits);

std::uint64_t packed(const ledger::RowPlace& place) {
  MC_ASSERT(place.entry.get() >> 50 == 0 && place.row >> row_bits == 0);
  return (place.entry.get() << row_bits) | place.row;
}

ledger::RowPlace unpacked(std::uint64_t place) {
  return {EntryIndex(place >> row_bits),
          static_cast<std::uint32_t>(place & ((std::uint64_t{1} << row_bits) - 1))};
}

}  // namespace

Result<std::size_t> NewestRows::slot_of(std::uint64_t hash, const RecordTag& tag,
                                        const ReadRow& read, std::optional<Found>& found) const {
  std::size_t at = hash & (slots_.size() - 1);
  for (; slots_[at].place != empty; at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at].hash != hash) continue;
    const ledger::RowPlace place = unpacked(slots_[at].place);
    MC_ASSIGN(const entry::Row row, read(place));
    // Hashes of different tags can be equal: the row decides.
    if (row.record != tag) continue;
    found = Found{place, row};
    break;
  }
  return at;
}

Result<std::optional<NewestRows::Found>> NewestRows::find(const RecordTag& tag,
                                                          const ReadRow& read) const {
  std::optional<Found> found;
  MC_TRY(slot_of(crypto::siphash(key_, tag.view()), tag, read, found));
  return found;
}

Status NewestRows::put(const RecordTag& tag, const ledger::RowPlace& place, const ReadRow& read) {
  const std::uint64_t hash = crypto::siphash(key_, tag.view());
  std::optional<Found> found;
  MC_ASSIGN(const std::size_t at, slot_of(hash, tag, read, found));
  slots_[at] = {hash, packed(place)};
  if (!found && ++used_ * 3 > slots_.size() * 2) grow();
  return {};
}

void NewestRows::grow() {
  const std::vector<Slot> before = std::exchange(slots_, std::vector<Slot>(slots_.size() * 2));
  for (const Slot& slot : before) {
    if (slot.place == empty) continue;
    std::size_t at = slot.hash & (slots_.size() - 1);
    while (slots_[at].place != empty) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
  }
}

}  // namespace medchain::verify
