// Snapshots over the fault file system: of venues that some random commands have made, small enough
// to change every byte of them.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/snapshot/state_bytes.hpp"
#include "tests/support/fault_files.hpp"
#include "tests/support/venue_stream.hpp"
#include "txn/snapshot/snapshot_files.hpp"
#include "txn/snapshot/snapshot_reader.hpp"
#include "txn/snapshot/snapshot_writer.hpp"

namespace tickweir::tests {

inline const txn::log::LogId snapshot_log{{std::byte{0x4C}, std::byte{9}, std::byte{200}}};
inline const std::string data_path = "data";

/// A venue after some commands, and what it saves.
class SnapshotWorld {
public:
    explicit SnapshotWorld(std::uint64_t seed, int steps = 60)
        : stream_{seed}, venue_{std::make_unique<txn::Venue>(stream_.settings())} {
        go_on(steps);
    }

    void go_on(int steps) {
        txn::Outcome said;
        for (int i = 0; i < steps; ++i) {
            venue_->execute(stream_.next().command, said);
            stream_.learn(said);
        }
    }

    txn::snapshot::SnapshotHeader header(std::uint64_t lsn) const {
        return {.log_id = snapshot_log,
                .lsn = txn::log::Lsn{lsn},
                .term = 3,
                .state_hash = venue_->state_hash(),
                .time = txn::TimeNs{std::chrono::nanoseconds{lsn * 1'000}},
                .shards = 1};
    }

    txn::io::Result<txn::snapshot::SnapshotInfo> write(txn::io::Files& files, std::uint64_t lsn,
                                                       std::size_t chunk_bytes = 512) const {
        return txn::snapshot::write_snapshot(
            files, data_path, header(lsn),
            [&](txn::StateWriter& writer, std::uint32_t section) {
                if (section == 0)
                    txn::save_ledger(venue_->ledger(), venue_->settings(), writer);
                else
                    venue_->save(writer);
            },
            chunk_bytes);
    }

    const txn::Venue& venue() const { return *venue_; }
    const txn::VenueSettings& settings() const { return stream_.settings(); }

private:
    VenueStream stream_;
    std::unique_ptr<txn::Venue> venue_;
};

/// Loads a venue from a snapshot; nothing, and what was wrong, where that is not possible.
inline std::unique_ptr<txn::Venue> load_snapshot(txn::io::Files& files, const std::string& path,
                                                 const txn::VenueSettings& settings,
                                                 std::string& fault) {
    txn::snapshot::SnapshotReader reader{files, path, snapshot_log};
    auto venue = std::make_unique<txn::Venue>(settings);
    if (reader.open()) {
        txn::StateReader ledger{reader};
        fault = txn::load_ledger(venue->ledger(), settings, ledger);
        if (!fault.empty()) return nullptr;
        if (reader.next_section()) {
            txn::StateReader state{reader};
            fault = venue->load(state);
            if (!fault.empty()) return nullptr;
            if (reader.finish()) return venue;
        }
    }
    fault = reader.fault();
    return nullptr;
}

/// A file of these bytes and no other.
inline void put_file(txn::io::Files& files, const std::string& path,
                     const std::vector<std::byte>& bytes) {
    (void)files.remove(path);
    auto file = files.open(path, {.mode = txn::io::OpenMode::create});
    ASSERT_TRUE(file.has_value());
    ASSERT_TRUE((*file)->append(bytes).has_value());
}

}  // namespace tickweir::tests
