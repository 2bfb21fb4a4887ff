// Decodes the frames of one venue. The parser and its buffers are kept between frames.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "codecs/json/market_frame.hpp"
#include "codecs/json/venue_id.hpp"

namespace tickweir::codecs::json {

/// Bytes behind a text that must be readable, whatever they hold.
inline constexpr std::size_t text_padding = 64;

/// One owner thread. A refused frame gives no events at all. Every key of a frame is visited, so
/// that what does not end where it should, or is no JSON further on, is refused; keys come in any
/// order; unknown ones and unknown channels mean nothing.
class FrameDecoder {
public:
    explicit FrameDecoder(VenueId venue, const FrameLimits& limits = {});
    FrameDecoder(const FrameDecoder&) = delete;
    FrameDecoder& operator=(const FrameDecoder&) = delete;
    ~FrameDecoder();

    VenueId venue() const;

    /// Decodes a WebSocket frame; `text_padding` bytes behind it must be readable, and the text
    /// must stay while the events are used. Linear in the text; allocates nothing after the largest
    /// frame.
    FrameStatus decode_frame(std::string_view text, MarketFrame& out);

    /// Decodes the body of the answer to `GET target` (path?query, which names the symbol).
    FrameStatus decode_answer(std::string_view target, std::string_view body, MarketFrame& out);

    /// Why the last text was refused.
    const FrameError& error() const;

    /// What the parser in use was made for ("icelake", "haswell", ...); "fallback" is a slow one.
    static std::string_view kernel();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace tickweir::codecs::json
