// Events of a command as bytes: what of each is otherwise than its context guesses.
//
//   event  | 16 bits | fields | [16 bits | fields | [8 bits | fields]] |
//
// The first bits are the kind (4), whether it is of another order than the command's own, whether
// there are further fields, and one for each of the first fields that is there.
#pragma once

#include "txn/record/effect_context.hpp"
#include "txn/record/wire.hpp"

namespace tickweir::txn::record {

inline constexpr std::size_t marks_bytes = 2 + 2 + 1;
inline constexpr std::size_t flags_bytes = 2;
/// Of an order whatever it shows.
inline constexpr std::size_t order_bytes_max =
    flags_bytes + 8 * number_bytes_max + text_bytes_max + 3 * id_bytes_max + wide_bytes_max;
inline constexpr std::size_t fill_bytes_max = 3 * number_bytes_max + wide_bytes_max;
/// Of any event.
inline constexpr std::size_t event_bytes_max =
    marks_bytes + order_bytes_max + fill_bytes_max + 2 +  // reasons
    2 * text_bytes_max + 2 * number_bytes_max + id_bytes_max + number_bytes_max + 3 * id_bytes_max +
    1 + 2 * wide_bytes_max;

void write_event(RecordWriter& to, EffectContext& context, const Event& event);

/// Faults are the reader's; `event` is whole if there are none.
void read_event(RecordReader& from, EffectContext& context, Event& event);

}  // namespace tickweir::txn::record
