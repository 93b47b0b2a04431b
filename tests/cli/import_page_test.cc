#include "cli/import_page.h"

#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "call/config.h"
#include "fakes/results.h"
#include "support/php_pages.h"

namespace click2call::cli {
namespace {

using call::PbxTransport;
using fakes::Has;
using fakes::Must;

// What becomes of a page.
struct Imported {
  std::string toml;
  std::string told;
  int status = 0;

  call::Config Config() const { return Must(call::ParseConfig(toml, "imported.toml")); }
};

Imported Import(std::string_view script) {
  std::ostringstream told;
  Findings findings(told);
  const OldPage page(Must(ReadPhpSettings(script)));
  std::string toml = ImportPage(page, &findings);
  return {std::move(toml), told.str(), findings.ExitStatus()};
}

Imported ImportPhp(std::string_view code) { return Import("<?php\n" + std::string(code)); }

// With what no page can do without.
Imported ImportMore(std::string_view code) {
  return ImportPhp("$strUser='u'; $strSecret='s'; $strHost='pbx'; $origin='1003';\n" +
                   std::string(code));
}

Imported ImportFile(const std::string& name) { return Import(support::PhpPages().at(name)); }

TEST(ImportPageTest, APageBecomesAConfiguration) {
  const Imported page = ImportFile("str_names");
  ASSERT_EQ(page.status, 0) << page.told;
  const call::Config config = page.Config();
  ASSERT_EQ(config.pbx.size(), 1U);
  EXPECT_EQ(config.pbx[0].host, "10.0.0.5");
  EXPECT_EQ(config.pbx[0].port, 5038);
  EXPECT_EQ(config.pbx[0].transport, PbxTransport::kTcp);
  EXPECT_EQ(config.pbx[0].credentials.username.Text(), "webcall");
  EXPECT_EQ(config.pbx[0].credentials.secret.Reveal(), "s3cret-of-the-page");
  EXPECT_EQ(config.call.origin, "100");
  EXPECT_EQ(config.call.channel, "SIP/{from}");
  EXPECT_EQ(config.call.context, "from-internal");
  EXPECT_EQ(config.call.priority, 1);
  EXPECT_EQ(config.call.caller_id, "Web Call {to}");
  EXPECT_EQ(config.call.ring, std::chrono::seconds(30));
}

TEST(ImportPageTest, ItIsSaidWhatWasTakenAndWhatNot) {
  const Imported page = ImportFile("str_names");
  for (const std::string line :
       {"ok       line 6: pbx.host from \"10.0.0.5\"\n",
        "ok       line 9: pbx.secret, which is not shown\n",
        "ok       line 10: call.origin = \"100\"\n",
        "warning  line 10: Asterisk 21 and later have no chan_sip",
        "warning  line 12: AMI has no WaitTime", "ok       line 12: call.ring_s = 30\n",
        "warning  line 14: MaxRetry is not taken",
        "warning  line 15: links say ?txtphonenumber="}) {
    EXPECT_TRUE(Has(page.told, line));
  }
  EXPECT_EQ(page.told.find("s3cret"), std::string::npos);
  EXPECT_EQ(page.told.find("nobody"), std::string::npos);
}

TEST(ImportPageTest, WhatIsOfADatabaseIsNotTaken) {
  for (const std::string name : {"defines", "config_array"}) {
    const Imported page = ImportFile(name);
    ASSERT_EQ(page.status, 0) << page.told;
    EXPECT_EQ(page.toml.find("db"), std::string::npos);
    EXPECT_EQ(page.toml.find("not this one"), std::string::npos);
    EXPECT_EQ(page.toml.find("of the database"), std::string::npos);
  }
}

TEST(ImportPageTest, EveryStyleIsUnderstood) {
  const struct {
    std::string file, host;
    int port;
    PbxTransport transport;
    std::string username, secret, origin, channel, context, caller_id;
    int ring_s;
  } kCases[] = {
      {"defines", "127.0.0.1", 5038, PbxTransport::kTcp, "crm-dialer", "pa#ss \"quoted\" \\ it's",
       "1003", "PJSIP/{from}", "outgoing", "Zoë Müller <1003>", 25},
      {"config_array", "pbx.example.com", 5039, PbxTransport::kTls, "click2call", "ünï#code\\x",
       "1003", "Local/{from}@from-internal/n", "from-internal", "\"Web\" <1003>", 30},
      {"class_websocket", "192.168.1.10", 8088, PbxTransport::kWs, "click", "click", "1003",
       "PJSIP/{from}", "internal", "{to}", 20},
      {"literal_lines", "127.0.0.1", 5038, PbxTransport::kTcp, "clickadmin", "mypasswd", "204",
       "Local/{from}@crm", "workshop", "\"Click to call\" <{to}>", 15},
      {"library", "pbx.example.com", 5038, PbxTransport::kTcp, "dialer", "of-the-dialer", "1003",
       "PJSIP/{from}", "from-internal", "Dialer <{to}>", 20},
  };
  for (const auto& wanted : kCases) {
    const Imported page = ImportFile(wanted.file);
    ASSERT_EQ(page.status, 0) << wanted.file << page.told;
    const call::Config config = page.Config();
    const call::PbxConfig& pbx = config.pbx.at(0);
    EXPECT_EQ(pbx.host, wanted.host) << wanted.file;
    EXPECT_EQ(pbx.port, wanted.port) << wanted.file;
    EXPECT_EQ(pbx.transport, wanted.transport) << wanted.file;
    EXPECT_EQ(pbx.credentials.username.Text(), wanted.username) << wanted.file;
    EXPECT_EQ(pbx.credentials.secret.Reveal(), wanted.secret) << wanted.file;
    EXPECT_EQ(config.call.origin, wanted.origin) << wanted.file;
    EXPECT_EQ(config.call.channel, wanted.channel) << wanted.file;
    EXPECT_EQ(config.call.context, wanted.context) << wanted.file;
    EXPECT_EQ(config.call.caller_id, wanted.caller_id) << wanted.file;
    EXPECT_EQ(config.call.ring, std::chrono::seconds(wanted.ring_s)) << wanted.file;
    EXPECT_EQ(page.told.find(wanted.secret == "click" ? "\"click\"\nok       line 11: pbx.secret ="
                                                      : wanted.secret),
              std::string::npos);
  }
}

TEST(ImportPageTest, WhatIsMissingStandsThereAsAComment) {
  for (const std::string name : {"no_page", "environment", "request_phone"}) {
    const Imported page = ImportFile(name);
    EXPECT_EQ(page.status, 1) << name;
    EXPECT_TRUE(Has(page.toml, "  # missing: ")) << name;
    EXPECT_TRUE(Has(page.told, "error    no ")) << name;
  }
  const Imported page = ImportFile("environment");
  EXPECT_TRUE(Has(page.toml, "# secret = \"\"  # missing: that user's secret in manager.conf\n"));
  EXPECT_TRUE(Has(page.told, "line 7: pbx.secret is not taken: it comes from the environment"));
  EXPECT_TRUE(Has(page.told, "line 4: it is only the default: the environment went before it"));
}

TEST(ImportPageTest, WhatARequestNamedIsNeverTaken) {
  const Imported page = ImportFile("request_phone");
  EXPECT_TRUE(Has(page.told, "that the request ($_REQUEST['exten']) names the phone is not taken"));
  EXPECT_TRUE(Has(page.told, "call.origin_parameter = true"));
  EXPECT_TRUE(Has(page.told, "call.context is not taken: it comes from the request"));
  EXPECT_EQ(page.toml.find("origin_parameter"), std::string::npos);
  EXPECT_EQ(page.toml.find("context"), std::string::npos);
  EXPECT_TRUE(Has(page.toml, "# origin = \"\"  # missing: "));
  EXPECT_TRUE(Has(ImportMore("$callerid = $_GET['cid'];").told, "call.caller_id is not taken"));
}

TEST(ImportPageTest, AValueStaysWhatItIs) {
  for (const std::string secret : {"\"", "'", "\\", "a\\nb", "#", "ünï", "\"\"\"", "'''", "{x}",
                                   "$x", " a ", "\xf0\x9f\x93\x9e", "\\u0041", "x\xc2\x85y"}) {
    std::string written;
    for (const char c : secret) {
      if (c == '\\' || c == '\'') written += '\\';
      written += c;
    }
    const Imported page = ImportMore("$ami_secret = '" + written + "';");
    ASSERT_EQ(page.status, 0) << secret << page.told;
    EXPECT_EQ(page.Config().pbx.at(0).credentials.secret.Reveal(), secret);
  }
}

TEST(ImportPageTest, WhatCannotBeSentIsNotTaken) {
  for (const std::string secret : {"a\\nb", "a\\r", "a\\0b", "\\xff", "\\x7f"}) {
    const Imported page = ImportPhp("$user='u'; $origin='1003'; $secret=\"" + secret + "\";");
    EXPECT_EQ(page.status, 1) << secret;
    EXPECT_TRUE(Has(page.told, "pbx.secret is not taken: it ")) << secret;
  }
}

TEST(ImportPageTest, TheChannelIsTakenApart) {
  const struct {
    std::string channel, phone, rest;
  } kCases[] = {
      {"'SIP/100'", "100", "SIP/{from}"},
      {"'pjsip/1003'", "1003", "PJSIP/{from}"},
      {"'local/6000@from-internal/n'", "6000", "Local/{from}@from-internal/n"},
      {"'Local/6000/n'", "6000", "Local/{from}/n"},
      {"'SIP/trunk/22454618'", "22454618", "SIP/trunk/{from}"},
      {"'PJSIP/100@trunk'", "100", "PJSIP/{from}@trunk"},
      {"\"$tech/$phone\"", "1007", "PJSIP/{from}"},
      {"'1007'", "1007", "PJSIP/{from}"},
      {"'SIP/' . ($a ? 1 : 2)", "1003", "SIP/{from}"},      // $origin says which
      {"\"SIP/\" . $_GET['exten']", "1003", "SIP/{from}"},  // and here as well
      {"'SIP/100&SIP/101'", "1003", "PJSIP/{from}"},
      {"'SIP/{100}'", "1003", "PJSIP/{from}"},
      {"\"$_GET[channel]\"", "1003", "PJSIP/{from}"},
      {"\"Local/100@$_GET[context]\"", "1003", "PJSIP/{from}"},
      {"\"SIP/9\" . $_GET['exten']", "1003", "PJSIP/{from}"},
      {"'SIP/'", "1003", "SIP/{from}"},
      {"'/100'", "1003", "PJSIP/{from}"},
  };
  for (const auto& [channel, phone, rest] : kCases) {
    const Imported page =
        ImportMore("$tech = 'PJSIP'; $phone = '1007'; $strChannel = " + channel + ";");
    ASSERT_EQ(page.status, 0) << channel << page.told;
    EXPECT_EQ(page.Config().call.origin, phone) << channel << page.told;
    EXPECT_EQ(page.Config().call.channel, rest) << channel << page.told;
  }
}

TEST(ImportPageTest, APageThatRingsTheCalledNumberFirstIsAnother) {
  const Imported page = ImportMore(
      "$number = $_GET['number'];\n"
      "w(\"Channel: Local/$number@out\\r\\nExten: $number\\r\\n\");");
  EXPECT_TRUE(Has(page.told, "line 4: the channel is not taken: it rings the number to call"));
}

TEST(ImportPageTest, ACallerIdKeepsTheNumbers) {
  const struct {
    std::string caller_id, taken;
  } kCases[] = {
      {"\"Web <$number>\"", "Web <{to}>"},
      {"'Web <' . $strExten . '>'", "Web <{to}>"},
      {"$number", "{to}"},
      {"\"From $ext\"", "From {from}"},
      {"\"$company <100>\"", "ACME <100>"},
      {"\"$name <100>\"", "\"Click to call\" <{to}>"},
      {"'{100}'", "\"Click to call\" <{to}>"},
  };
  for (const auto& [caller_id, taken] : kCases) {
    const Imported page = ImportMore(
        "$number = $_REQUEST['to'] ?? '1006'; $strExten = preg_replace('/x/', '', $number);\n"
        "$ext = $_GET['ext']; $company = 'ACME'; $strChannel = \"SIP/$ext\";\n"
        "$strCallerId = " +
        caller_id + "; w(\"Exten: $strExten\\r\\n\");");
    ASSERT_EQ(page.status, 0) << page.told;
    EXPECT_EQ(page.Config().call.caller_id, taken) << caller_id << page.told;
  }
}

TEST(ImportPageTest, PriorityZeroIsOne) {
  const Imported zero = ImportMore("$strPriority = '0';");
  EXPECT_EQ(zero.Config().call.priority, 1);
  EXPECT_TRUE(zero.Config().warnings.empty());
  EXPECT_TRUE(Has(zero.told, "warning  line 3: call.priority 0 is not taken, 1 is sent"));
  EXPECT_EQ(ImportMore("$priority = 3;").Config().call.priority, 3);
  EXPECT_TRUE(Has(ImportMore("$priority = 's';").told, "it is no number"));
}

TEST(ImportPageTest, ATimeoutIsInMillisecondsAndGoesBeforeWaitTime) {
  const auto ring = [](std::string_view code) {
    return ImportMore(code).Config().call.ring.count();
  };
  EXPECT_EQ(ring("$strWaitTime = '45';"), 45'000);
  EXPECT_EQ(ring("$strWaitTime = '45'; w('Timeout: 20000');"), 20'000);
  EXPECT_EQ(ring("$a->send(['Timeout' => 15000]);"), 15'000);
  EXPECT_EQ(ring("$timeout = 10;"), 30'000);  // of the socket
  EXPECT_EQ(ring("$strWaitTime = '5000';"), 30'000);
  EXPECT_EQ(ring("w('Timeout: 30');"), 30'000);
}

TEST(ImportPageTest, AWebSocketNeedsABridge) {
  for (const std::string code :
       {"$use_websocket = true; $ami_port = 8088;", "$ami_port = '8088/ws';",
        "$transport = 'ws'; $ami_port = 8088;"}) {
    const Imported page = ImportMore(code);
    ASSERT_EQ(page.status, 0) << code << page.told;
    EXPECT_EQ(page.Config().pbx.at(0).transport, PbxTransport::kWs) << code;
    EXPECT_EQ(page.Config().pbx.at(0).port, 8088) << code;
    EXPECT_TRUE(Has(page.told, "let a bridge run before AMI"));
  }
  EXPECT_EQ(ImportMore("$ws = 1; $tls = true; $port = 1;").Config().pbx.at(0).transport,
            PbxTransport::kWss);
  EXPECT_EQ(ImportMore("$ws = 1;").status, 1);
  EXPECT_EQ(ImportMore("$ws = false;").Config().pbx.at(0).transport, PbxTransport::kTcp);
}

TEST(ImportPageTest, WhatIsSentGoesBeforeWhatIsNamed) {
  const call::Config config =
      ImportMore("fsockopen('10.1.1.1', 5039); w(\"Username: real\\r\\n\");").Config();
  EXPECT_EQ(config.pbx.at(0).host, "10.1.1.1");
  EXPECT_EQ(config.pbx.at(0).credentials.username.Text(), "real");
}

TEST(ImportPageTest, TwoValuesForOneThingAreSaidToBeCompared) {
  const Imported page = ImportMore("$ami_context = 'one';\n$ami_context = 'two';");
  EXPECT_EQ(page.Config().call.context, "two");
  EXPECT_TRUE(Has(page.told, "warning  line 3: here it has another value"));
}

TEST(ImportPageTest, ANumberThatIsCalledByDefaultIsNot) {
  const Imported page = ImportMore("$number = '1006';");
  EXPECT_TRUE(Has(page.told, "a link names it, as in ?to=1006"));
  EXPECT_TRUE(
      Has(ImportMore("$number = $_GET['phone'];").told, "links with ?phone= go on working"));
}

TEST(ImportPageTest, ADefaultThatIsNothingIsNone) {
  const Imported page = ImportMore(
      "$target = $_GET['target'] ?? ''; w(\"Exten: $target\\r\\n\");\n"
      "$strCallerId = $target;");
  EXPECT_TRUE(Has(page.told, "links with ?target= go on working"));
  EXPECT_EQ(page.Config().call.caller_id, "{to}");
  EXPECT_TRUE(Has(ImportPhp("$ami_secret = getenv('S') ?: '';").told,
                  "pbx.secret is not taken: it comes from the environment"));
}

TEST(ImportPageTest, AVariableOfItselfEnds) {
  EXPECT_EQ(ImportMore("$strContext = $strContext; $a = $b; $b = $a; $strHost = \"$a$b\";").status,
            0);
}

TEST(ImportPageTest, EveryBeginningOfAPageIsAConfigurationOrLacksSomething) {
  for (const auto& [name, script] : support::PhpPages()) {
    for (std::size_t size = 0; size <= script.size(); size += 31) {
      const Imported page = Import(script.substr(0, size));
      if (page.status != 0) continue;
      EXPECT_TRUE(fakes::Succeeds(call::ParseConfig(page.toml, name))) << size << page.toml;
    }
  }
}

}  // namespace
}  // namespace click2call::cli
