#include "cli/php_settings.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "cli/php_values.h"

namespace click2call::cli {
namespace {

using Kind = PhpToken::Kind;
using Form = PhpSetting::Form;

constexpr std::array<std::string_view, 12> kFields = {
    "Username", "Secret",  "Channel",  "Exten",    "Context", "Priority",
    "CallerID", "Timeout", "WaitTime", "MaxRetry", "Account", "Variable"};

// Beyond these it is no setting: no line that AMI takes is longer.
constexpr std::size_t kMaxValueBytes = 1024;
constexpr std::size_t kMaxValuePieces = 64;

class Reader {
 public:
  explicit Reader(PhpTokens tokens) : tokens_(tokens) {}

  std::vector<PhpSetting> Run() {
    for (at_ = 0; at_ < tokens_.size() && TooMany().Ok(); ++at_) {
      switch (tokens_[at_].kind) {
        case Kind::kSymbol:
          ReadSymbol();
          break;
        case Kind::kVariable:
          ReadAssignment();
          break;
        case Kind::kName:
          ReadWord();
          break;
        case Kind::kString:
          ReadLines();
          ReadEntry();
          break;
        case Kind::kNumber:
          break;
      }
    }
    return std::move(settings_);
  }

  base::Status TooMany() const {
    if (taken_ <= kMaxSettings) return base::Done();
    return base::Error{base::Code::kPayloadTooLarge,
                       "is no click-to-call page: it sets over 5,000 values"};
  }

 private:
  bool Follows(std::size_t ahead, std::string_view symbol) const {
    return at_ + ahead < tokens_.size() && IsSymbol(tokens_[at_ + ahead], symbol);
  }
  PhpTokens From(std::size_t index) const {
    return tokens_.subspan(std::min(index, tokens_.size()));
  }

  // Keeps track of the arrays that we are in.
  void ReadSymbol() {
    const std::string_view symbol = tokens_[at_].text;
    if (symbol == "[" || symbol == "(" || symbol == "{") {
      outer_.push_back(at_ == array_ ? array_path_ : "");
    } else if (symbol == "]" || symbol == ")" || symbol == "}") {
      if (!outer_.empty()) outer_.pop_back();
    } else if (symbol == ";") {
      shows_ = false;
    }
  }

  void ReadAssignment() {
    PhpName name = ReadPhpName(From(at_));
    const std::size_t next = at_ + name.tokens;
    if (next >= tokens_.size()) return;
    if (IsSymbol(tokens_[next], "=") || IsSymbol(tokens_[next], "?\?=")) {
      Take(std::move(name.path), tokens_[at_].line, next + 1);
    }
  }

  // A constant, an entry whose key is one, or a call.
  void ReadWord() {
    const PhpToken& word = tokens_[at_];
    for (const std::string_view shown : {"echo", "print", "die", "exit"}) {
      if (IsName(word, shown)) shows_ = true;
    }
    const bool property = at_ > 0 && tokens_[at_ - 1].text.ends_with("->");
    if (Follows(1, "=") && !property) return Take(PhpPath("", word.text), word.line, at_ + 2);
    if (Follows(1, "=>")) return ReadEntry();
    if (Follows(1, "(")) ReadCall(word);
  }

  // What is said for a key of the array that we are in.
  void ReadEntry() {
    if (!Follows(1, "=>")) return;
    const PhpToken& key = tokens_[at_];
    std::string_view name = key.text;
    if (key.kind == Kind::kString) {
      if (key.pieces.size() != 1 || key.pieces[0].kind != PhpPiece::Kind::kText) return;
      name = key.pieces[0].text;
    }
    Take(PhpPath(outer_.empty() ? "" : outer_.back(), name), key.line, at_ + 2);
  }

  void ReadCall(const PhpToken& word) {
    const PhpTokens first = FirstExpression(From(at_ + 2));
    const std::size_t comma = at_ + 2 + first.size();
    const bool more = comma < tokens_.size() && IsSymbol(tokens_[comma], ",");
    if (IsName(word, "define") && more && first.size() == 1 && first[0].kind == Kind::kString &&
        first[0].pieces.size() == 1) {
      return Take(PhpPath("", first[0].pieces[0].text), word.line, comma + 1);
    }
    if (IsName(word, "fsockopen") || IsName(word, "pfsockopen") ||
        IsName(word, "stream_socket_client")) {
      Add(Form::kSent, "Host", word.line, ReadPhpValue(first));
      if (more && !IsName(word, "stream_socket_client")) {
        Add(Form::kSent, "Port", word.line, ReadPhpValue(FirstExpression(From(comma + 1))));
      }
      return;
    }
    if (word.text.ends_with("OriginateAction") && !first.empty()) {
      return Add(Form::kSent, "Channel", word.line, ReadPhpValue(first));
    }
    if (word.text.size() > 3 && word.text.starts_with("set") && !first.empty()) {
      Take(PhpPath("", word.text.substr(3)), word.line, at_ + 2);
    }
  }

