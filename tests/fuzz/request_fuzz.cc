// Any request from any web server: at most one call, by a deliberate method, and a well-formed
// answer. The variables come first, NAME=value each; behind an empty one stands the body.

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include <Poco/JSON/Parser.h>

#include "ami/actions.h"
#include "call/endpoint.h"
#include "call/read_config.h"
#include "fakes/fake_world.h"
#include "fuzz/fuzz.h"
#include "fuzz/one_action.h"
#include "gateway/read_request.h"
#include "web/jwt_links.h"
#include "web/jwt_verifier.h"

namespace click2call::gateway {
namespace {

using fuzz::Promise;

class FuzzedInput : public cgicc::CgiInput {
 public:
  explicit FuzzedInput(fuzz::Input input) {
    for (std::string part = input.Part(); !part.empty(); part = input.Part()) {
      const std::size_t equals = std::min(part.find('='), part.size() - 1);
      variables_[part.substr(0, equals)] = part.substr(equals + 1);
    }
    body_ = input.Rest();
    variables_.emplace("CONTENT_LENGTH", std::to_string(body_.size()));
  }
  std::size_t read(char* data, std::size_t length) override {
    const std::size_t count = body_.copy(data, length, taken_);
    taken_ += count;
    return count;
  }
  std::string getenv(const char* name) override {
    const auto found = variables_.find(name);
    return found == variables_.end() ? "" : found->second;
  }

 private:
  std::map<std::string, std::string> variables_;
  std::string body_;
  std::size_t taken_ = 0;
};

// One with everything on, one with the least.
const call::Config& ConfigOf(bool open) {
  static const call::Config kLeast = call::ReadConfig("[limits]\n");
  static const call::Config kOpen = call::ReadConfig(
      "origin_parameter = true\nvariables = { CRM_USER = \"{user}\" }\n"
      "[origins]\nusers = { alice = [\"1003\", \"1013\"] }\n"
      "[access]\nremote_user = true\nnetworks = [\"0.0.0.0/0\"]\nsites = [\"crm.example\"]\n"
      "sinks = [\"crm.example\"]\nadmins = [\"root\"]\nlink_secret_file = \"l\"\n"
      "[numbers]\nallow = [\"_X.\", \"_+.\"]\n[limits]\n");
  return open ? kOpen : kLeast;
}

const web::LinkSigner& Links() {
  static const auto kLinks = web::MakeJwtLinks(
      {base::Secret("a shared secret of the tests, 32 bytes+"), std::chrono::days(400)});
  return *kLinks.Value();
}

// What stands in `html` behind each `attribute`, which leads somewhere.
void PromiseLocal(std::string_view html, std::string_view attribute) {
  for (auto at = html.find(attribute); at != std::string_view::npos; at = html.find(attribute)) {
    html.remove_prefix(at + attribute.size());
    const std::string_view path = html.substr(0, html.find('"'));
    Promise(path.empty() || path.front() == '?' || (path.front() == '/' && !path.starts_with("//")),
            "a page of ours leads to this site alone", path);
  }
}

void PromiseAnswer(const web::Response& response) {
  Promise(web::ReasonPhrase(response.StatusCode()) != "Unknown", "the status is one of ours");
  std::size_t lines = response.StatusCode() == 204 ? 1 : 2;
  const std::string bytes = response.Serialize();
  std::string_view head = std::string_view(bytes).substr(0, bytes.find("\r\n\r\n") + 2);
  for (; !head.empty(); head.remove_prefix(head.find("\r\n") + 2), --lines) {
    Promise(!base::HasControl(head.substr(0, head.find("\r\n"))), "no header hides another", head);
    if (lines == 0) lines = response.Headers().size();
  }
  const std::string_view to = response.Get("Location");
  Promise(to.empty() || (to.starts_with('/') && !to.starts_with("//")), "it stays on this site",
          to);
  const std::string_view type = response.Get("Content-Type");
  const std::string& body = response.Body();
  Promise(base::ToUtf8(body) == body, "the body is UTF-8", body);
  if (type.find("json") != std::string_view::npos) Poco::JSON::Parser().parse(body);
  if (type.starts_with("text/html")) {
    for (const auto attribute : {"href=\"", "action=\"", "src=\""}) PromiseLocal(body, attribute);
  }
}

void PromiseCalls(const fakes::FakeWorld& world, const web::Request& request) {
  Promise(world.dialer.Plans().size() <= 1, "the same request twice is one call");
  for (const call::OriginatePlan& plan : world.dialer.Plans()) {
    Promise(request.method == "GET" || request.method == "POST", "only GET and POST dial");
    Promise(request.purpose.empty(), "nobody has clicked, and nothing was dialled");
    Promise(plan.originate.context.Text() == "from-internal", "the context is the configured one");
    Promise(plan.originate.exten.Text().find_first_not_of("0123456789*#+") == std::string::npos,
            "what is dialled is a number", plan.originate.exten.Text());
    fuzz::PromiseOneAction(ami::MakeAction(plan.originate).Encode());
  }
  for (const auto& line : world.log.Lines()) {
    Promise(!base::HasControl(line.text), "what is logged is one line", line.text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const web::Pages kPages = [] {
    web::Pages pages = web::Pages::BuiltIn();
    pages.KeepParsed();
    return pages;
  }();
  fuzz::Input input(data, size);
  const unsigned switches = fuzz::Byte(input.Part());
  FuzzedInput source(input);
  const web::Request request = ReadRequest(source);
  Promise(request.fields.size() <= web::kMaxFields, "there are no more fields than that");
  Promise(request.body.size() <= web::kMaxBodyBytes, "there is no more of a body than that");
  Promise(!request.form_error || (request.fields.empty() && request.body.empty()),
          "a form that cannot be read is not read");

  fakes::FakeWorld world;
  world.followed = (switches & 2U) == 0;
  call::World all = world.World();
  all.links = &Links();
  const call::Endpoint endpoint(ConfigOf((switches & 1U) == 0), kPages, all);
  for (int times = 0; times < 2; ++times) PromiseAnswer(endpoint.Handle(request));
  PromiseCalls(world, request);
  return 0;
}

}  // namespace click2call::gateway
