// Book changes and trades of an ITCH feed as JSON lines, for programs that want to follow orders
// without decoding ITCH. Times are nanoseconds since the epoch; a replace tells both orders.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "book/event.hpp"
#include "book/types.hpp"
#include "gateway/feeds/itch_event.hpp"
#include "gateway/json_writer.hpp"
#include "replay/byte_sink.hpp"
#include "replay/byte_source.hpp"

namespace tickweir::gateway {

/// Writes one file, packed if its name ends in .gz or .zst; it appears when `finish` is called.
///
///     {"time": 1, "symbol": "X", "action": "add", "order_id": "7", "side": "buy", "price": "9.5",
///      "quantity": "10", "left": "10", "levels": [["buy", "9.5", "10", 1]], "touch": true}
///     {"time": 1, "symbol": "X", "action": "trade", "price": "9.5", "quantity": "3",
///      "side": "sell", "trade_id": "12"}
///
/// each on one line. A replace has `new_order_id`, `previous_price` and `previous_quantity` too.
/// Levels stand as they are after the change; order count 0: the level is gone. `clear`
/// says that all books are empty again, `lost` that messages went missing.
class EventWriter {
public:
    /// The error names the path.
    static replay::Result<EventWriter> create(const std::filesystem::path& path);

    /// Requires an applied change.
    void on_change(const ItchEvent& event, book::TimeNs time, std::string_view symbol,
                   const book::BookChange& change);
    void on_trade(const ItchEvent& event, book::TimeNs time, std::string_view symbol,
                  const ItchTrade& trade);
    void on_clear();
    void on_lost(std::uint64_t messages);

    [[nodiscard]] replay::Result<void> finish();

private:
    explicit EventWriter(replay::ByteSink sink) : sink_{std::move(sink)} {}
    void begin(JsonWriter& json, book::TimeNs time, std::string_view symbol,
               std::string_view action);
    void end(JsonWriter& json);

    replay::ByteSink sink_;
    std::string line_;
};

}  // namespace tickweir::gateway
