#include "net/certificate.h"

#include <set>

#include <Poco/DateTime.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Net/X509Certificate.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace click2call::net {
namespace {

using Poco::Net::X509Certificate;

X509Certificate Share(X509* certificate) { return {certificate, /*shared=*/true}; }

std::string Day(const Poco::DateTime& time) {
  return Poco::DateTimeFormatter::format(time, "%Y-%m-%d");
}

// Whom it is for: the names in it.
std::string Names(const X509Certificate& certificate) {
  std::string common_name;
  std::set<std::string> domains;
  certificate.extractNames(common_name, domains);
  if (domains.empty()) return common_name.empty() ? "somebody without a name" : common_name;
  std::string names;
  for (const std::string& domain : domains) names += (names.empty() ? "" : ", ") + domain;
  return names;
}

std::string Why(int error, int depth, X509* faulty, bool own_authorities) {
  const std::string whose =
      depth == 0 ? "the PBX's certificate" : "an authority's certificate behind the PBX's";
  switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return whose + " has expired on " + Day(Share(faulty).expiresOn());
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return whose + " is not valid before " + Day(Share(faulty).validFrom()) +
             " (is the clock of this machine right?)";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return whose + " is for " + Names(Share(faulty)) + ", not for the host of [[pbx]]";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return std::string("the PBX's certificate is signed by no authority ") +
             (own_authorities ? "in ca_file" : "that this machine trusts: name yours in ca_file");
    default:
      return whose + " is not good: " + X509_verify_cert_error_string(error);
  }
}

}  // namespace

std::string VerifyCertificate(X509_STORE_CTX* store, const std::string& host,
                              bool own_authorities) {
  X509_VERIFY_PARAM* wanted = X509_STORE_CTX_get0_param(store);
  if (X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str()) != 1 &&
      X509_VERIFY_PARAM_set1_host(wanted, host.c_str(), host.size()) != 1) {
    return "the host of [[pbx]] is no name that a certificate can have";
  }
  if (X509_verify_cert(store) == 1) return {};
  return Why(X509_STORE_CTX_get_error(store), X509_STORE_CTX_get_error_depth(store),
             X509_STORE_CTX_get_current_cert(store), own_authorities);
}

}  // namespace click2call::net
