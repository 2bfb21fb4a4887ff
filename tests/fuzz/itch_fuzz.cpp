// ITCH bytes from anywhere: framing gives the same messages however they arrive, decoding and
// describing take whatever they hold, and a decoded message is encoded to the same bytes.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "book/ensure.hpp"
#include "codecs/itch/decoder.hpp"
#include "codecs/itch/encoder.hpp"
#include "codecs/itch/framing.hpp"
#include "codecs/itch/names.hpp"

namespace tickweir::codecs::itch {
namespace {

using book::ensure;
using Buffer = std::vector<std::byte>;

/// Where the messages lie, and how the input ended.
struct Found {
    struct Place {
        std::size_t offset;
        std::size_t length;
        friend bool operator==(Place, Place) = default;
    };
    std::vector<Place> messages;
    FrameStatus stopped = FrameStatus::end;
    std::size_t position = 0;
    friend bool operator==(const Found&, const Found&) = default;
};

/// Goes on at `found.position` of `input`, of which the first `visible` bytes have arrived. They
/// are copied, so that a sanitizer sees a read beyond them.
void go_on(Bytes input, std::size_t visible, Found& found) {
    const Bytes arrived = input.subspan(found.position, visible - found.position);
    const Buffer copy{arrived.begin(), arrived.end()};
    FrameCursor cursor{copy, visible == input.size() ? Input::complete : Input::growing};
    const std::size_t start = found.position;
    Bytes message;
    do {
        found.stopped = cursor.next(message);
        if (found.stopped == FrameStatus::message) {
            found.messages.push_back({start + cursor.position() - message.size(), message.size()});
        }
    } while (found.stopped == FrameStatus::message || found.stopped == FrameStatus::end_marker);
    found.position = start + cursor.position();
}

/// All messages of `input`, which arrives in pieces of `step` bytes.
Found found_in_steps(Bytes input, std::size_t step) {
    Found found;
    for (std::size_t visible = 0; visible < input.size();) {
        visible += std::min(step, input.size() - visible);
        go_on(input, visible, found);
        if (found.stopped == FrameStatus::zero_length_damage) break;
    }
    return found;
}

void check_message(Bytes message) {
    const Buffer copy{message.begin(), message.end()};
    Buffer frame(sizeof(be16) + message.size());
    bool seen = false;
    const DecodeStatus status = decode(copy, [&]<Message M>(const M& decoded) {
        seen = true;
        ensure(write_frame(frame, decoded) == frame.size());
    });
    const bool fits =
        !copy.empty() && message_length(static_cast<char>(copy.front())) == copy.size();
    ensure(seen == fits && (status == DecodeStatus::ok) == fits);
    if (seen) ensure(std::ranges::equal(Bytes{frame}.subspan(sizeof(be16)), copy));
    std::string text;
    describe(copy, text);
    ensure(!text.empty() && std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; }));
}

}  // namespace
}  // namespace tickweir::codecs::itch

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t length) {
    using namespace tickweir::codecs;
    const Bytes all = std::as_bytes(std::span{data, length});
    itch::check_message(all);
    if (all.empty()) return 0;
    // The first byte says in which steps the rest arrives.
    const Bytes input = all.subspan(1);
    const auto step = std::size_t{data[0]} + 1;
    const itch::Found whole = itch::found_in_steps(input, input.size());
    tickweir::book::ensure(itch::found_in_steps(input, step) == whole);
    for (const auto& place : whole.messages) {
        itch::check_message(input.subspan(place.offset, place.length));
    }
    return 0;
}
