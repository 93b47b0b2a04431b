#include "web/answer.h"

#include <string>
#include <string_view>

#include "base/text.h"
#include "web/assets.h"
#include "web/csv.h"
#include "web/error_table.h"
#include "web/guards.h"
#include "web/json.h"
#include "web/return_path.h"

namespace click2call::web {
namespace {

constexpr std::string_view kHtmlType = "text/html; charset=utf-8";
constexpr std::string_view kJsonType = "application/json";
constexpr std::string_view kCsvType = "text/csv; charset=utf-8";
constexpr std::string_view kTextType = "text/plain; charset=utf-8";

Response Guarded(int status) {
  Response response(status);
  response.Add("Cache-Control", "no-store")
      .Add("X-Content-Type-Options", "nosniff")
      .Add("Referrer-Policy", "no-referrer")
      .Add("Content-Security-Policy",
           "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
           "frame-ancestors 'none'");
  return response;
}

// The script's words stand alone on the first line, where its callers look for them.
std::string ErrorText(const base::Error& error) {
  const ErrorRow& row = RowOf(error.code);
  const std::string words(row.words);
  if (words.empty()) return "Error: " + base::ToUtf8(error.message);
  const bool with_reason =
      error.code == base::Code::kPbxUnavailable || error.code == base::Code::kPbxProtocol;
  return "Error: " + words + (with_reason ? ": " : "\n") + base::ToUtf8(error.message);
}

std::string CallAddress(const std::string& call_id, const PageLinks& links) {
  return links.mount + "/calls/" + call_id;
}

Response ToCallPage(const std::string& call_id, const PageLinks& links) {
  return Guarded(303).Add("Location", CallAddress(call_id, links) + ReturnQuery(links.back));
}

}  // namespace

Response AnswerPlaced(Format format, const CallView& call, const PageLinks& links, bool again) {
  switch (format) {
    case Format::kHtml:
      return ToCallPage(call.call_id, links);
    case Format::kJson:
      return Guarded(again ? 200 : 201)
          .Add("Location", CallAddress(call.call_id, links))
          .SetBody(kJsonType, CallJson(call));
    case Format::kText:
    case Format::kCsv:
      // No line end: callers of the script compare the whole body.
      return Guarded(200).SetBody(kTextType, "Call successfully initiated");
    case Format::kNone:
      break;
  }
  return Guarded(204);
}

Response AnswerCall(Format format, const Pages& pages, const CallPage& page,
                    const PageLinks& links) {
  const CallView& call = page.call;
  switch (format) {
    case Format::kHtml:
      return Guarded(200).SetBody(kHtmlType, RenderCall(pages, page, links));
    case Format::kJson:
      return Guarded(200).SetBody(kJsonType, CallJson(call));
    case Format::kText:
    case Format::kCsv:
      return Guarded(200).SetBody(
          kTextType, call.status + (call.reason.empty() ? "" : ": " + call.reason) + "\n");
    case Format::kNone:
      break;
  }
  return Guarded(204);
}

Response AnswerCalls(Format format, const Pages& pages, const CallList& list,
                     const PageLinks& links) {
  switch (format) {
    case Format::kHtml:
      return Guarded(200).SetBody(kHtmlType, RenderCalls(pages, list, links));
    case Format::kJson:
      return Guarded(200).SetBody(kJsonType, CallsJson(list));
    case Format::kCsv:
      return Guarded(200)
          .Add("Content-Disposition", "attachment; filename=\"calls.csv\"")
          .SetBody(kCsvType, CallsCsv(list));
    case Format::kText:
      return Guarded(200).SetBody(kTextType, CallsCsv(list));
    case Format::kNone:
      break;
  }
  return Guarded(204);
}

Response AnswerConfirm(Format format, const Pages& pages, const ConfirmPage& page,
                       const PageLinks& links) {
  switch (format) {
    case Format::kHtml:
    case Format::kNone:  // a 204 would hide that nothing was dialled
      return Guarded(200).SetBody(kHtmlType, RenderConfirm(pages, page, links));
    case Format::kJson:
    case Format::kText:
    case Format::kCsv:
      break;
  }
  return AnswerError(format, pages, NotConfirmed(), links);
}

Response AnswerHungUp(Format format, const std::string& call_id, const PageLinks& links) {
  switch (format) {
    case Format::kHtml:
      return ToCallPage(call_id, links);
    case Format::kText:
    case Format::kCsv:
      return Guarded(200).SetBody(kTextType, "Call ended");
    case Format::kJson:
    case Format::kNone:
      break;
  }
  return Guarded(204);
}

Response AnswerError(Format format, const Pages& pages, const base::Error& error,
                     const PageLinks& links) {
  Response response = Guarded(RowOf(error.code).status);
  if (error.retry_after.count() > 0) {
    response.Add("Retry-After", std::to_string(error.retry_after.count()));
  }
  if (error.code == base::Code::kUnauthenticated) response.Add("WWW-Authenticate", "Bearer");
  switch (format) {
    case Format::kJson:
      return response.SetBody(kJsonType, ErrorJson(error));
    case Format::kText:
    case Format::kCsv:
      return response.SetBody(kTextType, ErrorText(error));
    case Format::kHtml:
    case Format::kNone:  // a 204 would hide that nothing was dialled
      return response.SetBody(kHtmlType, RenderError(pages, error, links));
  }
  return response;
}

Response& LeadToCall(Response& response, Format format, const std::string& call_id,
                     const PageLinks& links) {
  if (format != Format::kHtml && format != Format::kNone) return response;
  return response.Add("Refresh", "0; url=" + CallAddress(call_id, links) + ReturnQuery(links.back));
}

Response AnswerEmpty(int status) { return Guarded(status); }

Response AnswerStyleSheet() {
  Response response(200);
  response.Add("Cache-Control", "max-age=3600").Add("X-Content-Type-Options", "nosniff");
  return response.SetBody("text/css; charset=utf-8", std::string(kStyle));
}

}  // namespace click2call::web
