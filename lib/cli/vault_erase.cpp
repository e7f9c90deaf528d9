// medchain-vault erase: intent, ledger, destroy, done (lib/vault/erasing.hpp).
#include <algorithm>
#include <set>

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/data_act.hpp"
#include "cli/entry_operand.hpp"
#include "cli/own_records.hpp"
#include "cli/text_input.hpp"
#include "cli/vault_own_acts.hpp"
#include "rules/apply.hpp"
#include "rules/sharing_view.hpp"

namespace medchain::cli {
namespace {

class EraseRun {
 public:
  explicit EraseRun(Session& session) : session_(session) {}

  Result<int> run() {
    MC_TRY(select());
    MC_ASSIGN(act_, DataAct::begin(session_));
    MC_ASSIGN(const bool is_done, done_before());
    if (is_done) return 0;
    MC_TRY(plan());
    MC_TRY(check_holds());
    for (const vault::ErasurePlan& plan : plans_) tell_plan(plan);
    MC_TRY(sign());
    if (session_.dry_run()) return rehearse();
    MC_ASSIGN(const bool agreed, session_.confirm(question(), "yes"));
    if (!agreed) return fail(Code::usage, "nothing was erased").with_hint("answer 'yes'");
    return act();
  }

 private:
  /// Before the process is sealed.
  Status select() {
    MC_ASSIGN(subject_, subject_option(session_));
    if (subject_.has_value() == !session_.operands().empty())
      return fail(Code::usage, subject_ ? "option '--subject' takes the place of records"
                                        : "name records, or a subject with '--subject'");
    MC_ASSIGN(const std::string basis, session_.required("basis"));
    MC_ASSIGN(basis_, word_option("basis", basis));
    MC_ASSIGN(due_, session_.time("due"));
    MC_ASSIGN(records_, named_records(session_, session_.operands()));
    return {};
  }

  /// What was asked for is what this run has completed of an earlier one.
  Result<bool> done_before() {
    const auto& completed = act_->settled().completed;
    if (completed.empty()) return false;
    std::set<std::uint64_t> subjects, records;
    for (const auto& [number, erasure] : completed) {
      subjects.insert(erasure.subjects.begin(), erasure.subjects.end());
      records.insert(erasure.records.begin(), erasure.records.end());
    }
    bool all = true;
    MC_TRY(act_->vault().read([&]() -> Status {
      if (subject_) {
        MC_ASSIGN(const auto known, act_->vault().find_subject(*subject_));
        all = known && subjects.contains(known->number);
        return {};
      }
      for (const NamedRecord& named : records_) {
        MC_ASSIGN(std::uint64_t at, find_own_record(act_->vault(), named));
        // The row names a version that was the newest then.
        bool found = false;
        for (std::optional<std::uint64_t> number = at; number && !found;) {
          found = records.contains(*number);
          MC_ASSIGN(const vault::Version version, act_->vault().version(*number));
          number = version.previous;
        }
        all = all && found;
      }
      return {};
    }));
    if (!all) return false;
    for (const auto& [number, erasure] : completed) MC_TRY(print_completed(erasure.entry));
    return true;
  }

  Status print_completed(EntryIndex index) {
    return act_->ledger().read([&](const ledger::Snapshot& view) -> Status {
      MC_ASSIGN(const entry::Entry entry, view.entry(index));
      return session_.out().line(
          receipt_of(session_, entry.statement, {index, true}, entry::entry_hash(entry.bytes)));
    });
  }

