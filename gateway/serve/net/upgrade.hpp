// Whether a request may become a WebSocket, as far as the protocol and its origin are concerned.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "gateway/serve/http_message.hpp"
#include "gateway/serve/net/http_reader.hpp"

namespace tickweir::gateway {

/// The refusal of an upgrade: 400 malformed, 403 a foreign origin, 404 elsewhere, 405 not GET, 426
/// another version. `streams_here`: whether WebSockets begin at its target. None: go on.
std::optional<HttpResponse> refuse_upgrade(const ReceivedRequest& request, bool streams_here,
                                           std::span<const std::string> origins);

/// A page may open a WebSocket to any host, and its browser says where it came from (RFC 6455
/// §10.2): it is the server's own if scheme, host and port are those of the request, whose scheme
/// we take from the origin; else one of `others`. A client that is no browser names none.
bool origin_allowed(std::string_view origin, std::string_view host,
                    std::span<const std::string> others);

}  // namespace tickweir::gateway
