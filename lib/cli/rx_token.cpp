// token: a redeem token as the patient carries it, as a short text or as a QR code.
#include "base/bytes.hpp"
#include "cli/other_program.hpp"
#include "cli/rx_acts.hpp"
#include "cli/sealing.hpp"
#include "exchange/redeem_token.hpp"

namespace medchain::cli {
namespace {

Result<std::string> qr_code(const crypto::Secret& text, const std::string& form) {
  std::vector<std::string> words = {"qrencode", "-o", "-", "-t"};
  words.push_back(form == "png" ? "PNG" : form == "svg" ? "SVG" : "UTF8");
  auto code = output_of(std::move(words), text);
  if (code) return code;
  return std::move(code).error().with_hint(
      "install it ('apt-get install qrencode'), or print the text without '--qr'");
}

}  // namespace

Result<int> rx_token(Session& session) {
  MC_ASSIGN(const std::string path, session.required("token-file"));
  // It runs another program, and so is not sealed; the rest of hardening holds all the same.
  if (const std::string failed = harden_process(); !failed.empty()) session.detail(failed);
  MC_ASSIGN(const auto token, exchange::RedeemToken::load(path));
  const crypto::Secret text = token.text();
  if (const auto form = session.setting("qr")) {
    MC_ASSIGN(const std::string code, qr_code(text, *form));
    MC_TRY(session.out().write(code));
    return 0;
  }
  MC_TRY(session.out().write(as_text(text.view())));
  MC_TRY(session.out().write("\n"));
  return 0;
}

Verb rx_token_verb() {
  Verb verb;
  verb.name = "token";
  verb.summary = "show a redeem token as a short text or a QR code";
  verb.options = {
      {"token-file", 0, ValueKind::file, "FILE", "the redeem token"},
      {"qr", 0, ValueKind::words, "FORM", "as a QR code, made by qrencode(1)", {}, "utf8|png|svg"}};
  verb.common = {"output"};
  verb.max_operands = 0;
  verb.run = rx_token;
  verb.secret_output = true;
  verb.runs_others = true;
  return verb;
}

}  // namespace medchain::cli
