// How attached records and their doubles are told.
#include "base/text.hpp"
#include "cli/listing.hpp"
#include "cli/refer_duplicates.hpp"

namespace medchain::cli {
namespace {

constexpr std::uint64_t default_days = 30;
constexpr std::uint64_t max_days = 3'650;

std::string_view word_of(SameSubject same) {
  switch (same) {
    case SameSubject::own:
      return "own";
    case SameSubject::link:
      return "link";
    case SameSubject::identifier:
      return "identifier";
  }
  return {};
}

std::string_view reason(SameSubject same) {
  switch (same) {
    case SameSubject::own:
      return "";
    case SameSubject::link:
      return ", whose subject is linked";
    case SameSubject::identifier:
      return ", whose subject has the same identifier";
  }
  return {};
}

}  // namespace

json::Object line_of(const entry::AttachedRecord& attached) {
  json::Object line = message("attached");
  line.set("record", printable(attached.record));
  if (attached.code) line.set("code", printable(*attached.code));
  if (attached.date) line.set("date", printable(*attached.date));
  return line;
}

json::Object line_of(const Duplicate& duplicate) {
  json::Object line = message("duplicate");
  line.set("code", printable(duplicate.attached.code.value_or("")))
      .set("attached", printable(duplicate.attached.record))
      .set("attached_date", printable(duplicate.attached.date.value_or("")))
      .set("holder", duplicate.holder.get())
      .set("record", printable(duplicate.record))
      .set("date", printable(duplicate.date))
      .set("days", duplicate.days)
      .set("more", duplicate.more)
      .set("subject", word_of(duplicate.same));
  return line;
}

std::string text_of(const entry::AttachedRecord& attached) {
  return attached.record + ": " + attached.code.value_or("no code") + " of " +
         attached.date.value_or("no date");
}

std::string text_of(const Duplicate& duplicate) {
  return duplicate.attached.code.value_or("") + " of " + duplicate.attached.date.value_or("") +
         " is known as " + duplicate.record + " of " + duplicate.date + " too, at " +
         quote(duplicate.holder.get()) + std::string(reason(duplicate.same)) +
         (duplicate.more > 0 ? ", and " + std::to_string(duplicate.more) + " more near it" : "");
}

Option duplicate_option() {
  return {"duplicate-days", 0, ValueKind::number, "N",
          "how near results of one code are doubles (default: 30; 0: not looked for)"};
}

Result<std::uint64_t> duplicate_days(const Session& session) {
  MC_ASSIGN(const auto days, session.number("duplicate-days", 0, max_days));
  return days.value_or(default_days);
}

}  // namespace medchain::cli
