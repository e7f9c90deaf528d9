#include "vault/subjects.hpp"

#include "vault/layout_internal.hpp"

namespace medchain::vault {

Result<std::optional<Subject>> Subjects::find_or_make(std::string_view name,
                                                      crypto::Random& random) {
  std::optional<Subject> known;
  MC_TRY(vault_.read([&]() -> Status {
    MC_ASSIGN(known, vault_.find_subject(name));
    return {};
  }));
  if (known && is_erased(known->k))
    return fail(Code::record_erased, "the subject was erased from this vault");
  if (known || vault_.is_read_only_) return known;
  Subject made;
  MC_TRY(vault_.write([&](store::WriteTxn& txn) -> Status {
    MC_ASSIGN(const auto found, txn.get(vault_.tables_.meta, as_bytes("next-slot")));
    MC_ASSIGN(made.slot, number_in_meta(found, "next-slot"));
    {
      MC_ASSIGN(auto cursor, txn.cursor(vault_.tables_.subject_names));
      MC_ASSIGN(const bool any, cursor.last());
      made.number = any ? load_be<std::uint64_t>(cursor.key()) + 1 : 1;
    }
    random.fill(made.k);
    made.tag = entry::subject_tag(made.k, vault_.owner_.genesis);
    // Durable before anything refers to it; a slot whose transaction then fails is written again.
    MC_TRY(vault_.secrets_->write(made.slot, std::span(&made.k, 1)));
    MC_TRY(vault_.secrets_->sync());
    MC_TRY(txn.put(vault_.tables_.meta, as_bytes("next-slot"), number_key(made.slot + 1)));
    MC_TRY(txn.insert(vault_.tables_.subjects, subject_key(name), number_key(made.number)));
    return txn.append(vault_.tables_.subject_names, number_key(made.number),
                      encode_subject(made.slot, name));
  }));
  return std::optional(made);
}

Result<std::optional<Subject>> Subjects::find(const SubjectTag& tag) const {
  std::optional<Subject> found;
  MC_TRY(for_each([&](const Subject& subject) -> Status {
    if (!is_erased(subject.k) && subject.tag == tag) found = subject;
    return {};
  }));
  return found;
}

Result<std::map<SubjectTag, std::uint64_t>> Subjects::find(const std::set<SubjectTag>& tags) const {
  std::map<SubjectTag, std::uint64_t> found;
  if (tags.empty()) return found;
  MC_TRY(for_each([&](const Subject& subject) -> Status {
    if (!is_erased(subject.k) && tags.contains(subject.tag))
      found.emplace(subject.tag, subject.number);
    return {};
  }));
  return found;
}

Status Subjects::for_each(const std::function<Status(const Subject&)>& visit) const {
  MC_ASSIGN(auto cursor, vault_.txn_->cursor(vault_.tables_.subject_names));
  MC_ASSIGN(bool any, cursor.first());
  while (any) {
    MC_ASSIGN(const Subject subject, vault_.subject(load_be<std::uint64_t>(cursor.key())));
    MC_TRY(visit(subject));
    MC_ASSIGN(any, cursor.next());
  }
  return {};
}

}  // namespace medchain::vault
