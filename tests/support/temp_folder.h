#ifndef CLICK2CALL_SUPPORT_TEMP_FOLDER_H_
#define CLICK2CALL_SUPPORT_TEMP_FOLDER_H_

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include <sys/stat.h>

namespace click2call::support {

// A folder of the test's own, removed with all that is in it.
class TempFolder {
 public:
  TempFolder() {
    if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error("mkdtemp failed: " + path_);
  }
  ~TempFolder() { std::filesystem::remove_all(path_); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  std::string Path(std::string_view name = {}) const {
    return name.empty() ? path_ : path_ + "/" + std::string(name);
  }

  // Writes a file with exactly this mode, whatever the umask is. Its path.
  std::string Write(std::string_view name, std::string_view text, mode_t mode = 0640) const {
    const std::string path = Path(name);
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << text;
    if (chmod(path.c_str(), mode) != 0) throw std::runtime_error("chmod failed: " + path);
    return path;
  }

 private:
  std::string path_ = "/tmp/click2call-test-XXXXXX";
};

}  // namespace click2call::support

#endif  // CLICK2CALL_SUPPORT_TEMP_FOLDER_H_
