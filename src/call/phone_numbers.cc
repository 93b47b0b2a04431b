#include "call/phone_numbers.h"

#include <cstddef>
#include <optional>
#include <string_view>

#include <phonenumbers/phonenumber.pb.h>
#include <phonenumbers/phonenumberutil.h>
#include <phonenumbers/shortnumberinfo.h>

#include "base/text.h"
#include "base/version.h"

namespace click2call::call {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;
using i18n::phonenumbers::ShortNumberInfo;

constexpr std::size_t kLongestInternal = 6;
constexpr std::size_t kAlwaysInternal = 4;
constexpr std::size_t kLongestShortNumber = 6;

NumberKind KindOfType(PhoneNumberUtil::PhoneNumberType type) {
  switch (type) {
    case PhoneNumberUtil::FIXED_LINE:
      return NumberKind::kFixedLine;
    case PhoneNumberUtil::MOBILE:
      return NumberKind::kMobile;
    case PhoneNumberUtil::FIXED_LINE_OR_MOBILE:
      return NumberKind::kFixedLineOrMobile;
    case PhoneNumberUtil::TOLL_FREE:
      return NumberKind::kTollFree;
    case PhoneNumberUtil::PREMIUM_RATE:
      return NumberKind::kPremium;
    case PhoneNumberUtil::SHARED_COST:
      return NumberKind::kSharedCost;
    case PhoneNumberUtil::VOIP:
      return NumberKind::kVoip;
    case PhoneNumberUtil::PERSONAL_NUMBER:
      return NumberKind::kPersonal;
    case PhoneNumberUtil::PAGER:
      return NumberKind::kPager;
    case PhoneNumberUtil::UAN:
      return NumberKind::kCompany;
    case PhoneNumberUtil::VOICEMAIL:
      return NumberKind::kVoicemail;
    case PhoneNumberUtil::UNKNOWN:
      return NumberKind::kUnknown;
  }
  return NumberKind::kUnknown;
}

// The kind of everything behind a country code that no country has.
std::optional<NumberKind> KindOfCountryCode(int country_code) {
  switch (country_code) {
    case 870:
    case 881:
    case 882:
      return NumberKind::kSatellite;
    case 979:
      return NumberKind::kPremium;
    case 808:
      return NumberKind::kSharedCost;
    default:
      return std::nullopt;
  }
}

bool IsWorthRefusing(NumberKind kind) {
  return kind == NumberKind::kPremium || kind == NumberKind::kSharedCost ||
         kind == NumberKind::kSatellite || kind == NumberKind::kEmergency;
}

// libphonenumber's tables have the costs of 118 for some countries only. The country codes that
// begin with 3 or 4 are Europe's.
bool IsDirectoryService(std::string_view digits, int country_code) {
  const char zone = std::to_string(country_code).front();
  return (zone == '3' || zone == '4') && digits.starts_with("118") && digits.size() >= 5 &&
         digits.size() <= kLongestShortNumber;
}

class PhoneNumbers : public NumberReader {
 public:
  explicit PhoneNumbers(std::string region) : region_(std::move(region)) {
    util_.GetNddPrefixForRegion(region_, true, &trunk_prefix_);
  }

  base::Result<NumberAsRead> Read(const Extension& extension) const override {
    const std::string& typed = extension.Dialled();
    const std::size_t end = typed.find_first_of("*#");
    if (end == std::string::npos) return ReadDigits(typed);
    return NumberAsRead{typed,
                        end == 0 ? NumberKind::kUnknown : ReadDigits(typed.substr(0, end)).kind};
  }

 private:
  struct Parsed {
    PhoneNumber number;
    std::string surplus;  // digits that no number can have
  };

  // REQUIRES: digits, perhaps with a + in front.
  NumberAsRead ReadDigits(const std::string& typed) const {
    const bool plus = typed.starts_with('+');
    const std::string digits = typed.substr(plus ? 1 : 0);
    if (const auto kind = KindOfShortTyped(digits)) return {typed, *kind};
    if (!plus && digits.size() <= kAlwaysInternal) return {typed, NumberKind::kInternal};
    const bool short_enough = !plus && digits.size() <= kLongestInternal;

    const auto parsed = Parse(typed);
    if (!parsed) return {typed, short_enough ? NumberKind::kInternal : KindOfUnread(typed)};
    const NumberKind kind = KindOf(parsed->number);
    std::string e164;
    util_.Format(parsed->number, PhoneNumberUtil::E164, &e164);
    e164 += parsed->surplus;
    // Even of short ones: "892021" is a whole number in Italy.
    if (IsWorthRefusing(kind)) return {e164, kind};
    if (short_enough) return {typed, NumberKind::kInternal};
    if (plus || parsed->number.country_code() != country_code_) return {e164, kind};
    switch (util_.IsPossibleNumberWithReason(parsed->number)) {
      case PhoneNumberUtil::IS_POSSIBLE:
        return {e164, kind};
      case PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY:
        return {typed, NumberKind::kUnknown};
      default:
        // With digits too many.
        if (kind != NumberKind::kUnknown && IsMeantOutside(typed)) return {e164, kind};
        return {typed, KindOfUnread(typed)};
    }
  }

