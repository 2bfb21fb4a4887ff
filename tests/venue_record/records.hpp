// Commands and outcomes that tests of records are made of: every kind of command with each optional
// part there and not there, and venues that execute random commands.
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "tests/support/venue_stream.hpp"
#include "txn/log/serial_point.hpp"
#include "txn/record/command_record.hpp"
#include "txn/venue/venue.hpp"

namespace tickweir::tests {

using Record = std::vector<std::byte>;

inline Record record_of(const txn::Command& command, const txn::Outcome& outcome) {
    std::array<std::byte, txn::log::payload_bytes_max> memory;
    const std::size_t bytes = txn::encode_record(memory, command, outcome);
    return {memory.begin(), memory.begin() + static_cast<std::ptrdiff_t>(bytes)};
}

inline Record effects_of(const txn::Command& command, const txn::Outcome& outcome) {
    std::array<std::byte, txn::log::payload_bytes_max> memory;
    const std::size_t bytes = txn::encode_effects(memory, command, outcome);
    return {memory.begin(), memory.begin() + static_cast<std::ptrdiff_t>(bytes)};
}

/// Without operators of its own, a command is compared by what it is written as.
inline bool alike(const txn::Command& a, const txn::Command& b) {
    return a.body.index() == b.body.index() && record_of(a, {}) == record_of(b, {});
}

/// Passes visit(command, outcome) what a venue answers to random commands, continuations included,
/// so many in all.
template <class Visit>
void for_each_executed(std::uint64_t seed, std::size_t count, Visit&& visit) {
    VenueStream stream{seed};
    txn::Venue venue{stream.settings()};
    txn::Outcome outcome;
    const auto execute = [&](const txn::Command& command) {
        venue.execute(command, outcome);
        stream.learn(outcome);
        visit(command, outcome);
    };
    for (std::size_t i = 0; i < count; ++i) {
        const VenueStep step = stream.next();
        for (; step.drains && venue.continuation_pending(); ++i) {
            txn::Command go_on;
            go_on.envelope = step.command.envelope;
            go_on.envelope.session = txn::operator_session;
            go_on.envelope.deadline.reset();
            go_on.body = txn::Continue{};
            execute(go_on);
        }
        execute(step.command);
    }
}

/// Fills of, and ends of, other orders than the command's own: what room is reserved by.
inline std::size_t effects_in(const txn::Outcome& outcome) {
    std::size_t effects = 0;
    txn::OrderId own{};
    for (const txn::Event& event : outcome.events) {
        const bool ends =
            event.kind == txn::EventKind::cancelled || event.kind == txn::EventKind::expired;
        const bool is_fill = event.kind == txn::EventKind::filled;
        const bool is_other =
            (is_fill && event.fill.is_maker) || (ends && event.order.order != own);
        if (is_other)
            ++effects;
        else
            own = event.order.order;
    }
    return effects;
}

}  // namespace tickweir::tests
