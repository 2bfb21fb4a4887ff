// The messages that streams consist of, as JSON (INTERFACES §4), appended to a caller's string.
// Everything a message needs is passed in; nothing here decides what is sent.
//
// Beyond INTERFACES: an update of l1, l2 or l3 carries `in_sync` when that has changed since its
// `prev`; what stands for several updates carries `conflated`, how many were left out; of an order,
// `quantity` is what is open after the action.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "book/level_book.hpp"
#include "book/types.hpp"
#include "gateway/market/market_event.hpp"
#include "gateway/replica/level_changes.hpp"
#include "gateway/replica/order_replica.hpp"
#include "gateway/serve/hub/channels.hpp"
#include "store/instruments.hpp"
#include "store/values.hpp"

namespace tickweir::gateway::hub {

using replica::OrderReplica;
using replica::TouchedRow;

/// `"channel":"l1","venue":"nasdaq","symbol":"ACME",`: the same in all messages of a stream.
std::string stream_name(Channel channel, const store::Instrument& instrument);

/// What the messages of all channels begin with.
struct UpdateHead {
    std::string_view name;
    std::uint64_t prev = 0;
    std::uint64_t seq = 0;
    std::int64_t time_ns = 0;
    std::optional<bool> in_sync;  ///< only where it has changed
};
struct SnapshotHead {
    std::string_view name;
    std::uint64_t seq = 0;
    std::int64_t time_ns = 0;
    bool in_sync = false;
    std::uint64_t conflated = 0;
};

void append_l1_update(std::string& out, const UpdateHead& head, const store::Quote& quote);
void append_l1_snapshot(std::string& out, const SnapshotHead& head, const store::Quote& quote);

/// The rows that were touched, as they stand; those that have left the window are removed first.
/// False when that is none of them.
bool append_l2_update(std::string& out, const UpdateHead& head, store::Scale scale,
                      const book::LevelBook& book, std::size_t depth,
                      std::span<const TouchedRow> touched);
void append_l2_snapshot(std::string& out, const SnapshotHead& head, store::Scale scale,
                        const book::LevelBook& book, std::size_t depth);
/// The same from what the store keeps.
void append_l2_snapshot(std::string& out, const SnapshotHead& head, const store::Depth& levels,
                        std::size_t depth);

void append_l3_update(std::string& out, const UpdateHead& head, store::Scale scale,
                      std::span<const OrderItem> items);
void append_l3_snapshot(std::string& out, const SnapshotHead& head, store::Scale scale,
                        std::span<const OrderReplica::Order> orders);

void append_trade_message(std::string& out, const UpdateHead& head, const store::Trade& trade);
void append_trades_snapshot(std::string& out, const SnapshotHead& head,
                            std::span<const store::Trade> trades);

void append_status_update(std::string& out, const UpdateHead& head,
                          const store::InstrumentStatus& status, std::string_view mode);
void append_status_snapshot(std::string& out, const SnapshotHead& head,
                            const store::InstrumentStatus& status, std::string_view mode);

void append_heartbeat(std::string& out, std::uint64_t counter, std::int64_t time_ns);

}  // namespace tickweir::gateway::hub
