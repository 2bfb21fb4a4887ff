// The whole way of a message in one thread: a capture's feed, two market shards and a hub take
// their turns in a random order, with clients of random speed, and everybody ends with the right
// books.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <random>

#include "book/order_book.hpp"
#include "gateway/market/capture_feed.hpp"
#include "gateway/market/market_shard.hpp"
#include "gateway/serve/hub.hpp"
#include "gateway/serve/json_numbers.hpp"
#include "tests/market/day.hpp"
#include "tests/serve/hub/client_twin.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::tests {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::uint32_t shard_count = 2;

/// A file of frames that goes when the test does.
class CaptureFile {
public:
    explicit CaptureFile(const std::vector<std::vector<std::byte>>& frames)
        : path_{fs::temp_directory_path() /
                ("tickweir-roles-" + std::to_string(::getpid()) + ".itch")} {
        std::ofstream file{path_, std::ios::binary};
        for (const auto& frame : frames)
            file.write(reinterpret_cast<const char*>(frame.data()),
                       static_cast<std::streamsize>(frame.size()));
    }
    ~CaptureFile() { fs::remove(path_); }
    const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

book::Limits small_books() {
    book::Limits limits;
    limits.orders = 1 << 16;
    limits.levels = 1 << 16;
    limits.window = 1 << 16;
    return limits;
}

/// Everything between a capture and the clients, with rings as small as they may be.
struct Way {
    struct Shard {
        book::ByteRing records{1 << 18};
        book::ByteRing events{gateway::MarketOutput::ring_bytes_min};
        book::SpscRing<gateway::WatchRequest> requests{64};
        std::unique_ptr<gateway::MarketShard> role;
        const store::MarketStore* store = nullptr;
        std::uint32_t index = 0;

        static bool owns(const void* context, book::InstrumentId id) {
            const auto& self = *static_cast<const Shard*>(context);
            return self.store->instruments()[id].writer == self.index;
        }
    };

    explicit Way(const fs::path& capture) {
        std::vector<gateway::MarketInput> inputs;
        std::vector<gateway::MarketLink> links;
        for (std::uint32_t i = 0; i < shard_count; ++i) {
            Shard& shard = shards[i];
            shard.store = &store;
            shard.index = i;
            shard.role = std::make_unique<gateway::MarketShard>(
                "market",
                std::vector<gateway::MarketFeed>{
                    {gateway::ItchMarketOptions{
                         .venue = "nasdaq", .shard = {i, shard_count}, .books = small_books()},
                     &shard.records}},
                std::vector<gateway::ServingLink>{{&shard.events, &shard.requests, nullptr}}, store,
                nullptr, metrics, clock);
            inputs.push_back({&shard.records, nullptr});
            links.push_back({&shard.events, &shard.requests, &Shard::owns, &shard});
        }
        feed = std::make_unique<gateway::CaptureFeed>(
            gateway::CaptureFeedOptions{.name = "test", .paths = {capture}, .speed = std::nullopt},
            inputs, now);
        hub = std::make_unique<gateway::Hub>(gateway::HubLimits{}, store, links, nullptr);
    }

    bool drain(gateway::ClientId id, ClientTwin& twin, std::size_t most) {
        std::array<iovec, 8> parts;
        const std::size_t count = hub->gather(id, parts);
        std::size_t sent = 0;
        for (std::size_t i = 0; i < count && sent < most; ++i) {
            const std::size_t bytes = std::min(parts[i].iov_len, most - sent);
            twin.receive({static_cast<const char*>(parts[i].iov_base), bytes});
            sent += bytes;
        }
        if (sent != 0) hub->sent(id, sent, now);
        return sent != 0;
    }

