// A blocking HTTP client for one-shot questions: one connection a question, everything within one
// deadline. Plain HTTP only.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace tickweir::gateway {

/// A server, as `http://HOST[:PORT]` names it.
struct HttpServer {
    std::string host;  ///< name or address, without brackets
    std::string port = "80";
    friend bool operator==(const HttpServer&, const HttpServer&) = default;
};

/// The server, or one line that says what is wrong with the URL.
std::variant<HttpServer, std::string> parse_server_url(std::string_view url);

/// Text as one path segment or parameter value: all but letters, digits and `-._~` as escapes.
std::string percent_encoded(std::string_view text);

struct HttpReply {
    unsigned status = 0;
    std::string body;
};

struct HttpFailure {
    enum class Kind { cannot_connect, failed };
    Kind kind = Kind::failed;
    std::string reason;
};

/// Asks `GET target` with the key if there is one. The target and the key must be fit for a
/// request: visible ASCII without blanks.
std::variant<HttpReply, HttpFailure> http_get(const HttpServer& server, std::string_view target,
                                              const std::optional<std::string>& key,
                                              std::chrono::milliseconds timeout);

/// The same with `POST target` and no body.
std::variant<HttpReply, HttpFailure> http_post(const HttpServer& server, std::string_view target,
                                               const std::optional<std::string>& key,
                                               std::chrono::milliseconds timeout);

}  // namespace tickweir::gateway
