// Carries out on the venue's thread what other threads ask through VenueControl, and answers it
// once it is as safe as the commit point demands.
//
//   taken ─► names and numbers checked ─► executed (P0) ─► pending ─► its record released ─► answer
//                    │ bad_request, unknown   │ refused, shed, stopped
//                    └────────────────────────┴─────────────────────────────────────────► answer
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "gateway/venue/control_reading.hpp"
#include "gateway/venue/venue_control.hpp"
#include "gateway/venue/venue_intake.hpp"
#include "gateway/venue/venue_load.hpp"
#include "txn/engine/engine.hpp"

namespace tickweir::gateway {

/// What it works on; `intake`, and with it the ring that it reads, may be none. All outlive it.
struct ControlTarget {
    txn::Engine* engine = nullptr;
    VenueIntake* intake = nullptr;
    const book::SpscRing<VenueRequest>* ordinary = nullptr;
    VenueLoad* load = nullptr;
};

/// One thread. Allocates; its commands are an operator's.
class ControlExecution {
public:
    static constexpr std::size_t pending_max = 64;
    static constexpr std::size_t commands_per_turn = 4;

    /// The control outlives it.
    ControlExecution(VenueControl& control, ControlTarget target);

    /// Takes some commands and carries them out; false if there was nothing to do. A mode that a
    /// command changed is in `change`.
    bool turn(book::TimeNs now, std::optional<shield::LoadChange>& change);
    /// An outcome may be told, in order.
    void on_released(const txn::ReleasedOutcome& outcome);
    /// Everything up to there may be told: answers views.
    void on_durable(txn::log::Lsn durable);
    /// Nothing is executed any more: answers all there is.
    void stop(std::string_view why);

    /// Whether turn() would find something to do now.
    bool has_work() const {
        return (control_.has_commands() || held_) && pending_.size() < pending_max;
    }
    /// Whether a command has to be tried again.
    bool holds() const { return held_.has_value(); }

private:
    enum class Awaited : std::uint8_t { record, refusal, kill, view };
    struct Pending {
        Awaited awaited{};
        control::Ticket ticket{};
        Waker* asker = nullptr;
        txn::log::Lsn lsn{};
        std::uint64_t sequence = 0;
        std::optional<VenueIntake::Kill> kill;
        control::Answer answer;
    };
    /// False where it has to be tried again.
    bool carry_out(const VenueControl::Taken& taken, book::TimeNs now,
                   std::optional<shield::LoadChange>& change);
    bool execute(const VenueControl::Taken& taken, txn::CommandBody body, book::TimeNs now);
    bool tried(const VenueControl::Taken& taken, const txn::Executed& executed,
               const txn::MassCancel* kill);
    bool begin_kill(const txn::MassCancel& which);
    std::size_t end_kill(std::optional<VenueIntake::Kill>& kill);
    void await(const VenueControl::Taken& taken, Awaited awaited, control::Answer answer);
    void answer(const VenueControl::Taken& taken, control::Answer answer) const {
        control_.answer(taken.ticket, taken.asker, std::move(answer));
    }
    control::Answer set_mode(const control::SetMode& command, book::TimeNs now,
                             std::optional<shield::LoadChange>& change);
    template <class View>
    void view(const VenueControl::Taken& taken, const View& command);

    template <class IsOver>
    void answer_those(IsOver&& is_over);
    /// True once its answer is complete.
    bool take(Pending& pending, const txn::ReleasedOutcome& outcome);
    void take_event(Pending& pending, const txn::Event& event) const;

    VenueControl& control_;
    ControlTarget target_;
    ControlReading reading_;
    std::optional<VenueControl::Taken> held_;  // to be tried again
    std::optional<VenueIntake::Kill> kill_;    // that it is, or that is executed
    std::vector<Pending> pending_;
    std::uint64_t sequence_ = 0;
};

}  // namespace tickweir::gateway
