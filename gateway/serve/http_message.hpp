// What the HTTP transport hands to the API and gets back. Values; no Beast in it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tickweir::gateway {

/// A request as received; views live during the call.
struct HttpRequest {
    std::string_view method;         ///< such as `GET`
    std::string_view target;         ///< as sent: path and query, still percent-encoded
    std::string_view authorization;  ///< header value; empty: none
    bool has_body = false;           ///< it came with one, which was read and dropped
};

/// An answer; the transport adds Date, Connection, Content-Length and security headers.
struct HttpResponse {
    std::uint16_t status = 200;
    std::string_view content_type = "application/json";  ///< static storage
    std::string body;
    std::string_view content_security_policy{};  ///< static storage; empty: nothing may load
    bool cacheable = false;                      ///< else `Cache-Control: no-store`
    /// Static storage; what a 204 and a 405 name as the methods that there are.
    std::string_view allow = "GET, HEAD, OPTIONS";
};

/// The status that goes with what was answered instead of a book: an l2 snapshot, or an error
/// object where there is none to be had in time.
inline std::uint16_t status_of_book(std::string_view text) {
    return text.starts_with(R"({"code":503)") ? 503 : 200;
}

/// Names an answer that is not there yet.
enum class PendingAnswer : std::uint64_t {};

}  // namespace tickweir::gateway
