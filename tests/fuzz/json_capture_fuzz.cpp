// Any bytes as a JSON capture, compressed or not: lines follow one another, each a piece of the
// input with its padding, and the last word names the place of damage. What is read and written
// again reads the same.
#include <cstdint>
#include <span>
#include <string>

#include "book/ensure.hpp"
#include "replay/json_capture.hpp"

using tickweir::book::ensure;
using namespace tickweir;

namespace {

/// As the writer puts it.
void append(std::string& text, const replay::JsonLine& line) {
    text += std::to_string(line.time.time_since_epoch().count());
    text += line.kind == replay::JsonLineKind::sent     ? " SEND "
            : line.kind == replay::JsonLineKind::answer ? " GET "
                                                        : " ";
    if (line.kind == replay::JsonLineKind::answer) text += std::string{line.target} + ' ';
    text += line.text;
    text += '\n';
}

/// What a reader makes of the bytes, written again.
std::string rewritten(std::span<const std::byte> bytes, bool must_be_whole) {
    auto capture =
        replay::JsonCapture::from(replay::ByteSource{bytes}, "fuzz", codecs::json::VenueId::okx);
    if (!capture) {
        ensure(!must_be_whole && !capture.error().empty());
        return {};
    }
    std::string text;
    replay::JsonLine line;
    replay::CaptureStatus status;
    std::uint64_t next_offset = 0;
    while ((status = capture->next(line)) == replay::CaptureStatus::block) {
        ensure(line.offset >= next_offset);
        next_offset = line.offset + line.text.size();
        ensure(line.text.find('\n') == line.text.npos);
        unsigned sum = 0;
        for (std::size_t i = 0; i < replay::JsonCapture::padding; ++i)
            sum += static_cast<unsigned char>(line.text.data()[line.text.size() + i]);
        ensure(sum <= replay::JsonCapture::padding * 255);
        append(text, line);
    }
    const bool whole = status == replay::CaptureStatus::end;
    ensure(whole == capture->damage().what.empty());
    ensure(whole || capture->damage().offset >= next_offset);
    ensure(whole || !must_be_whole);
    return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = std::as_bytes(std::span{data, size});
    static_cast<void>(replay::looks_like_json_capture(bytes));
    const std::string once = rewritten(bytes, /*must_be_whole=*/false);
    const std::string twice = rewritten(std::as_bytes(std::span{once}), /*must_be_whole=*/true);
    ensure(once == twice);
    return 0;
}
