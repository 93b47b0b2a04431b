#ifndef CLICK2CALL_WEB_JWT_TOKEN_H_
#define CLICK2CALL_WEB_JWT_TOKEN_H_

#include <optional>
#include <string>
#include <string_view>

#include <Poco/Dynamic/Var.h>
#include <Poco/JWT/Signer.h>
#include <Poco/JWT/Token.h>

// How JSON Web Tokens are read, whatever they are for. Part of the modules that do.
namespace click2call::web {

// Whether it is three parts in base64url. POCO takes more parts than three, and stops reading a
// part at the first character that it cannot decode.
bool HasTokenForm(std::string_view token);

enum class Signature {
  kGood,
  kWrong,           // another key, or the token was changed
  kOtherAlgorithm,  // "none" is one
  kNeedsMore,       // a "crit" header: none of its extensions is known here
};

// Judges the signature and reads the token. Throws POCO's exceptions, whose texts hold the token,
// where it cannot be read. REQUIRES: HasTokenForm(token); `signer` has its key and the algorithms
// that are allowed.
Signature CheckSignature(const Poco::JWT::Signer& signer, std::string_view token,
                         Poco::JWT::Token* read);

// A claim that is a string, or a number. POCO's own getters take each for the other, "true" for 1,
// and an absent claim for 1970.
std::optional<std::string> StringOf(const Poco::Dynamic::Var& claim);
std::optional<double> NumberOf(const Poco::Dynamic::Var& claim);

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_JWT_TOKEN_H_
