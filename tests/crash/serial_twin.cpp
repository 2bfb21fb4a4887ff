#include "tests/crash/serial_twin.hpp"

#include <algorithm>
#include <utility>

#include "txn/engine/reexecution.hpp"
#include "txn/log/data_directory.hpp"
#include "txn/log/log_reader.hpp"

namespace tickweir::tests {

using txn::log::Lsn;

namespace {

std::string at_lsn(Lsn lsn, const std::string& what) {
    return "LSN " + std::to_string(number(lsn)) + ' ' + what;
}

}  // namespace

SerialTwin::SerialTwin(const txn::VenueSettings& settings, std::uint16_t shards, Hear hear)
    : state_{settings, shards},
      hear_{std::move(hear)},
      effects_(txn::log::payload_bytes_max),
      deposited_(settings.assets.size()) {}

std::string SerialTwin::follow(txn::io::Files& files, const std::string& data,
                               const txn::log::LogId& id, Lsn up_to) {
    if (up_to < state_.applied())
        return at_lsn(state_.applied(), "was recovered once, but now the log ends at " +
                                            std::to_string(number(up_to)));
    if (up_to == state_.applied()) return {};
    txn::log::LogReader reader{
        files, txn::log::log_directory(data), id,
        txn::log::ReadOptions{
            .from = after(state_.applied()), .known_durable = state_.applied(), .up_to = up_to}};
    while (state_.applied() < up_to) {
        txn::log::RecordView record;
        if (reader.next(record) != txn::log::ReadOutcome::record)
            return at_lsn(after(state_.applied()),
                          "cannot be read: " + txn::log::to_string(reader.finding()));
        if (record.lsn != after(state_.applied()))
            return at_lsn(record.lsn,
                          "follows " + std::to_string(number(state_.applied())) + " in the log");
        if (std::string fault = execute(record); !fault.empty()) return fault;
        state_.set_applied(record.lsn);
    }
    return {};
}

std::string SerialTwin::execute(const txn::log::RecordView& record) {
    if (record.aborted) return {};
    if (record.type == txn::command_record_type) return execute_command(record);
    return record.type == txn::mark_record_type
               ? ""
               : at_lsn(record.lsn, "is of type " + std::to_string(record.type));
}

std::string SerialTwin::execute_command(const txn::log::RecordView& record) {
    txn::DecodedCommand decoded;
    if (const std::string fault = txn::decode_record(record.payload, decoded); !fault.empty())
        return at_lsn(record.lsn, fault);
    const txn::Command& command = decoded.command;
    const std::uint16_t shard = command.envelope.shard;
    if (shard >= state_.shards()) return at_lsn(record.lsn, "is of a shard that is not there");
    state_.venue(shard).execute(command, outcome_);
    if (txn::is_refused(outcome_))
        return at_lsn(record.lsn,
                      "is refused by a serial execution: " + txn::command_text(command));
    const std::size_t bytes = txn::encode_effects(effects_, command, outcome_);
    const auto own = std::span{effects_}.first(bytes);
    if (!std::ranges::equal(decoded.effects, own))
        return at_lsn(record.lsn, "has other effects in a serial execution: " +
                                      txn::first_difference(command, decoded.effects, own));
    state_.sum(shard).add(record.payload);
    count_money(command);
    ++commands_;
    return hear_(record.lsn, command, outcome_);
}

void SerialTwin::count_money(const txn::Command& command) {
    if (const auto* deposit = std::get_if<txn::Deposit>(&command.body))
        deposited_[static_cast<std::size_t>(deposit->asset)] += deposit->amount;
    if (const auto* withdraw = std::get_if<txn::Withdraw>(&command.body))
        deposited_[static_cast<std::size_t>(withdraw->asset)] -= withdraw->amount;
}

std::string SerialTwin::conservation_fault(const txn::Ledger& ledger) const {
    const std::vector<txn::Int128> totals = totals_of(ledger, deposited_.size());
    for (std::size_t asset = 0; asset < totals.size(); ++asset)
        if (totals[asset] != deposited_[asset])
            return "asset " + std::to_string(asset) + " is not conserved";
    return {};
}

std::vector<txn::Int128> totals_of(const txn::Ledger& ledger, std::size_t assets) {
    std::vector<txn::Int128> totals(assets);
    ledger.for_each([&](txn::AccountId, txn::AssetId asset, const txn::Balance& balance) {
        totals[static_cast<std::size_t>(asset)] += balance.total;
    });
    return totals;
}

}  // namespace tickweir::tests
