// What clients have sent to a venue and were told about it, to be held against what the venue's log
// turns out to hold after a crash. Of one life at a time: what an earlier one did is settled.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/crash/answer.hpp"

namespace tickweir::tests {

class Promises {
public:
    /// What became of a command that was sent.
    struct Sent {
        txn::Command command;
        std::optional<Answer> answer;
        txn::log::Lsn executed{};  ///< 0: not in the log
        std::vector<txn::Event> events;
    };

    /// A number for a command, higher than all before.
    std::uint64_t next_sequence() { return ++last_; }
    void sent(const txn::Command& command) {
        sent_.emplace(command.envelope.sequence, Sent{command, std::nullopt, {}, {}});
    }

    /// Faults here and below are told as texts; empty: none.
    std::string answered(const Answer& answer);

    /// The log holds a command that was executed.
    std::string executed(txn::log::Lsn lsn, const txn::Command& command,
                         const txn::Outcome& outcome);

    /// After a crash, the log's end is at `recovered`, and all up to there was passed to
    /// executed().
    std::string judge(txn::log::Lsn recovered) const;

    const std::map<std::uint64_t, Sent>& all() const { return sent_; }
    std::uint64_t answers() const { return answers_; }
    std::uint64_t acknowledged() const { return acknowledged_; }
    std::uint64_t shed() const { return shed_; }

    /// All is judged: what was sent so far is never heard of again.
    void settle() {
        sent_.clear();
        highest_ = {};
    }

private:
    static std::string judge(const Sent& one);

    std::map<std::uint64_t, Sent> sent_;  // by sequence
    std::uint64_t last_ = 0;
    txn::log::Lsn highest_{};  // that an answer named
    std::uint64_t answers_ = 0;
    std::uint64_t acknowledged_ = 0;
    std::uint64_t shed_ = 0;
};

}  // namespace tickweir::tests
