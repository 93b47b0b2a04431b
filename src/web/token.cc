#include "web/token.h"

#include "base/text.h"

namespace click2call::web {

std::string_view BearerToken(std::string_view authorization) {
  constexpr std::string_view kScheme = "Bearer ";
  authorization = base::Trim(authorization);
  if (!base::EqualIgnoreCase(authorization.substr(0, kScheme.size()), kScheme)) return {};
  return base::Trim(authorization.substr(kScheme.size()));
}

}  // namespace click2call::web
