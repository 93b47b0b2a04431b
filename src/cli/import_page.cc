#include "cli/import_page.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

#include <toml++/toml.h>

#include "ami/actions.h"
#include "ami/message.h"
#include "base/text.h"
#include "call/config_values.h"
#include "cli/old_address.h"
#include "cli/old_channel.h"
#include "web/form.h"

namespace click2call::cli {
namespace {

std::string Line(int line) { return "line " + std::to_string(line) + ": "; }
std::string At(const Found& found) { return Line(found.pieces.front().line); }
std::string Quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

// Where a value comes from that the script does not say, in words.
std::string Origin(std::string_view source) {
  if (source == "getenv") return "the environment";
  if (!IsOfRequest(source)) return "what only the running script knows";
  const std::size_t dot = source.find('.');
  if (dot == std::string_view::npos) return "the request";
  return "the request ($" + std::string(source.substr(0, dot)) + "['" +
         std::string(source.substr(dot + 1)) + "'])";
}

std::string_view SourceOf(const PhpPiece& piece) {
  return piece.kind == PhpPiece::Kind::kText ? std::string_view() : piece.text;
}

std::optional<int> ToNumber(std::string_view text, int lowest, int highest) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (number < lowest || number > highest) return std::nullopt;
  return number;
}

bool HasBrace(std::string_view text) { return text.find_first_of("{}") != std::string_view::npos; }

// One table of the configuration.
struct Section {
  toml::table values;
  std::string missing;  // comments
};

class Importer {
 public:
  Importer(const OldPage& page, Findings* findings) : page_(page), findings_(*findings) {}

  std::string Run() {
    Address();
    Take(&pbx_, "pbx", "username", Meaning::kUsername, "the name of a user in manager.conf");
    Secret();
    Phone();
    Context();
    Priority();
    CallerId();
    Ring();
    if (const auto account = Text(Meaning::kAccount, "call.account")) {
      call_.values.insert("account", *account);
    }
    Number();
    Leftovers();
    return Print();
  }

 private:
  // What the script says in plain words, fit for the PBX. What is there and is not is told.
  std::optional<std::string> Text(Meaning meaning, std::string_view key) {
    const auto found = page_.Find(meaning);
    auto text = found ? Read(*found, key) : std::nullopt;
    if (text) {
      Took(*found, std::string(key) + (meaning == Meaning::kSecret ? ", which is not shown"
                                                                   : " from " + Quoted(*text)));
    }
    return text;
  }

  std::optional<std::string> Read(const Found& found, std::string_view key) {
    const std::string at = At(found) + std::string(key);
    if (!found.Plain()) {
      findings_.Warn(at + " is not taken: it comes from " + Origin(found.Source()));
      return std::nullopt;
    }
    std::string text = found.Text();
    const auto fits = ami::FieldValue::From(text);
    if (fits.Ok() && base::ToUtf8(text) == text) return text;
    findings_.Warn(at + " is not taken: it " + (fits.Ok() ? "is not UTF-8" : fits.Why().message));
    return std::nullopt;
  }

  void Took(const Found& found, const std::string& what) {
    findings_.Ok(At(found) + what);
    if (!found.unless.empty()) {
      findings_.Warn(At(found) + "it is only the default: " + Origin(found.unless) +
                     " went before it");
    }
    for (const int other : found.others) {
      findings_.Warn(Line(other) + "here it has another value", "compare which one was in use");
    }
  }

  void Miss(Section* section, std::string_view table, std::string_view key, std::string_view what) {
    section->missing += "# " + std::string(key) + " = \"\"  # missing: " + std::string(what) + "\n";
    findings_.Fail("no " + std::string(table) + "." + std::string(key) + " was found",
                   "write it into the configuration: " + std::string(what));
  }

  void Take(Section* section, std::string_view table, std::string_view key, Meaning meaning,
            std::string_view what) {
    const auto text = Text(meaning, std::string(table) + "." + std::string(key));
    if (text && !text->empty()) {
      section->values.insert(key, *text);
    } else {
      Miss(section, table, key, what);
    }
  }

  void Secret() {
    Take(&pbx_, "pbx", "secret", Meaning::kSecret, "that user's secret in manager.conf");
  }

  void Address() {
    const auto text = [this](Meaning meaning, std::string_view key) {
      return Text(meaning, key).value_or("");
    };
    const std::string host = text(Meaning::kHost, "pbx.host");
    const std::string port = text(Meaning::kPort, "pbx.port");
    OldAddress address = ReadOldAddress(host, port, text(Meaning::kTransport, "pbx.transport"));
    if (IsOn(text(Meaning::kWebSocket, "a switch for WebSocket"))) address.websocket = true;
    if (address.host.empty()) {
      address.host = "127.0.0.1";
      findings_.Warn("no pbx.host was found, 127.0.0.1 is taken", "is Asterisk on this machine?");
    }
    pbx_.values.insert("host", address.host);
    Transport(address);
    Port(address);
  }

