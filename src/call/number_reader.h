#ifndef CLICK2CALL_CALL_NUMBER_READER_H_
#define CLICK2CALL_CALL_NUMBER_READER_H_

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "call/extension.h"

namespace click2call::call {

// What a number is, as far as it can be told from its digits.
enum class NumberKind {
  kInternal,  // left as it was typed
  kFixedLine,
  kMobile,
  kFixedLineOrMobile,  // the country does not tell them apart
  kTollFree,
  kPremium,
  kSharedCost,
  kVoip,
  kPersonal,
  kPager,
  kCompany,  // one number for a company's many places (UAN)
  kVoicemail,
  kSatellite,
  kEmergency,
  kUnknown,
};

struct NumberKindName {
  NumberKind kind;
  std::string_view name;
};

// The kinds that numbers.deny_kinds may name. A fixed line that may be a mobile is refused by
// either name; internal numbers are no kind to refuse, but a pattern of numbers.allow to leave out.
inline constexpr std::array<NumberKindName, 13> kNumberKindNames = {{
    {NumberKind::kPremium, "premium"},
    {NumberKind::kSharedCost, "shared-cost"},
    {NumberKind::kSatellite, "satellite"},
    {NumberKind::kEmergency, "emergency"},
    {NumberKind::kTollFree, "toll-free"},
    {NumberKind::kMobile, "mobile"},
    {NumberKind::kFixedLine, "fixed-line"},
    {NumberKind::kVoip, "voip"},
    {NumberKind::kPersonal, "personal"},
    {NumberKind::kPager, "pager"},
    {NumberKind::kCompany, "company"},
    {NumberKind::kVoicemail, "voicemail"},
    {NumberKind::kUnknown, "unknown"},
}};

// Nothing where no kind has that name.
constexpr std::optional<NumberKind> ReadNumberKind(std::string_view name) {
  for (const NumberKindName& row : kNumberKindNames) {
    if (row.name == name) return row.kind;
  }
  return std::nullopt;
}

// The name in the configuration, and a name in the same manner for the two kinds that have none.
constexpr std::string_view NumberKindText(NumberKind kind) {
  if (kind == NumberKind::kInternal) return "internal";
  if (kind == NumberKind::kFixedLineOrMobile) return "fixed-line-or-mobile";
  for (const NumberKindName& row : kNumberKindNames) {
    if (row.kind == kind) return row.name;
  }
  return "unknown";
}

struct NumberAsRead {
  std::string number;  // E.164 with its +, or as it was typed where it is no such number
  NumberKind kind = NumberKind::kUnknown;
};

// Reads numbers as people of one country write them.
class NumberReader {
 public:
  virtual ~NumberReader() = default;

  // Never refuses a number: what cannot be placed is kUnknown. kInternal: there is no reader, for
  // the reason in the message. May be called from several threads at once.
  virtual base::Result<NumberAsRead> Read(const Extension& extension) const = 0;
};

// What the module "numbers" gives: call/phone_numbers.h.
using MakeNumberReader = base::Result<std::unique_ptr<NumberReader>>(const std::string& region);

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_NUMBER_READER_H_
