// The local exchange: whoever subscribes, whenever, ends with the books of the capture.
#include <algorithm>
#include <random>

#include "replay/json_capture_writer.hpp"
#include "replay/simulator/json_simulator.hpp"
#include "tests/play/venue_bed.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::gateway::venue {
namespace {

using codecs::json::VenueId;
namespace fs = std::filesystem;

constexpr book::TimeNs start{std::chrono::seconds{1'000}};

/// Plays all of a capture into books.
void play(const LoadedCapture& capture, JsonBooks& books) {
    books.on_connected(0);
    for (const OwnedLine& owned : capture.lines) {
        const replay::JsonLine line = owned.line();
        if (line.kind == replay::JsonLineKind::frame) {
            static_cast<void>(books.apply_frame(0, line.text, line.time, NoJsonListener{}));
        } else if (line.kind == replay::JsonLineKind::answer) {
            static_cast<void>(
                books.apply_answer(0, line.target, line.text, line.time, NoJsonListener{}));
        }
    }
}

std::vector<std::string> symbols_of(const JsonBooks& books) {
    std::vector<std::string> symbols;
    for (std::size_t i = 0; i < books.instruments().size(); ++i)
        if (books.instruments()[i].state() == SyncState::in_sync)
            symbols.push_back(books.instruments()[i].symbol);
    return symbols;
}

/// What a client of the venue sends for the books of a capture: as its recorder did, where that is
/// known.
std::vector<std::string> requests_of(const LoadedCapture& capture) {
    std::vector<std::string> requests;
    for (const OwnedLine& line : capture.lines)
        if (line.kind == replay::JsonLineKind::sent &&
            line.text.find("unsubscribe") == std::string::npos)
            requests.push_back(line.text.substr(0, line.length));
    if (!requests.empty()) return requests;
    std::string streams;
    for (const std::string& symbol : capture.catalog->symbols()) {
        std::string lower = symbol;
        std::ranges::transform(lower, lower.begin(),
                               [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
        streams += (streams.empty() ? "\"" : ",\"") + lower + "@depth@100ms\"";
    }
    return {R"({"method":"SUBSCRIBE","params":[)" + streams + R"(],"id":1})"};
}

std::string book_target(VenueId venue, const std::string& symbol) {
    switch (venue) {
        case VenueId::binance_spot:
            return "/api/v3/depth?symbol=" + symbol + "&limit=5000";
        case VenueId::binance_usdm:
            return "/fapi/v1/depth?symbol=" + symbol + "&limit=1000";
        case VenueId::binance_coinm:
            return "/dapi/v1/depth?symbol=" + symbol + "&limit=1000";
        case VenueId::bitstamp:
            return "/api/v2/order_book/" + symbol + "/";
        default:
            return {};
    }
}

std::vector<fs::path> captures() {
    std::vector<fs::path> found;
    const fs::path folder = fs::path{TICKWEIR_DATA} / "json";
    std::error_code none;
    for (const auto& entry : fs::directory_iterator{folder, none}) {
        const std::string name = entry.path().filename().string();
        // The long ones say nothing more here than their beginnings.
        if (name.ends_with(".jsonl.gz") && name.find("damaged") == std::string::npos &&
            name.find("_20240808") == std::string::npos)
            found.push_back(entry.path());
    }
    std::ranges::sort(found);
    return found;
}

/// Plays `capture` to a client that connects and subscribes before line `subscribe_at`, and
/// compares its books at the end with those of the capture.
void check_late_client(const LoadedCapture& capture, std::size_t subscribe_at,
                       const JsonBooks& expected) {
    Exchange exchange{*capture.catalog, {}};
    std::optional<BedClient> client;
    const std::vector<std::string> symbols = symbols_of(expected);
    std::vector<std::string> wanted;
    for (std::size_t i = 0; i <= capture.lines.size(); ++i) {
        if (i == std::min(subscribe_at, capture.lines.size())) {
            client.emplace(exchange, capture.venue, "/", start);
            for (const std::string& request : requests_of(capture))
                client->send(request, start);
            if (!book_target(capture.venue, "x").empty()) wanted = symbols;
        }
        if (i < capture.lines.size()) exchange.on_line(capture.lines[i].line());
        if (!client) continue;
        client->take(start);
        // Venues that give their snapshots over HTTP: as soon as there is one.
        std::erase_if(wanted, [&](const std::string& symbol) {
            const bool given = !client->get(book_target(capture.venue, symbol), start).empty();
            exchange.turn(start + std::chrono::hours{1});
            static_cast<void>(exchange.take_answers());
            return given;
        });
    }
    for (const std::string& symbol : symbols)
        EXPECT_EQ(book_text(client->books(), symbol), book_text(expected, symbol)) << symbol;
}

TEST(Exchange, GivesWhoeverSubscribesAtAnyTimeTheBooksOfTheCapture) {
    if (captures().empty()) GTEST_SKIP() << "no JSON captures in " << TICKWEIR_DATA;
    std::mt19937_64 random{tests::test_seed()};
    for (const fs::path& path : captures()) {
        SCOPED_TRACE(path.filename().string());
        const LoadedCapture capture = load_capture(path);
        ASSERT_TRUE(capture.catalog);
        JsonBooks expected{BedClient::options_of(capture.venue)};
        play(capture, expected);
        ASSERT_FALSE(symbols_of(expected).empty());
        check_late_client(capture, 0, expected);
        check_late_client(capture, capture.lines.size(), expected);
        for (int round = 0; round < 3; ++round) {
            const std::size_t at = random() % capture.lines.size();
            SCOPED_TRACE("subscribed at line " + std::to_string(at));
            check_late_client(capture, at, expected);
        }
    }
}

// ------------------------------------------------------------------------------- simulated venues

LoadedCapture simulated(VenueId venue, std::uint64_t seed) {
    replay::JsonSimulatorOptions options;
    options.venue = venue;
    options.market.seed = seed;
    options.market.instruments = 2;
    options.market.messages = 3'000;
    auto market = replay::JsonSimulator::create(options);
    EXPECT_TRUE(market);
    const fs::path path = fs::path{::testing::TempDir()} /
                          ("venue_simulated_" + std::string{to_string(venue)} + ".jsonl");
    {
        auto file = replay::JsonCaptureWriter::create(path, venue);
        EXPECT_TRUE(file);
        replay::JsonLine line;
        while (market->next(line)) {
            if (line.kind == replay::JsonLineKind::frame) file->write_frame(line.time, line.text);
            if (line.kind == replay::JsonLineKind::sent) file->write_sent(line.time, line.text);
            if (line.kind == replay::JsonLineKind::answer)
                file->write_answer(line.time, line.target, line.text);
        }
        EXPECT_TRUE(file->finish());
    }
    LoadedCapture capture = load_capture(path);
    fs::remove(path);
    return capture;
}

TEST(Exchange, DoesSoForEverySimulatedVenue) {
    const std::uint64_t seed = tests::test_seed();
    std::mt19937_64 random{seed};
    for (std::size_t i = 0; i < codecs::json::venue_names.size(); ++i) {
        SCOPED_TRACE(codecs::json::venue_names[i]);
        const LoadedCapture capture = simulated(static_cast<VenueId>(i), seed);
        ASSERT_TRUE(capture.catalog);
        JsonBooks expected{BedClient::options_of(capture.venue)};
        play(capture, expected);
        ASSERT_EQ(symbols_of(expected).size(), 2U);
        check_late_client(capture, 0, expected);
        check_late_client(capture, capture.lines.size(), expected);
        for (int round = 0; round < 5; ++round) {
            const std::size_t at = random() % capture.lines.size();
            SCOPED_TRACE("subscribed at line " + std::to_string(at));
            check_late_client(capture, at, expected);
        }
    }
}

// -------------------------------------------------------------- venues without a recorded capture

constexpr const char* kraken_futures_lines =
    R"(1 {"feed":"book_snapshot","product_id":"PI_X","timestamp":1,"seq":10,"tickSize":null,"bids":[{"price":10,"qty":2},{"price":9.5,"qty":1}],"asks":[{"price":11,"qty":3}]}
2 {"feed":"book","product_id":"PI_X","side":"sell","seq":11,"price":10.5,"qty":7,"timestamp":2}
3 {"feed":"book","product_id":"PI_X","side":"buy","seq":12,"price":10,"qty":0,"timestamp":3}
4 {"feed":"book","product_id":"PI_X","side":"buy","seq":13,"price":9.25,"qty":4,"timestamp":4}
)";

constexpr const char* bitmex_lines =
    R"(1 {"table":"orderBookL2","action":"partial","keys":["symbol","id","side"],"filter":{"symbol":"XBTUSD"},"data":[{"symbol":"XBTUSD","id":1,"side":"Sell","size":100,"price":8077.5},{"symbol":"XBTUSD","id":2,"side":"Buy","size":50,"price":8076}]}
2 {"table":"orderBookL2","action":"insert","data":[{"symbol":"XBTUSD","id":3,"side":"Buy","size":70,"price":8075.5}]}
3 {"table":"orderBookL2","action":"update","data":[{"symbol":"XBTUSD","id":1,"side":"Sell","size":99}]}
4 {"table":"orderBookL2","action":"delete","data":[{"symbol":"XBTUSD","id":2,"side":"Buy"}]}
)";

constexpr const char* coinbase_exchange_lines =
    R"(1 {"type":"snapshot","product_id":"BTC-USD","bids":[["10101.10","0.45"]],"asks":[["10102.55","0.577"]]}
2 {"type":"l2update","product_id":"BTC-USD","time":"2019-08-14T20:42:27.265Z","changes":[["buy","10101.80","0.16"]]}
3 {"type":"l2update","product_id":"BTC-USD","time":"2019-08-14T20:42:28.265Z","changes":[["sell","10102.55","0"],["sell","10103.00","1"]]}
)";

constexpr const char* binance_coinm_lines =
    R"(1 {"stream":"btcusd_perp@depth","data":{"e":"depthUpdate","E":1,"T":1,"s":"BTCUSD_PERP","ps":"BTCUSD","U":1,"u":5,"pu":0,"b":[],"a":[]}}
2 GET /dapi/v1/depth?symbol=BTCUSD_PERP&limit=1000 {"lastUpdateId":7,"E":1,"T":1,"bids":[["10","1"]],"asks":[["11.5","2"]]}
3 {"stream":"btcusd_perp@depth","data":{"e":"depthUpdate","E":2,"T":2,"s":"BTCUSD_PERP","ps":"BTCUSD","U":6,"u":9,"pu":5,"b":[["10","3"]],"a":[]}}
4 {"stream":"btcusd_perp@depth","data":{"e":"depthUpdate","E":3,"T":3,"s":"BTCUSD_PERP","ps":"BTCUSD","U":10,"u":12,"pu":9,"b":[["9","3"]],"a":[["11.5","0"],["12","1"]]}}
)";

struct Written {
    const char* venue;
    const char* lines;
    const char* request;
    const char* symbol;
};

TEST(Exchange, DoesSoForTheVenuesThatNobodyRecorded) {
    for (const Written& written :
         {Written{"kraken-futures", kraken_futures_lines,
                  R"({"event":"subscribe","feed":"book","product_ids":["PI_X"]})", "PI_X"},
          Written{"bitmex", bitmex_lines, R"({"op":"subscribe","args":["orderBookL2:XBTUSD"]})",
                  "XBTUSD"},
          Written{"coinbase-exchange", coinbase_exchange_lines,
                  R"({"type":"subscribe","product_ids":["BTC-USD"],"channels":["level2"]})",
                  "BTC-USD"},
          Written{"binance-coinm", binance_coinm_lines,
                  R"({"method":"SUBSCRIBE","params":["btcusd_perp@depth@100ms"],"id":"a"})",
                  "BTCUSD_PERP"}}) {
        SCOPED_TRACE(written.venue);
        LoadedCapture capture = write_capture(written.venue, written.lines);
        ASSERT_TRUE(capture.catalog);
        JsonBooks expected{BedClient::options_of(capture.venue)};
        play(capture, expected);
        ASSERT_EQ(symbols_of(expected), std::vector<std::string>{written.symbol});
        OwnedLine request;
        request.kind = replay::JsonLineKind::sent;
        request.text = written.request;
        request.length = request.text.size();
        capture.lines.insert(capture.lines.begin(), request);
        for (std::size_t at = 0; at <= capture.lines.size(); ++at)
            check_late_client(capture, at, expected);
    }
}

}  // namespace
}  // namespace tickweir::gateway::venue
