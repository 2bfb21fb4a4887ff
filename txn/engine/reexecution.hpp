// Executes a log's records again and holds what they do against what the log says they did. The one
// path of recovery, replayer and audit: what none of them noticed, none of them did.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "txn/engine/engine_state.hpp"
#include "txn/log/format.hpp"
#include "txn/log/records_ahead.hpp"
#include "txn/record/command_record.hpp"

namespace tickweir::txn {

struct ReexecutionCounts {
    std::uint64_t commands = 0;
    std::uint64_t compared = 0;  ///< commands whose effects were held against the log's
    std::uint64_t marks = 0;     ///< found right
    std::uint64_t aborted = 0;
    std::uint64_t host = 0;  ///< records of the host's own types
};

/// Takes a record of a type of the host's own; an empty text, or what is wrong with it.
using HostRecords = std::function<std::string(const log::RecordView&)>;

/// For who only follows the venue.
inline std::string pass_over(const log::RecordView&) {
    return {};
}

/// One thread's. Nothing is allocated once the state was as busy before, unless something differs.
class Reexecution {
public:
    /// `state` outlives it. Without `host` a record of the host's is a fault: somebody misses it.
    explicit Reexecution(EngineState& state, HostRecords host = {});

    /// Applies the record behind state.applied(). False if it is not what it should be, and
    /// fault() says what: then the state is not to be used any more. Without `compare` only marks
    /// and refusals are looked at.
    [[nodiscard]] bool apply(const log::RecordView& record, bool compare = true);

    /// Asks for the memory that a record will need which is to be applied soon (log::RecordsAhead).
    void look_ahead(const log::RecordView& record, unsigned step);

    const std::string& fault() const { return fault_; }
    const ReexecutionCounts& counts() const { return counts_; }
    /// Of the last command.
    const Outcome& outcome() const { return outcome_; }

private:
    /// A record's command, read once however often it is looked at.
    struct Read {
        log::Lsn lsn{};  // 0: none
        DecodedCommand decoded;
        std::string fault;
    };

    Read& read(const log::RecordView& record);
    bool apply_command(const log::RecordView& record, bool compare);
    bool apply_mark(const log::RecordView& record);
    bool apply_host(const log::RecordView& record);
    bool differs(log::Lsn lsn, const DecodedCommand& decoded);
    bool refuse(log::Lsn lsn, const std::string& what);

    EngineState& state_;
    HostRecords host_;
    std::array<Read, 2 * log::RecordsAhead::in_line> read_;  // by LSN
    Outcome outcome_;
    std::vector<std::byte> executed_;  // effects
    std::string fault_;
    ReexecutionCounts counts_;
};

/// Whether a command changed nothing, so that it has no record.
bool is_refused(const Outcome& outcome);

}  // namespace tickweir::txn
