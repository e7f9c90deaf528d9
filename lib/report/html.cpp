#include "report/html.hpp"

#include <algorithm>
#include <array>

#include "base/result.hpp"
#include "base/text.hpp"

namespace medchain::report {
namespace {

bool is_block(std::string_view name) {
  constexpr std::array<std::string_view, 22> inline_names = {
      "a",  "abbr", "code", "span", "strong", "td",   "th",   "title", "text", "em", "caption",
      "li", "dt",   "dd",   "h1",   "h2",     "desc", "time", "rect",  "path", "b",  "small"};
  return std::find(inline_names.begin(), inline_names.end(), name) == inline_names.end();
}

std::string opened(Literal name, const std::vector<Attribute>& attributes) {
  std::string text = "<" + std::string(name.get());
  for (const auto& [attribute, value] : attributes)
    text += " " + std::string(attribute.get()) + "=\"" + escape_markup(value) + "\"";
  return text;
}

}  // namespace

std::string escape_markup(std::string_view text) {
  std::string out;
  for (const char c : escape_for_terminal(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

/// The one place that puts bytes together: what it is given is escaped or a literal.
struct MarkupWriter {
  static Markup of(std::string bytes) {
    Markup markup;
    markup.bytes_ = std::move(bytes);
    return markup;
  }
};

Markup element(Literal name, const std::vector<Attribute>& attributes, const Markup& content) {
  const bool block = is_block(name.get());
  return MarkupWriter::of(opened(name, attributes) + ">" + content.bytes() + "</" +
                          std::string(name.get()) + ">" + (block ? "\n" : ""));
}

Markup element(Literal name, const Markup& content) { return element(name, {}, content); }

Markup empty_element(Literal name, const std::vector<Attribute>& attributes) {
  return MarkupWriter::of(opened(name, attributes) + "/>\n");
}

Markup together(std::initializer_list<Markup> parts) {
  Markup all;
  for (const Markup& part : parts) all.add(part);
  return all;
}

Markup HtmlTable::markup() const {
  const auto css = [&](std::size_t column, const std::string& more) -> std::vector<Attribute> {
    std::string text = columns_[column].align == Align::right ? "n" : "";
    if (!more.empty()) text += (text.empty() ? "" : " ") + more;
    if (text.empty()) return {};
    return {{"class", text}};
  };
  Markup head, body;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    auto attributes = css(i, "");
    attributes.push_back({"scope", "col"});
    head.add(element("th", attributes, columns_[i].heading));
  }
  for (const Row& row : rows_) {
    MC_ASSERT(row.cells.size() == columns_.size());
    Markup cells;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      auto attributes = css(i, i < row.classes.size() ? row.classes[i] : "");
      if (i == 0) attributes.push_back({"scope", "row"});
      cells.add(i == 0 ? element("th", attributes, row.cells[i])
                       : element("td", attributes, row.cells[i]));
    }
    body.add(element("tr", cells));
  }
  const Markup table =
      element("table", together({element("caption", caption_),
                                 element("thead", element("tr", head)), element("tbody", body)}));
  return element(
      "div", {{"class", "wide"}, {"role", "region"}, {"aria-label", caption_}, {"tabindex", "0"}},
      table);
}

std::string html_page(const HtmlPage& page) {
  Markup contents, sections;
  for (const HtmlSection& section : page.sections) {
    contents.add(element("li", element("a", {{"href", "#" + section.id}}, section.heading)));
    const std::string heading = section.id + "-heading";
    sections.add(
        element("section", {{"id", section.id}, {"aria-labelledby", heading}},
                together({element("h2", {{"id", heading}}, section.heading), section.content})));
  }
  const Markup body =
      together({element("a", {{"class", "skip"}, {"href", "#main"}}, "Skip to the report"),
                element("header", together({element("h1", page.title), page.banner})),
                element("nav", {{"aria-label", "Sections"}}, element("ul", contents)),
                element("main", {{"id", "main"}, {"tabindex", "-1"}}, sections),
                element("footer", page.footer)});
  return "<!DOCTYPE html>\n<html lang=\"en\" "
         "xml:lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
         "'unsafe-inline'\"/>\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
         "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
         "<meta name=\"referrer\" content=\"no-referrer\"/>\n<title>" +
         escape_markup(page.title) + "</title>\n<style>\n" + std::string(page_style) +
         "</style>\n</head>\n<body>\n" + body.bytes() + "</body>\n</html>\n";
}

}  // namespace medchain::report
