// What a JSON feed shares with other threads: look-ups of names, its ring, its wishes, its status.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "gateway/live/json/json_feed.hpp"
#include "gateway/play/venue/venue_server.hpp"
#include "gateway/runtime/host.hpp"

namespace tickweir::gateway {
namespace {

using namespace std::chrono_literals;

Resolution resolved(Resolver& resolver, Reactor& reactor, std::uint64_t lookup) {
    std::optional<Resolution> result;
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!result && std::chrono::steady_clock::now() < deadline) {
        reactor.wait(1'000'000'000, [&] { return (result = resolver.take(lookup)).has_value(); });
        if (!result) result = resolver.take(lookup);
    }
    EXPECT_TRUE(result.has_value());
    return result.value_or(Resolution{});
}

TEST(Resolver, FindsNamesAndTakesAddressesAsTheyAre) {
    Reactor reactor;
    Resolver resolver{reactor.waker()};
    const auto numeric = resolver.take(resolver.begin("127.0.0.1", 80));
    ASSERT_TRUE(numeric.has_value());
    ASSERT_EQ(numeric->addresses.size(), 1U);
    EXPECT_EQ(numeric->addresses[0].bytes.ss_family, AF_INET);
    const auto six = resolver.take(resolver.begin("::1", 80));
    ASSERT_TRUE(six.has_value());
    EXPECT_EQ(six->addresses.at(0).bytes.ss_family, AF_INET6);
    const Resolution named = resolved(resolver, reactor, resolver.begin("localhost", 80));
    EXPECT_FALSE(named.addresses.empty()) << named.error;
}

TEST(Resolver, MayGoWhileNamesAreLookedUp) {
    Reactor reactor;
    for (int i = 0; i < 20; ++i) {
        Resolver resolver{reactor.waker()};
        const std::uint64_t lookup = resolver.begin("localhost", 80);
        for (std::size_t more = 0; more < Resolver::lookups_max; ++more)
            static_cast<void>(resolver.begin("localhost", 81));
        resolver.forget(lookup);
        EXPECT_FALSE(resolver.take(lookup).has_value());
    }
}

TEST(Resolver, TellsThatALookUpIsDoneUntilItIsTakenOrForgotten) {
    Reactor reactor;
    Resolver resolver{reactor.waker()};
    EXPECT_FALSE(resolver.has_done());
    const std::uint64_t one = resolver.begin("127.0.0.1", 80);
    const std::uint64_t other = resolver.begin("::1", 80);
    EXPECT_TRUE(resolver.has_done());
    EXPECT_TRUE(resolver.take(one).has_value());
    EXPECT_TRUE(resolver.has_done());
    resolver.forget(other);
    EXPECT_FALSE(resolver.has_done());
}

TEST(JsonFeedThreads, DoNotSleepOverANameThatWasFound) {
    Reactor reactor;
    book::ByteRing ring{1 << 20};
    JsonFeedOptions options;
    options.name = "test";
    options.session.venue = VenueId::bybit;
    options.session.symbols = {"AB"};
    options.stream = {false, "localhost", 1, "/"};
    const book::TimeNs now = wall_clock_now();
    JsonFeed feed{std::move(options), MarketInput{&ring, nullptr}, nullptr, reactor, 1, now};
    // The second turn is too early for the name: nobody looks for it, and no time passes.
    feed.turn(now);
    feed.turn(now);
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    bool woken = false;
    while (!woken && std::chrono::steady_clock::now() < deadline)
        woken = feed.has_work() || reactor.poll();
    EXPECT_TRUE(woken);
}

std::filesystem::path make_capture() {
    const auto path = std::filesystem::path{::testing::TempDir()} / "json_threads.jsonl";
    std::ofstream file{path};
    file << "# venue: bybit\n1000000000000000000 "
         << R"({"topic":"orderbook.200.AB","ts":1,"type":"snapshot","data":{"s":"AB",)"
         << R"("b":[["1.5","1"]],"a":[["2.5","1"]],"u":1,"seq":1},"cts":1})" << '\n';
    for (unsigned i = 2; i < 2'000; ++i)
        file << 1'000'000'000'000'000'000 + i * 1'000'000ULL
             << R"( {"topic":"orderbook.200.AB","ts":1,"type":"delta","data":{"s":"AB",)"
             << R"("b":[["1.5","2"]],"a":[],"u":)" << i << R"(,"seq":1},"cts":1})" << '\n';
    return path;
}

TEST(JsonFeedThreads, FollowAnExchangeOnAnotherThread) {
    Host venue_host{{.name = "venue"}};
    venue::VenueServerOptions venue_options;
    venue_options.capture = make_capture();
    venue::VenueServer exchange{venue_options, venue_host.reactor()};
    std::filesystem::remove(venue_options.capture);
    Host feed_host{{.name = "feed"}};
    book::ByteRing ring{1 << 20};
    ResyncRing wishes{16};
    JsonFeedOptions options;
    options.name = "test";
    options.session.venue = VenueId::bybit;
    options.session.symbols = {"AB"};
    options.stream = {false, "localhost", exchange.port(), "/"};
    JsonFeed feed{std::move(options), MarketInput{&ring, nullptr}, &wishes, feed_host.reactor(), 1,
                  wall_clock_now()};
    venue_host.add(exchange);
    feed_host.add(feed);
    venue_host.start();
    feed_host.start();
    std::uint64_t records = 0;
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (feed.status().load().json.resubscribes < 2 &&
           std::chrono::steady_clock::now() < deadline) {
        for (auto record = ring.front(); record.data() != nullptr; record = ring.front()) {
            ring.advance();
            if (++records % 100 != 0) continue;
            if (wishes.try_push(ResyncWish::make(ResyncKind::resubscribe, 0, "AB")))
                feed_host.reactor().waker().wake();
        }
        ring.release();
        std::this_thread::yield();
    }
    EXPECT_GE(feed.status().load().json.resubscribes, 2U);
    for (Host* const host : {&feed_host, &venue_host})
        host->request_stop(5s);
    for (Host* const host : {&feed_host, &venue_host}) {
        host->join();
        EXPECT_EQ(host->failure(), nullptr);
    }
    EXPECT_TRUE(feed.stopped());
}

}  // namespace
}  // namespace tickweir::gateway
