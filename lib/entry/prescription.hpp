// prescription: a prescription leaves its prescriber, is redeemed by whoever has its token, and is
// dispensed once.  Drugs, doses, units and reasons are in sealed documents; the entry commits to
// them.
#pragma once

#include "entry/scope.hpp"

namespace medchain::entry {

enum class RxAct {
  issue,
  review,
  accept,
  give_back,
  dispense,
  deliver,
  close,
  cancel,
  extend,
  claim
};
template <>
struct EnumWords<RxAct> {
  static constexpr std::string_view words[] = {"issue",   "review", "accept", "return", "dispense",
                                               "deliver", "close",  "cancel", "extend", "claim"};
};

enum class RxClass { ordinary, emergency, long_term };
template <>
struct EnumWords<RxClass> {
  static constexpr std::string_view words[] = {"ordinary", "emergency", "long-term"};
};

enum class RxMode { in_house, pharmacy, home_delivery };
template <>
struct EnumWords<RxMode> {
  static constexpr std::string_view words[] = {"in-house", "pharmacy", "home-delivery"};
};

enum class RxVerdict { passed, refused };
template <>
struct EnumWords<RxVerdict> {
  static constexpr std::string_view words[] = {"passed", "refused"};
};

/// In the order in which they can happen.
enum class RxStep { handed_over, shipped, signed_for };
template <>
struct EnumWords<RxStep> {
  static constexpr std::string_view words[] = {"handed-over", "shipped", "signed-for"};
};

/// When one part may be accepted.
struct RxPart {
  UnixSeconds from;
  UnixSeconds until;

  bool operator==(const RxPart&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"from", Exposure::clear, "log time from which it may be accepted"}, self.from);
    visit(Field{"until", Exposure::clear, "log time at which that ends"}, self.until);
  }
};

/// Of one item, in its unit.
constexpr std::uint64_t max_rx_quantity = 1'000'000;

struct Prescription {
  static constexpr std::string_view type = "prescription";
  static constexpr std::string_view text = "a prescription is issued, reviewed, dispensed or paid";

  RxAct act = RxAct::issue;
  std::optional<PersonTag> person;
  std::optional<EntryHash> prescription;
  std::optional<std::vector<EntryHash>> follows;
  std::optional<RedeemKey> token;
  std::optional<SubjectTag> subject;
  std::optional<RxClass> rx_class;
  std::optional<bool> controlled;
  std::optional<RxMode> mode;
  std::optional<MemberName> pharmacy;
  std::optional<std::uint64_t> days;
  std::optional<std::vector<RxPart>> parts;
  std::optional<std::vector<std::uint64_t>> quantities;
  std::optional<RxVerdict> verdict;
  std::optional<RedeemProof> proof;
  std::optional<RxStep> step;
  std::optional<UnixSeconds> until;
  std::optional<EntryHash> receipt;
  std::optional<Commitment> signature;
  std::optional<Commitment> document;
  std::optional<PackageRef> package;

  bool operator==(const Prescription&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"act", Exposure::clear, "what is done"}, self.act);
    visit(Field{"person", Exposure::tag, "who acted: person tag of the author"}, self.person);
    visit(Field{"prescription", Exposure::clear, "entry hash of its issue; all but issue"},
          self.prescription);
    visit(Field{"follows", Exposure::clear, follows_text}, self.follows);
    visit(Field{"token", Exposure::clear, "issue: Ed25519 public key of the redeem token"},
          self.token);
    visit(Field{"subject", Exposure::tag, "issue: for whom, subject tag of the author"},
          self.subject);
    visit(Field{"class", Exposure::clear, "issue: ordinary, emergency or long-term"},
          self.rx_class);
    visit(Field{"controlled", Exposure::clear, "issue: true if a drug is under special control"},
          self.controlled);
    visit(Field{"mode", Exposure::clear, "issue: how the patient means to get it"}, self.mode);
    visit(Field{"pharmacy", Exposure::clear, "issue: who alone may accept it"}, self.pharmacy);
    visit(Field{"days", Exposure::clear, "issue: days of supply of each part"}, self.days);
    visit(Field{"parts", Exposure::clear, "issue: when each part may be accepted"}, self.parts);
    visit(Field{"quantities", Exposure::clear,
                "counts of each item: prescribed in each part, dispensed now, taken back"},
          self.quantities);
    visit(Field{"verdict", Exposure::clear, "review: passed or refused"}, self.verdict);
    visit(Field{"proof", Exposure::clear, "accept: signature by the redeem token"}, self.proof);
    visit(Field{"step", Exposure::clear, "deliver: handed-over, shipped or signed-for"}, self.step);
    visit(Field{"until", Exposure::clear, "extend: the new end of its last part"}, self.until);
    visit(Field{"receipt", Exposure::clear, "claim: entry hash of what ended the hold"},
          self.receipt);
    visit(Field{"signature", Exposure::commitment,
                "issue: a physician's own signature, detached; it is not validated"},
          self.signature);
    visit(Field{"document", Exposure::commitment, "the document of the act"}, self.document);
    visit(Field{"package", Exposure::clear, "the sealed document"}, self.package);
  }
};

/// What the redeem token signs in an accept:
/// `medchain/1 redeem\nGENESIS\nPRESCRIPTION\nAUTHOR\nID\n`, hashes as `sha256:HEX`.
std::string redeem_text(const GenesisHash& genesis, const EntryHash& prescription,
                        const MemberName& author, const StatementId& id);

}  // namespace medchain::entry
