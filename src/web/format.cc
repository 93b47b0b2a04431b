#include "web/format.h"

#include <cstddef>
#include <string>

#include <Poco/NumberParser.h>

#include "base/text.h"

namespace click2call::web {
namespace {

std::optional<Format> FormatOfMediaType(std::string_view type, Subject subject) {
  if (base::EqualIgnoreCase(type, "text/html")) return Format::kHtml;
  if (base::EqualIgnoreCase(type, "application/xhtml+xml")) return Format::kHtml;
  if (base::EqualIgnoreCase(type, "application/json")) return Format::kJson;
  if (base::EqualIgnoreCase(type, "text/plain")) return Format::kText;
  if (subject == Subject::kList && base::EqualIgnoreCase(type, "text/csv")) return Format::kCsv;
  return std::nullopt;
}

// The part of `*text` before `separator`; `*text` keeps what follows it.
std::string_view Cut(std::string_view* text, char separator) {
  const std::size_t end = text->find(separator);
  const std::string_view part = text->substr(0, end);
  text->remove_prefix(end == std::string_view::npos ? text->size() : end + 1);
  return base::Trim(part);
}

// The weight among the parameters of a media range; 1 when it has none or a broken one.
double Quality(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view parameter = Cut(&parameters, ';');
    double quality = 1;
    if (base::EqualIgnoreCase(parameter.substr(0, 2), "q=") &&
        Poco::NumberParser::tryParseFloat(std::string(parameter.substr(2)), quality)) {
      return quality;
    }
  }
  return 1;
}

}  // namespace

std::optional<Format> ParseFormat(std::string_view name, Subject subject) {
  for (std::size_t i = 0; i < kFormatNames.size(); ++i) {
    if (kFormatNames[i] == name) return static_cast<Format>(i);
  }
  if (subject == Subject::kList && name == "csv") return Format::kCsv;
  return std::nullopt;
}

std::optional<Format> FormatFromAccept(std::string_view accept, Subject subject) {
  std::optional<Format> best;
  double best_quality = 0;
  while (!accept.empty()) {
    std::string_view parameters = Cut(&accept, ',');
    const auto format = FormatOfMediaType(Cut(&parameters, ';'), subject);
    const double quality = Quality(parameters);
    if (format && quality > best_quality) {
      best = format;
      best_quality = quality;
    }
  }
  return best;
}

}  // namespace click2call::web
