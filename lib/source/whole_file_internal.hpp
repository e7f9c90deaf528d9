// What one file is, and the record or records in it that are not lines.
#pragma once

#include <string>
#include <vector>

#include "source/file_content_internal.hpp"
#include "source/identify.hpp"

namespace medchain::source {

enum class Content { opaque, dicom, cda, hl7v2, json, lines };

/// What the file is read as, by the rule for ids, its name and its content.  What is compressed is
/// inflated, and all of it was found sound; but under `path`, and where nothing in it has an
/// identity of its own, the file stays as it is.  Fails as FileContent::head() and check_lines().
Result<Content> classify(Run& run, FileContent& file, std::string_view path);

/// The file as one record.  Precondition: `record` has source, path and mtime; content is neither
/// hl7v2 nor lines. Fails as the identify functions do, and with input_changed.
Status describe_file(Run& run, FileContent& file, Content content, std::string_view place,
                     Record& record);

/// The messages of an HL7 v2 file, read a window at a time.
class MessageBatch {
 public:
  /// `prototype` has source, path and mtime.  `file` must outlive the batch.  `start` is where a
  /// message, or the file, begins.
  MessageBatch(Run& run, FileContent& file, std::string place, Record prototype,
               std::uint64_t start = 0);

  /// The next message as record or problem; false at the end.  Fails when no more can be read:
  /// input_invalid, input_too_long, input_changed, input_unreadable.
  Result<bool> next(Item& item);
  /// Of the message that next() gave.
  std::uint64_t offset() const { return offset_; }
  std::string_view text() const { return text_; }

 private:
  Status advance();
  Status read_window();
  Status describe(ByteView message, Record& record);

  Run& run_;
  FileContent& file_;
  std::string place_;
  Record prototype_;
  std::string window_;
  std::uint64_t start_;
  std::uint64_t base_;  ///< offset of the window in the file
  std::size_t consumed_ = 0;
  std::vector<Hl7Message> messages_;
  std::size_t index_ = 0;
  std::uint64_t offset_ = 0;
  std::string_view text_;
  bool last_ = false;
};

}  // namespace medchain::source
