// Deciding: does what was granted permit this use of this record (HEALTH 5, IHE PCF)?  Pure, over
// provisions and facts.
//
// A provision applies if everything it names is met: actors, purposes, period, actions; types,
// subjects, records; further conditions (terms).  Default deny, and deny beats permit wherever it
// stands.  An exception beats the provision it stands in: a denying one denies, a permitting one
// permits, or lets through what a dissent would deny.  Whatever an exception names stands in place
// of what its grant says of it (other purposes, other labels); who is meant, about whom and when
// must be met in both.  Of two exceptions of a permit the denying one wins, also over what only the
// permitting one reaches.  Purposes are compared as codes, TREAT does not mean ETREAT.  An amended,
// revoked or suspended grant says nothing, nor does one before `from` or from `until` on.
//
// Not every judge knows everything.  The ledger does not know conditions; a question need not be
// about one record.  What is not known leaves a provision open: an open permit permits with a
// filter that says what remains to be met, an open deny does not deny but remains as a filter too.
// The custodian, who knows all, decides each record, and a filter that is left is a no.
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "entry/terms.hpp"
#include "rules/sharing_state.hpp"

namespace medchain::rules {

/// One grant, as far as the judge knows it.
struct Provided {
  EntryHash hash;
  const GrantState* grant = nullptr;
  const entry::Terms* terms = nullptr;          ///< null: not known here
  std::set<RecordTag> records;                  ///< of scope.records, looked up
  std::vector<std::set<RecordTag>> exceptions;  ///< of the exceptions' records, in order
  std::optional<Error> unusable;  ///< why the grant permits nothing: used up, or its parent ended
};

struct Question {
  MemberName member;                          ///< who wants to use
  std::vector<MemberName> groups;             ///< it is in
  std::vector<entry::Role> roles;             ///< it has
  std::optional<entry::Territory> territory;  ///< where the member is; absent: nowhere named
  std::optional<PersonTag> person;            ///< absent: not known
  /// No person is named and any may come: no permit for persons is met, every deny for persons is.
  bool anybody = false;
  entry::Word purpose;
  std::string action = "read";
  UnixSeconds at;  ///< log time
};

/// What only the custodian knows of a record.
struct Facts {
  std::vector<std::string> codes;   ///< `system|code`, or `code` where the system is not known
  std::vector<std::string> labels;  ///< none: N
  std::optional<UnixSeconds> date;
  std::vector<std::string> authors;
  std::vector<std::string> related;
  std::string record;  ///< `Observation/9`
};

/// The record in question, as far as the judge knows it.
struct Resource {
  std::optional<entry::Word> type;
  std::optional<SubjectTag> subject;
  std::optional<RecordTag> record;
  const Facts* facts = nullptr;
};

/// Something that remains to be met: `only types Observation`, `not labels R`; what another permit
/// allows instead: `or: only labels R`.
struct Filter {
  EntryHash grant;
  std::optional<std::size_t> exception;
  std::string text;
  bool operator==(const Filter&) const = default;
};

struct Decision {
  bool permit = false;
  Code code =
      Code::not_permitted;  ///< when not permitted: why; of the nearest grant where none applies
  std::optional<EntryHash> by;  ///< the grant that decided; none: nothing applies, default deny
  std::optional<std::size_t> exception;  ///< the exception of it that decided
  std::string why;                       ///< for people; names no person and no record
  std::vector<Filter> filters;           ///< what remains to be met
};

/// Order of `grants` does not matter.
Decision decide(std::span<const Provided> grants, const Question& question,
                const Resource& resource);

/// Whether this is one of these territories or a part of one.
bool is_in(const entry::Territory& territory, const std::vector<entry::Territory>& territories);

/// Whether the asker's member, and its person if that is known, is one of these.
bool is_meant(const entry::Actors& actors, const Question& question);

/// The newest deny that applies, whatever permits there are: for emergencies, which need no permit
/// but obey a dissent.
std::optional<Decision> find_dissent(std::span<const Provided> grants, const Question& question,
                                     const Resource& resource);

}  // namespace medchain::rules
