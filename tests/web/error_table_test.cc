#include "web/error_table.h"

#include <set>
#include <string_view>

#include <gtest/gtest.h>

#include "web/response.h"

namespace click2call::web {
namespace {

using base::Code;

TEST(ErrorTableTest, EveryCodeHasARowOfItsOwn) {
  // kInternal is the last enumerator; a new one behind it belongs here.
  for (int i = 0; i <= static_cast<int>(Code::kInternal); ++i) {
    const ErrorRow& row = RowOf(static_cast<Code>(i));
    EXPECT_EQ(static_cast<int>(row.code), i) << "code " << i << " has no row";
    EXPECT_FALSE(row.name.empty());
    EXPECT_FALSE(row.title.empty());
    EXPECT_FALSE(row.advice.empty());
    EXPECT_NE(ReasonPhrase(row.status), "Unknown") << row.status;
  }
}

TEST(ErrorTableTest, StatusesAndNamesAreThoseOfTheDesign) {
  const struct {
    Code code;
    int status;
    std::string_view name;
  } kCases[] = {
      {Code::kInvalidArgument, 400, "INVALID_ARGUMENT"},
      {Code::kPermissionDenied, 403, "PERMISSION_DENIED"},
      {Code::kNotFound, 404, "NOT_FOUND"},
      {Code::kMethodNotAllowed, 405, "METHOD_NOT_ALLOWED"},
      {Code::kPayloadTooLarge, 413, "PAYLOAD_TOO_LARGE"},
      {Code::kUriTooLong, 414, "URI_TOO_LONG"},
      {Code::kNotDeliberate, 503, "UNAVAILABLE"},
      {Code::kInvalidPhoneNumber, 422, "INVALID_PHONE_NUMBER"},
      {Code::kSameCallerCallee, 422, "SAME_CALLER_CALLEE"},
      {Code::kCallerNotAvailable, 422, "CALLER_NOT_AVAILABLE"},
      {Code::kCalleeNotAvailable, 422, "CALLEE_NOT_AVAILABLE"},
      {Code::kPbxLoginRefused, 502, "PBX_REFUSED"},
      {Code::kPbxOriginateRefused, 502, "PBX_REFUSED"},
      {Code::kPbxProtocol, 502, "PBX_REFUSED"},
      {Code::kPbxUnavailable, 503, "PBX_UNAVAILABLE"},
      {Code::kOutcomeUnknown, 504, "OUTCOME_UNKNOWN"},
      {Code::kInternal, 500, "INTERNAL"},
  };
  for (const auto& [code, status, name] : kCases) {
    EXPECT_EQ(RowOf(code).status, status) << name;
    EXPECT_EQ(RowOf(code).name, name);
  }
}

TEST(ErrorTableTest, WordsAreOnlyThoseOfTheScript) {
  const std::set<std::string_view> script = {"", "AMI connection failed",
                                             "AMI authentication failed", "Call originate failed"};
  for (int i = 0; i <= static_cast<int>(Code::kInternal); ++i) {
    EXPECT_TRUE(script.contains(RowOf(static_cast<Code>(i)).words));
  }
}

}  // namespace
}  // namespace click2call::web
