// Every endpoint's answers and refusals, over a store filled by hand.
#include "gateway/serve/api/market_api.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace tickweir::gateway {
namespace {

constexpr book::TimeNs noon{std::chrono::seconds{1'700'000'000}};
constexpr PendingAnswer asked{77};

class FakeBooks final : public BookSource {
public:
    std::optional<std::string> book(book::InstrumentId instrument, unsigned depth,
                                    PendingAnswer pending, book::TimeNs now) override {
        EXPECT_EQ(pending, asked);
        EXPECT_EQ(now, noon);
        if (later) return std::nullopt;
        return "book " + std::to_string(static_cast<unsigned>(instrument)) + " depth " +
               std::to_string(depth);
    }
    bool later = false;
};

class FakeStatus final : public StatusSource {
public:
    GatewayStatus status(book::TimeNs now) override {
        EXPECT_EQ(now, noon);
        return value;
    }
    std::string metrics_text(book::TimeNs now) override {
        EXPECT_EQ(now, noon);
        return "tickweir_up 1\n";
    }
    GatewayStatus value;
};

store::Instrument instrument(std::string venue, std::string symbol, std::string base = "",
                             std::string quote = "") {
    store::Instrument made;
    made.venue = std::move(venue);
    made.symbol = std::move(symbol);
    made.base = std::move(base);
    made.quote = std::move(quote);
    made.price_decimals = 4;
    made.quantity_decimals = 0;
    made.tick = {100};
    return made;
}

const Resource resources[] = {{"/", "text/html; charset=utf-8", "default-src 'none'", "<html>"}};

class MarketApiTest : public testing::Test {
protected:
    struct Answer {
        unsigned status = 0;
        std::string body;
        friend bool operator==(const Answer&, const Answer&) = default;
    };

    MarketApiTest() {
        store_.instruments().add(instrument("nasdaq", "AAPL", "AAPL", "USD"));
        store_.instruments().add(instrument("bitstamp", "BTCUSD"));
        store_.instruments().add(instrument("nasdaq", "BTCUSD"));
        store_.instruments().add(instrument("kraken", "XBT/USD"));
    }

    void put_trade(std::int64_t time_ns, store::Aggressor aggressor = store::Aggressor::buy) {
        store::Trade trade;
        trade.price = {1'899'500 + time_ns};
        trade.quantity = {100};
        trade.times.exchange_ns = time_ns;
        trade.trade_id = 900;
        trade.scale = {.price_decimals = 4, .quantity_decimals = 0};
        trade.aggressor = aggressor;
        store_.put_trade(book::InstrumentId{0}, trade);
    }

    std::optional<HttpResponse> call(std::string_view target, std::string_view method = "GET",
                                     std::string_view authorization = "") {
        return api_.handle({method, target, authorization}, asked, noon);
    }
    Answer get(std::string_view target, std::string_view authorization = "") {
        const auto response = call(target, "GET", authorization);
        if (!response) return {};
        return {response->status, response->body};
    }
    Answer refused(unsigned status, const std::string& reason) {
        return {status, "{\"code\":" + std::to_string(status) + ",\"reason\":\"" + reason + "\"}"};
    }

    store::MarketStore store_{{.instruments = 64, .active_instruments = 64}, nullptr, nullptr};
    FakeBooks books_;
    FakeStatus status_;
    ApiLimits limits_ = [] {
        ApiLimits limits;
        limits.candidates = 2;
        return limits;
    }();
    MarketApi api_{limits_, store_, books_, status_, AccessKeys{{}}, resources};
};

// ------------------------------------------------------------------------------------ instruments

TEST_F(MarketApiTest, ListsInstruments) {
    store_.put_status(book::InstrumentId{0},
                      {store::TradingState::trading, store::SyncReason::none, 1, 1});
    EXPECT_EQ(
        get("/v1/instruments?limit=2"),
        (Answer{200, R"({"instruments":[{"venue":"nasdaq","symbol":"AAPL","price_decimals":4,)"
                     R"("quantity_decimals":0,"tick":"0.01","lot":"1","base":"AAPL","quote":"USD",)"
                     R"("state":"trading","in_sync":true},)"
                     R"({"venue":"bitstamp","symbol":"BTCUSD","price_decimals":4,)"
                     R"("quantity_decimals":0,"tick":"0.01","lot":"1","base":null,"quote":null,)"
                     R"("state":"unknown","in_sync":false}],"next":"bitstamp:BTCUSD"})"}));
}

TEST_F(MarketApiTest, ListsTheRestBehindTheOneNamedNext) {
    const Answer rest = get("/v1/instruments?after=bitstamp:BTCUSD");
    EXPECT_EQ(rest.status, 200u);
    EXPECT_EQ(rest.body.find("AAPL"), std::string::npos);
    EXPECT_NE(rest.body.find(R"("symbol":"XBT/USD")"), std::string::npos);
    EXPECT_TRUE(rest.body.ends_with(R"(],"next":null})"));
    EXPECT_EQ(get("/v1/instruments?after=kraken:XBT/USD").body,
              R"({"instruments":[],"next":null})");
}

TEST_F(MarketApiTest, ListsInstrumentsAddedAfterItsStart) {
    store_.instruments().add(instrument("bybit", "NEW"));
    EXPECT_NE(get("/v1/instruments").body.find("NEW"), std::string::npos);
    EXPECT_EQ(get("/v1/quotes/NEW").status, 200u);
}

TEST_F(MarketApiTest, RefusesListsItCannotBegin) {
    EXPECT_EQ(get("/v1/instruments?after=x"), refused(404, "unknown instrument 'x'"));
    EXPECT_EQ(get("/v1/instruments?limit=0"), refused(400, "limit must be 1 to 10000, got '0'"));
    EXPECT_EQ(get("/v1/instruments?limit=10001").status, 400u);
}

// ----------------------------------------------------------------------------------------- quotes

TEST_F(MarketApiTest, QuotesWhatIsThere) {
    store_.put_quote(book::InstrumentId{0},
                     {{1'899'500}, {300}, {1'899'700}, {100}, {5, 6}, 1, 1, 1, {4, 0}});
    store_.put_status(book::InstrumentId{0},
                      {store::TradingState::halted, store::SyncReason::none, 1, 1});
    put_trade(100);
    EXPECT_EQ(get("/v1/quotes/AAPL"),
              (Answer{200, R"({"venue":"nasdaq","symbol":"AAPL","time":5,"bid":"189.95",)"
                           R"("bid_quantity":"300","ask":"189.97","ask_quantity":"100",)"
                           R"("last":"189.96","last_quantity":"100","last_time":100,)"
                           R"("state":"halted","in_sync":true,"reason":""})"}));
}

TEST_F(MarketApiTest, QuotesNullsForWhatIsAbsent) {
    store_.put_status(book::InstrumentId{3},
                      {store::TradingState::trading, store::SyncReason::feed_stale, 1, 1});
    EXPECT_EQ(get("/v1/quotes/kraken:XBT%2FUSD"),
              (Answer{200, R"({"venue":"kraken","symbol":"XBT/USD","time":0,"bid":null,)"
                           R"("bid_quantity":null,"ask":null,"ask_quantity":null,"last":null,)"
                           R"("last_quantity":null,"last_time":null,"state":"trading",)"
                           R"("in_sync":false,"reason":"feed_stale"})"}));
}

TEST_F(MarketApiTest, NamesUnknownInstruments) {
    EXPECT_EQ(get("/v1/quotes/NOPE"), refused(404, "unknown instrument 'NOPE'"));
    EXPECT_EQ(get("/v1/books/%22%0a"), refused(404, R"(unknown instrument '\"\n')"));
    EXPECT_EQ(get("/v1/trades/" + std::string(100, 'x')),
              refused(404, "unknown instrument '" + std::string(64, 'x') + "...'"));
}

TEST_F(MarketApiTest, NamesTheCandidatesOfAnAmbiguousSymbol) {
    EXPECT_EQ(get("/v1/quotes/BTCUSD"),
              (Answer{409, R"({"code":409,"reason":"'BTCUSD' is ambiguous; there are )"
                           R"(bitstamp:BTCUSD, nasdaq:BTCUSD",)"
                           R"("candidates":["bitstamp:BTCUSD","nasdaq:BTCUSD"]})"}));
    store_.instruments().add(instrument("okx", "BTCUSD"));
    EXPECT_EQ(get("/v1/books/BTCUSD").body,
              R"({"code":409,"reason":"'BTCUSD' is ambiguous; there are )"
              R"(bitstamp:BTCUSD, nasdaq:BTCUSD and 1 more",)"
              R"("candidates":["bitstamp:BTCUSD","nasdaq:BTCUSD"]})");
    EXPECT_EQ(get("/v1/quotes/okx:BTCUSD").status, 200u);
}

