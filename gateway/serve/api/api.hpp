// What the HTTP transport asks of whoever knows the answers. Pure values in and out: no socket, no
// clock, no third party. Called by the one thread that owns the transport.
#pragma once

#include <optional>

#include "book/types.hpp"
#include "gateway/serve/http_message.hpp"

namespace tickweir::gateway {

class Api {
public:
    Api() = default;
    Api(const Api&) = delete;
    Api& operator=(const Api&) = delete;
    virtual ~Api() = default;

    /// The answer to a request. None: it comes later under the name `pending`, and is then the body
    /// of a 200. Every resource takes the same methods, so the transport adds `Allow: GET, HEAD` to
    /// a 405, and `WWW-Authenticate: Bearer` to a 401; the body of an answer to HEAD is not sent.
    virtual std::optional<HttpResponse> handle(const HttpRequest& request, PendingAnswer pending,
                                               book::TimeNs now) = 0;

    /// Whether a request may become a WebSocket of market data: none, or the refusal to answer
    /// with (401 or 403).
    virtual std::optional<HttpResponse> authorize(const HttpRequest& request) = 0;
};

}  // namespace tickweir::gateway
