#include <gmock/gmock.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "codecs/itch/messages.hpp"
#include "replay/simulator.hpp"
#include "tests/replay/simulator_checks.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::tests {
namespace {

using replay::Profile;
using replay::Simulator;
using replay::SimulatorOptions;
using testing::IsEmpty;

std::vector<std::byte> bytes_of(const SimulatorOptions& options, std::size_t buffer_bytes) {
    auto simulator = Simulator::create(options);
    std::vector<std::byte> all;
    std::vector<std::byte> buffer(buffer_bytes);
    while (const std::size_t bytes = simulator->fill(buffer))
        all.insert(all.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(bytes));
    return all;
}

/// FNV-1a, 64 bits.
std::uint64_t fingerprint(const std::vector<std::byte>& bytes) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const std::byte byte : bytes)
        hash = (hash ^ static_cast<std::uint64_t>(byte)) * 0x100000001b3;
    return hash;
}

SimulatorOptions small(Profile profile) {
    SimulatorOptions options;
    options.seed = 7;
    options.instruments = 50;
    options.messages = 100'000;
    options.profile = profile;
    return options;
}

constexpr std::size_t big_buffer = std::size_t{1} << 20;

TEST(Simulator, GivesTheSameBytesForTheSameSeed) {
    SimulatorOptions options = small(Profile::open);
    options.seed = test_seed();
    EXPECT_EQ(bytes_of(options, big_buffer), bytes_of(options, big_buffer));
}

TEST(Simulator, GivesOtherBytesForAnotherSeed) {
    SimulatorOptions options = small(Profile::open);
    const std::vector<std::byte> first = bytes_of(options, big_buffer);
    ++options.seed;
    EXPECT_NE(first, bytes_of(options, big_buffer));
}

TEST(Simulator, GivesTheSameBytesOnEveryMachine) {
    EXPECT_EQ(fingerprint(bytes_of(small(Profile::calm), big_buffer)), 0x361bb398a3963760U);
    EXPECT_EQ(fingerprint(bytes_of(small(Profile::open), big_buffer)), 0x12a23a96d66bbd31U);
    EXPECT_EQ(fingerprint(bytes_of(small(Profile::volatile_), big_buffer)), 0x88ea8522497a4c94U);
    EXPECT_EQ(fingerprint(bytes_of(small(Profile::crash), big_buffer)), 0xb268e949dc6d2c1cU);
}

TEST(Simulator, GivesTheSameMessagesInAnyPortion) {
    const std::vector<std::byte> whole = bytes_of(small(Profile::calm), big_buffer);
    EXPECT_EQ(whole, bytes_of(small(Profile::calm), Simulator::frame_bytes_max));
    EXPECT_EQ(whole, bytes_of(small(Profile::calm), 1'000));

    auto simulator = Simulator::create(small(Profile::calm));
    std::vector<std::byte> joined;
    for (codecs::Bytes message = simulator->next(); !message.empty(); message = simulator->next()) {
        joined.push_back(std::byte{0});
        joined.push_back(static_cast<std::byte>(message.size()));
        joined.insert(joined.end(), message.begin(), message.end());
    }
    EXPECT_EQ(whole, joined);
}

TEST(Simulator, GivesNothingIntoABufferThatIsTooShort) {
    auto simulator = Simulator::create(small(Profile::calm));
    std::vector<std::byte> buffer(Simulator::frame_bytes_max - 1);
    EXPECT_EQ(simulator->fill(buffer), 0U);
    buffer.resize(Simulator::frame_bytes_max);
    EXPECT_GT(simulator->fill(buffer), 0U);
}

TEST(Simulator, FramesEveryMessageWithinItsBound) {
    std::size_t longest = 0;
    itch::for_each_message_type([&]<class M>(std::type_identity<M>) {
        longest = std::max(longest, sizeof(codecs::be16) + sizeof(M));
    });
    EXPECT_EQ(longest, Simulator::frame_bytes_max);
}

TEST(Simulator, MakesExactlyTheMessagesAskedFor) {
    for (const std::uint32_t instruments : {1U, 2U, 3U, 20U, 300U}) {
        const std::uint64_t least = Simulator::messages_min(instruments);
        for (const std::uint64_t messages : {least, least + 1, least + 7, least + 100, least + 999,
                                             least + 1'000, least + 30'000}) {
            SimulatorOptions options;
            options.instruments = instruments;
            options.messages = messages;
            options.profile = Profile::crash;
            const SimulatedDay day = play(options);
            EXPECT_EQ(day.messages, messages) << instruments << " instruments";
            EXPECT_THAT(day.faults, IsEmpty());
            EXPECT_EQ(day.by_type.at('R'), instruments);
            EXPECT_EQ(day.by_type.at('S'), 6U);
        }
    }
}

TEST(Simulator, RefusesFewerMessagesThanASessionTakes) {
    SimulatorOptions options;
    options.instruments = 20;
    options.messages = 106;
    const auto refused = Simulator::create(options);
    ASSERT_TRUE(refused.has_error());
    EXPECT_EQ(refused.error(), "messages must be at least 107 for 20 instruments, got 106");
    options.messages = 107;
    EXPECT_TRUE(Simulator::create(options).has_value());
}

TEST(Simulator, RefusesInstrumentsThatHaveNoLocate) {
    SimulatorOptions options;
    options.instruments = 0;
    EXPECT_EQ(Simulator::create(options).error(), "instruments must be 1 to 65535, got 0");
    options.instruments = 65'536;
    EXPECT_EQ(Simulator::create(options).error(), "instruments must be 1 to 65535, got 65536");
}

TEST(Simulator, RefusesMoreLiveOrdersThanItCanHold) {
    SimulatorOptions options;
    options.live_orders = SimulatorOptions::live_orders_max + 1;
    EXPECT_EQ(Simulator::create(options).error(),
              "live orders must be at most 50000000, got 50000001");
}

TEST(Simulator, SendsTheEventsOfTheDayInTheirOrder) {
    std::string events;
    auto simulator = Simulator::create(small(Profile::calm));
    std::byte last{};
    for (codecs::Bytes message = simulator->next(); !message.empty(); message = simulator->next()) {
        last = message.front();
        if (last == std::byte{'S'}) events += static_cast<char>(message.back());
    }
    EXPECT_EQ(events, "OSQMEC");
    EXPECT_EQ(last, std::byte{'S'});
}

TEST(Profile, IsFoundByItsName) {
    for (const Profile profile : {Profile::calm, Profile::open, Profile::volatile_, Profile::crash})
        EXPECT_EQ(replay::profile_named(to_string(profile)), profile);
    EXPECT_EQ(replay::profile_named("quiet"), std::nullopt);
}

}  // namespace
}  // namespace tickweir::tests
