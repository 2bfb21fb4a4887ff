// What a capture has to offer: instruments, channels and, where only answers tell it, the depth of
// books. Gathered before it is played, so that a request for something else is refused at once.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "codecs/json/market_frame.hpp"
#include "codecs/json/venue_id.hpp"
#include "gateway/play/venue/frame_label.hpp"
#include "gateway/play/venue/topic.hpp"

namespace tickweir::gateway::venue {

class Catalog {
public:
    explicit Catalog(codecs::json::VenueId venue) : venue_{venue} {}

    codecs::json::VenueId venue() const { return venue_; }

    /// Notes what a frame, or an answer over HTTP, is about, and that it stands at `offset` of the
    /// capture. Linear in its events.
    void note(const FrameLabel& label, const codecs::json::MarketFrame& frame,
              std::uint64_t offset);

    bool has_symbol(std::string_view symbol) const { return symbols_.contains(symbol); }
    const std::set<std::string, std::less<>>& symbols() const { return symbols_; }

    /// Whether a client may have the topic: not a book that the capture does not have. Channels of
    /// other kinds may be quiet.
    bool offers(const Topic& topic) const;

    /// Whether the last frame of an instrument's book stands at `offset`: nothing behind it would
    /// tell that it is missing. Linear in the instruments.
    bool ends_a_book(std::uint64_t offset) const;

    /// Levels a side that the capture's book of an instrument has, where its frames do not say it
    /// (Kraken v2).
    std::optional<std::uint64_t> depth(std::string_view symbol) const;

private:
    codecs::json::VenueId venue_;
    std::set<std::string, std::less<>> symbols_;
    std::set<std::pair<std::string, std::string>> topics_;
    std::map<std::string, std::uint64_t, std::less<>> depths_;
    std::map<std::string, std::uint64_t, std::less<>> book_ends_;  // offsets
};

}  // namespace tickweir::gateway::venue
