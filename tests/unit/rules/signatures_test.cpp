// Who must sign, who may, and that every line is looked at.
#include <doctest/doctest.h>

#include "unit/rules/acts.hpp"

using namespace medchain;
using entry::MemberAct;
using entry::Role;
using test::admins;
using test::By;
using test::card_of;
using test::member_act;
using test::World;

namespace {

/// The entry with other signature lines, if they make an entry.
Result<entry::Entry> with_lines(const entry::Entry& from, std::vector<note::SignatureLine> lines) {
  return entry::parse_entry(note::format({from.text, std::move(lines)}));
}

entry::Body add_member() { return member_act(MemberAct::add, "new", card_of("new")); }

}  // namespace

TEST_CASE("k admins are needed, k - 1 are not enough, more may sign") {
  const std::vector<By> all = {"admin-a", "admin-b", "admin-c"};
  for (std::uint64_t k = 1; k <= 3; ++k) {
    World world(k);
    for (std::size_t count = 1; count <= 3; ++count) {
      CAPTURE(k);
      CAPTURE(count);
      for (const entry::Body& body : {add_member(), entry::Body(test::policy_act(world)),
                                      entry::Body(member_act(MemberAct::suspend, "hosp-a"))}) {
        const auto made = world.entry(body, {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count)});
        if (count >= k)
          CHECK(world.judge(made));
        else
          world.refused(made, Code::quorum_missing,
                        "signed by " + std::to_string(count) + " of the " + std::to_string(k) + " admins");
      }
    }
  }
}

TEST_CASE("an admin counts once, whatever it signs with") {
  World world;
  // A second line of the author under another key: of no key that the ledger knows, of an ended one, of a staff key.
  world.refused(world.entry(add_member(), {"admin-a", By("admin-a", 1)}), Code::signature_superfluous,
                "signature of 'admin-a' is by a key that is not registered");
  world.accept(world.entry(member_act(MemberAct::rotate, "admin-a", card_of(By("admin-a", 1), {Role::admin})),
                           {"admin-a", By("admin-a", 1)}));
  world.refused(world.entry(add_member(), {By("admin-a", 1), "admin-a"}), Code::signature_invalid,
                "by a key that ended at entry 1");
  const By staff("admin-a/s-0123456789abcdef");
  world.accept(world.entry(test::staff_act(MemberAct::staff_add, "admin-a", test::vkey(staff)), {By("admin-a", 1)}));
  world.refused(world.entry(add_member(), {By("admin-a", 1), staff}), Code::signature_superfluous,
                "no rule calls for the signature of 'admin-a/s-0123456789abcdef'");
  world.refused(world.entry(add_member(), {By("admin-a", 1)}), Code::quorum_missing, "signed by 1 of the 2");
  CHECK(world.judge(world.entry(add_member(), {By("admin-a", 1), "admin-b"})));
}

TEST_CASE("lines that no rule calls for refuse the entry") {
  World world;
  world.refused(world.entry(add_member(), {"admin-a", "admin-b", "other"}), Code::signature_superfluous,
                "no rule calls for the signature of 'other'");
  world.refused(world.entry(add_member(), {"admin-a", "admin-b", "new"}), Code::member_unknown, "'new' is not a member");
  world.refused(world.entry(add_member(), {"admin-a", "admin-b", "nobody"}), Code::member_unknown, "'nobody' is not a member");
  world.refused(world.entry(add_member(), {"admin-a", "admin-b", "Not.A.Member"}), Code::signature_superfluous,
                "no rule calls for the signature of 'Not.A.Member'");
  world.refused(world.entry(add_member(), {"admin-a", "admin-b", "ledger.example/main"}), Code::signature_superfluous,
                "no rule calls for the signature of 'ledger.example/main'");
  // An admin may only endorse what needs admins.
  auto tick = world.statement(entry::Tick{}, "clock");
  tick.header.time = UnixSeconds(tick.header.time.get() + 1);
  world.refused(world.sign(tick, {"clock", "admin-a"}), Code::signature_superfluous, "no rule calls for");
  const auto group = test::group_act(entry::GroupAct::create, "team", {"hosp-a"});
  world.refused(world.entry(group, {"hosp-a", "admin-a"}), Code::signature_superfluous, "no rule calls for");
  world.refused(world.entry(group, {"hosp-a", "hosp-b"}), Code::signature_superfluous, "no rule calls for");
  world.refused(world.entry(member_act(MemberAct::revoke, "other"), {"other", "admin-a"}), Code::signature_superfluous,
                "no rule calls for");
}

