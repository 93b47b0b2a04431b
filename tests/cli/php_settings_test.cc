#include "cli/php_settings.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "fakes/results.h"
#include "support/php_pages.h"

namespace click2call::cli {
namespace {

using fakes::Must;

// A value as it could be written: $name for what is no text, ~name for what is made of it.
std::string Show(const PhpValue& value) {
  std::string shown;
  for (const PhpPiece& piece : value.pieces) {
    if (piece.kind == PhpPiece::Kind::kVariable) shown += '$';
    if (piece.kind == PhpPiece::Kind::kComputed) shown += '~';
    shown += piece.text;
  }
  if (!value.unless.empty()) shown += " unless " + value.unless;
  return shown;
}

// Every setting as "line name=value", what is sent as "line name: value".
std::vector<std::string> Read(std::string_view script) {
  std::vector<std::string> shown;
  for (const PhpSetting& setting : Must(ReadPhpSettings(script))) {
    const bool named = setting.form == PhpSetting::Form::kNamed;
    shown.push_back(std::to_string(setting.line) + " " + setting.name + (named ? "=" : ": ") +
                    Show(setting.value));
  }
  return shown;
}

std::vector<std::string> ReadPhp(std::string_view code) {
  return Read("<?php " + std::string(code));
}

using Lines = std::vector<std::string>;

TEST(PhpSettingsTest, EveryWayToGiveAValueIsRead) {
  const struct {
    std::string code;
    Lines settings;
  } kCases[] = {
      {"$host = 'pbx';", {"1 host=pbx"}},
      {"$this->host = \"pbx\";", {"1 host=pbx"}},
      {"private const string HOST = 'pbx', PORT = 5038;", {"1 HOST=pbx", "1 PORT=5038"}},
      {"public ?string $host = null; protected static $port = 5_038;", {"1 host=", "1 port=5038"}},
      {"define('AMI_HOST', 'pbx'); DEFINE(\"AMI_TLS\", TRUE);",
       {"1 AMI_HOST=pbx", "1 AMI_TLS=true"}},
      {"defined('A') or define('A', 'b');", {"1 A=b"}},
      {"$c = ['ami' => ['host' => 'pbx', 'port' => 1], 'x' => array('y' => false)];",
       {"1 c.ami.host=pbx", "1 c.ami.port=1", "1 c.x.y=false"}},
      {"$c['ami']['host'] = 'pbx'; $GLOBALS['port'] = 1;", {"1 c.ami.host=pbx", "1 port=1"}},
      {"return ['host' => 'pbx'];", {"1 host=pbx"}},
      {"new Client(array(KEY => 'v', 'host' => 'pbx'));", {"1 KEY=v", "1 host=pbx"}},
      {"$a->setContext('internal')->setPriority(1);", {"1 Context=internal", "1 Priority=1"}},
      {"function f($host = 'pbx') {}", {"1 host=pbx"}},
      {"if ($host == 'pbx' || $a === 'b' || $x .= 'y') {}", {}},
  };
  for (const auto& [code, settings] : kCases) EXPECT_EQ(ReadPhp(code), settings) << code;
}

TEST(PhpSettingsTest, ValuesAreReadAsPhpReadsThem) {
  const struct {
    std::string value;
    std::string shown;
  } kCases[] = {
      {R"('it\'s \\ \n $x')", R"(it's \ \n $x)"},
      {R"("\"a\" \\ \x41\101\u{e9}\$x \q")", R"("a" \ AAé$x \q)"},
      {R"("SIP/$ext")", "SIP/$ext"},
      {R"("SIP/{$c['ext']}@$c[ctx]/$this->n")", "SIP/$c.ext@$c.ctx/$n"},
      {R"("${host}:{$a->b->c}")", "$host:$a.b.c"},
      {R"("{$a[f($b)]}!")", "~a!"},
      {"'SIP/' . $ext . '/' . TRUNK . self::N", "SIP/$ext/$TRUNK$N"},
      {"('a' . (string) $b)", "a$b"},
      {"(int) '5'", "5"},
      {"trim($x)", "~x"},
      {"5 * 1000", "~"},
      {"`id`", "~"},
      {"$a ? 'b' : 'c'", "~a"},
      {"$_REQUEST['to'] ?? '1006'", "1006 unless _REQUEST.to"},
      {"$_GET['a'] ?? $_POST['b'] ?? 'c'", "c unless _GET.a"},
      {"isset($_GET['x']) ? $_GET['x'] : 'd'", "d unless _GET.x"},
      {"!empty($_POST[\"x\"]) ? trim($_POST[\"x\"]) : 'd'", "d unless _POST.x"},
      {"getenv('X') ?: 'd'", "d unless getenv"},
      {"env('X', 'd')", "d unless getenv"},
      {"$_ENV['X'] ?? 'd'", "d unless getenv"},
      {"getenv('X')", "~getenv"},
      {"strtolower($_GET['n'])", "~_GET.n"},
      {"<<<A\n  one $x\n   two\n  A", "one $x\n two"},
      {"<<<'A'\n$x\nA", "$x"},
  };
  for (const auto& [value, shown] : kCases) {
    EXPECT_EQ(ReadPhp("$v = " + value + ";"), Lines{"1 v=" + shown}) << value;
  }
}

TEST(PhpSettingsTest, WhatIsSentIsReadFromTheLinesOfStrings) {
  const struct {
    std::string code;
    Lines settings;
  } kCases[] = {
      {R"(fputs($s, "Username: $user\r\n");)", {"1 Username: $user"}},
      {R"(fputs($s, "Action: Login\r\nUserName: a\r\nSECRET:  b \r\n\r\n");)",
       {"1 Username: a", "1 Secret: b"}},
      {R"(w("Channel: SIP/" . $e . "\r\n" . 'Exten: ' . f($n) . PHP_EOL . "Priority: 1\r\n");)",
       {"1 Channel: SIP/$e", "1 Exten: ~n", "1 Priority: 1"}},
      {"w(<<<X\nAction: Originate\nContext: a\nX\n);", {"3 Context: a"}},
      {"w(['Account: x', \"Timeout: 30000\"]);", {"1 Account: x", "1 Timeout: 30000"}},
      {"fsockopen('tls://pbx', $port, $n, $s, 5);", {"1 Host: tls://pbx", "1 Port: $port"}},
      {"@stream_socket_client(\"tcp://$host:5038\");", {"1 Host: tcp://$host:5038"}},
      {"new OriginateAction('SIP/100');", {"1 Channel: SIP/100"}},
      {R"(echo "Username: $user\r\n"; die("Secret: x");)", {}},
      {R"(w("Subject: x\r\nCall me: y"); f('Host: x', 'Usernames: y');)", {}},
  };
  for (const auto& [code, settings] : kCases) EXPECT_EQ(ReadPhp(code), settings) << code;
}

TEST(PhpSettingsTest, CommentsAndHtmlAreNotRead) {
  EXPECT_EQ(Read("$host = 'a'; <?xml $host = 'b'; ?>\n"
                 "<?php // $host = 'c';\n# $host = 'd';\n/* $host =\n 'e'; */ $host = 'f' // it's\n"
                 ";\n// ?> $host = 'g'; <?= \"$x\" ?>\n<? $host = 'h' ?>"),
            (Lines{"5 host=f", "8 host=h"}));
}

TEST(PhpSettingsTest, AnythingIsReadToItsEnd) {
  for (const std::string code : {"'",
                                 "\"",
                                 "`",
                                 "\"\\",
                                 "'\\",
                                 "\"{$",
                                 "\"${",
                                 "\"$a[",
                                 "\"$a->",
                                 "\"\\u{",
                                 "\"\\x",
                                 "<<<A",
                                 "<<<A\n",
                                 "<<<A\n{$x\nA;",
                                 "<<<'A'\n",
                                 "/*",
                                 "//",
                                 "#",
                                 "$",
                                 "$a",
                                 "$a =",
                                 "$a = [",
                                 "$a['b'",
                                 "define('a'",
                                 "define('a',",
                                 "fsockopen(",
                                 "new XOriginateAction(",
                                 "setX(",
                                 "a::",
                                 "$a->",
                                 "?",
                                 "??",
                                 "?>",
                                 "[",
                                 "]]))}}",
                                 "$a = ?? ;",
                                 "$a = ? : ;",
                                 "$a = . . ;",
                                 "\\",
                                 "\x80"}) {
    EXPECT_TRUE(fakes::Succeeds(ReadPhpSettings("<?php " + code))) << code;
  }
  EXPECT_EQ(ReadPhp("$a = 'b"), Lines{"1 a=b"});
}

TEST(PhpSettingsTest, EveryBeginningOfAPageIsRead) {
  for (const auto& [name, script] : support::PhpPages()) {
    for (std::size_t size = 0; size <= script.size(); ++size) {
      const std::string beginning =
          script.substr(0, size);  // of its own, so that ASan sees its end
      EXPECT_TRUE(fakes::Succeeds(ReadPhpSettings(beginning))) << name << size;
    }
  }
}

TEST(PhpSettingsTest, AScriptMayHaveOneMegabyte) {
  std::string script = "<?php $host = 'pbx'; //";
  script.resize(kMaxScriptBytes, 'x');
  EXPECT_EQ(Read(script), Lines{"1 host=pbx"});
  EXPECT_TRUE(fakes::Fails(ReadPhpSettings(script + "x"), base::Code::kPayloadTooLarge));
}

TEST(PhpSettingsTest, AScriptMaySetFiveThousandValues) {
  std::string script = "<?php ";
  for (std::size_t i = 0; i < kMaxSettings; ++i) script += "$a=1;";
  EXPECT_EQ(Read(script).size(), kMaxSettings);
  EXPECT_TRUE(fakes::Fails(ReadPhpSettings(script + "$a=1;"), base::Code::kPayloadTooLarge));
}

TEST(PhpSettingsTest, WhatIsLongerThanAnyLineOfAmiIsNoSetting) {
  const std::string most(1024, 'x');
  EXPECT_EQ(ReadPhp("$a = '" + most + "';"), Lines{"1 a=" + most});
  EXPECT_EQ(ReadPhp("$a = '" + most + "x';"), Lines{});
  std::string joined = "$a = 1";
  for (int i = 0; i < 63; ++i) joined += " . 1";
  EXPECT_EQ(ReadPhp(joined + ";").size(), 1U);
  EXPECT_EQ(ReadPhp(joined + " . 1;").size(), 0U);
}

// Nobody waits for a script that was made to take long.
TEST(PhpSettingsTest, TheTimeIsInProportionToTheScript) {
  for (const std::string part : {"\"{$", "{$a->b", "['a'=>", "(", "$a=", "'a'.", "<<<A\n", "$a[",
                                 "\\", "/*/", "setA(", "?>", "<?"}) {
    std::string script = "<?php $a = \"";
    while (script.size() < kMaxScriptBytes / 32) script += part;
    for (const std::string& whole : {script, script.substr(12)}) {
      const auto begin = std::chrono::steady_clock::now();
      (void)ReadPhpSettings("<?php " + whole);
      EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20)) << part;
    }
  }
}

}  // namespace
}  // namespace click2call::cli
