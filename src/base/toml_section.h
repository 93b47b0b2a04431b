#ifndef CLICK2CALL_BASE_TOML_SECTION_H_
#define CLICK2CALL_BASE_TOML_SECTION_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace click2call::base {

// One table of a TOML document, read strictly: every key must be asked for, have the right type,
// and hold a value that its reader accepts. What is wrong reads as its default, so a reader can go
// straight through and look at Finish() once, which gives one problem of the whole document as
// "file:line:column: what is wrong".
//
//   auto document = TomlSection::Parse(text, "click2call.toml");
//   TomlSection web = document.Value().Table("web");
//   config.workers = web.Integer("workers", 32, {1, 1024});
//   Status status = document.Value().Finish();
class TomlSection {
 public:
  struct Range {
    std::int64_t lowest;
    std::int64_t highest;
  };

  // The document itself. `file` is only for the messages.
  static Result<TomlSection> Parse(std::string_view text, std::string_view file);

  // Absent keys give `otherwise`, which is not checked.
  std::string String(std::string_view key, std::string_view otherwise);
  std::string Choice(std::string_view key, std::string_view otherwise,
                     std::span<const std::string_view> choices);
  std::int64_t Integer(std::string_view key, std::int64_t otherwise, Range range);
  bool Bool(std::string_view key, bool otherwise);
  std::vector<std::string> Strings(std::string_view key, std::vector<std::string> otherwise);

  // A table of strings, in the order of their names.
  std::vector<std::pair<std::string, std::string>> StringTable(std::string_view key);

  // A table of which each value is one string, or a list of them.
  std::vector<std::pair<std::string, std::vector<std::string>>> StringsTable(std::string_view key);

  // An absent table reads as an empty one.
  TomlSection Table(std::string_view key);
  std::vector<TomlSection> Tables(std::string_view key);  // [[key]]

  // Reports a value that has the right type and is wrong all the same. `key` may be absent: then
  // the place is that of the table.
  void Fail(std::string_view key, std::string_view what);

  // The first unknown key of the tables that were read, else the first problem that was met.
  Status Finish();

 private:
  struct Node;
  struct Document;
  TomlSection(std::shared_ptr<Document> document, Node* node)
      : document_(std::move(document)), node_(node) {}

  std::shared_ptr<Document> document_;
  Node* node_;  // owned by document_
};

}  // namespace click2call::base

#endif  // CLICK2CALL_BASE_TOML_SECTION_H_
