#ifndef CLICK2CALL_WEB_ANSWER_H_
#define CLICK2CALL_WEB_ANSWER_H_

#include <string>

#include "base/result.h"
#include "web/format.h"
#include "web/pages.h"
#include "web/response.h"

namespace click2call::web {

// The answers, in each form. None is ever stored by a cache, sniffed, framed, or sent on as a
// Referer. Only a list comes as csv; elsewhere that is text.

// To a click. As html it leads to the call's own page (303), so that a reload never dials. `again`:
// the call was there already.
Response AnswerPlaced(Format format, const CallView& call, const PageLinks& links, bool again);

// A look at a call, and at some.
Response AnswerCall(Format format, const Pages& pages, const CallPage& page,
                    const PageLinks& links);
Response AnswerCalls(Format format, const Pages& pages, const CallList& list,
                     const PageLinks& links);

// Asks a person first whether the call is wanted; as json or text, which nobody can press a button
// in, it is NotConfirmed().
Response AnswerConfirm(Format format, const Pages& pages, const ConfirmPage& page,
                       const PageLinks& links);

// A call was ended. As html it leads back to the call's page.
Response AnswerHungUp(Format format, const std::string& call_id, const PageLinks& links);

Response AnswerError(Format format, const Pages& pages, const base::Error& error,
                     const PageLinks& links);

// An answer to a click, whose call has a row, leads on to the call's page, in the browser's history
// too: to reload the error, or to open its tab again tomorrow, would call again.
Response& LeadToCall(Response& response, Format format, const std::string& call_id,
                     const PageLinks& links);

// An answer without a body, with the same headers.
Response AnswerEmpty(int status);

// style.css, which may be stored for an hour.
Response AnswerStyleSheet();

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_ANSWER_H_
