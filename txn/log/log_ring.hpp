// Where transactions leave their records on the way to the log: several threads reserve numbers and
// room in one step, fill it at their own pace, and one thread takes the records out in order.
//
//   credit ──► reserve: LSN and room, one atomic addition ──► fill ──► commit or abort
//
//   units of 64 bytes   | rec 7 ........ | rec 8 | rec 9 (being filled) | rec 10 .. | free ...
//                        ^ the log's thread: takes 7 and 8, waits at 9                ^ cursor
//
// Reserving is the point at which transactions are put in order. It never waits, fails, allocates
// or calls the system, since it is done with records locked: room for the largest record was
// granted before, as a credit. A record that is not to be lasts as an aborted one without payload,
// so that numbers have no gaps.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "book/budget.hpp"
#include "txn/log/batch_buffer.hpp"
#include "txn/log/carrier.hpp"
#include "txn/log/futex.hpp"

namespace tickweir::txn::log {

struct RingLimits {
    std::size_t bytes = std::size_t{8} << 20;          ///< a power of two
    std::size_t reserve_bytes = std::size_t{1} << 20;  ///< of those, for records that reduce risk
};

enum class RecordClass : std::uint8_t {
    ordinary,
    risk_reducing,  ///< cancels and the like: may use the reserves of ring and disk
};

/// Why there is no credit.
enum class Refusal : std::uint8_t {
    ring_full,     ///< the log does not keep up
    cancels_only,  ///< the disk is nearly full, and the record is an ordinary one
    no_room,       ///< the disk has no room even for cancels
    stopped,       ///< the log has failed, or is being closed
};
inline constexpr std::size_t refusals = 4;

class LogRing {
    static constexpr std::size_t unit_bytes = 64;

public:
    class Credit;
    class Reservation;

    /// What it takes of memory; to be charged before it is made.
    static constexpr std::size_t bytes_for(const RingLimits& limits) {
        return limits.bytes + record_bytes_max + unit_bytes;
    }

    /// The first record to be reserved gets the LSN `first`. The charge, unless empty, covers
    /// bytes_for(limits).
    LogRing(RingLimits limits, Lsn first, book::Charge charge = {});
    LogRing(const LogRing&) = delete;
    LogRing& operator=(const LogRing&) = delete;

    // Threads with transactions.

    /// Room for a record of so much payload, taken before anything is locked; or why there is none,
    /// which is counted. Does not wait. The ring outlives its credits.
    [[nodiscard]] std::optional<Credit> take_credit(
        RecordClass record_class, std::size_t payload_bytes_most = payload_bytes_max,
        Refusal* why = nullptr);

    /// Nothing, to be refilled.
    Credit no_credit();

    /// Sees to it that a credit is for `payload_bytes_least` at least, and takes as much as makes
    /// it `payload_bytes_wanted` where it has to take any: so that who keeps a credit from record
    /// to record asks seldom. False, and counted, as take_credit; then it is as it was.
    [[nodiscard]] bool refill(Credit& credit, RecordClass record_class,
                              std::size_t payload_bytes_least, std::size_t payload_bytes_wanted,
                              Refusal* why = nullptr);

    /// The next LSN, and room for a payload of at most what the credit is for, which it takes from
    /// the credit. Wait-free.
    [[nodiscard]] Reservation reserve(Credit& credit, std::size_t payload_bytes);
    /// Likewise; what the credit was for beyond that is given back.
    [[nodiscard]] Reservation reserve(Credit&& credit, std::size_t payload_bytes);

    /// To be called after a commit or abort, once nothing is locked any more: wakes the log's
    /// thread if it sleeps.
    void notify() { doorbell_.ring(); }

    // The log's thread.

    /// Moves finished records to the batch, in order, as long as they fit. Answers how many.
    std::size_t drain(BatchBuffer& batch);

    /// Whether the next record is finished.
    bool ready() const;

    /// Sleeps until the next record is finished (while `accepts`), someone notifies, or time is up;
    /// the caller looks again. `ready_too` is a further reason to stay awake. Both are asked when a
    /// notification wakes already, and load sequentially consistent.
    template <class Accepts, class Ready>
    void wait(Accepts&& accepts, Ready&& ready_too, std::optional<Duration> most) {
        doorbell_.wait([&] { return (accepts() && ready()) || ready_too(); }, most);
    }

    /// What may be taken from now on.
    void set_room(Room room) {
        // Written only when it changes: who takes credits reads this line.
        if (room_.load(std::memory_order_relaxed) != room) {
            room_.store(room, std::memory_order_relaxed);
        }
    }
    /// No credit is granted any more; what has one may still be committed.
    void stop() { stopped_.store(true, std::memory_order_relaxed); }

    // Any thread.

