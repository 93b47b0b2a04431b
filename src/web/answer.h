#ifndef CLICK2CALL_WEB_ANSWER_H_
#define CLICK2CALL_WEB_ANSWER_H_

#include "base/result.h"
#include "web/format.h"
#include "web/pages.h"
#include "web/response.h"

namespace click2call::web {

// The two answers to a click, in each form. Neither is ever stored by a cache, sniffed, framed, or
// sent on as a Referer.
Response AnswerCall(Format format, const Pages& pages, const CallView& call,
                    const PageLinks& links);
Response AnswerError(Format format, const Pages& pages, const base::Error& error,
                     const PageLinks& links);

// An answer without a body, with the same headers.
Response AnswerEmpty(int status);

// style.css, which may be stored for an hour.
Response AnswerStyleSheet();

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_ANSWER_H_
