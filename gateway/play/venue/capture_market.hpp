// The market of a capture as far as it has been played: follows its frames with the books that all
// of the gateway uses, and says what each frame is for. Pure; one owner thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "book/types.hpp"
#include "codecs/json/frame_decoder.hpp"
#include "gateway/feeds/json_books.hpp"
#include "gateway/play/venue/book_text.hpp"

namespace tickweir::gateway::venue {

/// What a frame of a capture is to a client of the local exchange.
enum class FrameKind : std::uint8_t {
    market,  ///< played to whoever subscribed to its label; so is what cannot be read
    book,    ///< likewise, with changes of a book
    answer,  ///< to a request of the recorder, or a heartbeat: made anew for each client
};

class CaptureMarket {
public:
    explicit CaptureMarket(codecs::json::VenueId venue);

    /// Takes a frame; text_padding bytes behind it are readable. Linear in it.
    FrameKind on_frame(std::string_view text, book::TimeNs received);
    /// Takes an answer over HTTP.
    void on_answer(std::string_view target, std::string_view body, book::TimeNs received);

    /// What the last text said; its views point into that.
    const codecs::json::MarketFrame& last() const { return frame_; }

    /// The book of an instrument where it is in sync; until the next text. Linear in the rows of a
    /// book that is keyed by id, else constant.
    std::optional<BookView> book(std::string_view symbol);

private:
    /// What snapshots need besides the book.
    struct Extra {
        std::int64_t time_ns = 0;
        bool has_checksum = false;
        std::map<std::uint64_t, codecs::json::KeyedRow> keyed;
    };

    void note_books(book::TimeNs received);
    void note_keyed(const codecs::json::BookEvent& event, Extra& extra);

    codecs::json::VenueId venue_;
    codecs::json::FrameDecoder decoder_;
    codecs::json::MarketFrame frame_;
    JsonBooks books_;
    std::map<std::string, Extra, std::less<>> extras_;
    std::vector<codecs::json::KeyedRow> keyed_rows_;  // of the last book asked for
};

}  // namespace tickweir::gateway::venue