  Status plan() {
    return act_->vault().read([&]() -> Status {
      if (subject_) {
        MC_ASSIGN(auto plan, vault::plan_subject(act_->vault(), *subject_));
        plans_.push_back(std::move(plan));
        return {};
      }
      std::set<std::uint64_t> numbers;
      for (const NamedRecord& named : records_) {
        if (parse_place(named.name))
          return fail(Code::usage, "record " + quote(named.name) +
                                       ": expected TYPE/ID such as Observation/9, or a file");
        MC_ASSIGN(const std::uint64_t number, find_own_record(act_->vault(), named));
        numbers.insert(number);
      }
      std::vector<std::uint64_t> chunk;
      for (auto at = numbers.begin(); at != numbers.end();) {
        chunk.push_back(*at);
        if (++at != numbers.end() && chunk.size() < vault::max_erased_tags) continue;
        MC_ASSIGN(auto plan, vault::plan_records(act_->vault(), chunk));
        plans_.push_back(std::move(plan));
        chunk.clear();
      }
      return {};
    });
  }

  /// The ledger refuses too; it knows neither names nor, of this run, reasons.
  Status check_holds() {
    return act_->ledger().read([&](const ledger::Snapshot& view) -> Status {
      MC_ASSIGN(const UnixSeconds now, session_.has("emit")
                                           ? rules::log_time(view)
                                           : rules::judged_at(view, session_.clock()));
      for (const vault::ErasurePlan& plan : plans_)
        for (const vault::ErasureItem& item : plan.items) {
          const std::string name = (item.record ? "record " : "subject ") + quote(item.name);
          if (item.record) {
            MC_ASSIGN(const auto at,
                      rules::erased_at(view, act_->member(), *item.record, item.subject));
            if (at)
              return fail(Code::record_erased,
                          name + " was erased at entry " + std::to_string(at->get()));
          }
          std::vector<EntryHash> cases;
          if (item.record) {
            MC_ASSIGN(cases, rules::holds(view, act_->member(), *item.record, item.subject, now));
          } else {
            MC_ASSIGN(cases, rules::holds(view, act_->member(), item.subject, now));
          }
          if (!cases.empty()) return held(view, name, cases.front());
        }
      return {};
    });
  }

  static Error held(const ledger::Snapshot& view, const std::string& name, const EntryHash& hash) {
    const auto state = rules::case_of(view, hash);
    if (!state) return state.error();
    if (!*state) return fail(Code::store_damaged, "the case " + to_text(hash) + " is missing");
    const entry::Case& body = (*state)->body;
    return fail(Code::record_held,
                name + " is held by the " + std::string(entry::word_of(body.of)) + " of entry " +
                    std::to_string((*state)->index.get()) + " (" + to_text(hash) + ") of " +
                    quote((*state)->author.get()) + ", reason " + body.reason.get() +
                    (body.until ? ", until " + format_time(*body.until) : ""))
        .with_hint("who opened it ends it with 'medchain-vault retain --release=" +
                   std::to_string((*state)->index.get()) + "'");
  }

  void tell_plan(const vault::ErasurePlan& plan) {
    for (const vault::ErasureItem& item : plan.items) {
      const std::string text = "would erase " + escape_for_terminal(item.name) + ": " +
                               counted(item.versions, "version") + ", " +
                               counted(item.copies, "copy");
      session_.dry_run() ? session_.tell(text) : session_.detail(text);
    }
  }

  Status sign() {
    MC_ASSIGN(const auto person, act_->person());
    MC_ASSIGN(StatementId id, statement_id(session_));
    for (const vault::ErasurePlan& plan : plans_) {
      entry::Erase body;
      body.custodian = act_->member();
      body.records = plan.records;
      body.subjects = plan.subjects;
      body.basis = basis_;
      body.person = person;
      Stated erase;
      MC_ASSIGN(erase.entry, act_->sign(std::move(body), id));
      id = session_.random().statement_id();
      const std::uint64_t records = plan.records.size();
      erase.what = (session_.dry_run() || session_.has("emit") ? "erasure of " : "erased ") +
                   (subject_ ? "a subject with " : counted(records, "record") + " with ") +
                   counted(plan.versions, "version") + " and " + counted(plan.copies, "copy");
      erase.more.set("records", records).set("subjects", std::uint64_t{plan.subjects.size()});
      erase.more.set("versions", plan.versions).set("copies", plan.copies);
      MC_ASSIGN(const auto notice, notice_of(act_->ledger(), erase.entry, due_));
      erases_.push_back(stated_.size());
      stated_.push_back(std::move(erase));
      if (!notice) continue;
      Stated told;
      told.what = "notice to " + counted(notice->to.size(), "member") + " that received it";
      MC_ASSIGN(told.entry, act_->sign(*notice, session_.random().statement_id()));
      stated_.push_back(std::move(told));
    }
    return {};
  }

