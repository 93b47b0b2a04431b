#include "cli/load.h"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/temp_folder.h"

namespace click2call::cli {
namespace {

using namespace std::string_literals;  // NOLINT: "…"s keeps a NUL

using Loaded = base::Result<Setup>;

constexpr std::string_view kSecret = "hunter2";

// A configuration with that line for its secret, and with more tables behind.
std::string Config(std::string_view secret_line, std::string_view more = "") {
  return "[[pbx]]\nusername = 'click2call'\n" + std::string(secret_line) +
         "\n[call]\norigin = '1003'\n" + std::string(more);
}
const std::string kOwnSecret = Config("secret = 'hunter2'");
const std::string kSecretElsewhere = Config("secret_file = 'pbx.secret'");

class LoadTest : public testing::Test {
 protected:
  Loaded Load(std::string_view text, mode_t mode = 0640) const {
    return LoadSetup(folder_.Write("c.toml", text, mode));
  }

  // The secret of a configuration that is fine.
  static std::string SecretOf(const Loaded& setup) {
    if (setup.Ok()) return setup.Value().config.pbx.at(0).credentials.secret.Reveal();
    ADD_FAILURE() << setup.Why().message;
    return {};
  }

  // Why one is not; that never shows the secret.
  static std::string RefusalOf(const Loaded& setup) {
    if (setup.Ok()) return "none";
    EXPECT_EQ(setup.Why().code, base::Code::kInternal);
    EXPECT_EQ(setup.Why().message.find(kSecret), std::string::npos) << setup.Why().message;
    return setup.Why().message;
  }

