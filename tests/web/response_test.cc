#include "web/response.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace click2call::web {
namespace {

using namespace std::string_literals;  // NOLINT: "…"s keeps a NUL

TEST(ResponseTest, IsSerializedAsACgiProgramWritesIt) {
  Response response(404);
  response.Add("Cache-Control", "no-store").SetBody("text/plain", "nothing\nhere");
  EXPECT_EQ(response.Serialize(),
            "Status: 404 Not Found\r\n"
            "Cache-Control: no-store\r\n"
            "Content-Type: text/plain\r\n"
            "Content-Length: 12\r\n"
            "\r\n"
            "nothing\nhere");
}

TEST(ResponseTest, ABodyMayHoldAnyByte) {
  const std::string body = "a\0\r\n\xff"s;
  const std::string bytes = Response(200).SetBody("text/plain", body).Serialize();
  EXPECT_NE(bytes.find("Content-Length: 5\r\n"), std::string::npos);
  EXPECT_TRUE(bytes.ends_with("\r\n\r\n" + body));
}

TEST(ResponseTest, WithoutABodyItsLengthIsNought) {
  EXPECT_EQ(Response(200).Serialize(), "Status: 200 OK\r\nContent-Length: 0\r\n\r\n");
}

TEST(ResponseTest, A204HasNotEvenALength) {
  EXPECT_EQ(Response(204).Add("Allow", "GET").Serialize(),
            "Status: 204 No Content\r\nAllow: GET\r\n\r\n");
}

TEST(ResponseTest, AHeaderCannotHoldALineEndOrAnyOtherControlCharacter) {
  const struct {
    std::string value;
    std::string_view kept;
  } kCases[] = {
      {"/a\r\nSet-Cookie: x=y", "/aSet-Cookie: x=y"},
      {"\n\n<script>", "<script>"},
      {"a\0b"s, "ab"},
      {"\x1b[31m\x7f\t", "[31m"},
      {"Z\xc3\xbcrich", "Z\xc3\xbcrich"},
      {"", ""},
  };
  for (const auto& [value, kept] : kCases) {
    Response response(200);
    response.Add("X", value);
    EXPECT_EQ(response.Get("X"), kept);
    EXPECT_EQ(response.Serialize(),
              "Status: 200 OK\r\nX: " + std::string(kept) + "\r\nContent-Length: 0\r\n\r\n");
  }
}

TEST(ResponseTest, AContentTypeIsAHeaderLikeAnyOther) {
  EXPECT_EQ(Response(200).SetBody("a\r\nb", "").Get("Content-Type"), "ab");
}

TEST(ResponseTest, GetGivesTheFirstHeaderOfThatName) {
  Response response(200);
  response.Add("A", "1").Add("A", "2").Add("a", "3");
  EXPECT_EQ(response.Get("A"), "1");
  EXPECT_EQ(response.Get("a"), "3");
  EXPECT_EQ(response.Get("B"), "");
  EXPECT_EQ(response.Headers().size(), 3U);
}

TEST(ResponseTest, EveryStatusThatWeAnswerWithHasItsPhrase) {
  const struct {
    int status;
    std::string_view phrase;
  } kCases[] = {
      {200, "OK"},
      {201, "Created"},
      {204, "No Content"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {413, "Content Too Large"},
      {414, "URI Too Long"},
      {422, "Unprocessable Content"},
      {500, "Internal Server Error"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
  };
  for (const auto& [status, phrase] : kCases) EXPECT_EQ(ReasonPhrase(status), phrase);
  EXPECT_EQ(ReasonPhrase(299), "Unknown");
}

}  // namespace
}  // namespace click2call::web
