#include "source/xml_outline.hpp"

#include <expat.h>

#include <algorithm>
#include <memory>
#include <new>

namespace medchain::source {
namespace {

constexpr int max_depth = 500;
constexpr std::size_t max_names = 200;  ///< of each list
constexpr std::size_t max_value = 512;  ///< bytes
constexpr char separator = '|';

struct FreeParser {
  void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};

std::string clipped(std::string_view text) {
  std::size_t end = std::min(text.size(), max_value);
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
    --end;
  return std::string(text.substr(0, end));
}

std::string_view attribute(const XML_Char** attributes, std::string_view name) {
  for (; *attributes != nullptr; attributes += 2)
    if (attributes[0] == name) return attributes[1];
  return {};
}

/// Handlers run inside of C code: they note and stop, and what they throw is kept from it.
class Outliner {
 public:
  explicit Outliner(XmlOutline& out) : out_(out), parser_(XML_ParserCreateNS(nullptr, separator)) {
    if (!parser_) throw std::bad_alloc();
    XML_SetUserData(parser_.get(), this);
    XML_SetParamEntityParsing(parser_.get(), XML_PARAM_ENTITY_PARSING_NEVER);
    XML_SetElementHandler(
        parser_.get(),
        [](void* self, const XML_Char* name, const XML_Char** attributes) {
          static_cast<Outliner*>(self)->guarded(
              [&](Outliner& one) { one.begin(name, attributes); });
        },
        [](void* self, const XML_Char*) { --static_cast<Outliner*>(self)->depth_; });
    XML_SetXmlDeclHandler(parser_.get(),
                          [](void* self, const XML_Char*, const XML_Char* encoding, int) {
                            static_cast<Outliner*>(self)->guarded([&](Outliner& one) {
                              if (encoding != nullptr) one.out_.encoding = clipped(encoding);
                            });
                          });
    XML_SetStartDoctypeDeclHandler(
        parser_.get(), [](void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) {
          static_cast<Outliner*>(self)->refuse();
        });
  }

  void run(std::string_view text, bool complete) {
    // In one piece: expat looks at an unfinished token anew with each of them.
    const XML_Status status =
        XML_Parse(parser_.get(), text.data(), static_cast<int>(text.size()), complete ? 1 : 0);
    if (refused_)
      out_.state = XmlState::unknown;
    else if (status != XML_STATUS_OK)
      take_error();
    else if (!complete)
      out_.state = XmlState::cut;
  }

 private:
  template <typename Work>
  void guarded(const Work& work) {
    try {
      work(*this);
    } catch (const std::bad_alloc&) {
      refuse();
    }
  }

  void refuse() {
    refused_ = true;
    XML_StopParser(parser_.get(), XML_FALSE);
  }

  void take_error() {
    const XML_Error error = XML_GetErrorCode(parser_.get());
    if (error == XML_ERROR_UNKNOWN_ENCODING || error == XML_ERROR_NO_MEMORY ||
        error == XML_ERROR_AMPLIFICATION_LIMIT_BREACH) {
      out_.state = XmlState::unknown;
      return;
    }
    out_.state = XmlState::broken;
    out_.problem = std::string(XML_ErrorString(error)) + " at line " +
                   std::to_string(XML_GetCurrentLineNumber(parser_.get())) + ", column " +
                   std::to_string(XML_GetCurrentColumnNumber(parser_.get()) + 1);
  }

  void begin(std::string_view name, const XML_Char** attributes) {
    if (++depth_ > max_depth) return refuse();
    const std::size_t at = name.find(separator);
    const bool has_space = at != std::string_view::npos;
    const std::string_view space = has_space ? name.substr(0, at) : std::string_view();
    const std::string_view local = has_space ? name.substr(at + 1) : name;
    if (depth_ == 1) {
      out_.name_space = clipped(space);
      out_.root = clipped(local);
      return;
    }
    const bool is_foreign = space != out_.name_space;
    if (depth_ == 2) child_ = is_foreign ? std::string() : clipped(local);
    if (is_foreign) return;
    if (depth_ == 2)
      begin_child(local, attributes);
    else if (depth_ == 3)
      begin_grandchild(local, attributes);
  }

  void begin_child(std::string_view local, const XML_Char** attributes) {
    if (out_.children.size() < max_names) out_.children.emplace(clipped(local));
    if (local == "templateId" && out_.templates.size() < max_names)
      out_.templates.push_back(clipped(attribute(attributes, "root")));
    if (local == "code" && out_.code.empty()) out_.code = clipped(attribute(attributes, "code"));
  }

  void begin_grandchild(std::string_view local, const XML_Char** attributes) {
    if (child_ == "meta" && local == "profile" && out_.profiles.size() < max_names)
      out_.profiles.push_back(clipped(attribute(attributes, "value")));
    // Its code is below it; any tag will do, as this only makes the check more modest.
    if (child_ == "meta" && local == "tag") out_.is_subset = true;
    if (child_ == "component" && local == "structuredBody") out_.has_structured_body = true;
    if (child_ == "component" && local == "nonXMLBody") out_.has_other_body = true;
  }

  XmlOutline& out_;
  std::unique_ptr<XML_ParserStruct, FreeParser> parser_;
  std::string child_;  ///< of the root, that one is in; empty: of another name space
  int depth_ = 0;
  bool refused_ = false;
};

}  // namespace

XmlOutline outline_xml(std::string_view text, bool complete) {
  XmlOutline out;
  Outliner(out).run(text, complete);
  return out;
}

}  // namespace medchain::source
