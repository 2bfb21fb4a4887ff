// That it does not matter to a SoupBinTCP machine in which pieces its bytes come, nor how often its
// listener makes it wait.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "codecs/soup/client.hpp"
#include "codecs/soup/server.hpp"
#include "tests/codecs/soup_events.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::codecs::soup {
namespace {

using tests::at;
using tests::below;
using tests::Buffer;
using tests::ClientListener;
using tests::copy_of;
using tests::Lines;
using tests::Random;
using tests::ServerListener;
using tests::soup_packet;

/// Many machines are made here.
constexpr Limits little_output{.send_length = 100, .output_bytes = 200};

constexpr std::size_t everything = static_cast<std::size_t>(-1);

/// What came of a run of bytes.
struct Outcome {
    Lines lines;
    Status status;
    std::size_t consumed = 0;
    Buffer output;
    friend bool operator==(const Outcome&, const Outcome&) = default;
};

/// Feeds a machine, and keeps what it does not consume, as a connection's owner does. Copies keep
/// the bytes in memory of exactly their length.
template <class Machine, class Listener>
class Feeder {
public:
    Feeder(Machine machine, Listener listener)
        : machine_{std::move(machine)}, listener_{std::move(listener)} {}

    void give(Bytes piece) {
        tests::append(kept_, piece);
        feed(everything);
    }
    /// Lets the listener take only `room` messages of the piece before it comes back for more.
    void give(Bytes piece, std::size_t room) {
        tests::append(kept_, piece);
        feed(room);
        feed(everything);
    }

    Outcome outcome() {
        return {listener_.lines, machine_.status(), consumed_, tests::drained(machine_)};
    }

private:
    void feed(std::size_t room) {
        listener_.room = room;
        const Buffer given = kept_;
        const Consumed consumed = machine_.on_bytes(given, at(0), listener_);
        ASSERT_LE(consumed.bytes, given.size());
        ASSERT_EQ(consumed.status, machine_.status());
        kept_.erase(kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>(consumed.bytes));
        consumed_ += consumed.bytes;
    }

    Machine machine_;
    Listener listener_;
    Buffer kept_;
    std::size_t consumed_ = 0;
};

using ClientFeeder = Feeder<Client, ClientListener>;

ClientFeeder fresh_client() {
    return {Client{{.username = "USER", .limits = little_output}, at(0)}, ClientListener{}};
}

using ServerFeeder = Feeder<Server, ServerListener>;

ServerFeeder fresh_server() {
    Server server{little_output, at(0)};
    const Buffer login = soup_packet('L', std::string(45, ' ') + "1");
    EXPECT_EQ(server.on_bytes(login, at(0), tests::Deaf{}).bytes, login.size());
    EXPECT_EQ(server.accept(Session{"S1"}, 1, at(0)), Sent::ok);
    return {std::move(server), ServerListener{}};
}

std::string random_text(Random& random) {
    return std::string(below(random, 12), static_cast<char>('a' + below(random, 26)));
}

/// Packets of the given types, and perhaps something at the end that cannot be.
Buffer conversation(Random& random, std::string_view types, std::string_view bare) {
    Buffer wire;
    for (std::size_t n = below(random, 30); n > 0; --n) {
        const char type = types[below(random, types.size())];
        const bool has_payload = bare.find(type) == std::string_view::npos;
        tests::append(wire, soup_packet(type, has_payload ? random_text(random) : ""));
    }
    switch (below(random, 4)) {
        case 0:
            tests::append(wire, soup_packet('L', "twice"));
            break;
        case 1:
            tests::append(wire, tests::hex_bytes("0000 0001"));
            break;
        case 2:
            tests::append(wire, soup_packet(bare.back()));
            break;
        default:
            break;
    }
    return wire;
}

Buffer client_conversation(Random& random) {
    Buffer wire = soup_packet('A', "        S1                   1");
    tests::append(wire, conversation(random, "SSSU+H", "HZ"));
    return wire;
}

Buffer server_conversation(Random& random) {
    return conversation(random, "UU+R", "RO");
}

/// Whole, byte by byte, cut in two everywhere, in random pieces with and without waiting.
template <class Fresh>
void expect_same_in_all_pieces(const Buffer& wire, Fresh fresh, Random& random) {
    auto whole = fresh();
    whole.give(wire);
    const Outcome expected = whole.outcome();

    auto bytewise = fresh();
    for (const std::byte byte : wire)
        bytewise.give(Bytes{&byte, 1});
    ASSERT_EQ(bytewise.outcome(), expected);

    for (std::size_t cut = 0; cut <= wire.size(); ++cut) {
        auto halves = fresh();
        halves.give(Bytes{wire}.first(cut));
        halves.give(Bytes{wire}.subspan(cut));
        ASSERT_EQ(halves.outcome(), expected) << "cut at " << cut;
    }
    for (int i = 0; i < 20; ++i) {
        auto pieces = fresh();
        for (Bytes rest = wire; !rest.empty();) {
            const std::size_t length = std::min(rest.size(), 1 + below(random, 40));
            if (below(random, 2) == 0) {
                pieces.give(rest.first(length));
            } else {
                pieces.give(rest.first(length), below(random, 4));
            }
            rest = rest.subspan(length);
        }
        ASSERT_EQ(pieces.outcome(), expected);
    }
}

TEST(SoupClientProperty, TellsTheSameInWhateverPiecesItsBytesCome) {
    Random random{tests::test_seed()};
    for (int i = 0; i < 150; ++i)
        expect_same_in_all_pieces(client_conversation(random), fresh_client, random);
}

TEST(SoupServerProperty, TellsTheSameInWhateverPiecesItsBytesCome) {
    Random random{tests::test_seed()};
    for (int i = 0; i < 150; ++i)
        expect_same_in_all_pieces(server_conversation(random), fresh_server, random);
}

TEST(SoupClientProperty, SurvivesAnyBytes) {
    Random random{tests::test_seed()};
    for (int i = 0; i < 20'000; ++i) {
        Buffer wire = client_conversation(random);
        for (std::size_t n = below(random, 4); n > 0; --n)
            wire[below(random, wire.size())] = static_cast<std::byte>(random());
        ClientFeeder feeder = fresh_client();
        feeder.give(wire);
        ASSERT_LE(feeder.outcome().consumed, wire.size());
    }
}

}  // namespace
}  // namespace tickweir::codecs::soup
