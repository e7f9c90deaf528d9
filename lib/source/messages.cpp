// HL7 v2 files: messages out of a window that grows to the biggest of them.
#include <algorithm>

#include "source/hl7v2_internal.hpp"
#include "source/whole_file_internal.hpp"

namespace medchain::source {

MessageBatch::MessageBatch(Run& run, FileContent& file, std::string place, Record prototype,
                           std::uint64_t start)
    : run_(run),
      file_(file),
      place_(std::move(place)),
      prototype_(std::move(prototype)),
      start_(start),
      base_(start) {}

Result<bool> MessageBatch::next(Item& item) {
  while (index_ == messages_.size()) {
    if (last_) return false;
    MC_TRY(advance());
  }
  const Hl7Message message = messages_[index_++];
  offset_ = base_ + message.offset;
  item.place = place_;
  item.number = ++run_.number;
  Record& record = item.record.emplace(prototype_);
  text_ = std::string_view(window_).substr(message.offset, message.size);
  if (Status status = describe(as_bytes(text_), record); !status) {
    item.record.reset();
    item.problem =
        std::move(status).error().context("the message at byte " + std::to_string(offset_));
  }
  return true;
}

Status MessageBatch::describe(ByteView message, Record& record) {
  record.offset = offset_;
  // Before fields are looked for: a byte of a character may be one of their separators.
  MC_ASSIGN(const std::string_view text, text_of(run_, as_text(message), "the message"));
  MC_ASSIGN(Identified found, identify_hl7v2(as_bytes(text)));
  take_identified(std::move(found), "HL7v2", IdRule::hl7v2, record);
  if (run_.options.subject && (!run_.subject_is(IdRule::hl7v2) || record.subject.empty()))
    run_.notices.count(Notice::no_subject, place_);
  MC_TRY(check_record(record));
  digest_bytes(run_, as_text(message), record);
  count_rule(run_, record);
  return {};
}

/// The next window with at least one whole message, or the last one.
Status MessageBatch::advance() {
  messages_.clear();
  index_ = 0;
  do {
    window_.erase(0, consumed_);
    base_ += consumed_;
    MC_TRY(read_window());
    if (base_ == start_ && !looks_like_hl7v2(as_bytes(window_)))
      return fail(Code::input_invalid,
                  "not HL7 v2: expected an MSH, FHS or BHS segment at the beginning");
    MC_ASSIGN(Hl7Window split, split_hl7v2_window(as_bytes(window_), base_, last_));
    messages_ = std::move(split.messages);
    consumed_ = split.consumed;
  } while (messages_.empty() && !last_);
  if (last_) MC_TRY(file_.check_unchanged());
  return {};
}

Status MessageBatch::read_window() {
  constexpr std::size_t smallest = 1u << 20;
  const std::size_t kept = window_.size();
  if (kept > max_record_line)
    return fail(Code::input_too_long, "the message at byte " + std::to_string(base_) + " is over " +
                                          std::to_string(max_record_line) + " bytes");
  if (base_ > file_.size()) return fail(Code::input_changed, "the file is shorter than it was");
  const std::uint64_t left = file_.size() - base_;
  const std::size_t wanted = std::min(std::max(smallest, kept * 2), max_record_line + 4);
  window_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(left, wanted)));
  std::size_t filled = kept;
  while (filled < window_.size()) {
    const MutableByteView space(reinterpret_cast<std::byte*>(window_.data()) + filled,
                                window_.size() - filled);
    MC_ASSIGN(const std::size_t got, file_.read_at(base_ + filled, space));
    if (got == 0) {
      MC_TRY(file_.check_unchanged());
      return fail(Code::input_changed, "the file became shorter while it was being read");
    }
    filled += got;
  }
  last_ = window_.size() == left;
  return {};
}

}  // namespace medchain::source
