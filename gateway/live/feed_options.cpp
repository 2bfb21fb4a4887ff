#include "gateway/live/feed_options.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace tickweir::gateway {
namespace {

using Ms = std::chrono::milliseconds;

[[noreturn]] void refuse(const std::string& feed, const char* key, const std::string& why) {
    throw std::runtime_error{"feeds." + feed + '.' + key + ": " + why};
}

/// What `parse` makes of a key's value.
template <class Parse>
auto parsed(const std::string& feed, const char* key, const std::string& text, Parse parse) {
    auto value = parse(text);
    if (!value) refuse(feed, key, value.error());
    return *value;
}

/// One for all lines, or one for each; only a group is joined at an interface.
void set_interfaces(const std::string& feed, const std::vector<std::string>& texts,
                    std::vector<MoldLine>& lines) {
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const Ipv4 interface = parsed(feed, "interface", texts[i], parse_ipv4);
        bool used = false;
        for (std::size_t line = 0; line < lines.size(); ++line) {
            if (texts.size() != 1 && line != i) continue;
            if (!lines[line].address.is_multicast()) continue;
            lines[line].interface = interface;
            used = true;
        }
        if (!used) refuse(feed, "interface", "'" + texts[i] + "' is that of no multicast line");
    }
}

codecs::mold::ReceiverLimits receiver_limits(const MoldConfig& config) {
    codecs::mold::ReceiverLimits limits;
    limits.reorder_wait = std::chrono::microseconds{config.reorder_wait_us};
    limits.reorder_packets = static_cast<std::uint32_t>(config.reorder_packets);
    limits.request_timeout = Ms{config.request_timeout_ms};
    limits.request_timeout_max = std::max(limits.request_timeout_max, limits.request_timeout);
    limits.requests_per_second = static_cast<std::uint32_t>(config.requests_per_second);
    limits.requests_in_flight = static_cast<std::uint32_t>(config.requests_in_flight);
    limits.request_messages = static_cast<std::uint16_t>(config.request_messages);
    limits.give_up_after = Ms{config.give_up_ms};
    limits.buffer_packets = static_cast<std::uint32_t>(config.buffer_packets);
    return limits;
}

std::string password_of(const std::string& feed, const std::vector<Secret>& secrets,
                        std::size_t bytes_max) {
    if (secrets.empty()) return {};
    ResolvedSecret resolved = resolve(secrets.front(), system_secrets());
    if (!resolved.value) refuse(feed, "password", resolved.reason);
    if (resolved.value->size() > bytes_max)
        refuse(feed, "password",
               secrets.front().shown() + " has " + std::to_string(resolved.value->size()) +
                   " bytes; the protocol has room for " + std::to_string(bytes_max));
    return std::move(*resolved.value);
}

}  // namespace

MoldFeedOptions mold_feed_options(const std::string& name, const FeedConfig& config) {
    MoldFeedOptions options;
    options.name = name;
    for (const std::string& line : config.mold.lines)
        options.lines.push_back({parsed(name, "lines", line, parse_udp_address), std::nullopt});
    set_interfaces(name, config.mold.interface, options.lines);
    for (const std::string& server : config.mold.rerequest) {
        options.servers.push_back(parsed(name, "rerequest", server, parse_udp_address));
        if (options.servers.back().is_multicast())
            refuse(name, "rerequest", "'" + server + "' is a group; requests go to one server");
    }
    options.receive_buffer_bytes = config.mold.receive_buffer_bytes;
    options.batch = config.mold.batch;
    options.receiver = receiver_limits(config.mold);
    options.timezone = config.timezone;
    options.stale_after = config.stale_after();
    return options;
}

SoupFeedOptions soup_feed_options(const std::string& name, const FeedConfig& config) {
    using Password = decltype(codecs::soup::ClientSettings::password);
    SoupFeedOptions options;
    options.name = name;
    options.server = parsed(name, "address", config.soup.address, parse_tcp_address);
    options.login.username = decltype(options.login.username){config.soup.username};
    options.login.password = Password{password_of(name, config.soup.password, sizeof(Password))};
    options.login.session = codecs::soup::Session{config.soup.session};
    options.login.limits.login = Ms{config.soup.login_timeout_ms};
    options.login.limits.silence = Ms{config.connect.silence_ms};
    options.reconnect = Ms{config.connect.reconnect_ms};
    options.reconnect_max = Ms{config.connect.reconnect_max_ms};
    options.timezone = config.timezone;
    options.stale_after = config.stale_after();
    return options;
}

}  // namespace tickweir::gateway
