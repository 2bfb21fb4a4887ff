// The local exchange with its sockets: how far it plays ahead of a client that takes nothing. One
// thread; time is a number.
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "gateway/play/venue/venue_server.hpp"
#include "tests/serve/net/raw_client.hpp"

namespace tickweir::gateway::venue {
namespace {

using tests::RawClient;
namespace fs = std::filesystem;

// Far more than the kernel takes off the exchange's hands.
constexpr std::size_t frames = 800;
constexpr std::size_t frame_bytes = 32 << 10;

/// Frames that are due at once, whatever the speed; blanks make them long.
fs::path write_frames() {
    const fs::path path =
        fs::path{testing::TempDir()} /
        (std::string{testing::UnitTest::GetInstance()->current_test_info()->name()} + ".jsonl");
    std::ofstream file{path};
    file << "# venue: okx\n";
    for (std::size_t i = 1; i <= frames; ++i)
        file << i << R"( {"arg":{"channel":"trades","instId":"A-B"},"data":[{"instId":"A-B",)"
             << R"("tradeId":")" << i << R"(","px":"1","sz":"1","side":"buy","ts":"1"}])"
             << std::string(frame_bytes, ' ') << "}\n";
    return path;
}

/// An exchange, and one client of it that reads only when it is told to.
struct Played {
    explicit Played(replay::SpeedMillionths speed) : server{options_of(speed), reactor} {
        client.send(tests::ws_upgrade("/"));
        turn_until([&] {
            client.pump();
            return client.take_answer().has_value();
        });
        client.send(
            tests::ws_frame(R"({"op":"subscribe","args":[{"channel":"trades","instId":"A-B"}]})"));
    }
    ~Played() { fs::remove(capture); }

    VenueServerOptions options_of(replay::SpeedMillionths speed) const {
        VenueServerOptions options;
        options.capture = capture;
        options.speed = speed;
        options.unsent_mark = 64 << 10;
        return options;
    }
    void turn() {
        now += std::chrono::microseconds{1};  // far from all timeouts
        reactor.poll();
        server.turn(now);
    }
    template <class Holds>
    bool turn_until(const Holds& holds) {
        for (int i = 0; i < 100'000; ++i) {
            if (holds()) return true;
            turn();
        }
        return false;
    }
    /// Turns until as many have played nothing as would have played all of it.
    void turn_until_it_stands() {
        std::uint64_t before = 0;
        for (std::size_t idle = 0; idle < frames; ++idle) {
            turn();
            if (server.lines() != before) idle = 0;
            before = server.lines();
        }
    }

    const fs::path capture = write_frames();
    book::TimeNs now{std::chrono::seconds{1'000}};
    Reactor reactor;
    VenueServer server;
    RawClient client{server.port(), 4'096};
};

TEST(VenueServer, WaitsAtTheSpeedMaxForAClientThatTakesNothing) {
    Played played{std::nullopt};
    played.turn_until_it_stands();
    EXPECT_GT(played.server.lines(), 0U);
    EXPECT_LT(played.server.lines(), frames);
    std::size_t taken = 0;
    EXPECT_TRUE(played.turn_until([&] {
        played.client.pump();
        while (played.client.take_frame())
            ++taken;
        return taken == frames + 1;  // and the answer
    }));
    EXPECT_TRUE(played.turn_until([&] { return played.server.over(); }));
    EXPECT_EQ(played.server.counts().too_slow, 0U);
}

TEST(VenueServer, WaitsAtAnyOtherSpeedForNobody) {
    Played played{1'000'000};
    EXPECT_TRUE(played.turn_until([&] { return played.server.over(); }));
    EXPECT_EQ(played.server.lines(), frames);
}

}  // namespace
}  // namespace tickweir::gateway::venue
