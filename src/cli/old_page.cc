#include "cli/old_page.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <span>
#include <utility>

#include "base/text.h"

namespace click2call::cli {
namespace {

using Piece = PhpPiece::Kind;
using Form = PhpSetting::Form;

struct Names {
  Meaning meaning;
  std::string_view field;  // of what is sent; empty: none
  std::string_view names;  // in small letters and digits, each between two blanks
};

// Seen in public click-to-call pages. What says "asterisk", "ami", "manager" or the like beside
// them is taken off before.
constexpr std::array<Names, 18> kNames = {{
    {Meaning::kHost, "Host",
     " host hostname ip server address addr ipaddress serverip serveraddress serverhost hostip "
     "socketserver "},
    {Meaning::kPort, "Port", " port tcpport serverport "},
    {Meaning::kTransport, "",
     " transport scheme protocol proto tls ssl usetls usessl enabletls enablessl secure "
     "encryption "},
    {Meaning::kWebSocket, "",
     " websocket usewebsocket ws usews enablews enablewebsocket wsenabled websocketenabled "
     "iswebsocket "},
    {Meaning::kVerify, "", " verifypeer verifypeername sslverify tlsverify verifyssl verifytls "},
    {Meaning::kUsername, "Username", " user username login usr usuario loginuser "},
    {Meaning::kSecret, "Secret", " secret password pass passwd pwd pswd pasword clave senha "},
    {Meaning::kChannel, "Channel", " channel chan canal channelname "},
    {Meaning::kOrigin, "",
     " origin originphone originexten originextension originnumber originator from fromnumber "
     "fromexten fromextension internal internalphone internalphoneline internalline "
     "internalnumber internalnum extension ext myextension myexten mynumber agent agentexten "
     "operator src source srcexten srcphone caller callerphone callerexten callerextension "
     "localextension userext userexten userextension phoneline origen "},
    {Meaning::kTarget, "Exten",
     " exten to tonumber target targetnumber targetphone number num numero phone phonenumber tel "
     "telefono telephone dest destination destnumber dst called callee calleenumber callnumber "
     "dialnumber dialphonenumber outboundnum txtphonenumber destino "},
    {Meaning::kContext, "Context",
     " context contexto contextname dialcontext outcontext outgoingcontext dialplancontext "},
    {Meaning::kPriority, "Priority", " priority prio "},
    {Meaning::kCallerId, "CallerID", " callerid clid cid calleridstring outboundcid "},
    {Meaning::kTimeout, "Timeout",
     " calltimeout dialtimeout ringtimeout originatetimeout ringtime "},
    {Meaning::kWaitTime, "WaitTime", " waittime "},
    {Meaning::kMaxRetry, "MaxRetry", " maxretry maxretries retry retries "},
    {Meaning::kAccount, "Account", " account accountcode "},
    {Meaning::kVariable, "Variable", " variable "},
}};

constexpr std::array<std::string_view, 13> kPbxWords = {
    "asterisk", "manager",     "ampmgr",     "ami",     "mgr", "pbx", "ast",
    "c2c",      "clicktocall", "click2call", "default", "cfg", "str"};
constexpr std::size_t kOfArrays = 10;  // the first ones, which say as much of an array
// Of what else a page talks to, and has a host and a password for.
constexpr std::array<std::string_view, 12> kForeignWords = {"db",   "sql",    "database", "mail",
                                                            "smtp", "ldap",   "redis",    "ftp",
                                                            "pdo",  "webrtc", "proxy",    "sms"};

constexpr int kMaxDepth = 8;
constexpr int kMaxLookups = 64;

std::string Flat(std::string_view name) {
  std::string flat;
  for (const char c : name) {
    if (base::IsAlnum(c)) flat += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return flat;
}

std::string_view LastOf(std::string_view path) { return path.substr(path.rfind('.') + 1); }

// Without the words for a PBX at its beginning and end.
std::string_view Bare(std::string_view flat) {
  for (bool shorter = true; shorter;) {
    shorter = false;
    for (const std::string_view word : kPbxWords) {
      if (flat.size() <= word.size()) continue;
      if (flat.starts_with(word)) {
        flat.remove_prefix(word.size());
        shorter = true;
      } else if (flat.ends_with(word)) {
        flat.remove_suffix(word.size());
        shorter = true;
      }
    }
  }
  return flat;
}

const Names& NamesOf(Meaning meaning) {
  return *std::ranges::find_if(kNames, [&](const Names& one) { return one.meaning == meaning; });
}

bool IsNamed(const Names& names, std::string_view path) {
  const std::string flat = Flat(LastOf(path));
  const auto listed = [&](std::string_view name) {
    return names.names.find(" " + std::string(name) + " ") != std::string_view::npos;
  };
  // Of an array for an Originate, or a method of a library's: as AMI spells it.
  if (names.meaning == Meaning::kTimeout && LastOf(path) == "Timeout") return true;
  return listed(flat) || listed(Bare(flat));
}

bool HasWord(std::string_view flat, std::span<const std::string_view> words) {
  return std::ranges::any_of(
      words, [&](std::string_view word) { return flat.find(word) != std::string_view::npos; });
}

bool IsForeign(std::string_view path) {
  return HasWord(Flat(path.substr(0, path.size() - LastOf(path).size())), kForeignWords);
}

bool SpeaksOfPbx(std::string_view path) {
  const std::string flat = Flat(LastOf(path));
  const std::string array = Flat(path.substr(0, path.size() - LastOf(path).size()));
  return Bare(flat) != flat || HasWord(array, std::span(kPbxWords).first(kOfArrays));
}

void Append(const PhpPiece& piece, std::vector<PhpPiece>* pieces) {
  if (piece.kind == Piece::kText && !pieces->empty() && pieces->back().kind == Piece::kText) {
    pieces->back().text += piece.text;
  } else if (piece.kind != Piece::kText || !piece.text.empty()) {
    pieces->push_back(piece);
  }
}

// $_GET['to'] ?? '' is $_GET['to']: a default that is nothing is none.
void DropEmptyDefault(Found* found, int line) {
  if (!found->pieces.empty() || found->unless.empty()) return;
  const Piece kind = IsOfRequest(found->unless) ? Piece::kVariable : Piece::kComputed;
  found->pieces.push_back({kind, std::move(found->unless), line});
  found->unless.clear();
}

}  // namespace

bool Found::Plain() const {
  return std::ranges::all_of(pieces, [](const PhpPiece& one) { return one.kind == Piece::kText; });
}

std::string Found::Text() const {
  std::string text;
  for (const PhpPiece& piece : pieces) {
    if (piece.kind == Piece::kText) text += piece.text;
  }
  return text;
}

std::string Found::Source() const {
  for (const PhpPiece& piece : pieces) {
    if (piece.kind != Piece::kText) return piece.text.empty() ? "an expression" : piece.text;
  }
  return "";
}

OldPage::OldPage(std::vector<PhpSetting> settings) : settings_(std::move(settings)) {
  for (std::size_t i = 0; i < settings_.size(); ++i) {
    if (settings_[i].form == Form::kNamed) named_[settings_[i].name].push_back(i);
  }
  const auto sources = [this](Meaning meaning) {
    std::vector<std::string> all;
    if (const auto found = Find(meaning)) {
      for (const PhpPiece& piece : found->pieces) {
        if (piece.kind != Piece::kText && !piece.text.empty()) all.push_back(piece.text);
      }
      if (!found->unless.empty()) all.push_back(found->unless);
    }
    return all;
  };
  targets_ = sources(Meaning::kTarget);
  origins_ = sources(Meaning::kChannel);
}

std::optional<Found> OldPage::Find(Meaning meaning) const {
  const Names& names = NamesOf(meaning);
  std::array<std::vector<Found>, 3> ranks;
  for (std::size_t i = 0; i < settings_.size(); ++i) {
    const PhpSetting& setting = settings_[i];
    if (setting.form == Form::kSent) {
      if (setting.name == names.field) ranks[0].push_back(Resolve(i));
    } else if (IsNamed(names, setting.name) && !IsForeign(setting.name)) {
      ranks[SpeaksOfPbx(setting.name) ? 1 : 2].push_back(Resolve(i));
    }
  }
  // Of these, what is sent counts even where it is not known what it is.
  const bool whole =
      meaning == Meaning::kChannel || meaning == Meaning::kTarget || meaning == Meaning::kCallerId;
  std::optional<Found> first;
  for (std::vector<Found>& rank : ranks) {
    std::optional<Found> best = Best(std::move(rank));
    if (!best) continue;
    if (best->Plain() || whole) return best;
    if (!first) first = std::move(best);
  }
  return first;
}

bool OldPage::IsTarget(const PhpPiece& piece) const {
  return Has(targets_, Meaning::kTarget, piece);
}

bool OldPage::IsOrigin(const PhpPiece& piece) const {
  return Has(origins_, Meaning::kOrigin, piece);
}

bool OldPage::Has(const std::vector<std::string>& sources, Meaning meaning,
                  const PhpPiece& piece) const {
  if (piece.kind == Piece::kText || piece.text.empty()) return false;
  if (std::ranges::find(sources, piece.text) != sources.end()) return true;
  const auto& others = &sources == &targets_ ? origins_ : targets_;
  return std::ranges::find(others, piece.text) == others.end() &&
         IsNamed(NamesOf(meaning), piece.text);
}

// The last that is plain, as a script that runs from top to bottom has it.
std::optional<Found> OldPage::Best(std::vector<Found> candidates) const {
  std::erase_if(candidates, [](const Found& one) { return one.pieces.empty(); });
  if (candidates.empty()) return std::nullopt;
  const auto plain = std::find_if(candidates.rbegin(), candidates.rend(),
                                  [](const Found& one) { return one.Plain(); });
  Found best = plain == candidates.rend() ? candidates.back() : *plain;
  for (const Found& other : candidates) {
    if (best.Plain() && other.Plain() && other.Text() != best.Text()) {
      best.others.push_back(other.pieces.front().line);
    }
  }
  return best;
}

Found OldPage::Resolve(std::size_t index) const {
  const PhpSetting& setting = settings_[index];
  Found found{{}, setting.value.unless, {}};
  int budget = kMaxLookups;
  for (const PhpPiece& piece : setting.value.pieces) {
    Expand(piece, index, setting.value.pieces.size() > 1 ? 1 : 0, &budget, &found);
  }
  DropEmptyDefault(&found, setting.line);
  return found;
}

void OldPage::Expand(const PhpPiece& piece, std::size_t before, int depth, int* budget,
                     Found* found) const {
  if (piece.kind == Piece::kText) return Append(piece, &found->pieces);
  const auto index = Lookup(piece.text, before);
  if (!index || depth == kMaxDepth || --*budget < 0) return Append(piece, &found->pieces);

  const PhpValue& value = settings_[*index].value;
  Found inner{{}, value.unless, {}};
  for (const PhpPiece& one : value.pieces) Expand(one, *index, depth + 1, budget, &inner);
  DropEmptyDefault(&inner, piece.line);
  if (IsOfRequest(inner.unless) && depth > 0) {
    // Its default is not what it is.
    return Append({Piece::kVariable, inner.unless, piece.line}, &found->pieces);
  }
  if (piece.kind == Piece::kComputed) {
    const std::string source = inner.Source();
    return Append({Piece::kComputed, source.empty() ? piece.text : source, piece.line},
                  &found->pieces);
  }
  if (!inner.unless.empty()) found->unless = inner.unless;
  for (const PhpPiece& one : inner.pieces) Append(one, &found->pieces);
}

// Where `path` was last set before there, else where it is set at all: in a function that stands
// further down, or for a property.
std::optional<std::size_t> OldPage::Lookup(const std::string& path, std::size_t before) const {
  const auto named = named_.find(path);
  if (named == named_.end()) return std::nullopt;
  const std::vector<std::size_t>& all = named->second;
  const auto after = std::ranges::lower_bound(all, before);
  if (after != all.begin()) return *(after - 1);
  return all.back() == before ? std::nullopt : std::optional(all.back());
}

}  // namespace click2call::cli