  // The value of a name begins at `begin`: a whole array, or one that can be kept.
  void Take(std::string path, int line, std::size_t begin) {
    const PhpTokens value = From(begin);
    if (value.empty()) return;
    const bool array = IsName(value[0], "array") && value.size() > 1 && IsSymbol(value[1], "(");
    if (array || IsSymbol(value[0], "[")) {
      array_ = begin + (array ? 1 : 0);
      array_path_ = std::move(path);
      return;
    }
    const PhpTokens expression = FirstExpression(value);
    if (expression.empty()) {
      ++taken_;
    } else {
      Add(Form::kNamed, std::move(path), line, ReadPhpValue(expression));
    }
  }

  void Add(Form form, std::string name, int line, PhpValue value) {
    ++taken_;
    std::erase_if(value.pieces, [](const PhpPiece& piece) {
      return piece.kind == PhpPiece::Kind::kText && piece.text.empty();
    });
    std::size_t bytes = 0;
    for (const PhpPiece& piece : value.pieces) bytes += piece.text.size();
    if (bytes > kMaxValueBytes || value.pieces.size() > kMaxValuePieces) return;
    settings_.push_back({form, std::move(name), line, std::move(value)});
  }

  // The AMI lines of a string, and of all that is joined with it.
  void ReadLines() {
    if (at_ < read_until_) return;
    const PhpTokens expression = FirstExpression(From(at_));
    read_until_ = at_ + (expression.empty() ? kMaxExpressionTokens : expression.size());
    if (shows_) return;  // for people
    std::vector<PhpPiece> line;
    for (const PhpPiece& piece : ReadPhpValue(expression).pieces) {
      if (piece.kind != PhpPiece::Kind::kText) {
        line.push_back(piece);
        continue;
      }
      std::string_view text = piece.text;
      for (std::size_t end = text.find('\n'); end != std::string_view::npos;
           end = text.find('\n')) {
        line.push_back({piece.kind, std::string(text.substr(0, end)), piece.line});
        TakeLine(std::move(line));
        line.clear();
        text.remove_prefix(end + 1);
      }
      if (!text.empty()) line.push_back({piece.kind, std::string(text), piece.line});
    }
    TakeLine(std::move(line));
  }

  void TakeLine(std::vector<PhpPiece> pieces) {
    if (pieces.empty() || pieces[0].kind != PhpPiece::Kind::kText) return;
    PhpPiece& first = pieces[0];
    const std::size_t colon = first.text.find(':');
    if (colon == std::string::npos) return;
    const std::string_view field = base::Trim(std::string_view(first.text).substr(0, colon));
    const auto* const known = std::ranges::find_if(
        kFields, [&](std::string_view one) { return base::EqualIgnoreCase(one, field); });
    if (known == kFields.end()) return;
    const int line = first.line;
    first.text.erase(0, first.text.find_first_not_of(" \t", colon + 1));
    PhpPiece& last = pieces.back();
    if (last.kind == PhpPiece::Kind::kText) {
      last.text.erase(last.text.find_last_not_of(" \t\r") + 1);
    }
    Add(Form::kSent, std::string(*known), line, {std::move(pieces), ""});
  }

  PhpTokens tokens_;
  std::size_t at_ = 0;
  std::size_t read_until_ = 0;      // by ReadLines()
  bool shows_ = false;              // in a statement that prints
  std::vector<std::string> outer_;  // for each open bracket: the path of the array that it is
  std::size_t array_ = 0;           // the bracket that opens the array with the path array_path_
  std::string array_path_;
  std::vector<PhpSetting> settings_;
  std::size_t taken_ = 0;  // and looked at, be it a setting or not
};

}  // namespace

base::Result<std::vector<PhpSetting>> ReadPhpSettings(std::string_view script) {
  if (script.size() > kMaxScriptBytes) {
    return base::Error{base::Code::kPayloadTooLarge, "is no click-to-call page: it has over 1 MB"};
  }
  const std::vector<PhpToken> tokens = ReadPhpTokens(script);
  Reader reader(tokens);
  std::vector<PhpSetting> settings = reader.Run();
  const base::Status fits = reader.TooMany();
  if (!fits.Ok()) return fits.Why();
  return settings;
}

bool IsOfRequest(std::string_view path) {
  return path.starts_with("_GET") || path.starts_with("_POST") || path.starts_with("_REQUEST") ||
         path.starts_with("_COOKIE");
}

}  // namespace click2call::cli
