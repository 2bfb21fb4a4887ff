// A command as bytes, in a record behind the version.
#pragma once

#include <algorithm>
#include <type_traits>
#include <variant>

#include "txn/record/wire.hpp"
#include "txn/venue/command.hpp"

namespace tickweir::txn::record {

// The first byte of a command names its body by its place.
static_assert(
    std::is_same_v<CommandBody, std::variant<NewOrder, CancelOrder, ReplaceOrder, MassCancel,
                                             Deposit, Withdraw, Transfer, Halt, Resume, Tick,
                                             DayEnd, BustTrade, CorrectTrade, Continue>>,
    "logs name bodies by their places: new ones come behind the others");
inline constexpr std::size_t command_kinds = std::variant_size_v<CommandBody>;

// First byte: kind, class, whether there is a deadline.
inline constexpr unsigned urgency_shift = 4;
inline constexpr unsigned deadline_shift = 7;

/// Kind and class, session, shard, sequence, time, arrived, deadline.
inline constexpr std::size_t envelope_bytes_max =
    1 + id_bytes_max + 3 + number_bytes_max + 8 + 2 * number_bytes_max;
/// Of the longest body: a new order's or a replace's.
inline constexpr std::size_t new_order_bytes_max =
    2 + text_bytes_max + 2 * id_bytes_max + 6 * number_bytes_max;
inline constexpr std::size_t replace_bytes_max = 1 + 2 * text_bytes_max + 6 * number_bytes_max;
inline constexpr std::size_t command_bytes_max =
    envelope_bytes_max + std::max(new_order_bytes_max, replace_bytes_max);

void write_command(RecordWriter& to, const Command& command);

/// Faults are the reader's; `command` is whole if there are none.
void read_command(RecordReader& from, Command& command);

}  // namespace tickweir::txn::record
