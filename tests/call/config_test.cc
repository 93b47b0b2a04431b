#include "call/config.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "call/read_config.h"
#include "fakes/results.h"

namespace click2call::call {
namespace {

using base::Code;
using base::Milliseconds;
using fakes::Fails;
using fakes::Has;
using fakes::Succeeds;

// Why `text` is no configuration; empty when it is one.
std::string Problem(std::string_view text) {
  const auto config = ParseConfig(text, "c.toml");
  if (config.Ok()) return {};
  EXPECT_TRUE(Fails(config, Code::kInternal));
  return config.Why().message;
}

// The same where `line` follows the least configuration, at 6:1.
std::string ProblemOf(std::string_view line) {
  return Problem(std::string(kLeastConfig) + std::string(line));
}

std::vector<std::string> Texts(const std::vector<DialPattern>& patterns) {
  std::vector<std::string> texts;
  for (const DialPattern& pattern : patterns) texts.push_back(pattern.Text());
  return texts;
}

TEST(ConfigTest, NeedsAUserASecretAndAPhoneAndHasADefaultForTheRest) {
  const Config config = ReadConfig();
  ASSERT_EQ(config.pbx.size(), 1U);
  const PbxConfig& pbx = config.pbx[0];
  EXPECT_EQ(pbx.name, "main");
  EXPECT_EQ(pbx.host, "127.0.0.1");
  EXPECT_EQ(pbx.port, 5038);
  EXPECT_EQ(pbx.transport, PbxTransport::kTcp);
  EXPECT_TRUE(pbx.tls.verify);
  EXPECT_EQ(pbx.tls.ca_file + pbx.tls.cert_file + pbx.tls.key_file + pbx.path, "");
  EXPECT_EQ(pbx.credentials.username.Text(), "click2call");
  EXPECT_EQ(pbx.credentials.secret.Reveal(), "s3cret");
  EXPECT_EQ(pbx.credentials.auth, ami::Auth::kPlain);
  EXPECT_EQ(pbx.secret_file, "");

  EXPECT_EQ(config.call.origin, "1003");
  EXPECT_FALSE(config.call.origin_parameter);
  EXPECT_EQ(config.call.channel, "PJSIP/{from}");
  EXPECT_EQ(config.call.context, "from-internal");
  EXPECT_EQ(config.call.priority, 1);
  EXPECT_EQ(config.call.caller_id, "\"Click to call\" <{to}>");
  EXPECT_EQ(config.call.ring, Milliseconds(30'000));
  EXPECT_EQ(config.call.account, "");
  EXPECT_TRUE(config.call.variables.empty());

  EXPECT_EQ(Texts(config.numbers.allow),
            (std::vector<std::string>{"_XX", "_XXX", "_XXXX", "_XXXXX", "_XXXXXX"}));
  EXPECT_FALSE(config.access.remote_user);
  EXPECT_FALSE(config.access.jwt);
  EXPECT_TRUE(config.access.sinks.empty());
  EXPECT_TRUE(config.access.admins.empty());
  EXPECT_EQ(config.store.url, "sqlite:/var/lib/click2call/calls.db");
  EXPECT_TRUE(config.api_extensions);
  EXPECT_EQ(config.web.format, web::Format::kHtml);
  EXPECT_EQ(config.web.outcome_wait, Milliseconds(1000));
  EXPECT_EQ(config.web.workers, 32);
  EXPECT_EQ(config.web.pages, "");
  EXPECT_EQ(config.log.level, base::LogLevel::kInfo);
  EXPECT_EQ(config.log.target, "stderr");
  EXPECT_TRUE(config.warnings.empty());
}

TEST(ConfigTest, ReadsEveryKey) {
  const Config config = fakes::Must(ParseConfig(R"(
[[pbx]]
name = "a"
host = "pbx-a.example.org"
port = 5039
transport = "wss"
path = "/ami?a=b"
ca_file = "ca.pem"
verify = true
cert_file = "we.pem"
key_file = "we.key"
username = "user-a"
secret_file = "a.secret"
auth = "md5"
[[pbx]]
name = "b"
username = "user-b"
secret = "b-secret"
auth = "plain"
[call]
origin = ""
origin_parameter = true
channel = "Local/{from}@phones/n"
context = "out"
priority = 2
caller_id = "{user} <{from}{to}>"
ring_s = 20
account = "sales"
variables = { CRM_USER = "{user}", _B2 = "to {to}" }
[numbers]
allow = ["112", "_0.", "_+49."]
[access]
remote_user = true
jwt = { issuer = "i", audience = "a", key_file = "jwt.key", algorithm = "RS256" }
sinks = ["crm.example.org"]
admins = ["root"]
[store]
url = "sqlite::memory:"
[api]
extensions = false
[web]
format = "json"
outcome_wait_ms = 0
workers = 4
pages = "pages"
[log]
level = "debug"
target = "/var/log/click2call.log"
)",
                                                "c.toml"));
  ASSERT_EQ(config.pbx.size(), 2U);
  EXPECT_EQ(config.pbx[0].host, "pbx-a.example.org");
  EXPECT_EQ(config.pbx[0].port, 5039);
  EXPECT_EQ(config.pbx[0].transport, PbxTransport::kWss);
  EXPECT_EQ(config.pbx[0].path, "/ami?a=b");
  EXPECT_EQ(config.pbx[0].tls.ca_file, "ca.pem");
  EXPECT_EQ(config.pbx[0].tls.cert_file, "we.pem");
  EXPECT_EQ(config.pbx[0].tls.key_file, "we.key");
  EXPECT_EQ(config.pbx[0].secret_file, "a.secret");
  EXPECT_TRUE(config.pbx[0].credentials.secret.Empty());
  EXPECT_EQ(config.pbx[0].credentials.auth, ami::Auth::kMD5);
  EXPECT_EQ(config.pbx[1].name, "b");
  EXPECT_EQ(config.pbx[1].credentials.secret.Reveal(), "b-secret");

  EXPECT_EQ(config.call.origin, "");
  EXPECT_TRUE(config.call.origin_parameter);
  EXPECT_EQ(config.call.channel, "Local/{from}@phones/n");
  EXPECT_EQ(config.call.context, "out");
  EXPECT_EQ(config.call.priority, 2);
  EXPECT_EQ(config.call.caller_id, "{user} <{from}{to}>");
  EXPECT_EQ(config.call.ring, Milliseconds(20'000));
  EXPECT_EQ(config.call.account, "sales");
  EXPECT_EQ(config.call.variables, (std::vector<std::pair<std::string, std::string>>{
                                       {"CRM_USER", "{user}"}, {"_B2", "to {to}"}}));
  EXPECT_EQ(Texts(config.numbers.allow), (std::vector<std::string>{"112", "_0.", "_+49."}));
  EXPECT_TRUE(config.access.remote_user);
  ASSERT_TRUE(config.access.jwt);
  EXPECT_EQ(config.access.jwt->issuer, "i");
  EXPECT_EQ(config.access.jwt->audience, "a");
  EXPECT_EQ(config.access.jwt->algorithm, "RS256");
  EXPECT_EQ(config.access.jwt_key_file, "jwt.key");
  EXPECT_EQ(config.access.sinks, std::vector<std::string>{"crm.example.org"});
  EXPECT_EQ(config.access.admins, std::vector<std::string>{"root"});
  EXPECT_EQ(config.store.url, "sqlite::memory:");
  EXPECT_FALSE(config.api_extensions);
  EXPECT_EQ(config.web.format, web::Format::kJson);
  EXPECT_EQ(config.web.outcome_wait, Milliseconds(0));
  EXPECT_EQ(config.web.workers, 4);
  EXPECT_EQ(config.web.pages, "pages");
  EXPECT_EQ(config.log.level, base::LogLevel::kDebug);
  EXPECT_EQ(config.log.target, "/var/log/click2call.log");
}

TEST(ConfigTest, HoldsASecretWhereOneStandsInIt) {
  EXPECT_TRUE(ReadConfig().HoldsSecret());
  const auto beside = ParseConfig(
      "[[pbx]]\nusername = \"u\"\nsecret_file = \"f\"\n[call]\norigin = \"1\"\n", "c.toml");
  ASSERT_TRUE(Succeeds(beside));
  EXPECT_FALSE(beside.Value().HoldsSecret());
  for (const auto& [url, secret] : {std::pair{"mysql:db=a;user=b;password=c", true},
                                    {"postgresql:dbname=a user=b password = 'c'", true},
                                    {"mysql:db=a;user=b", false},
                                    {"sqlite:/var/lib/password/calls.db", false}}) {
    const auto stored = ParseConfig(
        std::string("[[pbx]]\nusername = \"u\"\nsecret_file = \"f\"\n[call]\norigin = \"1\"\n") +
            "[store]\nurl = \"" + url + "\"\n",
        "c.toml");
    ASSERT_TRUE(Succeeds(stored));
    EXPECT_EQ(stored.Value().HoldsSecret(), secret) << url;
  }
}

TEST(ConfigTest, AFileHasNoPasswordAndADatabaseServerMay) {
  EXPECT_EQ(
      ReadConfig("[store]\nurl = \"mysql:db=a\"\npassword_file = \"p\"\n").store.password_file,
      "p");
  EXPECT_TRUE(Has(ProblemOf("[store]\npassword_file = \"p\"\n"),
                  "c.toml:7:17: store.password_file is of a database server"));
}

TEST(ConfigTest, PriorityZeroIsSentAsOneWithAWarning) {
  const Config config = ReadConfig("priority = 0\n");
  EXPECT_EQ(config.call.priority, 1);
  ASSERT_EQ(config.warnings.size(), 1U);
  EXPECT_TRUE(Has(config.warnings[0], "call.priority = 0 is sent as 1"));
}

TEST(ConfigTest, AnUnknownKeyIsAnErrorThatNamesTheNearest) {
  const struct {
    std::string_view text, problem;
  } kRows[] = {
      {"orign = \"1\"\n", "c.toml:6:1: unknown key call.orign; did you mean call.origin?"},
      {"Channel = \"x\"\n", "c.toml:6:1: unknown key call.Channel; did you mean call.channel?"},
      {"ring = 30\n", "c.toml:6:1: unknown key call.ring; did you mean call.ring_s?"},
      {"zzzzzzzz = 1\n", "c.toml:6:1: unknown key call.zzzzzzzz"},
      {"[web]\nworker = 3\n", "c.toml:7:1: unknown key web.worker; did you mean web.workers?"},
      {"[logs]\nlevel = \"info\"\n", "c.toml:6:2: unknown key logs; did you mean log?"},
      {"[[pbx]]\nsecrets = \"x\"\n",
       "c.toml:7:1: unknown key pbx.secrets; did you mean pbx.secret?"},
  };
  for (const auto& row : kRows) EXPECT_EQ(ProblemOf(row.text), row.problem) << row.text;
}

TEST(ConfigTest, AMisspeltKeyIsReportedBeforeTheRightOneIsMissed) {
  EXPECT_EQ(Problem("[[pbx]]\nuser_name = \"u\"\nsecret = \"s\"\n[call]\norigin = \"1\"\n"),
            "c.toml:2:1: unknown key pbx.user_name; did you mean pbx.username?");
}

TEST(ConfigTest, EveryWrongTypeIsAnErrorAtItsPlace) {
  const struct {
    std::string_view text, problem;
  } kRows[] = {
      {"context = 1\n", "6:11: call.context must be a string"},
      {"priority = \"1\"\n", "6:12: call.priority must be a whole number"},
      {"priority = 1.5\n", "6:12: call.priority must be a whole number"},
      {"origin_parameter = 1\n", "6:20: call.origin_parameter must be true or false"},
      {"variables = \"x\"\n", "6:13: call.variables must be a table of strings"},
      {"variables = { A = 1 }\n", "6:19: call.variables must be a table of strings"},
      {"[numbers]\nallow = \"_XX\"\n", "7:9: numbers.allow must be a list of strings"},
      {"[numbers]\nallow = [1]\n", "7:10: numbers.allow must be a list of strings"},
      {"[web]\npages = true\n", "7:9: web.pages must be a string"},
      {"[log]\nlevel = 1\n", "7:9: log.level must be a string"},
      {"[access]\nremote_user = \"yes\"\n", "7:15: access.remote_user must be true or false"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(ProblemOf(row.text), "c.toml:" + std::string(row.problem)) << row.text;
  }
  EXPECT_EQ(Problem("pbx = \"x\"\n"), "c.toml:1:7: pbx must be written [[pbx]]");
  EXPECT_EQ(ProblemOf("[[web]]\nworkers = 1\n"), "c.toml:6:1: web must be a table");
}

TEST(ConfigTest, EveryWrongValueIsAnErrorAtItsPlace) {
  const std::string long_context = "context = \"" + std::string(80, 'x') + "\"\n";
  const struct {
    std::string_view text, problem;
  } kRows[] = {
      {"channel = \"{from}\"\n",
       "6:11: call.channel must be TECHNOLOGY/…, as in PJSIP/{from}, or \"auto\""},
      {"channel = \"Auto\"\n",
       "6:11: call.channel must be TECHNOLOGY/…, as in PJSIP/{from}, or \"auto\""},
      {"channel = \"{from}/x\"\n",
       "6:11: call.channel must be TECHNOLOGY/…, as in PJSIP/{from}, or \"auto\""},
      {"channel = \"/x\"\n",
       "6:11: call.channel must be TECHNOLOGY/…, as in PJSIP/{from}, or \"auto\""},
      {"channel = \"PJSIP/{to}\"\n",
       "6:11: call.channel has {to}, but only these are filled in: {from}"},
      {"channel = \"PJSIP/a\\r\\nb\"\n",
       "6:11: call.channel holds a control character (a line break, for example)"},
      {"caller_id = \"{number}\"\n",
       "6:13: call.caller_id has {number}, but only these are filled in: {to} {from} {user}"},
      {"context = \"\"\n",
       "6:11: call.context must have from 1 to 79 bytes: Asterisk keeps no more"},
      {long_context, "6:11: call.context must have from 1 to 79 bytes: Asterisk keeps no more"},
      {"priority = -1\n", "6:12: call.priority must be from 0 to 10000"},
      {"priority = 10001\n", "6:12: call.priority must be from 0 to 10000"},
      {"ring_s = 0\n", "6:10: call.ring_s must be from 1 to 3600"},
      {"ring_s = 3601\n", "6:10: call.ring_s must be from 1 to 3600"},
      {"account = \"a\\u0000\"\n",
       "6:11: call.account holds a control character (a line break, for example)"},
      {"variables = { \"A,B\" = \"x\" }\n",
       "6:13: call.variables has a name that is not letters, digits and _: A,B"},
      {"variables = { \"\" = \"x\" }\n",
       "6:13: call.variables has a name that is not letters, digits and _: "},
      {"variables = { 1A = \"x\" }\n",
       "6:13: call.variables has a name that is not letters, digits and _: 1A"},
      {"variables = { A = \"1,B=2\" }\n",
       "6:13: call.variables has a comma in A, where Asterisk would begin another"},
      {"variables = { A = \"{x}\" }\n",
       "6:13: call.variables has {x}, but only these are filled in: {to} {from} {user}"},
      {"[numbers]\nallow = [\"_[\"]\n",
       "7:9: numbers.allow \"_[\" is no dialplan pattern: \"[\" is never closed"},
      {"[web]\nformat = \"xml\"\n",
       "7:10: web.format must be one of \"html\", \"json\", \"text\", \"none\""},
      {"[web]\noutcome_wait_ms = 10001\n", "7:19: web.outcome_wait_ms must be from 0 to 10000"},
      {"[web]\nworkers = 0\n", "7:11: web.workers must be from 1 to 1024"},
      {"[log]\nlevel = \"trace\"\n",
       "7:9: log.level must be one of \"debug\", \"info\", \"warning\", \"error\""},
      {"[log]\ntarget = \"click2call.log\"\n",
       "7:10: log.target must be stderr, syslog, or the absolute path of a file"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(ProblemOf(row.text), "c.toml:" + std::string(row.problem)) << row.text;
  }
}

TEST(ConfigTest, EveryWrongValueOfAPbxIsAnErrorAtItsPlace) {
  const struct {
    std::string_view text, problem;
  } kRows[] = {
      {"host = \"\"\n", "9:8: pbx.host must not be empty"},
      {"port = 0\n", "9:8: pbx.port must be from 1 to 65535"},
      {"port = 65536\n", "9:8: pbx.port must be from 1 to 65535"},
      {"transport = \"udp\"\n",
       "9:13: pbx.transport must be one of \"tcp\", \"tls\", \"ws\", \"wss\""},
      {"path = \"/ws\"\n", "9:8: pbx.path is only for transport = \"ws\" or \"wss\""},
      {"ca_file = \"a\"\n", "9:11: pbx.ca_file is only for transport = \"tls\" or \"wss\""},
      {"verify = false\n", "9:10: pbx.verify is only for transport = \"tls\" or \"wss\""},
      {"auth = \"sha1\"\n", "9:8: pbx.auth must be one of \"plain\", \"md5\""},
  };
  for (const auto& row : kRows) {
    const std::string second = "[[pbx]]\nusername = \"u\"\nsecret = \"s\"\n";
    EXPECT_EQ(ProblemOf(second + "name = \"b\"\n" + std::string(row.text)),
              "c.toml:10" + std::string(row.problem.substr(1)))
        << row.text;
  }
  EXPECT_EQ(ProblemOf("[[pbx]]\nusername = \"u\"\nsecret = \"s\"\nname = \"main\"\n"),
            "c.toml:9:8: pbx.name is the name of another [[pbx]]");
}

// What is wrong with one [[pbx]] that has these keys too.
std::string ConnectionProblem(std::string_view keys) {
  return Problem("[[pbx]]\nusername = \"u\"\nsecret = \"s\"\n" + std::string(keys) +
                 "[call]\norigin = \"1\"\n");
}

TEST(ConfigTest, EachTransportHasItsKeysAndItsPort) {
  const auto read = [](std::string_view keys) {
    return fakes::Must(ParseConfig("[[pbx]]\nusername = \"u\"\nsecret = \"s\"\n" +
                                       std::string(keys) + "[call]\norigin = \"1\"\n",
                                   "c.toml"))
        .pbx[0];
  };
  EXPECT_EQ(read("transport = \"tls\"\n").transport, PbxTransport::kTls);
  EXPECT_EQ(read("transport = \"tls\"\n").port, 5039);
  EXPECT_EQ(read("transport = \"ws\"\nport = 8089\n").path, "/ws");
  EXPECT_EQ(read("transport = \"wss\"\nport = 443\npath = \"/\"\n").path, "/");

  EXPECT_EQ(ConnectionProblem("transport = \"ws\"\n"),
            "c.toml:1:1: pbx.port is missing: that of the WebSocket bridge");
  EXPECT_EQ(ConnectionProblem("transport = \"ws\"\nport = 1\nca_file = \"a\"\n"),
            "c.toml:6:11: pbx.ca_file is only for transport = \"tls\" or \"wss\"");
  EXPECT_EQ(ConnectionProblem("transport = \"tls\"\npath = \"/ws\"\n"),
            "c.toml:5:8: pbx.path is only for transport = \"ws\" or \"wss\"");
}

TEST(ConfigTest, APathIsOneThatHttpTakesAsItIs) {
  for (const auto* path :
       {"ws", "/a b", "/a\\r\\nX: y", "/\\u0000", "/\xc3\xab", "/a#b", "http://x/"}) {
    EXPECT_EQ(
        ConnectionProblem("transport = \"ws\"\nport = 1\npath = \"" + std::string(path) + "\"\n"),
        "c.toml:6:8: pbx.path must begin with / and have no blanks; what is not ASCII is "
        "written %XX")
        << path;
  }
}

TEST(ConfigTest, ACertificateNeedsItsKeyAndAKeyItsCertificate) {
  const std::string tls = "transport = \"tls\"\n";
  EXPECT_TRUE(Has(ConnectionProblem(tls + "cert_file = \"a\"\n"), "belong together"));
  EXPECT_TRUE(Has(ConnectionProblem(tls + "key_file = \"a\"\n"), "belong together"));
  EXPECT_EQ(ConnectionProblem(tls + "cert_file = \"a\"\nkey_file = \"a\"\n"), "");
}

TEST(ConfigTest, ToVerifyNothingIsAWarning) {
  const std::string pbx =
      "[[pbx]]\nusername = \"u\"\nsecret = \"s\"\ntransport = \"tls\"\nverify = false\n";
  const Config config = fakes::Must(ParseConfig(pbx + "[call]\norigin = \"1\"\n", "c.toml"));
  EXPECT_FALSE(config.pbx[0].tls.verify);
  ASSERT_EQ(config.warnings.size(), 1U);
  EXPECT_TRUE(Has(config.warnings[0], "pbx \"main\": with verify = false"));
  EXPECT_EQ(ConnectionProblem("transport = \"tls\"\nverify = false\nca_file = \"a\"\n"),
            "c.toml:5:10: pbx.verify = false and ca_file exclude each other");
}

// What one [[pbx]] lacks, or has too much of. It begins at 1:1.
std::string PbxProblem(std::string_view keys) {
  return Problem("[[pbx]]\n" + std::string(keys) + "[call]\norigin = \"1\"\n");
}

TEST(ConfigTest, NeedsOneSecretAndNotTwo) {
  const std::string problem = "pbx.secret or secret_file must be set, and only one of them";
  EXPECT_EQ(PbxProblem("username = \"u\"\n"), "c.toml:1:1: " + problem);
  EXPECT_EQ(PbxProblem("username = \"u\"\nsecret = \"s\"\nsecret_file = \"f\"\n"),
            "c.toml:3:10: " + problem);
  EXPECT_EQ(PbxProblem("username = \"u\"\nsecret = \"\"\n"), "c.toml:3:10: " + problem);
  EXPECT_EQ(PbxProblem("username = \"u\"\nsecret = \"\"\nsecret_file = \"f\"\n"), "");
}

TEST(ConfigTest, NeedsAUser) {
  EXPECT_EQ(PbxProblem("secret = \"s\"\n"),
            "c.toml:1:1: pbx.username is missing: the name of a user in manager.conf");
  EXPECT_EQ(PbxProblem("username = \"\"\nsecret = \"s\"\n"),
            "c.toml:2:12: pbx.username is missing: the name of a user in manager.conf");
}

TEST(ConfigTest, ASinkIsAHostAndNoUrl) {
  for (const std::string sink : {"https://crm.example.com", "crm.example.com/", "*.example.com"}) {
    EXPECT_EQ(ProblemOf("[access]\nsinks = [\"ok.example.com\", \"" + sink + "\"]\n"),
              "c.toml:7:9: access.sinks must have hosts alone, as in \"crm.example.com\" or "
              "\"crm.example.com:8443\", and \"" +
                  sink + "\" is none");
  }
  EXPECT_EQ(ProblemOf("[access]\nsinks = [\"CRM.example.com\", \"[::1]:8443\", \"10.0.0.7\"]\n"),
            "");
}

TEST(ConfigTest, ATokenNeedsItsIssuerItsAudienceAndItsKey) {
  for (const auto* jwt : {"{ issuer = 'i' }", "{ audience = 'a', key_file = 'k' }",
                          "{ issuer = 'i', audience = 'a' }"}) {
    EXPECT_TRUE(Has(ProblemOf(std::string("[access]\njwt = ") + jwt), "belong together")) << jwt;
  }
  EXPECT_TRUE(Has(ProblemOf("[access]\njwt = { algorithm = 'none' }"), "algorithm"));
}

TEST(ConfigTest, NeedsAPbx) {
  EXPECT_TRUE(Has(Problem("[call]\norigin = \"1\"\n"),
                  "pbx is missing: add one [[pbx]] for your Asterisk"));
  EXPECT_TRUE(Has(Problem(""), "pbx is missing"));
}

TEST(ConfigTest, NeedsAPhoneUnlessRequestsNameOne) {
  const std::string pbx = "[[pbx]]\nusername = \"u\"\nsecret = \"s\"\n";
  EXPECT_EQ(Problem(pbx + "[call]\n"),
            "c.toml:4:1: call.origin is missing: the phone that rings first (or set "
            "origin_parameter, or [origins])");
  EXPECT_TRUE(Has(Problem(pbx), "call.origin is missing"));
  EXPECT_EQ(Problem(pbx + "[call]\norigin_parameter = true\n"), "");
}

TEST(ConfigTest, ThePbxMayBeAskedForTheChannel) {
  EXPECT_EQ(ReadConfig("channel = \"auto\"\n").call.channel, "auto");
}

TEST(ConfigTest, TheOriginIsAPhonesNameAndNoExpression) {
  const std::string pbx = "[[pbx]]\nusername = \"u\"\nsecret = \"s\"\n[call]\norigin = ";
  for (const auto* name : {"1003", "ann_bell", "Desk-1.a", "+4989"}) {
    EXPECT_EQ(Problem(pbx + "\"" + name + "\"\n"), "") << name;
  }
  for (const auto* name : {"1003&1004", "a b", "1003@x", "1003/n", "${X}", "a,b", "Zo\xc3\xab"}) {
    EXPECT_EQ(Problem(pbx + "\"" + name + "\"\n"),
              "c.toml:5:10: call.origin must be the name of a phone: letters, digits, _ . + -")
        << name;
  }
}

TEST(ConfigTest, NoErrorShowsASecret) {
  for (const std::string_view secret :
       {"secret = \"hunter2\n", "secret = hunter2\n", "secret = \"hunter2\\n\"\n",
        "secret = [\"hunter2\"]\n", "secret = \"hunter2\"\nsecret = \"hunter2\"\n",
        "secret = \"hunter2\" x\n", "secret = 'hunter2\n"}) {
    const std::string problem = PbxProblem("username = \"u\"\n" + std::string(secret));
    EXPECT_TRUE(problem.starts_with("c.toml:")) << secret;
    EXPECT_FALSE(Has(problem, "hunter2")) << problem;
  }
}

TEST(ConfigTest, ASecretMustFitIntoALine) {
  EXPECT_EQ(PbxProblem("username = \"u\"\nsecret = \"a\\nb\"\n"),
            "c.toml:3:10: pbx.secret holds a control character (a line break, for example)");
  EXPECT_EQ(PbxProblem("username = \"u\"\nsecret = \"" + std::string(865, 'x') + "\"\n"),
            "c.toml:3:10: pbx.secret is longer than 864 bytes");
}

TEST(ConfigTest, BrokenTomlIsAnErrorAtItsPlace) {
  EXPECT_TRUE(ProblemOf("ring_s = \n").starts_with("c.toml:6:10: "));
  EXPECT_TRUE(ProblemOf("[web\n").starts_with("c.toml:6:5: "));
}

}  // namespace
}  // namespace click2call::call
