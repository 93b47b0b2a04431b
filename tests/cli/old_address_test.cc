#include "cli/old_address.h"

#include <string>

#include <gtest/gtest.h>

namespace click2call::cli {
namespace {

TEST(OldAddressTest, HostPortAndTransportAreToldApart) {
  const struct {
    std::string host, port, transport;
    OldAddress address;
  } kCases[] = {
      {"", "", "", {}},
      {"pbx", "5038", "", {"pbx", "5038", "", false, false, ""}},
      {"pbx:5038", "1", "", {"pbx", "5038", "", false, false, ""}},
      {"tcp://pbx", "", "tls", {"pbx", "", "", false, false, ""}},
      {"ssl://pbx:5039", "", "", {"pbx", "5039", "", true, false, ""}},
      {"tlsv1.2://pbx", "5039", "", {"pbx", "5039", "", true, false, ""}},
      {"pbx", "", "TLS", {"pbx", "", "", true, false, ""}},
      {"pbx", "", "true", {"pbx", "", "", true, false, ""}},
      {"pbx", "", "false", {"pbx", "", "", false, false, ""}},
      {"pbx", "", "tcp://", {"pbx", "", "", false, false, ""}},
      {"pbx", "", "udp", {"pbx", "", "", false, false, "udp"}},
      {"pbx", "8088/ws", "", {"pbx", "8088", "/ws", false, true, ""}},
      {"ws://pbx:8088/ami", "", "", {"pbx", "8088", "/ami", false, true, ""}},
      {"pbx", "8089", "wss", {"pbx", "8089", "", true, true, ""}},
      {"pbx/", "", "", {"pbx", "", "/", false, false, ""}},
      {"::1", "5038", "", {"::1", "5038", "", false, false, ""}},
      {"[::1]:5038", "", "", {"::1", "5038", "", false, false, ""}},
      {"tls://[2001:db8::1]", "5039", "", {"2001:db8::1", "5039", "", true, false, ""}},
      {"[::1", "", "", {"::1", "", "", false, false, ""}},
      {"[", ":", "://", {"", ":", "", false, false, ""}},
  };
  for (const auto& [host, port, transport, wanted] : kCases) {
    const OldAddress read = ReadOldAddress(host, port, transport);
    const std::string what = host + " " + port + " " + transport;
    EXPECT_EQ(read.host, wanted.host) << what;
    EXPECT_EQ(read.port, wanted.port) << what;
    EXPECT_EQ(read.path, wanted.path) << what;
    EXPECT_EQ(read.tls, wanted.tls) << what;
    EXPECT_EQ(read.websocket, wanted.websocket) << what;
    EXPECT_EQ(read.unknown, wanted.unknown) << what;
  }
}

}  // namespace
}  // namespace click2call::cli
