// medchain-sharing: what other members do in tests, appended as they would:
//   medchain-sharing release LEDGER HOST KEYS TO ENTRY:ROW   a grant to TO and a release by it
//   medchain-sharing acknowledge LEDGER HOST KEYS NOTICE     the notice of this index was read
//   medchain-sharing own LEDGER HOST KEYS TAG PATIENT-KEYS   a subject is that patient's
//   medchain-sharing same LEDGER HOST KEYS TAG OTHER-KEYS OTHER-TAG [PATIENT-KEYS]
//   medchain-sharing give-release LEDGER HOST KEYS GRANT ENTRY:ROW  a release by a grant, for TREAT
//   medchain-sharing serve LEDGER HOST KEYS EMERGENCY ENTRY:ROW     a release for an emergency
//   medchain-sharing anchors LEDGER HOST KEYS COUNT        anchors of one record each, one after
//                                                    another; prints how long each took, in us
//   medchain-sharing grants LEDGER HOST KEYS TO COUNT        grants to TO, each about another
//                                                    subject
//   medchain-sharing acts LEDGER HOST KEYS TO-KEYS COUNT     releases to TO, of records all over
//   the
//                                                    ledger, and their uses, a minute apart by 100
//   medchain-sharing reschedule LEDGER HOST KEYS STEP 100  so many steps more, after the one that
//                                                    scheduled a referral
//   medchain-sharing refused LEDGER HOST KEYS ACTOR-KEYS RULE use ENTRY
//                                                          a use of what this entry is was refused
//   medchain-sharing refused LEDGER HOST KEYS ACTOR-KEYS RULE claim PRESCRIPTION RECEIPT [unproven]
//   medchain-sharing suspend LEDGER HOST KEYS TAG 30d      a suspension of accountings of a subject
//   medchain-sharing close LEDGER HOST KEYS CASE           ... ends
#include <chrono>
#include <filesystem>
#include <iostream>

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "crypto/random.hpp"
#include "crypto/ssh_key.hpp"
#include "ledger/ledger.hpp"
#include "must.hpp"
#include "rules/sharing_view.hpp"

using namespace medchain;

const char* const program_name = "medchain-sharing";

namespace {

class Member {
 public:
  Member(const std::string& ledger, const std::string& host, const std::string& keys) {
    ledger::OpenOptions options;
    options.read_only = false;
    options.lock_wait = std::chrono::minutes(10);
    ledger_ = must(ledger::Ledger::open(ledger, options));
    host_ = must(ledger::Host::open(host));
    read_keys(keys);
  }
  /// Another member, who only signs.
  explicit Member(const std::string& keys) { read_keys(keys); }
  EntryHash append(entry::Body body, std::initializer_list<const Member*> others = {}) {
    const UnixSeconds now = log_time();
    const auto entry = sign(std::move(body), now, others);
    apply(entry, now);
    return entry::entry_hash(entry.bytes);
  }
  /// All of them, in one transaction.
  void append_all(std::vector<entry::Body> bodies) {
    const UnixSeconds now = log_time();
    std::vector<entry::Entry> entries;
    for (entry::Body& body : bodies) entries.push_back(sign(std::move(body), now, {}));
    append_signed(entries, now);
  }
  void append_signed(const std::vector<entry::Entry>& entries, UnixSeconds now) {
    std::vector<ledger::Prepared> prepared;
    for (const entry::Entry& entry : entries) prepared.push_back({entry, {}});
    must(ledger_->append(prepared, *host_, {now, false, false}, random_));
  }
  /// A statement of another member, who only signs.
  entry::Entry sign_by(const Member& author, entry::Body body, UnixSeconds now) {
    entry::Statement statement;
    must(ledger_->read([&](const ledger::Snapshot& view) -> Status {
      statement.header = must(ledger::new_header(view, author.name(), random_.statement_id(), now));
      return {};
    }));
    statement.body = std::move(body);
    const entry::SignAs signer{author.name_, author.key_.get()};
    return must(entry::sign_statement(statement, std::span(&signer, 1)));
  }
  entry::Entry sign(entry::Body body, UnixSeconds now,
                    std::initializer_list<const Member*> others) {
    entry::Statement statement;
    must(ledger_->read([&](const ledger::Snapshot& view) -> Status {
      statement.header = must(
          ledger::new_header(view, must(MemberName::parse(name_)), random_.statement_id(), now));
      return {};
    }));
    statement.body = std::move(body);
    std::vector<entry::SignAs> signers = {{name_, key_.get()}};
    for (const Member* other : others) signers.push_back({other->name_, other->key_.get()});
    return must(entry::sign_statement(statement, signers));
  }
  void append_rows(entry::Body body, const std::vector<entry::Row>& rows) {
    const UnixSeconds now = log_time();
    apply(sign(std::move(body), now, {}), now, rows);
  }
  void apply(const entry::Entry& entry, UnixSeconds now, const std::vector<entry::Row>& rows = {}) {
    const ledger::Prepared prepared{entry, rows};
    must(ledger_->append(std::span(&prepared, 1), *host_, {now, false, false}, random_));
  }
  EntryHash hash_at(std::uint64_t index) {
    EntryHash hash;
    must(ledger_->read([&](const ledger::Snapshot& view) -> Status {
      hash = must(view.leaf(EntryIndex(index)));
      return {};
    }));
    return hash;
  }
  UnixSeconds log_time() {
    UnixSeconds now;
    must(ledger_->read([&](const ledger::Snapshot& view) -> Status {
      now = must(rules::log_time(view));
      return {};
    }));
    return now;
  }
  template <class Ask>
  auto ask(Ask question) {
    std::optional<decltype(must(question(std::declval<const ledger::Snapshot&>())))> answer;
    must(ledger_->read([&](const ledger::Snapshot& view) -> Status {
      answer.emplace(must(question(view)));
      return {};
    }));
    return *answer;
  }
  MemberName name() const { return must(MemberName::parse(name_)); }

