// Counts through the blocks of a capture: what kinds of messages, when, of which instruments, and
// what is missing or odd. Looks at types, lengths, locates, times and names only; keeps no orders.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "codecs/bytes.hpp"
#include "gateway/commands/inspect_report.hpp"
#include "replay/block.hpp"

namespace tickweir::gateway {

/// Fills a report. Constant time a message; memory grows with sessions, instruments and gaps,
/// within the limits of the report. One owner thread.
class InspectCounter {
public:
    InspectCounter();

    /// Counts the whole frames of a block and answers their bytes. Where the framing is wrong, the
    /// report's damage is set and nothing behind it is counted.
    std::size_t on_block(const replay::Block& block);

    /// Counted so far, of all sessions.
    std::uint64_t messages() const { return messages_; }

    InspectReport& report() { return report_; }
    const InspectReport& report() const { return report_; }

private:
    /// Which instrument of a session has which locate: index in the report + 1, 0 for none.
    using Directory = std::unique_ptr<std::uint32_t[]>;
    struct Visitor;

    InspectSession& session() { return report_.sessions[current_]; }
    void enter_session(std::uint32_t number);
    void note_packet(const replay::Block& block);
    void count(codecs::Bytes message, std::uint64_t offset);
    void note_time(std::uint64_t time_ns);
    void note_locate(std::uint16_t locate);
    void announce(std::uint16_t locate, const std::array<char, 8>& name);
    void learn(std::uint16_t locate, const std::array<char, 8>& name);

    InspectReport report_;
    std::vector<Directory> directories_;  // parallel to the report's sessions
    std::size_t current_ = 0;
    std::uint64_t messages_ = 0;
};

}  // namespace tickweir::gateway