    /// The last one reserved so far. Sequentially consistent, as reserving is: whoever finds a
    /// record unlocked after this call finds in it what every reservation up to here changed.
    Lsn reserved() const;
    /// Of the records taken out so far, the last one's.
    Lsn drained() const { return Lsn{first_ + drained_.load(std::memory_order_relaxed) - 1}; }
    std::size_t capacity_bytes() const { return units_ * unit_bytes; }
    /// Neither granted nor filled, at some moment.
    std::size_t free_bytes() const;
    std::uint64_t refused(Refusal why) const {
        return refused_[static_cast<std::size_t>(why)].load(std::memory_order_relaxed);
    }

private:
    /// Stands before each payload. While `state` is 0 the record is not finished.
    struct Slot {
        std::uint64_t state;
        std::uint32_t units;
        std::uint32_t lsn_low;
    };
    static_assert(sizeof(Slot) == 16);

    static constexpr std::uint64_t finished_bit = std::uint64_t{1} << 63;
    static constexpr std::uint64_t aborted_bit = std::uint64_t{1} << 62;

    static constexpr std::uint32_t units_for(std::size_t payload_bytes) {
        return static_cast<std::uint32_t>((sizeof(Slot) + payload_bytes + unit_bytes - 1) /
                                          unit_bytes);
    }

    std::byte* at(std::size_t unit) const { return &memory_[unit * unit_bytes]; }
    static std::uint64_t& state_of(std::byte* slot);
    std::optional<Refusal> closed_for(RecordClass record_class) const;
    std::optional<Refusal> take_units(std::uint32_t units, RecordClass record_class);
    bool refuse(Refusal refusal, Refusal* why);
    void give_back(std::uint32_t units);
    void clear(std::size_t unit, std::uint32_t units);

    struct Free {
        void operator()(std::byte* memory) const {
            ::operator delete[](memory, std::align_val_t{unit_bytes});
        }
    };

    book::Charge charge_;
    std::size_t units_;  // a power of two
    std::int64_t reserve_units_;
    std::uint64_t first_;  // LSN of the first record ever
    // A record that begins near the end runs on into memory behind it; the room at the front that
    // it stands for stays unused that time.
    std::unique_ptr<std::byte[], Free> memory_;

    // Upper half: units reserved so far, plus one for each 2^32 records; lower half: records. One
    // addition moves both, so that the order of numbers is the order of places.
    alignas(64) std::atomic<std::uint64_t> cursor_{0};
    alignas(64) std::atomic<std::int64_t> available_;    // units that no credit and no record holds
    alignas(64) std::atomic<std::uint64_t> drained_{0};  // records; the log's thread writes it
    std::size_t read_unit_ = 0;                          // the log's thread
    alignas(64) Doorbell doorbell_;
    std::atomic<Room> room_{Room::plenty};  // relaxed: a limit, by which nothing is published
    std::atomic<bool> stopped_{false};      // relaxed: likewise
    std::array<std::atomic<std::uint64_t>, refusals> refused_{};
};

/// Room granted; given back if it goes unused.
class LogRing::Credit {
public:
    Credit(Credit&& other) noexcept
        : ring_(std::exchange(other.ring_, nullptr)), units_(std::exchange(other.units_, 0)) {}
    Credit& operator=(Credit&& other) noexcept {
        std::swap(ring_, other.ring_);
        std::swap(units_, other.units_);
        return *this;
    }
    ~Credit() {
        if (units_ != 0) ring_->give_back(units_);
    }

private:
    friend class LogRing;
    Credit(LogRing& ring, std::uint32_t units) : ring_(&ring), units_(units) {}

    LogRing* ring_;
    std::uint32_t units_;
};

inline LogRing::Credit LogRing::no_credit() {
    return Credit{*this, 0};
}

/// A record's number and place, until it is committed or aborted; one that goes unfinished is
/// aborted. The log waits for it, so fill it at once.
class LogRing::Reservation {
public:
    Reservation(Reservation&& other) noexcept
        : slot_(std::exchange(other.slot_, nullptr)), lsn_(other.lsn_), payload_(other.payload_) {}
    Reservation& operator=(Reservation&& other) noexcept;
    ~Reservation() {
        if (slot_ != nullptr) abort();
    }

    Lsn lsn() const { return lsn_; }
    /// To be written into, of the length that was asked for.
    std::span<std::byte> payload() const { return payload_; }

    /// The first so many bytes of the payload are the record.
    void commit(std::uint16_t type, std::size_t payload_bytes);
    void commit(std::uint16_t type) { commit(type, payload_.size()); }
    /// The number is used up, by a record of no type and payload.
    void abort();

private:
    friend class LogRing;
    Reservation(std::byte* slot, Lsn lsn, std::span<std::byte> payload)
        : slot_(slot), lsn_(lsn), payload_(payload) {}
    void finish(std::uint64_t state);

    std::byte* slot_;
    Lsn lsn_;
    std::span<std::byte> payload_;
};

}  // namespace tickweir::txn::log
