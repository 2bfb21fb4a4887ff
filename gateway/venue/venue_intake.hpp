// What sessions ask of a venue's shard, from two rings into queues by class, until it is executed
// or answered: cancels find the orders that still wait, and nothing is served too late. Pure: time
// comes in as an argument. One owner thread, the venue's.
//
//   urgent ring ══╗ in the order         ┌─► P0 .. P5 ─► next() ─► executed
//   ordinary ═════╩ of arrival ─► drain ─┤      │ expire(): too old, or not in this load mode
//                                        │      │ a cancel, mass cancel or kill takes it out
//                                        └──────┴─► answers ─► tell() ─► reports ring
//
// A request has a place in a queue or an answer, and room for one is seen to before it is taken out
// of its ring: so answers need no memory when the load is highest, and a ring that is full is its
// producer's to answer.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "book/budget.hpp"
#include "book/types.hpp"
#include "gateway/shield/class_queues.hpp"
#include "gateway/venue/queued_requests.hpp"
#include "gateway/venue/venue_link.hpp"

namespace tickweir::gateway {

struct IntakeSettings {
    shield::QueueLimits queues;
    std::size_t sessions = 1;     ///< the venue's; requests are of these
    std::uint64_t seed = 0;       ///< of hashes of what clients choose
    std::size_t answers = 4'096;  ///< waiting for room among the reports, beyond the queues' places
};

/// Values of one moment.
struct IntakeCounts {
    shield::PerClass<std::array<std::uint64_t, shield::shed_cause_names.size()>> shed{};
    std::uint64_t withdrawn = 0;
    std::uint64_t blocked = 0;  ///< times that a ring was left as it was, for want of room
};

class VenueIntake {
public:
    using PriorityClass = shield::PriorityClass;
    /// Names a kill under way.
    enum class Kill : std::uint8_t {};
    static constexpr std::size_t kills_max = 64;  ///< under way at one time

    static std::size_t bytes_for(const IntakeSettings& settings);

    /// The charge, unless empty, covers bytes_for().
    explicit VenueIntake(const IntakeSettings& settings, book::Charge charge = {});

    /// From now on; what a mode does not admit is answered as `refused_as`.
    void set_mode(LoadMode mode, ShedCause refused_as);

    /// Takes what both rings hold, in the order of arrival, as far as there is room; what the mode
    /// does not admit is answered. False if there was nothing, or no room.
    bool drain(const VenueInput& rings, book::TimeNs now);

    /// The request to be executed next, until done(); none: none may be. No cancel finds it any
    /// more, so that one behind it is for the venue.
    VenueRequest* next(book::TimeNs now);
    /// How long it waited, and of which class it is.
    std::chrono::nanoseconds waited() const { return waited_; }
    PriorityClass urgency() const;
    /// It is executed.
    void done() { current_.reset(); }
    /// It is not, and is answered so.
    void shed(ShedCause cause);

    /// Answers what waited longer than its class may, or is not admitted any more, at most `most`:
    /// visit(PriorityClass, how long it waited) for each. How many.
    template <class Visit>
    std::size_t expire(book::TimeNs now, std::size_t most, Visit&& visit);
    std::size_t expire(book::TimeNs now, std::size_t most) {
        return expire(now, most, [](PriorityClass, std::chrono::nanoseconds) {});
    }

    /// From now on, and until end_kill(), no new order that matches is executed: what waits in
    /// queues is taken out, the one that next() gave too, and so is whatever comes out of a ring.
    /// Nothing: too many are under way. Linear in what waits of the session, or of all.
    std::optional<Kill> begin_kill(const txn::MassCancel& which);
    /// The kill is answered: what is in the ordinary ring by now, `in_ring` requests, belongs to it
    /// still, however long it has to wait there. How many it has taken out so far.
    std::size_t end_kill(Kill kill, std::size_t in_ring);

    /// Hands answers over; false while some are left.
    bool tell(book::SpscRing<VenueReport>& reports);

    bool empty() const { return queues_.empty() && !current_ && !urgent_ && !ordinary_; }
    bool has_answers() const { return answered_ != 0; }
    const shield::ClassQueues<QueuedRequests::Place>& queues() const { return queues_; }
    const IntakeCounts& counts() const { return counts_; }

private:
    using Place = QueuedRequests::Place;

    /// What a report is made of.
    struct Answer {
        VenueReportKind kind{};
        ShedCause cause{};
        txn::SessionId session{};
        std::uint64_t sequence = 0;
        txn::ClientOrderId request_id;
        txn::ClientOrderId original;
        txn::OrderId order{};
    };

    struct KillUnderWay {
        bool used = false;
        txn::MassCancel which;
        std::uint64_t until = 0;  ///< of ordinary requests, counted as taken_ does
        std::size_t withdrawn = 0;
    };

    void look(const VenueInput& rings);
    bool is_killed(const VenueRequest& request);
    void forget_kills();
    bool take(VenueRequest& request);
    std::size_t withdraw_now(const txn::MassCancel& which);
    bool has_room(PriorityClass urgency) const;
    bool take_out_named(VenueRequest& request, txn::CancelOrder& cancel);
    std::size_t withdraw(const txn::MassCancel& which, std::optional<txn::SessionId> session,
                         std::uint64_t arrival);
    void stay_behind(VenueRequest& request, const txn::ReplaceOrder& replace) const;
    bool put(const VenueRequest& request);
    void take_out(Place place, const txn::ClientOrderId& request_id);
    void answer_withdrawn(const txn::Command& command, const txn::ClientOrderId& request_id);
    ShedCause as_refused(ShedCause cause) const {
        return cause == ShedCause::mode ? refused_as_ : cause;
    }
    void answer_shed(const VenueRequest& request, ShedCause cause);
    Answer& add_answer();

    book::Charge charge_;
    QueuedRequests requests_;
    shield::ClassQueues<Place> queues_;
    std::size_t urgent_places_;  // of P0 and P1
    // At the front of each ring.
    std::optional<VenueRequest> urgent_;
    std::optional<VenueRequest> ordinary_;
    std::optional<VenueRequest> current_;
    std::uint64_t taken_ = 0;  // ordinary requests, since the beginning
    std::array<KillUnderWay, kills_max> kills_{};
    std::size_t kills_under_way_ = 0;
    std::vector<Answer> answers_;  // a circle
    std::size_t first_answer_ = 0;
    std::size_t answered_ = 0;
    book::TimeNs now_{};
    LoadMode mode_ = LoadMode::normal;
    ShedCause refused_as_ = ShedCause::mode;
    std::chrono::nanoseconds waited_{};  // current_
    IntakeCounts counts_;
};

template <class Visit>
std::size_t VenueIntake::expire(book::TimeNs now, std::size_t most, Visit&& visit) {
    return queues_.expire(now, mode_, most, [&](const auto& taken, ShedCause cause) {
        answer_shed(requests_[taken.value], as_refused(cause));
        requests_.remove(taken.value);
        visit(taken.urgency, taken.waited);
    });
}

}  // namespace tickweir::gateway
