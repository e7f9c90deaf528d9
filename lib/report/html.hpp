// Pages in HTML that are well-formed XML too.  Markup is made of literals of the program and of
// text, which is escaped: a string that came from data cannot become markup, for nothing takes one
// as such.  Knows no ledger.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/table.hpp"

namespace medchain::report {

/// For text and for attribute values in double quotes.  Controls become visible first.
std::string escape_markup(std::string_view text);

/// What stands in the source of this program: only the compiler can make one.
class Literal {
 public:
  consteval Literal(const char* text) : text_(text) {}
  constexpr std::string_view get() const { return text_; }

 private:
  std::string_view text_;
};

struct Attribute {
  Literal name;
  std::string value;  ///< is escaped
};

/// A piece of a page: any number of elements and texts.
class Markup {
 public:
  Markup() = default;
  Markup(std::string_view text) : bytes_(escape_markup(text)) {}
  Markup(const std::string& text) : Markup(std::string_view(text)) {}
  Markup(const char* text) : Markup(std::string_view(text)) {}
  static Markup literal(Literal text) {
    Markup markup;
    markup.bytes_ = text.get();
    return markup;
  }
  Markup& add(const Markup& more) {
    bytes_ += more.bytes_;
    return *this;
  }
  bool empty() const { return bytes_.empty(); }
  const std::string& bytes() const { return bytes_; }

 private:
  friend struct MarkupWriter;
  std::string bytes_;
};

/// `<name a="b">content</name>`, with a line end where `name` is a block.
Markup element(Literal name, const std::vector<Attribute>& attributes, const Markup& content);
Markup element(Literal name, const Markup& content);
/// `<name a="b"/>`
Markup empty_element(Literal name, const std::vector<Attribute>& attributes);
Markup together(std::initializer_list<Markup> parts);

/// A table with a caption and a scope for each heading; the first cell of a row is its heading. It
/// is in a region of its own, which scrolls where it is too wide, also by keyboard.
class HtmlTable {
 public:
  HtmlTable(std::string caption, std::vector<Column> columns)
      : caption_(std::move(caption)), columns_(std::move(columns)) {}
  void add(std::vector<Markup> cells) { rows_.push_back({std::move(cells), {}}); }
  /// The same with a class for each cell, none where it is empty.
  void add(std::vector<Markup> cells, std::vector<std::string> classes) {
    rows_.push_back({std::move(cells), std::move(classes)});
  }
  bool empty() const { return rows_.empty(); }
  Markup markup() const;

 private:
  struct Row {
    std::vector<Markup> cells;
    std::vector<std::string> classes;
  };
  std::string caption_;
  std::vector<Column> columns_;
  std::vector<Row> rows_;
};

/// A section of a page: what links to it is `#id`.
struct HtmlSection {
  std::string id, heading;
  Markup content;
};
struct HtmlPage {
  std::string title;
  Markup banner;  ///< below the title
  std::vector<HtmlSection> sections;
  Markup footer;
};
/// The whole document.  It loads nothing and runs nothing, and says so to browsers.
std::string html_page(const HtmlPage& page);

/// Of html_page(): light, dark and print.
extern const std::string_view page_style;

}  // namespace medchain::report
