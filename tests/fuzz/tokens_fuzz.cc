// Tokens that anybody may send: none is good that was not made with the key; what a good one says
// is well-formed; and no refusal shows any of it.

#include <chrono>
#include <string>
#include <string_view>

#include "fakes/fake_clock.h"
#include "fuzz/fuzz.h"
#include "web/confirm_token.h"
#include "web/jwt_links.h"
#include "web/jwt_verifier.h"
#include "web/make_token.h"

namespace click2call::web {
namespace {

using fuzz::Promise;

const base::Secret kKey{kSharedSecret};  // NOLINT

bool IsClean(const std::string& text, std::size_t longest) {
  return text.size() <= longest && !base::HasControl(text) && base::ToUtf8(text) == text;
}

template <class T>
void PromiseDiscreet(const base::Result<T>& result, const std::string& token) {
  constexpr std::size_t kTelling = 16;
  if (result.Ok() || token.size() < kTelling || token.find(' ') != std::string::npos) return;
  Promise(result.Why().message.find(token.substr(token.size() - kTelling)) == std::string::npos,
          "a refusal shows nothing of the token", result.Why().message);
}

void JudgeBearer(const std::string& token, bool made_by_us, base::WallTime now) {
  static const auto kVerifier =
      MakeJwtVerifier({"https://issuer.test", "click2call", kKey, "HS256"});
  const auto claims = kVerifier.Value()->Verify(token, now);
  PromiseDiscreet(claims, token);
  if (!claims.Ok()) return;
  Promise(made_by_us, "who has no key makes no token", token);
  const std::string& user = claims.Value().user;
  Promise(!user.empty() && IsClean(user, 128), "a user is a name", user);
}

void JudgeLink(const std::string& token, bool made_by_us, base::WallTime now) {
  static const auto kLinks = MakeJwtLinks({kKey, std::chrono::days(400)});
  const auto link = kLinks.Value()->Verify(token, now);
  PromiseDiscreet(link, token);
  if (!link.Ok()) return;
  Promise(made_by_us, "who has no key makes no link", token);
  const auto& [to, from, id, expires] = link.Value();
  Promise(!to.empty() && IsClean(to, kMaxLinkNumber) && IsClean(from, kMaxLinkNumber) &&
              !id.empty() && IsClean(id, kMaxLinkId),
          "what a link says is well-formed", to + " " + from + " " + id);
  Promise(expires + std::chrono::seconds(30) > now, "a good link has not expired");
  const auto again = kLinks.Value()->Sign(link.Value(), now);
  if (!again.Ok()) return;  // it has expired a moment ago
  JudgeBearer(again.Value(), false, now);
  const auto same = kLinks.Value()->Verify(again.Value(), now);
  Promise(same.Ok() && same.Value().to == to && same.Value().id == id, "a link reads as written");
}

void JudgeConfirm(const Binding& binding, const std::string& given, base::WallTime now) {
  const std::string token = MakeConfirmToken(kKey, binding, now);
  Promise(
      token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
          std::string::npos,
      "a token is letters, digits, - and _", token);
  Promise(CheckConfirmToken(kKey, binding, token, now) == ConfirmState::kGood, "ours is good");
  Promise(given == token || CheckConfirmToken(kKey, binding, given, now) == ConfirmState::kBad,
          "no other is", given);
  Binding other = binding;
  other.front() += other.back().substr(0, 1);
  Promise(other == binding || CheckConfirmToken(kKey, other, token, now) == ConfirmState::kBad,
          "nor is it for anybody else");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::WallTime now = fakes::FakeClock().WallNow();
  fuzz::Input input(data, size);
  const std::string header = input.Part(), payload = input.Part();
  const std::string given(input.Rest());
  const std::string signed_by_us = MakeToken(payload, header);
  JudgeBearer(signed_by_us, true, now);
  JudgeLink(signed_by_us, true, now);
  JudgeBearer(given, given == signed_by_us || given == kHs256Token, now);
  JudgeLink(given, given == signed_by_us, now);
  JudgeConfirm({header, payload, given.substr(0, 3)}, given, now);
  BearerToken(given);
  return 0;
}

}  // namespace click2call::web