  void Transport(const OldAddress& address) {
    if (!address.unknown.empty()) {
      findings_.Warn("pbx.transport " + Quoted(address.unknown) +
                     " is not taken: it is none of tcp, tls, ws and wss");
    }
    if (address.websocket) {
      findings_.Warn(
          "the WebSocket of old pages was plain AMI at another address, here it is a real one",
          "let a bridge run before AMI, and pbx.port be its port: see \"The way to the PBX\" in "
          "the "
          "README");
      pbx_.values.insert("transport", address.tls ? "wss" : "ws");
      if (address.path.size() > 1) pbx_.values.insert("path", address.path);
    } else if (address.tls) {
      pbx_.values.insert("transport", "tls");
    }
    const auto verify = page_.Find(Meaning::kVerify);
    if (address.tls && verify && verify->Plain() && IsOff(verify->Text())) {
      findings_.Warn(At(*verify) + "that nobody checks the PBX's certificate is not taken",
                     "name in pbx.ca_file the authority that signed it, or the certificate itself");
    }
  }

  void Port(const OldAddress& address) {
    if (const auto port = ToNumber(address.port, 1, 65535)) {
      pbx_.values.insert("port", *port);
    } else if (address.websocket) {
      Miss(&pbx_, "pbx", "port", "that of the WebSocket bridge, a number");
    } else if (!address.port.empty()) {
      findings_.Warn("pbx.port " + Quoted(address.port) + " is not taken: it is no port",
                     "without it, it is AMI's own");
    }
  }

  // Which phone rings first, and how it is reached.
  void Phone() {
    OldChannel channel;
    if (const auto found = page_.Find(Meaning::kChannel)) channel = Channel(*found);
    if (channel.phone.empty() && channel.channel.empty()) {
      findings_.Warn("no channel was found, PJSIP/{from} is taken",
                     "call.channel says how a phone is reached");
    }
    if (channel.phone.empty()) channel.phone = LonePhone(&channel);
    if (!channel.channel.empty()) call_.values.insert("channel", channel.channel);
    if (channel.phone.empty()) {
      return Miss(&call_, "call", "origin",
                  "the phone that rings first, as in 1003; [origins] gives people phones of their "
                  "own");
    }
    call_.values.insert("origin", channel.phone);
  }

  OldChannel Channel(const Found& found) {
    OldChannel channel = ReadOldChannel(found.pieces, page_);
    if (!channel.why_not.empty()) {
      findings_.Warn(At(found) + "the channel is not taken: " + channel.why_not);
    }
    if (!channel.channel.empty()) Took(found, "call.channel = " + Quoted(channel.channel));
    if (!channel.phone.empty()) findings_.Ok(At(found) + "call.origin = " + Quoted(channel.phone));
    if (channel.channel.starts_with("SIP/")) {
      findings_.Warn(At(found) + "Asterisk 21 and later have no chan_sip, which SIP/… needs",
                     "there call.channel is \"PJSIP/{from}\"");
    }
    const auto named = std::ranges::find_if(
        found.pieces, [](const PhpPiece& piece) { return IsOfRequest(SourceOf(piece)); });
    if (named != found.pieces.end()) NamedByRequest(found, named->text);
    return channel;
  }

  void NamedByRequest(const Found& found, const std::string& source) {
    findings_.Warn(At(found) + "that " + Origin(source) +
                       " names the phone is not taken: so anybody could ring any phone",
                   "[origins] gives people phones of their own; call.origin_parameter = true would "
                   "let ?from= name one");
  }

  // A phone that the script names without a channel.
  std::string LonePhone(OldChannel* channel) {
    const auto found = page_.Find(Meaning::kOrigin);
    if (!found || !found->Plain()) return "";
    OldChannel read = ReadOldChannel(found->pieces, page_);
    if (read.phone.empty()) return "";
    Took(*found, "call.origin = " + Quoted(read.phone));
    if (channel->channel.empty()) channel->channel = std::move(read.channel);
    return read.phone;
  }

  void Context() {
    const auto context = Text(Meaning::kContext, "call.context");
    if (context && !context->empty() && context->size() <= ami::Originate::kMaxExtenBytes) {
      call_.values.insert("context", *context);
    } else {
      findings_.Warn("no call.context was found, from-internal is taken",
                     "it is where the PBX looks up the number to call");
    }
  }

