// The books of one venue in a replay of JSON captures, and what watches them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "book/types.hpp"
#include "gateway/commands/level_watch.hpp"
#include "gateway/feeds/json_books.hpp"
#include "replay/json_capture.hpp"

namespace tickweir::gateway {

/// Counts of the lines of one venue's captures.
struct JsonReplayLines {
    std::uint64_t frames = 0;
    std::uint64_t answers = 0;
    std::uint64_t sends = 0;
};

/// One owner thread. With `watched` false it builds the books and nothing else, for measurements.
class JsonReplayBooks {
public:
    JsonReplayBooks(codecs::json::VenueId venue, bool watched, LevelEventWriter* events)
        : books_{{.venue = venue}},
          watched_{watched},
          watch_{std::string{codecs::json::to_string(venue)}, events} {}

    /// Applies a line; the status of what was sent is ok.
    codecs::json::FrameStatus apply(const replay::JsonLine& line);

    /// Another capture of this venue begins. Where numbers tell whether it goes on where the last
    /// one ended, they decide; elsewhere the books are out of sync until their next snapshot.
    void begin_capture(book::TimeNs first);

    /// Keeps the books as they stand now.
    void show(std::size_t depth) { watch_.show(instruments(), depth); }

    /// As LevelWatch has it.
    bool sample(TopSampler& sampler, book::TimeNs time, const SymbolFilter& filter) const {
        return LevelWatch::sample(instruments(), sampler, time, filter);
    }

    std::string_view venue() const { return watch_.venue(); }
    const JsonInstruments& instruments() const { return books_.instruments(); }
    const JsonBooks& books() const { return books_; }
    const JsonReplayLines& lines() const { return lines_; }
    /// As LevelWatch has it.
    const WatchedLevels& watched(std::size_t index) const { return watch_[index]; }

private:
    JsonBooks books_;
    bool watched_;
    LevelWatch watch_;
    bool began_ = false;
    JsonReplayLines lines_;
};

}  // namespace tickweir::gateway
