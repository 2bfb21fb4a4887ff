#include "txn/log/log_ring.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "book/ensure.hpp"

namespace tickweir::txn::log {

namespace {

constexpr std::uint64_t low_half = 0xFFFF'FFFF;

}  // namespace

LogRing::LogRing(RingLimits limits, Lsn first, book::Charge charge)
    : charge_(std::move(charge)),
      units_(limits.bytes / unit_bytes),
      reserve_units_(static_cast<std::int64_t>(limits.reserve_bytes / unit_bytes)),
      first_(number(first)),
      memory_(new (std::align_val_t{unit_bytes}) std::byte[bytes_for(limits)]{}),
      available_(static_cast<std::int64_t>(units_)) {
    book::ensure(std::has_single_bit(limits.bytes) && limits.bytes >= record_bytes_max);
    book::ensure(limits.reserve_bytes <= limits.bytes && units_ < low_half / 4);
    book::ensure(charge_.budget() == nullptr || charge_.bytes() >= bytes_for(limits));
}

std::uint64_t& LogRing::state_of(std::byte* slot) {
    return *reinterpret_cast<std::uint64_t*>(slot);
}

// ---------------------------------------------------------------- threads with transactions

std::optional<Refusal> LogRing::closed_for(RecordClass record_class) const {
    if (stopped_.load(std::memory_order_relaxed)) return Refusal::stopped;
    const Room room = room_.load(std::memory_order_relaxed);
    if (room == Room::none) return Refusal::no_room;
    const bool ordinary = record_class == RecordClass::ordinary;
    if (room == Room::cancels_only && ordinary) return Refusal::cancels_only;
    return std::nullopt;
}

std::optional<Refusal> LogRing::take_units(std::uint32_t units, RecordClass record_class) {
    if (const auto closed = closed_for(record_class)) return closed;
    const std::int64_t keep = record_class == RecordClass::ordinary ? reserve_units_ : 0;
    std::int64_t available = available_.load(std::memory_order_relaxed);
    while (available - units >= keep) {
        // Acquire, paired with give_back: see reserve.
        if (available_.compare_exchange_weak(available, available - units,
                                             std::memory_order_acquire, std::memory_order_relaxed))
            return std::nullopt;
    }
    return Refusal::ring_full;
}

bool LogRing::refuse(Refusal refusal, Refusal* why) {
    refused_[static_cast<std::size_t>(refusal)].fetch_add(1, std::memory_order_relaxed);
    if (why != nullptr) *why = refusal;
    return false;
}

std::optional<LogRing::Credit> LogRing::take_credit(RecordClass record_class,
                                                    std::size_t payload_bytes_most, Refusal* why) {
    Credit credit = no_credit();
    if (!refill(credit, record_class, payload_bytes_most, payload_bytes_most, why))
        return std::nullopt;
    return credit;
}

bool LogRing::refill(Credit& credit, RecordClass record_class, std::size_t payload_bytes_least,
                     std::size_t payload_bytes_wanted, Refusal* why) {
    book::ensure(credit.ring_ == this && payload_bytes_least <= payload_bytes_max);
    if (const auto closed = closed_for(record_class)) return refuse(*closed, why);
    const std::uint32_t least = units_for(payload_bytes_least);
    if (credit.units_ >= least) return true;
    const std::uint32_t wanted = units_for(std::max(payload_bytes_least, payload_bytes_wanted));
    std::uint32_t taken = wanted - credit.units_;
    std::optional<Refusal> refusal = take_units(taken, record_class);
    if (refusal == Refusal::ring_full && wanted != least) {
        taken = least - credit.units_;
        refusal = take_units(taken, record_class);
    }
    if (refusal) return refuse(*refusal, why);
    credit.units_ += taken;
    return true;
}

// Why the room is free, and seen to be. Credits and records together never hold more than there is.
// Of the credits behind the reservations up to this one, take the one granted last: when it was,
// all but `units_` of the units that those reservations stand for had been given back, the ones at
// our place among them. Its holder acquired that, and is us, or added to the cursor before us and
// released it there. Sequentially consistent, so that the reservation also takes its place in one
// order with the versions and locks of the transaction around it.
LogRing::Reservation LogRing::reserve(Credit& credit, std::size_t payload_bytes) {
    const std::uint32_t units = units_for(payload_bytes);
    book::ensure(credit.ring_ == this && units <= credit.units_);
    const std::uint64_t seen =
        cursor_.fetch_add((std::uint64_t{units} << 32) + 1, std::memory_order_seq_cst);
    // Records in the ring are fewer than 2^30, and what was taken out is seen up to then (above),
    // so the low half of the count tells all of it.
    const std::uint64_t drained = drained_.load(std::memory_order_relaxed);
    const std::uint64_t count = drained + ((seen - drained) & low_half);
    const std::size_t unit = ((seen >> 32) - (count >> 32)) & (units_ - 1);

    std::byte* const slot = at(unit);
    reinterpret_cast<Slot*>(slot)->units = units;
    reinterpret_cast<Slot*>(slot)->lsn_low = static_cast<std::uint32_t>(first_ + count);
    credit.units_ -= units;
    return Reservation{slot, Lsn{first_ + count}, {slot + sizeof(Slot), payload_bytes}};
}

LogRing::Reservation LogRing::reserve(Credit&& credit, std::size_t payload_bytes) {
    Credit own{std::move(credit)};
    return reserve(own, payload_bytes);
}

Lsn LogRing::reserved() const {
    // Old or not: it is fewer than 2^32 records behind.
    const std::uint64_t drained = drained_.load(std::memory_order_relaxed);
    const std::uint64_t seen = cursor_.load(std::memory_order_seq_cst);
    return Lsn{first_ + drained + ((seen - drained) & low_half) - 1};
}

LogRing::Reservation& LogRing::Reservation::operator=(Reservation&& other) noexcept {
    if (this == &other) return *this;
    if (slot_ != nullptr) abort();
    slot_ = std::exchange(other.slot_, nullptr);
    lsn_ = other.lsn_;
    payload_ = other.payload_;
    return *this;
}

void LogRing::Reservation::commit(std::uint16_t type, std::size_t payload_bytes) {
    book::ensure(payload_bytes <= payload_.size());
    finish(finished_bit | std::uint64_t{type} << 32 | payload_bytes);
}

void LogRing::Reservation::abort() {
    finish(finished_bit | aborted_bit);
}

/// Release: the log's thread finds the payload whole. Sequentially consistent for the doorbell.
void LogRing::Reservation::finish(std::uint64_t state) {
    book::ensure(slot_ != nullptr);
    std::atomic_ref{state_of(slot_)}.store(state, std::memory_order_seq_cst);
    slot_ = nullptr;
}

/// Release: what was done in the room that is given back is over.
void LogRing::give_back(std::uint32_t units) {
    available_.fetch_add(units, std::memory_order_release);
}

// ---------------------------------------------------------------- the log's thread

bool LogRing::ready() const {
    return std::atomic_ref{state_of(at(read_unit_))}.load(std::memory_order_seq_cst) != 0;
}

std::size_t LogRing::drain(BatchBuffer& batch) {
    std::size_t records = 0;
    std::uint32_t units = 0;
    for (;;) {
        std::byte* const slot = at(read_unit_);
        const std::uint64_t state = std::atomic_ref{state_of(slot)}.load(std::memory_order_acquire);
        const std::size_t payload_bytes = state & low_half;
        if (state == 0 || !batch.fits(payload_bytes)) break;
        const auto header = *reinterpret_cast<const Slot*>(slot);
        book::ensure(header.lsn_low == static_cast<std::uint32_t>(number(batch.next())));
        batch.add(static_cast<std::uint16_t>(state >> 32), (state & aborted_bit) != 0,
                  {slot + sizeof(Slot), payload_bytes});
        clear(read_unit_, header.units);
        read_unit_ = (read_unit_ + header.units) & (units_ - 1);
        units += header.units;
        ++records;
    }
    if (records == 0) return 0;
    // Before the room is given back: who gets that sees this.
    drained_.store(drained_.load(std::memory_order_relaxed) + records, std::memory_order_relaxed);
    give_back(units);
    return records;
}

/// A record may begin at any unit next time round: its state has to be 0 until it is finished.
void LogRing::clear(std::size_t unit, std::uint32_t units) {
    for (std::uint32_t i = 0; i < units && unit + i < units_; ++i)
        state_of(at(unit + i)) = 0;
}

std::size_t LogRing::free_bytes() const {
    const std::int64_t units = available_.load(std::memory_order_relaxed);
    return static_cast<std::size_t>(units) * unit_bytes;
}

}  // namespace tickweir::txn::log
