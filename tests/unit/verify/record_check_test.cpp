// Records against vault, openings and ledger; proofs of records.
#include <doctest/doctest.h>

#include "base/encoding.hpp"
#include "json/value.hpp"
#include "unit/vault/vault_support.hpp"
#include "verify/proof.hpp"
#include "verify/record_check.hpp"

using namespace test;
namespace verify = medchain::verify;
namespace note = medchain::note;
using medchain::as_bytes;
using verify::RecordVerdict;

namespace {

verify::RecordFinding judge(VaultUnion& u, const source::Record& record) {
  return u.get([&](const ledger::Snapshot& view) -> medchain::Result<verify::RecordFinding> {
    return u.ask([&](const vault::Vault& v) {
      verify::RecordChecker checker(view, &v, {});
      return checker.check(record);
    });
  });
}

verify::RecordFinding judge_by(VaultUnion& u, const std::vector<verify::Opening>& openings, const source::Record& record) {
  return u.get([&](const ledger::Snapshot& view) {
    verify::RecordChecker checker(view, nullptr, openings);
    return checker.check(record);
  });
}

verify::Opening opening_of(VaultUnion& u, std::uint64_t number) {
  const auto version = u.version(number);
  const auto batch = u.batch(version.batch);
  return {{batch.entry, static_cast<std::uint32_t>(number - batch.first)}, version.digest,
          u.ask([&](const vault::Vault& v) { return v.salt(version); })};
}

entry::Row row_of(VaultUnion& u, std::uint64_t number) {
  return u.ask([&](const vault::Vault& v) -> medchain::Result<entry::Row> {
    MC_ASSIGN(const auto version, v.version(number));
    return v.row(version);
  });
}

struct Proved {
  std::string text;
  note::Policy policy;
};
Proved prove(VaultUnion& u, std::uint64_t number) {
  const auto opening = opening_of(u, number);
  return {u.get([&](const ledger::Snapshot& view) { return verify::prove_record(view, opening.place, verify::ProvenOpening{opening.salt, opening.digest}); }),
          u.get([&](const ledger::Snapshot& view) -> medchain::Result<note::Policy> {
            MC_ASSIGN(const auto policy, rules::policy(view));
            MC_ASSIGN(const auto log, rules::log_key(view));
            return entry::tlog_policy(policy, log);
          })};
}

}  // namespace

TEST_CASE("a record is judged by what its vault and the ledger say") {
  VaultUnion u;
  const EntryIndex first = u.anchor_records({record_of("a", "1"), record_of("b", "1b")});
  const EntryIndex second = u.anchor_records({record_of("a", "2")});
  auto finding = judge(u, record_of("a", "2"));
  CHECK(finding.verdict == RecordVerdict::intact);
  CHECK(finding.place == std::optional(ledger::RowPlace{second, 0}));
  CHECK(finding.version == 2);
  CHECK(finding.versions == 2);
  finding = judge(u, record_of("a", "1"));
  CHECK(finding.verdict == RecordVerdict::superseded);
  CHECK(finding.place == std::optional(ledger::RowPlace{first, 0}));
  CHECK(finding.version == 1);
  finding = judge(u, record_of("a", "3"));
  CHECK(finding.verdict == RecordVerdict::differs);
  CHECK(finding.place == std::optional(ledger::RowPlace{second, 0}));
  CHECK(judge(u, record_of("z", "z")).verdict == RecordVerdict::unknown);
  finding = judge(u, record_of("z", "1b"));
  CHECK(finding.verdict == RecordVerdict::intact);
  CHECK(finding.by_content);
}

TEST_CASE("a pending record is told, and found where it landed all the same") {
  VaultUnion u;
  auto run = u.anchoring();
  must(run.begin());
  must(run.add(VaultUnion::item(record_of("a", "1"), 1)));
  const auto batch = must(run.flush(u.log_time()));
  CHECK(judge(u, record_of("a", "1")).verdict == RecordVerdict::pending);
  CHECK(judge(u, record_of("a", "2")).verdict == RecordVerdict::differs);
  u.accept({batch.prepared});
  CHECK(judge(u, record_of("a", "1")).verdict == RecordVerdict::intact);
}

