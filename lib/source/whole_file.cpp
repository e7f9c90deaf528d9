#include "base/byte_order_mark.hpp"
#include "source/whole_file_internal.hpp"

namespace medchain::source {
namespace {

/// The first byte that is not JSON white space, or NUL.
char first_character(std::string_view text) {
  text = without_mark(text);
  const std::size_t at = text.find_first_not_of(" \t\r\n");
  return at == std::string_view::npos ? '\0' : text[at];
}
bool looks_like_json(std::string_view head) {
  const char first = first_character(head);
  return first == '{' || first == '[';
}

bool is_named_as_lines(std::string_view path) {
  return path.ends_with(".ndjson") || path.ends_with(".jsonl");
}

enum class Shape { one_value, lines, unknown };

/// Lines are: a line that is a whole JSON object, and another one that begins with '{'. `complete`:
/// text is the whole file.
Shape shape_of(Run& run, std::string_view text, bool complete) {
  text = without_mark(text);
  bool first_seen = false;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const bool ended = end != std::string_view::npos;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(ended ? end + 1 : text.size());
    const std::size_t begin = line.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) continue;
    if (line[begin] != '{') return Shape::one_value;
    if (first_seen) return Shape::lines;
    if (!ended) return complete ? Shape::one_value : Shape::unknown;
    if (line[line.find_last_not_of(" \t\r")] != '}') return Shape::one_value;
    const auto decoded = text_of(run, line, "the line");
    if (!decoded || !run.scanner.scan_fhir(*decoded)) return Shape::one_value;
    first_seen = true;
  }
  return complete ? Shape::one_value : Shape::unknown;
}

Result<Content> lines_or_json(Run& run, FileContent& file) {
  MC_ASSIGN(std::string_view text, file.head());
  Shape shape = shape_of(run, text, text.size() == file.size());
  if (shape == Shape::unknown) {
    MC_ASSIGN(text, file.head(max_record_line));
    shape = shape_of(run, text, text.size() == file.size());
  }
  return shape == Shape::lines ? Content::lines : Content::json;
}

ReadAt reader_of(FileContent& file) {
  return [&file](std::uint64_t offset, MutableByteView to) { return file.read_at(offset, to); };
}

/// A subject that another rule than that of the id looks for.  Nothing found is no failure.
Status find_subject(Run& run, FileContent& file, Content content, Record& record) {
  if (!run.options.subject) return {};
  MC_ASSIGN(const std::string_view head, file.head());
  const auto take = [&record](Result<Identified> found) {
    if (found) record.subject = std::move(found->subject);
  };
  switch (run.options.subject->rule) {
    case IdRule::automatic:
    case IdRule::path:
      break;
    case IdRule::dicom:
      if (content != Content::dicom && looks_like_dicom(as_bytes(head))) {
        auto found = identify_dicom(reader_of(file), file.size());
        if (found) MC_TRY(decode_fields(run, *found));
        take(std::move(found));
      }
      break;
    case IdRule::cda:
      if (content != Content::cda && looks_like_cda(as_bytes(head)))
        take(identify_cda(reader_of(file), file.size()));
      break;
    case IdRule::hl7v2:
      if (content != Content::hl7v2 && looks_like_hl7v2(as_bytes(head)))
        take(identify_hl7v2(as_bytes(head)));
      break;
    case IdRule::json:
      if (content == Content::json || !looks_like_json(head) || file.size() > max_record_line)
        break;
      MC_ASSIGN(const std::string_view text, file.head(max_record_line));
      const auto decoded = text_of(run, without_mark(text), "the text");
      if (!decoded) break;
      auto values = run.scanner.scan_pointers(*decoded, {run.options.subject->pointer});
      if (values && values->front()) record.subject = std::move(*values->front());
      break;
  }
  return {};
}

/// Digest of the file's bytes, or of the canonical form of `json` if that is asked for.
Status digest_file(Run& run, FileContent& file, std::optional<std::string_view> json,
                   Record& record) {
  if (run.options.canonical_json && json) return digest_json(run, *json, record);
  if (json) digest_part(run, *json, record);
  MC_ASSIGN(record.digest, file.digest(run.sha256));
  record.size = file.size();
  return {};
}

Status describe_opaque(Run& run, FileContent& file, Record& record) {
  MC_TRY(take_path(run, record));
  std::optional<std::string_view> json;
  MC_ASSIGN(std::string_view text, file.head());
  const bool asks_for_json = run.options.canonical_json || !run.ignored.empty();
  if (asks_for_json && looks_like_json(text) && file.size() <= max_record_line) {
    MC_ASSIGN(text, file.head(max_record_line));
    text = without_mark(text);
    const auto decoded = text_of(run, text, "the text");
    if (decoded && run.scanner.scan_fhir(*decoded)) json = text;
  }
  return digest_file(run, file, json, record);
}

