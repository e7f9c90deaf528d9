// Subjects: whom a vault knows.  Anchoring makes the keys of those whose records it anchors
// (anchoring.hpp); here they are made for who is only named: a patient whose records others hold.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "vault/vault.hpp"

namespace medchain::vault {

class Subjects {
 public:
  explicit Subjects(Vault& vault) : vault_(vault) {}
  /// The subject of this name.  Its key is made if there is none, and is durable before this
  /// returns; in a vault that is open for reading only there is nothing then.  Fails with
  /// record_erased.  Not within Vault::read().
  Result<std::optional<Subject>> find_or_make(std::string_view name, crypto::Random& random);
  /// The one with this tag.  Looks at all of them; within Vault::read().
  Result<std::optional<Subject>> find(const SubjectTag& tag) const;
  /// Numbers of those with these tags, in one walk.
  Result<std::map<SubjectTag, std::uint64_t>> find(const std::set<SubjectTag>& tags) const;
  /// By number, that of records without a subject first; k of who was erased is all zeros.  Within
  /// Vault::read().
  Status for_each(const std::function<Status(const Subject&)>& visit) const;

 private:
  Vault& vault_;
};

}  // namespace medchain::vault
