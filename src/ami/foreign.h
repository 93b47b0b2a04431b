#ifndef CLICK2CALL_AMI_FOREIGN_H_
#define CLICK2CALL_AMI_FOREIGN_H_

#include <string>
#include <string_view>

namespace click2call::ami {

// What answers on a port, judged by the first bytes that it sent: "this port answers HTTP". Where
// nothing is known for it, the bytes themselves, or as much as fits into a message.
std::string DescribeAnswer(std::string_view first_bytes);

// Whether they begin a record of TLS: an alert, or an answer to a handshake.
bool BeginsTls(std::string_view first_bytes);

}  // namespace click2call::ami

#endif  // CLICK2CALL_AMI_FOREIGN_H_
