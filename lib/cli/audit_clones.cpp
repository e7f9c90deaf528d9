#include "cli/audit_clones.hpp"

#include "base/text.hpp"
#include "cli/listing.hpp"
#include "cli/places.hpp"
#include "cli/program.hpp"
#include "cli/workspace.hpp"
#include "report/table.hpp"
#include "vault/clones.hpp"
#include "vault/sketch.hpp"

namespace medchain::cli {
namespace {

/// One of two records that are alike.
struct Half {
  std::string record, date, author;
  std::uint64_t subject = 0;
};

Result<Half> half_of(vault::Vault& vault, std::uint64_t number) {
  MC_ASSIGN(const vault::Version version, vault.version(number));
  MC_ASSIGN(const auto sketch, vault::Sketches(vault).find(number));
  return Half{printable(version.type + "/" + version.id), printable(version.date),
              sketch ? printable(sketch->author) : std::string(), version.subject};
}

json::Object object_of(const Half& half) {
  json::Object object;
  object.set("record", half.record);
  if (!half.date.empty()) object.set("date", half.date);
  if (!half.author.empty()) object.set("author", half.author);
  return object;
}

json::Object line_of(const vault::Clone& clone, const Half& one, const Half& other) {
  json::Object line = message("clone");
  line.set("similarity", std::uint64_t{clone.similarity})
      .set("same_bytes", clone.same_bytes)
      .set("same_subject", one.subject == other.subject)
      .set("later", object_of(one))
      .set("earlier", object_of(other));
  return line;
}

class Telling {
 public:
  explicit Telling(Session& session) : session_(session) {}

  Status tell(const vault::Clone& clone, const Half& one, const Half& other) {
    ++count_;
    if (session_.format() == "json") return session_.out().line(line_of(clone, one, other));
    table_.add({std::to_string(clone.similarity) + (clone.same_bytes ? " bytes" : ""),
                one.subject == other.subject ? "same" : "other", one.record, one.date, one.author,
                other.record, other.date, other.author});
    return {};
  }

  Status finish(const vault::Clones& all) {
    session_.tell("looked at " + counted(all.records, "version") + ", " +
                  (all.sketches > 0
                       ? std::to_string(all.sketches) + " with a text"
                       : "none with a text: 'medchain-anchor --sketch' keeps sketches"));
    return finish_list(session_, table_, count_, "record like another");
  }

 private:
  Session& session_;
  std::uint64_t count_ = 0;
  report::Table table_{{{"ALIKE", report::Align::right},
                        {"SUBJECT"},
                        {"RECORD"},
                        {"DATE"},
                        {"AUTHOR", report::Align::left, 30},
                        {"IS LIKE"},
                        {"DATE"},
                        {"AUTHOR", report::Align::left, 30}}};
};

Result<int> audit_clones(Session& session) {
  MC_ASSIGN(const auto least, session.number("similarity", 50, 100));
  constexpr unsigned usual = 80;
  const bool others_only = session.has("other-subjects");
  MC_ASSIGN(const auto vault, open_vault(session, {}));
  session.seal({});
  Telling telling(session);
  MC_TRY(vault->read([&]() -> Status {
    MC_ASSIGN(const auto all,
              vault::find_clones(*vault, least ? static_cast<unsigned>(*least) : usual));
    for (const vault::Clone& clone : all.found) {
      if (session.interrupted()) return fail(Code::interrupted, "stopped by a signal");
      MC_ASSIGN(const Half one, half_of(*vault, clone.version));
      MC_ASSIGN(const Half other, half_of(*vault, clone.of));
      if (others_only && one.subject == other.subject) continue;
      MC_TRY(telling.tell(clone, one, other));
    }
    return telling.finish(all);
  }));
  return 0;
}

}  // namespace

Verb clones_verb() {
  Verb verb;
  verb.name = "clones";
  verb.summary = "find records of your own whose texts were copied, or bytes are the same";
  verb.options = {
      {"similarity", 0, ValueKind::number, "PERCENT", "how much they have in common (default: 80)"},
      {"other-subjects", 0, ValueKind::flag, {}, "only across subjects"}};
  verb.common = {"vault", "no-pager", "output"};
  verb.formats = "text|json";
  verb.max_operands = 0;
  verb.secret_output = true;
  verb.run = audit_clones;
  return verb;
}

}  // namespace medchain::cli
