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

    /// The answer to a request. None: it comes later under the name `pending`. The transport adds
    /// `Allow` to a 405 and `WWW-Authenticate: Bearer` to a 401; the body of an answer to HEAD is
    /// not sent.
    virtual std::optional<HttpResponse> handle(const HttpRequest& request, PendingAnswer pending,
                                               book::TimeNs now) = 0;

    /// The answer to OPTIONS: unless an API says otherwise, a 204 that names the same methods for
    /// everything.
    virtual HttpResponse options(const HttpRequest& request) {
        static_cast<void>(request);
        HttpResponse answer;
        answer.status = 204;
        return answer;
    }

    /// Whether a request may become a WebSocket of market data: none, or the refusal to answer
    /// with (401 or 403).
    virtual std::optional<HttpResponse> authorize(const HttpRequest& request) = 0;
};

}  // namespace tickweir::gateway
