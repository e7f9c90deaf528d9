#include "rules/index_values.hpp"

#include "rules/typed_internal.hpp"

namespace medchain::rules {

Result<std::optional<EntryIndex>> index_at(const View& view, const std::string& key) {
  MC_ASSIGN(const auto found, view.get(key));
  if (!found) return std::optional<EntryIndex>();
  MC_ASSIGN(const EntryIndex index, index_in(key, *found));
  return std::optional(index);
}

Status for_each_receiver(
    const View& view, const EntryHash& grant,
    const std::function<Status(const MemberName& member, EntryIndex release)>& visit) {
  const std::string prefix = key_of_receivers(grant);
  return view.scan(prefix, [&](std::string_view key, std::string_view value) -> Status {
    const auto member = MemberName::parse(key.substr(prefix.size()));
    if (!member) return damaged(key, member.error().message);
    MC_ASSIGN(const EntryIndex release, index_in(key, value));
    return visit(*member, release);
  });
}

}  // namespace medchain::rules
