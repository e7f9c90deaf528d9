#include "package/manifest.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "base/text.hpp"
#include "entry/codec.hpp"
#include "package/document_internal.hpp"

namespace medchain::package {
namespace {

/// The JSON form.
struct FileDocument {
  std::string name;
  std::uint64_t size = 0;
  Digest digest;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    using entry::Exposure, entry::Field;
    visit(Field{"name", Exposure::clear, "of the member"}, self.name);
    visit(Field{"size", Exposure::clear, "its bytes"}, self.size);
    visit(Field{"digest", Exposure::clear, "SHA-256 of them"}, self.digest);
  }
};

struct Document {
  std::string schema, type, ledger;
  GenesisHash genesis;
  MemberName author;
  StatementId id;
  UnixSeconds time;
  std::vector<FileDocument> files;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    using entry::Exposure, entry::Field;
    visit(Field{"schema", Exposure::clear, "medchain/1"}, self.schema);
    visit(Field{"type", Exposure::clear, "package"}, self.type);
    visit(Field{"ledger", Exposure::clear, "the ledger's origin"}, self.ledger);
    visit(Field{"genesis", Exposure::clear, "entry hash of entry 0"}, self.genesis);
    visit(Field{"author", Exposure::clear, "who made the package"}, self.author);
    visit(Field{"id", Exposure::clear, "of the statement that names the package"}, self.id);
    visit(Field{"time", Exposure::clear, "of that statement"}, self.time);
    visit(Field{"files", Exposure::clear, "the other members, in their order"}, self.files);
  }
};
constexpr std::string_view document_type = "package";

Error wrong(std::string message) { return fail(Code::package_invalid, std::move(message)); }
Error wrong_file(const FileEntry& file, std::string_view field, std::string message) {
  return wrong("member " + quote(file.name) + ": field '" + std::string(field) +
               "': " + std::move(message));
}

