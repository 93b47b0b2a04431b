#include "web/jwt_links.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <utility>

#include <Poco/JSON/Object.h>
#include <Poco/JWT/Signer.h>
#include <Poco/JWT/Token.h>

#include "base/text.h"
#include "base/version.h"
#include "web/jwt_token.h"

namespace click2call::web {
namespace {

using base::Code;
using base::Error;
using base::Result;
using base::Status;
using base::WallTime;
using Poco::JSON::Object;
using std::chrono::seconds;

constexpr std::string_view kAudience = "click2call:link";
constexpr seconds kLeeway{30};
constexpr double kLastSecond = 253'402'300'799;  // of the year 9999
// WallTime ends in 2262. A time behind that is its end, the leeway aside.
constexpr seconds kEndOfTime =
    std::chrono::floor<seconds>(WallTime::max().time_since_epoch()) - kLeeway;

Error Strange() {
  return {Code::kPermissionDenied, "this link is not one of ours, or it was changed"};
}

Error Malformed() {
  return {Code::kInvalidArgument, "`token` is no signed link: is it there from end to end?"};
}

Error Invalid(const std::string& needed) {
  return {Code::kInvalidArgument, "a signed link needs " + needed};
}

// What people read, to the minute: no link is good for seconds.
std::string Minute(WallTime time) {
  std::string text = base::FormatTime(time).substr(0, sizeof "2026-11-23T01:20" - 1);
  text[text.find('T')] = ' ';
  return text + " UTC";
}

std::optional<WallTime> TimeOf(const Object& claims, const std::string& name) {
  const auto number = NumberOf(claims.get(name));
  if (!number || !(*number >= 0 && *number <= kLastSecond)) return std::nullopt;
  return WallTime(std::min(seconds(static_cast<std::int64_t>(*number)), kEndOfTime));
}

bool Fits(std::string_view text, std::size_t longest) {
  return text.size() <= longest && !base::HasControl(text);
}

Status CheckTexts(const Link& link) {
  if (link.to.empty() || !Fits(link.to, kMaxLinkNumber)) return Invalid("a number in `to`");
  if (!Fits(link.from, kMaxLinkNumber)) return Invalid("a number in `from`, or none");
  if (link.id.empty() || !Fits(link.id, kMaxLinkId)) {
    return Invalid("a jti of at most " + std::to_string(kMaxLinkId) + " bytes");
  }
  return base::Done();
}

class JwtLinks : public LinkSigner {
 public:
  explicit JwtLinks(const LinkConfig& config) : keep_(config.keep) {
    signer_.setHMACKey(config.key.Reveal());
    signer_.setAlgorithms({Poco::JWT::Signer::ALGO_HS256});
  }

  Result<std::string> Sign(const Link& link, WallTime now) const override {
    const Status fits = CheckTexts(link);
    if (!fits.Ok()) return fits.Why();
    if (link.expires <= now) return Invalid("an expiry in the time to come");
    // Whoever judges it may have a clock that is behind.
    if (!KnownUntil(link.expires + kLeeway, now)) return Invalid(Soon());
    try {
      Poco::JWT::Token token;
      token.setType("JWT");
      Object& claims = token.payload();
      claims.set("aud", std::string(kAudience));
      claims.set("to", link.to);
      if (!link.from.empty()) claims.set("from", link.from);
      claims.set("jti", link.id);
      claims.set("exp",
                 std::chrono::duration_cast<seconds>(link.expires.time_since_epoch()).count());
      return signer_.sign(token, Poco::JWT::Signer::ALGO_HS256);
    } catch (const std::exception&) {
      return Error{Code::kInternal, "a link could not be signed"};
    }
  }

  Result<Link> Verify(std::string_view token, WallTime now) const override {
    if (token.size() > kMaxLinkToken || !HasTokenForm(token)) return Malformed();
    try {
      Poco::JWT::Token read;
      if (CheckSignature(signer_, token, &read) != Signature::kGood) return Strange();
      return Judge(read.payload(), now);
    } catch (const std::exception&) {  // their texts hold the token
      return Strange();                // POCO reads it before it judges the signature
    }
  }

 private:
  Result<Link> Judge(const Object& claims, WallTime now) const {
    if (StringOf(claims.get("aud")) != kAudience) return Strange();
    const auto expires = TimeOf(claims, "exp");
    if (!expires) return Invalid("the time exp");
    if (*expires + kLeeway <= now) {
      return Error{Code::kPermissionDenied,
                   "this link expired at " + Minute(*expires) + ": ask for a new one"};
    }
    if (!KnownUntil(*expires, now)) {
      return Error{Code::kPermissionDenied, "this link is good for too long: it needs " + Soon()};
    }
    if (claims.has("nbf")) {
      const auto begins = TimeOf(claims, "nbf");
      if (!begins) return Invalid("a time in nbf, or none");
      if (*begins - kLeeway > now) {
        return Error{Code::kPermissionDenied, "this link is good from " + Minute(*begins) + " on"};
      }
    }
    Link link{StringOf(claims.get("to")).value_or(""), "", StringOf(claims.get("jti")).value_or(""),
              *expires};
    if (claims.has("from")) {
      auto from = StringOf(claims.get("from"));
      if (!from) return Invalid("a number in `from`, or none");
      link.from = *std::move(from);
    }
    const Status fits = CheckTexts(link);
    if (!fits.Ok()) return fits.Why();
    return link;
  }

  // Whether a link that is used from `now` on is known to be used until it has expired.
  bool KnownUntil(WallTime expires, WallTime now) const { return expires + kLeeway <= now + keep_; }
  std::string Soon() const {
    return "an expiry less than " + std::to_string(keep_.count()) +
           " days ahead: for so long the journal knows that it was used (store.keep_days)";
  }

  std::chrono::days keep_;
  Poco::JWT::Signer signer_;
};

}  // namespace

Result<std::unique_ptr<LinkSigner>> MakeJwtLinks(const LinkConfig& config) {
  if (config.key.Reveal().size() < kMinLinkKey) {
    return Error{Code::kInternal, "access.link_secret_file: the key has fewer than " +
                                      std::to_string(kMinLinkKey) +
                                      " bytes; make one with: openssl rand -hex 32"};
  }
  return std::unique_ptr<LinkSigner>(std::make_unique<JwtLinks>(config));
}

}  // namespace click2call::web

// See net/module.h.
extern "C" void* click2call_links(const char* version) {  // NOLINT(readability-identifier-naming)
  if (std::string_view(version) != click2call::base::kVersion) return nullptr;
  return reinterpret_cast<void*>(&click2call::web::MakeJwtLinks);
}
