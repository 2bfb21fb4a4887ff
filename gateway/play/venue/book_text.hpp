// Books as each venue writes them: snapshots that a client gets in band, and answers over HTTP.
// Pure; the numbers are exact.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "book/level_book.hpp"
#include "book/types.hpp"
#include "codecs/json/market_frame.hpp"
#include "codecs/json/venue_id.hpp"

namespace tickweir::gateway::venue {

/// A book in sync, as it stands at one place of a capture. Everything pointed to stays with its
/// owner.
struct BookView {
    std::string_view symbol;
    const book::LevelBook* book = nullptr;
    std::uint32_t price_decimals = 0;  ///< of the book's integers
    std::uint32_t quantity_decimals = 0;
    std::uint32_t written_price_decimals = 0;  ///< digits behind the point in the venue's text
    std::uint32_t written_quantity_decimals = 0;
    std::uint64_t id = 0;       ///< of the last change, in the venue's numbering
    bool has_id = false;        ///< the venue numbers changes, in this recording
    bool has_checksum = false;  ///< the last frame had one
    book::TimeNs time{};        ///< of the last frame, by the venue's clock
    std::span<const codecs::json::KeyedRow> keyed;  ///< of a book that is keyed by id (BitMEX)
};

/// Appends the frame that begins a subscription to `channel` (in the form of Topic). False, and
/// nothing, where the venue sends none: its snapshots come over HTTP, or each frame is whole.
/// Linear in the book.
bool append_snapshot(std::string& out, codecs::json::VenueId venue, const BookView& view,
                     std::string_view channel);

/// Appends the answer to a request for the book, of at most `levels` a side. For the venues whose
/// snapshots come over HTTP.
void append_answer(std::string& out, codecs::json::VenueId venue, const BookView& view,
                   std::size_t levels);

}  // namespace tickweir::gateway::venue
