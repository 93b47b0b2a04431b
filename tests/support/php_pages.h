#ifndef CLICK2CALL_SUPPORT_PHP_PAGES_H_
#define CLICK2CALL_SUPPORT_PHP_PAGES_H_

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>

namespace click2call::support {

// Old click-to-call pages, in the styles that are found in public: name without .php, and text.
inline std::map<std::string, std::string> PhpPages() {
  std::map<std::string, std::string> pages;
  for (const auto& entry : std::filesystem::directory_iterator("data/php")) {
    std::ifstream in(entry.path(), std::ios::binary);
    pages[entry.path().stem()] = std::string(std::istreambuf_iterator<char>(in), {});
  }
  if (pages.size() < 2) throw std::runtime_error("no pages in tests/data/php");
  return pages;
}

}  // namespace click2call::support

#endif  // CLICK2CALL_SUPPORT_PHP_PAGES_H_
