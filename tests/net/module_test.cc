#include "net/module.h"

#include <cstdlib>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "base/version.h"
#include "fakes/results.h"
#include "support/temp_folder.h"

namespace click2call::net {
namespace {

using base::Code;
using fakes::Fails;
using fakes::Has;
using fakes::Must;

class ModuleTest : public testing::Test {
 protected:
  support::TempFolder folder_;
  std::string program_ = folder_.Write("bin/click2call", "");

  // A module "probe" of that version, whose factory is the address of its version.
  void Build(const std::string& path, const std::string& version) {
    const std::string source = folder_.Write("probe.c",
                                             "#include <string.h>\n"
                                             "static const char own[] = \"" +
                                                 version +
                                                 "\";\n"
                                                 "void* click2call_probe(const char* version) {\n"
                                                 "  return strcmp(version, own) ? 0 : (void*)own;\n"
                                                 "}\n");
    std::filesystem::create_directories(std::filesystem::path(folder_.Path(path)).parent_path());
    const std::string command = "gcc -shared -fPIC -o " + folder_.Path(path) + " " + source;
    ASSERT_EQ(std::system(command.c_str()), 0);  // NOLINT
  }
};

TEST_F(ModuleTest, IsOpenedBesideTheProgram) {
  Build("bin/modules/probe.so", base::kVersion);
  const void* factory = Must(OpenModule("probe", program_));
  EXPECT_STREQ(static_cast<const char*>(factory), base::kVersion);
}

TEST_F(ModuleTest, ElseWhereItIsInstalled) {
  Build("lib/click2call/probe.so", base::kVersion);
  Must(OpenModule("probe", program_));
  std::filesystem::create_symlink(program_, folder_.Path("elsewhere"));
  Must(OpenModule("probe", folder_.Path("elsewhere")));
}

TEST_F(ModuleTest, AMissingOneIsAnErrorThatNamesBothPlaces) {
  const auto module = OpenModule("probe", program_);
  EXPECT_TRUE(Fails(module, Code::kInternal));
  EXPECT_TRUE(Has(module.Why().message, folder_.Path("lib/click2call/probe.so")));
  EXPECT_TRUE(Has(module.Why().message, folder_.Path("bin/modules/probe.so")));
}

TEST_F(ModuleTest, OneThatIsNoModuleDoesNotFit) {
  const std::string path = folder_.Write("bin/modules/probe.so", "not a shared object");
  const auto module = OpenModule("probe", program_);
  EXPECT_TRUE(Fails(module, Code::kInternal));
  EXPECT_TRUE(Has(module.Why().message, path));
}

TEST_F(ModuleTest, OneOfAnotherVersionDoesNotFit) {
  Build("bin/modules/probe.so", "0.0.9");
  const auto module = OpenModule("probe", program_);
  EXPECT_TRUE(Fails(module, Code::kInternal));
  EXPECT_TRUE(Has(module.Why().message, std::string("not of version ") + base::kVersion));
}

TEST_F(ModuleTest, OneWithAnotherNameDoesNotFit) {
  Build("bin/modules/other.so", base::kVersion);
  const auto module = OpenModule("other", program_);
  EXPECT_TRUE(Fails(module, Code::kInternal));
  EXPECT_TRUE(Has(module.Why().message, "click2call_other"));
}

}  // namespace
}  // namespace click2call::net
