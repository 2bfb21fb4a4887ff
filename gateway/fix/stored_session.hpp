// What the files of a session say of it when they are opened: its numbers, and how far it has been
// told what happened at the venue.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "gateway/fix/message_store.hpp"
#include "gateway/fix/number_reserve.hpp"

namespace tickweir::gateway::fix {

/// The last ExecutionReport of this log that a store holds among the messages numbered at most
/// `up_to`; nothing where there is none. Reads from there backwards, as far as needed, or over
/// `numbers_most` numbers.
std::optional<ReportPlace> last_report(
    MessageStore& store, std::uint16_t log_number, std::uint64_t up_to,
    std::uint64_t numbers_most = std::numeric_limits<std::uint64_t>::max());

/// When the store has just been opened. `log_number`: of the venue's log; nothing: there is none
/// yet, nobody was told anything.
StoredSession stored_session(std::string name, MessageStore& store, bool crashed,
                             std::optional<std::uint16_t> log_number);

}  // namespace tickweir::gateway::fix