 private:
  void read_keys(const std::string& keys) {
    for (const auto& item : std::filesystem::directory_iterator(keys))
      if (item.path().extension() == ".member") name_ = item.path().stem().string();
    key_ = must(crypto::load_ssh_private_key(keys + "/sign.key"));
  }

  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<ledger::Host> host_;
  std::string name_;
  std::unique_ptr<crypto::SeedSigner> key_;
  crypto::SystemRandom random_;
};

PersonTag somebody() {
  PersonTag tag;
  tag.bytes.fill(std::byte{7});
  return tag;
}

std::vector<entry::RecordSet> records_at(std::string_view place) {
  const std::size_t colon = place.find(':');
  return {{EntryIndex(must(parse_u64(place.substr(0, colon)))),
           entry::RowRanges::of(
               {static_cast<std::uint32_t>(must(parse_u64(place.substr(colon + 1))))})}};
}

void serve(Member& member, const EntryHash& emergency, std::string_view place) {
  const auto state =
      member.ask([&](const ledger::Snapshot& view) { return rules::emergency(view, emergency); });
  if (!state) stop("no such emergency");
  entry::Release body;
  body.emergency = emergency;
  body.person = somebody();
  body.receiver = state->body.person;
  body.to = state->author;
  body.purpose = must(entry::Word::parse("ETREAT"));
  body.records = records_at(place);
  body.package = {PackageHash(member.hash_at(0).bytes), 1'000, {body.to}};
  member.append(body);
}

void release_by(Member& member, const EntryHash& grant, std::string_view place) {
  const auto state =
      member.ask([&](const ledger::Snapshot& view) { return rules::grant(view, grant); });
  if (!state) stop("no such grant");
  entry::Release body;
  body.grant = grant;
  body.person = somebody();
  body.to = state->body.scope.actors.members.front();
  body.purpose = must(entry::Word::parse("TREAT"));
  body.records = records_at(place);
  body.package = {PackageHash(member.hash_at(0).bytes), 1'000, {body.to}};
  member.append(body);
}

void link(Member& member, std::string_view tag, const Member& other, const std::string& other_tag,
          const Member* patient = nullptr) {
  entry::Link body;
  body.act = other_tag.empty() ? entry::LinkAct::own : entry::LinkAct::same;
  body.person = somebody();
  body.custodian = member.name();
  body.subject = must(parse_hash<SubjectTag>(tag));
  body.other = other.name();
  if (!other_tag.empty()) body.other_subject = must(parse_hash<SubjectTag>(other_tag));
  if (patient != nullptr)
    member.append(body, {&other, patient});
  else
    member.append(body, {&other});
}

entry::Grant treatment(Member& member, const std::string& to) {
  entry::Grant grant;
  grant.custodian = member.name();
  grant.person = somebody();
  grant.scope.actors.members = {must(MemberName::parse(to))};
  grant.scope.purposes = {must(entry::Word::parse("TREAT"))};
  grant.scope.until = UnixSeconds(member.log_time().get() + 90 * 86'400);
  grant.basis.policy = must(entry::Label::parse("urn:example:policy"));
  grant.basis.version = must(entry::Word::parse("1"));
  return grant;
}

void grants(Member& member, const std::string& to, std::uint64_t count) {
  const entry::Grant grant = treatment(member, to);
  std::vector<entry::Body> bodies;
  for (std::uint64_t i = 0; i < count; ++i) {
    entry::Grant one = grant;
    SubjectTag subject;
    store_be(i, MutableByteView(subject.bytes).first(sizeof(i)));
    one.scope.subjects = {subject};
    bodies.emplace_back(std::move(one));
    if (bodies.size() < 1'000 && i + 1 < count) continue;
    member.append_all(std::move(bodies));
    bodies.clear();
  }
}

/// Of records that nobody has, for what it costs to append.
void append_anchors(Member& member, std::uint64_t count) {
  crypto::SystemRandom random;
  std::string waits;
  for (std::uint64_t i = 0; i < count; ++i) {
    std::vector<entry::Row> rows(1);
    for (const MutableByteView bytes :
         {MutableByteView(rows[0].record.bytes), MutableByteView(rows[0].subject.bytes),
          MutableByteView(rows[0].commitment.bytes)})
      random.fill(bytes);
    entry::Anchor body;
    body.custodian = member.name();
    body.count = 1;
    body.root = entry::manifest_root(rows);
    body.types = {must(entry::Word::parse("Observation"))};
    body.bytes = 1'500;
    const auto begin = std::chrono::steady_clock::now();
    member.append_rows(body, rows);
    const auto took = std::chrono::steady_clock::now() - begin;
    waits +=
        std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(took).count()) + '\n';
  }
  std::cout << waits;
}

/// Anchors with how many rows they have.
std::vector<std::pair<EntryIndex, std::uint32_t>> anchors(Member& member) {
  return member.ask([](const ledger::Snapshot& view) {
    std::vector<std::pair<EntryIndex, std::uint32_t>> found;
    for (std::uint64_t i = 0; i < must(view.size()).get(); ++i) {
      const auto rows = must(view.rows(EntryIndex(i)));
      if (!rows.empty()) found.emplace_back(i, static_cast<std::uint32_t>(rows.size()));
    }
    return Result<decltype(found)>(std::move(found));
  });
}

PersonTag person_of(std::uint64_t number) {
  PersonTag tag = somebody();
  store_be(number, MutableByteView(tag.bytes).first(sizeof(number)));
  return tag;
}

void acts(Member& member, const Member& to, std::uint64_t count) {
  constexpr std::uint64_t at_once = 100, persons = 20;
  const auto places = anchors(member);
  if (places.empty()) stop("nothing is anchored");
  const EntryHash grant = member.append(treatment(member, to.name().get()));
  std::vector<entry::Entry> entries;
  UnixSeconds now(member.log_time().get() + 61);
  for (std::uint64_t i = 0; i < count; i += 2) {
    const auto& [anchor, rows] = places[i / 2 % places.size()];
    entry::Release release;
    release.grant = grant;
    release.person = person_of(i % persons);
    release.to = to.name();
    release.purpose = must(entry::Word::parse("TREAT"));
    release.records = {
        {anchor, entry::RowRanges::of({static_cast<std::uint32_t>(i / 2 * 7'919 % rows)})}};
    release.package = {PackageHash(grant.bytes), 1'000, {to.name()}};
    entries.push_back(member.sign(release, now, {}));
    entry::Use use;
    use.release = EntryHash(entry::entry_hash(entries.back().bytes));
    use.person = person_of(persons + i / 2 % persons);
    use.purpose = release.purpose;
    use.records = 1;
    entries.push_back(member.sign_by(to, use, now));
    if (entries.size() < at_once && i + 2 < count) continue;
    member.append_signed(entries, now);
    entries.clear();
    now = UnixSeconds(now.get() + 61);
  }
}

/// Records that the statement of another member was refused, and shows it or does not.
void refused(Member& member, const Member& actor, const std::string& rule, entry::Body body,
             bool is_shown = true) {
  const entry::Entry statement = member.sign_by(actor, std::move(body), member.log_time());
  entry::Denied denied;
  denied.actor = actor.name();
  denied.person = denied.asker = somebody();
  denied.rule = must(entry::Word::parse(rule));
  if (const auto* claim = std::get_if<entry::Prescription>(&statement.statement.body))
    denied.object = claim->prescription;
  if (is_shown) denied.refused = statement.bytes;
  member.append(denied);
}

entry::Body use_of(const EntryHash& release) {
  entry::Use use;
  use.release = release;
  use.person = somebody();
  use.purpose = must(entry::Word::parse("TREAT"));
  use.records = 1;
  return use;
}

entry::Body claim_of(const EntryHash& prescription, const EntryHash& receipt) {
  entry::Prescription claim;
  claim.act = entry::RxAct::claim;
  claim.person = somebody();
  claim.prescription = prescription;
  claim.receipt = receipt;
  return claim;
}

void release(Member& member, const std::string& to, std::string_view place) {
  const entry::Grant grant = treatment(member, to);
  entry::Release body;
  body.grant = member.append(grant);
  body.person = somebody();
  body.to = grant.scope.actors.members.front();
  body.purpose = grant.scope.purposes.front();
  body.records = records_at(place);
  body.package = {PackageHash(member.hash_at(0).bytes), 1'000, {body.to}};
  member.append(body);
}

/// One after another; `step` is the one that scheduled it.
void reschedule(Member& member, EntryIndex step, std::uint64_t count) {
  constexpr std::uint64_t at_once = 100;
  const auto scheduled = member.ask([&](const ledger::Snapshot& view) { return view.entry(step); });
  auto body = std::get<entry::Referral>(scheduled.statement.body);
  body.act = entry::ReferralAct::reschedule;
  EntryHash last = entry::entry_hash(scheduled.bytes);
  UnixSeconds now(member.log_time().get() + 61);
  std::vector<entry::Entry> entries;
  for (std::uint64_t i = 1; i <= count; ++i) {
    body.follows = {{last}};
    entries.push_back(member.sign(body, now, {}));
    last = entry::entry_hash(entries.back().bytes);
    if (entries.size() < at_once && i < count) continue;
    member.append_signed(entries, now);
    entries.clear();
    now = UnixSeconds(now.get() + 61);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 5) stop("expected an act, LEDGER, HOST, KEYS and more");
  Member member(words[1], words[2], words[3]);
  if (words[0] == "release" && words.size() == 6) {
    release(member, words[4], words[5]);
  } else if (words[0] == "acknowledge") {
    entry::Attest body;
    body.to = entry::AttestTo::acknowledgement;
    body.about = member.hash_at(must(parse_u64(words[4])));
    body.person = somebody();
    member.append(body);
  } else if (words[0] == "own" && words.size() == 6) {
    const Member patient(words[5]);
    link(member, words[4], patient, "");
  } else if (words[0] == "same" && words.size() == 8) {
    const Member other(words[5]);
    const Member patient(words[7]);
    link(member, words[4], other, words[6], &patient);
  } else if (words[0] == "same" && words.size() == 7) {
    link(member, words[4], Member(words[5]), words[6]);
  } else if (words[0] == "give-release" && words.size() == 6) {
    release_by(member, member.hash_at(must(parse_u64(words[4]))), words[5]);
  } else if (words[0] == "grants" && words.size() == 6) {
    grants(member, words[4], must(parse_u64(words[5])));
  } else if (words[0] == "anchors" && words.size() == 5) {
    append_anchors(member, must(parse_u64(words[4])));
  } else if (words[0] == "acts" && words.size() == 6) {
    acts(member, Member(words[4]), must(parse_u64(words[5])));
  } else if (words[0] == "reschedule" && words.size() == 6) {
    reschedule(member, EntryIndex(must(parse_u64(words[4]))), must(parse_u64(words[5])));
  } else if (words[0] == "serve" && words.size() == 6) {
    serve(member, member.hash_at(must(parse_u64(words[4]))), words[5]);
  } else if (words[0] == "refused" && words.size() == 8 && words[6] == "use") {
    refused(member, Member(words[4]), words[5], use_of(member.hash_at(must(parse_u64(words[7])))));
  } else if (words[0] == "refused" && words.size() >= 9 && words[6] == "claim") {
    refused(member, Member(words[4]), words[5],
            claim_of(member.hash_at(must(parse_u64(words[7]))),
                     member.hash_at(must(parse_u64(words[8])))),
            words.back() != "unproven");
  } else if (words[0] == "suspend" && words.size() == 6) {
    entry::Case body;
    body.of = entry::CaseOf::suspension;
    body.custodian = member.name();
    body.person = somebody();
    body.subjects = {must(parse_hash<SubjectTag>(words[4]))};
    body.reason = must(entry::Word::parse("oversight"));
    body.until = UnixSeconds(member.log_time().get() + must(parse_duration(words[5])));
    member.append(body);
  } else if (words[0] == "close") {
    entry::Case body;
    body.closes = member.hash_at(must(parse_u64(words[4])));
    body.of = entry::CaseOf::suspension;
    body.custodian = member.name();
    body.person = somebody();
    body.reason = must(entry::Word::parse("over"));
    member.append(body);
  } else {
    stop("no such act");
  }
}
