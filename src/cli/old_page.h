#ifndef CLICK2CALL_CLI_OLD_PAGE_H_
#define CLICK2CALL_CLI_OLD_PAGE_H_

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/php_settings.h"

namespace click2call::cli {

// What a setting of an old click-to-call page is about.
enum class Meaning {
  kHost,
  kPort,
  kTransport,
  kWebSocket,
  kVerify,  // of the PBX's certificate
  kUsername,
  kSecret,
  kChannel,
  kOrigin,  // the phone that rings first, where it stands alone
  kTarget,  // the number to call
  kContext,
  kPriority,
  kCallerId,
  kTimeout,   // milliseconds
  kWaitTime,  // seconds, as its authors thought
  kMaxRetry,
  kAccount,
  kVariable,  // of a channel
};

// A setting with every variable put in of which the script says what it is.
struct Found {
  std::vector<PhpPiece> pieces;  // neighbouring texts are one
  std::string unless;            // as PhpValue has it
  std::vector<int> others;       // the lines that say otherwise, and count as much

  bool Plain() const;          // text alone
  std::string Text() const;    // of the pieces that are text
  std::string Source() const;  // the path of the first that is none; empty: all of it is text
};

// The settings of an old page, found by the names that such pages give them. What is really sent
// to the PBX counts more than a name, and a name that speaks of Asterisk more than one that does
// not: a page may have a database as well.
class OldPage {
 public:
  explicit OldPage(std::vector<PhpSetting> settings);

  std::optional<Found> Find(Meaning meaning) const;

  // Whether a piece is the number to call, or the phone that rings first.
  bool IsTarget(const PhpPiece& piece) const;
  bool IsOrigin(const PhpPiece& piece) const;

 private:
  Found Resolve(std::size_t index) const;
  void Expand(const PhpPiece& piece, std::size_t before, int depth, int* budget,
              Found* found) const;
  std::optional<std::size_t> Lookup(const std::string& path, std::size_t before) const;
  std::optional<Found> Best(std::vector<Found> candidates) const;
  bool Has(const std::vector<std::string>& sources, Meaning meaning, const PhpPiece& piece) const;

  std::vector<PhpSetting> settings_;
  std::map<std::string, std::vector<std::size_t>, std::less<>> named_;  // in their order
  std::vector<std::string> targets_;  // what Exten is made of, as PhpPiece has it
  std::vector<std::string> origins_;  // what Channel is made of
};

}  // namespace click2call::cli

#endif  // CLICK2CALL_CLI_OLD_PAGE_H_
