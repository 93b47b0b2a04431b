#ifndef CLICK2CALL_WEB_RESPONSE_H_
#define CLICK2CALL_WEB_RESPONSE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace click2call::web {

// What we answer. A header's value cannot hold a control character: Add() leaves them out.
class Response {
 public:
  struct Header {
    std::string name;
    std::string value;
  };

  explicit Response(int status) : status_(status) { headers_.reserve(kUsualHeaders); }

  Response& Add(std::string_view name, std::string_view value) &;
  Response& SetBody(std::string_view content_type, std::string body) &;
  Response&& Add(std::string_view name, std::string_view value) && {
    return std::move(Add(name, value));
  }
  Response&& SetBody(std::string_view content_type, std::string body) && {
    return std::move(SetBody(content_type, std::move(body)));
  }

  int StatusCode() const { return status_; }
  const std::vector<Header>& Headers() const { return headers_; }
  const std::string& Body() const { return body_; }

  // The value of the first header with that name (exact case); empty when there is none.
  std::string_view Get(std::string_view name) const;

  // The answer as a CGI program writes it (RFC 3875 §6), which is what FastCGI carries too.
  std::string Serialize() const;

 private:
  static constexpr std::size_t kUsualHeaders = 8;

  int status_;
  std::vector<Header> headers_;
  std::string body_;
};

// "OK", "Not Found", …: RFC 9110 §15.
std::string_view ReasonPhrase(int status);

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_RESPONSE_H_
