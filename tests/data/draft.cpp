#include "draft.hpp"

#include "text.hpp"

namespace medchain::testdata {

namespace {

constexpr unsigned encounter_offset = 1;
constexpr std::string_view narrative_start =
    R"(,"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">)";

EscapeStyle draw_style(Prng& prng) {
  switch (prng.below(8)) {
    case 0:
      return EscapeStyle::ascii;
    case 1:
      return EscapeStyle::ascii_slash;
    default:
      return EscapeStyle::raw_utf8;
  }
}

}  // namespace

Draft::Draft(ResourceRun& run, std::string& out, RecordPlace at, Version as)
    : place(at),
      version(as),
      code(derive(run.seed, for_code, at.period, at.slot)),
      content(derive(run.seed, for_content, at.period, at.slot, as.salt)),
      run_(run),
      out_(out),
      style_(draw_style(code)) {
  if (!run.has_person || run.person.number != place.patient()) {
    run.person = make_person(run.seed, place.patient());
    run.has_person = true;
  }
  const RecordPlace encounter = place.sibling(encounter_offset);
  Prng visit(derive(run.seed, for_study, encounter.period, encounter.slot));
  day = visit.between(days_of(2022, 1, 3), days_of(2024, 6, 28));
  second = visit.between(7 * 3600, 17 * 3600) + static_cast<int>(60 * (place.slot % 10));
}

std::uint64_t Draft::id_key(RecordPlace of) const {
  return derive(run_.seed, for_id, of.period, of.slot);
}

std::uint64_t Draft::note_seed(RecordPlace of) const {
  return derive(run_.seed, for_note, of.period, of.slot);
}

void Draft::append_id(std::uint64_t key) {
  append_uuid(out_, derive(key, 0), derive(key, 1));
  run_.canaries.append_fixed(out_, key);
}

void Draft::begin(ResourceType type, std::uint64_t key, Recording recording) {
  run_.canaries.start(derive(key, version.salt), recording);
  run_.canaries.log_fixed(key);
  out_ += R"({"resourceType":")";
  out_ += name_of(type);
  out_ += R"(","id":")";
  append_id(key);
  out_ += R"(","meta":{"versionId":")";
  append_number(out_, version.same_version_id ? 1 : version.night + 1);
  const int night = static_cast<int>(version.night);
  time(R"(","lastUpdated":)", days_of(2024, 7, 1) + night, content.between(0, 86'399));
  out_ += '}';
}

void Draft::text(std::string_view before, std::string_view value) {
  out_ += before;
  out_ += '"';
  append_json(out_, value, style_);
  run_.canaries.append(out_);
  out_ += '"';
}

void Draft::sentence(std::string_view before, unsigned section) {
  scratch_.clear();
  append_sentence(scratch_, section, content, language());
  text(before, scratch_);
}

void Draft::identifier(std::string_view before, std::string_view value, std::uint64_t key) {
  run_.canaries.log_fixed(key);
  out_ += before;
  out_ += '"';
  append_json(out_, value, style_);
  out_ += '"';
}

void Draft::doctor(std::string_view before) { text(before, make_doctor(content, language())); }

void Draft::date(std::string_view before, int on_day) {
  out_ += before;
  out_ += '"';
  append_date(out_, on_day);
  out_ += '"';
}

void Draft::time(std::string_view before, int on_day, int at_second) {
  out_ += before;
  out_ += '"';
  append_time(out_, on_day, at_second, language().is_chinese ? "+08:00" : "Z");
  out_ += '"';
}

void Draft::number(std::string_view before, unsigned value) {
  out_ += before;
  append_number(out_, value);
}

void Draft::decimal(std::string_view before, int scaled, unsigned digits) {
  out_ += before;
  append_fixed(out_, scaled, digits);
}

void Draft::concept_of(std::string_view before, std::string_view system, const Coded& coded) {
  out_ += before;
  out_ += R"({"coding":[{"system":")";
  out_ += system;
  out_ += R"(","code":")";
  out_ += coded.code;
  text(R"(","display":)", coded.english);
  text(R"(}],"text":)", language().is_chinese ? coded.chinese : coded.english);
  out_ += '}';
}

void Draft::reference(std::string_view before, unsigned offset) {
  const RecordPlace to = place.sibling(offset);
  const ResourceType type = type_at(to.slot);
  const std::uint64_t key = id_key(to);
  // An id that is referred to but not printed is logged here.
  if (!run_.printed[static_cast<std::size_t>(type)]) run_.canaries.log_fixed(key);
  out_ += before;
  out_ += R"({"reference":")";
  out_ += name_of(type);
  out_ += '/';
  append_id(key);
  out_ += '"';
}

void Draft::narrative(unsigned section) {
  scratch_.clear();
  append_sentence(scratch_, section, content, language());
  out_ += narrative_start;
  out_ += "<p>";
  append_json(out_, scratch_, style_);
  run_.canaries.append(out_);
  out_ += R"(</p></div>"})";
}

void Draft::note_narrative(const Note& note) {
  std::string text;
  append_note(text, note, run_.canaries);
  scratch_.clear();
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = rest.find('\n');
    if (end > 0) {
      scratch_ += "<p>";
      append_xml(scratch_, rest.substr(0, end));
      scratch_ += "</p>";
    }
    rest.remove_prefix(end + 1);
  }
  out_ += narrative_start;
  append_json(out_, scratch_, style_);
  out_ += R"(</div>"})";
}

void Draft::note_data(const Note& note) {
  scratch_.clear();
  append_note(scratch_, note, run_.canaries);
  number(R"(,"size":)", static_cast<unsigned>(scratch_.size()));
  out_ += R"(,"data":")";
  append_base64(out_, scratch_);
  out_ += '"';
}

void Draft::subject_and_encounter() {
  reference(R"(,"subject":)", 0);
  text(R"(,"display":)", person().full);
  out_ += '}';
  reference(R"(,"encounter":)", encounter_offset);
  out_ += '}';
}

}  // namespace medchain::testdata
