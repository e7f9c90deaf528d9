// A ledger in memory for the tests of lib/rules: what apply() accepts is applied, nothing else is stored.  Keys are made of names, so that
// everything is the same in every run.
#pragma once

#include "rules/apply.hpp"
#include "unit/rules/keys.hpp"

namespace test {

namespace rules = medchain::rules;
using medchain::Code;
using medchain::EntryIndex;
using medchain::UnixSeconds;
using Manifest = std::vector<entry::Row>;

/// State in a MapView, records found by looking at every row there is.
class WorldView final : public rules::View {
 public:
  struct Anchored {
    EntryIndex index;
    medchain::MemberName custodian;
    Manifest rows;
    std::vector<entry::Word> types;
  };
  rules::MapView state;
  std::vector<Anchored> anchors;

  medchain::Result<std::optional<std::string>> get(std::string_view key) const override { return state.get(key); }
  medchain::Status scan(std::string_view prefix, const std::function<medchain::Status(std::string_view, std::string_view)>& visit)
      const override {
    return state.scan(prefix, visit);
  }
  medchain::Status previous_rows(std::span<const entry::Row> rows,
                                 const std::function<medchain::Status(std::size_t, const rules::PreviousRow&)>& visit)
      const override {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      std::optional<rules::PreviousRow> newest;
      for (const Anchored& anchor : anchors)
        for (std::uint32_t r = 0; r < anchor.rows.size(); ++r)
          if (anchor.rows[r].record == rows[i].record)
            newest = {anchor.index, r, anchor.custodian, anchor.rows[r].subject, anchor.rows[r].commitment};
      if (newest) MC_TRY(visit(i, *newest));
    }
    return {};
  }
  medchain::Status placed_rows(EntryIndex anchor, const entry::RowRanges& wanted,
                               const std::function<medchain::Status(std::uint32_t, const rules::PlacedRow&)>& visit)
      const override {
    for (const Anchored& found : anchors) {
      if (found.index != anchor) continue;
      for (const auto& range : wanted.ranges())
        for (std::uint32_t r = range.first; r <= range.last; ++r) {
          if (r >= found.rows.size()) return medchain::fail(Code::record_unknown, "no row " + std::to_string(r));
          MC_TRY(visit(r, {found.rows[r], found.custodian, found.types[found.rows[r].type]}));
        }
      return {};
    }
    return medchain::fail(Code::record_unknown, "entry " + std::to_string(anchor.get()) + " is no anchor");
  }
};

class World {
 public:
  /// admin-a, admin-b, admin-c, clock, hosp-a and hosp-b (custodians), other (no role), two patients, reg (auditor),
  /// req-a and req-b (custodians and requesters with seal keys); `admit` admins must sign.
  explicit World(std::uint64_t admit = 2) : World(founding(admit)) {}
  explicit World(const entry::Genesis& genesis) {
    accept(entry(genesis, {"admin-a"}));
  }
  static entry::Genesis founding(std::uint64_t admit) {
    using entry::Role;
    entry::Genesis genesis;
    genesis.log = vkey(By("ledger.example/main"));
    genesis.policy.admit = admit;
    genesis.members = {card_of("admin-a", {Role::admin}),     card_of("admin-b", {Role::admin}),
                       card_of("admin-c", {Role::admin}),     card_of("clock", {Role::clock}, entry::MemberKind::service),
                       card_of("hosp-a", {Role::custodian}), card_of("hosp-b", {Role::custodian}),
                       card_of("other"),
                       card_of("p-00000000000000a1", {}, entry::MemberKind::patient),
                       card_of("p-00000000000000a2", {}, entry::MemberKind::patient),
                       card_of("reg", {Role::auditor}, entry::MemberKind::regulator),
                       sealed(card_of("req-a", {Role::custodian, Role::requester})),
                       sealed(card_of("req-b", {Role::custodian, Role::requester}))};
    return genesis;
  }

  /// A statement of by.front() at log time with an id of its own.
  entry::Statement statement(entry::Body body, const std::string& author) {
    entry::Statement made;
    made.header.ledger = "ledger.example/main";
    if (size > 0) made.header.genesis = *rules::genesis(view);
    made.header.author = name(author);
    medchain::store_be(++ids_, made.header.id.bytes);
    made.header.time = size > 0 ? *rules::log_time(view) : start;
    made.body = std::move(body);
    return made;
  }
  entry::Entry sign(const entry::Statement& statement, const std::vector<By>& by) const {
    std::vector<entry::SignAs> lines;
    for (const By& one : by) lines.push_back({one.name, &key_of(one)});
    auto made = entry::sign_statement(statement, lines);
    REQUIRE_MESSAGE(made.ok(), (made ? "" : made.error().message));
    return std::move(*made);
  }
  entry::Entry entry(entry::Body body, const std::vector<By>& by) {
    return sign(statement(std::move(body), by.front().name), by);
  }

  /// Judged twice: the same answer to the letter.
  medchain::Result<std::vector<rules::Change>> judge(const entry::Entry& made, const Manifest& rows = {}) const {
    const auto first = rules::apply(view, {EntryIndex(size), made, rows});
    const auto second = rules::apply(view, {EntryIndex(size), made, rows});
    REQUIRE(first.ok() == second.ok());
    if (first)
      CHECK(*first == *second);
    else
      CHECK(first.error().message == second.error().message);
    return first;
  }
  EntryIndex accept(const entry::Entry& made, const Manifest& rows = {}) {
    const auto changes = judge(made, rows);
    REQUIRE_MESSAGE(changes.ok(), (changes ? "" : changes.error().message));
    view.state.apply(*changes);
    if (const auto* anchor = std::get_if<entry::Anchor>(&made.statement.body))
      view.anchors.push_back({EntryIndex(size), anchor->custodian, rows, anchor->types});
    return EntryIndex(size++);
  }
  void refused(const entry::Entry& made, Code code, std::string_view piece, const Manifest& rows = {}) const {
    check_refused(judge(made, rows), code, piece);
  }

  static constexpr UnixSeconds start{1'800'000'000};
  WorldView view;
  std::uint64_t size = 0;

 private:
  std::uint64_t ids_ = 0;
};

}  // namespace test