// ------------------------------------------------------------------------------------------ books

TEST_F(MarketApiTest, AsksForBooks) {
    EXPECT_EQ(get("/v1/books/XBT%2fUSD"), (Answer{200, "book 3 depth 10"}));
    EXPECT_EQ(get("/v1/books/AAPL?depth=1"), (Answer{200, "book 0 depth 1"}));
    EXPECT_EQ(get("/v1/books/AAPL?depth=1000"), (Answer{200, "book 0 depth 1000"}));
    books_.later = true;
    EXPECT_FALSE(call("/v1/books/AAPL"));
}

TEST_F(MarketApiTest, RefusesDepthsOutOfRange) {
    for (const std::string depth :
         {"0", "1001", "5000", "-1", "1e3", "", "x", "18446744073709551617"})
        EXPECT_EQ(get("/v1/books/AAPL?depth=" + depth),
                  refused(400, "depth must be 1 to 1000, got '" + depth + "'"));
}

// ----------------------------------------------------------------------------------------- trades

TEST_F(MarketApiTest, ListsTrades) {
    put_trade(100);
    put_trade(200, store::Aggressor::sell);
    put_trade(300, store::Aggressor::unknown);
    EXPECT_EQ(get("/v1/trades/AAPL?limit=2"),
              (Answer{200, R"({"trades":[{"time":200,"price":"189.97","quantity":"100",)"
                           R"("side":"sell","trade_id":"900"},)"
                           R"({"time":300,"price":"189.98","quantity":"100","side":null,)"
                           R"("trade_id":"900"}],"next":":1"})"}));
    EXPECT_EQ(get("/v1/trades/AAPL?to=:1").body,
              R"({"trades":[{"time":100,"price":"189.96","quantity":"100","side":"buy",)"
              R"("trade_id":"900"}],"next":null})");
    EXPECT_EQ(get("/v1/trades/bitstamp:BTCUSD").body, R"({"trades":[],"next":null})");
}

