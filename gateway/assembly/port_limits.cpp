#include "gateway/assembly/port_limits.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace tickweir::gateway {

HubLimits hub_limits(const WebsocketConfig& config) {
    HubLimits limits;
    limits.connections = config.connections_max;
    limits.subscriptions_per_client = config.subscriptions_per_client_max;
    limits.queue_bytes = config.queue_bytes_max;
    limits.queue_messages = config.queue_messages_max;
    limits.conflate_after_bytes = config.conflate_after_bytes;
    limits.malformed_in_a_row = config.malformed_max;
    limits.messages_per_second = config.messages_per_second_max;
    return limits;
}

ServerLimits server_limits(const Config& config) {
    using Ms = ServerLimits::Duration;
    const WebsocketConfig& websocket = config.websocket;
    ServerLimits limits;
    limits.connections = websocket.connections_max;
    limits.connections_per_address = websocket.connections_per_address_max;
    limits.header_bytes = config.http.header_bytes_max;
    limits.body_bytes = config.http.body_bytes_max;
    limits.requests_per_second = static_cast<unsigned>(config.http.requests_per_second_max);
    limits.message_bytes = websocket.message_bytes_max;
    limits.send_buffer_bytes = static_cast<int>(websocket.send_buffer_bytes);
    limits.handshake_timeout = Ms{websocket.handshake_timeout_ms};
    limits.http_idle_timeout = Ms{config.http.idle_timeout_ms};
    limits.idle_timeout = Ms{websocket.idle_timeout_ms};
    limits.ping_interval = Ms{websocket.ping_interval_ms};
    return limits;
}

AccessKeys access_keys(const HttpConfig& config) {
    std::vector<AccessKey> keys;
    for (const Secret& secret : config.api_keys) {
        const ResolvedSecret resolved = resolve(secret, system_secrets());
        if (!resolved.value) throw std::runtime_error{"http.api_keys: " + resolved.reason};
        keys.push_back({*resolved.value});
    }
    return AccessKeys{std::move(keys)};
}

AccountKeys account_keys(const Config& config) {
    std::vector<AccountKey> keys;
    for (const auto& [name, account] : config.accounts) {
        AccountKey& row = keys.emplace_back(AccountKey{name, {}});
        if (account.key.empty()) continue;
        const ResolvedSecret resolved = resolve(account.key.front(), system_secrets());
        if (!resolved.value)
            throw std::runtime_error{"accounts." + name + ".key: " + resolved.reason};
        row.key = *resolved.value;
    }
    try {
        return AccountKeys{std::move(keys)};
    } catch (const std::invalid_argument& error) {
        throw std::runtime_error{error.what()};
    }
}

}  // namespace tickweir::gateway
