#include "base/text.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <numeric>
#include <system_error>
#include <vector>

#include <Poco/NumberFormatter.h>
#include <Poco/UTF8Encoding.h>

namespace click2call::base {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool IsAscii(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

// Levenshtein's distance, one row at a time.
std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (Lower(a[i - 1]) == Lower(b[j - 1]) ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

// How many bytes at the front of `text` make a character that some terminal or log reader takes for
// the end of a line or for a command: the controls of ASCII and of C1, and Unicode's line and
// paragraph separators. 0 for any other. REQUIRES: `text` is UTF-8 and not empty.
std::size_t LineBreakerLength(std::string_view text) {
  if (HasControl(text.substr(0, 1))) return 1;
  if (text.starts_with('\xc2') && static_cast<unsigned char>(text[1]) < 0xa0) return 2;
  if (text.starts_with("\xe2\x80\xa8") || text.starts_with("\xe2\x80\xa9")) return 3;
  return 0;
}

}  // namespace

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsAlnum(char c) { return IsDigit(c) || (Lower(c) >= 'a' && Lower(c) <= 'z'); }

bool EqualIgnoreCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return Lower(x) == Lower(y); });
}

std::string_view Trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool HasControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

std::string ToUtf8(std::string_view text) {
  if (IsAscii(text)) return std::string(text);
  std::string clean;
  clean.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    // isLegal() looks only at the bytes it is given, so a sequence cut off by the end is asked
    // for no more than is there.
    const bool whole = length <= text.size() - at;
    const std::string bytes(text.substr(at, length));
    if (whole &&
        Poco::UTF8Encoding::isLegal(reinterpret_cast<const unsigned char*>(bytes.data()),  // NOLINT
                                    static_cast<int>(length))) {
      clean += bytes;
      at += length;
    } else {
      clean += '?';
      ++at;
    }
  }
  return clean;
}

std::string Visible(std::string_view text) {
  if (IsAscii(text) && !HasControl(text)) return std::string(text);
  const std::string clean = ToUtf8(text);
  std::string visible;
  for (std::string_view rest = clean; !rest.empty();) {
    const std::size_t hidden = LineBreakerLength(rest);
    for (const char c : rest.substr(0, hidden)) {
      visible += "\\x" + Poco::NumberFormatter::formatHex(static_cast<unsigned char>(c), 2);
    }
    rest.remove_prefix(hidden);
    if (hidden > 0) continue;
    visible += rest.front();
    rest.remove_prefix(1);
  }
  return visible;
}

std::string ErrnoText(int error_number) { return std::generic_category().message(error_number); }

std::string_view Nearest(std::string_view text, std::span<const std::string_view> known) {
  std::string_view best;
  std::size_t best_distance = text.size() / 2 + 2;  // beyond that it is a guess, not a help
  for (const std::string_view candidate : known) {
    const std::size_t distance = EditDistance(text, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace click2call::base
