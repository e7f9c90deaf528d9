// anchor: a batch of records is committed by the root over its rows (row.hpp).
#pragma once

#include "base/member_name.hpp"
#include "entry/fields.hpp"
#include "entry/scalars.hpp"

namespace medchain::entry {

struct Anchor {
  static constexpr std::string_view type = "anchor";
  static constexpr std::string_view text =
      "a batch of records is committed by the root over its manifest";

  MemberName custodian;
  std::uint64_t count = 0;  ///< rows, 1..8192
  ManifestRoot root;
  std::vector<Word> types;  ///< ascending, no doubles; rows point into it
  std::uint64_t bytes = 0;  ///< of all the records together

  bool operator==(const Anchor&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"custodian", Exposure::clear, "who holds the records"}, self.custodian);
    visit(Field{"count", Exposure::clear, "rows of the manifest, 1 to 8192"}, self.count);
    visit(Field{"root", Exposure::commitment,
                "RFC 6962 root over the rows; each row holds a record tag, a subject tag and a "
                "commitment"},
          self.root);
    visit(Field{"types", Exposure::clear,
                "types of the records, ascending; rows point into this list"},
          self.types);
    visit(Field{"bytes", Exposure::clear, "size of all the records together"}, self.bytes);
  }
};

}  // namespace medchain::entry
