#ifndef CLICK2CALL_WEB_ERROR_TABLE_H_
#define CLICK2CALL_WEB_ERROR_TABLE_H_

#include <span>
#include <string_view>

#include "base/result.h"

namespace click2call::web {

// What an error is on the web.
struct ErrorRow {
  base::Code code;
  int status;               // HTTP
  std::string_view name;    // `code` in JSON: CAMARA's name where it has one
  std::string_view words;   // of the PHP script, for format=text; empty where it had none
  std::string_view title;   // of the page
  std::string_view advice;  // on the page: what whoever clicked can do next
};

const ErrorRow& RowOf(base::Code code);

// One for each code; several have the same name.
std::span<const ErrorRow> ErrorRows();

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_ERROR_TABLE_H_
