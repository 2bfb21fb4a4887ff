// A hub between a fake market and client twins, driven step by step with a time of its own.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/uio.h>

#include "book/budget.hpp"
#include "gateway/serve/hub.hpp"
#include "store/market_store.hpp"
#include "tests/serve/hub/client_twin.hpp"
#include "tests/serve/hub/fake_market.hpp"

namespace tickweir::tests {

using namespace std::chrono_literals;

struct Client {
    gateway::ClientId id{};
    ClientTwin twin;
};

/// Limits that a few messages reach.
inline gateway::HubLimits small_queues() {
    gateway::HubLimits limits;
    limits.queue_bytes = 16'384;
    limits.conflate_after_bytes = 2'048;
    limits.queue_messages = 1'000;
    return limits;
}

struct HubBed {
    explicit HubBed(const gateway::HubLimits& given = {}, std::size_t requests = 64,
                    std::size_t budget_bytes = std::size_t{1} << 30)
        : limits{given}, budget{"clients", budget_bytes}, market{store, requests} {
        for (const char* symbol : {"ACME", "GLOBEX", "INITECH"})
            market.list(symbol);
        hub = std::make_unique<gateway::Hub>(limits, store, std::vector{market.link()}, &budget);
    }

    static constexpr book::InstrumentId acme{0};
    static constexpr book::InstrumentId globex{1};
    static constexpr book::InstrumentId initech{2};

    std::unique_ptr<Client> open() {
        auto client = std::make_unique<Client>();
        client->id = *hub->open(now);
        return client;
    }
    void ask(Client& client, std::string_view text) { hub->on_message(client.id, text, now); }

    /// A turn of the market and of the hub.
    void turn() {
        market.serve();
        hub->turn(now);
        market.serve();
        hub->turn(now);
    }
    void pass(std::chrono::nanoseconds time) {
        now += time;
        turn();
    }
    /// Sends at most so many bytes to a client; how many there were.
    std::size_t drain(Client& client, std::size_t most = SIZE_MAX) {
        std::size_t total = 0;
        while (total < most) {
            std::array<iovec, 16> parts;
            const std::size_t count = hub->gather(client.id, parts);
            std::size_t sent = 0;
            for (std::size_t i = 0; i < count && total + sent < most; ++i) {
                const std::size_t bytes = std::min(parts[i].iov_len, most - total - sent);
                client.twin.receive({static_cast<const char*>(parts[i].iov_base), bytes});
                sent += bytes;
            }
            if (sent == 0) break;
            hub->sent(client.id, sent, now);
            total += sent;
        }
        return total;
    }
    /// Asks, and answers all there is to that.
    std::string answer(Client& client, std::string_view text) {
        ask(client, text);
        turn();
        drain(client);
        return client.twin.last_message();
    }

    gateway::HubLimits limits;
    book::MemoryBudget budget;
    store::MarketStore store{{.instruments = 64, .active_instruments = 64}, nullptr, nullptr};
    FakeMarket market;
    book::TimeNs now{1'700'000'000s};
    std::unique_ptr<gateway::Hub> hub;
};

/// ACME's best bid goes through `count` prices.
inline void move_touch(HubBed& bed, std::uint64_t count) {
    static std::uint64_t order = 1'000;
    for (std::uint64_t i = 0; i < count; ++i) {
        ++order;
        bed.market.add(HubBed::acme, order, book::Side::buy, 500 + static_cast<std::int64_t>(i % 7),
                       1);
        bed.market.remove(HubBed::acme, order);
    }
    bed.turn();
}

}  // namespace tickweir::tests