  const support::TempFolder folder_;
};

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

class ConfigPathTest : public testing::Test {
 protected:
  ~ConfigPathTest() override { unsetenv("CLICK2CALL_CONFIG"); }
};

TEST_F(ConfigPathTest, IsTheOptionElseTheVariableElseInEtc) {
  setenv("CLICK2CALL_CONFIG", "/env.toml", 1);
  EXPECT_EQ(ConfigPath("option.toml"), "option.toml");
  EXPECT_EQ(ConfigPath(""), "/env.toml");
  setenv("CLICK2CALL_CONFIG", "", 1);
  EXPECT_EQ(ConfigPath(""), "/etc/click2call/click2call.toml");
  unsetenv("CLICK2CALL_CONFIG");
  EXPECT_EQ(ConfigPath(""), "/etc/click2call/click2call.toml");
}

TEST_F(LoadTest, ReadsTheConfigurationAndTakesTheBuiltInPages) {
  const auto setup = Load(kOwnSecret);
  EXPECT_EQ(SecretOf(setup), kSecret);
  ASSERT_TRUE(setup.Ok());
  EXPECT_EQ(setup.Value().config.call.origin, "1003");
  EXPECT_EQ(setup.Value().pages.call.Text(), web::Pages::BuiltIn().call.Text());
  EXPECT_EQ(setup.Value().pages.error.Text(), web::Pages::BuiltIn().error.Text());
}

TEST_F(LoadTest, AConfigurationWithASecretIsNotForEverybody) {
  for (const mode_t mode : {0644U, 0604U, 0602U, 0666U, 0646U}) {
    const std::string path = folder_.Path("c.toml");
    EXPECT_EQ(RefusalOf(Load(kOwnSecret, mode)),
              path +
                  ": holds a secret, and everybody on this machine can read it; run: "
                  "chmod o-rw " +
                  path)
        << std::oct << mode;
  }
  for (const mode_t mode : {0600U, 0640U, 0660U, 0400U, 0641U}) {
    EXPECT_EQ(SecretOf(Load(kOwnSecret, mode)), kSecret) << std::oct << mode;
  }
}

TEST_F(LoadTest, OneWithoutASecretMayBe) {
  folder_.Write("pbx.secret", kSecret);
  EXPECT_EQ(SecretOf(Load(kSecretElsewhere, 0644)), kSecret);
}

TEST_F(LoadTest, OneSecretAmongSeveralIsEnoughToKeepItFromEverybody) {
  folder_.Write("pbx.secret", kSecret);
  const std::string two = kSecretElsewhere + "[[pbx]]\nname = 'b'\nusername = 'u'\nsecret = 'x'\n";
  EXPECT_TRUE(Has(RefusalOf(Load(two, 0644)), "chmod o-rw"));
}

TEST_F(LoadTest, ASecretFileIsNotForEverybody) {
  for (const mode_t mode : {0644U, 0602U}) {
    const std::string path = folder_.Write("pbx.secret", kSecret, mode);
    EXPECT_TRUE(Has(RefusalOf(Load(kSecretElsewhere)), "chmod o-rw " + path)) << std::oct << mode;
  }
}

TEST_F(LoadTest, ANewlineAtTheEndOfASecretFileDoesNotCount) {
  for (const std::string end : {"", "\n", "\r\n"}) {
    folder_.Write("pbx.secret", std::string(kSecret) + end);
    EXPECT_EQ(SecretOf(Load(kSecretElsewhere)), kSecret);
  }
}

TEST_F(LoadTest, EverythingElseInASecretFileDoes) {
  folder_.Write("pbx.secret", " hunter 2 \n");
  EXPECT_EQ(SecretOf(Load(kSecretElsewhere)), " hunter 2 ");
}

TEST_F(LoadTest, ASecretFileThatHoldsNoSecretIsRefusedByName) {
  for (const std::string& text : {""s, "\n"s, "\r\n"s, "hunter2\n\n"s, "hunter2\nmore"s,
                                  "hunter2\0"s, "hunter2\r"s + "x", std::string(2000, 'x')}) {
    const std::string path = folder_.Write("pbx.secret", text);
    EXPECT_TRUE(Has(RefusalOf(Load(kSecretElsewhere)), path)) << testing::PrintToString(text);
  }
}

TEST_F(LoadTest, ASecretFileThatIsNotThereIsNamed) {
  EXPECT_EQ(RefusalOf(Load(kSecretElsewhere)),
            "secret_file " + folder_.Path("pbx.secret") + ": No such file or directory");
}

TEST_F(LoadTest, AFolderIsNoFile) {
  std::filesystem::create_directory(folder_.Path("pbx.secret"));
  EXPECT_TRUE(Has(RefusalOf(Load(kSecretElsewhere)), "pbx.secret: is not a file"));
  EXPECT_TRUE(Has(RefusalOf(LoadSetup(folder_.Path())), folder_.Path() + ": is not a file"));
}

TEST_F(LoadTest, NamesInTheConfigurationAreRelativeToItsFolder) {
  folder_.Write("secrets/pbx.secret", kSecret);
  EXPECT_EQ(SecretOf(Load(Config("secret_file = 'secrets/pbx.secret'"))), kSecret);
  const std::string absolute = folder_.Path("secrets/pbx.secret");
  EXPECT_EQ(SecretOf(Load(Config("secret_file = '" + absolute + "'"))), kSecret);
}

TEST_F(LoadTest, TheSecretOfSignedLinksIsReadAndTheNamesOfFilesAreWhole) {
  const std::string links = Config("secret = 'x'", "[access]\nlink_secret_file = 'link.secret'\n");
  EXPECT_EQ(RefusalOf(Load(links)), "access.link_secret_file " + folder_.Path("link.secret") +
                                        ": No such file or directory");
  folder_.Write("link.secret", kSecret, 0644);
  EXPECT_TRUE(Has(RefusalOf(Load(links)), "chmod o-rw " + folder_.Path("link.secret")));
  folder_.Write("link.secret", std::string(kSecret) + "\n");
  const auto setup = Load(links);
  ASSERT_TRUE(setup.Ok()) << setup.Why().message;
  EXPECT_EQ(setup.Value().config.access.link_secret.Reveal(), kSecret);
  EXPECT_EQ(setup.Value().config.access.link_secret_file, folder_.Path("link.secret"));
}

TEST_F(LoadTest, ThePasswordOfADatabaseServerIsReadAndTheNameOfItsFileIsWhole) {
  const std::string store = Config(
      "secret = 'x'", "[store]\nurl = 'mysql:db=a;user=b'\npassword_file = 'store.password'\n");
  EXPECT_EQ(RefusalOf(Load(store)), "store.password_file " + folder_.Path("store.password") +
                                        ": No such file or directory");
  folder_.Write("store.password", kSecret, 0644);
  EXPECT_TRUE(Has(RefusalOf(Load(store)), "chmod o-rw " + folder_.Path("store.password")));
  folder_.Write("store.password", std::string(kSecret) + "\n");
  const auto setup = Load(store);
  ASSERT_TRUE(setup.Ok()) << setup.Why().message;
  EXPECT_EQ(setup.Value().config.store.password.Reveal(), kSecret);
  EXPECT_EQ(setup.Value().config.store.password_file, folder_.Path("store.password"));
}

TEST_F(LoadTest, APasswordOfADatabaseServerInTheConfigurationIsNotForEverybody) {
  const std::string store =
      Config("secret_file = 'pbx.secret'",
             "[store]\nurl = 'postgresql:dbname=a user=b password=" + std::string(kSecret) + "'\n");
  folder_.Write("pbx.secret", "x");
  EXPECT_TRUE(Load(store).Ok());
  EXPECT_TRUE(Has(RefusalOf(Load(store, 0644)), "c.toml: holds a secret"));
}

TEST_F(LoadTest, TheFilesOfTlsAreThereAndTheKeyIsNotForEverybody) {
  const std::string tls = Config(
      "secret = 'x'\ntransport = 'tls'\nca_file = 'ca.pem'\ncert_file = 'we.pem'\n"
      "key_file = 'we.key'");
  EXPECT_TRUE(Has(RefusalOf(Load(tls)), "ca_file " + folder_.Path("ca.pem") + ": No such file"));
  folder_.Write("ca.pem", "", 0644);
  EXPECT_TRUE(Has(RefusalOf(Load(tls)), "cert_file "));
  folder_.Write("we.pem", "", 0644);
  folder_.Write("we.key", "", 0644);
  EXPECT_TRUE(Has(RefusalOf(Load(tls)), "chmod o-rw " + folder_.Path("we.key")));
  folder_.Write("we.key", "", 0640);
  const auto setup = Load(tls);
  ASSERT_TRUE(setup.Ok()) << setup.Why().message;
  EXPECT_EQ(setup.Value().config.pbx.at(0).tls.key_file, folder_.Path("we.key"));
}

TEST_F(LoadTest, ThatIsSoForAConfigurationInTheWorkingFolderToo) {
  const auto before = std::filesystem::current_path();
  folder_.Write("pbx.secret", kSecret);
  folder_.Write("c.toml", kSecretElsewhere);
  std::filesystem::current_path(folder_.Path());
  const auto setup = LoadSetup("c.toml");
  std::filesystem::current_path(before);
  EXPECT_EQ(SecretOf(setup), kSecret);
}

TEST_F(LoadTest, AConfigurationThatIsNotThereIsNamedWithTheWayToOneThatIs) {
  const std::string why = RefusalOf(LoadSetup(folder_.Path("none.toml")));
  EXPECT_TRUE(why.starts_with(folder_.Path("none.toml") + ": No such file or directory")) << why;
  for (const std::string_view way : {"--config", "$CLICK2CALL_CONFIG", "click2call.toml"}) {
    EXPECT_TRUE(Has(why, way)) << why;
  }
}

// Root may read everything; so for as long as this lives, we are not root.
class NotRoot {
 public:
  NotRoot() {
    if (before_ == 0 && seteuid(kNobody) != 0) throw std::runtime_error("seteuid failed");
  }
  ~NotRoot() {
    if (before_ == 0 && seteuid(0) != 0) std::abort();
  }
  NotRoot(const NotRoot&) = delete;
  NotRoot& operator=(const NotRoot&) = delete;

