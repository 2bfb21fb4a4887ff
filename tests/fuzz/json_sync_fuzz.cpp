// Any session as a venue's books: the first byte names the venue, then come pieces, each behind its
// first byte, which says what it is (a frame over one of two connections, an answer, or a
// connection that is lost) and its length in two more. Whatever comes, counts add up, limits hold,
// what listeners hear fits the state, and levels told one by one are the book.
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "book/ensure.hpp"
#include "gateway/feeds/json_books.hpp"

namespace {

using namespace tickweir;
using namespace tickweir::gateway;
using book::ensure;
using codecs::json::VenueId;

constexpr std::string_view target = "/api/v2/order_book/depth?symbol=X&limit=5";

JsonBooksLimits small_limits() {
    JsonBooksLimits limits;
    limits.instruments = 8;
    limits.connections = 2;
    limits.levels = 16;
    limits.join_bytes = 4'096;
    limits.join_bytes_together = 8'192;
    limits.symbol_bytes = 32;
    limits.frame = {.bytes = 16'384, .rows = 64};
    return limits;
}

/// Rebuilds books from what it hears; scales and states, too.
struct Twin {
    struct Instrument {
        std::map<std::int64_t, std::int64_t> sides[2];
        SyncState state = SyncState::awaiting_snapshot;
        std::uint64_t trades = 0;
    };
    const JsonBooks& books;
    std::map<std::uint32_t, Instrument>& instruments;

    void take_whole(std::uint32_t index) const {
        Instrument& twin = instruments[index];
        for (const book::Side side : {book::Side::buy, book::Side::sell}) {
            auto& levels = twin.sides[static_cast<std::size_t>(side)];
            levels.clear();
            for (const book::Level& level : books.instruments()[index].book().levels(side))
                levels[level.price.ticks] = level.open.lots;
        }
    }
    void on_instrument(std::uint32_t index) const { ensure(!instruments.contains(index)); }
    void on_rescaled(std::uint32_t index) const { take_whole(index); }
    void on_snapshot(std::uint32_t index, JsonTimes) const { take_whole(index); }
    void on_levels(std::uint32_t index, std::span<const book::LevelBookChange> changes, JsonTimes,
                   bool touch_changed) const {
        Instrument& twin = instruments[index];
        ensure(twin.state == SyncState::in_sync && !changes.empty());
        bool touched = false;
        for (const book::LevelBookChange& change : changes) {
            auto& levels = twin.sides[static_cast<std::size_t>(change.side)];
            if (change.level.open.lots == 0)
                ensure(levels.erase(change.level.price.ticks) == 1);
            else
                levels[change.level.price.ticks] = change.level.open.lots;
            touched |= change.touch_changed;
        }
        ensure(touched == touch_changed);
    }
    void on_trade(std::uint32_t index, const JsonTrade&) const { ++instruments[index].trades; }
    void on_sync(std::uint32_t index, SyncState state, SyncReason reason) const {
        ensure((state == SyncState::in_sync) == (reason == SyncReason::none));
        instruments[index].state = state;
    }
    void on_resync_wanted(std::uint32_t index, std::uint32_t connection, ResyncKind kind) const {
        ensure(connection < 2 && kind == books.rules().resync);
        ensure(instruments[index].state != SyncState::in_sync);
    }
};

void check(const JsonBooks& books, std::map<std::uint32_t, Twin::Instrument>& twins) {
    ensure(books.instruments().size() <= 8);
    for (std::uint32_t index = 0; index < books.instruments().size(); ++index) {
        const JsonInstrument& instrument = books.instruments()[index];
        const Twin::Instrument& twin = twins[index];
        ensure(instrument.state() == twin.state && instrument.counts.trades == twin.trades);
        ensure(instrument.price_decimals <= 18 && instrument.quantity_decimals <= 18);
        ensure(instrument.waiting.bytes() <= 4'096);
        ensure(instrument.state() != SyncState::in_sync || instrument.counts.snapshots > 0);
        if (instrument.state() != SyncState::in_sync) continue;
        for (const book::Side side : {book::Side::buy, book::Side::sell}) {
            const auto& levels = twin.sides[static_cast<std::size_t>(side)];
            const auto rows = instrument.book().levels(side);
            ensure(rows.size() == levels.size() && rows.size() <= 16);
            for (const book::Level& row : rows) {
                const auto level = levels.find(row.price.ticks);
                ensure(level != levels.end() && level->second == row.open.lots);
                ensure(row.open.lots > 0);
            }
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto venue = static_cast<VenueId>(data[0] % codecs::json::venue_names.size());
    JsonBooks books{{.venue = venue, .live = (data[0] & 0x80) != 0, .limits = small_limits()}};
    std::map<std::uint32_t, Twin::Instrument> twins;
    const Twin twin{books, twins};
    std::string_view rest{reinterpret_cast<const char*>(data + 1), size - 1};
    std::int64_t now_ns = 0;
    while (rest.size() >= 3) {
        const auto kind = static_cast<std::uint8_t>(rest[0]);
        const std::size_t length = std::min<std::size_t>(
            rest.size() - 3, static_cast<std::uint8_t>(rest[1]) |
                                 static_cast<std::size_t>(static_cast<std::uint8_t>(rest[2])) << 8);
        // A copy of its own, so that reading beyond the padding is seen.
        std::string text{rest.substr(3, length)};
        rest.remove_prefix(3 + length);
        text.append(codecs::json::text_padding, ' ');
        const std::string_view view{text.data(), length};
        const book::TimeNs now{std::chrono::nanoseconds{now_ns += 300'000'000}};
        const std::uint32_t connection = kind & 1;
        switch (kind >> 1 & 3) {
            case 0:
            case 1:
                books.apply_frame(connection, view, now, twin);
                break;
            case 2:
                books.apply_answer(connection, target, view, now, twin);
                break;
            case 3:
                if ((kind & 8) != 0)
                    books.on_tick(now, twin);
                else
                    books.on_connection_lost(connection, now, twin);
                break;
        }
        check(books, twins);
    }
    return 0;
}
