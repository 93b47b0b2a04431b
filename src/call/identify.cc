#include "call/identify.h"

#include <algorithm>

#include "base/text.h"
#include "web/token.h"

namespace click2call::call {
namespace {

constexpr std::size_t kMaxUserBytes = 128;

base::Result<web::TokenClaims> CheckToken(const World& world, std::string_view token,
                                          std::string_view scope) {
  if (token.empty()) {
    return base::Error{base::Code::kUnauthenticated,
                       "send a bearer token in the header Authorization"};
  }
  auto claims = world.tokens->Verify(token, world.clock.WallNow());
  if (claims.Ok() && !claims.Value().scopes.contains(std::string(scope))) {
    return base::Error{base::Code::kPermissionDenied,
                       "the token lacks the scope " + std::string(scope)};
  }
  return claims;
}

}  // namespace

base::Status CheckNetwork(const AccessConfig& access, const std::string& address) {
  const bool inside = std::ranges::any_of(
      access.networks, [&](const base::Network& network) { return network.Contains(address); });
  if (inside) return base::Done();
  return base::Error{base::Code::kPermissionDenied,
                     "your address, " + (address.empty() ? "which is not known" : address) +
                         ", is in no network of access.networks (behind a proxy: let the web "
                         "server take the client's address from it, see the README)"};
}

base::Result<Asker> Identify(const Config& config, const World& world, const web::Request& request,
                             std::string_view scope, bool api) {
  const AccessConfig& access = config.access;
  Asker asker{{}, request.remote_addr};
  const std::string_view token = web::BearerToken(request.authorization);
  asker.by_token = world.tokens != nullptr && (api || !token.empty());
  if (asker.by_token) {
    auto claims = CheckToken(world, token, scope);
    if (!claims.Ok()) return claims.Why();
    asker.user = claims.Value().user;
  } else {
    const base::Status inside = CheckNetwork(access, request.remote_addr);
    if (!inside.Ok()) return inside.Why();
  }
  if (!asker.by_token && access.remote_user) {
    if (request.remote_user.size() > kMaxUserBytes || base::HasControl(request.remote_user)) {
      return base::Error{base::Code::kInvalidArgument,
                         "the user's name is too long, or holds a control character"};
    }
    asker.user = request.remote_user;
  }
  asker.admin =
      !asker.user.empty() && std::ranges::find(access.admins, asker.user) != access.admins.end();
  return asker;
}

}  // namespace click2call::call
