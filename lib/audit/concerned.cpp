#include "audit/concerned.hpp"

#include <algorithm>

namespace medchain::audit {
namespace {

constexpr int longest_chain = 4;  ///< a notice of a use of a release by a grant

class Gathering {
 public:
  Gathering(const ledger::Snapshot& view, const Shown& shown) : view_(view), shown_(shown) {}

  Status gather(const Event& event, const entry::Body& body, int depth) {
    if (std::holds_alternative<entry::Anchor>(body)) return anchored(event.index);
    if (const auto* erase = std::get_if<entry::Erase>(&body)) {
      for (const RecordTag& record : erase->records) MC_TRY(add_record(record));
      return add_subjects(event.subjects);
    }
    MC_TRY(add_subjects(event.subjects));
    for (const entry::RecordSet& set : event.places) MC_TRY(add_rows(set.entry, set.rows));
    // A grant that names nobody is about anybody, whatever was asked for.
    const bool says_itself = !event.subjects.empty() || !event.places.empty() ||
                             std::holds_alternative<entry::Grant>(body) ||
                             std::holds_alternative<entry::Request>(body);
    if (says_itself || !event.about_index || depth == longest_chain) return {};
    MC_ASSIGN(const entry::Entry entry, view_.entry(*event.about_index));
    MC_ASSIGN(const Event other, event_of(view_, *event.about_index, entry, event.logged));
    return gather(other, entry.statement.body, depth + 1);
  }

  std::vector<Concerned> take() {
    std::vector<Concerned> all;
    for (auto& [tag, one] : found_) all.push_back(std::move(one));
    return all;
  }

 private:
  Concerned* of(const SubjectTag& subject) {
    if (shown_.subject && !shown_.subject(subject)) return nullptr;
    Concerned& one = found_[subject];
    one.subject = subject;
    return &one;
  }
  Status add_subjects(const std::vector<SubjectTag>& subjects) {
    for (const SubjectTag& subject : subjects) of(subject);
    return {};
  }
  void add(const ledger::RowPlace& place, const entry::Row& row, const MemberName& custodian,
           std::string type) {
    if (shown_.row && !shown_.row(place)) return;
    Concerned* one = of(row.subject);
    if (one == nullptr) return;
    one->custodian = custodian;
    one->rows.emplace(place, Concerned::Row{row.record, std::move(type)});
  }
  Status add_rows(EntryIndex anchor, const entry::RowRanges& rows) {
    return view_.placed_rows(
        anchor, rows, [&](std::uint32_t number, const rules::PlacedRow& placed) -> Status {
          add({anchor, number}, placed.row, placed.custodian, placed.type.get());
          return {};
        });
  }
  Status add_record(const RecordTag& record) {
    MC_ASSIGN(const auto places, view_.find_record(record));
    for (const ledger::RowPlace& place : places)
      MC_TRY(add_rows(place.entry, entry::RowRanges::of({place.row})));
    return {};
  }
  Status anchored(EntryIndex index) {
    MC_ASSIGN(const auto rows, view_.rows(index));
    std::vector<std::uint32_t> numbers(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) numbers[i] = static_cast<std::uint32_t>(i);
    return add_rows(index, entry::RowRanges::of(std::move(numbers)));
  }

  const ledger::Snapshot& view_;
  const Shown& shown_;
  std::map<SubjectTag, Concerned> found_;
};

}  // namespace

Result<std::vector<Concerned>> concerned_by(const ledger::Snapshot& view, const Event& event,
                                            const entry::Body& body, const Shown& shown) {
  Gathering gathering(view, shown);
  MC_TRY(gathering.gather(event, body, 0));
  return gathering.take();
}

Result<std::optional<ledger::RowPlace>> version_before(const ledger::Snapshot& view,
                                                       const RecordTag& record,
                                                       const ledger::RowPlace& place) {
  MC_ASSIGN(const auto places, view.find_record(record));
  std::optional<ledger::RowPlace> before;
  for (const ledger::RowPlace& one : places)
    if (one < place) before = one;
  return before;
}

}  // namespace medchain::audit
