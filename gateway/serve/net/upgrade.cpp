#include "gateway/serve/net/upgrade.hpp"

#include <algorithm>

#include "gateway/serve/net/http_answer.hpp"

namespace tickweir::gateway {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_text(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, lower, lower);
}

/// Without the port that the scheme implies anyway.
std::string_view without_port(std::string_view authority, std::string_view port) {
    if (authority.ends_with(port)) authority.remove_suffix(port.size());
    return authority;
}

/// 16 bytes in base64: 22 digits, of which the last has four bits of zeros, and two of padding.
bool is_key(std::string_view key) {
    const auto digit = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '+' || c == '/';
    };
    return key.size() == 24 && key.ends_with("==") && std::ranges::all_of(key.substr(0, 22), digit);
}

}  // namespace

bool origin_allowed(std::string_view origin, std::string_view host,
                    std::span<const std::string> others) {
    if (origin.empty()) return true;
    if (std::ranges::any_of(others, [&](const auto& o) { return same_text(o, origin); })) {
        return true;
    }
    for (const auto& [scheme, port] :
         {std::pair{std::string_view{"http://"}, std::string_view{":80"}},
          std::pair{std::string_view{"https://"}, std::string_view{":443"}}}) {
        if (origin.size() < scheme.size() || !same_text(origin.substr(0, scheme.size()), scheme)) {
            continue;
        }
        return same_text(without_port(origin.substr(scheme.size()), port),
                         without_port(host, port));
    }
    return false;
}

std::optional<HttpResponse> refuse_upgrade(const ReceivedRequest& request, bool streams_here,
                                           std::span<const std::string> origins) {
    if (!streams_here) return refusal_answer(404, "no WebSocket here");
    if (request.request.method != "GET") return refusal_answer(405, "a WebSocket begins with GET");
    if (!request.http_1_1) return refusal_answer(426, "a WebSocket needs HTTP/1.1");
    if (!request.wants_web_socket) {
        return refusal_answer(426, "a WebSocket is here; ask for the upgrade");
    }
    if (request.web_socket_version != "13") {
        return refusal_answer(426, "the WebSocket version is 13");
    }
    if (!is_key(request.web_socket_key)) {
        return refusal_answer(400, "Sec-WebSocket-Key is not 16 bytes in base64");
    }
    if (!origin_allowed(request.origin, request.host, origins)) {
        return refusal_answer(403, "origin not allowed");
    }
    return std::nullopt;
}

}  // namespace tickweir::gateway
