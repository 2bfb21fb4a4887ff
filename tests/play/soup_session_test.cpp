// SoupBinTCP clients of a published feed, as bytes: logins, replay from any message, the end.
#include "gateway/play/soup_session.hpp"

#include <gtest/gtest.h>

#include "codecs/soup/framing.hpp"
#include "tests/play/support.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::gateway {
namespace {

using namespace std::chrono_literals;
using codecs::soup::PacketType;
using tests::after;
using tests::fill;
using tests::from_to;
using tests::number_of;

const codecs::Alpha<10> today{"TODAY"};

/// What a client reads: letters of the packets that are no messages, and numbers of those that are.
struct Read {
    std::string packets;
    std::vector<std::uint64_t> numbers;
    std::uint64_t accepted_sequence = 0;
    std::string accepted_session;
};

/// A session with its feed, single-stepped.
struct Bed {
    explicit Bed(std::uint64_t messages = 0, SoupAccess wanted = {}) : access{std::move(wanted)} {
        fill(archive, messages);
        published = messages + 1;
    }

    PublishedSession feed() const { return {today, archive, published, over}; }
    void publish(std::uint64_t messages) {
        fill(archive, messages);
        published = archive.next_sequence();
    }

    void log_in(std::uint64_t sequence, std::string_view name = "", std::string_view user = "u",
                std::string_view password = "p") {
        const codecs::soup::LoginRequest request{
            codecs::Alpha<6>{user}, codecs::Alpha<10>{password}, codecs::Alpha<10>{name}, sequence};
        std::array<std::byte, 64> bytes;
        const std::size_t length = codecs::soup::write_packet(bytes, request);
        give(codecs::Bytes{bytes}.first(length));
    }
    void give(codecs::Bytes bytes) {
        EXPECT_EQ(session.on_bytes(bytes, feed(), now), bytes.size());
    }
    /// Reads at most so many bytes of what comes.
    void read(std::size_t bytes_max) {
        session.fill(feed(), now);
        const codecs::Bytes output = session.pending_output();
        const std::size_t bytes = std::min(bytes_max, output.size());
        stream.insert(stream.end(), output.begin(),
                      output.begin() + static_cast<std::ptrdiff_t>(bytes));
        session.drained(bytes);
    }
    /// Reads all there is, and tells what it was since the beginning.
    Read read_all() {
        std::size_t before = 0;
        do {
            before = stream.size();
            read(~std::size_t{0});
        } while (stream.size() != before);
        return parse();
    }
    Read parse() const {
        Read read;
        codecs::soup::PacketCursor cursor{stream};
        codecs::soup::Packet packet;
        while (cursor.next(packet) == codecs::soup::FrameStatus::packet) {
            if (packet.type == PacketType::sequenced) {
                read.numbers.push_back(number_of(packet.payload));
                continue;
            }
            read.packets += codecs::soup::letter(packet.type);
            if (const auto answer = packet.as<codecs::soup::LoginAccepted>()) {
                read.accepted_sequence = *answer->sequence.number();
                const codecs::soup::Session name = answer->session;
                read.accepted_session = name.view();
            }
            if (const auto answer = packet.as<codecs::soup::LoginRejected>())
                read.packets += static_cast<char>(answer->reason);
        }
        EXPECT_EQ(cursor.position(), stream.size());
        return read;
    }

