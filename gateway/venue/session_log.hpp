// FIX sessions' numbers in the venue's log: blocks go into it as records of the host's own, and
// count once they are durable. Made with the venue; open once that has recovered.
//
//   FIX thread ── reserve ─► record ─► log ring ═► log ═► durable ── bound ─► FIX thread
//                    └─► newest of each session ── housekeeping ─► DATA/venue.sessions
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/fix/number_reserve.hpp"
#include "gateway/venue/stored_sessions.hpp"
#include "gateway/venue/venue_role.hpp"
#include "txn/io/files.hpp"
#include "txn/log/durable_lsn.hpp"
#include "txn/log/log_ring.hpp"

namespace tickweir::gateway {

class SessionLog final : public fix::NumberReserve {
public:
    /// Its venue's; outlives it.
    explicit SessionLog(const VenueRole& role) : role_{role} {}
    SessionLog(const SessionLog&) = delete;
    SessionLog& operator=(const SessionLog&) = delete;

    // Before the FIX thread begins, and then the thread that recovers.

    /// Throws std::runtime_error for names that do not fit a record.
    void set_sessions(std::vector<fix::StoredSession> stored);
    const std::vector<fix::StoredSession>& stored() const { return stored_; }
    /// `resumed` as the stored sessions are. The engine outlives its use: see close().
    void open(txn::log::LogRing& ring, const txn::log::DurableLsn& durable,
              std::uint16_t log_number, std::vector<fix::ResumedSession> resumed,
              SessionBlocks blocks);

    // NumberReserve: the FIX thread.
    bool open() const override { return open_.load(std::memory_order_acquire); }
    bool ready() const override { return role_.stage() == VenueRole::Stage::running; }
    std::uint16_t log_number() const override { return log_number_; }
    fix::ResumedSession resumed(fix::SessionId session) const override {
        return resumed_[static_cast<std::size_t>(session)];
    }
    bool reserve(fix::SessionId session, const fix::NumberBlock& block) override;
    std::uint64_t bound(fix::SessionId session, book::TimeNs numbering) override;

    // The thread that keeps house.

    /// Writes the copy where anything has changed; what went wrong, or an empty text.
    [[nodiscard]] std::string write_copy(txn::io::Files& files, const std::string& data);
    /// The FIX thread has ended; the engine may go.
    void close();

    /// Blocks asked for; any thread.
    std::uint64_t reserved() const { return reserved_.load(std::memory_order_relaxed); }

private:
    struct Asked {
        txn::log::Lsn lsn{};
        fix::NumberBlock block;
    };
    /// Of one session: what is on its way, oldest first, and the last that is durable.
    struct Row {
        fix::NumberBlock durable;
        std::array<Asked, 4> asked;
        std::size_t count = 0;
    };
    void settle(Row& row) const;

    const VenueRole& role_;
    std::vector<fix::StoredSession> stored_;
    std::vector<fix::ResumedSession> resumed_;  // written before open_ is set
    txn::log::LogRing* ring_ = nullptr;         // likewise; none again after close()
    const txn::log::DurableLsn* durable_ = nullptr;
    std::uint16_t log_number_ = 0;
    std::atomic<bool> open_{false};
    std::vector<Row> rows_;  // the FIX thread's once it is open
    std::atomic<std::uint64_t> reserved_{0};

    std::mutex mutex_;      // held for moments; nothing nests in it
    SessionBlocks blocks_;  // guarded by mutex_
    bool changed_ = false;  // guarded by mutex_: since the copy was written
};

}  // namespace tickweir::gateway
