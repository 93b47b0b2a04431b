#ifndef CLICK2CALL_CALL_ENDPOINT_FIXTURE_H_
#define CLICK2CALL_CALL_ENDPOINT_FIXTURE_H_

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "call/endpoint.h"
#include "call/read_config.h"
#include "call/tally.h"
#include "fakes/fake_world.h"
#include "fakes/results.h"
#include "web/metrics.h"
#include "web/prometheus_text.h"

namespace click2call::call {

// An endpoint at /click2call in a fake world, with the least configuration.
class EndpointTest : public testing::Test {
 protected:
  static web::Request Get(std::vector<web::Request::Field> fields) {
    web::Request request;
    request.method = "GET";
    request.script_name = "/click2call";
    request.remote_addr = "10.0.0.7";
    request.fields = std::move(fields);
    return request;
  }

  static web::Request Click(std::string_view to = "1006") { return Get({{"to", std::string(to)}}); }

  static web::Request In(std::string_view format, web::Request request = Click()) {
    request.fields.push_back({"format", std::string(format)});
    return request;
  }

  // Goes on with [call].
  void Configure(std::string_view more) { config_ = ReadConfig(more); }

  web::Response Handle(const web::Request& request) {
    World world = world_.World();
    world.tokens = tokens_;
    world.metrics = metrics_.get();
    world.tally = counts_ ? &tally_ : nullptr;
    return Endpoint(config_, pages_, world).Handle(request);
  }

  std::size_t DialledSoFar() const { return world_.dialer.Plans().size(); }

  fakes::FakeWorld world_;
  const web::TokenVerifier* tokens_ = nullptr;  // as with access.jwt
  std::unique_ptr<web::MetricsWriter> metrics_ = fakes::Must(web::MakePrometheusText());
  Tally tally_{world_.clock.WallNow()};
  bool counts_ = true;  // as under FastCGI; false: as in plain CGI

 private:
  Config config_ = ReadConfig();
  web::Pages pages_ = web::Pages::BuiltIn();
};

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_ENDPOINT_FIXTURE_H_
