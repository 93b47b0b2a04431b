// The floor for CGI: one process that logs in, places the call, says so and logs off. No journal,
// no configuration file, no rules.

#define _GNU_SOURCE
#include "ami.h"

int main(void) {
  static const char kLogoff[] = "Action: Logoff\r\n\r\n";
  char number[7], id[kAmiIdLength + 1], text[kAmiMaxActionBytes];
  if (!AmiReadNumber(getenv("QUERY_STRING"), number)) {
    return puts("Status: 400\r\nContent-Type: text/plain\r\n\r\nno number") < 0;
  }
  const int session = AmiLogIn("off");
  AmiMakeId(id, "c2c-", 0, 0);
  AmiSend(session, text, AmiOriginate(text, id, number));
  const size_t have = AmiReadUntil(session, text, sizeof text, "\r\n\r\n");
  if (AmiAnswers(text, have) != 0) {
    return puts("Status: 502\r\nContent-Type: text/plain\r\n\r\nrefused") < 0;
  }
  AmiSend(session, kLogoff, sizeof kLogoff - 1);
  return printf(
             "Status: 201\r\nContent-Type: application/json\r\nCache-Control: no-store\r\n\r\n"
             "{\"callId\":\"%s\",\"callee\":{\"number\":\"%s\"},\"status\":\"initiating\"}\n",
             id, number) < 0;
}
