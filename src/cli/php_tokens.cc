#include "cli/php_tokens.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/text.h"

namespace click2call::cli {
namespace {

using Kind = PhpToken::Kind;

// A byte of UTF-8 or Latin-1 is a letter, as PHP has it.
bool BeginsName(char c) {
  return (base::IsAlnum(c) && !base::IsDigit(c)) || c == '_' || static_cast<unsigned char>(c) > 127;
}
bool InName(char c) { return BeginsName(c) || base::IsDigit(c); }
bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// The longest first.
constexpr std::array<std::string_view, 28> kLongSymbols = {
    "===", "!==", "<=>", "?\?=", "?->", "...", "**=", "=>", "->", "::", "??", "==", "!=", "<=",
    ">=",  "&&",  "||",  ".=",   "+=",  "-=",  "*=",  "/=", "++", "--", "<<", ">>", "**", "|="};

int HexDigit(char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const std::size_t at = kDigits.find(c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

void AppendUtf8(std::uint32_t code, std::string* text) {
  const auto add = [&](std::uint32_t byte) { text->push_back(static_cast<char>(byte)); };
  if (code < 0x80) return add(code);
  if (code < 0x800) {
    add(0xC0U | code >> 6U);
  } else if (code < 0x10000) {
    add(0xE0U | code >> 12U);
    add(0x80U | (code >> 6U & 0x3FU));
  } else {
    add(0xF0U | (code >> 18U & 0x07U));
    add(0x80U | (code >> 12U & 0x3FU));
    add(0x80U | (code >> 6U & 0x3FU));
  }
  add(0x80U | (code & 0x3FU));
}

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view script) : script_(script) {}

  std::vector<PhpToken> Run() {
    SkipHtml();
    while (at_ < script_.size()) Next();
    return std::move(tokens_);
  }

 private:
  char Peek(std::size_t ahead = 0) const {
    return at_ + ahead < script_.size() ? script_[at_ + ahead] : '\0';
  }
  bool Sees(std::string_view text) const { return script_.substr(at_).starts_with(text); }

  // The line of at_, which only ever goes on.
  int Line() {
    line_ += static_cast<int>(std::count(script_.begin() + static_cast<std::ptrdiff_t>(counted_),
                                         script_.begin() + static_cast<std::ptrdiff_t>(at_), '\n'));
    counted_ = at_;
    return line_;
  }

  void Add(Kind kind, std::size_t begin, int line) {
    tokens_.push_back({kind, script_.substr(begin, at_ - begin), line});
  }

  void SkipHtml() {
    while (true) {
      at_ = std::min(script_.find("<?", at_), script_.size());
      if (at_ == script_.size()) return;
      at_ += 2;
      const std::string_view word = script_.substr(at_, 3);
      if (base::EqualIgnoreCase(word, "xml")) continue;
      if (base::EqualIgnoreCase(word, "php")) at_ += 3;
      if (Peek() == '=') ++at_;
      return;
    }
  }

  void Next() {
    const char c = Peek();
    if (IsBlank(c)) {
      ++at_;
    } else if (c == '#' || (c == '/' && Peek(1) == '/')) {
      SkipLineComment();
    } else if (c == '/' && Peek(1) == '*') {
      const std::size_t end = script_.find("*/", at_ + 2);
      at_ = end == std::string_view::npos ? script_.size() : end + 2;
    } else if (c == '?' && Peek(1) == '>') {
      tokens_.push_back({Kind::kSymbol, ";", Line()});
      at_ += 2;
      SkipHtml();
    } else if (c == '\'') {
      SingleQuoted();
    } else if (c == '"' || c == '`') {
      DoubleQuoted(c);
    } else if (c != '<' || !Sees("<<<") || !Heredoc()) {
      Word();
    }
  }

  void SkipLineComment() {
    while (at_ < script_.size() && Peek() != '\n' && !Sees("?>")) ++at_;
  }

  void Word() {
    const std::size_t begin = at_;
    const int line = Line();
    if (Peek() == '$' && BeginsName(Peek(1))) {
      ++at_;
      SkipName();
      return Add(Kind::kVariable, begin + 1, line);
    }
    if (BeginsName(Peek()) || Peek() == '\\') {
      while (InName(Peek()) || Peek() == '\\') ++at_;
      return Add(Kind::kName, begin, line);
    }
    if (base::IsDigit(Peek())) {
      while (InName(Peek()) || (Peek() == '.' && base::IsDigit(Peek(1)))) ++at_;
      return Add(Kind::kNumber, begin, line);
    }
    constexpr std::string_view kSecond = "=?-.*>:&|+<";  // of the long ones
    if (kSecond.find(Peek(1)) == std::string_view::npos) {
      ++at_;
      return Add(Kind::kSymbol, begin, line);
    }
    const auto* const symbol =
        std::ranges::find_if(kLongSymbols, [&](std::string_view one) { return Sees(one); });
    at_ += symbol == kLongSymbols.end() ? 1 : symbol->size();
    Add(Kind::kSymbol, begin, line);
  }

  void SkipName() {
    while (InName(Peek())) ++at_;
  }

  void SingleQuoted() {
    PhpToken token{Kind::kString, {}, Line()};
    std::string text;
    for (++at_; at_ < script_.size() && Peek() != '\''; ++at_) {
      if (Peek() == '\\' && (Peek(1) == '\\' || Peek(1) == '\'')) ++at_;
      text += Peek();
    }
    ++at_;
    token.pieces.push_back({PhpPiece::Kind::kText, std::move(text), token.line});
    Emit(std::move(token));
  }

  void DoubleQuoted(char quote) {
    PhpToken token{Kind::kString, {}, Line()};
    ++at_;
    Interpolate(script_.size(), quote, 0, &token.pieces);
    ++at_;
    // What a shell says.
    if (quote == '`') token.pieces = {{PhpPiece::Kind::kComputed, "", token.line}};
    Emit(std::move(token));
  }

  void Emit(PhpToken token) {
    at_ = std::min(at_, script_.size());
    tokens_.push_back(std::move(token));
  }

  // False, and nothing read, where "<<<" begins no heredoc.
  bool Heredoc() {
    std::size_t at = at_ + 3;
    while (at < script_.size() && (script_[at] == ' ' || script_[at] == '\t')) ++at;
    const char quote = at < script_.size() ? script_[at] : '\0';
    if (quote == '\'' || quote == '"') ++at;
    const std::size_t begin = at;
    while (at < script_.size() && InName(script_[at])) ++at;
    const std::string_view name = script_.substr(begin, at - begin);
    const std::size_t body = script_.find('\n', at);
    if (name.empty() || body == std::string_view::npos) return false;

    PhpToken token{Kind::kString, {}, Line()};
    at_ = body + 1;
    const HeredocEnd end = EndOfHeredoc(name);
    if (quote == '\'') {
      token.pieces.push_back(
          {PhpPiece::Kind::kText, std::string(script_.substr(at_, end.text - at_)), Line()});
    } else {
      Interpolate(end.text, '\0', end.indent, &token.pieces);
    }
    at_ = std::max(at_, end.name);  // a brace that is never closed may have led behind it
    Emit(std::move(token));
    return true;
  }

  struct HeredocEnd {
    std::size_t text;    // where the text ends
    std::size_t name;    // behind the closing name
    std::size_t indent;  // of that name
  };

  HeredocEnd EndOfHeredoc(std::string_view name) const {
    std::size_t line = at_;
    while (line < script_.size()) {
      const std::size_t first = std::min(script_.find_first_not_of(" \t", line), script_.size());
      const std::string_view rest = script_.substr(first);
      if (rest.starts_with(name) && (rest.size() == name.size() || !InName(rest[name.size()]))) {
        return {line == at_ ? line : line - 1, first + name.size(), first - line};
      }
      const std::size_t end = script_.find('\n', line);
      if (end == std::string_view::npos) break;
      line = end + 1;
    }
    return {script_.size(), script_.size(), 0};
  }

  // Reads up to `end` or an unescaped `quote`. Of each line the first `indent` blanks are left out.
  void Interpolate(std::size_t end, char quote, std::size_t indent, std::vector<PhpPiece>* pieces) {
    PhpPiece text{PhpPiece::Kind::kText, "", Line()};
    const auto flush = [&] {
      if (!text.text.empty()) pieces->push_back(std::move(text));
      text = {PhpPiece::Kind::kText, "", Line()};
    };
    bool line_begins = indent > 0;
    while (at_ < end && (quote == '\0' || Peek() != quote)) {
      if (line_begins) SkipIndent(end, indent);
      line_begins = false;
      if (at_ >= end) break;
      const char c = Peek();
      if (c == '\\') {
        Escape(quote, &text.text);
      } else if (c == '$' && BeginsName(Peek(1))) {
        flush();
        pieces->push_back(Variable(/*braces=*/false));
      } else if ((c == '{' && Peek(1) == '$') || (c == '$' && Peek(1) == '{')) {
        flush();
        at_ += c == '{' ? 1 : 2;
        pieces->push_back(Variable(/*braces=*/true));
      } else {
        text.text += c;
        ++at_;
        if (c == '\n') flush();
        line_begins = c == '\n' && indent > 0;
      }
    }
    flush();
  }

  void SkipIndent(std::size_t end, std::size_t indent) {
    for (; indent > 0 && at_ < end && (Peek() == ' ' || Peek() == '\t'); --indent) ++at_;
  }

  void Escape(char quote, std::string* text) {
    constexpr std::string_view kNames = "nrtvef\\$";
    constexpr std::string_view kBytes = "\n\r\t\v\x1b\f\\$";
    if (at_ + 1 == script_.size()) {
      text->push_back(script_[at_++]);
      return;
    }
    const char c = Peek(1);
    at_ += 2;
    const std::size_t known = kNames.find(c);
    if (known != std::string_view::npos) {
      text->push_back(kBytes[known]);
    } else if (quote != '\0' && c == quote) {
      text->push_back(c);
    } else if (c == 'u' && Peek() == '{') {
      ++at_;
      AppendUtf8(Digits(16, 6), text);
      if (Peek() == '}') ++at_;
    } else if (c == 'x' && HexDigit(Peek()) >= 0) {
      text->push_back(static_cast<char>(Digits(16, 2)));
    } else if (c >= '0' && c <= '7') {
      --at_;
      text->push_back(static_cast<char>(Digits(8, 3)));
    } else {
      text->push_back('\\');
      --at_;  // not an escape: the character after it is read as any other
    }
  }

  std::uint32_t Digits(int base, int most) {
    std::uint32_t number = 0;
    for (; most > 0; --most, ++at_) {
      const int digit = HexDigit(Peek());
      if (digit < 0 || digit >= base) break;
      number = number * static_cast<std::uint32_t>(base) + static_cast<std::uint32_t>(digit);
    }
    return number;
  }

  // $name, $name[key] or $name->property, and in braces as many of the latter as there are.
  PhpPiece Variable(bool braces) {
    PhpPiece piece{PhpPiece::Kind::kVariable, "", Line()};
    if (Peek() == '$') ++at_;
    const std::size_t begin = at_;
    SkipName();
    piece.text = PhpPath("", script_.substr(begin, at_ - begin));
    bool readable = !piece.text.empty();
    for (int steps = 0; readable && (braces || steps == 0); ++steps) {
      if (Peek() == '[') {
        readable = Key(&piece.text);
      } else if (Sees("->") && BeginsName(Peek(2))) {
        at_ += 2;
        const std::size_t property = at_;
        SkipName();
        piece.text = PhpPath(piece.text, script_.substr(property, at_ - property));
      } else {
        break;
      }
    }
    if (braces) readable = SkipBrace() && readable;
    if (!readable) piece.kind = PhpPiece::Kind::kComputed;
    return piece;
  }

  // [key], ['key'] or ["key"]; false where it is anything else.
  bool Key(std::string* path) {
    std::size_t at = at_ + 1;
    const char quote = at < script_.size() ? script_[at] : '\0';
    const bool quoted = quote == '\'' || quote == '"';
    if (quoted) ++at;
    const std::size_t begin = at;
    while (at < script_.size() && (InName(script_[at]) || script_[at] == '-')) ++at;
    const std::string_view key = script_.substr(begin, at - begin);
    if (quoted && at < script_.size() && script_[at] == quote) ++at;
    if (key.empty() || at >= script_.size() || script_[at] != ']') return false;
    *path = PhpPath(*path, key);
    at_ = at + 1;
    return true;
  }

  // To behind the brace; whether there was nothing before it.
  bool SkipBrace() {
    const std::size_t brace = script_.find('}', at_);
    const bool at_once = brace == at_;
    at_ = brace == std::string_view::npos ? script_.size() : brace + 1;
    return at_once;
  }

  std::string_view script_;
  std::size_t at_ = 0;
  std::size_t counted_ = 0;  // line_ is that of this place
  int line_ = 1;
  std::vector<PhpToken> tokens_;
};

}  // namespace

std::vector<PhpToken> ReadPhpTokens(std::string_view script) { return Tokenizer(script).Run(); }

std::string PhpPath(std::string_view outer, std::string_view inner) {
  constexpr std::size_t kMaxBytes = 200;  // more names nothing that is sought here
  std::string path;
  if (!outer.empty() && outer != "this" && outer != "GLOBALS") path.append(outer).append(".");
  return path.append(inner.substr(0, kMaxBytes)).substr(0, kMaxBytes);
}

}  // namespace click2call::cli
