// The books of one sender in a replay of FIX, and what watches them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/commands/level_watch.hpp"
#include "gateway/feeds/fix/fix_books.hpp"

namespace tickweir::gateway {

/// One owner thread. With `watched` false it builds the books and nothing else, for measurements.
class FixReplayBooks {
public:
    FixReplayBooks(std::string venue, std::string sender, bool watched, LevelEventWriter* events)
        : sender_{std::move(sender)}, watched_{watched}, watch_{std::move(venue), events} {}

    MdStatus apply(const codecs::fix::Message& message, const FixOrigin& origin) {
        if (!watched_) return books_.apply(message, origin, NoJsonListener{});
        const MdStatus status =
            books_.apply(message, origin, watch_.listener(instruments(), origin.received_ns));
        watch_.note_touches(instruments());
        return status;
    }
    /// As FixBooks has it.
    template <class Concerns>
    void on_loss(Concerns&& concerns, SyncReason reason, std::int64_t now_ns) {
        books_.on_loss(concerns, reason, now_ns, watch_.listener(instruments(), now_ns));
    }
    void on_reset(std::uint32_t session) { books_.on_reset(session); }

    /// Keeps the books as they stand now.
    void show(std::size_t depth) { watch_.show(instruments(), depth); }
    /// As LevelWatch has it.
    bool sample(TopSampler& sampler, book::TimeNs time, const SymbolFilter& filter) const {
        return LevelWatch::sample(instruments(), sampler, time, filter);
    }

    std::string_view venue() const { return watch_.venue(); }
    const std::string& sender() const { return sender_; }  ///< SenderCompID; empty: not told
    const JsonInstruments& instruments() const { return books_.instruments(); }
    const FixBooks& books() const { return books_; }
    /// As LevelWatch has it.
    const WatchedLevels& watched(std::size_t index) const { return watch_[index]; }

private:
    std::string sender_;
    FixBooks books_;
    bool watched_;
    LevelWatch watch_;
};

}  // namespace tickweir::gateway
