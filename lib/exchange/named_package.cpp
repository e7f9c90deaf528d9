#include "exchange/named_package.hpp"

#include <type_traits>

namespace medchain::exchange {
namespace {

/// Takes the package out of any statement, by its field list.
struct PackageVisitor {
  std::optional<entry::PackageRef> found;
  template <class T>
  void operator()(const entry::Field&, const T& value) {
    if constexpr (std::is_same_v<T, entry::PackageRef> ||
                  std::is_same_v<T, std::optional<entry::PackageRef>>) {
      MC_ASSERT(!found);
      found = value;
    }
  }
};

}  // namespace

std::optional<entry::PackageRef> package_of(const entry::Body& body) {
  PackageVisitor visitor;
  std::visit([&](const auto& kind) { std::decay_t<decltype(kind)>::fields(kind, visitor); }, body);
  return std::move(visitor.found);
}

Result<std::optional<EntryIndex>> entry_that_names(const ledger::Snapshot& view,
                                                   const PackageHash& package) {
  MC_ASSIGN(const TreeSize size, view.size());
  for (std::uint64_t i = size.get(); i-- > 0;) {
    MC_ASSIGN(const entry::Entry entry, view.entry(EntryIndex(i)));
    const auto named = package_of(entry.statement.body);
    if (named && named->hash == package) return std::optional(EntryIndex(i));
  }
  return std::optional<EntryIndex>();
}

}  // namespace medchain::exchange
