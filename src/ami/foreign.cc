#include "ami/foreign.h"

namespace click2call::ami {
namespace {

constexpr std::size_t kShownBytes = 60;

// The first line, or as much of it as is shown.
std::string Shown(std::string_view bytes) {
  return "\"" + std::string(bytes.substr(0, bytes.find_first_of("\r\n")).substr(0, kShownBytes)) +
         "\"";
}

}  // namespace

std::string DescribeAnswer(std::string_view first_bytes) {
  if (BeginsTls(first_bytes)) return "this port speaks TLS";
  if (first_bytes.starts_with("Asterisk Call Manager/")) return "this port speaks plain AMI";
  if (first_bytes.starts_with("HTTP/"))
    return "this port answers HTTP (" + Shown(first_bytes) + ")";
  return "this port answers with " + Shown(first_bytes);
}

bool BeginsTls(std::string_view first_bytes) {
  constexpr char kAlert = 21;
  constexpr char kHandshake = 22;
  constexpr char kMajorVersion = 3;
  if (first_bytes.empty()) return false;
  const char type = first_bytes.front();
  return (type == kAlert || type == kHandshake) &&
         (first_bytes.size() < 2 || first_bytes[1] == kMajorVersion);
}

}  // namespace click2call::ami
