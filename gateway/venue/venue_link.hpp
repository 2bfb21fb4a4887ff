// What order entry and a venue's shard say to each other: the records of their rings, and a board
// that the venue's thread writes and every thread reads. Values only.
//
//   order entry ══ urgent (P0, P1) ══►  shard  ══ reports ══► order entry
//               ══ ordinary (others) ═►    └── board: mode, stage, how far the log is durable
#pragma once

#include <atomic>
#include <cstdint>
#include <type_traits>

#include "book/ring.hpp"
#include "gateway/runtime/reactor.hpp"
#include "gateway/shield/vocabulary.hpp"
#include "gateway/venue/input_delay.hpp"
#include "txn/log/lsn.hpp"
#include "txn/venue/command.hpp"
#include "txn/venue/event.hpp"

namespace tickweir::gateway {

/// A command on its way to a shard.
struct VenueRequest {
    /// `arrived`: when its frame was read; `urgency`: its class; `sequence`: its MsgSeqNum.
    txn::Command command;
    /// Counts the requests of one producer over both of its rings, from 1: what an urgent one may
    /// concern lies in the ordinary ring below its number.
    std::uint64_t arrival = 0;
};
static_assert(std::is_trivially_copyable_v<VenueRequest>);

using shield::LoadMode;
using shield::ShedCause;

enum class VenueReportKind : std::uint8_t {
    event,      ///< what a command did, as far as the configured commit point demands; or a refusal
    shed,       ///< a request that was not executed; `shed` tells why
    withdrawn,  ///< a request that a cancel, mass cancel or kill took out of its queue
    order,      ///< after recovery: an open order as it stands, in no order of time
    again,      ///< after recovery: an event that its session may not have been told
    ready,      ///< after recovery: everything was told, requests are taken from now on
};

/// What a shard tells order entry, in the order in which it happened.
struct VenueReport {
    VenueReportKind kind = VenueReportKind::event;
    ShedCause shed = ShedCause::none;
    std::uint32_t place = 0;  ///< of the event in its record, from 1: the n of its ExecID
    txn::log::Lsn lsn{};      ///< of its record; 0: none, as of what was refused or shed
    /// Of `shed`: `session`, `sequence` and `request_id` of the request, and `original` where it
    /// names an order. Of `withdrawn`: `session` and `original`, the ClOrdID of what was taken out;
    /// `request_id`, that of the cancel (empty: of a kill); `sequence`, of what was taken out.
    txn::Event event;
};
static_assert(std::is_trivially_copyable_v<VenueReport>);

/// One writer, the venue's thread; relaxed: each word is all there is to know.
struct VenueBoard {
    std::atomic<std::uint8_t> mode{0};      ///< a LoadMode
    std::atomic<bool> ready{false};         ///< recovered, and requests are taken
    std::atomic<std::uint64_t> durable{0};  ///< an LSN
    std::atomic<std::int64_t> queue_ns{0};  ///< least delay of the last whole interval
    LoadMode load_mode() const {
        return static_cast<LoadMode>(mode.load(std::memory_order_relaxed));
    }
};

/// A shard's rings as order entry has them. All outlive it.
struct VenueLink {
    book::SpscRing<VenueRequest>* urgent = nullptr;
    book::SpscRing<VenueRequest>* ordinary = nullptr;
    book::SpscRing<VenueReport>* reports = nullptr;
    const VenueBoard* board = nullptr;
    Waker* waker = nullptr;             ///< of the shard's thread; none: it is the same thread
    InputDelay* input_delay = nullptr;  ///< where it is told what waits to be read; may be none
};

/// The same rings as the shard has them.
struct VenueInput {
    book::SpscRing<VenueRequest>* urgent = nullptr;
    book::SpscRing<VenueRequest>* ordinary = nullptr;
    book::SpscRing<VenueReport>* reports = nullptr;
    Waker* waker = nullptr;  ///< of order entry's thread; none: it is the same thread
};

}  // namespace tickweir::gateway
