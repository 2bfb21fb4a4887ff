// One record of the venue's log: a command, and every event that it caused, exactly. Effects are
// written as they differ from what follows from the command and from the events before, so that
// they are small, and whatever a venue would have told otherwise gives other bytes.
//
//   payload   | version 1 B | command | count of events | event | event | ...
//
//   command   | kind, class 1 B | session | shard | sequence | time 8 B | arrived | body |
//   event     | kind, fields that differ 2 B | fields | [further fields 2 B | fields | [...]] |
//
// Numbers are little-endian and as short as they can be; there is one way only to write anything.
// Changes of levels are not written: they follow from the orders.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "txn/log/format.hpp"
#include "txn/venue/command.hpp"
#include "txn/venue/event.hpp"

namespace tickweir::txn {

using log::Bytes;

inline constexpr std::uint16_t command_record_type = 1;  ///< RecordView::type
inline constexpr std::uint8_t command_record_version = 1;

/// Writes a command and its effects; answers how many bytes, or 0 where they do not fit. Of what a
/// Venue answers with so many fills of, or ends of, other orders it is never more than
/// log::record_base_bytes + effects * log::record_effect_bytes; the pauses that a Tick ends come on
/// top (effects_to_reserve). Allocates nothing; linear in the events.
std::size_t encode_record(std::span<std::byte> into, const Command& command,
                          const Outcome& outcome) noexcept;

/// For how many effects room has to be reserved, where that is asked after a Venue's execution.
/// More than 268 do not fit a record.
std::size_t effects_to_reserve(const Outcome& outcome) noexcept;

/// The effects alone, as they stand in a record of this command: what a re-execution is compared
/// with, byte by byte. Answers as encode_record.
std::size_t encode_effects(std::span<std::byte> into, const Command& command,
                           const Outcome& outcome) noexcept;

struct DecodedCommand {
    Command command;
    Bytes effects;  ///< part of the payload
};

/// Reads a payload that may hold anything. Answers what is wrong with it, where, and with which
/// value ("byte 17: order type 9"), or an empty text: then encoding gives the same bytes again.
[[nodiscard]] std::string decode_record(Bytes payload, DecodedCommand& out);

/// The command alone: for who compares the effects with others anyway.
[[nodiscard]] std::string decode_command(Bytes payload, DecodedCommand& out);

/// The events that effects of this command stand for, put behind those that are there. Answers as
/// decode_record, with offsets in the effects; then `events` has those before the fault. Takes
/// memory for payload_bytes_max events at most.
[[nodiscard]] std::string decode_effects(const Command& command, Bytes effects,
                                         std::vector<Event>& events);

/// For dumps: "session 3 #17 at 12.5: new c17 account 2 instrument 0 buy 5 limit day @ 194".
std::string command_text(const Command& command);

/// A line an event: "filled #281474976710657 2 @ 194 leaves 3 fee 0.0388 maker ..."; where they
/// cannot be read, what is wrong.
std::string effects_text(const Command& command, Bytes effects);

/// Where and in what two effects of one command differ first, in words; empty if they are equal.
std::string first_difference(const Command& command, Bytes logged, Bytes executed);

}  // namespace tickweir::txn