TEST_F(MarketApiTest, ListsTradesOfARangeInPages) {
    for (const std::int64_t time : {100, 200, 200, 300})
        put_trade(time);
    const std::string first = get("/v1/trades/AAPL?from=200&limit=1").body;
    EXPECT_TRUE(first.ends_with(R"("next":"200:3"})")) << first;
    const std::string second = get("/v1/trades/AAPL?from=200:3&to=200&limit=1").body;
    EXPECT_TRUE(second.starts_with(R"({"trades":[{"time":200)")) << second;
    EXPECT_TRUE(second.ends_with(R"("next":null})")) << second;
}

TEST_F(MarketApiTest, RefusesRangesThatMakeNoSense) {
    EXPECT_EQ(get("/v1/trades/AAPL?from=x"),
              refused(400,
                      "from must be nanoseconds since the epoch or the 'next' of an answer, "
                      "got 'x'"));
    EXPECT_EQ(get("/v1/trades/AAPL?to=-5").status, 400u);
    EXPECT_EQ(get("/v1/trades/AAPL?from=2&to=1"), refused(400, "from 2 is later than to 1"));
    EXPECT_EQ(get("/v1/trades/AAPL?limit=1001"),
              refused(400, "limit must be 1 to 1000, got '1001'"));
}

// -------------------------------------------------------------------------------- about the
// gateway

TEST_F(MarketApiTest, TellsItsStatus) {
    status_.value.version = "9.9";
    const Answer answer = get("/v1/status");
    EXPECT_EQ(answer.status, 200u);
    EXPECT_TRUE(answer.body.starts_with(R"({"version": "9.9", "mode": "L0", )")) << answer.body;
    EXPECT_NE(answer.body.find(R"("instruments": 4, )"), std::string::npos);
}

TEST_F(MarketApiTest, IsHealthyWheneverItAnswers) {
    status_.value.mode = "L5";
    EXPECT_EQ(get("/healthz"), (Answer{200, R"({"status":"up"})"}));
}

