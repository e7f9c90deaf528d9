// show: what was said of one referral, in the order in which it was, as far as it was sealed to
// this member; and the documents of one entry as files.
#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/entry_operand.hpp"
#include "cli/own_side.hpp"
#include "cli/refer_acts.hpp"
#include "cli/refer_words.hpp"
#include "entry/encoder.hpp"
#include "exchange/open_terms.hpp"

namespace medchain::cli {
namespace {

/// One entry of a referral.
struct Said {
  EntryIndex index;
  std::optional<entry::Entry> entry;
  std::optional<entry::Terms> terms;
  std::optional<Error> closed;  ///< why the terms cannot be read

  const entry::Referral& body() const { return std::get<entry::Referral>(entry->statement.body); }
};

/// Words that were meant for others are no failure.
bool is_of_others(const Error& error) {
  return error.code == Code::age_wrong_key || error.code == Code::key_missing;
}

json::Object line_of(const Said& said) {
  const entry::Header& header = said.entry->statement.header;
  const EntryHash hash(entry::entry_hash(said.entry->bytes));
  json::Object line = message("referral-step");
  line.set("entry", said.index.get())
      .set("hash", to_text(hash))
      .set("referral", to_text(said.body().referral.value_or(hash)))
      .set("act", entry::word_of(said.body().act))
      .set("author", header.author.get())
      .set("time", format_time(header.time));
  if (said.terms) line.set("terms", entry::encode(*said.terms));
  if (said.closed) line.set("terms_problem", info(said.closed->code).id);
  return line;
}

std::string text_of(const Said& said) {
  const entry::Header& header = said.entry->statement.header;
  return "entry " + std::to_string(said.index.get()) + ": " +
         std::string(entry::word_of(said.body().act)) + " by " + header.author.get() + ", " +
         format_time(header.time) + "\n" + words_rows(said.terms, said.closed);
}

class Showing {
 public:
  Showing(Session& session, const ledger::Snapshot& view, const OwnSide& own)
      : session_(session), view_(view), own_(own) {}

  Result<int> run() {
    MC_TRY(find(session_.operands().front()));
    for (const Said& said : all_)
      MC_TRY(session_.format() == "json" ? session_.out().line(line_of(said))
                                         : session_.out().write(text_of(said)));
    const auto directory = session_.setting("directory");
    if (directory) MC_TRY(write_documents(all_.front(), *directory));
    int status = 0;
    for (const Said& said : all_)
      if (said.closed && !is_of_others(*said.closed)) {
        session_.report(Error(*said.closed).context("entry " + std::to_string(said.index.get())));
        status = 1;
      }
    return status;
  }

 private:
  Status find(const std::string& operand) {
    auto referral = find_entry(view_, "referral", operand);
    if (!referral) {
      // A step of one, by its index.
      const auto index = parse_u64(operand);
      MC_ASSIGN(const TreeSize size, view_.size());
      if (!index || *index >= size.get()) return std::move(referral).error();
      return add(EntryIndex(*index));
    }
    MC_ASSIGN(const auto state, rules::referral(view_, *referral));
    if (!state) return fail(Code::entry_missing, "there is no such referral on this ledger");
    MC_TRY(add(state->index));
    MC_ASSIGN(const auto steps, rules::steps_of(view_, *referral));
    for (const auto& [index, step] : steps) MC_TRY(add(index));
    return {};
  }

  Status add(EntryIndex index) {
    Said said;
    said.index = index;
    MC_ASSIGN(said.entry, view_.entry(index));
    if (!std::holds_alternative<entry::Referral>(said.entry->statement.body))
      return fail(Code::entry_missing,
                  "entry " + std::to_string(index.get()) + " is not of a referral");
    auto terms = own_.terms(view_, index);
    if (terms)
      said.terms = std::move(*terms);
    else
      said.closed = std::move(terms).error();
    all_.push_back(std::move(said));
    return {};
  }

  Status write_documents(const Said& said, const std::string& directory) {
    const std::string at = "entry " + std::to_string(said.index.get());
    if (said.closed) return Error(*said.closed).context(at);
    if (!said.terms || !said.terms->documents)
      return fail(Code::entry_missing, "no document goes with " + at);
    MC_ASSIGN(auto files, own_.documents(*said.entry, directory));
    MC_ASSIGN(const auto paths, std::move(files).publish(package::Unpacked::What::documents));
    session_.tell("wrote " + counted(paths.size(), "file") + " to " + quote(directory));
    return {};
  }

  Session& session_;
  const ledger::Snapshot& view_;
  const OwnSide& own_;
  std::vector<Said> all_;
};

}  // namespace

std::vector<Option> show_options() {
  return {{"directory", 'C', ValueKind::directory, "DIR", "where the entry's documents go"}};
}

void show_opens(const Session& session, Places& places) {
  own_side_opens(session, places);
  if (const auto directory = session.setting("directory")) places.add_new(*directory, Access::make);
}

Result<int> refer_show(Session& session) {
  MC_TRY(session.required("key"));
  ledger::OpenOptions options;
  options.random_access = true;
  MC_ASSIGN(const auto ledger, open_ledger(session, options));
  MC_ASSIGN(const OwnSide own, OwnSide::open(session, *ledger));
  Places places;
  show_opens(session, places);
  session.seal(places);
  int status = 0;
  MC_TRY(ledger->read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(status, Showing(session, view, own).run());
    return {};
  }));
  return status;
}

}  // namespace medchain::cli
