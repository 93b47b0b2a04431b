#ifndef CLICK2CALL_WEB_LINK_H_
#define CLICK2CALL_WEB_LINK_H_

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"

namespace click2call::web {

// What a signed link lets whoever has it do, once: place this call.
struct Link {
  std::string to;    // as it would stand in ?to=
  std::string from;  // as in ?from=; empty: whatever phone rings first without one
  std::string id;    // each link's own: the journal knows by it whether the link was used
  base::WallTime expires;
};

// access.link_secret_file and store.keep_days.
struct LinkConfig {
  base::Secret key;          // of at least kMinLinkKey bytes
  std::chrono::days keep{};  // how long the journal knows that a link was used
};

inline constexpr std::size_t kMinLinkKey = 32;  // what HS256 wants (RFC 7518, 3.2)
inline constexpr std::size_t kMaxLinkToken = 1024;
inline constexpr std::size_t kMaxLinkNumber = 64;
inline constexpr std::size_t kMaxLinkId = 64;

// Makes and judges the tokens of signed links (?token=): JSON Web Tokens with HS256, aud
// "click2call:link", and the claims to, from (may be absent), exp and jti, so that other programs
// that have the key can make them too. No token of access.jwt is one, nor is one of those, even
// with the same key. That a link is used once is not seen to here. May be used from several threads
// at once.
class LinkSigner {
 public:
  virtual ~LinkSigner() = default;

  // The token. kInvalidArgument for a link that Verify() would refuse.
  virtual base::Result<std::string> Sign(const Link& link, base::WallTime now) const = 0;

  // The link, whose `to` and `from` are still to be read as numbers. Clocks may differ by 30 s.
  // Errors, none of which holds any of the token: kInvalidArgument where it is none at all (cut
  // off, say); kPermissionDenied where it has expired, is not good yet, would be good for longer
  // than the journal knows that it was used, was made with another key, or was changed; kInternal
  // where the signer itself is not to be had.
  virtual base::Result<Link> Verify(std::string_view token, base::WallTime now) const = 0;
};

// What the module "links" gives: web/jwt_links.h.
using MakeLinks = base::Result<std::unique_ptr<LinkSigner>>(const LinkConfig& config);

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_LINK_H_
