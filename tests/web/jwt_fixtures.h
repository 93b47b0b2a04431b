#ifndef CLICK2CALL_TESTS_WEB_JWT_FIXTURES_H_
#define CLICK2CALL_TESTS_WEB_JWT_FIXTURES_H_

// Made once by PyJWT 2.6, with keys that nothing else ever had. The claims of all: iss
// https://issuer.test, aud click2call (RS: a list of other and click2call), sub alice, iat
// 1795396816, exp an hour later, scope "click-to-dial:calls:create click-to-dial:calls:read".

namespace click2call::web {

inline constexpr char kSharedSecret[] = "a shared secret of the tests, 32 bytes+";

inline constexpr char kHs256Token[] =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci50ZXN0IiwiYXVkIjoiY2xpY"
    "2syY2FsbCIsInN1YiI6ImFsaWNlIiwiaWF0IjoxNzk1Mzk2ODE2LCJleHAiOjE3OTU0MDA0MTYsInNjb3BlIjoiY2x"
    "pY2stdG8tZGlhbDpjYWxsczpjcmVhdGUgY2xpY2stdG8tZGlhbDpjYWxsczpyZWFkIn0.OkW-"
    "zS49vVCj9a3g2tyrKB8kyASXB1e5_1xXhsR1yiM";

inline constexpr char kPublicKey[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwCKXdAboh2DnL1TCXAjk\n"
    "hzEZ0iTy2Wx3MEaVfBat4oYVHNy/jKN3rwRZ9yneXg0O0uJPctMcVjCBsC1E/Xru\n"
    "qWCxGGG7a6oDq2mmsj9dJop7Gw8LTmdgJEbAemzMHDbJYPDO9w24SK9k+8MubAYh\n"
    "MzyKDU/NpGOTrUjVQYlq3tU9067poHUnCRBZCZ+c/8g3xb1AIAc8s9hXPjTB9WQA\n"
    "9i+jgDRvaR8LZi+c85D/oaCIRmib3AyPNfi3bxKqsQcj8u9UybJYbPKZRumW0xno\n"
    "ejXM695AcXfAq59wU0yfTmt3IzLv7d0LBDqDR5/eDpN+Hwa/bbTIlV/uuYZXKY0I\n"
    "HwIDAQAB\n"
    "-----END PUBLIC KEY-----";

inline constexpr char kRs256Token[] =
    "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci50ZXN0IiwiYXVkIjpbIm90a"
    "GVyIiwiY2xpY2syY2FsbCJdLCJzdWIiOiJhbGljZSIsImlhdCI6MTc5NTM5NjgxNiwiZXhwIjoxNzk1NDAwNDE2LCJ"
    "zY29wZSI6ImNsaWNrLXRvLWRpYWw6Y2FsbHM6Y3JlYXRlIGNsaWNrLXRvLWRpYWw6Y2FsbHM6cmVhZCJ9.S-"
    "K8HJWTjWP12nITEPf_dxIjf4W4kGebyHSMtTEIEnverk8CSxlvNjn_-"
    "8dHO6Jjzj8uxvSMZfPJbMzp3Ir6OL5IcxGFuVVJyuAYMYcY44HlvCo70K5oejRNUs7oHGWiz9cxshrNocE1PYjjLUj"
    "E0aTxLNsss9BoDhZWyCZNZA73y3cgwWGztpz9hAtBmJp4g1Qx8TVPWgGIR6NXkNQWx3HDMjluQBdNCDfzm-pwAkJPD"
    "QDH_tsLwIyHD3Etd1hVVChmlr0l78zPVGQHRE4NxiEOYvAKwOK-"
    "q6hOZBeYalnNZ1kWWTrqt3NcKKEFstsnX8w3SNWL-8QOpm6PRSW1YQ";

inline constexpr char kRs512Token[] =
    "eyJhbGciOiJSUzUxMiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci50ZXN0IiwiYXVkIjpbIm90a"
    "GVyIiwiY2xpY2syY2FsbCJdLCJzdWIiOiJhbGljZSIsImlhdCI6MTc5NTM5NjgxNiwiZXhwIjoxNzk1NDAwNDE2LCJ"
    "zY29wZSI6ImNsaWNrLXRvLWRpYWw6Y2FsbHM6Y3JlYXRlIGNsaWNrLXRvLWRpYWw6Y2FsbHM6cmVhZCJ9.WM0BrH3i"
    "-P0zxlryfOjrMsh2_iI8BRYtEJzkayYEJTULKPKYnjmmigJBK8pTVgf9GN3gD_DuP9EBrld3u8OC0-"
    "FXLH3ujc3dVZmbK629NEPvC_gZa3mWHpDDLbW0eqOYbK5ha9kk1-"
    "4cNcAllTYEVEltgyZkrRGmdCUtU7pyQJ4JqUtJzP3C1rCiYjwf5tl_H9aPKRaRuX49sDd_wHikWomIHr5JHxVPPgpf"
    "4PVNkw-PWtZyFNDZUtti24hXsmNxrySW5k1zlF3PgovYuc4CgtXFp_JNBKxCGk8tNcw8ZBmTbJcC6eS6U4xZEnh3q-"
    "zgASM6StzYRdVP1QEzPSWFrQ";

}  // namespace click2call::web

#endif  // CLICK2CALL_TESTS_WEB_JWT_FIXTURES_H_
