// HL7 version 2 messages and text scans.

#include <initializer_list>

#include "file_draft.hpp"
#include "text.hpp"

namespace medchain::testdata {

namespace {

// No word of the vocabulary holds one of HL7's delimiters, so nothing is escaped here.

std::string time_of(const FileDraft& draft) {
  std::string time;
  append_compact_date(time, draft.day);
  append_compact_time(time, draft.second);
  return time;
}

/// Fields joined by `separator`.  An initialiser list is evaluated from left to right, the operands
/// of + are not, and the order decides which canary a field gets.
std::string joined(char separator, std::initializer_list<std::string> fields) {
  std::string out;
  for (const std::string& field : fields) {
    if (&field != fields.begin()) out += separator;
    out += field;
  }
  return out;
}

void put_header(std::string& out, FileDraft& draft, std::string_view segment) {
  out += segment;
  out += "|^~\\&|";
  out += joined('|', {draft.field("LIS"), draft.field("Laboratory"), draft.field("EHR"),
                      draft.field("Ward"), time_of(draft)});
}

void put_patient(std::string& out, FileDraft& draft) {
  const Person& person = draft.person;
  std::string birth;
  append_compact_date(birth, person.birth_day);
  out += "PID|1||";
  out += joined('~', {draft.mrn() + "^^^HOSP^MR", draft.resident_id() + "^^^REG^NI"});
  out += "||";
  out += joined('^', {draft.field(person.family), draft.field(person.given)});
  out += joined('|', {"", "", birth, person.is_male ? "M" : "F", "", "", ""});
  out += joined('^', {draft.field(person.place->street), "", draft.field(person.place->city), "",
                      draft.field(person.place->postal_code), draft.field(person.place->country)});
  out += joined('|', {"", "", draft.field(person.phone)});
  out += '\r';
}

void put_observation(std::string& out, FileDraft& draft, int number) {
  const Measurement& kind = draft.code.pick(measurements());
  out += "OBX|" + std::to_string(number) + "|NM|";
  out += kind.loinc;
  out += '^' + draft.field(kind.english) + "^LN||";
  append_fixed(out, draft.content.between(kind.low, kind.high), kind.digits);
  out += '|';
  out += kind.unit;
  out += '|';
  append_fixed(out, kind.low, kind.digits);
  out += '-';
  append_fixed(out, kind.high, kind.digits);
  out += "|N|||F\r";
}

void put_message(std::string& out, FileDraft& draft, int number) {
  const Language& language = *draft.person.language;
  put_header(out, draft, "MSH");
  std::string control = "MSG";
  append_number(control, draft.number);
  control += '.' + std::to_string(number);
  out += "||ORU^R01^ORU_R01|" + draft.field(control) + "|P|2.5.1||||||UNICODE UTF-8\r";
  put_patient(out, draft);
  const std::string accession = "A" + std::to_string(draft.number);
  out +=
      joined('|', {"OBR|1|", draft.field(accession),
                   "11502-2^" + draft.field("Laboratory report") + "^LN||", time_of(draft), "", "",
                   "", "", "", "", "", "", draft.field(make_doctor(draft.content, language))});
  out += '\r';
  const int count = draft.code.between(2, 6);
  for (int i = 1; i <= count; ++i) put_observation(out, draft, i);
  std::string comment;
  append_sentence(comment, 3, draft.content, language);
  out += "NTE|1||" + draft.field(comment) + '\r';
}

}  // namespace

std::string make_hl7(FileDraft& draft) {
  std::string out;
  put_message(out, draft, 1);
  return out;
}

std::string make_hl7_batch(FileDraft& draft) {
  std::string out;
  put_header(out, draft, "FHS");
  out += '\r';
  put_header(out, draft, "BHS");
  out += '\r';
  const int messages = draft.code.between(2, 4);
  for (int i = 1; i <= messages; ++i) put_message(out, draft, i);
  return out + "BTS|" + std::to_string(messages) + "\rFTS|1\r";
}

std::string make_text(FileDraft& draft) {
  const Person& person = draft.person;
  const std::string name = draft.field(person.full);
  const std::string author = draft.field(make_doctor(draft.content, *person.language));
  Note note = draft.note;
  note.patient = name;
  note.author = author;
  std::string out = joined('\n', {draft.field(draft.code.pick(person.language->hospitals)),
                                  draft.mrn(), draft.field(person.phone), "", ""});
  append_note(out, note, draft.canaries);
  return out;
}

}  // namespace medchain::testdata
