#include "gateway/read_request.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <exception>
#include <string>
#include <system_error>
#include <utility>

#include <Poco/String.h>
#include <cgicc/Cgicc.h>

#include "base/result.h"
#include "base/text.h"
#include "web/form.h"

namespace click2call::gateway {
namespace {

using base::Code;
using base::Error;

constexpr std::string_view kUrlEncoded = "application/x-www-form-urlencoded";
constexpr std::string_view kMultipart = "multipart/form-data";

std::string Environment(cgicc::CgiInput& input, const char* name) { return input.getenv(name); }

std::string_view MediaType(std::string_view content_type) {
  return base::Trim(content_type.substr(0, content_type.find(';')));
}

// What cgicc gets to see: the few variables that make up a form, and a body that is all there.
class FormInput : public cgicc::CgiInput {
 public:
  std::string method;
  std::string content_type;
  std::string query;
  std::string body;
  std::string other_body;  // a body that is no form, which cgicc does not see

  std::size_t read(char* data, std::size_t length) override {
    const std::size_t count = body.copy(data, length, offset_);
    offset_ += count;
    return count;
  }

  std::string getenv(const char* name) override {
    const std::string_view wanted(name);
    if (wanted == "REQUEST_METHOD") return method;
    if (wanted == "CONTENT_TYPE") return content_type;
    if (wanted == "CONTENT_LENGTH") return std::to_string(body.size());
    if (wanted == "QUERY_STRING") return query;
    return {};
  }

 private:
  std::size_t offset_ = 0;
};

// Drops `blank` from the front of every value in `form`. What is left of leading blanks is the "+"
// in a query: most likely one that nobody escaped, see call::Extension. In a body it is a blank.
void DropLeading(std::string_view blank, std::string* form) {
  std::string kept;
  kept.reserve(form->size());
  for (std::string_view rest = *form; !rest.empty();) {
    const bool begins = rest.front() == '=';  // a value
    kept += rest.front();
    rest.remove_prefix(1);
    while (begins && rest.starts_with(blank)) rest.remove_prefix(blank.size());
  }
  *form = std::move(kept);
}

base::Result<std::string> ReadBody(cgicc::CgiInput& input) {
  const std::string text = Environment(input, "CONTENT_LENGTH");
  if (!std::all_of(text.begin(), text.end(), base::IsDigit)) {
    return Error{Code::kInvalidArgument, "Content-Length is not a number of bytes"};
  }
  std::size_t length = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), length);
  if (parsed.ec == std::errc::result_out_of_range || length > web::kMaxBodyBytes) {
    return Error{Code::kPayloadTooLarge,
                 "the body is over " + std::to_string(web::kMaxBodyBytes) + " bytes"};
  }
  std::string body(length, '\0');
  std::size_t have = 0;
  while (have < length) {
    const std::size_t count = input.read(body.data() + have, length - have);
    if (count == 0)
      return Error{Code::kInvalidArgument, "the body ended before its Content-Length"};
    have += count;
  }
  return body;
}

base::Result<FormInput> ReadFormInput(cgicc::CgiInput& input) {
  FormInput form;
  form.method = Environment(input, "REQUEST_METHOD");
  form.query = Environment(input, "QUERY_STRING");
  if (form.query.size() > web::kMaxQueryBytes) {
    return Error{Code::kUriTooLong,
                 "the query is over " + std::to_string(web::kMaxQueryBytes) + " bytes"};
  }
  Poco::replaceInPlace(form.query, ";", "%3B");
  DropLeading("%20", &form.query);
  if (form.method != "POST") return form;

  auto body = ReadBody(input);
  if (!body.Ok()) return body.Why();
  form.body = std::move(body).Value();
  form.content_type = Environment(input, "CONTENT_TYPE");
  const std::string_view type = MediaType(form.content_type);
  if (form.body.empty() || base::EqualIgnoreCase(type, kUrlEncoded)) {
    form.content_type = kUrlEncoded;
    Poco::replaceInPlace(form.body, ";", "%3B");
    DropLeading("%20", &form.body);
    DropLeading("+", &form.body);
  } else if (!base::EqualIgnoreCase(type, kMultipart)) {
    form.content_type = kUrlEncoded;
    form.other_body = std::exchange(form.body, {});
  }
  return form;
}

base::Result<std::vector<web::Request::Field>> ParseFields(FormInput& source) {
  try {
    const cgicc::Cgicc parsed(&source);
    if (parsed.getElements().size() > web::kMaxFields) {
      return Error{Code::kInvalidArgument,
                   "there are more than " + std::to_string(web::kMaxFields) + " parameters"};
    }
    std::vector<web::Request::Field> fields;
    for (const cgicc::FormEntry& entry : parsed.getElements()) {
      fields.push_back({entry.getName(), entry.getValue()});
    }
    return fields;
  } catch (const std::exception&) {
    return Error{Code::kInvalidArgument, "the form is malformed"};
  }
}

bool HasFields(std::string_view method) {
  return method == "GET" || method == "POST" || method == "DELETE";
}

base::Status ReadFields(cgicc::CgiInput& input, web::Request* request) {
  auto form = ReadFormInput(input);
  if (!form.Ok()) return form.Why();
  FormInput source = std::move(form).Value();
  auto fields = ParseFields(source);
  if (!fields.Ok()) return fields.Why();
  request->fields = std::move(fields).Value();
  request->body = std::move(source.other_body);
  return base::Done();
}

}  // namespace

web::Request ReadRequest(cgicc::CgiInput& input) {
  web::Request request;
  request.method = Environment(input, "REQUEST_METHOD");
  request.script_name = Environment(input, "SCRIPT_NAME");
  request.path_info = Environment(input, "PATH_INFO");
  request.remote_addr = Environment(input, "REMOTE_ADDR");
  request.remote_user = Environment(input, "REMOTE_USER");
  request.accept = Environment(input, "HTTP_ACCEPT");
  request.host = Environment(input, "HTTP_HOST");
  request.referer = Environment(input, "HTTP_REFERER");
  request.authorization = Environment(input, "HTTP_AUTHORIZATION");
  request.correlator = Environment(input, "HTTP_X_CORRELATOR");
  request.content_type = Environment(input, "CONTENT_TYPE");
  request.origin = Environment(input, "HTTP_ORIGIN");
  request.accept_language = Environment(input, "HTTP_ACCEPT_LANGUAGE");
  request.user_agent = Environment(input, "HTTP_USER_AGENT");
  request.idempotency_key = Environment(input, "HTTP_IDEMPOTENCY_KEY");
  request.fetch_site = Environment(input, "HTTP_SEC_FETCH_SITE");
  request.fetch_mode = Environment(input, "HTTP_SEC_FETCH_MODE");
  request.fetch_dest = Environment(input, "HTTP_SEC_FETCH_DEST");
  request.fetch_user = Environment(input, "HTTP_SEC_FETCH_USER");
  for (const char* name : {"HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ"}) {
    request.purpose += Environment(input, name);
  }
  if (HasFields(request.method)) {
    const base::Status read = ReadFields(input, &request);
    if (!read.Ok()) request.form_error = read.Why();
  }
  return request;
}

web::Response Answer(cgicc::CgiInput& input, const Handler& handler, base::Log& log) {
  try {
    return handler(ReadRequest(input));
  } catch (const std::exception& error) {
    log.Write(base::LogLevel::kError, base::LogLine("exception").Add("what", error.what()));
    web::Response response(500);
    response.Add("Cache-Control", "no-store");
    return response.SetBody("text/plain; charset=utf-8", "Error: internal error; see the log");
  }
}

}  // namespace click2call::gateway