    MessageArchive archive{{.bytes_max = 2 * ArchiveLimits::segment_bytes_min,
                            .segment_bytes = ArchiveLimits::segment_bytes_min}};
    std::uint64_t published = 1;
    bool over = false;
    SoupAccess access;
    book::TimeNs now = after(0s);
    SoupSession session{access, now};
    std::vector<std::byte> stream;
};

TEST(SoupSession, ReplaysFromTheMessageThatWasAskedFor) {
    Bed bed{5'000};
    EXPECT_FALSE(bed.session.live());
    bed.log_in(4'001);
    const Read read = bed.read_all();
    EXPECT_EQ(read.packets, "A");
    EXPECT_EQ(read.accepted_sequence, 4'001u);
    EXPECT_EQ(read.accepted_session, "TODAY");
    EXPECT_EQ(read.numbers, from_to(4'001, 5'000));
    EXPECT_EQ(bed.session.messages_sent(), 1'000u);
    bed.publish(3);
    EXPECT_EQ(bed.read_all().numbers, from_to(4'001, 5'003)) << "then it is live";
}

TEST(SoupSession, NumberZeroBeginsNow) {
    Bed bed{100};
    bed.log_in(0, "TODAY");
    EXPECT_EQ(bed.read_all().accepted_sequence, 101u);
    bed.publish(2);
    EXPECT_EQ(bed.read_all().numbers, from_to(101, 102));
}

TEST(SoupSession, TellsOnlyWhatWasPublished) {
    Bed bed{100};
    bed.published = 51;
    bed.log_in(41);
    EXPECT_EQ(bed.read_all().numbers, from_to(41, 50));
    bed.published = 61;
    EXPECT_EQ(bed.read_all().numbers, from_to(41, 60));
}

TEST(SoupSession, RefusesLoginsAndSaysWhy) {
    const SoupAccess access{"Alice", "Secret"};
    const auto answer = [&](std::uint64_t sequence, std::string_view name, std::string_view user,
                            std::string_view password) {
        Bed bed{30'000, access};
        bed.log_in(sequence, name, user, password);
        const std::string packets = bed.read_all().packets;
        EXPECT_EQ(bed.session.finished(), packets != "A");
        EXPECT_EQ(bed.session.end(), packets == "A" ? SoupEnd::none : SoupEnd::rejected);
        return packets;
    };
    EXPECT_EQ(answer(30'000, "TODAY", "ALICE", "secret"), "A");
    EXPECT_EQ(answer(30'001, "", "alice", "SECRET"), "A") << "the message to come";
    EXPECT_EQ(answer(30'000, "", "alice", "secreT1"), "JA");
    EXPECT_EQ(answer(30'000, "", "bob", "secret"), "JA");
    EXPECT_EQ(answer(30'000, "", "", ""), "JA");
    EXPECT_EQ(answer(30'000, "OTHER", "alice", "secret"), "JS");
    EXPECT_EQ(answer(30'002, "", "alice", "secret"), "JS") << "beyond the message to come";
    EXPECT_EQ(answer(1, "", "alice", "secret"), "JS") << "the archive lost it";
}

TEST(SoupSession, EndsWhenEverythingWasTold) {
    Bed bed{10};
    bed.log_in(1);
    bed.over = true;
    const Read read = bed.read_all();
    EXPECT_EQ(read.numbers, from_to(1, 10));
    EXPECT_EQ(read.packets, "AZ");
    EXPECT_TRUE(bed.session.finished());
    EXPECT_EQ(bed.session.end(), SoupEnd::complete);
}

TEST(SoupSession, ASlowClientLagsAndLosesNothing) {
    Bed bed{0};
    bed.log_in(1);
    for (int step = 0; step < 200; ++step) {
        bed.publish(10);
        bed.read(100);
        EXPECT_LT(bed.session.pending_output().size(), 256u * 1024);
    }
    EXPECT_EQ(bed.read_all().numbers, from_to(1, 2'000));
}

TEST(SoupSession, IsOverWhenTheArchiveLostWhatItNeeds) {
    Bed bed{10};
    bed.log_in(1);
    bed.read(1);
    bed.publish(30'000);
    bed.read(1'000'000);
    bed.read(1'000'000);
    EXPECT_TRUE(bed.session.finished());
    EXPECT_EQ(bed.session.end(), SoupEnd::behind);
}

TEST(SoupSession, SendsHeartbeatsAndWantsThem) {
    Bed bed{0};
    bed.log_in(1);
    for (auto time = 0ms; time <= 3'500ms; time += 100ms) {
        bed.now = after(time);
        bed.session.on_tick(bed.now);
        bed.read(~std::size_t{0});
    }
    EXPECT_EQ(bed.parse().packets, "AHHH");
    ASSERT_TRUE(bed.session.next_due());
    bed.now = after(60s);
    bed.session.on_tick(bed.now);
    EXPECT_TRUE(bed.session.finished());
    EXPECT_EQ(bed.session.end(), SoupEnd::fault);
}

TEST(SoupSession, ALogoutIsTheEnd) {
    Bed bed{5};
    bed.log_in(1);
    bed.read_all();
    std::array<std::byte, 3> bytes;
    ASSERT_EQ(codecs::soup::write_packet(bytes, PacketType::logout, {}), bytes.size());
    bed.give(bytes);
    EXPECT_TRUE(bed.session.finished());
    EXPECT_EQ(bed.session.end(), SoupEnd::logout);
    EXPECT_FALSE(bed.session.fill(bed.feed(), bed.now));
}

TEST(SoupSession, RandomBytesEndItAndNothingElse) {
    std::mt19937_64 random{tests::test_seed()};
    for (int round = 0; round < 500; ++round) {
        Bed bed{10};
        if (random() % 2 == 0) bed.log_in(1 + random() % 11);
        std::vector<std::byte> bytes(random() % 300);
        for (std::byte& byte : bytes)
            byte = static_cast<std::byte>(random() % 4 == 0 ? random() % 256 : random() % 3);
        EXPECT_LE(bed.session.on_bytes(bytes, bed.feed(), bed.now), bytes.size());
        bed.read(100'000);
    }
}

TEST(SoupSession, FromAnyMessageAtAnySpeedItIsTheSameFeed) {
    std::mt19937_64 random{tests::test_seed()};
    for (int round = 0; round < 50; ++round) {
        Bed bed{random() % 2'000};
        const std::uint64_t first = 1 + random() % bed.published;
        bed.log_in(first);
        while (bed.published < 3'000) {
            bed.publish(random() % 200);
            bed.read(random() % 6'000);
        }
        bed.over = true;
        const Read read = bed.read_all();
        ASSERT_EQ(read.numbers, from_to(first, bed.published - 1));
        ASSERT_EQ(read.packets, "AZ");
    }
}

}  // namespace
}  // namespace tickweir::gateway
