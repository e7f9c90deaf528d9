// Small compressed files for the tests of lib/source.
#pragma once

#include <string>
#include <string_view>

namespace test {

// gzip -9n of two lines, and of the first one without its LF.
inline constexpr char two_lines[] =
    "\037\213\010\000\000\000\000\000\002\003\253\126\052\112\055\316\057\055\112\116\015\251"
    "\054\110\125\262\122\012\120\322\121\312\114\001\062\022\225\152\271\252\161\312\046\001"
    "\145\001\020\114\002\104\074\000\000\000";
inline constexpr char one_value[] =
    "\037\213\010\000\000\000\000\000\002\003\253\126\052\112\055\316\057\055\112\116\015\251"
    "\054\110\125\262\122\012\120\322\121\312\114\001\062\022\225\152\001\357\051\076\372\035"
    "\000\000\000";

inline constexpr std::string_view line_a = R"({"resourceType":"P","id":"a"})",
                                  line_b = R"({"resourceType":"P","id":"b"})";

// gzip -9n of its_content, and as long.
inline constexpr char of_its_size[] =
    "\037\213\010\000\000\000\000\000\002\003\015\315\261\015\002\061\014\005\320\135\134\123"
    "\030\305\361\167\230\202\202\005\142\307\226\250\356\164\210\002\041\166\347\352\127\274"
    "\057\075\027\335\050\130\040\222\000\233\027\303\225\071\262\137\053\122\163\256\020\030"
    "\206\266\072\231\255\031\240\351\135\335\047\026\233\132\160\242\032\027\317\226\211\061"
    "\274\303\145\111\001\164\241\043\137\333\373\210\174\174\366\074\247\073\375\376\367\363"
    "\207\067\164\000\000\000";
inline constexpr std::string_view its_content =
    R"({"id":"c04744e7708bf07b600ce51fce6eadc4787963f7080838776eb56bba7d0868c0e7f30f0a3ee799b57b4d4f77","resourceType":"P"})";

template <std::size_t n>
std::string bytes_of(const char (&text)[n]) {
  return {text, n - 1};
}

}  // namespace test
