// Framing: splits at every byte, and what a length of zero means.
#include "codecs/itch/framing.hpp"

#include <gtest/gtest.h>

#include <type_traits>
#include <vector>

#include "tests/codecs/wire.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::codecs::itch {
namespace {

using tests::Buffer;
using tests::copy_of;
using tests::framed;
using tests::hex_bytes;

/// Everything a cursor finds before it stops.
struct Found {
    std::vector<Buffer> messages;
    int end_markers = 0;
    FrameStatus stopped = FrameStatus::end;
    std::size_t position = 0;
    friend bool operator==(const Found&, const Found&) = default;
};

void collect(FrameCursor& cursor, Found& found) {
    for (;;) {
        Bytes message;
        const FrameStatus status = cursor.next(message);
        if (status == FrameStatus::message) {
            found.messages.push_back(copy_of(message));
        } else if (status == FrameStatus::end_marker) {
            ++found.end_markers;
        } else {
            found.stopped = status;
            return;
        }
    }
}

Found found_in(const Buffer& bytes, Input input) {
    Found found;
    FrameCursor cursor{bytes, input};
    collect(cursor, found);
    found.position = cursor.position();
    return found;
}

/// The same bytes, of which the first `split` come first and the rest later.
Found found_in_two(const Buffer& bytes, std::size_t split) {
    const Buffer first{bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(split)};
    Found found;
    FrameCursor cursor{first, Input::growing};
    collect(cursor, found);
    found.position = cursor.position();
    if (found.stopped == FrameStatus::zero_length_damage) return found;
    const Buffer rest{bytes.begin() + static_cast<std::ptrdiff_t>(cursor.position()), bytes.end()};
    FrameCursor later{rest, Input::complete};
    collect(later, found);
    found.position += later.position();
    return found;
}

Buffer every_type_once() {
    Buffer stream;
    for_each_message_type(
        [&]<class M>(std::type_identity<M>) { tests::append(stream, framed(as_bytes(M{}))); });
    return stream;
}

TEST(FrameCursor, FindsTheSameMessagesHoweverTheBytesAreSplit) {
    Buffer stream = every_type_once();
    tests::append(stream, hex_bytes("0000"));
    tests::append(stream, every_type_once());
    tests::append(stream, hex_bytes("0000 0000"));
    const Found whole = found_in(stream, Input::complete);
    EXPECT_EQ(whole.messages.size(), 46u);
    EXPECT_EQ(whole.end_markers, 3);
    EXPECT_EQ(whole.stopped, FrameStatus::end);
    EXPECT_EQ(whole.position, stream.size());
    for (std::size_t split = 0; split <= stream.size(); ++split) {
        ASSERT_EQ(found_in_two(stream, split), whole) << "split at " << split;
    }
}

TEST(FrameCursor, FindsTheSameInAnyBytesHoweverTheyAreSplit) {
    tests::Random random{tests::test_seed()};
    for (int i = 0; i < 2'000; ++i) {
        Buffer noise = tests::random_bytes(random, tests::below(random, 80));
        for (std::byte& byte : noise) {
            // Lengths worth framing are small, and zero before a type is rare in true noise.
            byte &= std::byte{3};
            if (tests::below(random, 12) == 0) byte = std::byte{'A'};
        }
        const Found whole = found_in(noise, Input::complete);
        for (std::size_t split = 0; split <= noise.size(); ++split) {
            ASSERT_EQ(found_in_two(noise, split), whole);
        }
    }
}

TEST(FrameCursor, StaysAtAFrameThatIsNotWhole) {
    const Buffer frame = framed(as_bytes(AddOrder{}));
    for (std::size_t length = 1; length < frame.size(); ++length) {
        const Buffer cut{frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(length)};
        for (const Input input : {Input::growing, Input::complete}) {
            FrameCursor cursor{cut, input};
            Bytes message;
            EXPECT_EQ(cursor.next(message), FrameStatus::partial);
            EXPECT_EQ(cursor.next(message), FrameStatus::partial);
            EXPECT_EQ(cursor.position(), 0u);
            EXPECT_EQ(message.data(), nullptr);
        }
    }
}

TEST(FrameCursor, EndsAtOnceInNoBytes) {
    FrameCursor cursor{Bytes{}};
    Bytes message;
    EXPECT_EQ(cursor.next(message), FrameStatus::end);
    EXPECT_EQ(cursor.position(), 0u);
}

TEST(FrameCursor, CallsAZeroLengthBeforeAKnownTypeDamage) {
    for (int byte = 0; byte < 256; ++byte) {
        Buffer bytes = hex_bytes("0000");
        bytes.push_back(static_cast<std::byte>(byte));
        FrameCursor cursor{bytes};
        Bytes message;
        const FrameStatus status = cursor.next(message);
        if (message_length(static_cast<char>(byte)) != 0) {
            EXPECT_EQ(status, FrameStatus::zero_length_damage) << byte;
            EXPECT_EQ(cursor.position(), 0u);
        } else {
            EXPECT_EQ(status, FrameStatus::end_marker) << byte;
            EXPECT_EQ(cursor.position(), 2u);
        }
    }
}

TEST(FrameCursor, WaitsForTheByteAfterAZeroLengthWhileMoreMayFollow) {
    const Buffer marker = hex_bytes("0000");
    Bytes message;
    FrameCursor growing{marker, Input::growing};
    EXPECT_EQ(growing.next(message), FrameStatus::partial);
    EXPECT_EQ(growing.position(), 0u);
    FrameCursor complete{marker, Input::complete};
    EXPECT_EQ(complete.next(message), FrameStatus::end_marker);
    EXPECT_EQ(complete.next(message), FrameStatus::end);
    EXPECT_EQ(complete.position(), 2u);
}

TEST(FrameCursor, GoesOnAfterAnEndMarker) {
    Buffer bytes = hex_bytes("0000");
    tests::append(bytes, framed(as_bytes(SystemEvent{.event_code = 'O'})));
    EXPECT_EQ(found_in(bytes, Input::growing),
              (Found{.messages = {copy_of(as_bytes(SystemEvent{.event_code = 'O'}))},
                     .end_markers = 1,
                     .stopped = FrameStatus::end,
                     .position = bytes.size()}));
}

}  // namespace
}  // namespace tickweir::codecs::itch
