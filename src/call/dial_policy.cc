#include "call/dial_policy.h"

#include <algorithm>

namespace click2call::call {
namespace {

using base::Code;
using base::Error;
using base::Result;

Error Refusal(std::string message) { return {Code::kPermissionDenied, std::move(message)}; }

std::string Quoted(const DialPattern& pattern) { return "\"" + pattern.Text() + "\""; }

// Trunks take "112#" and "+112" for 112.
bool IsEmergency(std::string_view number) {
  if (number.starts_with('+')) number.remove_prefix(1);
  number = number.substr(0, number.find_first_of("*#"));
  return number == "112" || number == "911";
}

Result<NumberAsRead> ReadNumber(const NumberReader* reader, const Extension& extension) {
  if (IsEmergency(extension.Dialled())) {
    return NumberAsRead{extension.Dialled(), NumberKind::kEmergency};
  }
  if (reader == nullptr) return NumberAsRead{extension.Dialled(), NumberKind::kUnknown};
  return reader->Read(extension);
}

std::string WithArticle(NumberKind kind) {
  if (kind == NumberKind::kUnknown) return "a number of unknown kind";
  const std::string name(NumberKindText(kind));
  return (kind == NumberKind::kEmergency ? "an " : "a ") + name + " number";
}

bool Refuses(const NumberConfig& numbers, NumberKind kind) {
  return std::ranges::any_of(numbers.deny_kinds, [&](NumberKind refused) {
    if (kind != NumberKind::kFixedLineOrMobile) return kind == refused;
    return refused == NumberKind::kFixedLine || refused == NumberKind::kMobile;
  });
}

bool Opens(const DialPattern& pattern, std::string_view number) {
  return pattern.Matches(number) &&
         pattern.TakenByWildcard(number).find_first_of("*#") == std::string_view::npos;
}

bool OpensByName(const NumberConfig& numbers, std::string_view number) {
  return std::ranges::any_of(numbers.allow, [&](const DialPattern& pattern) {
    return pattern.IsLiteral() && pattern.Matches(number);
  });
}

const DialPattern* MostSpecific(const std::vector<DialPattern>& patterns, std::string_view number,
                                bool (*matches)(const DialPattern&, std::string_view)) {
  const DialPattern* best = nullptr;
  for (const DialPattern& pattern : patterns) {
    if (!matches(pattern, number)) continue;
    if (best == nullptr || pattern.MoreSpecificThan(*best)) best = &pattern;
  }
  return best;
}

// The pattern of allow that lets the number through.
Result<const DialPattern*> Admit(const NumberConfig& numbers, const NumberAsRead& read) {
  const DialPattern* allow = MostSpecific(numbers.allow, read.number, Opens);
  const DialPattern* deny = MostSpecific(
      numbers.deny, read.number,
      [](const DialPattern& pattern, std::string_view of) { return pattern.Matches(of); });
  if (deny != nullptr && (allow == nullptr || !allow->MoreSpecificThan(*deny))) {
    return Refusal(read.number + " matches " + Quoted(*deny) +
                   " of numbers.deny: add a more specific pattern to numbers.allow, if it is to be "
                   "called from here");
  }
  if (Refuses(numbers, read.kind) && !OpensByName(numbers, read.number)) {
    return Refusal(read.number + " is " + WithArticle(read.kind) +
                   ", which numbers.deny_kinds refuses: add \"" + read.number +
                   "\" to numbers.allow, if it is to be called from here");
  }
  if (allow == nullptr) {
    const bool starred = read.number.find_first_of("*#") != std::string::npos;
    return Refusal(read.number + " matches no pattern of numbers.allow" +
                   (starred ? R"( ("." and "!" are for digits, not for * and #))" : "") +
                   ": add one that it does, if it is to be called from here");
  }
  return allow;
}

// What the rule makes of a number.
Result<std::string> Rewrite(const NumberConfig& numbers, const NumberReader* reader,
                            const RewriteRule& rule, const NumberAsRead& read) {
  const std::string made =
      rule.prefix + read.number.substr(std::min(rule.strip, read.number.size()));
  const std::string by = Quoted(rule.match) + " of numbers.rewrite";
  const auto extension = Extension::Parse(made, "numbers.rewrite");
  if (!extension.Ok()) {
    return Refusal(read.number + " cannot be dialled: " + by + " makes \"" + made +
                   "\" of it, which is no number; change that rule");
  }
  const std::string& dialled = extension.Value().Dialled();
  if (read.kind == NumberKind::kEmergency || !Refuses(numbers, NumberKind::kEmergency)) {
    return dialled;
  }
  const auto again = ReadNumber(reader, extension.Value());
  if (!again.Ok()) return again.Why();
  if (again.Value().kind == NumberKind::kEmergency && !OpensByName(numbers, dialled)) {
    return Refusal(read.number + " cannot be dialled: " + by + " makes the emergency number " +
                   dialled + " of it; change that rule, or add \"" + dialled +
                   "\" to numbers.allow, if it is to be called from here");
  }
  return dialled;
}

}  // namespace

Result<Destination> Judge(const NumberConfig& numbers, const NumberReader* reader,
                          const Extension& extension) {
  const auto read = ReadNumber(reader, extension);
  if (!read.Ok()) return read.Why();
  const auto pattern = Admit(numbers, read.Value());
  if (!pattern.Ok()) return pattern.Why();
  Destination destination{.number = read.Value().number,
                          .kind = read.Value().kind,
                          .pattern = pattern.Value()->Text(),
                          .dialled = read.Value().number,
                          .rewritten_by = {}};
  const auto rule = std::ranges::find_if(numbers.rewrite, [&](const RewriteRule& candidate) {
    return candidate.match.Matches(destination.number);
  });
  if (rule == numbers.rewrite.end()) return destination;
  auto dialled = Rewrite(numbers, reader, *rule, read.Value());
  if (!dialled.Ok()) return dialled.Why();
  destination.dialled = std::move(dialled).Value();
  destination.rewritten_by = rule->match.Text();
  return destination;
}

}  // namespace click2call::call
