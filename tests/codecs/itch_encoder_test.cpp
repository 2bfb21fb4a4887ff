// Framed messages out: what is written, and what is refused when the buffer is short.
#include "codecs/itch/encoder.hpp"

#include <gtest/gtest.h>

#include <type_traits>

#include "codecs/itch/framing.hpp"
#include "tests/codecs/wire.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::codecs::itch {
namespace {

using tests::Buffer;
using tests::copy_of;

TEST(FrameWriter, WritesEveryTypeSoThatTheCursorGivesItBack) {
    tests::Random random{tests::test_seed()};
    for_each_message_type([&]<class M>(std::type_identity<M>) {
        Buffer out(frame_length<M>);
        const M message = tests::random_message<M>(random);
        FrameWriter writer{out};
        ASSERT_TRUE(writer.append(message));
        FrameCursor cursor{writer.written()};
        Bytes back;
        ASSERT_EQ(cursor.next(back), FrameStatus::message);
        EXPECT_EQ(copy_of(back), copy_of(as_bytes(message)));
        EXPECT_EQ(cursor.next(back), FrameStatus::end);
    });
}

TEST(FrameWriter, StampsTheTypeWhateverTheFieldHolds) {
    Buffer out(frame_length<OrderDelete>);
    ASSERT_EQ(write_frame(out, OrderDelete{.type = '?', .order_ref = 1}), out.size());
    EXPECT_EQ(out, tests::hex_bytes("0013 44 0000 0000 000000000000 0000000000000001"));
}

TEST(FrameWriter, RefusesAFrameThatDoesNotFitAndKeepsTheRest) {
    for_each_message_type([&]<class M>(std::type_identity<M>) {
        for (std::size_t length = 0; length < frame_length<M>; ++length) {
            Buffer out = tests::untouched(length);
            EXPECT_EQ(write_frame(out, M{}), 0u);
            FrameWriter writer{out};
            EXPECT_FALSE(writer.append(M{}));
            EXPECT_FALSE(writer.append(as_bytes(M{})));
            EXPECT_TRUE(writer.written().empty());
            EXPECT_EQ(out, tests::untouched(length));
        }
    });
    Buffer out(30);
    FrameWriter writer{out};
    ASSERT_TRUE(writer.append(OrderDelete{.order_ref = 1}));
    const Buffer before = copy_of(writer.written());
    EXPECT_FALSE(writer.append(OrderDelete{.order_ref = 2}));
    EXPECT_EQ(copy_of(writer.written()), before);
    writer.clear();
    EXPECT_TRUE(writer.written().empty());
    EXPECT_TRUE(writer.append(OrderDelete{.order_ref = 2}));
}

TEST(FrameWriter, FramesRawBytesOfALengthThatTwoBytesCanTell) {
    Buffer out(70'000);
    FrameWriter writer{out};
    EXPECT_FALSE(writer.append(Bytes{}));
    EXPECT_FALSE(writer.append(Buffer(65'536)));
    EXPECT_TRUE(writer.written().empty());
    ASSERT_TRUE(writer.append(Buffer(65'535)));
    ASSERT_TRUE(writer.append(tests::text_bytes("abc")));
    EXPECT_EQ(copy_of(writer.written().last(5)), tests::hex_bytes("0003 616263"));
}

}  // namespace
}  // namespace tickweir::codecs::itch
