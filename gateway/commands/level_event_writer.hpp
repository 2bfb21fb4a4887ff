// What happens to the books of JSON venues as JSON lines, for programs that want to follow levels
// without knowing the venues' dialects. Times are nanoseconds since the epoch, as received.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "book/level_book.hpp"
#include "gateway/feeds/json_events.hpp"
#include "gateway/feeds/json_instrument.hpp"
#include "gateway/json_writer.hpp"
#include "replay/byte_sink.hpp"
#include "replay/byte_source.hpp"

namespace tickweir::gateway {

/// Writes one file, packed if its name ends in .gz or .zst; it appears when `finish` is called.
///
///     {"time": 1, "venue": "okx", "symbol": "X", "action": "levels", "levels":
///      [["buy", "9.5", "10"]], "touch": true}
///     {"time": 1, ..., "action": "snapshot", "bids": [["9.5", "10"]], "asks": [["9.6", "1"]]}
///     {"time": 1, ..., "action": "trade", "price": "9.5", "quantity": "3", "side": "sell",
///      "trade_id": "12"}
///     {"time": 1, ..., "action": "sync", "state": "out_of_sync", "reason": "gap"}
///
/// each on one line. Levels stand as they are after the change; quantity "0": the level is gone.
class LevelEventWriter {
public:
    /// The error names the path.
    static replay::Result<LevelEventWriter> create(const std::filesystem::path& path);

    void on_levels(std::string_view venue, const JsonInstrument& instrument, JsonTimes times,
                   std::span<const book::LevelBookChange> changes, bool touch_changed);
    void on_snapshot(std::string_view venue, const JsonInstrument& instrument, JsonTimes times);
    void on_trade(std::string_view venue, const JsonInstrument& instrument, const JsonTrade& trade);
    void on_sync(std::string_view venue, const JsonInstrument& instrument,
                 std::int64_t received_ns);

    [[nodiscard]] replay::Result<void> finish();

private:
    explicit LevelEventWriter(replay::ByteSink sink) : sink_{std::move(sink)} {}
    void begin(JsonWriter& json, std::int64_t received_ns, std::string_view venue,
               const JsonInstrument& instrument, std::string_view action);
    void end(JsonWriter& json);

    replay::ByteSink sink_;
    std::string line_;
};

}  // namespace tickweir::gateway
