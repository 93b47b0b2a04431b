#include "cli/php_values.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/text.h"

namespace click2call::cli {
namespace {

using Kind = PhpToken::Kind;
using Piece = PhpPiece::Kind;

constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

bool Opens(const PhpToken& token) {
  return IsSymbol(token, "(") || IsSymbol(token, "[") || IsSymbol(token, "{");
}
bool Closes(const PhpToken& token) {
  return IsSymbol(token, ")") || IsSymbol(token, "]") || IsSymbol(token, "}");
}

struct Places {
  std::size_t first = kNowhere;
  std::size_t last = kNowhere;
};

// Where `symbol` stands outside of all brackets.
Places Find(PhpTokens tokens, std::string_view symbol) {
  Places places;
  int depth = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (depth == 0 && IsSymbol(tokens[i], symbol)) {
      places = {std::min(places.first, i), i};
    }
    if (Opens(tokens[i])) ++depth;
    if (Closes(tokens[i])) --depth;
  }
  return places;
}

// Whether the first bracket is closed by the last token.
bool Encloses(PhpTokens tokens) {
  if (tokens.size() < 2 || !IsSymbol(tokens[0], "(")) return false;
  int depth = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (Opens(tokens[i])) ++depth;
    if (Closes(tokens[i]) && --depth == 0) return i + 1 == tokens.size();
  }
  return false;
}

bool IsCast(PhpTokens tokens) {
  constexpr std::array<std::string_view, 6> kTypes = {"string", "int",     "integer",
                                                      "bool",   "boolean", "float"};
  return tokens.size() > 3 && IsSymbol(tokens[0], "(") && IsSymbol(tokens[2], ")") &&
         std::ranges::any_of(kTypes,
                             [&](std::string_view type) { return IsName(tokens[1], type); });
}

// Without what changes nothing: brackets around it all, a cast, an @.
PhpTokens Strip(PhpTokens tokens) {
  while (true) {
    if (Encloses(tokens)) {
      tokens = tokens.subspan(1, tokens.size() - 2);
    } else if (IsCast(tokens)) {
      tokens = tokens.subspan(3);
    } else if (!tokens.empty() && IsSymbol(tokens[0], "@")) {
      tokens = tokens.subspan(1);
    } else {
      return tokens;
    }
  }
}

// getenv(), and what frameworks call it.
bool IsEnvironment(const PhpToken& token) {
  if (token.kind == Kind::kVariable) return token.text == "_ENV" || token.text == "_SERVER";
  return token.kind == Kind::kName && token.text.size() >= 3 &&
         base::EqualIgnoreCase(token.text.substr(token.text.size() - 3), "env");
}

// Of what decides at run time: what a request sends, else the environment, else the first variable.
std::string Source(PhpTokens tokens) {
  std::string first;
  std::string environment;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (IsEnvironment(tokens[i])) environment = "getenv";
    if (tokens[i].kind != Kind::kVariable) continue;
    std::string path = ReadPhpName(tokens.subspan(i)).path;
    if (IsOfRequest(path)) return path;
    if (first.empty()) first = std::move(path);
  }
  return environment.empty() ? first : environment;
}

PhpPiece Text(std::string text, int line) { return {Piece::kText, std::move(text), line}; }

std::string Number(std::string_view digits) {
  std::string number(digits);
  std::erase(number, '_');
  return number;
}

// One of several that are joined by dots.
void ReadOperand(PhpTokens operand, std::vector<PhpPiece>* pieces) {
  operand = Strip(operand);
  if (operand.empty()) return;
  const PhpToken& token = operand[0];
  if (operand.size() == 1) {
    if (token.kind == Kind::kString) {
      pieces->insert(pieces->end(), token.pieces.begin(), token.pieces.end());
      return;
    }
    if (token.kind == Kind::kNumber) {
      return pieces->push_back(Text(Number(token.text), token.line));
    }
    if (IsName(token, "null")) return pieces->push_back(Text("", token.line));
    if (IsName(token, "PHP_EOL")) return pieces->push_back(Text("\n", token.line));
    for (const std::string_view word : {"true", "false"}) {
      if (IsName(token, word)) return pieces->push_back(Text(std::string(word), token.line));
    }
  }
  PhpName name = ReadPhpName(operand);
  if (!name.path.empty() && name.tokens == operand.size()) {
    return pieces->push_back({Piece::kVariable, std::move(name.path), token.line});
  }
  pieces->push_back({Piece::kComputed, Source(operand), token.line});
}