TEST_F(MarketApiTest, IsReadyWhenTheFeedsAre) {
    EXPECT_EQ(get("/readyz"), (Answer{200, R"({"status":"ready"})"}));
    status_.value.feeds.resize(1);
    status_.value.feeds[0].name = "capture";
    EXPECT_EQ(get("/readyz"), refused(503, "feed capture is connecting"));
}

TEST_F(MarketApiTest, ShowsItsMetricsAsPrometheusText) {
    const auto answer = call("/metrics");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->content_type, "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_EQ(answer->body, "tickweir_up 1\n");
    api_.show_metrics(false);
    EXPECT_EQ(get("/metrics"), refused(404, "metrics are turned off by metrics.enabled"));
    api_.show_metrics(true);
    EXPECT_EQ(get("/metrics").status, 200u);
}

TEST_F(MarketApiTest, ServesThePage) {
    for (const char* target : {"/", "/?anything=1", "http://host"}) {
        const auto answer = call(target);
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->status, 200);
        EXPECT_EQ(answer->content_type, "text/html; charset=utf-8");
        EXPECT_EQ(answer->content_security_policy, "default-src 'none'");
        EXPECT_EQ(answer->body, "<html>");
    }
}

// ------------------------------------------------------------------------------------ load modes

TEST_F(MarketApiTest, RefusesQueriesInModesThatShedAndSaysWhy) {
    using shield::LoadMode;
    const auto status_of = [this](std::string_view target) { return get(target).status; };
    api_.set_mode(LoadMode::trim);
    EXPECT_EQ(status_of("/v1/instruments"), 200U);
    EXPECT_EQ(get("/v1/candles/AAPL?interval=1m"), refused(503, "shed: load mode L1: no history"));
    for (const LoadMode mode : {LoadMode::shed, LoadMode::protect, LoadMode::cancel_only}) {
        api_.set_mode(mode);
        for (const std::string_view target :
             {"/v1/instruments", "/v1/quotes/AAPL", "/v1/books/AAPL", "/v1/trades/AAPL"})
            EXPECT_EQ(status_of(target), 503U) << target;
        for (const std::string_view target : {"/v1/status", "/healthz", "/readyz", "/metrics", "/"})
            EXPECT_EQ(status_of(target), 200U) << target;
    }
    EXPECT_EQ(get("/v1/quotes/AAPL"), refused(503, "shed: load mode L4: cancels only"));
    api_.set_mode(LoadMode::stopped);
    EXPECT_EQ(get("/v1/quotes/AAPL"), refused(503, "stopped: log failed"));
    EXPECT_EQ(status_of("/nothing"), 404U);
    EXPECT_EQ(api_.shed(), 15U);
    api_.set_mode(LoadMode::normal);
    EXPECT_EQ(status_of("/v1/quotes/AAPL"), 200U);
}

// ---------------------------------------------------------------------------------------- refusals

TEST_F(MarketApiTest, SaysWhatThisBuildDoesNotHave) {
    EXPECT_EQ(get("/v1/candles/AAPL?interval=1m"),
              refused(404, "this build does not have /v1/candles yet"));
    EXPECT_EQ(get("/v1/asof/AAPL?time=1"), refused(404, "this build does not have /v1/asof yet"));
    EXPECT_EQ(get("/v1/analytics/AAPL/cvd"),
              refused(404, "this build does not have /v1/analytics yet"));
    EXPECT_EQ(get("/v1/accounts/A1"), refused(404, "this gateway runs no venue"));
}

TEST_F(MarketApiTest, FindsNothingElsewhere) {
    for (const std::string target :
         {"/v1", "/v1/", "/v1/quotes", "/v1/quotes/", "/v1/quotes/AAPL/", "/v1/quotes/XBT/USD",
          "/V1/status", "/v1/status/", "/metrics/x", "/index.html", "//", "/v1/analytics/AAPL",
          "/a/b/c/d/e"})
        EXPECT_EQ(get(target), refused(404, "there is nothing at '" + target + "'"));
}

