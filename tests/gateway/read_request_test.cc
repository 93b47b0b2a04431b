#include "gateway/read_request.h"

#include <algorithm>
#include <cstddef>
#include <ctime>
#include <limits>
#include <map>
#include <new>
#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "fakes/fake_log.h"
#include "web/form.h"

namespace click2call::web {

bool operator==(const Request::Field& a, const Request::Field& b) {
  return a.name == b.name && a.value == b.value;
}
void PrintTo(const Request::Field& field, std::ostream* out) {
  *out << testing::PrintToString(field.name) << "=" << testing::PrintToString(field.value);
}

}  // namespace click2call::web

namespace click2call::gateway {
namespace {

using namespace std::string_literals;  // NOLINT: "…"s keeps a NUL
using base::Code;
using Fields = std::vector<web::Request::Field>;

constexpr std::string_view kUrlEncoded = "application/x-www-form-urlencoded";

// A CGI environment and a body, and how much of that was asked for.
struct FakeInput : public cgicc::CgiInput {
  std::map<std::string, std::string> variables;
  std::string body;
  std::size_t piece = std::numeric_limits<std::size_t>::max();  // the most that one read() gives
  std::size_t taken = 0;
  int reads = 0;

  std::size_t read(char* data, std::size_t length) override {
    ++reads;
    const std::size_t count = body.copy(data, std::min(length, piece), taken);
    taken += count;
    return count;
  }
  std::string getenv(const char* name) override {
    const auto found = variables.find(name);
    return found == variables.end() ? "" : found->second;
  }
};

FakeInput Get(std::string query) {
  FakeInput input;
  input.variables = {{"REQUEST_METHOD", "GET"}, {"QUERY_STRING", std::move(query)}};
  return input;
}

FakeInput Post(std::string body, std::string_view type = kUrlEncoded) {
  FakeInput input;
  input.variables = {{"REQUEST_METHOD", "POST"},
                     {"CONTENT_LENGTH", std::to_string(body.size())},
                     {"CONTENT_TYPE", std::string(type)}};
  input.body = std::move(body);
  return input;
}

FakeInput With(FakeInput input, const std::string& name, std::string_view value) {
  input.variables[name] = value;
  return input;
}

// The fields of a form that is fine.
Fields FieldsOf(FakeInput input) {
  const web::Request request = ReadRequest(input);
  EXPECT_FALSE(request.form_error) << request.form_error->message;
  return request.fields;
}

// Why a form is not; nothing of it is left then.
Code RefusalOf(FakeInput input) {
  const web::Request request = ReadRequest(input);
  EXPECT_TRUE(request.form_error);
  EXPECT_TRUE(request.fields.empty());
  return request.form_error.value_or(base::Error{}).code;
}

// The value of `to`, in a form that is fine and has nothing else.
std::string ToIn(FakeInput input) {
  const Fields fields = FieldsOf(std::move(input));
  if (fields.size() == 1 && fields.front().name == "to") return fields.front().value;
  ADD_FAILURE() << testing::PrintToString(fields);
  return {};
}
std::string ToOf(const std::string& encoded) { return ToIn(Get("to=" + encoded)); }

TEST(ReadRequestTest, TakesItsMetaVariablesAsTheyAre) {
  FakeInput input = Get("to=1006");
  input.variables.insert({{"SCRIPT_NAME", "/click2call"},
                          {"PATH_INFO", "/\xff"},
                          {"REMOTE_ADDR", "10.0.0.15"},
                          {"REMOTE_USER", "alice"},
                          {"HTTP_ACCEPT", "text/html"},
                          {"HTTP_HOST", "h.example:80"},
                          {"HTTP_REFERER", "http://h.example/\xff"},
                          {"HTTP_AUTHORIZATION", "Bearer x"},
                          {"HTTP_X_CORRELATOR", "c-1"},
                          {"CONTENT_TYPE", "text/plain"},
                          {"HTTP_ORIGIN", "http://o.example"},
                          {"HTTP_ACCEPT_LANGUAGE", "de"},
                          {"HTTP_USER_AGENT", "Mozilla/5.0"},
                          {"HTTP_IDEMPOTENCY_KEY", "k-1"},
                          {"HTTP_SEC_FETCH_SITE", "same-origin"},
                          {"HTTP_SEC_FETCH_MODE", "navigate"},
                          {"HTTP_SEC_FETCH_DEST", "document"},
                          {"HTTP_SEC_FETCH_USER", "?1"}});
  const web::Request request = ReadRequest(input);
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.script_name, "/click2call");
  EXPECT_EQ(request.path_info, "/\xff");
  EXPECT_EQ(request.remote_addr, "10.0.0.15");
  EXPECT_EQ(request.remote_user, "alice");
  EXPECT_EQ(request.accept, "text/html");
  EXPECT_EQ(request.host, "h.example:80");
  EXPECT_EQ(request.referer, "http://h.example/\xff");
  EXPECT_EQ(request.authorization, "Bearer x");
  EXPECT_EQ(request.correlator, "c-1");
  EXPECT_EQ(request.content_type, "text/plain");
  EXPECT_EQ(request.origin, "http://o.example");
  EXPECT_EQ(request.accept_language, "de");
  EXPECT_EQ(request.user_agent, "Mozilla/5.0");
  EXPECT_EQ(request.idempotency_key, "k-1");
  EXPECT_EQ(request.fetch_site, "same-origin");
  EXPECT_EQ(request.fetch_mode, "navigate");
  EXPECT_EQ(request.fetch_dest, "document");
  EXPECT_EQ(request.fetch_user, "?1");
  EXPECT_EQ(request.body, "");
  EXPECT_EQ(request.purpose, "");
  EXPECT_EQ(request.fields, (Fields{{"to", "1006"}}));
}

TEST(ReadRequestTest, AnEmptyEnvironmentIsARequestWithNothingInIt) {
  FakeInput input;
  const web::Request request = ReadRequest(input);
  EXPECT_EQ(request.method, "");
  EXPECT_TRUE(request.fields.empty());
  EXPECT_FALSE(request.form_error);
}

TEST(ReadRequestTest, EveryHeaderThatTellsAPrefetchIsAPurpose) {
  for (const char* name : {"HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ"}) {
    FakeInput input = With(Get("to=1006"), name, "prefetch");
    EXPECT_EQ(ReadRequest(input).purpose, "prefetch") << name;
  }
}

TEST(QueryTest, IsDecodedAsAForm) {
  const struct {
    std::string encoded;
    std::string value;
  } kCases[] = {
      {"1006", "1006"},
      {"", ""},
      {"+4989", " 4989"},  // "+" is a blank, and what means a plus is %2B
      {"%2B4989", "+4989"},
      {"10%2006", "10 06"},
      {"%41%7a%7A", "Azz"},
      {"Zo%C3%AB", "Zo\xc3\xab"},
      {"Zo\xc3\xab", "Zo\xc3\xab"},
      {"%FF", "\xff"},
      {"%0d%0aAction:%20Originate", "\r\nAction: Originate"},
      {"1006%00x", "1006\0x"s},
      {"%00", "\0"s},
      {"%250d", "%0d"},  // once, and not again
      {"a=b", "a=b"},
      {"a%26b", "a&b"},
      {"\"<>'", "\"<>'"},
  };
  for (const auto& [encoded, value] : kCases) EXPECT_EQ(ToOf(encoded), value) << encoded;
}

TEST(QueryTest, APercentThatIsNoHexIsItself) {
  for (const std::string text : {"%", "%4", "%zz", "%4z", "%u0041", "100%", "%%", "%-1", "% 1"}) {
    EXPECT_EQ(ToOf(text), text);
  }
  EXPECT_EQ(ToOf("%%31"), "%1");
}

TEST(QueryTest, ASemicolonSeparatesNothing) {
  EXPECT_EQ(ToOf("tel:1006;phone-context=example.com"), "tel:1006;phone-context=example.com");
  EXPECT_EQ(FieldsOf(Get("to=1;from=2&x=;")), (Fields{{"to", "1;from=2"}, {"x", ";"}}));
  EXPECT_EQ(FieldsOf(Post("to=tel:1006;ext=5&x=1")),
            (Fields{{"to", "tel:1006;ext=5"}, {"x", "1"}}));
}

TEST(QueryTest, KeepsTheOrderAndEveryRepetition) {
  EXPECT_EQ(FieldsOf(Get("b=1&a=2&b=3")), (Fields{{"b", "1"}, {"a", "2"}, {"b", "3"}}));
}

TEST(QueryTest, NamesAreDecodedToo) {
  EXPECT_EQ(FieldsOf(Get("t%6f=1&a+b=2")), (Fields{{"to", "1"}, {"a b", "2"}}));
}

TEST(QueryTest, OddSeparatorsAreNoFields) {
  for (const std::string query : {"", "&", "&&&", "to", "1006", "--config+/tmp/evil"}) {
    for (const auto& field : FieldsOf(Get(query))) EXPECT_EQ(field.value, "") << query;
  }
  EXPECT_EQ(FieldsOf(Get("&to=1&&x=2&")), (Fields{{"to", "1"}, {"x", "2"}}));
}

TEST(QueryTest, EightKilobytesAreReadAndNotOneByteMore) {
  EXPECT_EQ(web::kMaxQueryBytes, 8192U);
  const std::string longest(web::kMaxQueryBytes - 3, '1');  // after "to="
  EXPECT_EQ(ToOf(longest), longest);
  EXPECT_EQ(RefusalOf(Get("to=" + longest + "1")), Code::kUriTooLong);
}

TEST(QueryTest, TheLimitCountsWhatCameWhateverWeMakeOfIt) {
  const std::string longest(web::kMaxQueryBytes - 3, ';');
  EXPECT_EQ(ToOf(longest), longest);
}

// "x=1" so many times, in one query.
std::string Repeated(std::size_t count) {
  std::string query = "x=1";
  while (--count > 0) query += "&x=1";
  return query;
}

TEST(FieldsTest, SixtyFourAreReadAndNotOneMore) {
  EXPECT_EQ(web::kMaxFields, 64U);
  EXPECT_EQ(FieldsOf(Get(Repeated(64))).size(), 64U);
  EXPECT_EQ(RefusalOf(Get(Repeated(65))), Code::kInvalidArgument);
  EXPECT_EQ(FieldsOf(Post(Repeated(64))).size(), 64U);
  EXPECT_EQ(RefusalOf(Post(Repeated(65))), Code::kInvalidArgument);
}

TEST(FieldsTest, ThoseOfTheBodyAndOfTheQueryAreCountedTogether) {
  EXPECT_EQ(FieldsOf(With(Post(Repeated(60)), "QUERY_STRING", Repeated(4))).size(), 64U);
  EXPECT_EQ(RefusalOf(With(Post(Repeated(60)), "QUERY_STRING", Repeated(5))),
            Code::kInvalidArgument);
}

TEST(FieldsTest, ThoseOfTheBodyComeBeforeThoseOfTheQuery) {
  EXPECT_EQ(FieldsOf(With(Post("to=1&x=2"), "QUERY_STRING", "to=3")),
            (Fields{{"to", "1"}, {"x", "2"}, {"to", "3"}}));
}

TEST(BodyTest, SixtyFourKilobytesAreReadAndNotOneByteMore) {
  EXPECT_EQ(web::kMaxBodyBytes, 65536U);
  const std::string longest(web::kMaxBodyBytes - 3, '1');  // after "to="
  EXPECT_EQ(ToIn(Post("to=" + longest)), longest);

  FakeInput input = Post("to=" + longest + "1");
  EXPECT_EQ(ReadRequest(input).form_error.value().code, Code::kPayloadTooLarge);
  EXPECT_EQ(input.reads, 0);
}

// One thread answers many requests: what takes one of them long keeps all others waiting.
TEST(BodyTest, SixtyFourKilobytesOfBlanksTakeNoTime) {
  for (const std::string& blank : {"+"s, "%20"s, "=+"s, ";"s, "&"s, "a&"s}) {
    std::string body = "to=";
    while (body.size() + blank.size() < web::kMaxBodyBytes) body += blank;
    FakeInput input = Post(body);
    const std::clock_t begin = std::clock();
    (void)ReadRequest(input);
    EXPECT_LT(std::clock() - begin, CLOCKS_PER_SEC) << blank;
  }
}

TEST(BodyTest, ALengthThatIsNoneIsRefusedBeforeAnythingIsRead) {
  const struct {
    std::string_view length;
    Code code;
  } kCases[] = {
      {"-1", Code::kInvalidArgument},
      {"+7", Code::kInvalidArgument},
      {"abc", Code::kInvalidArgument},
      {"7abc", Code::kInvalidArgument},
      {"0x7", Code::kInvalidArgument},
      {"7.0", Code::kInvalidArgument},
      {"7, 7", Code::kInvalidArgument},
      {" 7", Code::kInvalidArgument},
      {"\xd9\xa7", Code::kInvalidArgument},  // an Arabic seven
      {"65537", Code::kPayloadTooLarge},
      {"800000000", Code::kPayloadTooLarge},
      {"4294967303", Code::kPayloadTooLarge},            // 7 in 32 bits
      {"18446744073709551615", Code::kPayloadTooLarge},  // the last of 64 bits
  };
  for (const auto& [length, code] : kCases) {
    FakeInput input = With(Post("to=1006"), "CONTENT_LENGTH", length);
    const web::Request request = ReadRequest(input);
    ASSERT_TRUE(request.form_error) << length;
    EXPECT_EQ(request.form_error->code, code) << length;
    EXPECT_EQ(input.reads, 0) << length;
  }
}

TEST(BodyTest, ALengthBeyondSixtyFourBitsIsRefusedToo) {
  for (const std::string_view length :
       {"18446744073709551616", "18446744073709551619", "18446744073709551623",
        "99999999999999999999", "184467440737095516167", "1844674407370955161607",
        "100000000000000000000000000000000000000000000007"}) {
    FakeInput input = With(Post("to=1006"), "CONTENT_LENGTH", length);
    EXPECT_TRUE(ReadRequest(input).form_error) << length;
    EXPECT_EQ(input.reads, 0) << length;
  }
}

TEST(BodyTest, WithoutALengthThereIsNone) {
  for (const std::string_view length : {"", "0", "00"}) {
    FakeInput input = With(Post("to=1006"), "CONTENT_LENGTH", length);
    input.variables["QUERY_STRING"] = "x=1";
    const web::Request request = ReadRequest(input);
    EXPECT_EQ(request.fields, (Fields{{"x", "1"}})) << length;
    EXPECT_EQ(input.reads, 0) << length;
  }
}

TEST(BodyTest, NoMoreIsReadThanItsLength) {
  FakeInput input = With(Post("to=1006"), "CONTENT_LENGTH", "6");
  EXPECT_EQ(ReadRequest(input).fields, (Fields{{"to", "100"}}));
  EXPECT_EQ(input.taken, 6U);
}

TEST(BodyTest, ABodyThatEndsBeforeItsLengthIsRefused) {
  EXPECT_EQ(RefusalOf(With(Post("to=1006"), "CONTENT_LENGTH", "8")), Code::kInvalidArgument);
  EXPECT_EQ(RefusalOf(With(Post(""), "CONTENT_LENGTH", "65536")), Code::kInvalidArgument);
}

TEST(BodyTest, MayArriveInPieces) {
  FakeInput input = Post("to=1006&from=1003");
  input.piece = 1;
  EXPECT_EQ(ReadRequest(input).fields, (Fields{{"to", "1006"}, {"from", "1003"}}));
}

TEST(BodyTest, OnlyAPostHasOne) {
  for (const char* method : {"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "post"}) {
    FakeInput input = With(Post("to=1006"), "REQUEST_METHOD", method);
    const web::Request request = ReadRequest(input);
    EXPECT_EQ(request.method, method);
    EXPECT_TRUE(request.fields.empty()) << method;
    EXPECT_FALSE(request.form_error) << method;
    EXPECT_EQ(input.reads, 0) << method;
  }
}

TEST(QueryTest, OnlyGetPostAndDeleteHaveOne) {
  EXPECT_EQ(FieldsOf(With(Get("format=json"), "REQUEST_METHOD", "DELETE")),
            (Fields{{"format", "json"}}));
  EXPECT_EQ(RefusalOf(With(Get(Repeated(65)), "REQUEST_METHOD", "DELETE")), Code::kInvalidArgument);
  for (const char* method : {"HEAD", "OPTIONS", "PUT", "PATCH", "delete", ""}) {
    FakeInput input = With(Get("to=1006&" + Repeated(65)), "REQUEST_METHOD", method);
    const web::Request request = ReadRequest(input);
    EXPECT_TRUE(request.fields.empty()) << method;
    EXPECT_FALSE(request.form_error) << method;
  }
}

TEST(BodyTest, ItsTypeIsComparedWithoutCaseAndParameters) {
  for (const std::string_view type :
       {"application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=UTF-8",
        "Application/X-WWW-Form-URLEncoded", "application/x-www-form-urlencoded ;charset=utf-8"}) {
    EXPECT_EQ(FieldsOf(Post("to=1006", type)), (Fields{{"to", "1006"}})) << type;
  }
}

TEST(BodyTest, WhatIsNoFormIsHandedOnAsItIsBesideTheQuery) {
  const std::string text = "{\"to\": \"1006\"}\0\xff;=%20 +&to=1007"s;
  for (const std::string_view type :
       {"application/json", "application/json; charset=utf-8", "application/cloudevents+json",
        "text/plain", "text/xml", "", ";", "multipart/mixed; boundary=x",
        "application/x-www-form-urlencodedx", "x; application/x-www-form-urlencoded"}) {
    FakeInput input = With(Post(text, type), "QUERY_STRING", "format=json");
    const web::Request request = ReadRequest(input);
    EXPECT_FALSE(request.form_error) << type;
    EXPECT_EQ(request.body, text) << type;
    EXPECT_EQ(request.content_type, type);
    EXPECT_EQ(request.fields, (Fields{{"format", "json"}})) << type;
  }
}

TEST(BodyTest, AFormIsNotHandedOnAsItIs) {
  FakeInput input = Post("to=1006");
  EXPECT_EQ(ReadRequest(input).body, "");
}

TEST(BodyTest, WhatIsNoFormHasTheSameLimits) {
  FakeInput longest = Post(std::string(web::kMaxBodyBytes, ' '), "application/json");
  EXPECT_EQ(ReadRequest(longest).body.size(), web::kMaxBodyBytes);
  FakeInput longer = Post(std::string(web::kMaxBodyBytes + 1, ' '), "application/json");
  const web::Request request = ReadRequest(longer);
  EXPECT_EQ(request.form_error.value().code, Code::kPayloadTooLarge);
  EXPECT_EQ(request.body, "");
  EXPECT_EQ(longer.reads, 0);
}

TEST(BodyTest, OfABrokenRequestNothingIsLeft) {
  FakeInput input = With(Post("{}", "application/json"), "QUERY_STRING", Repeated(65));
  const web::Request request = ReadRequest(input);
  EXPECT_TRUE(request.form_error);
  EXPECT_EQ(request.body, "");
}

TEST(BodyTest, AnEmptyOneHasNoTypeToBeWrong) {
  EXPECT_EQ(FieldsOf(With(Post("", "application/json"), "QUERY_STRING", "to=1006")),
            (Fields{{"to", "1006"}}));
}

constexpr std::string_view kMultipart = "multipart/form-data; boundary=XX";

std::string Part(std::string_view disposition, std::string_view value) {
  return "--XX\r\nContent-Disposition: form-data; " + std::string(disposition) + "\r\n\r\n" +
         std::string(value) + "\r\n";
}

TEST(MultipartTest, IsReadLikeAnyForm) {
  const std::string body =
      Part("name=\"to\"", "tel:+49 89;ext=5") + Part("name=\"from\"", "1003") + "--XX--\r\n";
  const Fields fields = {{"to", "tel:+49 89;ext=5"}, {"from", "1003"}};
  EXPECT_EQ(FieldsOf(Post(body, kMultipart)), fields);
  EXPECT_EQ(FieldsOf(Post(body, "Multipart/Form-Data; boundary=XX")), fields);
}

TEST(MultipartTest, IsFollowedByTheQuery) {
  const std::string body = Part("name=\"to\"", "1006") + "--XX--\r\n";
  EXPECT_EQ(FieldsOf(With(Post(body, kMultipart), "QUERY_STRING", "x=1")),
            (Fields{{"to", "1006"}, {"x", "1"}}));
}

TEST(MultipartTest, AValueIsNotDecodedAndMayHoldAnything) {
  const std::string value = "%41+\0\r\n--XY\xff"s;
  EXPECT_EQ(FieldsOf(Post(Part("name=\"to\"", value) + "--XX--\r\n", kMultipart)),
            (Fields{{"to", value}}));
}

TEST(MultipartTest, AFileIsNoField) {
  const std::string body =
      Part("name=\"to\"; filename=\"a.txt\"\r\nContent-Type: text/plain", "1006") +
      Part("name=\"x\"", "1") + "--XX--\r\n";
  EXPECT_EQ(FieldsOf(Post(body, kMultipart)), (Fields{{"x", "1"}}));
}

TEST(MultipartTest, WhatIsBrokenDialsNothing) {
  const std::string good = Part("name=\"x\"", "1");
  const struct {
    std::string_view what;
    std::string body;
    std::string_view type;
  } kCases[] = {
      {"no boundary is named", good + "--XX--\r\n", "multipart/form-data"},
      {"an empty one", good + "--XX--\r\n", "multipart/form-data; boundary="},
      {"another one", good + "--XX--\r\n", "multipart/form-data; boundary=YY"},
      {"no end", good, kMultipart},
      {"cut off in a value", "--XX\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1",
       kMultipart},
      {"cut off in a header", "--XX\r\nContent-Disposition: form-da", kMultipart},
      {"nothing but the boundary", "--XX", kMultipart},
      {"nothing but the end", "--XX--\r\n", kMultipart},
      {"no name", Part("filename=\"x\"", "1") + "--XX--\r\n", kMultipart},
      {"a name that does not end", Part("name=\"x", "1") + "--XX--\r\n", kMultipart},
      {"no disposition", "--XX\r\nContent-Type: text/plain\r\n\r\n1\r\n--XX--\r\n", kMultipart},
      {"no headers", "--XX\r\n\r\n1\r\n--XX--\r\n", kMultipart},
      {"line feeds alone", "--XX\nContent-Disposition: form-data; name=\"x\"\n\n1\n--XX--\n",
       kMultipart},
      {"a form of another kind", "x=1", kMultipart},
      {"zeros", std::string(300, '\0'), kMultipart},
      {"boundaries", "--XX\r\n--XX\r\n--XX\r\n--XX--\r\n--XX--\r\n", kMultipart},
      {"multipart within",
       "--XX\r\nContent-Disposition: form-data; name=\"x\"\r\n"
       "Content-Type: multipart/mixed; boundary=XX\r\n\r\n--XX\r\n\r\n--XX--\r\n",
       kMultipart},
  };
  for (const auto& [what, body, type] : kCases) {
    FakeInput input = Post(body, type);
    const web::Request request = ReadRequest(input);
    if (request.form_error) {
      EXPECT_EQ(request.form_error->code, Code::kInvalidArgument) << what;
      EXPECT_TRUE(request.fields.empty()) << what;
    }
    for (const auto& field : request.fields) EXPECT_NE(field.name, "to") << what;
  }
}

TEST(MultipartTest, CutOffAnywhereItDoesNoHarm) {
  const std::string whole =
      Part("name=\"to\"", "1006") + Part("name=\"f\"; filename=\"a\"", "x") + "--XX--\r\n";
  for (std::size_t length = 0; length < whole.size(); ++length) {
    FakeInput input = Post(whole.substr(0, length), kMultipart);
    for (const auto& field : ReadRequest(input).fields) EXPECT_LE(field.value.size(), 4U);
  }
}

// What Answer() makes of a handler that throws, and what it logs.
template <class Exception>
std::pair<web::Response, std::string> AnswerThrowing(const Exception& exception) {
  FakeInput input = Get("to=1006");
  fakes::FakeLog log;
  web::Response response = Answer(
      input, [&](const web::Request&) -> web::Response { throw exception; }, log);
  return {response, log.Text()};
}

TEST(GatewayAnswerTest, IsWhatTheHandlerMakesOfTheRequest) {
  FakeInput input = Get("to=1006");
  fakes::FakeLog log;
  const web::Response response = Answer(
      input,
      [](const web::Request& request) {
        return web::Response(201).SetBody("text/plain", request.fields.at(0).value);
      },
      log);
  EXPECT_EQ(response.StatusCode(), 201);
  EXPECT_EQ(response.Body(), "1006");
  EXPECT_EQ(log.Text(), "");
}

TEST(GatewayAnswerTest, AnExceptionIsA500ThatShowsNothingAndALineInTheLog) {
  const auto [response, log] = AnswerThrowing(std::runtime_error("secret\r\nthing"));
  EXPECT_EQ(response.StatusCode(), 500);
  EXPECT_EQ(response.Get("Cache-Control"), "no-store");
  EXPECT_EQ(response.Serialize().find("secret"), std::string::npos);
  EXPECT_EQ(log, "event=\"exception\" what=\"secret\\x0D\\x0Athing\"\n");
}

TEST(GatewayAnswerTest, EveryStandardExceptionIs) {
  EXPECT_EQ(AnswerThrowing(std::bad_alloc()).first.StatusCode(), 500);
  EXPECT_EQ(AnswerThrowing(std::out_of_range("x")).first.StatusCode(), 500);
}

}  // namespace
}  // namespace click2call::gateway
