#include "cli/old_channel.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "base/text.h"
#include "call/config_values.h"

namespace click2call::cli {
namespace {

constexpr char kVariable = '\0';  // stands for what is no text

// As Asterisk's own configuration writes them; it takes every way.
std::string Technology(std::string_view name) {
  constexpr std::array<std::string_view, 6> kUsual = {"SIP",  "PJSIP", "Local",
                                                      "IAX2", "SCCP",  "DAHDI"};
  const auto* const usual = std::ranges::find_if(
      kUsual, [&](std::string_view one) { return base::EqualIgnoreCase(one, name); });
  return std::string(usual == kUsual.end() ? name : *usual);
}

// What stands around the phone: Local/ and @context/n, SIP/trunk/ and nothing.
struct Split {
  std::string before;
  std::string phone;
  std::string after;
};

Split SplitChannel(const std::string& technology, const std::string& rest) {
  std::size_t begin = 0;
  std::size_t end = rest.find('@');
  if (end == std::string::npos) {
    if (technology == "Local") {
      end = rest.find('/');
    } else {
      begin = rest.rfind('/') + 1;  // npos + 1 is 0
    }
  }
  end = std::min(end, rest.size());
  return {technology + "/" + rest.substr(0, begin), rest.substr(begin, end - begin),
          rest.substr(end)};
}

bool CanStand(const std::string& text) {
  return !base::HasControl(text) && text.find_first_of("{}&") == std::string::npos &&
         base::ToUtf8(text) == text;
}

}  // namespace

OldChannel ReadOldChannel(const std::vector<PhpPiece>& pieces, const OldPage& page) {
  OldChannel channel;
  std::string flat;
  bool rings_target = false;
  for (const PhpPiece& piece : pieces) {
    const bool text = piece.kind == PhpPiece::Kind::kText;
    flat += text ? piece.text : std::string(1, kVariable);
    rings_target = rings_target || (!text && page.IsTarget(piece));
  }
  const std::size_t slash = flat.find('/');
  if (slash == std::string::npos) {
    if (call::IsPhone(flat)) channel.phone = flat;
    return channel;
  }
  const std::string technology = Technology(flat.substr(0, slash));
  const Split split = SplitChannel(technology, flat.substr(slash + 1));
  if (technology.empty() || !std::ranges::all_of(technology, base::IsAlnum)) {
    channel.why_not = "it has no technology, as PJSIP is one, that the script says plainly";
  } else if (rings_target) {
    channel.why_not =
        "it rings the number to call, and here the phone of whoever clicks rings first";
  } else if (!CanStand(split.before) || !CanStand(split.after)) {
    channel.why_not = "what stands beside the phone is not plain text";
  } else {
    channel.channel = split.before + "{from}" + split.after;
    if (call::IsPhone(split.phone)) {
      channel.phone = split.phone;
    } else if (split.phone != std::string(1, kVariable)) {
      channel.why_not = "its phone is not one name of letters, digits, _ . + -";
      channel.channel.clear();
    }
  }
  return channel;
}

}  // namespace click2call::cli
