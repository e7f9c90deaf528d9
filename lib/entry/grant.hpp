// grant: who may, or may not, have which records, why, how long, how often (HEALTH 5).  One that
// answers a request is not wider than it, one that passes another on is not wider than that, one
// that amends another takes its uses over.
#pragma once

#include "entry/scope.hpp"

namespace medchain::entry {

enum class Provision { permit, deny };
template <>
struct EnumWords<Provision> {
  static constexpr std::string_view words[] = {"permit", "deny"};
};

enum class ConsentBy { custodian, subject, guardian, delegate };
template <>
struct EnumWords<ConsentBy> {
  static constexpr std::string_view words[] = {"custodian", "subject", "guardian", "delegate"};
};

/// An exception beats the provision it stands in; it has none of its own.
struct Exception {
  Provision provision = Provision::deny;
  Actors actors;
  std::vector<Word> purposes;
  std::vector<Word> types;
  std::vector<RecordSet> records;
  std::optional<UnixSeconds> from;
  std::optional<UnixSeconds> until;
  bool more = false;

  bool operator==(const Exception&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"provision", Exposure::clear, "what the exception says"}, self.provision);
    visit(Field{"actors", Exposure::clear, "who"}, self.actors);
    visit(Field{"purposes", Exposure::clear, "purposes, ascending; none: any"}, self.purposes);
    visit(Field{"types", Exposure::clear, "types of records, ascending; none: any"}, self.types);
    visit(Field{"records", Exposure::tag, "records by place, ascending; none: any"}, self.records);
    visit(Field{"from", Exposure::clear, "log time from which it holds"}, self.from);
    visit(Field{"until", Exposure::clear, "log time at which it ends"}, self.until);
    visit(Field{"more", Exposure::clear,
                "true: it holds only where conditions in the terms are met too"},
          self.more);
  }
};

/// On what it rests.
struct Basis {
  Label policy;
  Word version;
  std::vector<Word> legal;
  ConsentBy by = ConsentBy::custodian;
  std::optional<Commitment> consent;
  std::optional<EntryHash> assessment;

  bool operator==(const Basis&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"policy", Exposure::clear, "uri of the privacy policy it rests on"}, self.policy);
    visit(Field{"version", Exposure::clear, "version of that policy"}, self.version);
    visit(Field{"legal", Exposure::clear, "codes of the legal basis, ascending"}, self.legal);
    visit(Field{"by", Exposure::clear, "who gave it"}, self.by);
    visit(
        Field{"consent", Exposure::commitment, "salted commitment to the signed consent document"},
        self.consent);
    visit(Field{"assessment", Exposure::clear,
                "entry hash of the attest entry with the impact assessment"},
          self.assessment);
  }
};

struct Grant {
  static constexpr std::string_view type = "grant";
  static constexpr std::string_view text = "a member permits or forbids the use of records";

  MemberName custodian;
  std::optional<PersonTag> person;
  std::optional<EntryHash> request;
  std::optional<EntryHash> parent;
  std::optional<EntryHash> amends;
  Provision provision = Provision::permit;
  Scope scope;
  bool more = false;
  std::vector<Exception> exceptions;
  Basis basis;
  bool standing = false;
  std::optional<Commitment> terms;
  std::optional<PackageRef> package;

  bool operator==(const Grant&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"custodian", Exposure::clear, "who holds the records"}, self.custodian);
    visit(Field{"person", Exposure::tag,
                "who acted: person tag of the author; absent for patients and devices"},
          self.person);
    visit(Field{"request", Exposure::clear, "entry hash of the request that this answers"},
          self.request);
    visit(Field{"parent", Exposure::clear, "entry hash of the grant that this passes on"},
          self.parent);
    visit(Field{"amends", Exposure::clear,
                "entry hash of the grant of the same author that this replaces; its uses count on"},
          self.amends);
    visit(Field{"provision", Exposure::clear, "permit or deny"}, self.provision);
    visit(Field{"scope", Exposure::clear, "who, what, why, how long"}, self.scope);
    visit(Field{"more", Exposure::clear,
                "true: it holds only where conditions in the terms are met too"},
          self.more);
    visit(Field{"exceptions", Exposure::clear, "exceptions, depth 1"}, self.exceptions);
    visit(Field{"basis", Exposure::clear, "policy, legal basis, consent"}, self.basis);
    visit(Field{"standing", Exposure::clear,
                "true: the custodian releases new records without being asked"},
          self.standing);
    visit(Field{"terms", Exposure::commitment,
                "salted commitment to the terms, opened to the parties in the package"},
          self.terms);
    visit(Field{"package", Exposure::clear, "package with the terms"}, self.package);
  }
};

}  // namespace medchain::entry
