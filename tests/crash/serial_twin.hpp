// A venue that has no log, no threads and no snapshots: it executes what a log holds, one command
// after another from the very first, and is compared with the one that was recovered.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "txn/engine/engine_state.hpp"
#include "txn/io/files.hpp"
#include "txn/log/format.hpp"
#include "txn/record/command_record.hpp"

namespace tickweir::tests {

class SerialTwin {
public:
    /// Hears of each command, continuations too; answers what is wrong with it, or nothing.
    using Hear =
        std::function<std::string(txn::log::Lsn, const txn::Command&, const txn::Outcome&)>;

    SerialTwin(const txn::VenueSettings& settings, std::uint16_t shards, Hear hear);

    /// Executes what a data directory's log holds behind what was executed already, up to a record
    /// that it holds for certain. What is wrong, or an empty text.
    [[nodiscard]] std::string follow(txn::io::Files& files, const std::string& data,
                                     const txn::log::LogId& id, txn::log::Lsn up_to);

    const txn::EngineState& state() const { return state_; }
    /// Less what was withdrawn; by asset.
    const std::vector<txn::Int128>& deposited() const { return deposited_; }
    /// What is wrong with sums of balances, of any state with as many commands behind it.
    std::string conservation_fault(const txn::Ledger& ledger) const;

    std::uint64_t commands() const { return commands_; }

private:
    std::string execute(const txn::log::RecordView& record);
    std::string execute_command(const txn::log::RecordView& record);
    void count_money(const txn::Command& command);

    txn::EngineState state_;
    Hear hear_;
    txn::Outcome outcome_;
    std::vector<std::byte> effects_;
    std::vector<txn::Int128> deposited_;  // less what was withdrawn; by asset
    std::uint64_t commands_ = 0;
};

/// Sums of an asset's balances over all accounts, by asset.
std::vector<txn::Int128> totals_of(const txn::Ledger& ledger, std::size_t assets);

}  // namespace tickweir::tests
