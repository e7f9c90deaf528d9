// Terms: what the parties of a request, grant, referral or emergency agree on and the ledger does
// not show: clinical codes, labels, data periods, identifiers, words.  The entry holds a salted
// commitment; the document travels in the entry's package as application.json.  One line of strict
// JSON with one spelling, like a statement.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/types.hpp"
#include "entry/fields.hpp"

namespace medchain::entry {

/// Further conditions on records; all that are named must be met.  Empty: no condition.
struct Conditions {
  std::vector<std::string> codes;        ///< clinical codes, `2339-0` or `http://loinc.org|2339-0`
  std::vector<std::string> labels;       ///< security labels; a record must have one of these
  std::optional<UnixSeconds> data_from;  ///< of the record's own date
  std::optional<UnixSeconds> data_until;
  std::vector<std::string> authors;  ///< who made the record, `Practitioner/9`
  std::vector<std::string> related;  ///< encounters, care plans, `Encounter/7`
  std::vector<std::string> records;  ///< `Observation/9`

  bool is_empty() const { return *this == Conditions{}; }
  bool operator==(const Conditions&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"codes", Exposure::commitment, "clinical codes, with system or without"},
          self.codes);
    visit(Field{"labels", Exposure::commitment, "security labels"}, self.labels);
    visit(Field{"data_from", Exposure::commitment, "first date of records"}, self.data_from);
    visit(Field{"data_until", Exposure::commitment, "date of records at which it ends"},
          self.data_until);
    visit(Field{"authors", Exposure::commitment, "who made the records"}, self.authors);
    visit(Field{"related", Exposure::commitment, "encounters and care plans they belong to"},
          self.related);
    visit(Field{"records", Exposure::commitment, "records by type and id"}, self.records);
  }
};

/// A file that goes with the terms, as `documents/NAME` of their package.
struct TermsDocument {
  std::string name;
  std::uint64_t size = 0;
  Digest digest;
  bool operator==(const TermsDocument&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"name", Exposure::commitment, "of the file"}, self.name);
    visit(Field{"size", Exposure::commitment, "its bytes"}, self.size);
    visit(Field{"digest", Exposure::commitment, "SHA-256 of them"}, self.digest);
  }
};

/// What a record that goes along says of itself, so that who is asked can see before it has them
/// what need not be examined again.
struct AttachedRecord {
  std::string record;  ///< `Observation/9`
  std::optional<std::string> code;
  std::optional<std::string> date;  ///< as the record spells it

  bool operator==(const AttachedRecord&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"record", Exposure::commitment, "type and id"}, self.record);
    visit(Field{"code", Exposure::commitment, "its clinical code"}, self.code);
    visit(Field{"date", Exposure::commitment, "its own date"}, self.date);
  }
};

struct Terms {
  std::vector<std::string> subjects;         ///< identifiers of the subjects meant
  std::optional<std::string> text;           ///< the reason in words
  std::optional<std::string> justification;  ///< why everything is needed (45 CFR 164.514(d))
  std::optional<std::string> contact;
  Conditions conditions;
  std::vector<Conditions> exceptions;  ///< of the grant's exceptions, in their order
  std::optional<std::string> service;  ///< code of what a subject is referred for
  std::optional<std::vector<TermsDocument>> documents;  ///< ascending by name
  std::optional<std::string> fhir;  ///< the FHIR document that a referral was made of
  std::optional<std::vector<AttachedRecord>> attached;

  /// Whether something in them asks for what only the bytes of a record tell.
  bool has_conditions() const {
    if (!conditions.is_empty()) return true;
    for (const Conditions& exception : exceptions)
      if (!exception.is_empty()) return true;
    return false;
  }
  bool operator==(const Terms&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"subjects", Exposure::commitment, "identifiers of the subjects meant"},
          self.subjects);
    visit(Field{"text", Exposure::commitment, "the reason in words"}, self.text);
    visit(Field{"justification", Exposure::commitment, "why everything is needed"},
          self.justification);
    visit(Field{"contact", Exposure::commitment, "who answers questions"}, self.contact);
    visit(Field{"conditions", Exposure::commitment, "further conditions of the scope"},
          self.conditions);
    visit(
        Field{"exceptions", Exposure::commitment, "further conditions of the exceptions, in order"},
        self.exceptions);
    visit(Field{"service", Exposure::commitment, "code of the service that is referred for"},
          self.service);
    visit(Field{"documents", Exposure::commitment, "files in the package, ascending by name"},
          self.documents);
    visit(Field{"fhir", Exposure::commitment, "the FHIR document that it was made of"}, self.fhir);
    visit(Field{"attached", Exposure::commitment, "records that go with it"}, self.attached);
  }
};

/// Bytes of a document of terms.
constexpr std::size_t max_terms = std::size_t{1} << 20;

/// {"schema":"medchain/1","type":"terms",...} and LF.
std::string format_terms(const Terms& terms);
/// Fails with entry_invalid.
Result<Terms> parse_terms(std::string_view text);
/// SHA-256("medchain/1 terms\n" || salt || SHA-256(text)).
Commitment commit_terms(const Salt& salt, std::string_view text);
/// SHA-256("medchain/1 document\n" || salt || digest): consent forms, assessments.
Commitment commit_document(const Salt& salt, const Digest& digest);

}  // namespace medchain::entry