TEST_CASE("an erased record is erased, never altered, by vault and by opening") {
  for (const bool whole_subject : {false, true}) {
    CAPTURE(whole_subject);
    VaultUnion u;
    u.anchor_records({record_of("a", "1", "p1"), record_of("b", "1b", "p2")});
    const auto openings = std::vector{opening_of(u, 1), opening_of(u, 2)};
    CHECK(judge_by(u, openings, record_of("", "1")).verdict == RecordVerdict::intact);
    const entry::Row row = row_of(u, 1);
    u.accept({u.prepare(whole_subject ? erase_of({}, {row.subject}) : erase_of({row.record}))});
    // The entry is there, the salt not destroyed yet.
    CHECK(judge(u, record_of("a", "1", "p1")).verdict == RecordVerdict::erased);
    CHECK(judge_by(u, openings, record_of("", "1")).verdict == RecordVerdict::erased);
    CHECK(judge(u, record_of("b", "1b", "p2")).verdict == RecordVerdict::intact);
    CHECK(judge_by(u, openings, record_of("", "1b")).verdict == RecordVerdict::intact);
    must(must(vault::Secrets::open(u.path() + "/secrets", false)).destroy(u.version(1).salt_slot));
    const auto finding = judge(u, record_of("a", "1", "p1"));
    CHECK(finding.verdict == RecordVerdict::erased);
    CHECK_FALSE(verify::is_good(finding.verdict));
    // What is not known any more is not called different either.
    CHECK(judge(u, record_of("a", "9", "p1")).verdict == RecordVerdict::erased);
  }
}

TEST_CASE("a ledger that does not hold what the vault says is damaged") {
  VaultUnion u;
  const EntryIndex index = u.anchor_records({record_of("a", "1"), record_of("b", "1b")});
  u.anchor_records({record_of("c", "1c")});
  auto txn = must(u.ledger->environment().begin_write());
  const auto key = ledger::manifest_key(index, 0);
  const auto block = must(txn.get(u.ledger->tables().manifests, key));
  medchain::Bytes changed(block->begin(), block->end());
  changed[140] ^= std::byte{1};
  must(txn.put(u.ledger->tables().manifests, key, changed));
  must(std::move(txn).commit());
  CHECK(judge(u, record_of("a", "1")).verdict == RecordVerdict::damaged);
  CHECK(judge(u, record_of("a", "2")).verdict == RecordVerdict::damaged);
  CHECK(judge(u, record_of("c", "1c")).verdict == RecordVerdict::intact);
}

TEST_CASE("openings are read from receipts that carry them") {
  const std::string hash = std::string(64, 'a');
  const std::string good = R"({"schema":"medchain/1","type":"receipt","kind":"anchor","entry":3,"row":1,"digest":"sha256:)" + hash +
                           R"(","salt":"sha256:)" + hash + R"(","more":true})";
  const auto opening = must(verify::parse_opening(good));
  REQUIRE(opening.has_value());
  CHECK(opening->place == ledger::RowPlace{EntryIndex(3), 1});
  CHECK_FALSE(must(verify::parse_opening(R"({"type":"summary","count":1})")).has_value());
  CHECK_FALSE(must(verify::parse_opening(R"({"type":"receipt","entry":1,"row":1})")).has_value());
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    return text.replace(text.find(from), from.size(), to);
  };
  check_refused(verify::parse_opening(with("\"entry\":3", "\"entry\":-3")), Code::input_invalid, "'entry'");
  check_refused(verify::parse_opening(with("\"entry\":3", "\"entry\":\"3\"")), Code::input_invalid, "'entry'");
  check_refused(verify::parse_opening(with("\"row\":1", "\"row\":8192")), Code::input_invalid, "'row'");
  CHECK_FALSE(verify::parse_opening(with("aaaa", "AAAA")).ok());
  CHECK_FALSE(verify::parse_opening("{").ok());
}

