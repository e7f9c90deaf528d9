#include "cli/audit_events.hpp"

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "entry/encoder.hpp"

namespace medchain::cli {

std::string short_tag(ByteView tag) { return to_hex(tag).substr(0, 8); }

std::string counts_text(const audit::Watch::Counts& counts) {
  std::string text;
  for (const auto& [type, count] : counts)
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + type;
  return text;
}

json::Array counts_value(const audit::Watch::Counts& counts) {
  json::Array array;
  for (const auto& [type, count] : counts) {
    json::Object one;
    one.set("resource", type).set("count", count);
    array.emplace_back(std::move(one));
  }
  return array;
}

std::string names_text(const std::vector<MemberName>& names) { return words_text(names); }

std::string person_text(const audit::Event& event) {
  if (event.staff) return *event.staff + " signed";
  if (event.person) return short_tag(event.person->view()) + " asserted";
  return "";
}

std::string act_text(const audit::Event& event) {
  std::string text(event.kind);
  // The outcome of a use has a column of its own.
  const bool says_more = event.act != event.kind && event.kind != entry::Use::type;
  if (!event.act.empty() && says_more) text += " " + std::string(event.act);
  return text;
}

std::string outcome_text(const audit::Event& event) {
  std::string text(entry::word_of(event.outcome));
  if (event.outcome != audit::Outcome::done && event.problem) text += ": " + event.problem->get();
  return text;
}

std::vector<report::Column> event_columns() {
  using report::Align;
  return {{"ENTRY", Align::right},
          {"LOG TIME"},
          {"KIND"},
          {"BY"},
          {"PERSON"},
          {"WITH"},
          {"PURPOSE"},
          {"OUTCOME"},
          {"STEP"},
          {"RECORDS", Align::right},
          {"ABOUT", Align::right}};
}

std::vector<std::string> event_cells(const audit::Event& event) {
  return {std::to_string(event.index.get()),
          format_time(event.logged),
          act_text(event),
          event.author.get(),
          person_text(event),
          names_text(event.members),
          words_text(event.purposes),
          outcome_text(event),
          event.strength ? std::string(entry::word_of(*event.strength)) : "",
          event.count > 0 ? std::to_string(event.count) : "",
          event.about_index ? std::to_string(event.about_index->get()) : ""};
}

std::vector<std::string_view> event_fields() {
  return {"entry",       "hash",    "logged",    "time",  "kind",       "act",
          "author",      "person",  "person_is", "staff", "members",    "other_person",
          "purposes",    "outcome", "problem",   "step",  "disclosure", "about",
          "about_entry", "records", "subjects",  "places"};
}

json::Object event_line(const audit::Event& event) {
  json::Object line = message("event");
  line.set("entry", event.index.get())
      .set("hash", to_text(event.hash))
      .set("logged", format_time(event.logged))
      .set("time", format_time(event.time))
      .set("kind", event.kind);
  if (!event.act.empty()) line.set("act", event.act);
  line.set("author", event.author.get());
  if (event.person) line.set("person", to_text(*event.person));
  if (event.person) line.set("person_is", event.staff ? "signed" : "asserted");
  if (event.staff) line.set("staff", *event.staff);
  line.set("members", entry::encode_value(event.members));
  if (event.other) line.set("other_person", to_text(*event.other));
  if (!event.purposes.empty()) line.set("purposes", entry::encode_value(event.purposes));
  line.set("outcome", entry::word_of(event.outcome));
  if (event.problem) line.set("problem", event.problem->get());
  if (event.strength) line.set("step", entry::word_of(*event.strength));
  if (event.disclosure) line.set("disclosure", *event.disclosure);
  if (event.about) line.set("about", to_text(*event.about));
  if (event.about_index) line.set("about_entry", event.about_index->get());
  if (event.count > 0) line.set("records", event.count);
  if (!event.subjects.empty()) line.set("subjects", entry::encode_value(event.subjects));
  if (!event.places.empty()) line.set("places", entry::encode_value(event.places));
  return line;
}

}  // namespace medchain::cli