  std::optional<Parsed> Parse(const std::string& typed) const {
    Parsed parsed;
    std::string text = typed;
    auto error = util_.Parse(text, region_, &parsed.number);
    while (error == PhoneNumberUtil::TOO_LONG_NSN) {
      text.pop_back();
      error = util_.Parse(text, region_, &parsed.number);
    }
    if (error != PhoneNumberUtil::NO_PARSING_ERROR) return std::nullopt;
    parsed.surplus = typed.substr(text.size());
    return parsed;
  }

  // Internal numbers have no 0 in front, whatever the region's trunk prefix is: operators and
  // international prefixes begin with it.
  bool IsMeantOutside(const std::string& typed) const {
    return typed.starts_with('+') || typed.starts_with('0') ||
           (!trunk_prefix_.empty() && typed.starts_with(trunk_prefix_));
  }

  NumberKind KindOfUnread(const std::string& typed) const {
    return IsMeantOutside(typed) ? NumberKind::kUnknown : NumberKind::kInternal;
  }

  NumberKind KindOf(const PhoneNumber& number) const {
    if (const auto kind = KindOfCountryCode(number.country_code())) return *kind;
    std::string national;
    std::string region;
    util_.GetNationalSignificantNumber(number, &national);
    util_.GetRegionCodeForCountryCode(number.country_code(), &region);
    if (const auto kind = KindOfShort(national, region)) return *kind;
    const NumberKind kind = KindOfType(util_.GetNumberType(number));
    if (kind != NumberKind::kUnknown) return kind;
    PhoneNumber shortened = number;
    if (!util_.TruncateTooLongNumber(&shortened)) return NumberKind::kUnknown;
    return KindOfType(util_.GetNumberType(shortened));
  }

  std::optional<NumberKind> KindOfShortTyped(const std::string& digits) const {
    const auto kind = KindOfShort(digits, region_);
    if (kind && (kind == NumberKind::kEmergency || digits.size() > kAlwaysInternal)) return kind;
    if (digits.starts_with('0')) return KindOfShort(digits.substr(1), region_);
    return std::nullopt;
  }

  // Only the two kinds that matter: kEmergency and kPremium.
  std::optional<NumberKind> KindOfShort(const std::string& digits,
                                        const std::string& region) const {
    if (digits.empty() || digits.size() > kLongestShortNumber) return std::nullopt;
    if (short_info_.IsEmergencyNumber(digits, region)) return NumberKind::kEmergency;
    const int country_code = util_.GetCountryCodeForRegion(region);
    if (IsDirectoryService(digits, country_code)) return NumberKind::kPremium;
    PhoneNumber number;
    number.set_country_code(country_code);
    number.set_national_number(std::stoull(digits));
    // Those take messages, not calls.
    if (short_info_.IsSmsServiceForRegion(number, region)) return std::nullopt;
    const auto cost = short_info_.GetExpectedCostForRegion(number, region);
    if (cost != ShortNumberInfo::PREMIUM_RATE) return std::nullopt;
    return NumberKind::kPremium;
  }

  const PhoneNumberUtil& util_ = *PhoneNumberUtil::GetInstance();
  const ShortNumberInfo short_info_;
  const std::string region_;
  const int country_code_ = util_.GetCountryCodeForRegion(region_);
  std::string trunk_prefix_;
};

}  // namespace

base::Result<std::unique_ptr<NumberReader>> MakePhoneNumbers(const std::string& region) {
  if (PhoneNumberUtil::GetInstance()->GetCountryCodeForRegion(region) == 0) {
    return base::Error{base::Code::kInternal,
                       "numbers.region \"" + region + "\" is no country that libphonenumber knows"};
  }
  return std::unique_ptr<NumberReader>(std::make_unique<PhoneNumbers>(region));
}

}  // namespace click2call::call

// See net/module.h.
extern "C" void* click2call_numbers(const char* version) {  // NOLINT(readability-identifier-naming)
  if (std::string_view(version) != click2call::base::kVersion) return nullptr;
  return reinterpret_cast<void*>(&click2call::call::MakePhoneNumbers);
}
