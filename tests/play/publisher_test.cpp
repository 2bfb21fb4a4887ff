// A feed published to real sockets of the loopback, by a clock that is turned by hand: what arrives
// is the capture, whatever happens on the way.
#include "gateway/play/publisher.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <span>
#include <stdexcept>

#include "replay/pcap_writer.hpp"
#include "tests/play/feed_clients.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::gateway {
namespace {

using namespace std::chrono_literals;
using replay::tests::TempDir;
using testing::HasSubstr;
using tests::after;
using tests::expect_day;
using tests::Message;
using tests::missing;
using tests::Receiver;
using tests::SoupReader;

constexpr Probability percent(std::uint32_t value) {
    return {value * (Probability::one / 100)};
}

/// A capture, two receivers, and a publisher whose time stands still while there is work.
struct Bed {
    explicit Bed(std::uint64_t messages = 3'000) : day{tests::simulated_day(messages)} {
        tests::write_itch(directory / "day.itch", day);
        options.capture = directory / "day.itch";
        options.pace.speed = std::nullopt;
        options.session = "TODAY";
        options.lines = {{.to = a.address}};
    }

    void open() { publisher.emplace(options, reactor, now); }

    /// One turn of everything; time goes on to what is due next where there is nothing to do.
    void turn() {
        bool worked = publisher->turn(now);
        worked |= reactor.poll();
        worked |= a.drain();
        worked |= b.drain();
        if (worked || publisher->stopped()) return;
        const auto due = publisher->next_due();
        ASSERT_TRUE(due);
        ASSERT_GT(*due, now) << "nothing to do, and no time to wait for";
        now = *due;
    }
    void run() {
        for (int turns = 0; !publisher->stopped(); ++turns) {
            ASSERT_LT(turns, 1'000'000);
            turn();
        }
        a.drain();
        b.drain();
    }

