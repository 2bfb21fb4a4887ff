// Sessions' numbers as bytes of the log and as text beside it: what is written reads back, and
// nothing else does.
#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "gateway/venue/session_record.hpp"
#include "gateway/venue/stored_sessions.hpp"
#include "tests/support/fault_files.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::gateway {
namespace {

using fix::NumberBlock;

constexpr book::TimeNs monday{std::chrono::seconds{1'700'000'000}};
const NumberBlock block{monday, 57'001, {42, 3}};

std::vector<std::byte> record_of(std::string_view name, const NumberBlock& of) {
    std::vector<std::byte> bytes(session_record_bytes(name));
    encode_session_record(bytes, name, of);
    return bytes;
}

// ------------------------------------------------------------------------------------- records

TEST(SessionRecordTest, ReadsBackWhatWasWritten) {
    for (const std::string& name : {std::string{"A"}, std::string(session_name_bytes_max, 'n')})
        for (const NumberBlock& of :
             {block, NumberBlock{book::TimeNs::max(), fix::numbers_end, fix::all_told},
              NumberBlock{book::TimeNs::min(), 1, {}}}) {
            const std::vector<std::byte> bytes = record_of(name, of);
            SessionRecord read;
            EXPECT_EQ(decode_session_record(bytes, read), "");
            EXPECT_EQ(read.name, name);
            EXPECT_EQ(read.block, of);
        }
}

TEST(SessionRecordTest, SaysWhatIsWrong) {
    const std::vector<std::byte> bytes = record_of("CLIENT1", block);
    SessionRecord read;
    for (std::size_t length = 0; length < bytes.size(); ++length)
        EXPECT_NE(decode_session_record(std::span{bytes}.first(length), read), "") << length;
    std::vector<std::byte> longer = bytes;
    longer.push_back(std::byte{0});
    EXPECT_EQ(decode_session_record(longer, read),
              "a session's record of 38 bytes with a name of 7");
    std::vector<std::byte> other = bytes;
    other[0] = std::byte{2};
    EXPECT_EQ(decode_session_record(other, read), "a session's record of version 2");
    EXPECT_EQ(decode_session_record(record_of("A", {monday, 0, {}}), read),
              "a session's record with bound 0");
    EXPECT_EQ(decode_session_record(record_of("A", {monday, fix::numbers_end + 1, {}}), read),
              "a session's record with bound 1000000001");
}

TEST(SessionRecordTest, TakesAnyBytes) {
    std::mt19937_64 random{tests::test_seed()};
    SessionRecord read;
    for (int i = 0; i < 20'000; ++i) {
        std::vector<std::byte> bytes(random() % 64);
        for (std::byte& byte : bytes)
            byte = static_cast<std::byte>(random() % (i % 2 == 0 ? 256 : 4));
        if (!decode_session_record(bytes, read).empty()) continue;
        EXPECT_EQ(record_of(read.name, read.block), bytes);
    }
}

TEST(SessionRecordTest, IsTheOnlyOneOfTheHosts) {
    const std::vector<std::byte> bytes = record_of("A", block);
    txn::log::RecordView record{
        .lsn = txn::log::Lsn{1}, .type = session_record_type, .payload = bytes};
    EXPECT_EQ(check_host_record(record), "");
    record.type = 17;
    EXPECT_EQ(check_host_record(record), "is of type 17, which nobody here knows");
    record.type = session_record_type;
    record.payload = record.payload.first(1);
    EXPECT_EQ(check_host_record(record), "is a session's record of 1 bytes");
}

// ------------------------------------------------------------------------------------- the copy

TEST(StoredSessionsTest, KeepsTheNewerBlockOfEachSession) {
    SessionBlocks blocks;
    add_newer(blocks, "A", block);
    add_newer(blocks, "A", {monday, 1'001, {1, 1}});
    add_newer(blocks, "B", {monday, 1'001, {}});
    EXPECT_EQ(blocks, (SessionBlocks{{"A", block}, {"B", {monday, 1'001, {}}}}));
    add_newer(blocks, "A", {monday + std::chrono::hours{1}, 1'001, {50, 1}});
    EXPECT_EQ(blocks.at("A").bound, 1'001u);
}

TEST(StoredSessionsTest, ReadsBackWhatWasWritten) {
    for (const SessionBlocks& blocks :
         {SessionBlocks{}, SessionBlocks{{"A", block}},
          SessionBlocks{{"A", block},
                        {"B-2_c", {book::TimeNs{}, fix::numbers_end, fix::all_told}}}})
        EXPECT_EQ(parse_blocks(blocks_text(blocks)), blocks);
    EXPECT_EQ(blocks_text({{"A", block}}).substr(0, 44),
              "session A 1700000000000000000 57001 42 3\nend");
}

TEST(StoredSessionsTest, ReadsNothingElse) {
    const std::string text = blocks_text({{"A", block}, {"B", block}});
    for (std::size_t length = 0; length < text.size(); ++length)
        EXPECT_EQ(parse_blocks(text.substr(0, length)), std::nullopt) << length;
    for (std::size_t at = 0; at < text.size(); ++at) {
        std::string other = text;
        other[at] = static_cast<char>(other[at] ^ 1);
        EXPECT_EQ(parse_blocks(other), std::nullopt) << at;
    }
    EXPECT_EQ(parse_blocks(text + "\n"), std::nullopt);
}

TEST(StoredSessionsTest, IsThereOrNotAfterPowerFailed) {
    const SessionBlocks before{{"A", {monday, 1'001, {}}}};
    const SessionBlocks after{{"A", block}};
    for (std::uint64_t stop = 0; stop < 12; ++stop) {
        tests::FaultFiles files;
        ASSERT_EQ(write_blocks(files, "", before), "");
        files.stop_at(files.operations() + stop);
        const bool written = write_blocks(files, "", after).empty();
        files.crash(stop);
        const ReadBlocks read = read_blocks(files, "");
        EXPECT_TRUE(read.whole) << read.fault;
        EXPECT_TRUE(read.blocks == after || (!written && read.blocks == before)) << stop;
    }
}

TEST(StoredSessionsTest, TellsAMissingCopyFromADamagedOne) {
    tests::FaultFiles files;
    ReadBlocks read = read_blocks(files, "");
    EXPECT_FALSE(read.whole);
    EXPECT_EQ(read.fault, "");
    ASSERT_EQ(write_blocks(files, "", {{"A", block}}), "");
    ASSERT_TRUE(files.flip_bit("/venue.sessions", 100));
    read = read_blocks(files, "");
    EXPECT_FALSE(read.whole);
    EXPECT_EQ(read.fault, "/venue.sessions is not as it was written");
    EXPECT_TRUE(read.blocks.empty());
}

}  // namespace
}  // namespace tickweir::gateway
