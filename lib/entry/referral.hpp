// referral: a subject moves to another member with its records, or several are asked for an opinion
// (DESIGN 8, 9; HEALTH 4.4, ALI-1..9, GS-6).  What it shares is a grant of this very entry.
#pragma once

#include "entry/grant.hpp"

namespace medchain::entry {

enum class ReferralAct {
  create,
  accept,
  decline,
  schedule,
  reschedule,
  no_show,
  appointment_cancel,
  interim_note,
  complete,
  cancel_request,
  cancel_confirm,
  consult,
  opinion,
  close
};
template <>
struct EnumWords<ReferralAct> {
  static constexpr std::string_view words[] = {"create",
                                               "accept",
                                               "decline",
                                               "schedule",
                                               "reschedule",
                                               "no-show",
                                               "appointment-cancel",
                                               "interim-note",
                                               "complete",
                                               "cancel-request",
                                               "cancel-confirm",
                                               "consult",
                                               "opinion",
                                               "close"};
};

/// What is asked for, and of whom.
struct Order {
  std::vector<MemberName> to;
  std::vector<MemberName> groups;
  SubjectTag subject;
  ServiceTag service;
  bool urgent = false;
  bool with_records = false;
  std::optional<UnixSeconds> valid_until;
  std::optional<EntryHash> based_on;
  std::optional<EntryHash> duplicate_of;
  std::vector<EntryHash> passed;

  bool operator==(const Order&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"to", Exposure::clear, "members that are asked, ascending; of a referral one"},
          self.to);
    visit(Field{"groups", Exposure::clear, "groups that are asked, ascending; of a referral none"},
          self.groups);
    visit(Field{"subject", Exposure::tag, "subject tag of the author"}, self.subject);
    visit(Field{"service", Exposure::tag, "service tag, keyed with the subject's key"},
          self.service);
    visit(Field{"urgent", Exposure::clear, "true: it does not wait"}, self.urgent);
    visit(Field{"with_records", Exposure::clear,
                "true: records may be released before it is accepted"},
          self.with_records);
    visit(Field{"valid_until", Exposure::clear, "log time from which it is not accepted any more"},
          self.valid_until);
    visit(Field{"based_on", Exposure::clear,
                "entry hash of the referral in the other direction that this one answers"},
          self.based_on);
    visit(Field{"duplicate_of", Exposure::clear,
                "entry hash of an open referral of the same subject, service and receiver"},
          self.duplicate_of);
    visit(Field{"passed", Exposure::clear,
                "entry hashes of the grants that pass on what others hold, ascending"},
          self.passed);
  }
};

/// Records of the author that go with it: a grant, which is named by the hash of this entry.
struct Share {
  SubjectTag subject;
  std::vector<RecordSet> records;
  Word purpose;
  UnixSeconds until;
  std::uint64_t onward = 0;
  Basis basis;

  bool operator==(const Share&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"subject", Exposure::tag, "subject tag of the author"}, self.subject);
    visit(Field{"records", Exposure::tag, "records by place, ascending"}, self.records);
    visit(Field{"purpose", Exposure::clear, "HL7 PurposeOfUse code"}, self.purpose);
    visit(Field{"until", Exposure::clear, "log time at which access ends"}, self.until);
    visit(Field{"onward", Exposure::clear, "how many times it may be passed on, one after another"},
          self.onward);
    visit(Field{"basis", Exposure::clear, "policy, legal basis, consent"}, self.basis);
  }
};

struct Referral {
  static constexpr std::string_view type = "referral";
  static constexpr std::string_view text =
      "a subject is referred with its records, or opinions are asked for; each step of it";

  ReferralAct act = ReferralAct::create;
  std::optional<EntryHash> referral;
  std::optional<std::vector<EntryHash>> follows;
  std::optional<PersonTag> person;
  std::optional<Order> order;
  std::optional<Share> share;
  std::optional<Commitment> terms;
  std::optional<PackageRef> package;

  bool operator==(const Referral&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"act", Exposure::clear, "what is done"}, self.act);
    visit(Field{"referral", Exposure::clear,
                "entry hash of the referral or consultation; all but create, consult"},
          self.referral);
    visit(Field{"follows", Exposure::clear, follows_text}, self.follows);
    visit(Field{"person", Exposure::tag, "who acted: person tag of the author"}, self.person);
    visit(Field{"order", Exposure::clear, "create, consult: what is asked for, and of whom"},
          self.order);
    visit(Field{"share", Exposure::clear, "records that go with it"}, self.share);
    visit(Field{"terms", Exposure::commitment,
                "salted commitment to the words, opened to the parties in the package"},
          self.terms);
    visit(Field{"package", Exposure::clear, "package with the words and documents"}, self.package);
  }
};

}  // namespace medchain::entry