    book::TimeNs now{1'700'000'000s};
    gateway::Metrics metrics;
    gateway::TscClock clock{gateway::TscClock::Ticks::monotonic};
    store::MarketStore store{{.instruments = 64, .active_instruments = 64}, nullptr, nullptr};
    std::array<Shard, shard_count> shards;
    std::unique_ptr<gateway::CaptureFeed> feed;
    std::unique_ptr<gateway::Hub> hub;
};

std::string price_text(book::Price price) {
    std::string text;
    gateway::append_decimal(text, price.ticks, gateway::ItchInstrument::price_decimals);
    return text.substr(1, text.size() - 2);  // without its quotes
}

/// The best `depth` rows of a side as a client has to hold them.
std::map<std::string, TwinStream::Row> rows_of(const book::OrderBook& book, book::Side side,
                                               std::size_t depth) {
    std::vector<book::Level> levels(depth);
    levels.resize(book.depth(side, levels));
    std::map<std::string, TwinStream::Row> rows;
    for (const book::Level& level : levels)
        rows[price_text(level.price)] = {std::to_string(level.open.lots), level.order_count};
    return rows;
}

TEST(Roles, GiveTheSameBooksInWhateverOrderTheyTakeTheirTurns) {
    const std::uint64_t first_seed = test_seed();
    for (std::uint64_t round = 0; round < 8; ++round) {
        std::mt19937_64 random{first_seed + round};
        SCOPED_TRACE("seed " + std::to_string(first_seed + round));
        const auto frames = simulated_frames(random(), 6'000);
        const CaptureFile capture{frames};
        Way way{capture.path()};

        std::array<ClientTwin, 3> twins;
        std::array<gateway::ClientId, 3> clients;
        for (std::size_t i = 0; i < clients.size(); ++i) {
            clients[i] = *way.hub->open(way.now);
            const std::string conflate = i == 2 ? R"(,"conflate_ms":5)" : "";
            for (const char* channel : {"l1", "l2"})
                way.hub->on_message(clients[i],
                                    R"({"op":"subscribe","id":1,"channel":")" +
                                        std::string{channel} + R"(","symbols":["*"],"depth":5)" +
                                        conflate + "}",
                                    way.now);
        }
        way.hub->on_message(
            clients[0], R"({"op":"subscribe","id":2,"channel":"trades","symbols":["*"]})", way.now);

        const std::vector<std::function<bool()>> turns{
            [&] { return way.feed->turn(way.now); },
            [&] { return way.shards[0].role->turn(way.now); },
            [&] { return way.shards[1].role->turn(way.now); },
            [&] { return way.hub->turn(way.now); },
            [&] { return way.drain(clients[0], twins[0], 1 + random() % 100'000); },
            [&] { return way.drain(clients[1], twins[1], 1 + random() % 300); },
            [&] { return way.drain(clients[2], twins[2], 1 + random() % 5'000); }};
        for (unsigned quiet = 0; quiet < 4'000;) {
            way.now += std::chrono::microseconds{random() % 300};
            quiet = turns[random() % turns.size()]() ? 0 : quiet + 1;
        }

        gateway::ItchBooks expected{small_books()};
        std::vector<std::byte> all;
        for (const auto& frame : frames)
            all.insert(all.end(), frame.begin(), frame.end());
        all.resize(all.size() + gateway::feed_record_padding);
        expected.apply(codecs::Bytes{all}.first(all.size() - gateway::feed_record_padding),
                       gateway::NoItchListener{});
        expected.instruments().for_each(
            [&](std::uint16_t locate, const gateway::ItchInstrument& instrument) {
                const book::OrderBook book{expected.books(), gateway::instrument_id(locate)};
                for (const ClientTwin& twin : twins) {
                    const TwinStream* const l2 = twin.find("l2", instrument.symbol());
                    ASSERT_NE(l2, nullptr) << instrument.symbol();
                    EXPECT_EQ(l2->bids, rows_of(book, book::Side::buy, 5));
                    EXPECT_EQ(l2->asks, rows_of(book, book::Side::sell, 5));
                }
            });
        for (const ClientTwin& twin : twins)
            EXPECT_EQ(twin.complaints(), std::vector<std::string>{});
        std::uint64_t refused = 0;
        for (const std::uint64_t count : expected.counts().rejected)
            refused += count;
        EXPECT_EQ(refused, 0U);
    }
}

}  // namespace
}  // namespace tickweir::tests
