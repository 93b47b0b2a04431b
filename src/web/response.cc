#include "web/response.h"

#include <array>
#include <utility>

#include "base/text.h"

namespace click2call::web {

Response& Response::Add(std::string_view name, std::string_view value) & {
  std::string clean(value);
  if (base::HasControl(clean)) {
    std::erase_if(clean, [](char c) { return base::HasControl(std::string_view(&c, 1)); });
  }
  headers_.push_back({std::string(name), std::move(clean)});
  return *this;
}

Response& Response::SetBody(std::string_view content_type, std::string body) & {
  body_ = std::move(body);
  return Add("Content-Type", content_type);
}

std::string_view Response::Get(std::string_view name) const {
  for (const Header& header : headers_) {
    if (header.name == name) return header.value;
  }
  return {};
}

std::string Response::Serialize() const {
  constexpr std::size_t kUsualHead = 512;
  std::string out;
  out.reserve(kUsualHead + body_.size());
  out.append("Status: ").append(std::to_string(status_)).append(" ");
  out.append(ReasonPhrase(status_)).append("\r\n");
  for (const Header& header : headers_) {
    out.append(header.name).append(": ").append(header.value).append("\r\n");
  }
  // A 204 has no content at all, and a length would claim one (RFC 9110 §8.6).
  if (status_ != 204) out.append("Content-Length: " + std::to_string(body_.size()) + "\r\n");
  out.append("\r\n").append(body_);
  return out;
}

std::string_view ReasonPhrase(int status) {
  constexpr std::array<std::pair<int, std::string_view>, 19> kPhrases = {{
      {200, "OK"},
      {201, "Created"},
      {204, "No Content"},
      {303, "See Other"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {409, "Conflict"},
      {413, "Content Too Large"},
      {414, "URI Too Long"},
      {415, "Unsupported Media Type"},
      {422, "Unprocessable Content"},
      {429, "Too Many Requests"},
      {500, "Internal Server Error"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
  }};
  for (const auto& [code, phrase] : kPhrases) {
    if (code == status) return phrase;
  }
  return "Unknown";
}

}  // namespace click2call::web
