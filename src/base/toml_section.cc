#include "base/toml_section.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <sstream>
#include <utility>

namespace {

struct Mishap {};
[[noreturn]] void Stumble() { throw Mishap(); }

}  // namespace

// toml++ 3.3 takes a table whose name begins with ":" or "[" for impossible, and would end the
// program, which a mistake in a file that is read again must not.
#define TOML_ASSERT(expr) ((expr) ? void() : Stumble())
#include <toml++/toml.h>

#include "base/text.h"

namespace click2call::base {

struct TomlSection::Node {
  const toml::table* table;  // null for one that is absent
  std::string name;          // "call", "pbx"; empty for the document
  std::vector<std::string> known = {};

  const toml::node* Find(std::string_view key) {
    known.emplace_back(key);
    return table == nullptr ? nullptr : table->get(key);
  }

  std::string FullName(std::string_view key) const {
    return name.empty() ? std::string(key) : name + "." + std::string(key);
  }
};

struct TomlSection::Document {
  std::string file;
  toml::table root;
  std::string problem = {};
  std::deque<Node> nodes = {};

  void Report(const toml::source_position& at, std::string_view what) {
    if (!problem.empty()) return;
    std::ostringstream out;
    out << file << ':' << at.line << ':' << at.column << ": " << what;
    problem = out.str();
  }

  void Report(const Node& owner, const toml::node& at, std::string_view key,
              std::string_view what) {
    Report(at.source().begin, owner.FullName(key) + " " + std::string(what));
  }

  template <class T>
  std::optional<T> Read(Node& owner, std::string_view key, std::string_view type) {
    const toml::node* node = owner.Find(key);
    if (node == nullptr) return std::nullopt;
    std::optional<T> value = node->value_exact<T>();
    if (!value) Report(owner, *node, key, "must be " + std::string(type));
    return value;
  }

  void ReportUnknownKeys(const Node& owner) {
    if (owner.table == nullptr) return;
    const std::vector<std::string_view> names(owner.known.begin(), owner.known.end());
    for (const auto& [key, value] : *owner.table) {
      if (std::find(names.begin(), names.end(), key.str()) != names.end()) continue;
      std::string what = "unknown key " + owner.FullName(key.str());
      const std::string_view nearest = Nearest(key.str(), names);
      if (!nearest.empty()) what += "; did you mean " + owner.FullName(nearest) + "?";
      Report(key.source().begin, what);
    }
  }
};

namespace {

std::string Join(std::span<const std::string_view> words) {
  std::string joined;
  for (const std::string_view word : words) {
    if (!joined.empty()) joined += ", ";
    joined.append("\"").append(word).append("\"");
  }
  return joined;
}

// The line of a Mishap, which says no place: the last one of the fewest that make it.
toml::source_index LineOfMishap(std::string_view text) {
  toml::source_index line = 1;
  for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', end + 1)) {
    try {
      (void)toml::parse(text.substr(0, end));
    } catch (const Mishap&) {
      break;
    } catch (const toml::parse_error&) {  // cut off within a value
    }
    ++line;
  }
  return line;
}

constexpr std::string_view kAdvice =
    " (is a quote, a bracket or a line break missing, or a key twice there?)";

}  // namespace

Result<TomlSection> TomlSection::Parse(std::string_view text, std::string_view file) {
  auto document = std::make_shared<Document>(Document{std::string(file), {}});
  try {
    document->root = toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    // After the colon toml++ quotes the text it stumbled over, which may be a secret.
    const std::string_view what = error.description();
    document->Report(error.source().begin,
                     std::string(what.substr(0, what.find(':'))).append(kAdvice));
    return Error{Code::kInternal, document->problem};
  } catch (const Mishap&) {
    document->Report({LineOfMishap(text), 1}, std::string("Error while parsing").append(kAdvice));
    return Error{Code::kInternal, document->problem};
  }
  Node& root = document->nodes.emplace_back(Node{&document->root, ""});
  return TomlSection(document, &root);
}

std::string TomlSection::String(std::string_view key, std::string_view otherwise) {
  return document_->Read<std::string>(*node_, key, "a string").value_or(std::string(otherwise));
}

std::string TomlSection::Choice(std::string_view key, std::string_view otherwise,
                                std::span<const std::string_view> choices) {
  const auto value = document_->Read<std::string>(*node_, key, "a string");
  if (!value) return std::string(otherwise);
  if (std::find(choices.begin(), choices.end(), *value) == choices.end()) {
    Fail(key, "must be one of " + Join(choices));
    return std::string(otherwise);
  }
  return *value;
}