bool is_application(std::string_view member) {
  constexpr std::string_view prefix = "application.";
  if (!member.starts_with(prefix)) return false;
  const std::string_view suffix = member.substr(prefix.size());
  return !suffix.empty() && suffix.size() <= 16 &&
         std::all_of(suffix.begin(), suffix.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

std::uint64_t limit_of(FileKind kind, const Limits& limits) {
  switch (kind) {
    case FileKind::openings:
      return limits.openings_bytes;
    case FileKind::proof:
      return limits.proof_bytes;
    case FileKind::record:
    case FileKind::document:
    case FileKind::application:
      return limits.record_bytes;
  }
  MC_ASSERT(false);
}

/// The name of the record that a proof belongs to.
std::string_view proven(std::string_view proof) {
  proof.remove_prefix(proofs_prefix.size());
  proof.remove_suffix(proof_suffix.size());
  return proof;
}

class Check {
 public:
  explicit Check(const Limits& limits) : limits_(limits) {}

  Status file(const FileEntry& file) {
    auto kind = kind_of(file.name);
    if (!kind) return wrong_file(file, "name", kind.error().message);
    MC_TRY(order(file, *kind));
    const std::uint64_t limit = std::min(limit_of(*kind, limits_), max_member_size);
    if (file.size > limit)
      return wrong_file(
          file, "size",
          "expected at most " + std::to_string(limit) + ", got " + std::to_string(file.size));
    if (file.size > limits_.total_bytes - total_)
      return wrong_file(
          file, "size",
          "all members together are over " + std::to_string(limits_.total_bytes) + " bytes");
    total_ += file.size;
    if (*kind == FileKind::record && ++records_ > limits_.records)
      return wrong("there are more than " + std::to_string(limits_.records) + " records");
    if (*kind == FileKind::document && ++documents_ > limits_.documents)
      return wrong("there are more than " + std::to_string(limits_.documents) + " documents");
    if (*kind == FileKind::record) record_names_.insert(output_name(file));
    if (*kind == FileKind::proof && !record_names_.contains(proven(file.name)))
      return wrong_file(file, "name", "there is no record of this name");
    openings_ += *kind == FileKind::openings;
    if (*kind != FileKind::openings && !output_names_.insert(output_name(file)).second)
      return wrong_file(file, "name", "two members are taken out under this name");
    return {};
  }

  Status finish() const {
    if (openings_ == 0) return wrong("member 'openings.json' is missing");
    return {};
  }

 private:
  /// Ascending by kind and then by the bytes of the name, so that there is one order and none
  /// twice.
  Status order(const FileEntry& file, FileKind kind) {
    if (last_) {
      if (last_->name == file.name) return wrong_file(file, "name", "it is there twice");
      const FileKind before = *kind_of(last_->name);
      if (before > kind || (before == kind && last_->name > file.name))
        return wrong_file(file, "name", "it must stand before " + quote(last_->name));
      if (before == kind && kind == FileKind::application)
        return wrong_file(file, "name", "there is an application already");
    }
    last_ = &file;
    return {};
  }

  const Limits& limits_;
  const FileEntry* last_ = nullptr;
  std::uint64_t total_ = 0, records_ = 0, documents_ = 0, openings_ = 0;
  std::set<std::string_view> record_names_, output_names_;
};

}  // namespace

Status check_member_name(std::string_view name) {
  if (name.empty() || name.size() > max_member_name)
    return wrong("expected a name of 1 to " + std::to_string(max_member_name) + " bytes, got " +
                 std::to_string(name.size()));
  if (!is_utf8(name)) return wrong("the name is not UTF-8");
  if (escape_for_terminal(name) != name) return wrong("the name has control characters");
  if (name.front() == '/') return wrong("the name is absolute");
  for (const std::string_view part : split(name, '/')) {
    if (part.empty()) return wrong("a part of the name is empty");
    if (part == "." || part == "..") return wrong("a part of the name is " + quote(part));
  }
  return {};
}

Status check_record_name(std::string_view name) {
  if (name.empty() || name.size() > max_record_name)
    return wrong("expected a name of 1 to " + std::to_string(max_record_name) + " bytes, got " +
                 std::to_string(name.size()));
  MC_TRY(check_member_name(name));
  for (const char c : {'/', '\\'})
    if (name.find(c) != std::string_view::npos) return wrong("the name has a " + quote({&c, 1}));
  if (name.front() == '.' || name.front() == '-' || name.front() == ' ')
    return wrong("the name begins with " + quote(name.substr(0, 1)));
  if (name.back() == '.' || name.back() == ' ')
    return wrong("the name ends in " + quote(name.substr(name.size() - 1)));
  return {};
}

Result<FileKind> kind_of(std::string_view member) {
  MC_TRY(check_member_name(member));
  if (member == openings_name) return FileKind::openings;
  if (is_application(member)) return FileKind::application;
  if (member.starts_with(records_prefix)) {
    MC_TRY(check_record_name(member.substr(records_prefix.size())));
    return FileKind::record;
  }
  if (member.starts_with(documents_prefix)) {
    MC_TRY(check_record_name(member.substr(documents_prefix.size())));
    return FileKind::document;
  }
  if (member.starts_with(proofs_prefix)) {
    if (!member.ends_with(proof_suffix) ||
        member.size() < proofs_prefix.size() + proof_suffix.size())
      return wrong("a proof is named proofs/RECORD" + std::string(proof_suffix));
    MC_TRY(check_record_name(proven(member)));
    return FileKind::proof;
  }
  return wrong("a package has no member of this name");
}

std::string_view output_name(const FileEntry& file) {
  for (const std::string_view prefix : {records_prefix, proofs_prefix, documents_prefix})
    if (file.name.starts_with(prefix)) return std::string_view(file.name).substr(prefix.size());
  return file.name;
}

Status check_manifest(const Manifest& manifest, const Limits& limits) {
  const auto bad = [](std::string_view field, std::string message) {
    return wrong("manifest.json: field '" + std::string(field) + "': " + std::move(message));
  };
  if (manifest.ledger.empty() || manifest.ledger.size() > note::max_origin_size ||
      escape_for_terminal(manifest.ledger) != manifest.ledger)
    return bad("ledger", "expected a name of 1 to " + std::to_string(note::max_origin_size) +
                             " bytes, got " + quote(manifest.ledger));
  if (manifest.author.empty()) return bad("author", "it is empty");
  if (manifest.time.get() < 0 || manifest.time.get() > max_member_time)
    return bad("time", "expected a time from 1970 to 2242, got " + format_time(manifest.time));
  Check check(limits);
  for (const FileEntry& file : manifest.files) {
    if (auto status = check.file(file); !status)
      return std::move(status).error().context(manifest_name);
  }
  if (auto status = check.finish(); !status)
    return std::move(status).error().context(manifest_name);
  return {};
}

std::string format_manifest(const Manifest& manifest) {
  Document document{std::string(entry::schema),
                    std::string(document_type),
                    manifest.ledger,
                    manifest.genesis,
                    manifest.author,
                    manifest.id,
                    manifest.time,
                    {}};
  document.files.reserve(manifest.files.size());
  for (const FileEntry& file : manifest.files)
    document.files.push_back({file.name, file.size, file.digest});
  return format_document(document);
}

Result<Manifest> parse_manifest(std::string_view text, const Limits& limits) {
  MC_ASSIGN(Document document, parse_document<Document>(text, document_type, manifest_name));
  Manifest manifest{std::move(document.ledger),
                    document.genesis,
                    std::move(document.author),
                    document.id,
                    document.time,
                    {}};
  manifest.files.reserve(document.files.size());
  for (FileDocument& file : document.files)
    manifest.files.push_back({std::move(file.name), file.size, file.digest});
  MC_TRY(check_manifest(manifest, limits));
  return manifest;
}

}  // namespace medchain::package
