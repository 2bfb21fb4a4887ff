#include "txn/engine/checkpoint.hpp"

#include <utility>

#include "txn/snapshot/snapshot_files.hpp"
#include "txn/snapshot/snapshot_reader.hpp"
#include "txn/snapshot/snapshot_writer.hpp"
#include "txn/venue/ledger_state.hpp"

namespace tickweir::txn {
namespace {

void save_section(const EngineState& state, StateWriter& writer, std::uint32_t section) {
    if (section == 0) return save_ledger(state.ledger(), state.settings(), writer);
    const auto shard = static_cast<std::uint16_t>(section - 1);
    writer.put(state.sum(shard).records);
    writer.put(static_cast<Int128>(state.sum(shard).sum));
    writer.put(static_cast<Int128>(state.venue(shard).balance_sum()));
    state.venue(shard).save(writer);
}

std::string load_section(EngineState& state, snapshot::SnapshotReader& source,
                         std::uint32_t section) {
    StateReader reader{source};
    if (section == 0) return load_ledger(state.ledger(), state.settings(), reader);
    const auto shard = static_cast<std::uint16_t>(section - 1);
    state.sum(shard).records = reader.get<std::uint64_t>();
    state.sum(shard).sum = static_cast<Uint128>(reader.wide());
    state.venue(shard).restore_balance_sum(static_cast<Uint128>(reader.wide()));
    return state.venue(shard).load(reader);
}

/// Into a state before the first record. What is wrong, or an empty text.
std::string load(EngineState& state, snapshot::SnapshotReader& source) {
    if (!source.open()) return source.fault();
    const snapshot::SnapshotHeader& header = source.header();
    if (header.shards != state.shards()) {
        return "it is of " + std::to_string(header.shards) + " shards, the venue has " +
               std::to_string(state.shards());
    }
    for (std::uint32_t section = 0; section <= header.shards; ++section) {
        if (section != 0 && !source.next_section()) return source.fault();
        if (std::string fault = load_section(state, source, section); !fault.empty()) return fault;
    }
    if (!source.finish()) return source.fault();
    state.set_applied(header.lsn);
    const bool same = state.hash() == header.state_hash;
    return same ? "" : "the state read has another hash than the one that was written";
}

}  // namespace

FoundState newest_state(io::Files& files, const std::string& data, const log::LogId& id,
                        const VenueSettings& settings, std::uint16_t shards,
                        std::optional<log::Lsn> most) {
    FoundState found;
    found.state = std::make_unique<EngineState>(settings, shards);
    const auto listed = snapshot::list_snapshots(files, data);
    if (!listed) {
        found.bad.push_back(io::to_string(listed.error()));
        return found;
    }
    for (std::size_t i = listed->snapshots.size(); i-- > 0;) {
        const log::Lsn lsn = listed->snapshots[i];
        if (most && lsn > *most) continue;
        const std::string path = snapshot::snapshot_path(data, lsn);
        snapshot::SnapshotReader source{files, path, id};
        const std::string fault = load(*found.state, source);
        if (fault.empty()) {
            found.file = path;
            return found;
        }
        found.bad.push_back(fault.starts_with(path) ? fault : path + ": " + fault);
        found.state = std::make_unique<EngineState>(settings, shards);
    }
    return found;
}

std::string write_state(io::Files& files, const std::string& data, const log::LogId& id,
                        std::uint64_t term, const EngineState& state, book::TimeNs now) {
    const snapshot::SnapshotHeader header{.log_id = id,
                                          .lsn = state.applied(),
                                          .term = term,
                                          .state_hash = state.hash(),
                                          .time = now,
                                          .shards = state.shards()};
    const auto written = snapshot::write_snapshot(
        files, data, header, [&state](StateWriter& writer, std::uint32_t section) {
            save_section(state, writer, section);
        });
    if (!written) return io::to_string(written.error());
    const auto verified = snapshot::verify_snapshot(files, written->path, id);
    return verified.snapshot ? "" : log::to_string(verified.finding);
}

log::Lsn retire_states(io::Files& files, const std::string& data, const log::LogId& id,
                       log::Lsn newest, std::string& fault) {
    const auto pruned = snapshot::prune_snapshots(files, data, id);
    if (!pruned) {
        fault = io::to_string(pruned.error());
        return {};
    }
    const auto listed = snapshot::list_snapshots(files, data);
    if (!listed) {
        fault = io::to_string(listed.error());
        return {};
    }
    for (std::size_t i = listed->snapshots.size(); i-- > 0;) {
        const log::Lsn lsn = listed->snapshots[i];
        if (lsn >= newest) continue;
        const auto verified =
            snapshot::verify_snapshot(files, snapshot::snapshot_path(data, lsn), id);
        if (verified.snapshot) return lsn;
        fault = log::to_string(verified.finding);
    }
    return {};
}

}  // namespace tickweir::txn
