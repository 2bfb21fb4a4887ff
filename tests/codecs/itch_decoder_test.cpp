// Decoding: every type, every truncation, every type byte at every length, and bytes of chance.
#include "codecs/itch/decoder.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <type_traits>

#include "tests/codecs/wire.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::codecs::itch {
namespace {

using tests::Buffer;
using tests::copy_of;

/// Counts the messages it is shown, of whatever type, and remembers the last one's bytes.
struct Recorder {
    template <Message M>
    void operator()(const M& message) {
        ++seen;
        last = as_bytes(message);
    }
    int seen = 0;
    Bytes last;
};

TEST(Decoder, GivesBackEveryTypeFieldByField) {
    tests::Random random{tests::test_seed()};
    for_each_message_type([&]<class M>(std::type_identity<M>) {
        for (int i = 0; i < 200; ++i) {
            const M sent = tests::random_message<M>(random);
            const Buffer wire = copy_of(as_bytes(sent));
            std::optional<M> received;
            ASSERT_EQ(decode(wire, [&](const M& message) { received = message; }),
                      DecodeStatus::ok);
            ASSERT_EQ(received, sent);
        }
    });
}

TEST(Decoder, ShowsTheCallersBytesWithoutACopy) {
    const Buffer wire = copy_of(as_bytes(OrderDelete{.order_ref = 9}));
    Recorder recorder;
    ASSERT_EQ(decode(wire, recorder), DecodeStatus::ok);
    EXPECT_EQ(recorder.last.data(), wire.data());
    EXPECT_EQ(recorder.last.size(), wire.size());
}

TEST(Decoder, RefusesAllTruncationsOfAllTypes) {
    for_each_message_type([&]<class M>(std::type_identity<M>) {
        for (std::size_t length = 0; length < sizeof(M); ++length) {
            const Buffer cut = copy_of(as_bytes(M{}).first(length));
            Recorder recorder;
            EXPECT_EQ(decode(cut, recorder),
                      length == 0 ? DecodeStatus::empty : DecodeStatus::bad_length);
            EXPECT_EQ(recorder.seen, 0);
        }
    });
}

TEST(Decoder, TakesATypeAtItsOwnLengthOnly) {
    for (int byte = 0; byte < 256; ++byte) {
        const char type = static_cast<char>(byte);
        for (std::size_t length = 0; length <= 64; ++length) {
            Buffer message(length);
            if (length > 0) message[0] = static_cast<std::byte>(type);
            Recorder recorder;
            const DecodeStatus status = decode(message, recorder);
            const DecodeStatus expected = length == 0                 ? DecodeStatus::empty
                                          : message_length(type) == 0 ? DecodeStatus::unknown_type
                                          : message_length(type) != length
                                              ? DecodeStatus::bad_length
                                              : DecodeStatus::ok;
            ASSERT_EQ(status, expected) << "type " << byte << " length " << length;
            ASSERT_EQ(recorder.seen, expected == DecodeStatus::ok ? 1 : 0);
        }
    }
}

TEST(Decoder, ShowsAMessageExactlyWhenItSaysOkForAnyBytes) {
    tests::Random random{tests::test_seed()};
    for (int i = 0; i < 100'000; ++i) {
        const Buffer noise = tests::random_bytes(random, tests::below(random, 65));
        Recorder recorder;
        const DecodeStatus status = decode(noise, recorder);
        ASSERT_EQ(recorder.seen, status == DecodeStatus::ok ? 1 : 0);
    }
}

TEST(Decoder, PassesByTypesTheVisitorDoesNotTakeButChecksThem) {
    int deletes = 0;
    const auto visit = [&](const OrderDelete&) { ++deletes; };
    EXPECT_EQ(decode(as_bytes(AddOrder{}), visit), DecodeStatus::ok);
    EXPECT_EQ(decode(as_bytes(AddOrder{}).first(35), visit), DecodeStatus::bad_length);
    EXPECT_EQ(deletes, 0);
    EXPECT_EQ(decode(as_bytes(OrderDelete{}), visit), DecodeStatus::ok);
    EXPECT_EQ(deletes, 1);
}

TEST(DecodeStatus, HasANameForReports) {
    EXPECT_EQ(to_string(DecodeStatus::ok), "ok");
    EXPECT_EQ(to_string(DecodeStatus::empty), "empty");
    EXPECT_EQ(to_string(DecodeStatus::unknown_type), "unknown_type");
    EXPECT_EQ(to_string(DecodeStatus::bad_length), "bad_length");
    EXPECT_EQ(to_string(static_cast<DecodeStatus>(99)), "?");
}

}  // namespace
}  // namespace tickweir::codecs::itch
