#include "cli/old_address.h"

#include <algorithm>
#include <cstddef>
#include <initializer_list>

#include "base/text.h"

namespace click2call::cli {
namespace {

bool IsOneOf(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(
      words, [&](std::string_view word) { return base::EqualIgnoreCase(text, word); });
}

// Cuts `text` where `mark` begins in it. What stood behind the cut, with the mark.
std::string_view CutAt(std::string_view* text, std::size_t mark) {
  if (mark == std::string_view::npos) return {};
  const std::string_view rest = text->substr(mark);
  *text = text->substr(0, mark);
  return rest;
}

// An IPv6 address without brackets has no port.
std::string_view CutPort(std::string_view* host) {
  std::string_view rest;
  if (host->starts_with('[')) {
    rest = CutAt(host, host->find(']'));
    host->remove_prefix(1);
    if (!rest.empty()) rest.remove_prefix(1);
  } else if (std::ranges::count(*host, ':') == 1) {
    rest = CutAt(host, host->find(':'));
  }
  return rest.starts_with(':') ? rest.substr(1) : std::string_view();
}

void ReadTransport(std::string_view name, OldAddress* address) {
  const bool tls = IsOneOf(name.substr(0, 3), {"tls", "ssl"});  // also tlsv1.2, sslv3
  const bool wss = IsOneOf(name, {"wss"});
  address->tls = tls || wss || IsOn(name);
  address->websocket = wss || IsOneOf(name, {"ws"});
  const bool known = address->tls || address->websocket || IsOff(name) || IsOneOf(name, {"tcp"});
  if (!known) address->unknown = name;
}

}  // namespace

OldAddress ReadOldAddress(std::string_view host, std::string_view port,
                          std::string_view transport) {
  OldAddress address;
  if (const std::size_t scheme = host.find("://"); scheme != std::string_view::npos) {
    transport = host.substr(0, scheme);
    host.remove_prefix(scheme + 3);
  }
  ReadTransport(transport.substr(0, transport.find("://")), &address);
  address.path = CutAt(&host, host.find('/'));
  if (const std::string_view own = CutPort(&host); !own.empty()) port = own;
  if (const std::string_view path = CutAt(&port, port.find('/')); !path.empty()) {
    address.path = path;
  }
  address.host = host;
  address.port = port;
  address.websocket = address.websocket || address.path.size() > 1;
  return address;
}

bool IsOn(std::string_view text) { return IsOneOf(text, {"true", "1", "yes", "on"}); }
bool IsOff(std::string_view text) { return IsOneOf(text, {"false", "0", "no", "off", ""}); }

}  // namespace click2call::cli