TEST_CASE("a proof leads from the record to the checkpoint") {
  VaultUnion u;
  std::vector<source::Record> records;
  for (int i = 0; i < 100; ++i) records.push_back(record_of("r" + std::to_string(i), "text " + std::to_string(i)));
  const EntryIndex index = u.anchor_records(records);
  u.accept({u.small()});
  for (const std::uint64_t number : {1u, 2u, 80u, 81u, 100u}) {
    const auto proved = prove(u, number);
    const auto checked = must(verify::check_proof(proved.text, proved.policy));
    CHECK(checked.index == index);
    REQUIRE(checked.row);
    CHECK(checked.row->index == number - 1);
    REQUIRE(checked.row->opening);
    CHECK(checked.row->opening->digest == records[number - 1].digest);
    CHECK(checked.log.checkpoint.size.get() == u.size());
  }
  // An older proof keeps verifying.
  const auto proved = prove(u, 1);
  u.accept({u.small(), u.small()});
  CHECK(verify::check_proof(proved.text, prove(u, 1).policy).ok());
  Union other(9);
  check_refused(verify::check_proof(proved.text, must(note::parse_policy(read_all(other.dir.path("ledger") + "/policy")))),
                Code::signature_missing, "no signature");
}

TEST_CASE("a proof leads from a record that is kept private, or from any entry, to the checkpoint") {
  VaultUnion u;
  const EntryIndex index = u.anchor_records({record_of("a", "1"), record_of("b", "2")});
  u.accept({u.small()});
  const auto policy = prove(u, 2).policy;
  const auto place = opening_of(u, 2).place;
  const std::string hidden =
      u.get([&](const ledger::Snapshot& view) { return verify::prove_record(view, place, std::nullopt); });
  const auto record = must(verify::check_proof(hidden, policy));
  REQUIRE(record.row);
  CHECK(record.row->index == 1);
  CHECK_FALSE(record.row->opening);
  for (std::uint64_t i = 0; i < u.size(); ++i) {
    const std::string text = u.get([&](const ledger::Snapshot& view) { return verify::prove_entry(view, EntryIndex(i)); });
    const auto checked = must(verify::check_proof(text, policy));
    CHECK(checked.index == EntryIndex(i));
    CHECK_FALSE(checked.row);
    CHECK(checked.entry.bytes == u.get([&](const ledger::Snapshot& view) { return view.entry_bytes(EntryIndex(i)); }));
  }
  u.get([&](const ledger::Snapshot& view) -> medchain::Result<bool> {
    check_refused(verify::prove_entry(view, EntryIndex(u.size())), Code::entry_missing, "");
    return true;
  });
  // A row belongs to a manifest, an opening to a row.
  auto proof = must(note::parse_proof(prove(u, 2).text));
  const std::string whole(medchain::as_text(proof.extra));
  for (const std::string_view field : {"row", "row_index", "path", "salt", "digest"}) {
    auto object = must(medchain::json::parse_object(whole));
    medchain::json::Object less;
    for (const auto& [name, value] : object.members())
      if (name != field) less.set(name, value);
    const std::string text = medchain::json::write(less);
    proof.extra.assign(medchain::as_bytes(text).begin(), medchain::as_bytes(text).end());
    CAPTURE(field);
    check_refused(verify::check_proof(note::format_proof(proof), policy), Code::proof_invalid, "go together");
  }
  CHECK(index == EntryIndex(place.entry));
}

TEST_CASE("a proof is refused wherever a bit of it or of its parts is changed") {
  VaultUnion u;
  u.anchor_records({record_of("a", "1"), record_of("b", "2"), record_of("c", "3")});
  u.accept({u.small()});
  const auto proved = prove(u, 2);
  REQUIRE(verify::check_proof(proved.text, proved.policy).ok());
  for (std::size_t at = 0; at < proved.text.size(); ++at) {
    std::string bad = proved.text;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    CAPTURE(at);
    CHECK_FALSE(verify::check_proof(bad, proved.policy).ok());
  }
  for (std::size_t size = 0; size < proved.text.size(); size += 3) CHECK_FALSE(verify::check_proof(proved.text.substr(0, size), proved.policy).ok());
  // The same inside of what base64 hides: JSON spelling, hashes, note, row.
  auto proof = must(note::parse_proof(proved.text));
  const auto extra = proof.extra;
  for (std::size_t at = 0; at < extra.size(); ++at) {
    proof.extra = extra;
    proof.extra[at] ^= std::byte{1};
    CAPTURE(at);
    CHECK_FALSE(verify::check_proof(note::format_proof(proof), proved.policy).ok());
  }
  proof.extra.clear();
  check_refused(verify::check_proof(note::format_proof(proof), proved.policy), Code::proof_invalid, "no 'extra' line");
  proof.extra = extra;
  proof.extra.push_back(std::byte{' '});
  CHECK_FALSE(verify::check_proof(note::format_proof(proof), proved.policy).ok());
}
