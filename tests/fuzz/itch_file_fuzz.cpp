// Any bytes as an ITCH file, compressed or not: blocks follow one another without a hole, and the
// last word names the place of damage.
#include <cstdint>
#include <span>
#include <utility>

#include "book/ensure.hpp"
#include "codecs/itch/framing.hpp"
#include "replay/capture.hpp"

using tickweir::book::ensure;
using namespace tickweir;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = std::as_bytes(std::span{data, size});
    static_cast<void>(
        replay::Capture::over(bytes, "fuzz"));  // tells the format, or says what it saw
    auto capture = replay::Capture::over(bytes, "fuzz", replay::CaptureFormat::itch);
    if (!capture) {
        ensure(!capture.error().empty());
        return 0;
    }
    using codecs::itch::FrameStatus;
    replay::Block block;
    replay::CaptureStatus status;
    std::uint64_t consumed = 0;
    while ((status = capture->next(block)) == replay::CaptureStatus::block) {
        ensure(block.offset == consumed);
        codecs::itch::FrameCursor cursor{block.frames, block.complete
                                                           ? codecs::itch::Input::complete
                                                           : codecs::itch::Input::growing};
        codecs::Bytes message;
        FrameStatus frame;
        do {
            frame = cursor.next(message);
        } while (frame == FrameStatus::message || frame == FrameStatus::end_marker);
        if (frame == FrameStatus::zero_length_damage) return 0;  // a reader stops here
        consumed += cursor.position();
        capture->consumed(cursor.position());
    }
    const bool whole = status == replay::CaptureStatus::end;
    ensure(whole == capture->damage().what.empty());
    ensure(whole || capture->damage().offset >= consumed);
    return 0;
}
