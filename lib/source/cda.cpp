// CDA R2: the few header fields that identify a document, by expat.  The header comes first in a
// document, so that the body is never read.  A DTD inside of the document is refused: it is the
// only place for entity declarations, which CDA has no use for.
#include <expat.h>

#include <algorithm>
#include <memory>
#include <new>

#include "source/identify.hpp"

namespace medchain::source {
namespace {

/// Bytes; expat holds one token of any size in memory.
constexpr std::uint64_t max_header = 4u << 20;
constexpr std::size_t first_chunk = 8u << 10, last_chunk = 1u << 20;
constexpr int max_depth = 100;
constexpr std::string_view hl7_namespace = "urn:hl7-org:v3";
constexpr char separator = '|';  ///< between namespace and local name in expat's names

struct FreeParser {
  void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};
using Parser = std::unique_ptr<XML_ParserStruct, FreeParser>;

/// The local name if `name` is of the HL7 namespace, else empty.
std::string_view local_name(std::string_view name) {
  if (name.substr(0, hl7_namespace.size()) != hl7_namespace) return {};
  name.remove_prefix(hl7_namespace.size());
  if (name.empty() || name.front() != separator) return {};
  return name.substr(1);
}

std::string_view attribute(const XML_Char** attributes, std::string_view name) {
  for (; *attributes != nullptr; attributes += 2)
    if (attributes[0] == name) return attributes[1];
  return {};
}

struct InstanceId {
  std::string root, extension;
  explicit operator bool() const { return !root.empty(); }
  std::string text() const { return extension.empty() ? root : root + "^" + extension; }
};

/// What the handlers fill.  Handlers run inside of C code: they note and stop, they do not throw.
struct Header {
  XML_Parser parser = nullptr;
  bool root_only = false;  ///< stop after the root element
  int depth = 0;
  bool is_cda = false;
  bool in_record_target = false, in_patient_role = false;
  bool done = false;
  const char* refused = nullptr;
  InstanceId id, subject;
  std::string date;

  void stop() {
    done = true;
    XML_StopParser(parser, XML_FALSE);
  }
  void refuse(const char* reason) {
    refused = reason;
    stop();
  }

  void begin(std::string_view name, const XML_Char** attributes) {
    if (done) return;
    if (++depth > max_depth) return refuse("elements are nested deeper than 100");
    const std::string_view local = local_name(name);
    if (depth == 1) {
      is_cda = local == "ClinicalDocument";
      if (root_only || !is_cda) stop();
    } else if (depth == 2) {
      if (local == "id" && !id) id = instance_id(attributes);
      if (local == "effectiveTime" && date.empty()) date = attribute(attributes, "value");
      in_record_target = local == "recordTarget";
      // The participants that follow recordTarget, and the body, are of no interest.
      if (id && (subject || local == "component")) stop();
      if (local == "component") stop();
    } else if (depth == 3) {
      in_patient_role = in_record_target && local == "patientRole";
    } else if (depth == 4 && in_patient_role && local == "id" && !subject) {
      subject = instance_id(attributes);
      // id and effectiveTime stand before recordTarget in the schema.
      if (id && subject) stop();
    }
  }
  void end() {
    --depth;
    if (depth < 2) in_record_target = false;
    if (depth < 3) in_patient_role = false;
  }