  std::vector<ledger::Prepared> prepared() const {
    std::vector<ledger::Prepared> all;
    for (const Stated& one : stated_) all.push_back({one.entry, {}});
    return all;
  }

  Result<int> rehearse() {
    if (session_.has("emit")) {
      MC_TRY(act_->print_emitted(stated_));
      return 0;
    }
    MC_ASSIGN(const auto result, act_->append(prepared()));
    MC_TRY(act_->print(stated_, result));
    return 0;
  }

  std::string question() const {
    std::uint64_t records = 0, versions = 0, copies = 0;
    for (const vault::ErasurePlan& plan : plans_) {
      records += plan.records.size();
      versions += plan.versions;
      copies += plan.copies;
    }
    return "erase " +
           (subject_ ? "subject " + quote(*subject_) + " with "
                     : counted(records, "record") + ", ") +
           counted(versions, "version") + " and " + counted(copies, "copy") + ", for ever?";
  }

  Result<int> act() {
    std::vector<vault::Erasure> intents;
    for (std::size_t i = 0; i < plans_.size(); ++i) {
      vault::Erasure intent = plans_[i].erasure;
      intent.note = stated_[erases_[i]].entry.bytes;
      intent.is_given_away = session_.has("emit");
      intents.push_back(std::move(intent));
    }
    vault::Erasing erasing(act_->vault());
    MC_ASSIGN(const auto numbers, erasing.intend(intents));
    if (session_.has("emit")) {
      MC_TRY(act_->print_emitted(stated_));
      session_.tell("nothing is destroyed before the ledger has it and the vault is used again");
      return 0;
    }
    auto result = act_->append(prepared());
    if (!result) {
      // A refusal is final: nobody else has the statement.  After trouble it stays intended.
      const int exit = info(result.error().code).exit;
      if (exit == 3 || exit == 5 || exit == 8 || exit == 9 || exit == 10)
        MC_TRY(erasing.abandon(numbers));
      return std::move(result).error();
    }
    if (auto destroyed = destroy(erasing, numbers, *result); !destroyed) {
      Error error = std::move(destroyed).error();
      error.hint = "run the same command again: it goes on";
      return std::move(error).context("the erase entry is on the ledger, but not all is destroyed");
    }
    MC_TRY(act_->print(stated_, *result));
    return 0;
  }

  Status destroy(vault::Erasing& erasing, const std::vector<std::uint64_t>& numbers,
                 const ledger::AppendResult& result) {
    std::vector<std::pair<std::uint64_t, EntryIndex>> landed;
    for (std::size_t i = 0; i < numbers.size(); ++i)
      landed.emplace_back(numbers[i], result.entries[erases_[i]].index);
    MC_TRY(erasing.state(landed));
    for (const std::uint64_t number : numbers) MC_TRY(erasing.destroy(number));
    return {};
  }

  Session& session_;
  std::unique_ptr<DataAct> act_;
  std::optional<std::string> subject_;
  std::vector<NamedRecord> records_;
  entry::Word basis_;
  std::optional<UnixSeconds> due_;
  std::vector<vault::ErasurePlan> plans_;
  std::vector<Stated> stated_;
  std::vector<std::size_t> erases_;  ///< which of them are the erase entries, by plan
};

}  // namespace

Result<int> vault_erase(Session& session) { return EraseRun(session).run(); }

}  // namespace medchain::cli
