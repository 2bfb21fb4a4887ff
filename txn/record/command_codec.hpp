// A command as bytes, in a record behind the version.
#pragma once

#include <algorithm>

#include "txn/record/wire.hpp"
#include "txn/venue/command.hpp"

namespace tickweir::txn {

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

}  // namespace tickweir::txn