Status describe_json(Run& run, FileContent& file, std::string_view place, Record& record) {
  const bool by_pointer = run.id_is(IdRule::json);
  if (file.size() > max_record_line) {
    if (by_pointer || run.options.canonical_json)
      return fail(Code::input_too_long, "one JSON value: expected at most " +
                                            std::to_string(max_record_line) + " bytes, got " +
                                            std::to_string(file.size()));
    run.notices.count(Notice::unscanned, place);
    MC_TRY(take_path(run, record));
    return digest_file(run, file, {}, record);
  }
  MC_ASSIGN(std::string_view text, file.head(max_record_line));
  text = without_mark(text);
  Status scanned = scan_json(run, text, place, record);
  if (by_pointer) {
    MC_TRY(std::move(scanned));
    if (record.id.empty()) return no_json_identity(run, record);
    return digest_file(run, file, text, record);
  }
  if (!scanned && record.path.ends_with(".json")) run.notices.count(Notice::broken_json, place);
  if (record.id.empty()) MC_TRY(take_path(run, record));
  return digest_file(run, file, scanned ? std::optional(text) : std::nullopt, record);
}

Status describe_content(Run& run, FileContent& file, Content content, std::string_view place,
                        Record& record) {
  MC_TRY(find_subject(run, file, content, record));
  switch (content) {
    case Content::dicom: {
      MC_ASSIGN(Identified found, identify_dicom(reader_of(file), file.size()));
      MC_TRY(decode_fields(run, found));
      take_identified(std::move(found), "DICOM", IdRule::dicom, record);
      MC_TRY(digest_file(run, file, {}, record));
      break;
    }
    case Content::cda: {
      MC_ASSIGN(Identified found, identify_cda(reader_of(file), file.size()));
      take_identified(std::move(found), "CDA", IdRule::cda, record);
      MC_TRY(digest_file(run, file, {}, record));
      break;
    }
    case Content::json:
      MC_TRY(describe_json(run, file, place, record));
      break;
    case Content::opaque:
    case Content::hl7v2:
    case Content::lines:
      MC_TRY(describe_opaque(run, file, record));
      break;
  }
  if (run.options.subject && content != Content::json && record.subject.empty())
    run.notices.count(Notice::no_subject, place);
  return check_record(record);
}

Result<Content> classify_content(Run& run, FileContent& file, std::string_view path) {
  switch (run.options.id.rule) {
    case IdRule::path:
      return Content::opaque;
    case IdRule::dicom:
      return Content::dicom;
    case IdRule::cda:
      return Content::cda;
    case IdRule::hl7v2:
      return Content::hl7v2;
    case IdRule::json:
      if (is_named_as_lines(path)) return Content::lines;
      return lines_or_json(run, file);
    case IdRule::automatic:
      break;
  }
  if (is_named_as_lines(path)) return Content::lines;
  MC_ASSIGN(const std::string_view head, file.head());
  if (looks_like_dicom(as_bytes(head))) return Content::dicom;
  if (looks_like_hl7v2(as_bytes(head))) return Content::hl7v2;
  if (looks_like_json(head)) return lines_or_json(run, file);
  if (looks_like_cda(as_bytes(head))) return Content::cda;
  return Content::opaque;
}

Result<Content> classify_inflated(Run& run, FileContent& file, std::string_view path) {
  MC_ASSIGN(const Content content, classify_content(run, file, path));
  if (content == Content::opaque)
    file.keep_compressed();
  else if (content == Content::lines)
    MC_TRY(check_lines(file.fd(), file.compression(), max_record_line, run.options.stop_fd));
  else
    MC_TRY(file.load_inflated(max_record_line));
  return content;
}

}  // namespace

Result<Content> classify(Run& run, FileContent& file, std::string_view path) {
  const Compression kind = compression_of(path);
  if (kind == Compression::none || run.id_is(IdRule::path))
    return classify_content(run, file, path);
  const std::string_view inner = without_compression(path);
  const bool may_be_opaque = run.id_is(IdRule::automatic) && !is_named_as_lines(inner);
  if (may_be_opaque) {
    MC_ASSIGN(const bool is_stream, begins_as(file.fd(), kind));
    if (!is_stream) return classify_content(run, file, path);
  }
  file.inflate(kind);
  auto content = classify_inflated(run, file, inner);
  if (content || content.error().code == Code::interrupted) return content;
  // A file that changed may have looked damaged because of it.
  MC_TRY(file.check_unchanged());
  if (!may_be_opaque) return content;
  return std::move(content).error().with_hint(
      "'--id-from=path' takes the file's path, and its bytes as they are");
}

Status describe_file(Run& run, FileContent& file, Content content, std::string_view place,
                     Record& record) {
  Status status = describe_content(run, file, content, place, record);
  // A file that changed may have looked damaged because of it: that is told first.
  MC_TRY(file.check_unchanged());
  // Content of a known kind that gives no id stays a problem: the path is not taken for it unasked.
  const bool by_content = content == Content::dicom || content == Content::cda;
  if (!status && status.error().hint.empty() && by_content && run.id_is(IdRule::automatic))
    return std::move(status).error().with_hint("'--id-from=path' takes the file's path");
  if (status) count_rule(run, record);
  return status;
}

}  // namespace medchain::source