TEST_CASE("suspended and revoked members sign nothing") {
  World world;
  world.accept(world.entry(member_act(MemberAct::suspend, "admin-c"), admins));
  world.refused(world.entry(add_member(), {"admin-a", "admin-c"}), Code::member_inactive, "'admin-c' is suspended since entry 1");
  world.refused(world.entry(add_member(), {"admin-a", "admin-b", "admin-c"}), Code::member_inactive, "'admin-c' is suspended");
  world.refused(world.entry(add_member(), {"admin-c", "admin-a", "admin-b"}), Code::member_inactive, "'admin-c' is suspended");
  world.accept(world.entry(member_act(MemberAct::revoke, "admin-c"), admins));
  world.refused(world.entry(add_member(), {"admin-a", "admin-c"}), Code::member_inactive, "'admin-c' is revoked since entry 2");
  world.refused(world.entry(test::anchor_of(test::rows(1)), {"nobody"}), Code::member_unknown, "'nobody' is not a member");
}

TEST_CASE("a suspended member's key is as good as before when it is resumed") {
  World world;
  const auto anchor = test::anchor_of(test::rows(1));
  world.accept(world.entry(member_act(MemberAct::suspend, "hosp-a"), admins));
  world.refused(world.entry(anchor, {"hosp-a"}), Code::member_inactive, "suspended", test::rows(1));
  world.accept(world.entry(member_act(MemberAct::resume, "hosp-a"), admins));
  CHECK(world.judge(world.entry(anchor, {"hosp-a"}), test::rows(1)));
}

TEST_CASE("after rotation only the new key signs") {
  World world;
  world.accept(world.entry(member_act(MemberAct::rotate, "hosp-a", card_of(By("hosp-a", 1), {Role::custodian})),
                           {"hosp-a", By("hosp-a", 1)}));
  const auto rows = test::rows(1);
  world.refused(world.entry(test::anchor_of(rows), {"hosp-a"}), Code::signature_invalid, "by a key that ended at entry 1", rows);
  CHECK(world.judge(world.entry(test::anchor_of(rows), {By("hosp-a", 1)}), rows));
  world.refused(world.entry(test::anchor_of(rows), {By("hosp-a", 2)}), Code::signature_superfluous, "not registered", rows);
}

TEST_CASE("stripped, added and reordered lines change the verdict") {
  World world;
  const auto made = world.entry(add_member(), {"admin-a", "admin-b", "admin-c"});
  const auto& lines = made.signatures;
  CHECK(world.judge(made));
  CHECK(world.judge(*with_lines(made, {lines[0], lines[2]})));
  world.refused(*with_lines(made, {lines[0]}), Code::quorum_missing, "signed by 1 of the 2");
  test::check_refused(with_lines(made, {lines[1], lines[2]}), Code::entry_invalid, "the first signature must be the author's");
  test::check_refused(with_lines(made, {lines[0], lines[2], lines[1]}), Code::entry_invalid, "must ascend");
  test::check_refused(with_lines(made, {lines[0], lines[1], lines[1]}), Code::entry_invalid, "each once");
  // A line of another entry.
  const auto other = world.entry(add_member(), admins);
  world.refused(*with_lines(made, {lines[0], other.signatures[1]}), Code::signature_invalid,
                "signature of 'admin-b': it does not verify");
  world.refused(*with_lines(made, {other.signatures[0], lines[1]}), Code::signature_invalid,
                "signature of 'admin-a': it does not verify");
}

TEST_CASE("every bit of every signature counts, of its key id too") {
  World world;
  const auto made = world.entry(add_member(), admins);
  for (std::size_t line = 0; line < 2; ++line) {
    for (std::size_t i = 0; i < 64; ++i) {
      auto lines = made.signatures;
      lines[line].signature[i] ^= static_cast<std::byte>(1u << (i % 8));
      world.refused(*with_lines(made, lines), Code::signature_invalid, "it does not verify");
    }
    for (const std::size_t size : {0u, 1u, 63u, 65u, 72u}) {
      auto lines = made.signatures;
      lines[line].signature.resize(size);
      const auto other = with_lines(made, lines);
      if (size == 0)
        test::check_refused(other, Code::entry_invalid, "expected a key id and a signature");
      else
        world.refused(*other, Code::signature_invalid, "expected 64 bytes, got " + std::to_string(size));
    }
    auto lines = made.signatures;
    lines[line].id = note::KeyId(lines[line].id.get() ^ 1);
    world.refused(*with_lines(made, lines), Code::signature_superfluous, "not registered");
  }
}

TEST_CASE("a signature of one member does not pass as another's") {
  World world;
  const auto made = world.entry(add_member(), admins);
  auto lines = made.signatures;
  // admin-a's signature under admin-b's name and key id.
  lines[1].signature = lines[0].signature;
  world.refused(*with_lines(made, lines), Code::signature_invalid, "signature of 'admin-b': it does not verify");
  // admin-a's key under admin-b's name: an id that admin-b does not have.
  const auto line = note::sign(made.text, "admin-b", test::key_of("admin-a"));
  world.refused(*with_lines(made, {made.signatures[0], *line}), Code::signature_superfluous, "not registered");
}
