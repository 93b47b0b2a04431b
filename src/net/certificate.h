#ifndef CLICK2CALL_NET_CERTIFICATE_H_
#define CLICK2CALL_NET_CERTIFICATE_H_

#include <string>

#include <openssl/x509_vfy.h>

namespace click2call::net {

// Part of the modules, never of the program.

// Verifies the chain in `store`, and that it is for `host`, a name or an address. Empty when it is,
// else why not, in words about the PBX. `own_authorities`: those of ca_file are what is trusted.
std::string VerifyCertificate(X509_STORE_CTX* store, const std::string& host, bool own_authorities);

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_CERTIFICATE_H_