  InstanceId instance_id(const XML_Char** attributes) {
    InstanceId found{std::string(attribute(attributes, "root")),
                     std::string(attribute(attributes, "extension"))};
    if (found.root.find('^') != std::string::npos) {
      refuse("attribute 'root' of an id: expected an OID or UUID");
      return {};
    }
    return found;
  }
};

Parser make_parser(Header& header) {
  Parser parser(XML_ParserCreateNS(nullptr, separator));
  if (!parser) throw std::bad_alloc();
  header.parser = parser.get();
  XML_SetUserData(parser.get(), &header);
  XML_SetParamEntityParsing(parser.get(), XML_PARAM_ENTITY_PARSING_NEVER);
  XML_SetElementHandler(
      parser.get(),
      [](void* data, const XML_Char* name, const XML_Char** attributes) {
        static_cast<Header*>(data)->begin(name, attributes);
      },
      [](void* data, const XML_Char*) { static_cast<Header*>(data)->end(); });
  return parser;
}

void refuse_entities(XML_Parser parser) {
  XML_SetStartDoctypeDeclHandler(
      parser, [](void* data, const XML_Char*, const XML_Char*, const XML_Char*, int has_subset) {
        if (has_subset != 0)
          static_cast<Header*>(data)->refuse(
              "a document type declaration with declarations of its own (entities) is refused");
      });
  XML_SetEntityDeclHandler(
      parser, [](void* data, const XML_Char*, int, const XML_Char*, int, const XML_Char*,
                 const XML_Char*, const XML_Char*, const XML_Char*) {
        static_cast<Header*>(data)->refuse("an entity declaration is refused");
      });
  XML_SetExternalEntityRefHandler(parser, [](XML_Parser, const XML_Char*, const XML_Char*,
                                             const XML_Char*, const XML_Char*) { return 0; });
  XML_SetSkippedEntityHandler(parser, [](void* data, const XML_Char*, int) {
    static_cast<Header*>(data)->refuse("a reference to an external entity is refused");
  });
}

std::string position(XML_Parser parser) {
  return "line " + std::to_string(XML_GetCurrentLineNumber(parser)) + ", column " +
         std::to_string(XML_GetCurrentColumnNumber(parser) + 1);
}

}  // namespace

bool looks_like_cda(ByteView head) {
  // Anything that can be XML begins with '<', a byte order mark, white space or UTF-16's zero byte.
  std::size_t at = 0;
  while (at < head.size() && at < 64 && head[at] != std::byte{'<'}) ++at;
  if (at == head.size() || at == 64) return false;
  Header header;
  header.root_only = true;
  const Parser parser = make_parser(header);
  constexpr std::size_t step = 4096;
  while (!head.empty() && !header.done) {
    const std::size_t count = std::min(step, head.size());
    if (XML_Parse(parser.get(), reinterpret_cast<const char*>(head.data()), static_cast<int>(count),
                  XML_FALSE) != XML_STATUS_OK)
      break;
    head = head.subspan(count);
  }
  return header.is_cda;
}

Result<Identified> identify_cda(const ReadAt& read_at, std::uint64_t file_size) {
  Header header;
  const Parser parser = make_parser(header);
  refuse_entities(parser.get());
  // Chunks double: expat looks at an unfinished token anew with each of them.
  Bytes buffer(first_chunk);
  std::uint64_t offset = 0;
  while (!header.done) {
    if (offset >= max_header)
      return fail(Code::input_invalid, "no CDA header within the first 4 MiB");
    MC_ASSIGN(const std::size_t got, read_at(offset, buffer));
    offset += got;
    const bool last = got == 0 || offset >= file_size;
    const XML_Status status = XML_Parse(parser.get(), reinterpret_cast<const char*>(buffer.data()),
                                        static_cast<int>(got), last ? XML_TRUE : XML_FALSE);
    if (header.done) break;
    if (status != XML_STATUS_OK)
      return fail(Code::input_invalid, position(parser.get()) + ": not well-formed XML: " +
                                           XML_ErrorString(XML_GetErrorCode(parser.get())));
    if (last) break;
    if (buffer.size() < last_chunk) buffer.resize(buffer.size() * 2);
  }
  if (header.refused != nullptr)
    return fail(Code::input_invalid, position(parser.get()) + ": " + header.refused);
  if (!header.is_cda)
    return fail(Code::input_invalid,
                "not a CDA document: expected the root element ClinicalDocument in urn:hl7-org:v3");
  if (!header.id)
    return fail(Code::input_no_identity, "no document id: ClinicalDocument/id has no root");
  return Identified{header.id.text(),
                    header.subject ? header.subject.text() : std::string(),
                    {},
                    std::move(header.date)};
}

}  // namespace medchain::source
