// Indexes in the state: what is none is damage, and says where.
#include "rules/index_values.hpp"

#include <doctest/doctest.h>

#include "base/encoding.hpp"
#include "rules/sharing_view.hpp"
#include "unit/rules/acts.hpp"

using namespace medchain;
using rules::MapView;

namespace {

const std::string hex(64, '0');

void damaged(const auto& result, const std::string& key) {
  test::check_refused(result, Code::store_damaged, "state '" + key + "'");
}

}  // namespace

TEST_CASE("receivers of a grant are told with the newest release to each") {
  MapView view;
  const auto key = rules::key_of_received({}, test::name("hosp-a"));
  CHECK(key == "received/" + hex + "/hosp-a");
  view.apply({{key, "7"}, {"received/" + std::string(64, '1') + "/hosp-c", "9"}, {rules::key_of_received({}, test::name("hosp-b")), "8"}});
  std::string seen;
  CHECK(rules::for_each_receiver(view, {}, [&](const MemberName& member, EntryIndex release) -> Status {
    seen += member.get() + "=" + std::to_string(release.get()) + " ";
    return {};
  }));
  CHECK(seen == "hosp-a=7 hosp-b=8 ");
  CHECK(*rules::index_at(view, key) == EntryIndex(7));
  CHECK_FALSE(rules::index_at(view, "received/")->has_value());
}

TEST_CASE("an index, or the name of a receiver, that does not decode is damage") {
  const auto receivers = [](const MapView& view) {
    return rules::for_each_receiver(view, {}, [](const MemberName&, EntryIndex) { return Status(); });
  };
  for (const std::string value : {"", "07", "-1", "x"}) {
    const std::string key = "received/" + hex + "/hosp-a";
    MapView view;
    view.apply({{key, value}});
    damaged(receivers(view), key);
    damaged(rules::index_at(view, key), key);
  }
  MapView view;
  view.apply({{"received/" + hex + "/Not a name", "7"}, {"step/" + hex + "/" + hex, "last"}});
  damaged(receivers(view), "received/" + hex + "/Not a name");
  damaged(rules::steps_of(view, {}), "step/" + hex + "/" + hex);
}