 private:
  static constexpr uid_t kNobody = 65534;
  const uid_t before_ = geteuid();
};

TEST_F(LoadTest, AConfigurationThatMayNotBeReadSaysSo) {
  const std::string path = folder_.Write("c.toml", kOwnSecret, 0);
  const NotRoot not_root;
  EXPECT_TRUE(RefusalOf(LoadSetup(path)).starts_with(path + ": Permission denied"));
}

TEST_F(LoadTest, AConfigurationThatIsWrongSaysWhere) {
  EXPECT_EQ(RefusalOf(Load(Config("secret = 'hunter2'", "contxt = 'x'\n"))),
            folder_.Path("c.toml") + ":6:1: unknown key call.contxt; did you mean call.context?");
}

TEST_F(LoadTest, ASecretThatNobodyQuotedIsNotInTheMessage) {
  EXPECT_TRUE(Has(RefusalOf(Load(Config("secret = hunter2"))), "c.toml:3:"));
}

class PagesFolderTest : public LoadTest {
 protected:
  Loaded LoadWithPages() const {
    return Load(Config("secret = 'hunter2'", "[web]\npages = 'www'\n"));
  }
};

TEST_F(PagesFolderTest, HasTheTemplatesThatAreUsed) {
  folder_.Write("www/call.mustache", "Calling {{callee}}");
  folder_.Write("www/calls.mustache", "Your calls");
  folder_.Write("www/confirm.mustache", "Call {{callee}}?");
  folder_.Write("www/error.mustache", "No: {{message}}");
  const auto setup = LoadWithPages();
  ASSERT_TRUE(setup.Ok()) << setup.Why().message;
  EXPECT_EQ(setup.Value().pages.call.Text(), "Calling {{callee}}");
  EXPECT_EQ(setup.Value().pages.calls.Text(), "Your calls");
  EXPECT_EQ(setup.Value().pages.confirm.Text(), "Call {{callee}}?");
  EXPECT_EQ(setup.Value().pages.error.Text(), "No: {{message}}");
}

TEST_F(PagesFolderTest, IsNamedWhenItIsNotThere) {
  EXPECT_EQ(RefusalOf(LoadWithPages()),
            "web.pages: " + folder_.Path("www/call.mustache") + ": No such file or directory");
}

TEST_F(PagesFolderTest, IsNamedWithTheTemplateThatIsMissing) {
  folder_.Write("www/call.mustache", "Calling");
  folder_.Write("www/calls.mustache", "Your calls");
  folder_.Write("www/confirm.mustache", "Call?");
  EXPECT_EQ(RefusalOf(LoadWithPages()),
            "web.pages: " + folder_.Path("www/error.mustache") + ": No such file or directory");
}

TEST_F(PagesFolderTest, IsRefusedWhenATemplateIsNone) {
  folder_.Write("www/call.mustache", "Calling {{#callee}}");
  folder_.Write("www/calls.mustache", "Your calls");
  folder_.Write("www/confirm.mustache", "Call?");
  folder_.Write("www/error.mustache", "No");
  const std::string why = RefusalOf(LoadWithPages());
  EXPECT_TRUE(why.starts_with("web.pages: " + folder_.Path("www"))) << why;
  EXPECT_TRUE(Has(why, "Unclosed section \"callee\" at 8")) << why;
}

// Four files are in that folder, and the place is one in any of them.
TEST_F(PagesFolderTest, TheTemplateThatIsNoneIsNamed) {
  for (const std::string wrong :
       {"call.mustache", "calls.mustache", "confirm.mustache", "error.mustache"}) {
    folder_.Write("www/call.mustache", "Calling");
    folder_.Write("www/calls.mustache", "Your calls");
    folder_.Write("www/confirm.mustache", "Call?");
    folder_.Write("www/error.mustache", "No");
    folder_.Write("www/" + wrong, "{{#callee}}");
    const std::string why = RefusalOf(LoadWithPages());
    EXPECT_TRUE(Has(why, wrong)) << why;
  }
}

}  // namespace
}  // namespace click2call::cli