// getenv('AMI_HOST'), env('AMI_HOST', '127.0.0.1').
bool ReadEnvironment(PhpTokens tokens, PhpValue* value) {
  if (tokens.size() < 3 || !IsEnvironment(tokens[0]) || !Encloses(tokens.subspan(1))) return false;
  const PhpTokens arguments = tokens.subspan(2, tokens.size() - 3);
  const std::size_t comma = Find(arguments, ",").first;
  if (comma == kNowhere) {
    value->pieces = {{Piece::kComputed, "getenv", tokens[0].line}};
  } else {
    *value = ReadPhpValue(FirstExpression(arguments.subspan(comma + 1)));
    value->unless = "getenv";
  }
  return true;
}

// a ?? b, a ?: b, c ? a : b, where what decides is not the script itself: b.
bool ReadDefault(PhpTokens tokens, PhpValue* value) {
  std::size_t otherwise = Find(tokens, "??").last;
  if (otherwise == kNowhere) otherwise = Find(tokens, ":").last;
  if (otherwise == kNowhere) return false;
  const std::string source = Source(tokens.subspan(0, otherwise));
  if (!IsOfRequest(source) && source != "getenv") {
    // Which of the two it is only the running script knows.
    value->pieces = {{Piece::kComputed, source, tokens[0].line}};
    return true;
  }
  *value = ReadPhpValue(tokens.subspan(otherwise + 1));
  if (!IsOfRequest(value->unless)) value->unless = source;
  return true;
}

}  // namespace

bool IsSymbol(const PhpToken& token, std::string_view symbol) {
  return token.kind == Kind::kSymbol && token.text == symbol;
}

bool IsName(const PhpToken& token, std::string_view name) {
  return token.kind == Kind::kName && base::EqualIgnoreCase(token.text, name);
}

PhpTokens FirstExpression(PhpTokens tokens) {
  int depth = 0;
  for (std::size_t i = 0; i < tokens.size() && i < kMaxExpressionTokens; ++i) {
    if (Opens(tokens[i])) ++depth;
    const bool ends = IsSymbol(tokens[i], ",") || IsSymbol(tokens[i], "=>") || Closes(tokens[i]);
    if ((depth == 0 && ends) || IsSymbol(tokens[i], ";")) return tokens.subspan(0, i);
    if (Closes(tokens[i])) --depth;
  }
  return tokens.size() <= kMaxExpressionTokens ? tokens : PhpTokens();
}

PhpName ReadPhpName(PhpTokens tokens) {
  if (tokens.empty()) return {};
  PhpName name{PhpPath("", tokens[0].text), 1};
  if (tokens[0].kind == Kind::kName && tokens.size() >= 3 && IsSymbol(tokens[1], "::")) {
    const bool constant = tokens[2].kind == Kind::kName || tokens[2].kind == Kind::kVariable;
    if (!constant) return {};
    name = {PhpPath("", tokens[2].text), 3};
  } else if (tokens[0].kind != Kind::kVariable && tokens[0].kind != Kind::kName) {
    return {};
  }
  while (name.tokens < tokens.size()) {
    const PhpTokens rest = tokens.subspan(name.tokens);
    const bool property = IsSymbol(rest[0], "->") || IsSymbol(rest[0], "?->");
    if (property && rest.size() >= 2 && rest[1].kind == Kind::kName) {
      name = {PhpPath(name.path, rest[1].text), name.tokens + 2};
      continue;
    }
    if (!IsSymbol(rest[0], "[") || rest.size() < 3 || !IsSymbol(rest[2], "]")) return name;
    const PhpToken& key = rest[1];
    const bool text =
        key.kind == Kind::kString && key.pieces.size() == 1 && key.pieces[0].kind == Piece::kText;
    if (!text && key.kind != Kind::kNumber) return name;
    name = {PhpPath(name.path, text ? std::string_view(key.pieces[0].text) : key.text),
            name.tokens + 3};
  }
  return name;
}

PhpValue ReadPhpValue(PhpTokens expression) {
  PhpValue value;
  PhpTokens rest = Strip(expression);
  if (ReadEnvironment(rest, &value) || ReadDefault(rest, &value)) return value;
  while (!rest.empty()) {
    const std::size_t dot = std::min(Find(rest, ".").first, rest.size());
    ReadOperand(rest.subspan(0, dot), &value.pieces);
    rest = rest.subspan(std::min(dot + 1, rest.size()));
  }
  return value;
}

}  // namespace click2call::cli