    TempDir directory;
    std::vector<Message> day;
    Receiver a;
    Receiver b;
    Reactor reactor;
    PublisherOptions options;
    book::TimeNs now = after(0s);
    std::optional<Publisher> publisher;
};

TEST(Publisher, PublishesTheWholeCapture) {
    Bed bed;
    bed.open();
    bed.run();
    ASSERT_EQ(bed.a.sessions.size(), 1u);
    expect_day(bed.a.sessions.at("TODAY"), bed.day);
    EXPECT_EQ(bed.a.ended_at, (std::map<std::string, std::uint64_t>{{"TODAY", 3'001}}));
    EXPECT_EQ(bed.a.ends, 15u) << "every 200 ms for 3 s";
    EXPECT_LE(bed.a.longest, 1'400u);
    EXPECT_GT(bed.a.longest, 1'300u);
    EXPECT_EQ(bed.a.copies + bed.a.backwards, 0u);
    const PublisherReport report = bed.publisher->report();
    EXPECT_EQ(report.messages, 3'000u);
    EXPECT_EQ(report.packets, bed.a.packets);
    EXPECT_EQ(report.sessions, 1u);
    EXPECT_EQ(bed.publisher->trouble() + bed.publisher->send_trouble(), "");
    EXPECT_EQ(bed.publisher->next_due(), std::nullopt);
}

TEST(Publisher, KeepsTheTimesOfTheCapture) {
    Bed bed;
    bed.options.pace.speed = 1'000'000'000;
    bed.options.start_delay = 2'500ms;
    bed.open();
    bed.run();
    expect_day(bed.a.sessions.at("TODAY"), bed.day);
    EXPECT_GE(bed.a.heartbeats, 2u) << "while it waits to start";
    EXPECT_GT(bed.a.packets, 500u) << "messages that are apart share no packet";
}

TEST(Publisher, TwoLinesHaveTheirOwnFaults) {
    Bed bed{20'000};
    bed.options.lines = {{.to = bed.a.address}, {.to = bed.b.address}};
    bed.options.faults = {percent(5), percent(5), percent(5)};
    bed.options.seed = tests::test_seed();
    bed.open();
    bed.run();
    const auto& a = bed.a.sessions.at("TODAY");
    const auto& b = bed.b.sessions.at("TODAY");
    EXPECT_LT(a.size(), bed.day.size());
    EXPECT_LT(b.size(), bed.day.size());
    EXPECT_NE(missing(a, 20'000), missing(b, 20'000));
    EXPECT_GT(bed.a.copies, 0u);
    EXPECT_GT(bed.a.backwards, 0u);
    const PublisherReport report = bed.publisher->report();
    EXPECT_EQ(report.lines.carried + report.lines.doubled - report.lines.lost, report.packets);
    EXPECT_EQ(report.packets, bed.a.packets + bed.b.packets);
}

TEST(Publisher, TheSameSeedLosesTheSamePackets) {
    const auto lost = [](std::uint64_t seed) {
        Bed bed{5'000};
        bed.options.faults.loss = percent(10);
        bed.options.seed = seed;
        bed.open();
        bed.run();
        return missing(bed.a.sessions.at("TODAY"), 5'000);
    };
    const std::uint64_t seed = tests::test_seed();
    EXPECT_EQ(lost(seed), lost(seed));
    EXPECT_NE(lost(seed), lost(seed + 1));
}

TEST(Publisher, LineBLags) {
    Bed bed{50};
    bed.options.lines = {{.to = bed.a.address}, {.to = bed.b.address}};
    bed.options.line_b_delay = 700us;
    bed.open();
    while (bed.a.sessions.empty())
        bed.turn();
    const book::TimeNs first_a = bed.now;
    while (bed.b.sessions.empty())
        bed.turn();
    EXPECT_EQ(bed.now - first_a, 700us);
    bed.run();
    expect_day(bed.b.sessions.at("TODAY"), bed.day);
    EXPECT_EQ(bed.b.ended_at.at("TODAY"), 51u);
}

TEST(Publisher, StallsAndThenSendsAll) {
    Bed bed{2'000};
    bed.options.pace = {.rate = 1'000};
    bed.options.stall_every = 500ms;
    bed.options.stall_length = 300ms;
    bed.options.linger = 0s;
    bed.open();
    std::size_t before = 0;
    std::chrono::nanoseconds longest_silence{0};
    std::size_t largest_burst = 0;
    for (book::TimeNs last = bed.now; !bed.publisher->stopped();) {
        bed.turn();
        const std::size_t count = bed.a.sessions["TODAY"].size();
        if (count == before) continue;
        longest_silence = std::max(longest_silence, bed.now - last);
        largest_burst = std::max(largest_burst, count - before);
        before = count;
        last = bed.now;
    }
    bed.a.drain();
    expect_day(bed.a.sessions.at("TODAY"), bed.day);
    EXPECT_GE(longest_silence, 295ms);
    EXPECT_LE(longest_silence, 305ms);
    EXPECT_GE(largest_burst, 290u);
}

TEST(Publisher, AStallLosesNothingHoweverSmallTheArchive) {
    Bed bed{100'000};
    bed.options.archive = {.bytes_max = 0, .segment_bytes = 0};
    bed.options.pace = {.rate = 100'000};
    bed.options.stall_every = 400ms;
    bed.options.stall_length = 399ms;
    bed.open();
    bed.run();
    expect_day(bed.a.sessions.at("TODAY"), bed.day);
}

TEST(Publisher, WhatIsLostIsFetched) {
    Bed bed{20'000};
    bed.options.faults = {percent(10), percent(2), percent(2)};
    bed.options.seed = tests::test_seed();
    bed.options.requests = UdpAddress{ipv4_loopback, 0};
    bed.options.request_faults.loss = percent(20);
    bed.options.request_faults.seed = bed.options.seed;
    bed.open();
    const UdpAddress server = *bed.publisher->request_address();
    EXPECT_NE(server.port, 0u);
    const auto complete = [&] { return bed.a.sessions["TODAY"].size() == 20'000; };
    for (int turns = 0; !bed.publisher->stopped() && turns < 100'000; ++turns) {
        bed.turn();
        if (bed.a.ends == 0 || complete()) continue;
        const auto gap = missing(bed.a.sessions["TODAY"], 20'000);
        bed.a.ask(server, {codecs::Alpha<10>{"TODAY"}, gap.front(), 60});
        bed.now += 1us;
    }
    expect_day(bed.a.sessions.at("TODAY"), bed.day);
    EXPECT_GT(bed.publisher->report().requests.of(RerequestStatus::accepted), 0u);
    EXPECT_GT(bed.publisher->report().requests.lost, 0u);
}

TEST(Publisher, HostileRequestsAreCountedAndNothingElse) {
    Bed bed{500};
    bed.options.requests = UdpAddress{ipv4_loopback, 0};
    bed.open();
    std::mt19937_64 random{tests::test_seed()};
    const sockaddr_in to = to_sockaddr(*bed.publisher->request_address());
    for (int i = 0; i < 500; ++i) {
        std::vector<std::byte> bytes(random() % 2 == 0 ? 20 : random() % 2'000);
        for (std::byte& byte : bytes)
            byte = static_cast<std::byte>(random());
        ::sendto(bed.b.get(), bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&to),
                 sizeof to);
        bed.turn();
    }
    bed.run();
    expect_day(bed.a.sessions.at("TODAY"), bed.day);
    const RerequestCounts& counts = bed.publisher->report().requests;
    EXPECT_EQ(counts.of(RerequestStatus::malformed) + counts.of(RerequestStatus::unknown_session),
              500u);
    EXPECT_EQ(bed.b.packets, 0u);
}

TEST(Publisher, ALoopIsASessionEveryRound) {
    Bed bed{300};
    bed.options.loop = true;
    bed.options.linger = 100ms;
    bed.options.session.reset();
    bed.open();
    while (bed.a.ended_at.size() < 3)
        bed.turn();
    bed.publisher->stop(bed.now);
    bed.run();
    ASSERT_GE(bed.a.sessions.size(), 3u);
    auto session = bed.a.sessions.begin();
    for (int round = 0; round < 3; ++round, ++session)
        expect_day(session->second, bed.day);
    EXPECT_EQ(bed.a.sessions.begin()->first, "1700000000");
    EXPECT_GE(bed.publisher->report().sessions, 3u);
}

TEST(Publisher, RoundsOfANamedSessionAreNumbered) {
    Bed bed{100};
    bed.options.loop = true;
    bed.options.linger = 0s;
    bed.open();
    while (bed.a.ended_at.size() < 3)
        bed.turn();
    EXPECT_TRUE(bed.a.ended_at.contains("TODAY"));
    EXPECT_TRUE(bed.a.ended_at.contains("TODAY0002"));
    EXPECT_TRUE(bed.a.ended_at.contains("TODAY0003"));
    bed.publisher->stop(bed.now);
    bed.publisher->stop(bed.now);
    EXPECT_TRUE(bed.publisher->stopped()) << "the second time at once";
    EXPECT_FALSE(bed.publisher->turn(bed.now));
}

TEST(Publisher, SoupClientsGetTheFeedFromWhereTheyLike) {
    Bed bed;
    bed.options.soup = UdpAddress{ipv4_loopback, 0};
    bed.options.soup_access = {"user", "SECRET"};
    bed.options.pace = {.rate = 100'000};
    bed.open();
    std::vector<SoupReader> clients;
    std::mt19937_64 random{tests::test_seed()};
    std::vector<std::uint64_t> firsts{1};
    clients.emplace_back(*bed.publisher->soup_address(), 1u);
    for (int turns = 0; !bed.publisher->stopped() && turns < 300'000; ++turns) {
        bed.turn();
        const std::uint64_t published = bed.publisher->report().messages;
        if (published / 500 >= clients.size() && clients.size() < 6) {
            firsts.push_back(1 + random() % published);
            clients.emplace_back(*bed.publisher->soup_address(), firsts.back());
        }
        for (SoupReader& client : clients)
            client.drain(random() % 5'000 + 1);
    }
    ASSERT_TRUE(bed.publisher->stopped());
    for (std::size_t i = 0; i < clients.size(); ++i) {
        while (clients[i].drain()) {
        }
        EXPECT_THAT(clients[i].letters, testing::MatchesRegex("AH*Z"));
        const std::vector<Message> wanted(
            bed.day.begin() + static_cast<std::ptrdiff_t>(firsts[i] - 1), bed.day.end());
        EXPECT_TRUE(clients[i].messages == wanted) << "from " << firsts[i];
    }
    EXPECT_EQ(bed.publisher->report().soup.connections, clients.size());
    EXPECT_EQ(bed.publisher->report().soup.faults + bed.publisher->report().soup.behind, 0u);
}

TEST(Publisher, SoupAloneNeedsNoLines) {
    Bed bed{1'000};
    bed.options.lines.clear();
    bed.options.soup = UdpAddress{ipv4_loopback, 0};
    bed.options.start_delay = 1ms;
    bed.open();
    SoupReader client{*bed.publisher->soup_address(), 1};
    SoupReader stranger{*bed.publisher->soup_address(), 5'000};
    while (!bed.publisher->stopped()) {
        bed.turn();
        client.drain();
        stranger.drain();
    }
    while (client.drain()) {
    }
    EXPECT_EQ(client.messages, bed.day);
    EXPECT_EQ(stranger.letters, "J");
    EXPECT_EQ(bed.publisher->report().soup.rejected, 1u);
    EXPECT_EQ(bed.publisher->report().packets, 0u);
}

/// Turns without reading the client until nothing is left to do, and then reads it to its end.
void read_late(Bed& bed, SoupReader& client) {
    while (bed.publisher->turn(bed.now) || bed.reactor.poll() ||
           bed.publisher->report().messages < bed.day.size())
        bed.a.drain();
    for (int turns = 0; !client.closed && turns < 100'000; ++turns) {
        bool worked = bed.publisher->turn(bed.now);
        worked |= bed.reactor.poll();
        worked |= client.drain(50'000);
        if (!worked) bed.now += 1ms;
    }
    EXPECT_TRUE(client.closed);
}

TEST(Publisher, ASoupClientThatDoesNotReadIsWaitedForByNobody) {
    Bed bed{300'000};
    bed.options.soup = UdpAddress{ipv4_loopback, 0};
    bed.open();
    SoupReader client{*bed.publisher->soup_address(), 1, 4096};
    read_late(bed, client);
    EXPECT_EQ(client.messages, bed.day);
    EXPECT_EQ(client.letters, "AZ");
}

TEST(Publisher, ASoupClientIsClosedWhenTheArchiveLostWhatItNeeds) {
    Bed bed{300'000};
    bed.options.soup = UdpAddress{ipv4_loopback, 0};
    bed.options.archive = {.bytes_max = 0, .segment_bytes = 0};
    bed.options.start_delay = 1ms;
    bed.open();
    SoupReader client{*bed.publisher->soup_address(), 1, 4096};
    while (client.letters.empty()) {
        bed.publisher->turn(bed.now);
        bed.reactor.poll();
        client.drain();
    }
    bed.now += 1ms;
    read_late(bed, client);
    EXPECT_LT(client.messages.size(), bed.day.size());
    EXPECT_TRUE(
        std::ranges::equal(client.messages, std::span{bed.day}.first(client.messages.size())));
    EXPECT_EQ(client.letters, "A") << "no end of the session, for it did not get there";
    EXPECT_EQ(bed.publisher->report().soup.behind, 1u);
}

TEST(Publisher, AClientThatHasYetToLogInMayDoSoInTheNextSession) {
    Bed bed{100};
    bed.options.soup = UdpAddress{ipv4_loopback, 0};
    bed.options.loop = true;
    bed.options.linger = 10ms;
    bed.open();
    SoupReader early{*bed.publisher->soup_address(), 1};
    SoupReader late{*bed.publisher->soup_address(), std::nullopt};
    while (bed.publisher->report().sessions < 3) {
        bed.turn();
        early.drain();
    }
    while (early.drain()) {
    }
    EXPECT_EQ(early.messages, bed.day);
    EXPECT_EQ(early.letters, "AZ");
    late.log_in(1);
    while (!late.closed) {
        bed.turn();
        late.drain();
    }
    EXPECT_EQ(late.messages, bed.day);
    EXPECT_EQ(late.letters, "AZ");
}

TEST(Publisher, WhatWaitsLongerThanTheArchiveKeepsItIsCounted) {
    Bed bed{100'000};
    bed.options.lines = {{.to = bed.a.address}, {.to = bed.b.address}};
    bed.options.line_b_delay = 1s;
    bed.options.archive = {.bytes_max = 0, .segment_bytes = 0};
    bed.open();
    bed.run();
    expect_day(bed.a.sessions.at("TODAY"), bed.day);
    EXPECT_LT(bed.b.sessions["TODAY"].size(), bed.day.size());
    const PublisherReport report = bed.publisher->report();
    EXPECT_GT(report.evicted, 0u);
    EXPECT_EQ(report.packets + report.evicted, report.lines.carried);
}

TEST(Publisher, ACaptureWithoutMessagesIsNotLoopedForEver) {
    Bed bed{100};
    auto file = replay::PcapWriter::create(bed.directory / "empty.pcap");
    ASSERT_TRUE(file);
    std::array<std::byte, 100> bytes;
    codecs::mold::PacketWriter heartbeat{bytes, "ONE", 1};
    file->write(after(0s), heartbeat.finish(), {});
    ASSERT_TRUE(file->finish());
    bed.options.capture = bed.directory / "empty.pcap";
    bed.options.loop = true;
    bed.open();
    bed.run();
    EXPECT_EQ(bed.a.ended_at.at("TODAY"), 1u);
    EXPECT_THAT(bed.publisher->trouble(), HasSubstr("empty.pcap: there are no messages"));
    EXPECT_FALSE(bed.publisher->damaged());
}

TEST(Publisher, SoupConnectionsAreLimited) {
    Bed bed{100};
    bed.options.soup = UdpAddress{ipv4_loopback, 0};
    bed.options.start_delay = 1s;
    bed.open();
    std::vector<SoupReader> clients;
    for (std::size_t i = 0; i < SoupServer::clients_max + 3; ++i) {
        clients.emplace_back(*bed.publisher->soup_address(), 1);
        bed.publisher->turn(bed.now);
        bed.reactor.poll();
    }
    for (int i = 0; i < 20; ++i) {
        bed.publisher->turn(bed.now);
        bed.reactor.poll();
    }
    EXPECT_EQ(bed.publisher->report().soup.connections, SoupServer::clients_max);
    EXPECT_EQ(bed.publisher->report().soup.refused, 3u);
}

TEST(Publisher, ASilentSoupClientIsDropped) {
    Bed bed{100};
    bed.options.soup = UdpAddress{ipv4_loopback, 0};
    bed.options.start_delay = 60s;
    bed.open();
    SoupReader client{*bed.publisher->soup_address(), 1};
    SoupReader vandal{*bed.publisher->soup_address(), 1};
    const std::array<std::byte, 2> zero_length{};
    ASSERT_EQ(::send(vandal.get(), zero_length.data(), 2, MSG_NOSIGNAL), 2);
    const book::TimeNs deadline = bed.now + 30s;
    while (bed.now < deadline) {
        bed.turn();
        client.drain();
        vandal.drain();
    }
    EXPECT_TRUE(client.closed);
    EXPECT_GT(client.letters.size(), 10u) << "heartbeats until then";
    EXPECT_EQ(bed.publisher->report().soup.faults, 2u);
}

TEST(Publisher, AStopEndsTheSessionSoon) {
    Bed bed{100'000};
    bed.options.pace = {.rate = 10'000};
    bed.open();
    while (bed.publisher->report().messages < 5'000)
        bed.turn();
    const book::TimeNs asked = bed.now;
    bed.publisher->stop(bed.now);
    bed.run();
    EXPECT_LE(bed.now - asked, 600ms);
    EXPECT_EQ(bed.a.ended_at.at("TODAY"), bed.a.sessions.at("TODAY").size() + 1);
    EXPECT_GE(bed.a.ends, 2u);
}

TEST(Publisher, EverySessionOfACaptureIsOne) {
    Bed bed{100};
    {
        auto file = replay::PcapWriter::create(bed.directory / "two.pcap");
        ASSERT_TRUE(file);
        for (const char* session : {"ONE", "TWO"}) {
            for (std::uint64_t i = 0; i < bed.day.size(); ++i) {
                std::array<std::byte, 100> bytes;
                codecs::mold::PacketWriter packet{
                    bytes, codecs::Alpha<10>{std::string_view{session}}, i + 1};
                ASSERT_TRUE(packet.append(bed.day[i]));
                file->write(after(0s), packet.finish(), {});
            }
        }
        ASSERT_TRUE(file->finish());
    }
    bed.options.capture = bed.directory / "two.pcap";
    bed.open();
    bed.run();
    ASSERT_EQ(bed.a.sessions.size(), 2u);
    expect_day(bed.a.sessions.at("TODAY"), bed.day);
    expect_day(bed.a.sessions.at("TODAY0002"), bed.day);
}

TEST(Publisher, PublishesWhatStandsBeforeDamage) {
    Bed bed{100};
    {
        std::ofstream file{bed.directory / "day.itch", std::ios::binary | std::ios::app};
        file << std::string("\0\0S\0", 4);
    }
    bed.options.loop = true;
    bed.open();
    bed.run();
    expect_day(bed.a.sessions.at("TODAY"), bed.day);
    EXPECT_TRUE(bed.publisher->damaged());
    EXPECT_THAT(bed.publisher->trouble(), HasSubstr("damaged framing at offset"));
}

TEST(Publisher, ALoopEndsWhereTheCaptureIsGone) {
    Bed bed{100};
    bed.options.loop = true;
    bed.open();
    std::filesystem::remove(bed.options.capture);
    bed.run();
    EXPECT_THAT(bed.publisher->trouble(), HasSubstr("day.itch"));
    EXPECT_FALSE(bed.publisher->damaged());
}

TEST(Publisher, PacketsTheKernelRefusesAreCounted) {
    Bed bed{100};
    // Broadcasts need a permission that is not asked for.
    bed.options.lines = {{.to = {Ipv4{0xFFFF'FFFF}, 9}}};
    bed.open();
    bed.run();
    const PublisherReport report = bed.publisher->report();
    EXPECT_EQ(report.packets, 0u);
    EXPECT_GT(report.send_failures, 0u);
    EXPECT_THAT(bed.publisher->send_trouble(), HasSubstr("udp://255.255.255.255:9: "));
}

TEST(Publisher, SaysWhatCannotBeOpened) {
    Bed bed{100};
    const auto why = [&](const PublisherOptions& options) {
        try {
            Publisher publisher{options, bed.reactor, bed.now};
        } catch (const std::runtime_error& error) {
            return std::string{error.what()};
        }
        return std::string{"nothing"};
    };
    PublisherOptions options = bed.options;
    options.requests = bed.b.address;
    EXPECT_EQ(why(options), "cannot bind " + to_string(bed.b.address) + ": Address already in use");
    options = bed.options;
    options.capture = bed.directory / "absent.itch";
    EXPECT_THAT(why(options), HasSubstr("absent.itch"));
    options = bed.options;
    options.lines = {{.to = {Ipv4{0xEF'FF'00'01}, 9}, .interface = Ipv4{0xC0'00'02'01}}};
    EXPECT_THAT(why(options),
                HasSubstr("cannot send to udp://239.255.0.1:9 by interface 192.0.2.1: "));
    EXPECT_EQ(why(bed.options), "nothing");
}

TEST(Publisher, MulticastArrivesOverTheLoopback) {
    Bed bed{500};
    const Ipv4 group{0xEF'FF'4D'57};
    Descriptor socket{::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    const sockaddr_in any = to_sockaddr({group, 0});
    ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any), 0);
    const ip_mreq join{any.sin_addr, to_sockaddr({ipv4_loopback, 0}).sin_addr};
    if (::setsockopt(socket.get(), IPPROTO_IP, IP_ADD_MEMBERSHIP, &join, sizeof join) != 0)
        GTEST_SKIP() << "this machine's loopback takes no multicast";
    bed.options.lines = {{.to = tests::address_of(socket)}};
    bed.open();
    bed.run();
    if (!bed.publisher->send_trouble().empty()) GTEST_SKIP() << bed.publisher->send_trouble();
    std::size_t packets = 0;
    std::array<std::byte, 2'000> datagram;
    while (::recv(socket.get(), datagram.data(), datagram.size(), 0) > 0)
        ++packets;
    EXPECT_EQ(packets, bed.publisher->report().packets);
}

}  // namespace
}  // namespace tickweir::gateway
