// Records that are not as they were written: what is wrong is told, or they say something else that
// would be written just so.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/support/seed.hpp"
#include "tests/venue_record/round_trip.hpp"

namespace tickweir::tests {
namespace {

/// Decodes anything; what can be decoded is encoded again. Answers whether it could.
bool decodes(Bytes payload) {
    DecodedCommand decoded;
    const std::string fault = decode_record(payload, decoded);
    DecodedCommand alone;
    const std::string head_fault = decode_command(payload, alone);
    if (!fault.empty()) {
        EXPECT_TRUE(fault.starts_with("byte ")) << fault;
        EXPECT_TRUE(head_fault.empty() || head_fault == fault) << head_fault << ", " << fault;
        if (head_fault.empty()) {
            EXPECT_FALSE(effects_text(alone.command, alone.effects).empty());
        }
        return false;
    }
    EXPECT_EQ(head_fault, "");
    Outcome outcome;
    EXPECT_EQ(decode_effects(decoded.command, decoded.effects, outcome.events), "");
    EXPECT_EQ(record_of(decoded.command, outcome), Record(payload.begin(), payload.end()));
    return true;
}

/// Some of each kind of command with what a venue answered.
std::vector<Record> some_records(std::uint64_t seed) {
    std::vector<Record> records;
    std::vector<unsigned> seen(std::variant_size_v<CommandBody>);
    std::vector<unsigned> kinds(15);
    for_each_executed(seed, 4'000, [&](const Command& command, const Outcome& outcome) {
        bool wanted = ++seen[command.body.index()] <= 2;
        for (const Event& event : outcome.events)
            wanted |= ++kinds[static_cast<std::size_t>(event.kind)] <= 2;
        if (wanted) records.push_back(record_of(command, outcome));
    });
    return records;
}

TEST(RecordDamageTest, NoTruncatedRecordDecodes) {
    for (const Record& record : some_records(test_seed())) {
        ASSERT_TRUE(decodes(record));
        for (std::size_t bytes = 0; bytes < record.size() && !HasFailure(); ++bytes)
            EXPECT_FALSE(decodes(Bytes{record}.first(bytes)));
        Record longer = record;
        longer.push_back(std::byte{0});
        EXPECT_FALSE(decodes(longer));
    }
}

TEST(RecordDamageTest, ARecordWithAnyByteChangedIsRefusedOrMeansWhatItSays) {
    std::size_t changes = 0;
    std::size_t decoded = 0;
    for (Record record : some_records(test_seed()))
        for (std::size_t at = 0; at < record.size() && !HasFailure(); ++at) {
            const std::byte was = record[at];
            for (unsigned value = 0; value < 256; ++value) {
                record[at] = static_cast<std::byte>(value);
                decoded += decodes(record);
                ++changes;
            }
            record[at] = was;
        }
    EXPECT_GT(decoded, changes / 20);
    EXPECT_LT(decoded, changes);
}

TEST(RecordDamageTest, RandomBytesAreRefusedOrMeanWhatTheySay) {
    std::mt19937_64 random{test_seed()};
    Record record;
    for (int i = 0; i < 100'000 && !HasFailure(); ++i) {
        record.resize(random() % 80);
        for (std::byte& byte : record)
            byte = static_cast<std::byte>(random() % 4 == 0 ? random() : random() % 4);
        if (!record.empty()) record[0] = std::byte{command_record_version};
        decodes(record);
    }
}

std::string fault_of(Record record) {
    DecodedCommand decoded;
    return decode_record(record, decoded);
}

TEST(RecordDamageTest, SaysWhatIsWrongAndWhere) {
    NewOrder order;
    order.client_id = ClientOrderId{"abc"};
    order.price = Price{5};
    const Command command = command_of(order);
    const Record record = record_of(command, {});
    const auto with = [&](std::size_t at, unsigned value) {
        Record changed = record;
        changed[at] = static_cast<std::byte>(value);
        return fault_of(std::move(changed));
    };
    EXPECT_EQ(fault_of({}), "byte 0: version is cut off");
    EXPECT_EQ(with(0, 2), "byte 0: version 2");
    EXPECT_EQ(with(1, 14), "byte 1: kind of command 14");
    EXPECT_EQ(with(1, 0x60), "byte 1: class 6");
    const std::size_t flags = 1 + 1 + 1 + 1 + 1 + 8 + 2;
    EXPECT_EQ(with(flags, 0x38), "byte 15: time in force 7");
    EXPECT_EQ(with(flags + 2, 37), "byte 17: client id 37");
    EXPECT_EQ(with(record.size() - 1, 3 << 1 | 1), "byte 25: count of events 3");
    EXPECT_EQ(fault_of(Record(record.begin(), record.begin() + 19)),
              "byte 18: client id is cut off");
    Record twice = record;
    twice[2] = std::byte{3 << 2 | 2};
    twice.insert(twice.begin() + 3, std::byte{0});
    EXPECT_EQ(fault_of(twice), "byte 2: session 3 in more bytes than it needs");
    EXPECT_EQ(fault_of(Record(log::payload_bytes_max + 1)), "byte 0: payload bytes 65385");
}

TEST(RecordDamageTest, SaysWhatIsWrongWithEffects) {
    const Command command = command_of(Halt{InstrumentId{1}});
    Outcome outcome;
    outcome.events.resize(1);
    outcome.events[0].kind = EventKind::state;
    outcome.events[0].market_state = MarketState::halted;
    outcome.events[0].instrument = InstrumentId{2};
    outcome.events[0].session = command.envelope.session;
    outcome.events[0].sequence = command.envelope.sequence;
    outcome.events[0].time = command.envelope.time;
    const Record effects = effects_of(command, outcome);
    ASSERT_EQ(effects.size(), 1U + 2 + 2 + 1 + 1);
    const auto with = [&](std::size_t at, unsigned value) {
        Record changed = effects;
        changed[at] = static_cast<std::byte>(value);
        std::vector<Event> events;
        return decode_effects(command, changed, events);
    };
    EXPECT_EQ(with(1, 0x2F), "byte 1: event kind 15");
    EXPECT_EQ(with(6, 1), "byte 6: instrument is written though it follows");
    EXPECT_EQ(with(5, 0), "byte 5: list of further fields is written though it follows");
    EXPECT_EQ(with(1, 0x3D), "byte 1: event of order 1");
    EXPECT_EQ(with(0, 1), "byte 1: bytes behind the last event 6");
}

}  // namespace
}  // namespace tickweir::tests