TEST_F(MarketApiTest, RefusesMalformedTargets) {
    EXPECT_EQ(get("/v1/quotes/%4"),
              refused(400, "target, byte 11: '%4' is no escape of two hexadecimal digits"));
    EXPECT_EQ(get("/" + std::string(5'000, 'x')).status, 414u);
}

TEST_F(MarketApiTest, RefusesUnknownParameters) {
    EXPECT_EQ(get("/v1/books/AAPL?deph=5"),
              refused(400, "unknown parameter 'deph'; there are depth"));
    EXPECT_EQ(get("/v1/trades/AAPL?limt=5"),
              refused(400, "unknown parameter 'limt'; there are from, to, limit"));
    EXPECT_EQ(get("/v1/status?x"), refused(400, "unknown parameter 'x'; there are none"));
}

TEST_F(MarketApiTest, RefusesOtherMethods) {
    for (const char* method : {"POST", "PUT", "DELETE", "get", ""}) {
        for (const char* target : {"/", "/v1/status", "/v1/quotes/NOPE", "/healthz"}) {
            const auto answer = call(target, method);
            ASSERT_TRUE(answer);
            EXPECT_EQ(answer->status, 405) << method << target;
        }
    }
    EXPECT_EQ(call("/nothing", "POST")->status, 404);
    EXPECT_EQ(call("/v1/instruments", "HEAD")->status, 200);
}

// -------------------------------------------------------------------------------------------- keys

class MarketApiKeysTest : public MarketApiTest {
protected:
    MarketApiKeysTest()
        : locked_{limits_,
                  store_,
                  books_,
                  status_,
                  AccessKeys{{{"data", static_cast<std::uint8_t>(Right::market_data)},
                              {"watch", static_cast<std::uint8_t>(Right::metrics)}}},
                  resources} {}

    unsigned status_of(std::string_view target, std::string_view authorization) {
        const auto answer = locked_.handle({"GET", target, authorization}, asked, noon);
        return answer ? answer->status : 0;
    }

    MarketApi locked_;
};

TEST_F(MarketApiKeysTest, OpensHealthAndThePageToEveryone) {
    for (const char* target : {"/healthz", "/readyz", "/"})
        EXPECT_EQ(status_of(target, ""), 200u) << target;
}

TEST_F(MarketApiKeysTest, WantsAKeyForMarketData) {
    for (const char* target : {"/v1/status", "/v1/instruments", "/v1/quotes/AAPL", "/v1/books/AAPL",
                               "/v1/trades/AAPL"}) {
        EXPECT_EQ(status_of(target, ""), 401u) << target;
        EXPECT_EQ(status_of(target, "Bearer wrong"), 401u) << target;
        EXPECT_EQ(status_of(target, "Bearer watch"), 403u) << target;
        EXPECT_EQ(status_of(target, "Bearer data"), 200u) << target;
    }
    EXPECT_EQ(status_of("/v1/candles/AAPL", ""), 401u);
    EXPECT_EQ(status_of("/v1/candles/AAPL", "Bearer data"), 404u);
}

TEST_F(MarketApiKeysTest, WantsAKeyForMetrics) {
    EXPECT_EQ(status_of("/metrics", ""), 401u);
    EXPECT_EQ(status_of("/metrics", "Bearer data"), 403u);
    EXPECT_EQ(status_of("/metrics", "Bearer watch"), 200u);
}

TEST_F(MarketApiKeysTest, TellsNothingOfInstrumentsWithoutAKey) {
    EXPECT_EQ(status_of("/v1/quotes/NOPE", ""), 401u);
    EXPECT_EQ(status_of("/v1/quotes/AAPL?depth=x", ""), 401u);
}

TEST_F(MarketApiKeysTest, WantsAKeyForTheStream) {
    EXPECT_EQ(locked_.authorize({"GET", "/v1/stream", ""})->body,
              R"({"code":401,"reason":"a key is needed: Authorization: Bearer KEY"})");
    EXPECT_EQ(locked_.authorize({"GET", "/v1/stream", "Bearer nope"})->status, 401);
    EXPECT_EQ(locked_.authorize({"GET", "/v1/stream", "Bearer watch"})->status, 403);
    EXPECT_FALSE(locked_.authorize({"GET", "/v1/stream", "Bearer data"}));
    EXPECT_FALSE(api_.authorize({"GET", "/v1/stream", ""}));
}

}  // namespace
}  // namespace tickweir::gateway
