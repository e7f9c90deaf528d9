#include "cli/applied.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "cli/workspace.hpp"

namespace medchain::cli {

Status Applied::tell(std::uint64_t line, const entry::Entry& entry,
                     const ledger::Appended& appended) {
  ++count_;
  if (appended.existed) {
    ++existed_;
  } else {
    ++entries_;
    if (!first_) first_ = appended.index;
    last_ = appended.index;
  }
  json::Object receipt =
      receipt_of(session_, entry.statement, appended, entry::entry_hash(entry.bytes));
  if (const auto* anchor = std::get_if<entry::Anchor>(&entry.statement.body))
    receipt.set("count", anchor->count).set("root", to_text(anchor->root));
  receipt.set("line", line);
  return session_.out().line(receipt);
}

Status Applied::tell(std::uint64_t line, Error refusal) {
  ++count_;
  ++refused_;
  json::Object told = error_object(refusal);
  told.set("line", line);
  session_.report(std::move(refusal).context("standard input:" + std::to_string(line)));
  return session_.out().line(told);
}

Status Applied::summarize(bool complete) {
  json::Object line = message("summary");
  line.set("count", count_)
      .set("unchanged", existed_)
      .set("rejected", refused_)
      .set("entries", entries_)
      .set("packages", packages_);
  if (first_) line.set("first", first_->get()).set("last", last_->get());
  if (session_.dry_run()) line.set("dry_run", true);
  line.set("complete", complete && refused_ == 0);
  std::string text =
      (session_.dry_run() ? "would append " : "appended ") +
      (entries_ == 1 ? std::string("1 entry") : std::to_string(entries_) + " entries");
  if (first_) text += " (" + index_range(*first_, *last_) + ")";
  if (existed_ > 0) text += ", " + std::to_string(existed_) + " were there already";
  if (packages_ > 0) text += ", " + counted(packages_, "package");
  if (refused_ > 0) text += ", " + std::to_string(refused_) + " refused";
  session_.tell(text);
  MC_TRY(session_.out().line(line));
  return session_.out().flush();
}

void Applied::keep(Error error) {
  if (!unfinished_) unfinished_ = std::move(error);
}

Result<int> Applied::judge(Status status) const {
  const std::string done =
      first_ && !session_.dry_run() ? "appended " + index_range(*first_, *last_) + ", but " : "";
  if (!status && status.error().code == Code::output_failed && !done.empty())
    return fail(Code::output_failed,
                done + "the receipts could not be written: " + status.error().message);
  MC_TRY(std::move(status));
  if (unfinished_) return fail(unfinished_->code, done + unfinished_->message);
  return refused_ > 0 ? info(Code::input_invalid).exit : 0;
}

}  // namespace medchain::cli
