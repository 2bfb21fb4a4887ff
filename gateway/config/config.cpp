#include "gateway/config/config.hpp"

#include <algorithm>

namespace tickweir::gateway {
namespace {

bool names_shard(const ThreadConfig& host, std::uint32_t shard) {
    return std::ranges::find(host.roles, HostedRole{RoleKind::market, shard}) != host.roles.end();
}

}  // namespace

std::vector<std::uint32_t> market_shards_of(const ThreadsConfig& threads,
                                            const ThreadConfig& host) {
    const bool hosts_rest =
        std::ranges::find(host.roles, HostedRole{RoleKind::market, {}}) != host.roles.end();
    std::vector<std::uint32_t> shards;
    for (std::uint32_t shard = 0; shard < threads.shards; ++shard) {
        const bool is_named = std::ranges::any_of(
            threads.hosts, [&](const auto& entry) { return names_shard(entry.second, shard); });
        if (is_named ? names_shard(host, shard) : hosts_rest) shards.push_back(shard);
    }
    return shards;
}

}  // namespace tickweir::gateway
