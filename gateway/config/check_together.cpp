// The rules of a configuration that no key can check alone.
#include <map>
#include <string>
#include <vector>

#include "gateway/config/check_feeds.hpp"
#include "gateway/config/check_fix.hpp"
#include "gateway/config/check_venue.hpp"
#include "gateway/config/schema.hpp"

namespace tickweir::gateway {
namespace {

/// Which threads host a role, by the role's name; a shard of the market is one of its own.
std::map<std::string, std::vector<std::string>> hosts_of_roles(const ThreadsConfig& threads) {
    std::map<std::string, std::vector<std::string>> hosts{{"feed", {}}, {"serving", {}}};
    for (std::uint64_t shard = 0; shard < threads.shards; ++shard)
        hosts["market." + std::to_string(shard)];
    for (const auto& [name, host] : threads.hosts) {
        for (const HostedRole& role : host.roles) {
            if (role.kind != RoleKind::market)
                hosts[std::string{to_string(role.kind)}].push_back(name);
        }
        for (const std::uint32_t shard : market_shards_of(threads, host))
            hosts["market." + std::to_string(shard)].push_back(name);
    }
    return hosts;
}

void check_roles(const ThreadsConfig& threads, std::vector<CrossComplaint>& out) {
    for (const auto& [role, hosts] : hosts_of_roles(threads)) {
        if (hosts.empty())
            out.push_back({"threads", "the role \"" + role + "\" is hosted by no thread"});
        if (hosts.size() > 1)
            out.push_back({"threads." + hosts[1] + ".roles",
                           "the role \"" + role + "\" is hosted by \"" + hosts[0] +
                               "\" already; each goes to one thread, once"});
    }
    for (const auto& [name, host] : threads.hosts) {
        const std::string key = "threads." + name + ".roles";
        if (host.roles.empty()) out.push_back({key, "is missing or empty"});
        std::map<std::uint32_t, int> named;
        for (const HostedRole& role : host.roles) {
            if (!role.shard) continue;
            if (*role.shard >= threads.shards)
                out.push_back({key, "\"market." + std::to_string(*role.shard) +
                                        "\" is no shard; threads.shards is " +
                                        std::to_string(threads.shards)});
            if (++named[*role.shard] == 2)
                out.push_back({key, "\"market." + std::to_string(*role.shard) + "\" comes twice"});
        }
    }
}

void check_memory(const MemoryConfig& memory, std::vector<CrossComplaint>& out) {
    const std::uint64_t parts = memory.books + memory.store + memory.rings + memory.clients;
    if (parts <= memory.total) return;
    out.push_back({"memory.total", "must be at least the parts together, which are " +
                                       std::to_string(parts) + ", got " +
                                       std::to_string(memory.total)});
}

}  // namespace

std::vector<CrossComplaint> check_together(const Config& config) {
    std::vector<CrossComplaint> out;
    check_roles(config.threads, out);
    check_feeds(config, out);
    check_venue(config, out);
    check_fix(config, out);
    check_memory(config.memory, out);
    const WebsocketConfig& websocket = config.websocket;
    if (websocket.conflate_after_bytes > websocket.queue_bytes_max)
        out.push_back({"websocket.conflate_after_bytes",
                       "must be at most websocket.queue_bytes_max, which is " +
                           std::to_string(websocket.queue_bytes_max) + ", got " +
                           std::to_string(websocket.conflate_after_bytes)});
    if (websocket.ping_interval_ms >= websocket.idle_timeout_ms)
        out.push_back({"websocket.ping_interval_ms",
                       "must be below websocket.idle_timeout_ms, which is " +
                           std::to_string(websocket.idle_timeout_ms) + ", got " +
                           std::to_string(websocket.ping_interval_ms)});
    if (config.http.tls_certificate.empty() != config.http.tls_key.empty())
        out.push_back({config.http.tls_key.empty() ? "http.tls_key" : "http.tls_certificate",
                       "is missing: certificate and key go together"});
    return out;
}

}  // namespace tickweir::gateway
