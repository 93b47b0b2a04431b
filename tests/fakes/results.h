#ifndef CLICK2CALL_FAKES_RESULTS_H_
#define CLICK2CALL_FAKES_RESULTS_H_

#include <stdexcept>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "base/result.h"

namespace click2call::fakes {

// The value of a Result that a test cannot go on without; its error is the test's failure.
template <class T>
T Must(base::Result<T> result) {
  if (!result.Ok()) throw std::runtime_error(result.Why().message);
  return std::move(result).Value();
}

// EXPECT_TRUE(Succeeds(result)) and EXPECT_TRUE(Fails(result, code)) show the message that is not
// as it should be.
template <class T>
testing::AssertionResult Succeeds(const base::Result<T>& result) {
  if (result.Ok()) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "error: " << result.Why().message;
}

template <class T>
testing::AssertionResult Fails(const base::Result<T>& result, base::Code code) {
  if (result.Ok()) return testing::AssertionFailure() << "it succeeded";
  if (result.Why().code == code) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "another error (" << static_cast<int>(result.Why().code)
                                     << "): " << result.Why().message;
}

// EXPECT_TRUE(Has(text, part)) shows the text that lacks the part.
inline testing::AssertionResult Has(std::string_view text, std::string_view part) {
  if (text.find(part) != std::string_view::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "no \"" << part << "\" in: " << text;
}

}  // namespace click2call::fakes

#endif  // CLICK2CALL_FAKES_RESULTS_H_