  void Priority() {
    const auto found = page_.Find(Meaning::kPriority);
    const auto text = found ? Read(*found, "call.priority") : std::nullopt;
    if (!text) return;
    const auto priority = ToNumber(*text, 0, 10000);
    if (!priority) {
      findings_.Warn(At(*found) + "call.priority " + Quoted(*text) +
                     " is not taken: it is no number; 1 is sent");
    } else if (*priority == 0) {
      findings_.Warn(At(*found) +
                     "call.priority 0 is not taken, 1 is sent: with 0 the phone rings before the "
                     "PBX finds out that there is no such extension");
    } else {
      Took(*found, "call.priority = " + *text);
      call_.values.insert("priority", *priority);
    }
  }

  void CallerId() {
    auto found = page_.Find(Meaning::kCallerId);
    if (!found) return;
    if (IsOfRequest(found->unless)) {
      found->pieces = {{PhpPiece::Kind::kVariable, found->unless, found->pieces.front().line}};
      found->unless.clear();
    }
    for (PhpPiece& piece : found->pieces) {
      if (piece.kind == PhpPiece::Kind::kText && HasBrace(piece.text)) {
        return findings_.Warn(At(*found) + "call.caller_id is not taken: it has braces");
      }
      if (page_.IsTarget(piece)) piece = {PhpPiece::Kind::kText, "{to}", piece.line};
      if (page_.IsOrigin(piece)) piece = {PhpPiece::Kind::kText, "{from}", piece.line};
    }
    if (const auto text = Read(*found, "call.caller_id")) {
      Took(*found, "call.caller_id = " + Quoted(*text));
      call_.values.insert("caller_id", *text);
    }
  }

  // How long the first phone rings. Timeout is in milliseconds and was heeded; WaitTime was not.
  void Ring() {
    const auto timeout = page_.Find(Meaning::kTimeout);
    const auto wait = page_.Find(Meaning::kWaitTime);
    if (wait) {
      findings_.Warn(At(*wait) +
                     "AMI has no WaitTime: it was meant to be how long the first phone "
                     "rings, which call.ring_s is");
    }
    const auto& found = timeout ? timeout : wait;
    if (!found) return;
    const int unit = timeout ? 1000 : 1;
    const auto number = found->Plain() ? ToNumber(found->Text(), unit, 3600 * unit) : std::nullopt;
    if (!number) {
      return findings_.Warn(At(*found) +
                            "call.ring_s is not taken: this is no time from 1 s to 1 h" +
                            (timeout ? " in milliseconds" : ""));
    }
    Took(*found, "call.ring_s = " + std::to_string(*number / unit));
    call_.values.insert("ring_s", *number / unit);
  }

  // What the links of the old page look like.
  void Number() {
    const auto found = page_.Find(Meaning::kTarget);
    if (!found) return;
    const std::string source = found->unless.empty() ? found->Source() : found->unless;
    if (found->Plain()) {
      findings_.Warn(At(*found) + "a number that is called where none is asked for is not taken",
                     "a link names it, as in ?to=1006");
    }
    const std::size_t dot = source.find('.');
    if (!IsOfRequest(source) || dot == std::string::npos) return;
    const std::string parameter = source.substr(dot + 1);
    web::Request request;
    request.fields = {{parameter, "1"}};
    const auto form = web::ReadForm(request);
    if (form.Ok() && form.Value().to) {
      findings_.Ok(At(*found) + "links with ?" + parameter + "= go on working");
    } else {
      findings_.Warn(At(*found) + "links say ?" + parameter + "=, which is none of our names",
                     "let them say ?to=");
    }
  }

  void Leftovers() {
    if (const auto retry = page_.Find(Meaning::kMaxRetry)) {
      findings_.Warn(At(*retry) +
                     "MaxRetry is not taken: AMI has none, and a click is never dialled twice");
    }
    if (const auto variable = page_.Find(Meaning::kVariable)) {
      findings_.Warn(At(*variable) + "channel variables are not taken",
                     "name them in call.variables, as in { CRM_USER = \"{user}\" }");
    }
  }

  std::string Print() const {
    std::ostringstream out;
    const auto print = [&out](const toml::table& table, const std::string& missing) {
      // Every string in double quotes, as in conf/click2call.toml.
      out << toml::toml_formatter(table, toml::format_flags::allow_unicode_strings) << '\n'
          << missing;
    };
    out << "# What click2call import found in an old page. Every key there is: "
           "conf/click2call.toml.\n\n";
    print(toml::table{{"pbx", toml::array{pbx_.values}}}, pbx_.missing);
    out << '\n';
    print(toml::table{{"call", call_.values}}, call_.missing);
    return std::move(out).str();
  }

  const OldPage& page_;
  Findings& findings_;
  Section pbx_;
  Section call_;
};

}  // namespace

std::string ImportPage(const OldPage& page, Findings* findings) {
  return Importer(page, findings).Run();
}

}  // namespace click2call::cli