std::int64_t TomlSection::Integer(std::string_view key, std::int64_t otherwise, Range range) {
  const auto value = document_->Read<std::int64_t>(*node_, key, "a whole number");
  if (!value) return otherwise;
  if (*value < range.lowest || *value > range.highest) {
    Fail(key,
         "must be from " + std::to_string(range.lowest) + " to " + std::to_string(range.highest));
    return otherwise;
  }
  return *value;
}

bool TomlSection::Bool(std::string_view key, bool otherwise) {
  return document_->Read<bool>(*node_, key, "true or false").value_or(otherwise);
}

std::vector<std::string> TomlSection::Strings(std::string_view key,
                                              std::vector<std::string> otherwise) {
  const toml::node* node = node_->Find(key);
  if (node == nullptr) return otherwise;
  std::vector<std::string> values;
  const toml::array* array = node->as_array();
  if (array == nullptr) {
    document_->Report(*node_, *node, key, "must be a list of strings");
    return values;
  }
  for (const toml::node& element : *array) {
    if (auto value = element.value_exact<std::string>()) {
      values.push_back(*value);
    } else {
      document_->Report(*node_, element, key, "must be a list of strings");
    }
  }
  return values;
}

std::vector<std::pair<std::string, std::string>> TomlSection::StringTable(std::string_view key) {
  std::vector<std::pair<std::string, std::string>> values;
  const toml::node* node = node_->Find(key);
  if (node == nullptr) return values;
  const toml::table* table = node->as_table();
  if (table == nullptr) {
    document_->Report(*node_, *node, key, "must be a table of strings");
    return values;
  }
  for (const auto& [name, element] : *table) {
    if (auto value = element.value_exact<std::string>()) {
      values.emplace_back(name.str(), *value);
    } else {
      document_->Report(*node_, element, key, "must be a table of strings");
    }
  }
  return values;
}

std::vector<std::pair<std::string, std::vector<std::string>>> TomlSection::StringsTable(
    std::string_view key) {
  std::vector<std::pair<std::string, std::vector<std::string>>> values;
  TomlSection section = Table(key);
  if (section.node_->table == nullptr) return values;
  for (const auto& [name, element] : *section.node_->table) {
    if (element.is_array()) {
      values.emplace_back(name.str(), section.Strings(name.str(), {}));
    } else {
      values.emplace_back(name.str(), std::vector{section.String(name.str(), "")});
    }
  }
  return values;
}

TomlSection TomlSection::Table(std::string_view key) {
  const toml::node* node = node_->Find(key);
  const toml::table* table = node == nullptr ? nullptr : node->as_table();
  if (node != nullptr && table == nullptr) document_->Report(*node_, *node, key, "must be a table");
  return {document_, &document_->nodes.emplace_back(Node{table, node_->FullName(key)})};
}

std::vector<TomlSection> TomlSection::Tables(std::string_view key) {
  std::vector<TomlSection> sections;
  const toml::node* node = node_->Find(key);
  if (node == nullptr) return sections;
  const toml::array* array = node->as_array();
  if (array == nullptr || !array->is_homogeneous(toml::node_type::table)) {
    document_->Report(*node_, *node, key, "must be written [[" + std::string(key) + "]]");
    return sections;
  }
  for (const toml::node& element : *array) {
    Node& child = document_->nodes.emplace_back(Node{element.as_table(), node_->FullName(key)});
    sections.push_back(TomlSection(document_, &child));
  }
  return sections;
}

void TomlSection::Fail(std::string_view key, std::string_view what) {
  const toml::node* node = node_->table == nullptr ? nullptr : node_->table->get(key);
  if (node == nullptr) node = node_->table;
  if (node == nullptr) node = &document_->root;
  document_->Report(*node_, *node, key, what);
}

Status TomlSection::Finish() {
  // A misspelt key comes before what follows from it, such as the right one being missing.
  const std::string problem = std::exchange(document_->problem, {});
  for (const Node& node : document_->nodes) document_->ReportUnknownKeys(node);
  if (document_->problem.empty()) document_->problem = problem;
  if (document_->problem.empty()) return Done();
  return Error{Code::kInternal, document_->problem};
}

}  // namespace click2call::base
