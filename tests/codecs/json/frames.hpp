// What the tests of all venues share: frames with room behind them, the same JSON written
// otherwise, and the frames of the recorded captures.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "codecs/json/frame_decoder.hpp"

namespace tickweir::codecs::json {

/// Decodes one text after the other; the events of the last one are in `frame`. The readable bytes
/// behind a text are such as would complete it wrongly.
class FrameBed {
public:
    explicit FrameBed(VenueId venue, const FrameLimits& limits = {}) : decoder{venue, limits} {}

    FrameStatus frame_of(std::string_view text);
    FrameStatus answer_of(std::string_view target, std::string_view body);

    FrameDecoder decoder;
    MarketFrame frame;

private:
    std::string_view padded(std::string_view text);

    std::vector<char> text_;
};

/// Every event of a frame as one line of text, so that whole frames can be compared. Numbers are
/// written as mantissa~decimals.
std::vector<std::string> lines_of(const MarketFrame& frame);

/// The same JSON with the fields of every object in random order.
std::string shuffled(std::string_view json, std::mt19937_64& random);
/// The same JSON with random white space between its tokens.
std::string spaced(std::string_view json, std::mt19937_64& random);

/// Expects that `text` decodes to `lines`, shuffled and spaced as well, and that nothing cut off it
/// does.
void expect_frame(VenueId venue, std::string_view text, const std::vector<std::string>& lines);
/// Likewise for the answer to `GET target`.
void expect_answer(VenueId venue, std::string_view target, std::string_view body,
                   const std::vector<std::string>& lines);
/// Expects that `text` is refused, without events.
void expect_refused(VenueId venue, std::string_view text, FrameStatus status,
                    std::string_view field);

/// A line of a capture that the gateway received.
struct CaptureLine {
    std::int64_t time_ns = 0;
    std::string_view target;  ///< of an answer; empty for a frame
    std::string_view text;
};

/// Calls `on_line` for every frame and answer of shared/data/json/NAME.jsonl.gz; false if absent.
bool each_capture_line(const std::string& name,
                       const std::function<void(const CaptureLine&)>& on_line);

}  // namespace tickweir::codecs::json
